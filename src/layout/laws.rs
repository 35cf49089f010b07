//! Laws of the grammar.

use proptest::prelude::*;

use super::{Entry, Lockfile, Root, UploadPart, parse};
use crate::oci::Digest;

fn digests() -> impl Strategy<Value = Digest> {
    prop_oneof![
        4 => any::<[u8; 32]>().prop_map(Digest::from_sha256),
        1 => any::<[u8; 32]>().prop_map(|half| {
            let mut whole = [7; 64];
            whole[..32].copy_from_slice(&half);
            Digest::from_sha512(whole)
        }),
        1 => ("[a-z0-9]{1,8}([+_-][a-z0-9]{1,4}){0,2}", "[a-zA-Z0-9=_-]{1,70}")
            .prop_filter_map("of a known algorithm", |(a, e)| Digest::from_parts(&a, &e).ok()),
    ]
}

/// What lies in an [`Entry`], owned.
#[derive(Debug, Clone)]
struct Parts {
    repository: String,
    tag: String,
    upload: String,
    digest: Digest,
    other: Digest,
}

impl Parts {
    fn entries(&self) -> Vec<Entry<'_>> {
        let (repository, tag, upload) = (&*self.repository, &*self.tag, &*self.upload);
        let digest = self.digest.clone();
        let part = |part| Entry::Upload { repository, upload, part };
        vec![
            Entry::Blob { digest: digest.clone() },
            Entry::Layer { repository, digest: digest.clone() },
            Entry::Revision { repository, digest: digest.clone() },
            Entry::Signature { repository, revision: self.other.clone(), digest: digest.clone() },
            Entry::Tag { repository, tag },
            Entry::TagHistory { repository, tag, digest },
            part(UploadPart::StartedAt),
            part(UploadPart::Data),
            part(UploadPart::HashState { algorithm: "sha256", offset: tag }),
            Entry::Lockfile(Lockfile::DatabaseInUse),
            Entry::Lockfile(Lockfile::FilesystemInUse),
        ]
    }
}

fn parts() -> impl Strategy<Value = Parts> {
    let name = "[a-z0-9.-]{1,6}[a-z0-9_.-]{0,4}(/[a-z0-9.-]{1,6}[a-z0-9_.-]{0,4}){0,3}";
    (name, "[a-zA-Z0-9_.-]{1,128}", "[a-f0-9-]{36}", digests(), digests()).prop_map(
        |(repository, tag, upload, digest, other)| Parts { repository, tag, upload, digest, other },
    )
}

proptest! {
    #[test]
    fn parsing_a_rendered_key_gives_the_entry_back(
        parts in parts(),
        prefix in prop_oneof![Just(String::new()), Just("/".to_owned()), "[a-z/]{0,12}/"],
    ) {
        let root = Root::from(&*prefix);
        for entry in parts.entries() {
            let key = root.key(&entry);
            let (found, path) = Root::split(&key).unwrap();
            prop_assert_eq!(found, root.as_str());
            prop_assert_eq!(parse(path), Some(entry));
        }
    }

    #[test]
    fn rendering_a_parsed_key_gives_the_key_back(
        path in prop_oneof![
            any::<String>(),
            "(v2|lockfiles)(/(blobs|repositories|_layers|_manifests|_uploads|revisions|tags|index|current|sha256|signatures|link|data|startedat|a|b-c|[0-9a-f]{64})){0,9}/?",
        ],
    ) {
        if let Some(entry) = parse(&path) {
            prop_assert_eq!(entry.to_string(), path);
        }
    }

    #[test]
    fn splitting_never_panics(key: String) {
        let _ = Root::split(&key);
        let _ = Root::named(&key);
    }
}

#[test]
fn knows_the_legacy_keys() {
    let hex = "ab".repeat(32);
    let tarsum: Digest = format!("tarsum.v1+sha256:{hex}").parse().unwrap();
    let layer = format!("v2/repositories/old/_layers/tarsum/v1/sha256/{hex}/link");
    let blob = format!("v2/blobs/tarsum/v1/sha256/ab/{hex}/data");
    let digest = tarsum.in_path_form();
    assert_eq!(parse(&layer), Some(Entry::Layer { repository: "old", digest: digest.clone() }));
    assert_eq!(parse(&blob), Some(Entry::Blob { digest }));
}

#[test]
fn leaves_strays_alone() {
    let hex = "ab".repeat(32);
    for path in [
        format!("v2/blobs/sha256/00/{hex}/data"),
        format!("v2/blobs/sha256/ab/{}/data", hex.to_uppercase()),
        format!("v2/blobs/sha256/ab/{hex}"),
        format!("v2/blobs/sha256/ab/{hex}/data.bak"),
        format!("v2/blobs/a.b/ab/{hex}/data"),
        format!("v2/repositories/_layers/sha256/{hex}/link"),
        format!("v2/repositories/a/_layers/sha256/{hex}"),
        "v2/repositories/a/_other/x".into(),
        "v2/repositories/a/_manifests/tags//current/link".into(),
        "v2/repositories/a/readme.txt".into(),
        "v2/other".into(),
        "v2".into(),
        "README".into(),
    ] {
        assert_eq!(parse(&path), None, "{path}");
    }
}
