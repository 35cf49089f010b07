//! `ocifsck explain`: why is this live, orphaned or broken?

use super::args::{Common, ExplainArgs, Format};
use super::audit::{palette, to_stdout};
use super::scan::{Scanned, scan};
use super::{Exit, Problem};
use crate::explain::{Reference, explain};
use crate::scan::Verify;

/// Explains what the arguments name. Whether it is broken or not, to have explained it is a
/// success.
pub(super) async fn run(common: &Common, args: &ExplainArgs) -> Result<Exit, Problem> {
    let reference = Reference::parse(&args.reference).map_err(Problem::usage)?;
    let Scanned { store, reports } =
        scan(common, &args.place, &args.judge, Verify::Manifests).await?;
    let [report] = reports.as_slice() else {
        return Err(Problem::usage("explain looks at one registry: name it by --root"));
    };
    let explanation = explain(&*store, report, &reference).await.map_err(Problem::new)?;
    to_stdout(|out| match args.format {
        Format::Json => explanation.write_json(out),
        Format::Text => explanation.write_text(&palette(common.color), out),
    })?;
    Ok(if report.audit.is_complete() { Exit::Clean } else { Exit::Incomplete })
}
