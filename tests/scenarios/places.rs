//! Where in a bucket registries lie, and what lies beside them.

use ocifsck::layout::Root;
use ocifsck::scan::RootChoice;
use ocifsck::testing::RegistryBuilder;

use crate::scenario::Scenario;

fn rooted(registry: &mut RegistryBuilder, root: &str) {
    *registry = std::mem::take(registry).root(root);
}

fn two_roots(registry: &mut RegistryBuilder) {
    rooted(registry, "zarf-registry/");
    registry.image("app", "1.0", &["base"]);
    registry.blob("an orphan of zarf");
    rooted(registry, "mirror/");
    registry.image("app", "1.0", &["base", "more"]);
    registry.put("backups/2026.tar", "a backup");
}

pub(crate) fn empty_bucket() -> Scenario {
    Scenario::new("Nothing at all.", |_| ())
}

pub(crate) fn no_registry() -> Scenario {
    Scenario::new("Objects, and no registry.", |registry| {
        registry.put("backups/2026.tar", "a backup");
        registry.put("readme.txt", "");
    })
}

pub(crate) fn empty_registry() -> Scenario {
    Scenario::new("Folders of a registry that nobody has pushed to.", |registry| {
        for key in ["docker/", "docker/registry/v2/", "docker/registry/v2/repositories/"] {
            registry.put(key, "");
        }
    })
}

pub(crate) fn blobs_without_repositories() -> Scenario {
    Scenario::new("Data, and no repositories/ at all (distribution#3200).", |registry| {
        registry.blob("left alone");
    })
}

pub(crate) fn folder_placeholders() -> Scenario {
    Scenario::new("Folders as consoles make them, and one that has bytes.", |registry| {
        registry.image("app", "1.0", &["base"]);
        for folder in ["v2/repositories/app/_uploads/", "v2/repositories/app/", ""] {
            registry.put(format!("docker/registry/{folder}"), "");
        }
        registry.put("docker/registry/v2/repositories/odd/", "bytes");
    })
}

pub(crate) fn several_and_none_chosen() -> Scenario {
    Scenario::new("Two registries, and no word on which.", two_roots)
}

pub(crate) fn several_and_all() -> Scenario {
    Scenario::new("Two registries, each in turn.", two_roots)
        .with(|options| options.root = RootChoice::All)
}

pub(crate) fn several_and_one() -> Scenario {
    Scenario::new("Two registries, one by name.", two_roots)
        .with(|options| options.root = RootChoice::Named(Root::named("mirror")))
}

pub(crate) fn a_root_that_is_not_there() -> Scenario {
    Scenario::new("Two registries, and a third by name.", two_roots)
        .with(|options| options.root = RootChoice::Named(Root::named("zarf")))
}

pub(crate) fn root_with_two_slashes() -> Scenario {
    Scenario::new("Inner slashes stay: GitLab's old root on Azure is // itself.", |registry| {
        rooted(registry, "a//b/");
        registry.image("app", "1.0", &["base"]);
        registry.damage(ocifsck::testing::Damage::LayerLost, "app", "1.0");
    })
}

pub(crate) fn root_of_a_slash() -> Scenario {
    Scenario::new("A root that begins with a slash.", |registry| {
        rooted(registry, "/");
        registry.image("app", "1.0", &["base"]);
    })
}

pub(crate) fn beside_a_backup() -> Scenario {
    Scenario::new("GitLab's pruner moves what it deletes to docker-backup/.", |registry| {
        registry.image("app", "1.0", &["base"]);
        registry.put("docker-backup/registry/v2/blobs/sha256/ab/abc/data", "moved");
        registry.put("readme.txt", "of the bucket");
    })
}
