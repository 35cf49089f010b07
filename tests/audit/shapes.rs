//! Registries of every shape, as proptest draws them.

use jiff::Timestamp;
use ocifsck::layout::{Entry, Lockfile};
use ocifsck::oci::Digest;
use ocifsck::testing::{Document, Piece, RegistryBuilder};
use proptest::prelude::*;

use crate::support::now;

/// Names of which one begins another, and whose order in a listing is not that of a tree.
pub(crate) const REPOSITORIES: [&str; 4] = ["a", "a/b", "a-b", "team/docker/registry/v2/app"];
pub(crate) const TAGS: [&str; 3] = ["1.0", "latest", "v2-rc.1_x"];
const ROOTS: [&str; 4] = ["", "zarf-registry/", "a//b/", "/"];

/// Something that a client pushes.
#[derive(Debug, Clone)]
pub(crate) struct Push {
    what: What,
    repository: &'static str,
    /// `None`: by digest.
    tag: Option<&'static str>,
    /// Layers by number: low numbers, so that they are shared.
    layers: Vec<u8>,
}

#[derive(Debug, Clone)]
enum What {
    Image,
    DockerImage,
    Unnamed,
    Schema1 { is_signed: bool },
    Index { depth: u8 },
    DockerList,
    SparseIndex,
    UnnamedIndex,
    Artifact,
    ArtifactManifest,
    Referrer,
    Cosign,
    BuildCache,
    ForeignLayer { is_stored: bool },
    Sha512,
    UnknownAlgorithm,
    EmptyLayer,
    Mount,
    Upload,
    Placeholder,
    GitlabOnFiles,
    Outside,
}

#[derive(Debug, Clone)]
pub(crate) struct Plan {
    root: &'static str,
    pushes: Vec<Push>,
    struck: Struck,
}

/// The kinds of image that damage is done to.
#[derive(Debug, Clone, Copy)]
enum Struck {
    Image,
    DockerImage,
    Unnamed,
    ArtifactManifest,
}

fn push() -> impl Strategy<Value = Push> {
    let what = prop_oneof![
        Just(What::Image),
        Just(What::DockerImage),
        Just(What::Unnamed),
        any::<bool>().prop_map(|is_signed| What::Schema1 { is_signed }),
        (0..5_u8).prop_map(|depth| What::Index { depth }),
        Just(What::DockerList),
        Just(What::SparseIndex),
        Just(What::UnnamedIndex),
        Just(What::Artifact),
        Just(What::ArtifactManifest),
        Just(What::Referrer),
        Just(What::Cosign),
        Just(What::BuildCache),
        any::<bool>().prop_map(|is_stored| What::ForeignLayer { is_stored }),
        Just(What::Sha512),
        Just(What::UnknownAlgorithm),
        Just(What::EmptyLayer),
        Just(What::Mount),
        Just(What::Upload),
        Just(What::Placeholder),
        Just(What::GitlabOnFiles),
        Just(What::Outside),
    ];
    let repository = prop::sample::select(&REPOSITORIES[..]);
    let tag = prop::option::weighted(0.8, prop::sample::select(&TAGS[..]));
    let layers = prop::collection::vec(0..6_u8, 1..4);
    (what, repository, tag, layers).prop_map(|(what, repository, tag, layers)| Push {
        what,
        repository,
        tag,
        layers,
    })
}

pub(crate) fn plan() -> impl Strategy<Value = Plan> {
    let root = prop::sample::select(&ROOTS[..]);
    let pushes = prop::collection::vec(push(), 1..10);
    let struck = [Struck::Image, Struck::DockerImage, Struck::Unnamed, Struck::ArtifactManifest];
    let struck = prop::sample::select(struck.to_vec());
    (root, pushes, struck).prop_map(|(root, pushes, struck)| Plan { root, pushes, struck })
}

impl Plan {
    /// A healthy registry. There is an image of its own in it under `struck:1.0`, for damage.
    pub(crate) fn build(&self) -> RegistryBuilder {
        let mut registry = RegistryBuilder::new().root(self.root);
        self.push_to(&mut registry);
        registry.push("struck", "1.0", &self.struck());
        registry
    }

    /// The image of its own. Nothing else has its layers.
    pub(crate) fn struck(&self) -> Document {
        let image = match self.struck {
            Struck::Image => Document::image(),
            Struck::DockerImage => Document::docker_image(),
            Struck::Unnamed => Document::image().without_media_type(),
            Struck::ArtifactManifest => Document::artifact_manifest(),
        };
        image.layer("of its own, below").layer("of its own")
    }

