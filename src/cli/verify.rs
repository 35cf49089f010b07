//! `ocifsck verify`: is every byte still what its name says?

use super::args::Common;
use super::deliver::{Delivery, out_dir};
use super::scan::{self, Scanned};
use super::shard::shard;
use super::verify_args::VerifyArgs;
use super::{Exit, Problem, batch, complain, source};
use crate::scan::{Options, RootChoice};

/// Verifies what the arguments name.
pub(super) async fn run(common: &Common, args: &VerifyArgs) -> Result<Exit, Problem> {
    let env = |name: &str| std::env::var(name).ok();
    let shard = args.shard.as_deref().map(|text| shard(text, env)).transpose()?;
    let batch = batch::open(args)?;
    let out = out_dir(args.output.out.as_deref())?;
    let options = Options {
        verify: args.verify,
        deep: args.deep.wanted(),
        use_checksums: args.narrow.use_checksums,
        verify_since: args.narrow.verify_since,
        verify_seed: args.narrow.verify_seed.clone(),
        batch: batch.results(),
        include_orphaned: args.include_orphaned,
        shard,
        ..scan::options(&args.place)
    };
    let options = args.cache.apply(options, &args.narrow)?;
    let cache = args.cache.cache.as_deref();
    let scan = scan::scan(common, &args.place, None, batch.while_scanning(&options), cache);
    let Scanned { mut reports, .. } = scan.await?;
    for report in &mut reports {
        report.audit.keep_what_bytes_tell();
        let is_included = args.include_orphaned.into();
        report.options.insert("include-orphaned".to_owned(), is_included);
    }
    let told = batch.finish(&options, &mut reports)?;
    let delivery = Delivery {
        common,
        out: out.as_ref(),
        format: args.output.format,
        fail_on: &args.fail_on,
        is_of_bytes: true,
        is_one: source::root(&args.place) != RootChoice::All,
    };
    delivery.files(&reports)?;
    let exit = delivery.print(&reports)?;
    for line in told {
        complain(&line);
    }
    Ok(exit)
}
