//! A pusher's hand: every request goes through it, and is written down.

use std::collections::BTreeMap;
use std::path::Path;

use super::event::{Event, Fact, Log, Moment, now};
use super::made::Made;
use crate::http::Client;
use crate::images::Blob;

/// A request that is written down once it has been answered.
#[derive(Default)]
pub(super) struct Deed {
    pub(super) words: String,
    pub(super) sets: Vec<Fact>,
    pub(super) clears: Vec<Fact>,
    pub(super) names: BTreeMap<String, Vec<String>>,
}

pub(super) struct Hand {
    client: Client,
    log: Log,
}

impl Hand {
    pub(super) fn new(address: &str, log: &Path) -> Self {
        Self { client: Client::at(address), log: Log::create(log) }
    }

    /// Does what `work` does.
    pub(super) fn perform<T>(&mut self, deed: Deed, work: impl FnOnce(&Client) -> T) -> T {
        let began = now();
        let done = work(&self.client);
        let Deed { words, sets, clears, names } = deed;
        let event = Event { began, ended: now(), deed: words, is_push: false, sets, clears, names };
        self.log.add(&event);
        done
    }

    /// Counts a push that began at `began` and has just ended.
    pub(super) fn pushed(&mut self, began: Moment, words: String) {
        let (sets, clears, names) = (Vec::new(), Vec::new(), BTreeMap::new());
        let event = Event { began, ended: now(), deed: words, is_push: true, sets, clears, names };
        self.log.add(&event);
    }

    pub(super) fn upload(&mut self, repository: &str, blob: &Blob) {
        let digest = blob.digest();
        let deed = Deed {
            words: format!("upload {digest} to {repository}"),
            sets: vec![Fact::Data(digest.clone()), Fact::Layer(repository.to_owned(), digest)],
            ..Deed::default()
        };
        self.perform(deed, |client| client.upload(repository, blob));
    }

    pub(super) fn mount(&mut self, to: &str, digest: &str, from: &str) {
        let deed = Deed {
            words: format!("mount {digest} into {to} from {from}"),
            sets: vec![Fact::Layer(to.to_owned(), digest.to_owned())],
            ..Deed::default()
        };
        self.perform(deed, |client| client.mount(to, digest, from));
    }

    /// Puts a manifest under a tag, which named `moved` before, or under its digest.
    pub(super) fn put(
        &mut self,
        repository: &str,
        tag: Option<&str>,
        moved: Option<&str>,
        top: &Made,
    ) {
        let digest = top.digest();
        let reference = tag.unwrap_or(digest);
        let deed = Deed {
            words: format!("put manifest {digest} as {repository}:{reference}"),
            ..brought(repository, tag, moved, &[top])
        };
        self.perform(deed, |client| client.put_manifest(repository, reference, &top.manifest));
    }

    pub(super) fn delete(&mut self, repository: &str, digest: &str, tags: &[String]) {
        let tagged =
            |tag: &String| Fact::Tag(repository.to_owned(), tag.clone(), digest.to_owned());
        let revision = Fact::Revision(repository.to_owned(), digest.to_owned());
        let deed = Deed {
            words: format!("delete {repository}@{digest} with its tags {tags:?}"),
            clears: tags.iter().map(tagged).chain([revision]).collect(),
            ..Deed::default()
        };
        self.perform(deed, |client| client.delete_manifest(repository, digest));
    }

    /// Deletes a repository's link to a blob; the data stays.
    pub(super) fn unlink(&mut self, repository: &str, digest: &str) {
        let deed = Deed {
            words: format!("delete blob {digest} of {repository}"),
            clears: vec![Fact::Layer(repository.to_owned(), digest.to_owned())],
            ..Deed::default()
        };
        self.perform(deed, |client| client.delete_blob(repository, digest));
    }

    pub(super) fn interrupt(&mut self, repository: &str, bytes: &[u8], chunks: usize) {
        let began = now();
        let id = self.client.abandon_upload(repository, bytes, chunks);
        let event = Event {
            began,
            ended: now(),
            deed: format!("abandon upload {id} of {repository} after {chunks} chunks"),
            is_push: false,
            sets: vec![Fact::Upload(repository.to_owned(), id)],
            clears: Vec::new(),
            names: BTreeMap::new(),
        };
        self.log.add(&event);
    }
}

/// What a push of `manifests` brings, of which the last one gets the tag.
pub(super) fn brought(
    repository: &str,
    tag: Option<&str>,
    moved: Option<&str>,
    manifests: &[&Made],
) -> Deed {
    let mut deed = Deed::default();
    for made in manifests {
        let digest = made.digest().to_owned();
        deed.sets.push(Fact::Data(digest.clone()));
        deed.sets.push(Fact::Revision(repository.to_owned(), digest.clone()));
        deed.names.insert(digest, made.names());
    }
    if let (Some(tag), Some(top)) = (tag, manifests.last()) {
        let named =
            |digest: &str| Fact::Tag(repository.to_owned(), tag.to_owned(), digest.to_owned());
        deed.sets.push(named(top.digest()));
        let moved = moved.filter(|moved| *moved != top.digest());
        deed.clears.extend(moved.map(named));
    }
    deed
}
