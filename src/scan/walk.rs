//! The listing: every object once, folded as it comes.
//!
//! One listing of all that the source names, in the order of the keys, begun anew where
//! `repositories/` begin. `blobs/` comes before them, so a manifest that arrives meanwhile can only
//! make a blob live that would have been garbage, never the other way round.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use futures::StreamExt;
use jiff::Timestamp;
use tokio::sync::mpsc;
use tracing::{debug, info};

use super::Clock;
use super::border::Border;
use super::error::ScanError;
use super::options::{Options, RootChoice};
use super::progress::{Observer, Progress};
use crate::audit::Product;
use crate::inventory::Inventory;
use crate::layout::{Foreign, ForeignSigns, Root};
use crate::object::{Object, Sum};
use crate::store::{ErrorKind, ObjectStore, Page, StoreError};

/// How many pages wait between who lists and who folds.
const PAGES_AHEAD: usize = 4;

/// How many top prefixes are told apart; what comes after them is counted together.
const MOST_PREFIXES: usize = 1000;

/// One registry, as it was listed.
#[derive(Debug)]
pub(super) struct Registry {
    pub(super) inventory: Inventory,
    /// When its repositories began to be listed: whatever was linked then was listed, unless
    /// somebody deleted it meanwhile.
    pub(super) as_of: Timestamp,
    /// What could be recognised outside the layout.
    pub(super) products: Vec<Product>,
    /// What lies outside its root, by top prefix.
    pub(super) outside: Vec<(String, Sum)>,
}

/// All that was listed.
#[derive(Debug)]
pub(super) struct Walk {
    roots: BTreeMap<String, Found>,
    outside: BTreeMap<String, Sum>,
    signs: ForeignSigns,
    /// The folders in which a pull-through cache keeps its schedule.
    caches: BTreeSet<String>,
    /// Registries at roots that were not named.
    unnamed: BTreeSet<String>,
    objects: Sum,
}

/// What may be a registry, as it is being listed.
#[derive(Debug)]
struct Found {
    inventory: Inventory,
    as_of: Option<Timestamp>,
    is_angos: bool,
}

/// What is to be audited.
pub(super) enum Chosen {
    Registries(Vec<Registry>),
    /// No registry of this layout, but of one that is known.
    Foreign(Foreign, Walk),
}

impl Walk {
    /// Lists all that lies below a prefix.
    pub(super) async fn over<S: ObjectStore>(
        store: &Arc<S>,
        prefix: &str,
        options: &Options,
        clock: &Clock,
        observer: &dyn Observer,
    ) -> Result<Self, ScanError> {
        let mut walk = Self {
            roots: BTreeMap::new(),
            outside: BTreeMap::new(),
            signs: ForeignSigns::default(),
            caches: BTreeSet::new(),
            unnamed: BTreeSet::new(),
            objects: Sum::default(),
        };
        let (sender, mut pages) = mpsc::channel(PAGES_AHEAD);
        let lister =
            tokio::spawn(list(Arc::clone(store), prefix.to_owned(), Arc::clone(clock), sender));
        let mut last = clock();
        while let Some(Listed { begun_at, page }) = pages.recv().await {
            for object in &page? {
                walk.fold(object, prefix, begun_at, options);
            }
            last = begun_at;
            debug!(objects = walk.objects.count, "listed");
            observer.progress(Progress::Listed { objects: walk.objects.count });
        }
        // A lister that panicked has not told the end of the listing.
        if let Err(stopped) = lister.await {
            let attempt = format!("list {}", place(&**store, prefix));
            let kind = ErrorKind::Unavailable;
            return Err(StoreError::new(kind, attempt, stopped.to_string()).into());
        }
        info!(objects = walk.objects.count, bytes = walk.objects.bytes, "listed all");
        for root in walk.roots.values_mut() {
            root.inventory.sort();
            root.as_of.get_or_insert(last);
            if let Some(key) = root.inventory.repeated() {
                let (place, key) = (place(&**store, prefix), key.to_owned());
                return Err(ScanError::Repeated { place, key });
            }
        }
        Ok(walk)
    }

    fn fold(&mut self, object: &Object, prefix: &str, begun_at: Timestamp, options: &Options) {
        self.objects.add(object.size);
        let Some((root, path)) = Root::split(&object.key) else {
            return self.fold_outside(object, prefix);
        };
        if matches!(&options.root, RootChoice::Named(named) if named.as_str() != root) {
            self.add_outside(root, object.size);
            if self.unnamed.len() < MOST_PREFIXES && !self.unnamed.contains(root) {
                self.unnamed.insert(root.to_owned());
            }
            return;
        }
        if !self.roots.contains_key(root) {
            let inventory = Inventory::new(Root::from(root));
            self.roots.insert(root.to_owned(), Found { inventory, as_of: None, is_angos: false });
        }
        let Some(registry) = self.roots.get_mut(root) else { return };
        if path.starts_with("v2/repositories/") {
            registry.as_of.get_or_insert(begun_at);
        }
        registry.is_angos |= path.starts_with("v2/ref/");
        registry.inventory.fold(path, object);
    }

    fn fold_outside(&mut self, object: &Object, prefix: &str) {
        self.signs.see(&object.key);
        if let Some(folder) = object.key.strip_suffix("scheduler-state.json") {
            self.caches.insert(folder.to_owned());
        }
        let top = top_prefix(&object.key, prefix);
        self.add_outside(top, object.size);
    }

    fn add_outside(&mut self, top: &str, size: u64) {
        let is_room = self.outside.len() < MOST_PREFIXES || self.outside.contains_key(top);
        let top = if is_room { top } else { "..." };
        self.outside.entry(top.to_owned()).or_default().add(size);
    }

