//! A varied registry without damage: nothing may be reported as broken, and what is reported as
//! orphaned is what the registry itself would delete.

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};
use sha2::{Digest as _, Sha512};

use crate::audit::Report;
use crate::busy;
use crate::http::Client;
use crate::images::{Blob, GZIP_LAYER, Image, MANIFEST, hex, layer};
use crate::keys;
use crate::lab::{Kind, S3Bucket, owner};
use crate::matrix::{Run, Scenario};
use crate::objects::{InBucket, Listed, Objects as _};
use crate::record::Figures;
use crate::registry::{Registry, Version};
use crate::session::session;

const ROOT: &str = "zarf-registry";

pub(crate) const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "clean",
        shows: "a registry that holds what clients push is reported clean, and its garbage is what \
                the registry would collect",
        needs: &["skopeo", "crane", "regctl", "oras"],
        run: Run::Registries(
            a_clean_registry_is_reported_clean_and_its_garbage_as_the_registry_sees_it,
        ),
        is_loud: false,
    },
    Scenario {
        name: "sha512",
        shows: "a layer named by sha512 is alive, though the registry would sweep it",
        needs: &[],
        run: Run::Registries(a_layer_named_by_sha512_is_alive_though_the_registry_would_sweep_it),
        is_loud: false,
    },
];

pub(crate) fn a_clean_registry_is_reported_clean_and_its_garbage_as_the_registry_sees_it(
    bucket: &S3Bucket,
    version: Version,
) -> Figures {
    let registry = Registry::in_bucket(version, bucket, ROOT);
    let objects = InBucket::new(bucket, ROOT);
    busy::push(&registry);
    let stray = Blob::new(GZIP_LAYER, "nobody pushed this");
    objects.put(&keys::data(&stray.digest()), stray.bytes);
    let eligible = registry.garbage();
    assert!(eligible.len() >= 5, "a deleted image's three blobs, a loose one and a stray one");
    let before = objects.listing();

    // All that the README asks for: a key that may list and read.
    let reader = match bucket.server.kind {
        Kind::Minio => session(bucket, &["s3:ListBucket", "s3:GetObject"], &[]),
        Kind::Rgw | Kind::Garage => owner(),
    };
    let report = bucket.audit(ROOT).by(&reader).with(&["--verify", "all", "--deep"]).report();

    for finding in report.findings() {
        let category = &finding["category"];
        assert!(category == "garbage" || category == "note", "a false alarm: {finding}");
    }
    assert_eq!(report.status, Some(0));
    assert_eq!(report.json["complete"], true);
    assert_totals(&report, &before);
    assert_tables(&report);
    let orphaned = report.digests("orphaned");
    let disputed: Vec<_> = orphaned.symmetric_difference(&eligible).collect();
    assert!(disputed.is_empty(), "not both ours and the registry's: {disputed:?}");
    if registry.collector != version {
        let condemned = registry.garbage_as_seen_by(version).len() as u64;
        let stored = report.number("/totals/blobs/count");
        assert_eq!(condemned, stored, "the registry has learned better");
    }
    assert_eq!(report.number("/totals/by_verdict/undecided/count"), 0);
    assert_eq!(before, objects.listing(), "the audit changed the bucket");
    Figures::default()
        .with("objects", before.len())
        .with("manifests", report.number("/totals/manifests"))
        .with("orphaned, as the registry says", eligible.len())
}

