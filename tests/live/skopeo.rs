//! Pushes as people push: with skopeo, from an OCI image layout.

use std::process::Command;
use std::time::Duration;

use crate::images::{Blob, Image, write_layout};
use crate::process::run;
use crate::registry::Registry;
use crate::tools;

/// Pushes `image` as `repository:tag`, with what `options` change of it on the way.
pub(crate) fn push(registry: &Registry, reference: &str, image: &Image, options: &[&str]) {
    copy(&registry.address, reference, &image.manifest, image.parts().collect(), options);
}

/// Pushes `index` and all `images` that it names.
pub(crate) fn push_index(
    registry: &Registry,
    reference: &str,
    index: &Blob,
    images: &[Image],
    options: &[&str],
) {
    let blobs = images.iter().flat_map(|image| image.parts().chain([&image.manifest])).collect();
    copy(&registry.address, reference, index, blobs, &[&["--all"], options].concat());
}

/// Pushes `top` and all `blobs` to the registry at `host:port`.
pub(crate) fn copy(
    address: &str,
    reference: &str,
    top: &Blob,
    blobs: Vec<&Blob>,
    options: &[&str],
) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_layout(folder.path(), "pushed", top, blobs);
    let mut command = Command::new(tools::path("skopeo"));
    command
        .args(["copy", "--quiet", "--insecure-policy", "--dest-tls-verify=false"])
        .args(options)
        .arg(format!("oci:{}:pushed", folder.path().display()))
        .arg(format!("docker://{address}/{reference}"));
    let outcome = run(&mut command, Duration::from_mins(1));
    assert!(outcome.status.success(), "skopeo to {reference}: {}", outcome.stderr);
}
