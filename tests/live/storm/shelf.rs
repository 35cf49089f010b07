//! What a pusher knows to lie in its repositories.

use std::collections::HashSet;
use std::rc::Rc;
use std::time::{Duration, Instant};

use super::made::{Made, Part};
use super::random::Random;

/// An image or index of a repository.
#[derive(Clone)]
pub(super) struct Held {
    pub(super) repository: String,
    pub(super) top: Rc<Made>,
    pub(super) tags: Vec<String>,
    /// Since when it lives, or lies dead.
    pub(super) since: Instant,
}

/// The most dead images and loose blobs that are kept in mind.
const MEMORY: usize = 150;

#[derive(Default)]
pub(super) struct Shelf {
    live: Vec<Held>,
    /// Deleted images, whose blobs and mostly links still lie there.
    fallen: Vec<Held>,
    /// Blobs that no manifest has named, and the repository that links them.
    loose: Vec<(String, Part, Instant)>,
    /// Links to blobs that living images name and that were deleted below them.
    broken: Vec<(String, Part)>,
    /// The repositories' links to blobs.
    links: HashSet<(String, String)>,
}

impl Shelf {
    pub(super) fn is_linked(&self, repository: &str, digest: &str) -> bool {
        self.links.contains(&(repository.to_owned(), digest.to_owned()))
    }

    pub(super) fn link(&mut self, repository: &str, digest: &str) {
        self.links.insert((repository.to_owned(), digest.to_owned()));
        self.broken.retain(|(place, part)| place != repository || part.digest != digest);
    }

    pub(super) fn unlink(&mut self, repository: &str, digest: &str) {
        self.links.remove(&(repository.to_owned(), digest.to_owned()));
    }

    pub(super) fn find(&self, repository: &str, digest: &str) -> Option<&Held> {
        self.live.iter().find(|held| held.repository == repository && held.top.digest() == digest)
    }

    /// The digest that a tag names.
    pub(super) fn tagged(&self, repository: &str, tag: &str) -> Option<String> {
        let has =
            |held: &&Held| held.repository == repository && held.tags.iter().any(|own| own == tag);
        self.live.iter().find(has).map(|held| held.top.digest().to_owned())
    }

    /// A manifest has come, or has come under another tag.
    pub(super) fn put(&mut self, repository: &str, top: &Rc<Made>, tag: Option<&str>) {
        for held in self.live.iter_mut().filter(|held| held.repository == repository) {
            held.tags.retain(|own| Some(own.as_str()) != tag);
        }
        let tags = tag.map(str::to_owned);
        let same =
            |held: &&mut Held| held.repository == repository && held.top.digest() == top.digest();
        if let Some(held) = self.live.iter_mut().find(same) {
            held.tags.extend(tags);
        } else {
            self.live.push(Held {
                repository: repository.to_owned(),
                top: Rc::clone(top),
                tags: tags.into_iter().collect(),
                since: Instant::now(),
            });
        }
    }

    pub(super) fn loosen(&mut self, repository: &str, part: Part) {
        self.loose.push((repository.to_owned(), part, Instant::now()));
        forget(&mut self.loose);
    }

    pub(super) fn break_link(&mut self, repository: &str, part: Part) {
        self.unlink(repository, &part.digest);
        self.broken.push((repository.to_owned(), part));
    }

    /// Any living image.
    pub(super) fn any(&self, random: &mut Random) -> Option<Held> {
        (!self.live.is_empty()).then(|| self.live[random.below(self.live.len())].clone())
    }

    /// A living image that is old enough to die, and no part of a living index.
    pub(super) fn aged(&self, random: &mut Random, life: Duration) -> Option<Held> {
        let order = random.shuffled(self.live.len()).into_iter();
        let found = order.map(|place| &self.live[place]).find(|held| {
            held.since.elapsed() >= life && !self.is_child(&held.repository, held.top.digest())
        });
        found.cloned()
    }

    fn is_child(&self, repository: &str, digest: &str) -> bool {
        let mut tops = self.live.iter().filter(|held| held.repository == repository);
        tops.any(|held| held.top.children.iter().any(|child| child.digest() == digest))
    }

    /// Takes a living image for dead.
    pub(super) fn fell(&mut self, dead: &Held) {
        self.live.retain(|held| {
            held.repository != dead.repository || held.top.digest() != dead.top.digest()
        });
        self.fallen.push(Held { tags: Vec::new(), since: Instant::now(), ..dead.clone() });
        forget(&mut self.fallen);
    }

    /// A dead image, or a blob that none has named, which has had its rest.
    pub(super) fn raise(&mut self, random: &mut Random, rest: Duration) -> Option<Held> {
        let ripe = self.fallen.iter().take_while(|held| held.since.elapsed() >= rest).count();
        (ripe > 0).then(|| self.fallen.remove(random.below(ripe)))
    }

    pub(super) fn pick_up(&mut self, rest: Duration) -> Option<(String, Part)> {
        let is_ripe = self.loose.first().is_some_and(|(_, _, since)| since.elapsed() >= rest);
        is_ripe.then(|| self.loose.remove(0)).map(|(repository, part, _)| (repository, part))
    }

    /// A link to mend, while more than `most` are broken.
    pub(super) fn to_mend(&self, most: usize) -> Option<(String, Part)> {
        (self.broken.len() > most).then(|| self.broken[0].clone())
    }

    /// Whether a living image of the repository names a blob.
    pub(super) fn is_named(&self, repository: &str, digest: &str) -> bool {
        let mut own = self.live.iter().filter(|held| held.repository == repository);
        own.any(|held| held.top.parts.iter().any(|part| part.digest == digest))
    }
}

fn forget<T>(list: &mut Vec<T>) {
    if list.len() > MEMORY {
        list.remove(0);
    }
}
