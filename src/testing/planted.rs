//! What a damage must lead to.

use crate::audit::{Code, Finding};

/// A finding that an audit must give for a damage.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Planted {
    /// Its code.
    pub code: Code,
    /// Its key; `None` for what has none.
    pub key: Option<String>,
    /// Its repository, where there is no key to tell.
    pub repository: Option<String>,
}

impl Planted {
    pub(super) fn at(code: Code, key: impl Into<String>) -> Self {
        Self { code, key: Some(key.into()), repository: None }
    }

    pub(super) fn in_repository(code: Code, repository: &str) -> Self {
        Self { code, key: None, repository: Some(repository.to_owned()) }
    }

    /// Whether a finding is this one.
    #[must_use]
    pub fn is(&self, finding: &Finding) -> bool {
        self.code == finding.code
            && self.key.as_ref().is_none_or(|key| finding.key.as_ref() == Some(key))
            && (self.repository.is_none() || self.repository == finding.repository)
    }
}
