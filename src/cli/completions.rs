//! What shells and `man` want to know.

use std::io;

use clap::CommandFactory as _;

use super::audit::to_stdout;
use super::{Args, Exit, Problem};

pub(super) fn completions(shell: clap_complete::Shell) -> Result<Exit, Problem> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "ocifsck", &mut script);
    to_stdout(|out| out.write_all(&script))?;
    Ok(Exit::Clean)
}

pub(super) fn man() -> Result<Exit, Problem> {
    let mut page = Vec::new();
    let rendered: io::Result<()> = clap_mangen::Man::new(Args::command()).render(&mut page);
    rendered.map_err(Problem::new)?;
    to_stdout(|out| out.write_all(&page))?;
    Ok(Exit::Clean)
}