fn assert_totals(report: &Report, listing: &BTreeMap<String, Listed>) {
    let sum = |wanted: &dyn Fn(&str) -> bool| {
        let chosen = listing.iter().filter(|(key, _)| wanted(key));
        chosen.fold((0, 0), |(count, bytes), (_, listed)| (count + 1, bytes + listed.bytes))
    };
    let stated = |path: &str| {
        (report.number(&format!("{path}/count")), report.number(&format!("{path}/bytes")))
    };
    let is_blob = |key: &str| key.contains("/v2/blobs/") && key.ends_with("/data");
    let is_upload = |key: &str| key.contains("/_uploads/");
    let is_link = |key: &str| key.ends_with("/link");
    assert_eq!(stated("/totals/objects"), sum(&|_| true));
    assert_eq!(stated("/totals/blobs"), sum(&is_blob));
    assert_eq!(stated("/totals/uploads"), sum(&is_upload));
    assert_eq!(stated("/totals/links"), sum(&is_link));
    assert_eq!(stated("/totals/strays"), (0, 0));
    assert_eq!(stated("/totals/outside"), (0, 0));

    let verdicts = report.json["totals"]["by_verdict"].as_object().expect("verdicts");
    assert_eq!(verdicts.len(), 6);
    let of = |field: &str| verdicts.values().filter_map(|verdict| verdict[field].as_u64()).sum();
    assert_eq!((of("count"), of("bytes")), sum(&is_blob), "the verdicts do not sum to the blobs");
    assert_eq!(report.rows("blobs.csv").len() as u64, sum(&is_blob).0);

    // One page a thousand keys, one read a manifest, and each blob once, since all are verified.
    assert!(report.number("/requests/list") <= 1 + listing.len() as u64 / 1000);
    let tags = report.number("/totals/tags");
    assert!(
        report.number("/requests/get") <= sum(&is_blob).0 + tags,
        "more reads than blobs and tags"
    );
}

/// The tables have the columns that other programs read, and name what was pushed.
fn assert_tables(report: &Report) {
    let columns = |file: &str| {
        let text = fs::read_to_string(report.out().join(file)).expect(file);
        text.lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        columns("findings.csv"),
        "code,category,severity,repository,tag,digest,key,size_bytes,expected,actual,referrers,message"
    );
    assert_eq!(
        columns("blobs.csv"),
        "digest,size_bytes,last_modified,storage_class,kind,media_type,verdict,repositories,\
         references,verified,key"
    );
    assert_eq!(
        columns("repositories.csv"),
        "repository,tags,manifests,untagged_manifests,logical_bytes,unique_bytes,exclusive_bytes,\
         untagged_bytes,upload_bytes,broken_tags,last_pushed"
    );
    assert_eq!(
        columns("tags.csv"),
        "repository,tag,digest,media_type,platforms,size_bytes,exclusive_bytes,pullable,last_modified"
    );

    let blobs = report.rows("blobs.csv");
    for media_type in [
        "application/spdx+json",
        "application/vnd.buildkit.cacheconfig.v0",
        "application/vnd.cncf.helm.config.v1+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "application/vnd.in-toto+json",
        "application/vnd.oci.empty.v1+json",
        "application/vnd.oci.image.index.v1+json",
        "application/vnd.oci.image.layer.v1.tar",
        "application/vnd.oci.image.layer.v1.tar+zstd",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.zarf.config.v1+json",
        "application/vnd.zarf.layer.v1.blob",
    ] {
        assert!(blobs.iter().any(|blob| blob["media_type"] == media_type), "no {media_type}");
    }
    let tags = report.rows("tags.csv");
    assert_eq!(tags.len() as u64, report.number("/totals/tags"));
    let broken: Vec<_> = tags.iter().filter(|tag| tag["pullable"] != "yes").collect();
    assert!(broken.is_empty(), "cannot be pulled: {broken:?}");
}

/// Distribution stores what is pushed as sha512 under its sha256, and links the one to the other.
/// Its own garbage collection forgets that and would delete the layer; an auditor must not.
pub(crate) fn a_layer_named_by_sha512_is_alive_though_the_registry_would_sweep_it(
    bucket: &S3Bucket,
    version: Version,
) -> Figures {
    let registry = Registry::in_bucket(version, bucket, ROOT);
    let client = Client::new(&registry);
    let own = layer("app/binary", "named by sha512");
    let sha512 = hex("sha512:", &Sha512::digest(&own.blob.bytes));
    client.upload_as("apps/sha512", &sha512, &own.blob.bytes);
    let image = Image::new("sha512", "amd64", std::slice::from_ref(&own));
    client.upload("apps/sha512", &image.config);
    let document = json!({
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": image.config.descriptor(),
        "layers": [own.blob.descriptor_with(json!({ "digest": sha512 }))],
    });
    client.put_manifest("apps/sha512", "1.0", &Blob::json(MANIFEST, &document));
    assert!(registry.garbage().contains(&own.blob.digest()), "the registry has learned better");

    let report = bucket.audit(ROOT).report();

    assert_eq!(report.findings(), [] as [Value; 0]);
    assert_eq!(report.number("/totals/by_verdict/tagged/count"), 3);
    assert_eq!(report.number("/totals/blobs/count"), 3);
    Figures::default()
}
