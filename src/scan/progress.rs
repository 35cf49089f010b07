//! How far a scan has come, for whoever shows it.

/// How far a scan has come. What is known of the end may grow on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// So many objects have been listed.
    Listed {
        /// Objects.
        objects: u64,
    },
    /// So many links and tags have been read.
    Links {
        /// Read.
        done: u64,
        /// To be read in all.
        of: u64,
    },
    /// So many manifests have been read.
    Manifests {
        /// Read.
        done: u64,
        /// To be read, as far as is known.
        of: u64,
    },
    /// So many second looks have been taken.
    Confirmed {
        /// Taken.
        done: u64,
        /// To be taken, as far as is known.
        of: u64,
    },
    /// So many bytes have been verified.
    Verified {
        /// Bytes.
        bytes: u64,
        /// Bytes in all.
        of: u64,
    },
}

/// Whoever wants to know how far a scan has come. Called often: it should be cheap.
pub trait Observer: Send + Sync + 'static {
    /// Takes the news.
    fn progress(&self, progress: Progress);
}

/// Wants to know nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn progress(&self, _: Progress) {}
}
