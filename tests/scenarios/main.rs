//! Scenarios: registries with one named thing wrong, or odd and not wrong, and all that an audit
//! says of each. Every snapshot has been read with one question: would I act on its word?
//!
//! ```text
//! scenario   a registry, how it is audited     names     digests that can be read
//! picture    an audit in a few lines           traps     which scenario shows which trap
//! ```
//!
//! A scenario is a function of a module below that is listed here. `INSTA_UPDATE=always` writes
//! the snapshots anew: read them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod evidence;
mod late;
mod names;
mod picture;
mod reports;
mod scenario;
mod traps;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ocifsck::audit::{Code, Severity};
use ocifsck::testing::Damage;
use scenario::Scenario;

/// Declares the modules of scenarios: a test for each scenario, and the list of them.
macro_rules! scenarios {
    ($($module:ident { $($name:ident)+ })+) => {
        $(mod $module;)+

        /// Every scenario, as `module/name`.
        const SCENARIOS: &[&str] = &[$($(concat!(stringify!($module), "/", stringify!($name)),)+)+];

        mod shows {
            $(mod $module {
                $(#[test]
                fn $name() {
                    crate::check(stringify!($module), stringify!($name), &crate::$module::$name());
                })+
            })+
        }
    };
}

scenarios! {
    damaged {
        manifest_flipped manifest_cut manifest_emptied manifest_replaced manifest_lost
        layer_flipped layer_cut layer_emptied layer_lost layer_misplaced config_lost
        revision_link_lost layer_link_lost tag_link_emptied tag_link_replaced tag_link_untidy
        revision_link_emptied revision_link_misdirected layer_link_emptied layer_link_replaced
        layer_link_misdirected layer_link_of_other_algorithm history_link_emptied
        garbage_manifest huge_manifest two_shaped_manifest wrong_inline_data wrong_size
        wrong_diff_id layer_pushed_cut
        unknown_manifest hollow_index sparse_index dangling_tag ghost_tag orphan untagged_image
        tag_moved dangling_link orphaned_signature orphaned_referrer stale_upload empty_repository
        stray unknown_algorithm
    }
    whole {
        docker_image_and_list no_media_types attestations artifact_with_empty_config
        config_that_is_no_json build_caches foreign_layers sha512_alias schema1
        digests_in_annotations indented_manifest names_that_sort_oddly shared_between_repositories
        manifest_that_is_also_a_layer parts_of_repositories referrers
        empty_layer_of_no_bytes encrypted_bucket keys_of_release_candidates upload_under_way
    }
    lost {
        layer_of_many layer_of_an_untagged_image layer_under_nested_indexes inline_config
        link_of_an_inline_config mount_that_failed children_collected
        child_unlinked_beside_a_sibling every_child_unlinked layer_that_is_a_manifest_elsewhere
        layer_that_is_a_child_elsewhere manifest_of_two_repositories child_that_is_linked
        tag_of_another_repositorys_manifest repository_of_a_deleted_image alias_without_data
        alias_link_broken alias_link_lost signature_lost subject_gone
    }
    odd {
        archived_layer archived_manifest archived_alias_link manifest_refused listing_cut_short
        sizes_that_disagree shared_manifest_flipped unknown_entry_as_a_revision
        unknown_entry_as_a_layer unknown_entry_unlinked unknown_entry_absent
        manifest_in_doubt_and_a_repository_beside digests_that_are_none blake3 hostile_names
    }
    layers {
        right in_another_order wrong_in_one_image_of_two more_than_the_config_names
        history_of_another_length diff_id_that_is_no_digest bomb zeros_behind_the_archive
        that_cannot_be_unpacked of_artifacts_that_look_like_images
    }
    garbage {
        image_deleted orphan_revived orphan_being_mounted push_under_way untagged_by_tags
        tag_pushed_over untagged_here_and_tagged_there kept_by_list everything_deleted
        referrer_of_a_deleted_image referrer_in_doubt tag_beside_its_history
        layers_listed_in_an_index_and_gone
    }
    products {
        harbor_with_tags harbor_without_tags unnamed_without_tags harbor_with_its_artifacts_kept
        gitlab_database gitlab_database_with_keep_digests gitlab_filesystem pull_through_cache
        angos_below_the_same_stem angos zot oci_layout quay
    }
    places {
        empty_bucket no_registry empty_registry blobs_without_repositories folder_placeholders
        several_and_none_chosen several_and_all several_and_one a_root_that_is_not_there
        root_with_two_slashes root_of_a_slash beside_a_backup
    }
    vast {
        indexes_2000_deep exponential_tree layers_100_000 lost_layers_100_000 tags_1000
    }
}

