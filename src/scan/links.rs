//! Reads the links and tags that no entity tag proves.

use tracing::info;

use super::pool;
use super::progress::{Observer, Progress};
use super::read::{Reader, Small};
use super::verify::unsteady;
use crate::graph::{Graph, LinkContent, LinkFault, TagSettler};
use crate::inventory::{Inventory, Link};
use crate::oci::Digest;
use crate::store::{ErrorKind, StoreError};

/// The most bytes of a link that are read. The longest digest in use takes 135.
const LINK_LIMIT: u64 = 4096;

/// How often a link is read that says something else each time.
const READINGS: u32 = 4;

/// A link to be read.
struct Asked {
    link: Link,
    /// What the reading before gave.
    seen: Option<Small>,
    /// How many readings there have been.
    readings: u32,
}

struct State<'a> {
    inventory: &'a mut Inventory,
    graph: &'a mut Graph,
    queue: Vec<Asked>,
    done: u64,
    of: u64,
}

/// Reads these tags, and the links that no entity tag proves and nobody has read.
pub(super) async fn links(
    reader: &Reader,
    inventory: &mut Inventory,
    graph: &mut Graph,
    tags: Vec<Link>,
    observer: &dyn Observer,
) {
    let links = inventory.take_unproved_links();
    if tags.len() + links.len() > 0 {
        info!(tags = tags.len(), links = links.len(), "reading what no entity tag proves");
    }
    let asked = |link| Asked { link, seen: None, readings: 0 };
    // The last one is the first to be read.
    let queue: Vec<_> = tags.into_iter().chain(links).rev().map(asked).collect();
    let of = queue.len() as u64;
    let state = &mut State { inventory, graph, queue, done: 0, of };
    let next = |state: &mut State<'_>| {
        let asked = state.queue.pop()?;
        let (key, reader) = (state.inventory.link_key(asked.link), reader.clone());
        Some(async move {
            let read = reader.small(&key, LINK_LIMIT).await;
            (asked, read)
        })
    };
    pool::run(reader.concurrency, state, next, |state, (asked, read)| {
        state.take(asked, read);
        observer.progress(Progress::Links { done: state.done, of: state.of });
    })
    .await;
}

impl State<'_> {
    /// A link that says what its place leads to expect is believed. Anything else is read until
    /// two readings in a row agree: it may have been damaged on the way, or be half-written, as a
    /// registry on a file system does not write its links in one piece.
    fn take(&mut self, asked: Asked, read: Result<Small, StoreError>) {
        let Asked { link, seen, readings } = asked;
        let Self { inventory, graph, .. } = self;
        match read {
            Ok(read) if !is_expected(inventory, link, &read) && seen.as_ref() != Some(&read) => {
                if readings + 1 < READINGS {
                    self.queue.push(Asked { link, seen: Some(read), readings: readings + 1 });
                    return;
                }
                let error = unsteady(&inventory.link_key(link));
                graph.put_failed_link(inventory, link, error.to_string());
            }
            Ok(read) => match link {
                Link::Tag(tag) => graph.put_tag(inventory, tag, parse(&read)),
                _ => graph.put_link(inventory, link, parse(&read)),
            },
            // Deleted since it was listed.
            Err(error) if error.kind() == ErrorKind::NotFound => {}
            Err(error) if error.kind().is_of_the_object() => {
                let fault = LinkFault::Unreadable(error.to_string());
                graph.put_link_fault(inventory, link, fault);
            }
            Err(error) => graph.put_failed_link(inventory, link, error.to_string()),
        }
        self.done += 1;
    }
}

/// Whether a link says what its path does, or a tag something that its repository links.
fn is_expected(inventory: &Inventory, link: Link, read: &Small) -> bool {
    let LinkContent::Digest(digest) = parse(read) else { return false };
    let Some(id) = inventory.digests.find(&digest) else { return false };
    match link {
        Link::Tag(tag) => inventory.has_revision(inventory.tag_row(tag).repository, id),
        _ => inventory.linked(link) == Some(id),
    }
}

fn parse(read: &Small) -> LinkContent {
    match read {
        Small::Bytes(bytes) => LinkContent::parse(bytes),
        Small::TooLarge { .. } => LinkContent::Garbage,
    }
}

/// Whether a tag still names a digest; that it does not takes two readings that agree.
pub(super) async fn names(reader: &Reader, key: &str, digest: &Digest) -> Result<bool, StoreError> {
    let mut seen = None;
    for _ in 0..READINGS {
        let read = match reader.small(key, LINK_LIMIT).await {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        if parse(&read).digest() == Some(digest) {
            return Ok(true);
        }
        if seen.as_ref() == Some(&read) {
            return Ok(false);
        }
        seen = Some(read);
    }
    Err(unsteady(key))
}

/// Settles tags by their entity tags, and gives those that the listing alone does not settle.
pub(super) fn unsettled_tags(inventory: &Inventory, graph: &mut Graph) -> Vec<Link> {
    let mut settler = TagSettler::default();
    let mut tags: Vec<_> = inventory.tags().filter(|(_, row)| row.current.is_some()).collect();
    tags.sort_unstable_by_key(|(tag, row)| (row.repository, *tag));
    let mut unsettled = Vec::new();
    for (tag, _) in tags {
        match settler.settle(inventory, tag) {
            Some(digest) => graph.settle_tag(inventory, tag, digest),
            None => unsettled.push(Link::Tag(tag)),
        }
    }
    unsettled
}
