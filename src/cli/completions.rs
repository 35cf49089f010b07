//! What shells and `man` want to know.

use std::io;

use clap::CommandFactory as _;

use super::deliver::to_stdout;
use super::{Args, Exit, Problem};

pub(super) fn completions(shell: clap_complete::Shell) -> Result<Exit, Problem> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "ocifsck", &mut script);
    to_stdout(|out| out.write_all(&script))?;
    Ok(Exit::Clean)
}

/// The page of the program, or of one of its commands.
pub(super) fn man(command: Option<&str>) -> Result<Exit, Problem> {
    let mut program = Args::command().disable_help_subcommand(true);
    // Commands get their full names and the common options only by this.
    program.build();
    let told = command.and_then(|name| program.find_subcommand(name)).unwrap_or(&program).clone();
    let mut page = Vec::new();
    let rendered: io::Result<()> = clap_mangen::Man::new(told).render(&mut page);
    rendered.map_err(Problem::new)?;
    to_stdout(|out| out.write_all(&page))?;
    Ok(Exit::Clean)
}
