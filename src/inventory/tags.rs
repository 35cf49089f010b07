//! Tags and uploads: rows with a name of their own.

use std::collections::HashMap;

use jiff::Timestamp;

use super::RepositoryId;
use super::proof::Evidence;
use crate::object::Sum;

/// A tag of one [`Inventory`](super::Inventory).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagId(pub(super) u32);

impl TagId {
    /// The position of its row in a column.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A tag's folder.
#[derive(Debug)]
pub struct Tag {
    /// The repository that it is in.
    pub repository: RepositoryId,
    /// Its name.
    pub name: Box<str>,
    /// Its `current/link`. `None`: only its history is left.
    pub current: Option<CurrentLink>,
}

/// A tag's `current/link`, as it was listed.
#[derive(Debug, Clone, Copy)]
pub struct CurrentLink {
    /// What its size and entity tag say of its content.
    pub evidence: Evidence,
    /// When it was last written, where the server says.
    pub last_modified: Option<Timestamp>,
}

/// An upload that was not finished.
#[derive(Debug)]
pub struct Upload {
    /// The repository that it is in.
    pub repository: RepositoryId,
    /// Its id, a UUID.
    pub id: Box<str>,
    /// Its keys.
    pub sum: Sum,
    /// When the newest of them was written; `None` if that is not known of one of them.
    pub newest: Option<Timestamp>,
}

/// Rows that are found by repository and name.
#[derive(Debug)]
pub(super) struct Named<T> {
    pub(super) rows: Vec<T>,
    places: HashMap<(RepositoryId, Box<str>), u32>,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), places: HashMap::new() }
    }
}

impl<T> Named<T> {
    /// The place of the row, a new one if there is none.
    pub(super) fn place(
        &mut self,
        repository: RepositoryId,
        name: &str,
        new: impl FnOnce(Box<str>) -> T,
    ) -> u32 {
        let next = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
        let rows = &mut self.rows;
        *self.places.entry((repository, name.into())).or_insert_with(|| {
            rows.push(new(name.into()));
            next
        })
    }

    pub(super) fn find(&self, repository: RepositoryId, name: &str) -> Option<u32> {
        self.places.get(&(repository, name.into())).copied()
    }
}
