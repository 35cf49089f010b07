//! Where auditors of registries go wrong, and the scenarios that show that this one does not.

/// By what a trap is shown.
pub(crate) enum Shown {
    /// By these scenarios.
    By(&'static [&'static str]),
    /// Not by a scenario, for this reason.
    Not(&'static str),
}

use Shown::{By, Not};

/// Facts about registries, manifests and S3 on which the truth of a verdict hangs.
pub(crate) const TRAPS: &[(&str, Shown)] = &[
    // Roots and liveness.
    (
        "Harbor from 2.15 on writes no tags",
        By(&[
            "products/harbor_without_tags",
            "products/unnamed_without_tags",
            "products/harbor_with_tags",
        ]),
    ),
    (
        "Harbor's own artifacts have no manifest",
        By(&["products/harbor_without_tags", "products/harbor_with_its_artifacts_kept"]),
    ),
    (
        "GitLab's database, not the bucket, knows the tags",
        By(&["products/gitlab_database", "products/gitlab_database_with_keep_digests"]),
    ),
    ("Quay keeps manifests in its database alone", By(&["products/quay"])),
    (
        "collection keeps every revision, tagged or not",
        By(&["garbage/tag_pushed_over", "garbage/untagged_by_tags"]),
    ),
    ("garbage-collect -m takes children of tagged indexes", By(&["lost/children_collected"])),
    (
        "a child must be linked in the same repository",
        By(&[
            "lost/child_unlinked_beside_a_sibling",
            "lost/every_child_unlinked",
            "lost/mount_that_failed",
        ]),
    ),
    ("sparse indexes are legal", By(&["damaged/sparse_index", "damaged/hollow_index"])),
    (
        "a subject is a weak reference, downward",
        By(&["lost/subject_gone", "garbage/referrer_of_a_deleted_image", "whole/referrers"]),
    ),
    ("each new referrer replaces the fallback tag's index", By(&["whole/referrers"])),
    (
        "tags that name a subject: the fallback's, cosign's",
        By(&["whole/referrers", "lost/subject_gone", "damaged/orphaned_signature"]),
    ),
    (
        "BuildKit lists layers in an index",
        By(&["whole/build_caches", "garbage/layers_listed_in_an_index_and_gone"]),
    ),
    (
        "unknown media types are no error",
        By(&[
            "odd/unknown_entry_as_a_revision",
            "odd/unknown_entry_as_a_layer",
            "odd/unknown_entry_unlinked",
            "odd/unknown_entry_absent",
            "whole/config_that_is_no_json",
        ]),
    ),
    (
        "no media type, and two shapes at once",
        By(&["whole/no_media_types", "damaged/two_shaped_manifest"]),
    ),
    ("repositories of _layers, _manifests or _uploads alone", By(&["whole/parts_of_repositories"])),
    ("a-b/ sorts before a/", By(&["whole/names_that_sort_oddly"])),
    (
        "a manifest here is a layer there",
        By(&[
            "whole/manifest_that_is_also_a_layer",
            "lost/layer_that_is_a_manifest_elsewhere",
            "lost/layer_that_is_a_child_elsewhere",
            "whole/shared_between_repositories",
        ]),
    ),
    ("3.0 deletes layer links, even on a dry run", By(&["damaged/layer_link_lost"])),
    // Bytes and links.
    (
        "an empty or garbage link stops the collector",
        By(&[
            "damaged/tag_link_emptied",
            "damaged/tag_link_replaced",
            "damaged/tag_link_untidy",
            "damaged/revision_link_emptied",
            "damaged/layer_link_replaced",
        ]),
    ),
    (
        "a link may say another digest, if it is an alias",
        By(&[
            "whole/sha512_alias",
            "lost/alias_link_broken",
            "lost/alias_link_lost",
            "lost/alias_without_data",
            "damaged/layer_link_misdirected",
        ]),
    ),
    (
        "no bytes are right for one digest alone",
        By(&["damaged/layer_emptied", "damaged/manifest_emptied", "whole/empty_layer_of_no_bytes"]),
    ),
    ("a push does not replace what is there", By(&["damaged/layer_flipped", "damaged/layer_cut"])),
    ("corruption happens", By(&["damaged/layer_flipped", "damaged/manifest_replaced"])),
    (
        "sizes: short objects, wrong manifests, none in schema 1",
        By(&[
            "damaged/layer_cut",
            "damaged/wrong_size",
            "odd/sizes_that_disagree",
            "whole/schema1",
        ]),
    ),
    ("an entity tag is an MD5 only sometimes", By(&["whole/encrypted_bucket"])),
    (
        "schema 1, its signatures, tarsums",
        By(&["whole/schema1", "lost/signature_lost", "whole/keys_of_release_candidates"]),
    ),
    ("foreign layers may be absent, or not", By(&["whole/foreign_layers"])),
    (
        "the empty config, inline",
        By(&[
            "whole/artifact_with_empty_config",
            "lost/inline_config",
            "lost/link_of_an_inline_config",
            "damaged/wrong_inline_data",
        ]),
    ),
    ("digests in annotations refer to nothing", By(&["whole/digests_in_annotations"])),
    ("attestations are children", By(&["whole/attestations"])),
    (
        "algorithms that are not known, digests that are none",
        By(&["odd/blake3", "damaged/unknown_algorithm", "odd/digests_that_are_none"]),
    ),
    ("a blob in the wrong folder", By(&["damaged/layer_misplaced"])),
    // The bucket.
    (
        "prefixes with inner and leading slashes",
        By(&["places/root_with_two_slashes", "places/root_of_a_slash", "places/several_and_all"]),
    ),
    (
        "folder placeholders, and no repositories/ at all",
        By(&[
            "places/folder_placeholders",
            "places/empty_registry",
            "places/blobs_without_repositories",
        ]),
    ),
    (
        "a push under way looks like garbage",
        By(&[
            "garbage/push_under_way",
            "garbage/orphan_being_mounted",
            "garbage/orphan_revived",
            "garbage/tag_beside_its_history",
        ]),
    ),
    ("versions that a listing does not show", Not("no such listing is asked for as yet")),
    (
        "uploads: on S3 no keys; without a beginning",
        By(&["damaged/stale_upload", "whole/upload_under_way"]),
    ),
    (
        "archived is not corrupt, refused is not missing",
        By(&[
            "odd/archived_layer",
            "odd/archived_manifest",
            "odd/archived_alias_link",
            "odd/manifest_refused",
        ]),
    ),
    (
        "servers that list oddly",
        Not("what is odd never comes past the stores: the suite of every store has it"),
    ),
    (
        "caches, backups and other things in the bucket",
        By(&["products/pull_through_cache", "places/beside_a_backup", "damaged/stray"]),
    ),
    ("a digest is over the stored bytes", By(&["whole/indented_manifest"])),
    (
        "estimates count only what is stored",
        By(&["lost/repository_of_a_deleted_image", "whole/foreign_layers"]),
    ),
    (
        "a partial listing makes every verdict doubtful",
        By(&["odd/listing_cut_short", "odd/manifest_refused"]),
    ),
    ("ten million objects", Not("measured, not tested")),
];