    /// Pushes the same to another registry.
    pub(crate) fn push_to(&self, registry: &mut RegistryBuilder) {
        for push in &self.pushes {
            push.make(registry);
        }
    }

    pub(crate) fn has_sparse_index(&self) -> bool {
        self.pushes.iter().any(|push| matches!(push.what, What::SparseIndex))
    }

    pub(crate) fn has_unknown_algorithm(&self) -> bool {
        self.pushes.iter().any(|push| matches!(push.what, What::UnknownAlgorithm))
    }
}

impl Push {
    fn make(&self, registry: &mut RegistryBuilder) {
        let image = self.on(Document::image());
        let index = Document::index();
        let platform = "linux/arm64/v8";
        let document = match &self.what {
            What::Image => image,
            What::DockerImage => self.on(Document::docker_image()),
            What::Unnamed => image.without_media_type(),
            What::Schema1 { is_signed } => {
                let digest = self.put(registry, &self.on(Document::schema1()));
                if *is_signed {
                    registry.sign(self.repository, &digest, "a signature");
                }
                return;
            }
            What::Index { depth } => {
                let attested = index.clone().child("unknown/unknown", Document::image().layer("x"));
                (0..*depth).fold(attested.child("linux/amd64", image), |inner, _| {
                    Document::index().child(platform, inner)
                })
            }
            What::DockerList => {
                Document::docker_list().child(platform, self.on(Document::docker_image()))
            }
            What::SparseIndex => {
                let absent = Document::image().layer("of a platform that was not copied");
                index.child("linux/amd64", image).absent_child(platform, absent)
            }
            What::UnnamedIndex => index.child(platform, image).without_media_type(),
            What::Artifact => self.on(Document::artifact("application/vnd.example")),
            What::ArtifactManifest => self.on(Document::artifact_manifest()),
            What::Referrer => {
                let subject = self.put(registry, &image);
                let artifact = Document::artifact("application/vnd.example.sbom");
                registry.referrer(self.repository, &subject, artifact.layer("an sbom"));
                return;
            }
            What::Cosign => {
                let subject = self.put(registry, &image);
                registry.cosign(self.repository, &subject, "a signature by cosign");
                return;
            }
            What::BuildCache => Document::build_cache(self.layers(), "the cache's config"),
            What::ForeignLayer { is_stored: false } => {
                image.layer(Piece::foreign_layer("kept elsewhere"))
            }
            What::ForeignLayer { is_stored: true } => {
                image.layer(Piece::foreign_layer("kept here too").stored())
            }
            What::Sha512 => {
                self.layers().fold(Document::image(), |image, layer| image.layer(layer.sha512()))
            }
            What::UnknownAlgorithm => image.layer(Piece::layer("unknown").unknown_algorithm()),
            What::EmptyLayer => image.layer(""),
            What::Mount => {
                // As a pull-through by digest of another repository's image does.
                let other = REPOSITORIES[usize::from(self.layers[0]) % REPOSITORIES.len()];
                registry.push_untagged(other, &image);
                image
            }
            other => return self.make_no_document(other, registry),
        };
        self.put(registry, &document);
    }

    fn make_no_document(&self, what: &What, registry: &mut RegistryBuilder) {
        match what {
            What::Upload => {
                registry.set_time(Some(now()));
                registry.upload(self.repository, "6b1d-young", "half a layer");
                registry.set_time(Some(Timestamp::UNIX_EPOCH));
            }
            What::Placeholder => {
                registry.put(registry.key(&Entry::Placeholder("v2/blobs/")), "");
            }
            What::GitlabOnFiles => {
                let lockfile = Entry::Lockfile(Lockfile::FilesystemInUse);
                registry.put(registry.key(&lockfile), "1970-01-01T00:00:00Z");
            }
            _ => {
                registry.put("backup/2026.tar", "somebody else's");
                registry.put("readme", "");
            }
        }
    }

    fn put(&self, registry: &mut RegistryBuilder, document: &Document) -> Digest {
        match self.tag {
            Some(tag) => registry.push(self.repository, tag, document),
            None => registry.push_untagged(self.repository, document),
        }
    }

    fn layers(&self) -> impl Iterator<Item = Piece> {
        self.layers.iter().map(|number| Piece::layer("layer ".repeat(usize::from(*number) + 2)))
    }

    fn on(&self, document: Document) -> Document {
        self.layers().fold(document, Document::layer)
    }
}
