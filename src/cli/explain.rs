//! `ocifsck explain`: why is this live, orphaned or broken?

use super::args::{Common, ExplainArgs, Format};
use super::deliver::{palette, to_stdout};
use super::scan::{self, Scanned};
use super::{Exit, Problem};
use crate::explain::{Reference, explain};

/// Explains what the arguments name. Whether it is broken or not, to have explained it is a
/// success.
pub(super) async fn run(common: &Common, args: &ExplainArgs) -> Result<Exit, Problem> {
    let reference = Reference::parse(&args.reference).map_err(Problem::usage)?;
    let options = scan::judging(&args.place, &args.judge)?;
    let keep_digests = args.judge.keep_digests.as_deref();
    let Scanned { store, reports } =
        scan::scan(common, &args.place, keep_digests, options, None).await?;
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
