//! What every command that looks at a bucket begins with: open it, and scan it.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::args::{Common, JudgeArgs, PlaceArgs, RootsArg};
use super::cache::is_elsewhere;
use super::source::{self, Source};
use super::{Problem, parse, progress};
use crate::audit::Roots;
use crate::report::Report;
use crate::scan::{self, Cache, Options};
use crate::store::ObjectStore;

/// A source that was scanned.
#[derive(Debug)]
pub(super) struct Scanned {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) reports: Vec<Report>,
}

/// Scans what the arguments name. `keep_digests` is the file that the options were read from, and
/// `cache` the directory in which to remember what is proved.
pub(super) async fn scan(
    common: &Common,
    place: &PlaceArgs,
    keep_digests: Option<&Path>,
    mut options: Options,
    cache: Option<&Path>,
) -> Result<Scanned, Problem> {
    let source = Source::open(place).await?;
    options.cache = cache.map(|cache| self::cache(cache, &source)).transpose()?;
    let Source { store, uri, prefix, .. } = source;
    let observer = progress::observer(!common.quiet);
    let clock = Arc::new(Timestamp::now);
    let scan = scan::audit(Arc::clone(&store), &uri, &prefix, &options, clock, observer);
    let mut reports = scan.await.map_err(Problem::new)?;
    for report in &mut reports {
        describe(&mut report.options, place, keep_digests);
    }
    Ok(Scanned { store, reports })
}

/// Where to remember what is proved of this source.
fn cache(directory: &Path, source: &Source) -> Result<Cache, Problem> {
    if let Some(audited) = &source.directory {
        is_elsewhere(directory, audited)?;
    }
    let (endpoint, uri) = (source.endpoint.clone(), source.place.clone());
    Ok(Cache { directory: directory.to_owned(), endpoint, uri })
}

/// How to look, and nothing else.
pub(super) fn options(place: &PlaceArgs) -> Options {
    Options {
        root: source::root(place),
        concurrency: place.concurrency,
        max_bandwidth: place.max_bandwidth,
        max_requests_per_second: place.max_requests_per_second,
        patience: place.timeout,
        ..Options::default()
    }
}

/// How to look, and how to judge.
pub(super) fn judging(place: &PlaceArgs, judge: &JudgeArgs) -> Result<Options, Problem> {
    Ok(Options {
        roots: match judge.roots {
            RootsArg::Revisions => Roots::Revisions,
            RootsArg::Tags => Roots::Tags,
        },
        min_age: judge.min_age,
        list_twice: judge.list_twice,
        keep: judge.keep_digests.as_deref().map(parse::digests).transpose()?,
        ..options(place)
    })
}

/// Adds how the source was reached to what a report says of its options, so that it can be
/// reached again.
fn describe(options: &mut Map<String, Value>, place: &PlaceArgs, keep_digests: Option<&Path>) {
    let path = |path: &Path| path.display().to_string();
    for (name, value) in [
        ("endpoint-url", place.endpoint_url.clone()),
        ("region", place.region.clone()),
        ("profile", place.profile.clone()),
        ("ca-bundle", place.ca_bundle.as_deref().map(path)),
        ("keep-digests", keep_digests.map(path)),
    ] {
        options.insert(name.to_owned(), value.map_or(Value::Null, Value::String));
    }
    options.insert("path-style".to_owned(), place.path_style.as_str().into());
    options.insert("no-sign-request".to_owned(), place.no_sign_request.into());
}
