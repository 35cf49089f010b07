//! Descriptors: what a manifest says of the content that it refers to.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};
use serde::Deserialize;

use super::digest::Digest;

/// A reference to content by its digest
/// ([image-spec, descriptor.md](https://github.com/opencontainers/image-spec/blob/main/descriptor.md)).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Descriptor {
    /// What kind of content it is, where the manifest says.
    pub media_type: Option<String>,
    /// Its name.
    pub digest: Digest,
    /// Its size in bytes. Schema 1 does not say.
    pub size: Option<u64>,
    /// The platform that an index's entry is for: `os/architecture[/variant]`.
    pub platform: Option<String>,
    /// The MD5 of the content, where the descriptor carries it and it is the content named.
    pub inline: Option<[u8; 16]>,
}

/// A descriptor as it is written.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RawDescriptor {
    media_type: Option<String>,
    digest: Option<String>,
    size: Option<i64>,
    platform: Option<RawPlatform>,
    data: Option<String>,
}

#[derive(Debug, Deserialize)]
struct RawPlatform {
    os: Option<String>,
    architecture: Option<String>,
    variant: Option<String>,
}

impl RawDescriptor {
    /// The descriptor, and what is wrong with it; none where it names no digest.
    pub(super) fn read(self, place: &str, problems: &mut Vec<String>) -> Option<Descriptor> {
        let digest = match self.digest.as_deref().map(str::parse::<Digest>) {
            Some(Ok(digest)) => digest,
            Some(Err(error)) => {
                let text: String = self.digest.unwrap_or_default().chars().take(200).collect();
                problems.push(format!("{place}: the digest {text:?} is none ({error})"));
                return None;
            }
            None => {
                problems.push(format!("{place}: there is no digest"));
                return None;
            }
        };
        let size = self.size.and_then(|size| {
            u64::try_from(size)
                .inspect_err(|_| problems.push(format!("{place}: the size {size} is negative")))
                .ok()
        });
        let inline = self.data.and_then(|data| {
            let content = content(&data, &digest, size);
            if content.is_none() {
                problems.push(format!("{place}: the inline data is not the content of {digest}"));
            }
            content.map(|bytes| Md5::digest(bytes).into())
        });
        Some(Descriptor {
            media_type: self.media_type,
            digest,
            size,
            platform: self.platform.map(RawPlatform::text),
            inline,
        })
    }
}

impl RawPlatform {
    fn text(self) -> String {
        let os = self.os.as_deref().unwrap_or("unknown");
        let architecture = self.architecture.as_deref().unwrap_or("unknown");
        match self.variant.as_deref() {
            None | Some("") => format!("{os}/{architecture}"),
            Some(variant) => format!("{os}/{architecture}/{variant}"),
        }
    }
}

/// What `data`, in base64, says, if it is the content that the digest and the size name. Content
/// under an algorithm that is not known here is taken at its word.
fn content(data: &str, digest: &Digest, size: Option<u64>) -> Option<Vec<u8>> {
    STANDARD.decode(data).ok().filter(|bytes| {
        size.is_none_or(|size| size == bytes.len() as u64)
            && digest.of_same_algorithm(bytes).is_none_or(|actual| actual == *digest)
    })
}
