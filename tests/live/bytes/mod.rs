//! Bytes that rot in a bucket that a real registry filled: `ocifsck verify` finds each, says what it
//! looks like and which tags it breaks, and invents none.

mod harm;
mod shards;

use std::collections::BTreeSet;

use serde_json::Value;

use self::harm::{Harm, Harmed};
use crate::audit::Report;
use crate::http::Client;
use crate::images::{Blob, GZIP_LAYER, Image, Layer, layer, noise};
use crate::keys;
use crate::lab::S3Bucket;
use crate::matrix::{Run, Scenario};
use crate::objects::{InBucket, Objects as _};
use crate::record::Figures;
use crate::registry::{Registry, Version};

const ROOT: &str = "zarf-registry";

pub(crate) const SCENARIOS: &[Scenario] = &[Scenario {
    name: "bytes",
    shows: "`verify` finds each blob whose bytes are not its own, says what they look like and \
            which tags they break, and finds no other; four shards at once find the same",
    needs: &[],
    run: Run::Registries(rotten_bytes_are_found_and_no_others),
    is_loud: false,
}];

fn rotten_bytes_are_found_and_no_others(bucket: &S3Bucket, version: Version) -> Figures {
    let registry = Registry::in_bucket(version, bucket, ROOT);
    let objects = InBucket::new(bucket, ROOT);
    let harmed = fill(&Client::new(&registry), &objects);
    for one in &harmed {
        objects.put(&keys::data(&one.digest), one.bytes.clone());
    }
    let before = objects.listing();

    let all = bucket.verify(ROOT).with(&["--include-orphaned"]).report();
    assert_found(&all, &harmed);
    let referenced: Vec<_> = harmed.iter().filter(|one| !one.tags.is_empty()).cloned().collect();
    assert_found(&bucket.verify(ROOT).report(), &referenced);
    let parts = shards::verify(bucket, ROOT);
    shards::assert_are_the_whole(&parts, &all);

    assert_eq!(before, objects.listing(), "verifying changed the bucket");
    for one in &harmed {
        objects.put(&keys::data(&one.digest), one.sound.clone());
    }
    let mended = bucket.verify(ROOT).with(&["--include-orphaned"]).report();
    assert_eq!((mended.findings(), mended.status), (&[][..], Some(0)), "all is sound again");
    let unproved = mended.rows("blobs.csv").into_iter().filter(|row| row["verified"] != "bytes");
    assert_eq!(unproved.count(), 0, "every blob was read");
    Figures::default()
        .with("blobs", mended.rows("blobs.csv").len())
        .with("of them rotten", harmed.len())
        .with("MB read", all.number("/requests/bytes_read") / 1_000_000)
        .with("false findings", 0)
}

/// Pushes what is to be harmed, and as much that is not.
fn fill(client: &Client, objects: &InBucket) -> Vec<Harmed> {
    let mut harmed = Vec::new();
    let base = layer("lib/base.so", noise("the base of all", 200_000));
    let push = |name: &str, layers: &[&Layer]| {
        let layers: Vec<Layer> =
            [&base].into_iter().chain(layers.iter().copied()).cloned().collect();
        let image = Image::new(name, "amd64", &layers);
        client.push(name, "1.0", &image);
        image
    };
    for (name, harm) in [
        ("flipped/first", Harm::Flip(0)),
        ("flipped/last", Harm::Flip(299_999)),
        ("cut/short", Harm::Cut(1)),
        ("cut/half", Harm::Cut(150_000)),
        ("zeroed/end", Harm::ZeroFrom(200_000)),
        ("zeroed/all", Harm::ZeroFrom(0)),
    ] {
        let own = layer("data", noise(name, 300_000));
        push(name, &[&own]);
        harmed.push(Harmed::new(&own.blob, &harm, &[name]));
    }
    let [one, other] = ["swapped/one", "swapped/other"].map(|name| plain(&noise(name, 90_000)));
    push("swapped/one", &[&one]);
    push("swapped/other", &[&other]);
    harmed.push(Harmed::new(&one.blob, &Harm::ReplaceBy(&other.blob), &["swapped/one"]));
    harmed.push(Harmed::new(&other.blob, &Harm::ReplaceBy(&one.blob), &["swapped/other"]));

    let shared = layer("shared", noise("shared", 100_000));
    let users = ["shared/a", "shared/b", "shared/c"];
    for name in users {
        push(name, &[&shared]);
    }
    harmed.push(Harmed::new(&shared.blob, &Harm::Flip(50_000), &users));

    // Large enough for several ranges at once, and for parts of a multipart upload.
    let large = large_layer();
    push("large/flipped", &[&large]);
    harmed.push(Harmed::new(&large.blob, &Harm::Flip(70 << 20), &["large/flipped"]));

    let image = push("config/flipped", &[]);
    harmed.push(Harmed::new(&image.config, &Harm::Flip(20), &["config/flipped"]));
    (0..20).for_each(|number| drop(push(&format!("sound/{number}"), &[])));

    let loose = Blob::new(GZIP_LAYER, noise("nobody refers to this", 5000));
    objects.put(&keys::data(&loose.digest()), loose.bytes.clone());
    harmed.push(Harmed::new(&loose, &Harm::Flip(2500), &[]));
    harmed
}

/// 80 MiB in which no two blocks are the same.
fn large_layer() -> Layer {
    let mut bytes = noise("large", 1 << 20).repeat(80);
    for (number, block) in (0_u32..).zip(bytes.chunks_mut(4096)) {
        block[..4].copy_from_slice(&number.to_be_bytes());
    }
    plain(&bytes)
}

/// A layer of these bytes as they are.
fn plain(bytes: &[u8]) -> Layer {
    Layer::new("application/vnd.oci.image.layer.v1.tar", bytes.to_vec(), bytes)
}

/// Fails unless every harm is told as what it is, and nothing else is told.
fn assert_found(report: &Report, harmed: &[Harmed]) {
    assert_eq!(report.json["complete"], true, "{}", report.json["incomplete_because"]);
    assert_eq!(report.status, Some(1));
    let told = |finding: &Value| {
        let text = |field: &str| finding[field].as_str().unwrap_or_default().to_owned();
        (text("digest"), text("code"))
    };
    let found: Vec<_> = report.findings().iter().map(told).collect();
    let expected = harmed.iter().flat_map(Harmed::expected);
    let expected: BTreeSet<_> = expected.map(|(digest, code)| (digest, code.to_owned())).collect();
    assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), expected);
    assert_eq!(found.len(), expected.len(), "one fact, one finding");
    for finding in report.findings() {
        let one = harmed.iter().find(|one| one.digest == finding["digest"]).expect("one of them");
        one.assert_is_told_by(finding);
    }
}
