//! Every damage by name, to one image beside a whole one that shares a layer with it.

use ocifsck::testing::Damage;

use crate::scenario::Scenario;

/// Each damage under the name of its scenario.
macro_rules! damages {
    ($($name:ident = $damage:ident,)+) => {
        /// Those that have a scenario.
        pub(crate) const DAMAGES: &[Damage] = &[$(Damage::$damage,)+];

        $(pub(crate) fn $name() -> Scenario {
            damaged(Damage::$damage)
        })+
    };
}

damages! {
    manifest_flipped = ManifestFlipped,
    manifest_cut = ManifestCut,
    manifest_emptied = ManifestEmptied,
    manifest_replaced = ManifestReplaced,
    manifest_lost = ManifestLost,
    layer_flipped = LayerFlipped,
    layer_cut = LayerCut,
    layer_emptied = LayerEmptied,
    layer_lost = LayerLost,
    layer_misplaced = LayerMisplaced,
    config_lost = ConfigLost,
    revision_link_lost = RevisionLinkLost,
    layer_link_lost = LayerLinkLost,
    tag_link_emptied = TagLinkEmptied,
    tag_link_replaced = TagLinkReplaced,
    tag_link_untidy = TagLinkUntidy,
    revision_link_emptied = RevisionLinkEmptied,
    revision_link_misdirected = RevisionLinkMisdirected,
    layer_link_emptied = LayerLinkEmptied,
    layer_link_replaced = LayerLinkReplaced,
    layer_link_misdirected = LayerLinkMisdirected,
    layer_link_of_other_algorithm = LayerLinkOfOtherAlgorithm,
    history_link_emptied = HistoryLinkEmptied,
    garbage_manifest = GarbageManifest,
    huge_manifest = HugeManifest,
    two_shaped_manifest = TwoShapedManifest,
    wrong_inline_data = WrongInlineData,
    wrong_size = WrongSize,
    wrong_diff_id = WrongDiffId,
    layer_pushed_cut = LayerPushedCut,
    unknown_manifest = UnknownManifest,
    hollow_index = HollowIndex,
    sparse_index = SparseIndex,
    dangling_tag = DanglingTag,
    ghost_tag = GhostTag,
    orphan = Orphan,
    untagged_image = UntaggedImage,
    tag_moved = TagMoved,
    dangling_link = DanglingLink,
    orphaned_signature = OrphanedSignature,
    orphaned_referrer = OrphanedReferrer,
    stale_upload = StaleUpload,
    empty_repository = EmptyRepository,
    stray = Stray,
    unknown_algorithm = UnknownAlgorithm,
}

fn damaged(damage: Damage) -> Scenario {
    let whole = Scenario::new("", |registry| {
        registry.image("team/app", "1.0", &["base", "app"]);
        registry.image("team/db", "1.0", &["base", "db"]);
    });
    whole.then(|registry| drop(registry.damage(damage, "team/app", "1.0"))).verify_all().deep()
}
