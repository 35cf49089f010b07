//! `ocifsck merge`: the parts that shards have written, as the report of the whole.

use super::args::Common;
use super::deliver::{Delivery, out_dir};
use super::verify_args::MergeArgs;
use super::{Exit, Problem};
use crate::report::merge::{Part, merge, rows};

/// Merges the parts that the arguments name.
pub(super) fn run(common: &Common, args: &MergeArgs) -> Result<Exit, Problem> {
    let parts = args.parts.iter().map(|part| Part::open(part)).collect::<Result<Vec<_>, _>>();
    let parts = parts.map_err(Problem::new)?;
    let report = merge(&parts).map_err(Problem::new)?;
    let out = out_dir(args.output.out.as_deref())?;
    if let Some(out) = &out {
        out.write_with(&report, |file| rows(&parts, file)).map_err(Problem::new)?;
    }
    let delivery = Delivery {
        common,
        out: out.as_ref(),
        format: args.output.format,
        fail_on: &args.fail_on,
        is_of_bytes: true,
        is_one: true,
    };
    delivery.print(&[report])
}
