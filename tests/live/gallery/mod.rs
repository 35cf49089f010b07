//! A small registry in which every kind of damage has a place of its own, and the list of what
//! must be said about each: no more, no less.
//!
//! Each exhibit is one function that pushes what it needs through the registry and then harms it
//! below. What a registry's own garbage collection would have swept with it is swept too, so that
//! one exhibit shows one fact.

mod corrupt;
mod garbage;
mod judge;
mod missing;
mod whole;

pub(crate) use judge::assert_reported;

use crate::http::Client;
use crate::images::{Blob, Image, Layer, layer, noise};
use crate::keys;
use crate::objects::Objects;
use crate::registry::Registry;
use crate::skopeo;

/// A finding that must be reported. What is `None` is not looked at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expected {
    pub(crate) code: &'static str,
    pub(crate) repository: Option<String>,
    pub(crate) tag: Option<String>,
    pub(crate) digest: Option<String>,
    /// Below `<root>/docker/registry/v2/`.
    pub(crate) key: Option<String>,
}

impl Expected {
    fn new(code: &'static str) -> Self {
        Self { code, ..Self::default() }
    }

    fn digest(self, digest: impl Into<String>) -> Self {
        Self { digest: Some(digest.into()), ..self }
    }

    fn key(self, key: impl Into<String>) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    fn within(self, repository: &str) -> Self {
        Self { repository: Some(repository.to_owned()), ..self }
    }

    fn tagged(self, tag: &str) -> Self {
        Self { tag: Some(tag.to_owned()), ..self }
    }
}

/// One exhibit: where it is, what was done, and what follows.
pub(crate) struct Exhibit {
    pub(crate) place: String,
    pub(crate) done: &'static str,
    pub(crate) expected: Vec<Expected>,
}

impl Exhibit {
    fn new(place: &str, done: &'static str, expected: impl IntoIterator<Item = Expected>) -> Self {
        Self { place: place.to_owned(), done, expected: expected.into_iter().collect() }
    }
}

/// What an exhibit is made with.
pub(crate) struct Stage<'a> {
    registry: &'a Registry,
    client: Client,
    objects: &'a dyn Objects,
    base: Layer,
}

/// Fills the registry and harms what lies below it.
pub(crate) fn fill(registry: &Registry, objects: &dyn Objects) -> Vec<Exhibit> {
    let client = Client::new(registry);
    let base = layer("lib/base.so", noise("base", 96 << 10));
    let stage = Stage { registry, client, objects, base };
    whole::push(&stage);
    let broken = corrupt::EXHIBITS.iter().chain(&missing::EXHIBITS);
    let exhibits = broken.chain(&garbage::EXHIBITS);
    exhibits.map(|exhibit| exhibit(&stage)).collect()
}

impl Stage<'_> {
    /// An image on the shared base with a layer of its own.
    fn image(&self, title: &str) -> Image {
        Image::new(title, "amd64", &[self.base.clone(), layer("app/binary", noise(title, 4 << 10))])
    }

    /// Pushes an image of that repository's own as its tag `1.0`.
    fn push(&self, repository: &str) -> Image {
        let image = self.image(repository);
        self.push_as(repository, "1.0", &image);
        image
    }

    fn push_as(&self, repository: &str, tag: &str, image: &Image) {
        let reference = format!("{repository}:{tag}");
        skopeo::push(self.registry, &reference, image, &["--preserve-digests"]);
    }

    /// Removes what garbage collection sweeps once no revision links the image: the data, not the
    /// links of the layers, which it leaves dangling.
    fn sweep(&self, image: &Image) {
        for blob in [&image.manifest, &image.config, own_layer(image)] {
            self.objects.delete(&keys::data(&blob.digest()));
        }
    }
}

/// The layer that an image shares with no other.
fn own_layer(image: &Image) -> &Blob {
    image.layers.last().expect("an image has layers")
}

/// A finding for each of the two blobs that only `image` refers to.
fn of_own_parts(image: &Image, code: &'static str) -> [Expected; 2] {
    [&image.config, own_layer(image)].map(|blob| Expected::new(code).digest(blob.digest()))
}
