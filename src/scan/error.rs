//! Why there is no report at all.

use crate::ledger::LedgerError;
use crate::store::StoreError;

/// Why there is no report at all. Displays on one line what was tried, what came back and what
/// to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// The listing is not whole.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What earlier runs proved cannot be looked up.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Each blob is to be read in its turn, and nobody remembers whose it is.
    #[error("--verify rolling has to remember what was read; name a directory with --cache")]
    NothingRemembered,
    /// The listing gave one key twice, so it may have left out another.
    #[error(
        "list {place}: the server gave the key {key:?} twice, so its listing cannot be trusted to be whole; try again, and if it happens again tell the server's makers"
    )]
    Repeated {
        /// What was listed.
        place: String,
        /// The key.
        key: String,
    },
    /// Nothing is stored there.
    #[error("list {place}: nothing is stored there; check the bucket and the prefix")]
    Empty {
        /// What was listed.
        place: String,
    },
    /// There are objects, and no registry among them.
    #[error(
        "list {place}: {objects} objects and no registry among them, since none is a blob, a link or an upload below docker/registry/v2/; at the top there is {found}; name the bucket and prefix that the registry is configured with"
    )]
    NoRegistry {
        /// What was listed.
        place: String,
        /// How many objects.
        objects: u64,
        /// The top prefixes.
        found: String,
    },
    /// There are several registries, and none was chosen.
    #[error("list {place}: there are {} registries; choose one by --root, or each in turn by --root all: {}", .roots.len(), .roots.join(", "))]
    SeveralRoots {
        /// What was listed.
        place: String,
        /// Their roots.
        roots: Vec<String>,
    },
    /// The registry that was chosen is not there.
    #[error("list {place}: there is no registry at the root {root:?}; {}", elsewhere(.roots))]
    NoSuchRoot {
        /// What was listed.
        place: String,
        /// The root that was named.
        root: String,
        /// Those that there are.
        roots: Vec<String>,
    },
}

fn elsewhere(roots: &[String]) -> String {
    if roots.is_empty() {
        "there is none anywhere else either; check the bucket and the prefix".to_owned()
    } else {
        format!("choose one of {}", roots.join(", "))
    }
}
