//! What is pushed in years of use: made up at random, and each its own.

use fastrand::Rng;
use ocifsck::testing::{Document, Piece};

use super::ledger::Manifest;

const PLATFORMS: [&str; 4] = ["linux/amd64", "linux/arm64", "linux/arm/v7", "windows/amd64"];

pub(crate) struct Maker {
    rng: Rng,
    /// So that no two things are the same by chance.
    serial: usize,
    /// How many layers there are that several images have.
    shared_layers: usize,
    has_schema1: bool,
}

impl Maker {
    pub(crate) fn new(rng: Rng, shared_layers: usize, has_schema1: bool) -> Self {
        Self { rng, serial: 0, shared_layers, has_schema1 }
    }

    pub(crate) fn any_image(&mut self) -> Document {
        match self.rng.u32(0..10) {
            0..4 => self.image(),
            4..8 => self.layers_on(Document::docker_image()),
            8 if self.has_schema1 => self.layers_on(Document::schema1()),
            _ => self.image().without_media_type(),
        }
    }

    pub(crate) fn any_index(&mut self) -> Manifest {
        match self.rng.u32(0..6) {
            0 => self.attested_index(),
            1 => Manifest::from(Document::index()).child(PLATFORMS[0], self.attested_index()),
            2 => self.docker_list(),
            3 => {
                let mut index = self.attested_index();
                index.document = index.document.without_media_type();
                index
            }
            4 => {
                // Copied for one platform alone.
                let (here, elsewhere) = (self.image(), self.image());
                let mut index = Manifest::from(Document::index()).child(PLATFORMS[0], here.into());
                index.document = index.document.absent_child(PLATFORMS[1], elsewhere);
                index
            }
            _ => {
                let layers = [self.layer(), self.layer(), self.layer()];
                let config = format!("the config of cache {}", self.next());
                Document::build_cache(layers, &config).into()
            }
        }
    }

    pub(crate) fn any_artifact(&mut self) -> Document {
        match self.rng.u32(0..4) {
            0 => Document::artifact("application/vnd.cncf.helm.chart")
                .layer(self.own_layer("a chart")),
            1 => self.image().layer(Piece::foreign_layer(self.own("kept elsewhere"))),
            2 => self.image().layer(Piece::foreign_layer(self.own("kept here too")).stored()),
            _ => self.image().layer(""),
        }
    }

    fn attested_index(&mut self) -> Manifest {
        let mut index = Manifest::from(Document::index());
        for platform in &PLATFORMS[..self.rng.usize(1..=PLATFORMS.len())] {
            let attestation = Document::image().layer(self.own_layer("an attestation"));
            index = index.child(platform, self.image().into());
            index = index.child("unknown/unknown", attestation.into());
        }
        index
    }

    fn docker_list(&mut self) -> Manifest {
        let (one, other) =
            (self.layers_on(Document::docker_image()), self.layers_on(Document::docker_image()));
        Manifest::from(Document::docker_list())
            .child(PLATFORMS[0], one.into())
            .child(PLATFORMS[1], other.into())
    }

    pub(crate) fn image(&mut self) -> Document {
        self.layers_on(Document::image())
    }

    /// Some layers that others have too, and one of its own.
    fn layers_on(&mut self, mut document: Document) -> Document {
        for _ in 0..self.rng.usize(0..4) {
            document = document.layer(self.layer());
        }
        document.layer(self.own_layer("an application"))
    }

    fn layer(&mut self) -> Piece {
        Piece::layer(if self.rng.bool() { self.shared() } else { self.own("a layer") })
    }

    pub(crate) fn own_layer(&mut self, what: &str) -> Piece {
        Piece::layer(self.own(what))
    }

    pub(crate) fn shared(&mut self) -> String {
        format!("a layer that many have, {}", self.rng.usize(0..self.shared_layers))
    }

    pub(crate) fn own(&mut self, what: &str) -> String {
        format!("{what}, {}", self.next())
    }

    pub(crate) fn next(&mut self) -> usize {
        self.serial += 1;
        self.serial
    }
}
