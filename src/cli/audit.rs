//! `ocifsck audit`: open, scan, report, exit.

use super::args::{AuditArgs, Common};
use super::deliver::{Delivery, out_dir};
use super::scan::{self, Scanned};
use super::{Exit, Problem, source};
use crate::scan::{Options, RootChoice};

/// Audits what the arguments name.
pub(super) async fn run(common: &Common, args: &AuditArgs) -> Result<Exit, Problem> {
    let out = out_dir(args.output.out.as_deref())?;
    let options = Options {
        verify: args.verify,
        deep: args.deep.wanted(),
        use_checksums: args.narrow.use_checksums,
        verify_since: args.narrow.verify_since,
        verify_seed: args.narrow.verify_seed.clone(),
        ..scan::judging(&args.place, &args.judge)?
    };
    let options = args.cache.apply(options, &args.narrow)?;
    let keep_digests = args.judge.keep_digests.as_deref();
    let cache = args.cache.cache.as_deref();
    let scan = scan::scan(common, &args.place, keep_digests, options, cache);
    let Scanned { reports, .. } = scan.await?;
    let delivery = Delivery {
        common,
        out: out.as_ref(),
        format: args.output.format,
        fail_on: &args.fail_on,
        is_of_bytes: false,
        is_one: source::root(&args.place) != RootChoice::All,
    };
    delivery.files(&reports)?;
    delivery.print(&reports)
}
