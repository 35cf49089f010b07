//! What was in the bucket, and when, by what the pushers wrote down.
//!
//! Between the moment when a request was sent and the moment when its answer came, nobody knows
//! which state the bucket was in. So each fact has two sets of moments: those at which it was
//! certainly so, and those at which it was possibly so.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::event::{Event, Fact, Moment};
use super::spans::Spans;

#[derive(Clone, Debug, Default)]
pub(super) struct Life {
    pub(super) certain: Spans,
    pub(super) possible: Spans,
}

impl Life {
    fn set(&mut self, began: Moment, ended: Moment) {
        self.possible.open(began);
        self.certain.open(ended);
    }

    fn clear(&mut self, began: Moment, ended: Moment) {
        self.certain.close(began);
        self.possible.close(ended);
    }
}

pub(super) struct Truth {
    /// In the order in which they ended.
    pub(super) events: Vec<Event>,
    facts: BTreeMap<Fact, Life>,
    /// What a manifest refers to.
    names: HashMap<String, Vec<String>>,
    /// The manifests that refer to a digest, at once or by an index, and the digest itself.
    holders: HashMap<String, BTreeSet<String>>,
    /// The revision links and the tags of a manifest.
    links: HashMap<String, Vec<Fact>>,
}

/// What keeps a blob alive.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Root {
    Revision,
    Tag,
}

impl Truth {
    pub(super) fn new(mut events: Vec<Event>) -> Self {
        // A repository's requests follow each other; only data comes from several pushers, and of
        // that the first answer counts.
        events.sort_by_key(|event| (event.ended, event.began));
        let mut facts: BTreeMap<Fact, Life> = BTreeMap::new();
        let mut names = HashMap::new();
        for event in &events {
            for fact in &event.clears {
                facts.entry(fact.clone()).or_default().clear(event.began, event.ended);
            }
            for fact in &event.sets {
                facts.entry(fact.clone()).or_default().set(event.began, event.ended);
            }
            names.extend(event.names.clone());
        }
        let mut truth =
            Self { events, facts, names, holders: HashMap::new(), links: HashMap::new() };
        truth.index();
        truth
    }

    fn index(&mut self) {
        for manifest in self.names.keys() {
            let mut open = vec![manifest];
            while let Some(digest) = open.pop() {
                let is_new =
                    self.holders.entry(digest.clone()).or_default().insert(manifest.clone());
                if is_new {
                    open.extend(self.names.get(digest).into_iter().flatten());
                }
            }
        }
        for fact in self.facts.keys() {
            if let Fact::Revision(_, digest) | Fact::Tag(_, _, digest) = fact {
                self.links.entry(digest.clone()).or_default().push(fact.clone());
            }
        }
    }

    pub(super) fn life(&self, fact: &Fact) -> Option<&Life> {
        self.facts.get(fact)
    }

    pub(super) fn facts(&self) -> impl Iterator<Item = (&Fact, &Life)> {
        self.facts.iter()
    }

    /// The digests whose bytes have been stored at some time.
    pub(super) fn stored(&self) -> impl Iterator<Item = (&str, &Life)> {
        self.facts.iter().filter_map(|(fact, life)| match fact {
            Fact::Data(digest) => Some((digest.as_str(), life)),
            _ => None,
        })
    }

    /// The manifests that refer to a digest, at once or by an index, and the digest itself.
    pub(super) fn holders(&self, digest: &str) -> impl Iterator<Item = &str> {
        self.holders.get(digest).into_iter().flatten().map(String::as_str)
    }

    /// The lives of all links of a kind by which a digest could be reached.
    pub(super) fn roots(&self, digest: &str, kind: Root) -> Vec<&Life> {
        self.root_facts(digest, kind).map(|fact| &self.facts[fact]).collect()
    }

    pub(super) fn root_facts(&self, digest: &str, kind: Root) -> impl Iterator<Item = &Fact> {
        let links = self.holders(digest).filter_map(|manifest| self.links.get(manifest));
        links.flatten().filter(move |fact| matches!(fact, Fact::Tag(..)) == (kind == Root::Tag))
    }

    /// When something certainly asked, or possibly did, for a link of a repository: a revision
    /// whose manifest names the digest, or a tag that does.
    pub(super) fn asked(&self, repository: &str, digest: &str) -> Vec<&Life> {
        let parents = self.holders(digest).filter(|manifest| {
            let names = self.names.get(*manifest).into_iter().flatten();
            names.into_iter().any(|named| named == digest)
        });
        let revisions = parents
            .map(|parent| Fact::Revision(repository.to_owned(), parent.to_owned()))
            .filter_map(|fact| self.facts.get(&fact));
        let tags = self
            .links
            .get(digest)
            .into_iter()
            .flatten()
            .filter(|fact| matches!(fact, Fact::Tag(place, ..) if place == repository));
        revisions.chain(tags.map(|fact| &self.facts[fact])).collect()
    }
}
