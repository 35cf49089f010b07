//! Several registries in one bucket, and what lies beside them.

use std::sync::Arc;

use ocifsck::layout::Root;
use ocifsck::object::Sum;
use ocifsck::scan::{Options, RootChoice};
use ocifsck::testing::RegistryBuilder;

use crate::support::{lines, options, run, try_audit};

/// Two registries, one of them with a root of two slashes, and somebody else's objects.
fn two() -> RegistryBuilder {
    let mut bucket = RegistryBuilder::new().root("zarf-registry/");
    bucket.image("team/app", "1.0", &["base", "app"]);
    let mut bucket = bucket.root("legacy//");
    bucket.image("team/app", "1.0", &["base", "other"]);
    bucket.put("zarf-registry/readme.txt", "hello");
    bucket.put("zarf-registry-backup/docker/readme.txt", "hello");
    bucket.put("top", "1");
    bucket
}

fn named(root: &str) -> Options {
    Options { root: RootChoice::Named(Root::named(root)), ..options() }
}

#[test]
fn each_is_audited_alone_and_the_others_are_outside() {
    let bucket = two();
    let listed = bucket.objects().fold(Sum::default(), |mut sum, (_, bytes)| {
        sum.add(bytes.len() as u64);
        sum
    });
    let reports = run(try_audit(Arc::new(bucket.store()), &options())).unwrap();
    let roots: Vec<_> = reports.iter().map(|report| report.source.root.as_str()).collect();
    assert_eq!(roots, ["legacy//", "zarf-registry/"]);
    for report in &reports {
        let totals = &report.audit.totals;
        assert_eq!(lines(report), [""; 0]);
        assert_eq!(totals.objects, listed);
        assert_eq!(totals.blobs.count, 4);
        assert_eq!(totals.outside.count, listed.count - totals.blobs.count - totals.links.count);
        let outside = report.outside.iter().fold(Sum::default(), |mut sum, (_, one)| {
            sum += *one;
            sum
        });
        assert_eq!(outside, totals.outside);
    }
}

#[test]
fn one_is_chosen_by_name_and_gives_the_same_verdicts() {
    let bucket = two();
    let all = run(try_audit(Arc::new(bucket.store()), &options())).unwrap();
    for report in &all {
        let root = &report.source.root;
        let chosen = run(try_audit(Arc::new(bucket.store()), &named(root))).unwrap();
        assert_eq!(chosen.len(), 1);
        assert_eq!(chosen[0].audit.totals, report.audit.totals, "{root}");
        assert_eq!(chosen[0].audit.findings, report.audit.findings);
    }
}

#[test]
fn who_does_not_choose_is_told_what_there_is() {
    let only = Options { root: RootChoice::Only, ..options() };
    let error = run(try_audit(Arc::new(two().store()), &only)).unwrap_err().to_string();
    assert!(error.contains(r#""legacy//", "zarf-registry/""#), "{error}");
    let error = run(try_audit(Arc::new(two().store()), &named("elsewhere"))).unwrap_err();
    assert!(error.to_string().contains(r#""zarf-registry/""#), "{error}");
}

/// What it lacks it fetches again, and what nobody refers to may be what it is about to serve.
#[test]
fn a_pull_through_cache_is_known_by_its_schedule() {
    let mut bucket = RegistryBuilder::new().root("cache/");
    bucket.image("library/nginx", "1.27", &["base", "nginx"]);
    bucket.blob("a layer whose manifest was dropped");
    bucket.put("cache/scheduler-state.json", "{}");
    let reports = run(try_audit(Arc::new(bucket.store()), &options())).unwrap();
    assert_eq!(reports[0].source.product.as_deref(), Some("pull-through-cache"));
    assert_eq!(reports[0].audit.totals.reclaimable_by_tags.count, 0);
    let codes: Vec<_> = lines(&reports[0]);
    assert_eq!(codes.len(), 2, "{codes:?}");
    assert!(codes[0].starts_with("foreign-registry warning"));
    assert!(codes[1].starts_with("undecided-blob info"));
}
