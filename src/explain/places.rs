//! Where a digest and the links to it lie in the bucket.

use super::facts::Place;
use super::view::View;
use crate::inventory::{DigestId, Link, RepositoryId};

/// The most keys that are told.
const MOST: usize = 100;

/// The keys, the data's first, and how many more there are. Links in the repository that was asked
/// about come before the others, and tags before what they name.
pub(super) fn places(
    view: &View<'_>,
    id: DigestId,
    asked: Option<RepositoryId>,
) -> (Vec<Place>, u64) {
    let inventory = view.inventory;
    let data = inventory
        .blob(id)
        .map(|_| Place { kind: "blob", key: inventory.data_key(&inventory.digests.get(id)) });
    let mut links: Vec<_> = view
        .links_to(id)
        .into_iter()
        .map(|link| {
            let repository = inventory.repository_of(link);
            let is_elsewhere = asked.is_some_and(|asked| asked != repository);
            (is_elsewhere, view.repository(repository), kind(link), link)
        })
        .collect();
    links.sort_unstable_by_key(|&(is_elsewhere, repository, (rank, _), link)| {
        (is_elsewhere, repository, rank, link)
    });
    let all = links.len() + usize::from(data.is_some());
    let links = links
        .into_iter()
        .map(|(_, _, (_, kind), link)| Place { kind, key: inventory.link_key(link) });
    let places: Vec<_> = data.into_iter().chain(links).take(MOST).collect();
    let more = (all - places.len()) as u64;
    (places, more)
}

const fn kind(link: Link) -> (u8, &'static str) {
    match link {
        Link::Tag(_) => (0, "tag"),
        Link::Revision(..) => (1, "revision-link"),
        Link::Layer(..) => (2, "layer-link"),
        Link::Signature(..) => (3, "signature-link"),
        Link::History(..) => (4, "tag-history"),
    }
}
