//! Reads the links and tags that no entity tag proves.

use tracing::info;

use super::pool;
use super::progress::{Observer, Progress};
use super::read::{Reader, Small};
use super::readings::{Next, Readings, unsteady};
use crate::graph::{Graph, LinkContent, LinkFault, TagSettler};
use crate::inventory::{Inventory, Link};
use crate::oci::Digest;
use crate::store::{ErrorKind, StoreError};

/// The most bytes of a link that are read. The longest digest in use takes 135.
const LINK_LIMIT: u64 = 4096;

/// A link to be read.
struct Asked {
    link: Link,
    readings: Readings<Small>,
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
    let asked = |link| Asked { link, readings: Readings::default() };
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
    /// several readings in a row agree: it may have been damaged on the way, or be half-written,
    /// as a registry on a file system does not write its links in one piece.
    fn take(&mut self, asked: Asked, read: Result<Small, StoreError>) {
        let Asked { link, mut readings } = asked;
        let Self { inventory, graph, .. } = self;
        match read {
            Ok(read) => {
                let content = parse(&read);
                let next = if is_expected(inventory, link, &content) {
                    Next::Believe
                } else {
                    let needed = needed(&read);
                    readings.take(read, needed)
                };
                match (next, link) {
                    (Next::ReadAgain, _) => return self.queue.push(Asked { link, readings }),
                    (Next::GiveUp, _) => {
                        let error = unsteady(&inventory.link_key(link));
                        graph.put_failed_link(inventory, link, error.to_string());
                    }
                    (Next::Believe, Link::Tag(tag)) => graph.put_tag(inventory, tag, content),
                    (Next::Believe, _) => graph.put_link(inventory, link, content),
                }
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if is_odd(inventory, link) {
                    let key = inventory.link_key(link);
                    graph.put_failed_link(inventory, link, never_there(&key).to_string());
                }
            }
            Err(error) if error.kind().is_of_the_object() => {
                let fault = LinkFault::Unreadable(error.to_string());
                graph.put_link_fault(inventory, link, fault);
            }
            Err(error) => graph.put_failed_link(inventory, link, error.to_string()),
        }
        self.done += 1;
    }
}

/// Whether a link says what its path does, or a tag what its history bears out.
fn is_expected(inventory: &Inventory, link: Link, content: &LinkContent) -> bool {
    let LinkContent::Digest(digest) = content else { return false };
    let Some(id) = inventory.digests.find(digest) else { return false };
    match link {
        Link::Tag(tag) => inventory.history_of(tag).any(|named| named == id),
        _ => inventory.linked(link) == Some(id),
    }
}

/// Whether a link that is gone was ever there. It may have been deleted since it was listed; but
/// where entity tags prove the others, one that its own does not fit is another one's key, changed
/// on its way here, and what it should keep alive is not known.
fn is_odd(inventory: &Inventory, link: Link) -> bool {
    let is_provable = inventory.linked(link).is_some_and(|id| inventory.digests.is_sha256(id));
    is_provable && inventory.listed().proved_links.count > 0
}

fn never_there(key: &str) -> StoreError {
    let reason = "it was listed with the ETag of another link, and is not there";
    StoreError::new(ErrorKind::Protocol, format!("read {}", key.escape_debug()), reason)
        .with_hint("audit again, over TLS and with nothing in between")
}

/// How many readings have to agree. What the bytes' own entity tag bears out may still be those of
/// another object; what nothing bears out may have been damaged twice in the same way.
fn needed(read: &Small) -> u32 {
    match read {
        Small::Bytes(bytes, Some(etag)) if etag.is_md5_of(bytes) => 3,
        _ => 4,
    }
}

fn parse(read: &Small) -> LinkContent {
    match read {
        Small::Bytes(bytes, _) => LinkContent::parse(bytes),
        Small::TooLarge { .. } => LinkContent::Garbage,
    }
}

/// Whether a tag still names a digest. That it does not takes several readings that agree.
pub(super) async fn names(reader: &Reader, key: &str, digest: &Digest) -> Result<bool, StoreError> {
    let mut readings = Readings::default();
    loop {
        let read = match reader.small(key, LINK_LIMIT).await {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        if parse(&read).digest() == Some(digest) {
            return Ok(true);
        }
        let needed = needed(&read);
        match readings.take(read, needed) {
            Next::Believe => return Ok(false),
            Next::ReadAgain => {}
            Next::GiveUp => return Err(unsteady(key)),
        }
    }
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
