//! Where a listing comes to the repositories of a registry, and has to begin anew.
//!
//! A report speaks for the moment at which its repositories began to be listed, and a server may
//! have walked ahead of what it was asked for: MinIO answers later pages from what it saw minutes
//! ago. Only the first page of a listing is sure to be no older than its request.

use crate::layout::Root;
use crate::object::Object;

/// Follows a listing, key by key.
#[derive(Debug, Default)]
pub(super) struct Border {
    /// The repositories that the last key lay in, with their slash.
    inside: String,
    last: String,
    /// Some servers keep no order; what comes after a key cannot be asked of them.
    is_out_of_order: bool,
}

impl Border {
    /// The place in a page where the repositories of a registry begin, if the listing has to begin
    /// anew there. What comes after it is not followed then.
    pub(super) fn crossing(&mut self, page: &[Object], is_first: bool) -> Option<usize> {
        for (place, Object { key, .. }) in page.iter().enumerate() {
            let is_inside = !self.inside.is_empty() && key.starts_with(&self.inside);
            if !is_inside && let Some(repositories) = repositories_of(key) {
                let may_begin_anew = !is_first && !self.is_out_of_order && *key > self.last;
                if may_begin_anew {
                    return Some(place);
                }
                repositories.clone_into(&mut self.inside);
            }
            self.is_out_of_order |= *key <= self.last;
            self.last.clone_from(key);
        }
        None
    }

    /// The last key before the crossing.
    pub(super) fn last(&self) -> &str {
        &self.last
    }
}

/// The part of a key up to the names of the repositories.
fn repositories_of(key: &str) -> Option<&str> {
    let (_, path) = Root::split(key)?;
    let below = path.strip_prefix("v2/repositories/")?;
    key.strip_suffix(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(keys: &[&str]) -> Vec<Object> {
        let object = |key: &&str| Object {
            key: (*key).to_owned(),
            size: 0,
            last_modified: None,
            etag: None,
            storage_class: None,
        };
        keys.iter().map(object).collect()
    }

    const BLOB: &str = "docker/registry/v2/blobs/sha256/00/0/data";
    const A: &str = "docker/registry/v2/repositories/a/_layers/link";
    const B: &str = "docker/registry/v2/repositories/b/_layers/link";
    const OTHER: &str = "x/docker/registry/v2/repositories/a/_layers/link";

    #[test]
    fn repositories_on_the_first_page_are_as_old_as_its_request() {
        let mut border = Border::default();
        assert_eq!(border.crossing(&page(&[BLOB, A]), true), None);
        assert_eq!(border.crossing(&page(&[B]), false), None);
    }

    #[test]
    fn repositories_on_a_later_page_are_listed_anew() {
        let mut border = Border::default();
        assert_eq!(border.crossing(&page(&[BLOB]), true), None);
        assert_eq!(border.crossing(&page(&[A, B]), false), Some(0));
        assert_eq!(border.last(), BLOB);
        assert_eq!(border.crossing(&page(&[A]), true), None);
        assert_eq!(border.crossing(&page(&[B, OTHER]), false), Some(1));
        assert_eq!(border.last(), B);
    }

    #[test]
    fn without_an_order_nothing_can_be_listed_anew() {
        let mut border = Border::default();
        assert_eq!(border.crossing(&page(&[OTHER]), true), None);
        assert_eq!(border.crossing(&page(&[BLOB, A]), false), None);
    }
}
