//! Members whose names are right but for their case.
//!
//! A registry written in Go takes a member in any case, and of several the last one: it may follow
//! a reference that is not the one that stands here under the right name.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The members of a manifest that hold references.
const MEMBERS: [&str; 6] = ["config", "layers", "blobs", "manifests", "subject", "fsLayers"];

/// The members of a reference that say what it refers to.
const OF_A_REFERENCE: [&str; 3] = ["digest", "mediaType", "blobSum"];

/// What is misspelt in a manifest, at most as much as is worth telling.
pub(super) struct Misspelt(pub(super) Vec<String>);

impl<'de> Deserialize<'de> for Misspelt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OfManifest).map(Self)
    }
}

struct OfManifest;

impl<'de> Visitor<'de> for OfManifest {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if MEMBERS.contains(&&*name) {
                found.extend(map.next_value::<OfReferences>()?.0);
            } else {
                map.next_value::<IgnoredAny>()?;
                note(&name, &MEMBERS, &mut found);
            }
            found.truncate(super::manifest::MOST_PROBLEMS);
        }
        Ok(found)
    }
}

/// What is misspelt in a reference, or in a list of them.
struct OfReferences(Vec<String>);

impl<'de> Deserialize<'de> for OfReferences {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(InReferences).map(Self)
    }
}

struct InReferences;

impl<'de> Visitor<'de> for InReferences {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a reference, or a list of them")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(OfReferences(more)) = list.next_element()? {
            found.extend(more);
            found.truncate(super::manifest::MOST_PROBLEMS);
        }
        Ok(found)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            map.next_value::<IgnoredAny>()?;
            note(&name, &OF_A_REFERENCE, &mut found);
            found.truncate(super::manifest::MOST_PROBLEMS);
        }
        Ok(found)
    }
}

fn note(name: &str, members: &[&str], found: &mut Vec<String>) {
    if members.iter().any(|&member| member != name && folded(member).eq(folded(name))) {
        found.push(format!("the member {name:?} is spelt in another case"));
    }
}

/// As Go's `encoding/json` compares names: two letters beyond ASCII have one within as their
/// other case.
fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars().map(|c| match c {
        '\u{17f}' => 's',
        '\u{212a}' => 'k',
        c => c.to_ascii_lowercase(),
    })
}
