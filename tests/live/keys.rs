//! Where Distribution keeps things, below `<root>/docker/registry/v2/`.
//!
//! Written apart from the program's own grammar, so that one can be wrong without the other.

fn split(digest: &str) -> (&str, &str) {
    digest.split_once(':').expect("algorithm:hex")
}

pub(crate) fn data(digest: &str) -> String {
    let (algorithm, hex) = split(digest);
    format!("blobs/{algorithm}/{}/{hex}/data", &hex[..2])
}

pub(crate) fn layer_link(repository: &str, digest: &str) -> String {
    let (algorithm, hex) = split(digest);
    format!("repositories/{repository}/_layers/{algorithm}/{hex}/link")
}

pub(crate) fn revision_link(repository: &str, digest: &str) -> String {
    let (algorithm, hex) = split(digest);
    format!("repositories/{repository}/_manifests/revisions/{algorithm}/{hex}/link")
}

pub(crate) fn tag_link(repository: &str, tag: &str) -> String {
    format!("repositories/{repository}/_manifests/tags/{tag}/current/link")
}

pub(crate) fn tag_history(repository: &str, tag: &str, digest: &str) -> String {
    let (algorithm, hex) = split(digest);
    format!("repositories/{repository}/_manifests/tags/{tag}/index/{algorithm}/{hex}/link")
}

pub(crate) fn upload(repository: &str, uuid: &str) -> String {
    format!("repositories/{repository}/_uploads/{uuid}/")
}
