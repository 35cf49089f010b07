//! The way up from a digest: whatever keeps it alive, and whatever keeps that alive.

use std::collections::{BTreeMap, HashMap, VecDeque};

use super::chains::Via;
use super::view::View;
use crate::graph::EdgeRole;
use crate::inventory::DigestId;

/// A digest that was come by on the way up.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) id: DigestId,
    pub(super) via: Option<Via>,
    pub(super) platform: Option<String>,
    /// The place of the one below.
    pub(super) below: usize,
    pub(super) distance: usize,
    pub(super) is_top: bool,
}

/// The ways up that only a whole pass shows.
pub(super) struct Ascent<'v, 'a> {
    view: &'v View<'a>,
    aliases: BTreeMap<DigestId, Vec<DigestId>>,
    signed: BTreeMap<DigestId, Vec<DigestId>>,
}

impl<'v, 'a> Ascent<'v, 'a> {
    pub(super) fn new(view: &'v View<'a>) -> Self {
        let mut aliases: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for id in view.inventory.digests.ids() {
            for &canonical in view.graph.aliases(id) {
                aliases.entry(canonical).or_default().push(id);
            }
        }
        let mut signed: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (_, revision, signature) in view.inventory.signatures() {
            signed.entry(signature).or_default().push(revision);
        }
        Self { view, aliases, signed }
    }

    /// Everything above, each digest once, the nearest first. A cycle ends where it began.
    pub(super) fn from(&self, id: DigestId) -> Vec<Step> {
        let first = Step { id, via: None, platform: None, below: 0, distance: 0, is_top: false };
        let mut places = HashMap::from([(id, 0)]);
        let mut steps = vec![first];
        let mut queue = VecDeque::from([0]);
        while let Some(below) = queue.pop_front() {
            let distance = steps[below].distance + 1;
            let above = self.above(steps[below].id);
            steps[below].is_top = above.is_empty();
            for (id, via, platform) in above {
                if places.contains_key(&id) {
                    continue;
                }
                places.insert(id, steps.len());
                queue.push_back(steps.len());
                let via = Some(via);
                steps.push(Step { id, via, platform, below, distance, is_top: false });
            }
        }
        steps
    }

    /// What keeps this one alive while it is alive itself, sorted by digest.
    fn above(&self, id: DigestId) -> Vec<(DigestId, Via, Option<String>)> {
        let view = self.view;
        let parents = view.upward.parents(id).iter().map(|&parent| {
            let is_this = |to| to == id || view.graph.aliases(to).contains(&id);
            let edge = view.graph.edges(parent).iter().find(|edge| is_this(edge.to));
            let via = match edge.map(|edge| edge.role) {
                Some(EdgeRole::Config) => Via::Config,
                Some(EdgeRole::Layer) => Via::Layer,
                Some(EdgeRole::Child | EdgeRole::Unknown) | None => Via::Entry,
            };
            let platform = edge.and_then(|edge| edge.platform);
            (parent, via, platform.map(|name| view.text(name).to_owned()))
        });
        let subject = view.graph.node(id).and_then(|node| node.subject);
        let others = [
            (Via::Referrer, subject.into_iter().collect::<Vec<_>>()),
            (Via::Signature, self.signed.get(&id).cloned().unwrap_or_default()),
            (Via::Alias, self.aliases.get(&id).cloned().unwrap_or_default()),
        ];
        let others =
            others.into_iter().flat_map(|(via, ids)| ids.into_iter().map(move |id| (id, via)));
        let mut above: Vec<_> = parents.chain(others.map(|(id, via)| (id, via, None))).collect();
        above.sort_by_cached_key(|&(id, via, _)| (view.inventory.digests.get(id), via));
        above.dedup_by_key(|(id, ..)| *id);
        above
    }
}