/// Audits a scenario, and compares what comes of it with its snapshot.
fn check(module: &str, name: &str, scenario: &Scenario) {
    let picture = picture::of(&scenario.audit(), &scenario.names);
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new("snapshots").join(module));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    if !scenario.about.is_empty() {
        settings.set_description(scenario.about);
    }
    settings.bind(|| insta::assert_snapshot!(name, picture));
}

fn snapshots() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios/snapshots")
}

/// All of them.
fn pictures() -> Vec<String> {
    let read = |name: &&str| std::fs::read_to_string(snapshots().join(format!("{name}.snap")));
    SCENARIOS.iter().map(|name| read(name).unwrap()).collect()
}

#[test]
fn every_damage_has_a_scenario() {
    let with: BTreeSet<_> = damaged::DAMAGES.iter().collect();
    assert_eq!(with, Damage::ALL.iter().collect());
}

#[test]
fn every_snapshot_is_of_a_scenario() {
    let mut found = BTreeSet::new();
    for module in std::fs::read_dir(snapshots()).unwrap() {
        let module = module.unwrap();
        for snapshot in std::fs::read_dir(module.path()).unwrap() {
            let name = snapshot.unwrap().file_name().into_string().unwrap();
            let module = module.file_name().into_string().unwrap();
            found.insert(format!("{module}/{}", name.trim_end_matches(".snap")));
        }
    }
    found.retain(|name| !name.starts_with("reports/"));
    let listed: BTreeSet<_> = SCENARIOS.iter().map(|&name| name.to_owned()).collect();
    assert_eq!(found, listed);
}

/// What findings can be, where a code has more than one severity, and the codes that have one.
const SEVERITIES: &[(Code, &[Severity])] = &{
    use {Code::*, Severity::*};
    [
        (DigestMismatch, &[Error]),
        (SizeMismatch, &[Error]),
        (EmptyBlob, &[Error]),
        (InvalidManifest, &[Error, Warning]),
        (InvalidLink, &[Error, Warning]),
        (DiffIdMismatch, &[Error, Warning]),
        (UnreadableObject, &[Warning]),
        (MissingBlob, &[Error, Warning]),
        (MissingManifest, &[Error]),
        (MissingChild, &[Error, Warning]),
        (MissingLink, &[Error, Warning]),
        (DanglingTag, &[Error]),
        (OrphanedBlob, &[Warning]),
        (UntaggedManifest, &[Warning, Info]),
        (StaleTagHistory, &[Info]),
        (DanglingLink, &[Info]),
        (StaleUpload, &[Warning]),
        (OrphanedReferrer, &[Info]),
        (GhostTag, &[Info]),
        (EmptyRepository, &[Info]),
        (StrayObject, &[Info]),
        (UnverifiableDigest, &[Info]),
        (UnknownMediaType, &[Info]),
        (UndecidedBlob, &[Info]),
        (ForeignRegistry, &[Warning, Info]),
    ]
};

#[test]
fn every_code_is_shown_in_every_severity() {
    let listed: Vec<_> = SEVERITIES.iter().map(|(code, _)| *code).collect();
    assert_eq!(listed, Code::ALL);
    let pictures = pictures();
    let has = |line: &str| {
        let is_it = |shown: &str| {
            shown
                .strip_prefix(line)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', ',']))
        };
        pictures.iter().any(|picture| picture.lines().any(is_it))
    };
    for (code, severities) in SEVERITIES {
        for severity in [Severity::Error, Severity::Warning, Severity::Info] {
            let heading = picture::heading(*code, severity);
            assert_eq!(has(&heading), severities.contains(&severity), "{heading}");
        }
    }
}

#[test]
fn every_trap_is_shown() {
    assert_eq!(traps::TRAPS.len(), 44);
    for (trap, shown) in traps::TRAPS {
        match shown {
            traps::Shown::By(scenarios) => {
                assert!(!scenarios.is_empty(), "{trap}");
                for scenario in *scenarios {
                    assert!(SCENARIOS.contains(scenario), "{trap}: {scenario}");
                }
            }
            traps::Shown::Not(reason) => assert!(!reason.is_empty(), "{trap}"),
        }
    }
}
