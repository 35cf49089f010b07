//! Names for digests, so that a snapshot can be read: `<base>` for a layer of that text,
//! `<team/app:1.0>` for what the tag names, `<team/app:1.0 config>` for what that refers to.

use std::collections::BTreeMap;

use ocifsck::layout::{Entry, Root, parse};
use ocifsck::oci::{Digest, Manifest, Role};
use ocifsck::testing::RegistryBuilder;

/// How far the references of a manifest are followed for names.
const DEPTH: usize = 3;

/// Names of digests, by their hexadecimal part.
#[derive(Debug, Default)]
pub(crate) struct Names(BTreeMap<String, String>);

impl Names {
    /// Gives a digest a name, unless it has one.
    pub(crate) fn call(&mut self, digest: &Digest, name: &str) {
        let name = self.put(&name.escape_debug().to_string());
        self.0.entry(digest.encoded()).or_insert(name);
    }

    /// Finds names for what lies in a registry.
    pub(crate) fn learn(&mut self, registry: &RegistryBuilder) {
        for (key, bytes) in registry.objects() {
            let Some((_, path)) = Root::split(key) else { continue };
            match (parse(path), std::str::from_utf8(bytes)) {
                (Some(Entry::Blob { .. }), Ok(text)) if is_plain(text) => self.call_text(text),
                (Some(Entry::Tag { repository, tag }), Ok(text)) => {
                    if let Ok(digest) = text.trim().parse() {
                        self.call_tree(registry, &digest, &format!("{repository}:{tag}"), DEPTH);
                    }
                }
                _ => {}
            }
        }
    }

    fn call_text(&mut self, text: &str) {
        let sha512 = Digest::from_sha512([0; 64]).of_same_algorithm(text.as_bytes()).unwrap();
        self.call(&Digest::sha256_of(text.as_bytes()), text);
        self.call(&sha512, text);
    }

    fn call_tree(&mut self, registry: &RegistryBuilder, digest: &Digest, name: &str, depth: usize) {
        self.call(digest, name);
        let bytes = registry.get(&registry.data_key(digest));
        let Some(manifest) = bytes.and_then(|bytes| Manifest::parse(bytes).ok()) else { return };
        for (index, (role, to)) in manifest.references.iter().enumerate().take(9) {
            let part = match (role, &to.platform) {
                (Role::Config, _) => "config".to_owned(),
                (Role::Layer, _) => format!("layer {index}"),
                (Role::Child, Some(platform)) => platform.clone(),
                (Role::Child, None) => format!("entry {index}"),
                (Role::Ignored, _) => format!("ignored {index}"),
            };
            if depth > 0 {
                self.call_tree(registry, &to.digest, &format!("{name} {part}"), depth - 1);
            }
        }
    }

    /// The text with every digest's hexadecimal part replaced by its name, or by its beginning.
    pub(crate) fn put(&self, text: &str) -> String {
        let mut named = String::new();
        let mut rest = text;
        while let Some(start) = rest.find(is_hex) {
            let run = rest[start..].find(|c| !is_hex(c)).unwrap_or(rest.len() - start);
            let (before, hex) = (&rest[..start], &rest[start..start + run]);
            named.push_str(before);
            if run == 64 || run == 128 {
                named.extend(["<", self.0.get(hex).map_or(&hex[..8], |name| name), ">"]);
            } else {
                named.push_str(hex);
            }
            rest = &rest[start + run..];
        }
        named + rest
    }
}

fn is_hex(c: char) -> bool {
    matches!(c, '0'..='9' | 'a'..='f')
}

/// Whether bytes are a text that can stand for themselves.
fn is_plain(text: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == ' ';
    (1..40).contains(&text.len()) && text.chars().all(is_plain)
}
