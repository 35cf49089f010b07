//! What reading the bytes of blobs has shown.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::inventory::DigestId;
use crate::oci::Digest;

/// What the bytes of a blob turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Checked {
    /// What the name says.
    Proved,
    /// It was not read: the server stores a checksum of it, or AWS computed one, that is what the name says.
    Vouched,
    /// Something else.
    Mismatch {
        /// The digest of the bytes.
        actual: Digest,
        /// How many there are.
        size: u64,
        /// The offset from which all is zero; the size if the last byte is not.
        zeros_from: u64,
    },
    /// Something else when an earlier run read it, and nobody has written it since.
    KnownWrong {
        /// When that was.
        at: Timestamp,
    },
    /// Nothing: it was deleted since it was listed.
    Gone,
    /// The algorithm is not known here.
    Unverifiable,
    /// The object cannot be read as things stand.
    Unreadable(String),
}

/// What reading the bytes of blobs has shown: a bit for each that is what its name says, a row
/// for each that is not.
#[derive(Debug, Default)]
pub struct Checksums {
    proved: Vec<bool>,
    vouched: Vec<bool>,
    others: BTreeMap<DigestId, Checked>,
}

impl Checksums {
    /// Takes the outcome of a reading. The last one counts.
    pub fn record(&mut self, id: DigestId, checked: Checked) {
        put(&mut self.proved, id, checked == Checked::Proved);
        put(&mut self.vouched, id, checked == Checked::Vouched);
        if matches!(checked, Checked::Proved | Checked::Vouched) {
            self.others.remove(&id);
        } else {
            self.others.insert(id, checked);
        }
    }

    /// Takes an outcome back.
    pub fn forget(&mut self, id: DigestId) {
        put(&mut self.proved, id, false);
        put(&mut self.vouched, id, false);
        self.others.remove(&id);
    }

    /// Whether the blob was read and is what its name says.
    #[must_use]
    pub fn is_proved(&self, id: DigestId) -> bool {
        self.proved.get(id.index()).copied().unwrap_or(false)
    }

    /// Whether the server stores a checksum of it, or AWS computed one, that is what the name says.
    #[must_use]
    pub fn is_vouched_for(&self, id: DigestId) -> bool {
        self.vouched.get(id.index()).copied().unwrap_or(false)
    }

    /// Whether the blob was read, now or by an earlier run, and is not what its name says.
    #[must_use]
    pub fn is_wrong(&self, id: DigestId) -> bool {
        let checked = self.others.get(&id);
        matches!(checked, Some(Checked::Mismatch { .. } | Checked::KnownWrong { .. }))
    }

    /// Whether its bytes were asked for and could not be had as things stand.
    #[must_use]
    pub fn is_unreadable(&self, id: DigestId) -> bool {
        matches!(self.others.get(&id), Some(Checked::Unreadable(_)))
    }

    /// Whether its bytes were asked for, whatever came.
    #[must_use]
    pub fn was_read(&self, id: DigestId) -> bool {
        self.is_proved(id) || self.is_vouched_for(id) || self.others.contains_key(&id)
    }

    /// Those that are not, or cannot be shown to be, what their names say.
    pub fn others(&self) -> impl Iterator<Item = (DigestId, &Checked)> {
        self.others.iter().map(|(&id, checked)| (id, checked))
    }
}

fn put(column: &mut Vec<bool>, id: DigestId, value: bool) {
    if column.len() <= id.index() && value {
        column.resize(id.index() + 1, false);
    }
    if let Some(row) = column.get_mut(id.index()) {
        *row = value;
    }
}
