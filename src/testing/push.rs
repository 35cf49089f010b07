//! Pushes: what a client and a registry write, in their order.

use super::document::{Document, Entry};
use super::piece::{Piece, Storage};
use super::registry::RegistryBuilder;
use crate::layout;
use crate::oci::Digest;

impl RegistryBuilder {
    /// Pushes an image of these layers under a tag.
    pub fn image(&mut self, repository: &str, tag: &str, layers: &[&str]) -> Digest {
        let layers = layers.iter().copied();
        let image = layers.fold(Document::image(), Document::layer);
        self.push(repository, tag, &image)
    }

    /// Pushes a document, with all that it refers to, under a tag.
    pub fn push(&mut self, repository: &str, tag: &str, document: &Document) -> Digest {
        let digest = self.push_untagged(repository, document);
        self.tag(repository, tag, &digest);
        digest
    }

    /// Pushes a document, with all that it refers to, by its digest.
    pub fn push_untagged(&mut self, repository: &str, document: &Document) -> Digest {
        let config = document.own_config();
        for piece in document.layers.iter().chain(&config) {
            self.piece(repository, piece);
        }
        for entry in &document.entries {
            match entry {
                Entry::Child { document, is_pushed: true, .. } => {
                    self.push_untagged(repository, document);
                }
                Entry::Child { .. } => {}
                Entry::Layer(piece) => self.piece(repository, piece),
            }
        }
        self.manifest(repository, document.bytes())
    }

    /// Stores any bytes as a manifest, and links them.
    pub fn manifest(&mut self, repository: &str, bytes: impl Into<Vec<u8>>) -> Digest {
        let digest = self.blob(bytes);
        self.link(&layout::Entry::Revision { repository, digest: digest.clone() }, &digest);
        digest
    }

    /// Pushes a signature under cosign's tag.
    pub fn cosign(&mut self, repository: &str, subject: &Digest, signature: &str) -> Digest {
        let tag = format!("{}.sig", fallback_tag(subject));
        self.push(repository, &tag, &Document::image().layer(signature))
    }

    /// Pushes a referrer, and lists it under the fallback tag of its subject.
    pub fn referrer(&mut self, repository: &str, subject: &Digest, artifact: Document) -> Digest {
        let artifact = artifact.subject(subject);
        let digest = self.push_untagged(repository, &artifact);
        let index = Document::index().child("unknown/unknown", artifact);
        self.push(repository, &fallback_tag(subject), &index);
        digest
    }

    /// Distribution links a piece under the name that the client gives and under its own, and
    /// both links say its own.
    pub(super) fn piece(&mut self, repository: &str, piece: &Piece) {
        if piece.storage == Storage::Nowhere {
            return;
        }
        let (named, stored) = (piece.digest(), piece.stored_as());
        self.blob_as(&stored, piece.bytes.clone());
        for digest in [named, stored.clone()] {
            self.link(&layout::Entry::Layer { repository, digest }, &stored);
        }
    }
}

/// By the referrers tag schema.
fn fallback_tag(subject: &Digest) -> String {
    format!("{}-{}", subject.algorithm(), subject.encoded())
}
