//! Files that are being written. Whoever writes one holds a lock on it, which goes with the process:
//! one that is not locked was left by a run that was killed.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

const PREFIX: &str = ".ocifsck-";
pub(super) const SUFFIX: &str = ".partial";

/// Removes what was left behind by runs that were killed, as far as that can be done: nothing
/// depends on it.
pub(super) fn clear(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_partial =
            name.to_str().is_some_and(|name| name.starts_with(PREFIX) && name.ends_with(SUFFIX));
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_partial
            && is_file
            && let Ok(file) = File::options().write(true).open(entry.path())
            && file.try_lock().is_ok()
        {
            fs::remove_file(entry.path()).ok();
        }
    }
}

/// An empty file, locked, that is removed on drop.
pub(super) fn aside(directory: &Path) -> io::Result<NamedTempFile> {
    loop {
        let file = create(directory)?;
        // Where there are no locks nobody clears either.
        file.as_file().lock().ok();
        // Before it was locked, another run may have taken it for a leftover.
        if file.path().try_exists()? {
            return Ok(file);
        }
    }
}

/// Others may read it as far as the umask allows: reports are for sharing, and hold no secrets.
fn create(directory: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(PREFIX).suffix(SUFFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(directory)
}
