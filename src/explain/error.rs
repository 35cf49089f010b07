//! Why there is nothing to explain.

use crate::report::escape::Escaped;

/// Why there is nothing to explain. Displays on one line, harmless to a terminal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExplainError {
    /// Nothing in the bucket is called so, and nothing that was read names it.
    #[error("nothing in the registry is called {}; {}", Escaped::text(.asked), advice(.near))]
    NotFound {
        /// What was asked.
        asked: String,
        /// What is called alike, in a form that can be asked.
        near: Vec<String>,
    },
    /// Several digests begin so.
    #[error("{asked} is the beginning of several digests; give more of it: {}", list(.candidates))]
    Ambiguous {
        /// What was asked.
        asked: String,
        /// Some of them.
        candidates: Vec<String>,
    },
    /// The layout is known, and nothing in it was audited.
    #[error(
        "the layout is {0}, which this version recognises and does not audit; there is nothing to explain"
    )]
    NotAudited(String),
}

fn advice(names: &[String]) -> String {
    if names.is_empty() {
        return "give a digest, a repository:tag, a repository@digest or an object's key".into();
    }
    format!("did you mean {}?", list(names))
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| Escaped::text(name).to_string()).collect::<Vec<_>>().join(", ")
}
