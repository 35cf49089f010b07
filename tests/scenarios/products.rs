//! Registries that keep part of their books elsewhere, and layouts that are not audited here.

use ocifsck::oci::Digest;
use ocifsck::testing::{Document, RegistryBuilder};

use crate::scenario::Scenario;

/// What Harbor stores for itself: a layer, and no manifest.
fn system_artifact(registry: &mut RegistryBuilder) {
    let export = registry.blob("a scan export");
    registry.mount("sys_harb0r/scandata_export/scan_data_export", &export);
}

fn untagged_images(registry: &mut RegistryBuilder) {
    registry.push_untagged("library/app", &Document::image().layer("base").layer("app"));
    registry.push_untagged("library/db", &Document::image().layer("base").layer("db"));
    registry.blob("an orphan");
}

fn images_and_an_orphan(registry: &mut RegistryBuilder) {
    registry.image("app", "1.0", &["base"]);
    registry.push_untagged("app", &Document::image().layer("untagged"));
    registry.blob("an orphan");
    registry.image("broken", "1.0", &["lost"]);
    registry.remove(&registry.data_key(&Digest::sha256_of(b"lost")));
}

pub(crate) fn harbor_with_tags() -> Scenario {
    Scenario::new("Harbor up to 2.14: tags here, and perhaps others in its database.", |registry| {
        images_and_an_orphan(registry);
        system_artifact(registry);
    })
}

pub(crate) fn harbor_without_tags() -> Scenario {
    Scenario::new("Harbor from 2.15 on: no tags here.", |registry| {
        untagged_images(registry);
        system_artifact(registry);
    })
}

pub(crate) fn unnamed_without_tags() -> Scenario {
    Scenario::new("No tag anywhere, and nothing that names the product.", untagged_images)
}

pub(crate) fn harbor_with_its_artifacts_kept() -> Scenario {
    Scenario::new("What the list does not name of Harbor's own is not spared.", |registry| {
        untagged_images(registry);
        system_artifact(registry);
        let old = registry.blob("an export that Harbor forgot");
        registry.mount("sys_harb0r/scandata_export/scan_data_export", &old);
    })
    .with(|options| options.keep = Some(vec![Digest::sha256_of(b"a scan export")]))
}

fn gitlab(registry: &mut RegistryBuilder) {
    images_and_an_orphan(registry);
    registry.put("docker/registry/lockfiles/database-in-use", "");
}

pub(crate) fn gitlab_database() -> Scenario {
    Scenario::new("GitLab with its database: the bucket's links may be old.", gitlab)
}

pub(crate) fn gitlab_database_with_keep_digests() -> Scenario {
    Scenario::new("GitLab with its database, whose digests are given.", gitlab)
        .with(|options| options.keep = Some(vec![Document::image().layer("untagged").digest()]))
}

pub(crate) fn gitlab_filesystem() -> Scenario {
    Scenario::new("GitLab with its metadata in the bucket: as any other.", |registry| {
        images_and_an_orphan(registry);
        registry.put("docker/registry/lockfiles/filesystem-in-use", "");
    })
}

pub(crate) fn pull_through_cache() -> Scenario {
    Scenario::new("A pull-through cache lacks what nobody has asked for.", |registry| {
        images_and_an_orphan(registry);
        registry.put("scheduler-state.json", "{}");
    })
}

pub(crate) fn angos_below_the_same_stem() -> Scenario {
    Scenario::new("angos below docker/registry/: like keys, another meaning.", |registry| {
        images_and_an_orphan(registry);
        let hex = Digest::sha256_of(b"base").encoded();
        for entry in ["app!own", "app!r/x"] {
            registry.put(format!("docker/registry/v2/ref/sha256/{}/{hex}/{entry}", &hex[..2]), "");
        }
        registry.put("docker/registry/v2/cat/app", "");
    })
}

pub(crate) fn angos() -> Scenario {
    let keys = ["v2/blobs/sha256/ab/abc/data", "v2/ref/sha256/ab/abc/app!own"];
    foreign("angos at the top of a bucket.", &keys)
}

pub(crate) fn zot() -> Scenario {
    foreign(
        "zot: an OCI layout for each repository, and empty stubs for shared blobs.",
        &["zot/a/oci-layout", "zot/a/index.json", "zot/b/oci-layout", "zot/b/blobs/sha256/ab"],
    )
}

pub(crate) fn oci_layout() -> Scenario {
    foreign("One OCI image layout.", &["oci-layout", "index.json", "blobs/sha256/ab"])
}

pub(crate) fn quay() -> Scenario {
    let hex = Digest::sha256_of(b"base").encoded();
    let blob = format!("datastorage/registry/sha256/{}/{hex}", &hex[..2]);
    let keys = [&blob, "datastorage/registry/uploads/1"];
    foreign("Quay: blobs by digest, and everything else in its database.", &keys)
}

fn foreign(about: &'static str, keys: &[&str]) -> Scenario {
    Scenario::new(about, |registry| {
        for key in keys {
            registry.put(*key, "bytes");
        }
    })
}
