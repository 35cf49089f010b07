//! Why a layer could not be unpacked.

/// Why a layer could not be unpacked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// It ends before its archive does.
    #[error("it ends in the midst of its archive")]
    Truncated,
    /// Its bytes are not what its format allows, or a checksum in it does not hold.
    #[error("its archive is corrupt: {0}")]
    Corrupt(String),
    /// It is packed in a way that no specification of images names.
    #[error("it is packed with {0}, which images may not be (containerd does not unpack it)")]
    UnknownCompression(&'static str),
    /// It has bytes after the end of its archive.
    ///
    /// Go's gzip, and with it containerd, Docker and podman, refuse such a layer; gzip and pigz,
    /// which containerd and Docker call where it is installed, ignore them.
    #[error("bytes follow the end of its archive, zeros perhaps: most clients refuse it then")]
    Trailing,
    /// Unpacking it takes more memory than the `zstd` tool would take by itself.
    #[error("unpacking it takes a window of more than 128 MiB, which the zstd tool refuses too")]
    Window,
    /// It is larger than anybody who is honest would have it.
    #[error("it unpacks to more than {limit} bytes, and was cut off there")]
    Bomb {
        /// How many bytes were unpacked.
        limit: u64,
    },
}

impl Fault {
    /// Whether a client that is careful about nothing could still unpack it: nothing is known of
    /// what is in it then.
    #[must_use]
    pub const fn is_a_matter_of_the_client(&self) -> bool {
        match self {
            Self::Truncated | Self::Corrupt(_) => false,
            Self::UnknownCompression(_) | Self::Trailing | Self::Window | Self::Bomb { .. } => true,
        }
    }

    pub(super) fn stuck() -> Self {
        Self::Corrupt("its decoder gets no further".to_owned())
    }
}
