//! The chains of references from a digest up to the tags, as a tree.
//!
//! The tree grows upward: below the digest stands what refers to it, below that what refers to
//! that, and so on to the tags. Each chain is a shortest one; the nearest tags come first.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::Serialize;

use super::ascent::{Ascent, Step};
use super::view::View;
use crate::audit::Kind;
use crate::graph::LinkFault;
use crate::inventory::{DigestId, Link};
use crate::oci::Digest;

/// How many lines a tree may take: digests and leaves.
const MOST_LINES: usize = 20;

/// What stands below is to what stands above.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Via {
    /// Its config.
    Config,
    /// A layer or other content of it.
    Layer,
    /// An entry of it, an index.
    Entry,
    /// A manifest that is about it. A subject keeps its referrers alive.
    Referrer,
    /// A signature of it.
    Signature,
    /// The same bytes, under their canonical name.
    Alias,
}

/// A digest in the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    /// What the one below is to it. `None` for the one that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<Via>,
    /// Its name.
    pub digest: Digest,
    /// What it is.
    pub kind: Kind,
    /// The platform for which it lists the one below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The leaves at it: tags as `repository:tag`, revision links as the repositories that have
    /// them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub leaves: Vec<String>,
    /// What refers to it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub above: Vec<Node>,
}

/// What a chain ends in. Only those of the strongest kind are followed: where there is a tag, no
/// revision link matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Leaf {
    /// A tag.
    Tag,
    /// A revision link.
    Revision,
    /// A digest that the caller's list names.
    Kept,
    /// A manifest that nothing refers to.
    Top,
}

/// The chains of references from a digest up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chains {
    /// What they end in; `None` if nothing at all refers to the digest.
    pub ends_in: Option<Leaf>,
    /// How many such ends there are.
    pub ends: u64,
    /// The nearest of them, as it can be asked about.
    pub nearest: Option<String>,
    /// How many of them the tree leaves out.
    pub left_out: u64,
    /// The tree: the digest itself, with all that is shown above it.
    pub tree: Node,
}

/// The end of a chain: the place of the step, and the name.
type End = (usize, String);

impl Chains {
    pub(super) fn of(view: &View<'_>, id: DigestId) -> Self {
        let steps = Ascent::new(view).from(id);
        let (ends_in, ends) = ends(view, &steps);
        let (tree, shown) = tree(view, &steps, &ends, ends_in);
        Self {
            ends_in,
            ends: ends.len() as u64,
            nearest: ends.first().map(|(_, name)| name.clone()),
            left_out: (ends.len() - shown) as u64,
            tree,
        }
    }

    /// Whether the digest itself is such an end.
    pub(super) fn is_direct(&self) -> bool {
        self.nearest.is_some() && self.tree.leaves.first() == self.nearest.as_ref()
    }
}

/// The ends of the strongest kind that there is, the nearest first.
fn ends(view: &View<'_>, steps: &[Step]) -> (Option<Leaf>, Vec<End>) {
    for leaf in [Leaf::Tag, Leaf::Revision, Leaf::Kept, Leaf::Top] {
        let mut ends: Vec<End> = Vec::new();
        for (place, step) in steps.iter().enumerate() {
            ends.extend(names(view, step, leaf).into_iter().map(|name| (place, name)));
        }
        if !ends.is_empty() {
            ends.sort_by(|a, b| (steps[a.0].distance, &a.1).cmp(&(steps[b.0].distance, &b.1)));
            return (Some(leaf), ends);
        }
    }
    (None, Vec::new())
}

/// The ends of this kind at this digest.
fn names(view: &View<'_>, step: &Step, leaf: Leaf) -> Vec<String> {
    let id = step.id;
    match leaf {
        Leaf::Tag => view.upward.tags(id).iter().map(|&tag| view.tag(tag)).collect(),
        Leaf::Revision => {
            let misdirected =
                view.graph.link_faults().filter_map(|(link, fault)| match (link, fault) {
                    (Link::Revision(repository, _), LinkFault::OtherDigest(said))
                        if view.inventory.digests.find(said) == Some(id) =>
                    {
                        Some(repository)
                    }
                    _ => None,
                });
            let linked = view.upward.repositories(id).iter().copied().chain(misdirected);
            linked
                .map(|repository| format!("{}@{}", view.repository(repository), view.digest(id)))
                .collect()
        }
        Leaf::Kept if view.audit.kept.contains(&id) => vec![view.digest(id)],
        Leaf::Top if step.is_top && step.distance > 0 => vec![view.digest(id)],
        Leaf::Kept | Leaf::Top => Vec::new(),
    }
}

/// As many chains as there is room for, and how many those are.
fn tree(view: &View<'_>, steps: &[Step], ends: &[End], ends_in: Option<Leaf>) -> (Node, usize) {
    let has_leaves = matches!(ends_in, Some(Leaf::Tag | Leaf::Revision));
    let mut told = Told::default();
    let (mut lines, mut shown) = (0, 0);
    for (end, name) in ends {
        let way = told.untold(steps, *end);
        lines += way.len() + usize::from(has_leaves);
        if lines > MOST_LINES {
            break;
        }
        way.into_iter().rev().for_each(|place| told.tell(place));
        if has_leaves {
            told.leaves.entry(*end).or_default().push(name.clone());
        }
        shown += 1;
    }
    (told.nested(view, steps), shown)
}

/// The places that the tree shows, but for the first.
#[derive(Debug, Default)]
struct Told {
    places: BTreeSet<usize>,
    /// What stands below comes first.
    in_order: Vec<usize>,
    leaves: BTreeMap<usize, Vec<String>>,
}

impl Told {
    fn tell(&mut self, place: usize) {
        self.places.insert(place);
        self.in_order.push(place);
    }

    /// The places from an end down to the first that is told already.
    fn untold(&self, steps: &[Step], end: usize) -> Vec<usize> {
        let down = std::iter::successors(Some(end), |&place| Some(steps[place].below));
        down.take_while(|place| *place != 0 && !self.places.contains(place)).collect()
    }

    /// What stands above is told later, so that each node is whole before it is hung up.
    fn nested(mut self, view: &View<'_>, steps: &[Step]) -> Node {
        let mut hanging: BTreeMap<usize, VecDeque<Node>> = BTreeMap::new();
        let mut node = |place: usize, above: VecDeque<Node>| Node {
            via: steps[place].via,
            digest: view.inventory.digests.get(steps[place].id),
            kind: view.audit.kind(steps[place].id),
            platform: steps[place].platform.clone(),
            leaves: self.leaves.remove(&place).unwrap_or_default(),
            above: above.into(),
        };
        for place in self.in_order.into_iter().rev() {
            let above = hanging.remove(&place).unwrap_or_default();
            hanging.entry(steps[place].below).or_default().push_front(node(place, above));
        }
        node(0, hanging.remove(&0).unwrap_or_default())
    }
}
