//! Explanations of registries made in memory, read as people read them.

mod broken;
mod documented;
mod images;
mod keys;
mod laws;
mod needed;

use std::sync::Arc;

use super::*;
use crate::oci::Digest;
use crate::scan::{self, Options, Silent};
use crate::store::MemoryStore;
use crate::testing::{Document, Piece, RegistryBuilder};

/// A bucket and its audit.
struct Audited {
    store: MemoryStore,
    report: Report,
}

impl Audited {
    async fn of(registry: &RegistryBuilder) -> Self {
        Self::with(registry, Options::default()).await
    }

    async fn with(registry: &RegistryBuilder, options: Options) -> Self {
        let store = Arc::new(registry.store());
        let clock = Arc::new(|| "2026-01-02T00:00:00Z".parse().unwrap());
        let reports = scan::audit(store, "s3://bucket", "", &options, clock, Arc::new(Silent));
        Self { store: registry.store(), report: reports.await.unwrap().remove(0) }
    }

    async fn explain(&self, reference: &str) -> Result<Explanation, ExplainError> {
        explain(&self.store, &self.report, &Reference::parse(reference).unwrap()).await
    }

    async fn text(&self, reference: &str) -> String {
        text_of(&self.explain(reference).await.unwrap())
    }

    async fn why(&self, reference: impl ToString) -> String {
        let digest = self.explain(&reference.to_string()).await.unwrap().digest.unwrap();
        format!("{}: {}", digest.status.as_str(), digest.why)
    }
}

fn text_of(explanation: &Explanation) -> String {
    let mut out = Vec::new();
    explanation.write_text(&Palette::PLAIN, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// An image of two layers, as `BuildKit` makes them, for an architecture.
fn image(architecture: &str) -> Document {
    let diff_id = |text: &str| Digest::sha256_of(text.as_bytes()).to_string();
    let config = serde_json::json!({
        "os": "linux",
        "architecture": architecture,
        "created": "2025-05-05T05:05:05Z",
        "rootfs": {"type": "layers", "diff_ids": [diff_id("base"), diff_id(architecture)]},
        "history": [
            {"created_by": "/bin/sh -c #(nop) ADD file:5d673d25da3a14ce1f6cf in / "},
            {"created_by": "ENV PATH=/usr/bin", "empty_layer": true},
            {"created_by": "RUN /bin/sh -c apk add\n  --no-cache ca-certificates # buildkit"},
            {"created_by": "/bin/sh -c #(nop)  CMD [\"sh\"]", "empty_layer": true},
        ],
    });
    Document::image()
        .layer("the base layer")
        .layer(Piece::layer(format!("the tools for {architecture}")))
        .config(Piece::config(config.to_string()))
}

fn layer(text: &str) -> Digest {
    Digest::sha256_of(text.as_bytes())
}
