//! Manifests that are linked where layers are.

use std::collections::BTreeSet;

use crate::graph::{EdgeRole, Graph, Target};
use crate::inventory::{DigestId, Inventory, RepositoryId};

/// The manifests that a repository links only as layers, and serves all the same: those that its
/// tags name, and the children of what it serves. Registry 2.1.0 linked them there, and those up
/// to 2.8 look there too (distribution's registry/storage/registry.go, `Manifests`).
pub(super) fn as_layers(
    inventory: &Inventory,
    graph: &Graph,
) -> BTreeSet<(RepositoryId, DigestId)> {
    let is_one = |&(repository, id): &(RepositoryId, DigestId)| {
        inventory.has_layer(repository, id) && !inventory.has_revision(repository, id)
    };
    let children = |(repository, id): (RepositoryId, DigestId)| {
        // What wrong bytes say serves nothing.
        let edges = if graph.checksums.is_wrong(id) { &[] } else { graph.edges(id) };
        let entries = edges.iter().filter(|edge| edge.role == EdgeRole::Child);
        entries.map(move |edge| (repository, edge.to)).filter(is_one)
    };
    let tagged = graph.targets().filter_map(|(tag, target)| match target {
        Target::Digest(id) => Some((inventory.tag_row(tag).repository, *id)),
        _ => None,
    });
    let mut open: Vec<_> = tagged.filter(is_one).collect();
    open.extend(inventory.revisions().flat_map(children));
    let mut found = BTreeSet::new();
    while let Some(one) = open.pop() {
        if found.insert(one) {
            open.extend(children(one));
        }
    }
    found
}
