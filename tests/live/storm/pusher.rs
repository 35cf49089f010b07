//! A process that pushes, deletes and brings back to life, as fast as the registry lets it.

use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

use serde::{Deserialize, Serialize};

use super::clients::Clients;
use super::event::now;
use super::hand::Hand;
use super::made::{Made, Part};
use super::pace::Pace;
use super::random::Random;
use super::shelf::{Held, Shelf};

/// What a pusher is told to do.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) address: String,
    pub(super) folder: PathBuf,
    pub(super) seed: u64,
    /// Which of the pushers this is.
    pub(super) number: usize,
    /// How many pushes are its share.
    pub(super) pushes: usize,
    /// After how many seconds it ends in any case.
    pub(super) limit: u64,
}

impl Task {
    pub(super) fn log(&self) -> PathBuf {
        self.folder.join(format!("pusher-{}.jsonl", self.number))
    }
}

/// Repositories of a pusher. An image is promoted from any to any, so also to a part of a listing
/// that has passed.
const REPOSITORIES: [&str; 5] = ["a", "a/b", "a-b", "m", "z"];
const TAGS: usize = 12;
/// Layers that all pushers share, of which most live at any time.
const COMMON: usize = 60;
/// Links that are left broken below living images.
const BROKEN: usize = 3;

pub(super) struct Pusher {
    pub(super) task: Task,
    pub(super) random: Random,
    pub(super) hand: Hand,
    pub(super) shelf: Shelf,
    pub(super) clients: Clients,
    pub(super) pace: Pace,
    pushes: usize,
    serial: usize,
}

impl Pusher {
    pub(super) fn new(task: Task) -> Self {
        Self {
            random: Random::new(task.seed.wrapping_mul(1000).wrapping_add(task.number as u64)),
            hand: Hand::new(&task.address, &task.log()),
            shelf: Shelf::default(),
            clients: Clients::new(&task.address),
            pace: Pace::now(&task.folder).expect("the pace is set before the pushers start"),
            pushes: 0,
            serial: 0,
            task,
        }
    }

    pub(super) fn run(mut self) {
        for _ in 0..20 {
            self.plant();
        }
        let began = Instant::now();
        while began.elapsed().as_secs() < self.task.limit {
            let Some(pace) = Pace::now(&self.task.folder) else { break };
            self.pace = pace;
            if self.pushes >= self.task.pushes && self.pace.is_enough {
                break;
            }
            self.act();
        }
    }

    /// A name that no pusher has had.
    pub(super) fn name(&mut self) -> String {
        self.serial += 1;
        format!("{} {} {}", self.task.seed, self.task.number, self.serial)
    }

    pub(super) fn repository(&mut self) -> String {
        let name = REPOSITORIES[self.random.below(REPOSITORIES.len())];
        format!("storm/p{}/{name}", self.task.number)
    }

    /// Any repository but one.
    pub(super) fn other(&mut self, repository: &str) -> String {
        loop {
            let other = self.repository();
            if other != repository {
                return other;
            }
        }
    }

    /// A tag, mostly.
    pub(super) fn tag(&mut self) -> Option<String> {
        let tag = format!("v{}", self.random.below(TAGS));
        (!self.random.once_in(6)).then_some(tag)
    }

    /// An image with a layer of its own, and perhaps some that others have too.
    pub(super) fn fresh(&mut self) -> Rc<Made> {
        let name = self.name();
        let mut layers = vec![Part::layer(&name)];
        while self.random.once_in(2) {
            layers.push(Part::layer(&format!("common {}", self.random.below(COMMON))));
        }
        Rc::new(Made::image(&name, Part::config(&name), layers))
    }

    /// Uploads a blob that nothing names.
    pub(super) fn plant(&mut self) {
        let (repository, name) = (self.repository(), self.name());
        let part = Part::layer(&name);
        self.provide(&repository, &part, None);
        self.shelf.loosen(&repository, part);
    }

    /// Sees to it that a repository links a blob, by a mount if it can be had so.
    pub(super) fn provide(&mut self, repository: &str, part: &Part, from: Option<&str>) {
        if self.shelf.is_linked(repository, &part.digest) {
            return;
        }
        match from.filter(|from| self.shelf.is_linked(from, &part.digest)) {
            Some(from) => self.hand.mount(repository, &part.digest, from),
            None => self.hand.upload(repository, &part.blob),
        }
        self.shelf.link(repository, &part.digest);
    }

    /// Pushes an image or an index as clients do: what is there is not sent again.
    pub(super) fn push(
        &mut self,
        repository: &str,
        top: &Rc<Made>,
        tag: Option<&str>,
        from: Option<&str>,
    ) {
        let began = now();
        for image in top.images() {
            for part in &image.parts {
                self.provide(repository, part, from);
            }
            if image.digest() != top.digest() {
                self.hand.put(repository, None, None, &image);
            }
        }
        let moved = tag.and_then(|tag| self.shelf.tagged(repository, tag));
        self.hand.put(repository, tag, moved.as_deref(), top);
        self.came(repository, top, tag);
        self.count(began, repository, top);
    }

    pub(super) fn came(&mut self, repository: &str, top: &Rc<Made>, tag: Option<&str>) {
        for child in &top.children {
            self.shelf.put(repository, child, None);
        }
        self.shelf.put(repository, top, tag);
    }

    pub(super) fn count(&mut self, began: i64, repository: &str, top: &Made) {
        self.hand.pushed(began, format!("pushed {} to {repository}", top.digest()));
        self.pushes += 1;
    }

    /// Deletes an image; of an index mostly its images too.
    pub(super) fn delete(&mut self, held: &Held) {
        self.hand.delete(&held.repository, held.top.digest(), &held.tags);
        self.shelf.fell(held);
        if held.top.children.is_empty() || self.random.once_in(3) {
            return;
        }
        for child in &held.top.children {
            let child = self.shelf.find(&held.repository, child.digest()).cloned();
            if let Some(child) = child.filter(|child| child.since.elapsed() >= self.pace.life()) {
                self.delete(&child);
            }
        }
    }

    /// Links that are to stay broken are few: the oldest are mended.
    pub(super) fn mend(&mut self) {
        if let Some((repository, part)) = self.shelf.to_mend(BROKEN) {
            self.provide(&repository, &part, None);
        }
    }
}
