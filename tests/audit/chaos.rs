//! Buckets that nobody would make by a registry: objects lost, mixed up, garbled, of any age.

use jiff::{SignedDuration, Timestamp};
use ocifsck::layout::Entry;
use ocifsck::oci::Digest;
use ocifsck::testing::RegistryBuilder;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::shapes::{Plan, REPOSITORIES, TAGS, plan};
use crate::support::now;

/// Something that befalls one object, whichever it is.
#[derive(Debug, Clone)]
enum Blow {
    Lose(Index),
    Garble(Index, Vec<u8>),
    Flip(Index, Index),
    Mix(Index, Index),
    Append(Index, &'static str),
    Age(Index, Option<SignedDuration>),
    /// A repository claims a blob, as a layer, a manifest, what a tag names or once named.
    Claim(&'static str, Index, u8),
    /// A link under an algorithm of its own that says any blob.
    Alias(&'static str, Index),
}

fn blow() -> impl Strategy<Value = Blow> {
    let any_index = any::<Index>;
    let garbled = prop_oneof![
        Just(Vec::new()),
        Just(b"<html>".to_vec()),
        Just(b"{}".to_vec()),
        Just(br#"{"schemaVersion":2,"layers":[{"digest":"sha256:0"}]}"#.to_vec()),
        prop::collection::vec(any::<u8>(), 0..9),
    ];
    let hours = prop::option::of((-48..96_i64).prop_map(SignedDuration::from_hours));
    let repository = || prop::sample::select(&REPOSITORIES[..]);
    prop_oneof![
        any_index().prop_map(Blow::Lose),
        (any_index(), garbled).prop_map(|(at, bytes)| Blow::Garble(at, bytes)),
        (any_index(), any_index()).prop_map(|(at, bit)| Blow::Flip(at, bit)),
        (any_index(), any_index()).prop_map(|(at, from)| Blow::Mix(at, from)),
        (any_index(), prop::sample::select(&["\n", " ", "x"][..]))
            .prop_map(|(at, end)| Blow::Append(at, end)),
        (any_index(), hours).prop_map(|(at, hours)| Blow::Age(at, hours)),
        (repository(), any_index(), 0..4_u8).prop_map(|(repo, at, how)| Blow::Claim(repo, at, how)),
        (repository(), any_index()).prop_map(|(repo, at)| Blow::Alias(repo, at)),
    ]
}

#[derive(Debug, Clone)]
pub(crate) struct Chaos(Plan, Vec<Blow>);

pub(crate) fn chaos() -> impl Strategy<Value = Chaos> {
    (plan(), prop::collection::vec(blow(), 0..12)).prop_map(|(plan, blows)| Chaos(plan, blows))
}

/// Nothing but links that nobody would expect.
pub(crate) fn claims() -> impl Strategy<Value = Chaos> {
    let is_claim = |blow: &Blow| matches!(blow, Blow::Claim(..) | Blow::Alias(..));
    let claims = prop::collection::vec(blow().prop_filter("no claim", is_claim), 1..6);
    (plan(), claims).prop_map(|(plan, blows)| Chaos(plan, blows))
}

impl Chaos {
    pub(crate) fn build(&self) -> RegistryBuilder {
        let mut registry = self.0.build();
        for blow in &self.1 {
            blow.strike(&mut registry);
        }
        registry
    }
}

impl Blow {
    fn strike(&self, registry: &mut RegistryBuilder) {
        let keys: Vec<String> = registry.objects().map(|(key, _)| key.to_owned()).collect();
        // One object is left, so that the bucket is not empty.
        let pick = |at: &Index| &*keys[at.index(keys.len())];
        match self {
            Self::Lose(at) if keys.len() > 1 => drop(registry.remove(pick(at))),
            Self::Lose(_) => {}
            Self::Garble(at, bytes) => drop(registry.edit(pick(at), |old| old.clone_from(bytes))),
            Self::Flip(at, bit) => drop(registry.edit(pick(at), |bytes| {
                if !bytes.is_empty() {
                    let bit = bit.index(bytes.len() * 8);
                    bytes[bit / 8] ^= 1 << (bit % 8);
                }
            })),
            Self::Mix(at, from) => {
                let other = registry.get(pick(from)).unwrap_or_default().to_vec();
                registry.edit(pick(at), |bytes| *bytes = other);
            }
            Self::Append(at, end) => {
                registry.edit(pick(at), |bytes| bytes.extend(end.bytes()));
            }
            Self::Age(at, age) => {
                let bytes = registry.get(pick(at)).unwrap_or_default().to_vec();
                registry.set_time(age.map(|age| now() - age));
                registry.put(pick(at), bytes);
                registry.set_time(Some(Timestamp::UNIX_EPOCH));
            }
            Self::Claim(repository, at, how) => {
                let digest = any_blob(registry, *at);
                let path = digest.clone();
                match how {
                    0 => registry.mount(repository, &digest),
                    1 => registry.link(&Entry::Revision { repository, digest: path }, &digest),
                    2 => registry.tag(repository, TAGS[0], &digest),
                    _ => {
                        let tag = TAGS[1];
                        registry
                            .link(&Entry::TagHistory { repository, tag, digest: path }, &digest);
                    }
                }
            }
            Self::Alias(repository, at) => {
                let digest = any_blob(registry, *at);
                let path = Digest::from_sha512([1; 64]);
                registry.link(&Entry::Layer { repository, digest: path }, &digest);
            }
        }
    }
}

fn any_blob(registry: &RegistryBuilder, at: Index) -> Digest {
    let blobs: Vec<Digest> = registry
        .objects()
        .filter(|(key, _)| key.contains("/v2/blobs/sha256/"))
        .filter_map(|(key, _)| Digest::from_parts("sha256", key.rsplit('/').nth(1)?).ok())
        .collect();
    if blobs.is_empty() { Digest::sha256_of(b"") } else { blobs[at.index(blobs.len())].clone() }
}
