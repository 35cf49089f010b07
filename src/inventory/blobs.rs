//! Stored blobs, in columns.

use jiff::Timestamp;

use super::digests::DigestId;
use crate::object::{Fingerprint, Object};

/// The size that no object has: nothing is stored under the digest.
const ABSENT: u64 = u64::MAX;
/// The time that the server did not say.
const UNKNOWN: i64 = i64::MIN;

/// A stored blob, as it was listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blob<'a> {
    /// In bytes.
    pub size: u64,
    /// When it was last written, to the millisecond, where the server says.
    pub last_modified: Option<Timestamp>,
    /// Its storage class, where the server says.
    pub storage_class: Option<&'a str>,
    /// What tells its entity tag from others, where the server gives one.
    pub etag: Option<Fingerprint>,
}

/// What was listed under each digest. Forty bytes for each, listed or not.
#[derive(Debug, Default)]
pub(super) struct BlobColumns {
    sizes: Vec<u64>,
    modified: Vec<i64>,
    classes: Vec<u16>,
    etags: Vec<Option<Fingerprint>>,
    class_names: Vec<String>,
}

impl BlobColumns {
    /// Takes what is stored under a digest; whether anything was already.
    pub(super) fn put(&mut self, id: DigestId, object: &Object) -> bool {
        let class = self.class(object.storage_class.as_deref());
        let rows = self.sizes.len().max(id.index() + 1);
        self.sizes.resize(rows, ABSENT);
        self.modified.resize(rows, UNKNOWN);
        self.classes.resize(rows, 0);
        self.etags.resize(rows, None);
        let before = std::mem::replace(&mut self.sizes[id.index()], object.size.min(ABSENT - 1));
        self.modified[id.index()] = millisecond(object.last_modified);
        self.classes[id.index()] = class;
        self.etags[id.index()] = object.etag.as_ref().map(Fingerprint::from);
        before != ABSENT
    }

    pub(super) fn get(&self, id: DigestId) -> Option<Blob<'_>> {
        let size = self.sizes.get(id.index()).copied().filter(|&size| size != ABSENT)?;
        let class = usize::from(self.classes[id.index()]);
        Some(Blob {
            size,
            last_modified: timestamp(self.modified[id.index()]),
            storage_class: class.checked_sub(1).map(|class| &*self.class_names[class]),
            etag: self.etags[id.index()],
        })
    }

    /// 0 for none, else one more than the name's place.
    fn class(&mut self, name: Option<&str>) -> u16 {
        let Some(name) = name else { return 0 };
        let place = self.class_names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.class_names.push(name.to_owned());
            self.class_names.len() - 1
        });
        u16::try_from(place + 1).unwrap_or(0)
    }
}

/// A time in eight bytes.
pub(super) fn millisecond(time: Option<Timestamp>) -> i64 {
    time.map_or(UNKNOWN, Timestamp::as_millisecond)
}

/// The time back.
pub(super) fn timestamp(millisecond: i64) -> Option<Timestamp> {
    Timestamp::from_millisecond(millisecond).ok()
}