    /// What to audit of all that was found.
    pub(super) fn choose<S: ObjectStore>(
        mut self,
        choice: &RootChoice,
        prefix: &str,
        store: &S,
    ) -> Result<Chosen, ScanError> {
        let place = place(store, prefix);
        let (registries, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
            std::mem::take(&mut self.roots)
                .into_iter()
                .partition(|(_, root)| root.inventory.is_registry());
        for (root, other) in others {
            *self.outside.entry(root).or_default() += other.inventory.listed().objects;
        }
        let roots: Vec<String> = registries.keys().map(|root| format!("{root:?}")).collect();
        match (registries.len(), choice) {
            (0, RootChoice::Named(named)) => {
                let root = named.to_string();
                let roots = self.unnamed.iter().map(|root| format!("{root:?}")).collect();
                Err(ScanError::NoSuchRoot { place, root, roots })
            }
            (0, _) if self.objects.count == 0 => Err(ScanError::Empty { place }),
            (0, _) => match self.signs.verdict() {
                Some(foreign) => Ok(Chosen::Foreign(foreign, self)),
                None => Err(ScanError::NoRegistry {
                    place,
                    objects: self.objects.count,
                    found: self.found(),
                }),
            },
            (1, _) | (_, RootChoice::All) => Ok(Chosen::Registries(self.registries(registries))),
            _ => Err(ScanError::SeveralRoots { place, roots }),
        }
    }

    fn registries(&self, roots: BTreeMap<String, Found>) -> Vec<Registry> {
        let listed: BTreeMap<String, Sum> = roots
            .iter()
            .map(|(root, registry)| (root.clone(), registry.inventory.listed().objects))
            .collect();
        roots
            .into_iter()
            .map(|(root, registry)| {
                let mut outside = self.outside.clone();
                for (other, sum) in listed.iter().filter(|(other, _)| **other != root) {
                    *outside.entry(other.clone()).or_default() += *sum;
                }
                let mut products = Vec::new();
                if self.caches.contains(&root) {
                    products.push(Product::PullThroughCache);
                }
                if registry.is_angos {
                    products.push(Product::Angos);
                }
                Registry {
                    as_of: registry.as_of.unwrap_or_default(),
                    inventory: registry.inventory,
                    products,
                    outside: outside.into_iter().collect(),
                }
            })
            .collect()
    }

    /// What lies outside any registry.
    pub(super) fn outside(&self) -> (Sum, Vec<(String, Sum)>) {
        let by_prefix = self.outside.iter().map(|(prefix, sum)| (prefix.clone(), *sum)).collect();
        (self.objects, by_prefix)
    }

    /// The first few top prefixes, for a message.
    fn found(&self) -> String {
        let names: Vec<_> = self.outside.keys().take(5).map(|name| format!("{name:?}")).collect();
        let more = self.outside.len().saturating_sub(names.len());
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{}{more}", names.join(", "))
    }
}

/// A page, and when the listing that it belongs to was begun: what it shows is no older.
#[derive(Debug)]
struct Listed {
    begun_at: Timestamp,
    page: Result<Page, StoreError>,
}

/// Lists on its own, so that the next page is on its way while the last one is folded.
async fn list<S: ObjectStore>(
    store: Arc<S>,
    prefix: String,
    clock: Clock,
    pages: mpsc::Sender<Listed>,
) {
    let mut border = Border::default();
    let mut after = Some(String::new());
    while let Some(key) = after {
        after = list_to_border(&*store, &prefix, &key, &clock, &pages, &mut border).await;
    }
}

/// Lists what comes after a key, and gives the key from which to begin anew, if it comes to one.
async fn list_to_border<S: ObjectStore>(
    store: &S,
    prefix: &str,
    after: &str,
    clock: &Clock,
    pages: &mpsc::Sender<Listed>,
    border: &mut Border,
) -> Option<String> {
    let begun_at = clock();
    let mut stream = store.list(prefix, after);
    let mut is_first = true;
    // Where it begins anew, there was something to come.
    let mut is_borne_out = after.is_empty();
    loop {
        let Some(mut page) = stream.next().await else {
            if !is_borne_out {
                let page = Err(nothing_after(store, prefix, after));
                pages.send(Listed { begun_at, page }).await.ok()?;
            }
            return None;
        };
        is_borne_out |= page.as_ref().map_or(true, |page| !page.is_empty());
        let crossing = page.as_ref().map_or(None, |page| border.crossing(page, is_first));
        if let (Ok(page), Some(place)) = (&mut page, crossing) {
            page.truncate(place);
        }
        pages.send(Listed { begun_at, page }).await.ok()?;
        if crossing.is_some() {
            return Some(border.last().to_owned());
        }
        is_first = false;
    }
}

/// A server that knows no `start-after` as it should would make garbage of every blob.
fn nothing_after(store: &impl fmt::Display, prefix: &str, after: &str) -> StoreError {
    let reason = format!("it lists nothing after {}, and had listed more", after.escape_debug());
    StoreError::new(ErrorKind::Protocol, format!("list {}", place(store, prefix)), reason)
        .with_hint("does the server keep to ListObjectsV2's start-after?")
}

/// What was listed, for a message.
fn place(store: &impl fmt::Display, prefix: &str) -> String {
    if prefix.is_empty() { store.to_string() } else { format!("{store}/{prefix}") }
}

/// The first component of a key below a prefix, with its slash; nothing for an object at the top.
fn top_prefix<'a>(key: &'a str, prefix: &str) -> &'a str {
    let below = key.get(prefix.len()..).unwrap_or_default();
    let length = below.find('/').map_or(0, |slash| prefix.len() + slash + 1);
    &key[..length.max(prefix.len()).min(key.len())]
}
