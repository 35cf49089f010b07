//! What a pusher may do next.

use std::rc::Rc;

use super::made::{Made, Part};
use super::pusher::Pusher;
use super::shelf::Held;
use crate::images::noise;

impl Pusher {
    /// One thing, by chance; if it cannot be done now, a push.
    pub(super) fn act(&mut self) {
        let is_done = match self.random.below(100) {
            0..22 => false,
            22..25 => self.push_by_client(),
            25..31 => self.push_index(),
            31..38 => self.retag(),
            38..44 => self.copy().is_some(),
            44..52 => self.promote(),
            52..70 => self.drop_one(),
            70..75 => self.name_anew(),
            75..80 => self.mount_old(),
            80..85 => self.upload_again(),
            85..91 => self.push_again(),
            91..93 => self.name_loose(),
            93..96 => {
                self.plant();
                true
            }
            96 => self.interrupt(),
            97..99 => self.sweep(),
            _ => self.break_link(),
        };
        if !is_done {
            let (repository, image, tag) = (self.repository(), self.fresh(), self.tag());
            self.push(&repository, &image, tag.as_deref(), None);
        }
        self.mend();
    }

    fn push_index(&mut self) -> bool {
        let children = vec![self.fresh(), self.fresh()];
        let (repository, tag) = (self.repository(), self.tag());
        self.push(&repository, &Rc::new(Made::index(children)), tag.as_deref(), None);
        true
    }

    fn retag(&mut self) -> bool {
        let (Some(held), Some(tag)) = (self.shelf.any(&mut self.random), self.tag()) else {
            return false;
        };
        self.push(&held.repository, &held.top, Some(&tag), None);
        true
    }

    /// Copies an image to another repository: where, if it was not there.
    fn copy(&mut self) -> Option<String> {
        let held = self.shelf.any(&mut self.random)?;
        self.copy_of(&held)
    }

    fn copy_of(&mut self, held: &Held) -> Option<String> {
        let (to, tag) = (self.other(&held.repository), self.tag());
        if self.shelf.find(&to, held.top.digest()).is_some() {
            return None;
        }
        match tag.as_deref() {
            Some(tag) if self.random.once_in(10) => self.copy_by_client(held, &to, tag),
            tag => self.push(&to, &held.top, tag, Some(&held.repository)),
        }
        Some(to)
    }

    /// Copies an image to another repository and deletes it from the first.
    fn promote(&mut self) -> bool {
        let Some(held) = self.shelf.aged(&mut self.random, self.pace.life()) else {
            return false;
        };
        if self.copy_of(&held).is_none() {
            return false;
        }
        self.delete(&held);
        true
    }

    fn drop_one(&mut self) -> bool {
        let held = self.shelf.aged(&mut self.random, self.pace.life());
        held.as_ref().map(|held| self.delete(held)).is_some()
    }

    /// A dead image that has had its rest, or one of a dead index.
    fn dead(&mut self) -> Option<(String, Rc<Made>)> {
        let held = self.shelf.raise(&mut self.random, self.pace.rest())?;
        Some((held.repository, held.top))
    }

    fn dead_parts(&mut self) -> Option<(String, Vec<Part>)> {
        let (repository, top) = self.dead()?;
        let images = top.images();
        let image = &images[self.random.below(images.len())];
        Some((repository, image.parts.clone()))
    }

    /// A new manifest that names what is old, sometimes with a config that is new.
    fn of_old(&mut self, mut parts: Vec<Part>) -> Rc<Made> {
        let name = self.name();
        let old = parts.remove(0);
        let config = if self.random.once_in(2) { Part::config(&name) } else { old };
        Rc::new(Made::image(&name, config, parts))
    }

    /// A new manifest names old blobs that its repository still links: no new link is written.
    fn name_anew(&mut self) -> bool {
        let Some((repository, parts)) = self.dead_parts() else { return false };
        let (image, tag) = (self.of_old(parts), self.tag());
        self.push(&repository, &image, tag.as_deref(), None);
        true
    }

    /// Old blobs are mounted into another repository.
    fn mount_old(&mut self) -> bool {
        let Some((from, parts)) = self.dead_parts() else { return false };
        let (to, image, tag) = (self.other(&from), self.of_old(parts), self.tag());
        self.push(&to, &image, tag.as_deref(), Some(&from));
        true
    }

    /// Old blobs are uploaded once more, to another repository: the data is not written again.
    fn upload_again(&mut self) -> bool {
        let Some((from, parts)) = self.dead_parts() else { return false };
        let (to, image, tag) = (self.other(&from), self.of_old(parts), self.tag());
        self.push(&to, &image, tag.as_deref(), None);
        true
    }

    /// A deleted image is pushed again as it was: often nothing but the revision's link is written.
    fn push_again(&mut self) -> bool {
        let Some((repository, top)) = self.dead() else { return false };
        let tag = self.tag();
        self.push(&repository, &top, tag.as_deref(), None);
        true
    }

    /// A new manifest names a blob that none has named before.
    fn name_loose(&mut self) -> bool {
        let Some((repository, part)) = self.shelf.pick_up(self.pace.rest()) else {
            return false;
        };
        let (name, tag) = (self.name(), self.tag());
        let image = Rc::new(Made::image(&name, Part::config(&name), vec![part]));
        self.push(&repository, &image, tag.as_deref(), None);
        true
    }

    fn interrupt(&mut self) -> bool {
        let (repository, name) = (self.repository(), self.name());
        let chunks = self.random.below(4);
        let bytes = noise(&name, 2000);
        self.hand.interrupt(&repository, &bytes, chunks);
        true
    }

    /// Deletes the links of a dead image that nothing of its repository names any more.
    fn sweep(&mut self) -> bool {
        let Some((repository, parts)) = self.dead_parts() else { return false };
        for part in parts {
            let digest = &part.digest;
            if self.shelf.is_linked(&repository, digest)
                && !self.shelf.is_named(&repository, digest)
            {
                self.hand.unlink(&repository, digest);
                self.shelf.unlink(&repository, digest);
            }
        }
        true
    }

    /// Deletes the link to a layer below a living image, whose pulls fail from then on.
    fn break_link(&mut self) -> bool {
        let Some(held) = self.shelf.aged(&mut self.random, self.pace.life()) else {
            return false;
        };
        let Some(part) = held.top.parts.get(1).cloned() else { return false };
        if !self.shelf.is_linked(&held.repository, &part.digest) {
            return false;
        }
        self.hand.unlink(&held.repository, &part.digest);
        self.shelf.break_link(&held.repository, part);
        true
    }
}
