//! Second looks: whatever seems to be missing is looked at again before it is reported. What has
//! come since it was listed is taken in, as if it had been listed.

use tracing::info;

use super::progress::{Observer, Progress};
use super::read::Reader;
use super::readings::{AsListed, of_size};
use super::{links, pool};
use crate::audit::{Look, Looks, Policy, Probe, odd_lengths, open_probes};
use crate::graph::{Content, Graph};
use crate::inventory::Inventory;
use crate::layout::Root;
use crate::object::Object;
use crate::store::StoreError;

/// Looks at all that has to be looked at now; whether there was anything.
pub(super) async fn round(
    reader: &Reader,
    inventory: &mut Inventory,
    graph: &mut Graph,
    policy: &Policy,
    looks: &mut Looks,
    observer: &dyn Observer,
) -> bool {
    let probes = open_probes(inventory, graph, policy, looks);
    if probes.is_empty() {
        return false;
    }
    let of = probes.len() as u64;
    info!(of, "looking again at what seems to be missing");
    let mut queue = probes.into_iter();
    let mut done = 0;
    let mut late = Vec::new();
    let state = &mut (&mut *graph, looks);
    let next = |_: &mut _| {
        let probe = queue.next()?;
        let (key, reader) = (probe.key(inventory), reader.clone());
        let named = match probe {
            Probe::Tag(_, id) => Some(inventory.digests.get(id)),
            Probe::Data(_) | Probe::Link(_) => None,
        };
        Some(async move {
            let answer = match named {
                Some(digest) => links::names(&reader, &key, &digest).await.map(Answer::of_tag),
                None => reader.look(&key).await.map(Answer::of_object),
            };
            (probe, answer)
        })
    };
    pool::run(reader.concurrency, state, next, |(graph, looks), (probe, answer)| {
        done += 1;
        observer.progress(Progress::Confirmed { done, of });
        match answer {
            Ok(Answer { look, object }) => {
                looks.put(probe, look);
                late.extend(object.map(|object| (probe, object)));
            }
            Err(error) => {
                looks.put(probe, Look::Failed);
                graph.put_failure(error.to_string());
            }
        }
    })
    .await;
    take_in(inventory, graph, late);
    true
}

/// What a second look shows.
struct Answer {
    look: Look,
    object: Option<Object>,
}

impl Answer {
    const fn of_tag(is_named: bool) -> Self {
        let look = if is_named { Look::Present } else { Look::Absent };
        Self { look, object: None }
    }

    const fn of_object(object: Option<Object>) -> Self {
        let look = if object.is_some() { Look::Present } else { Look::Absent };
        Self { look, object }
    }
}

/// Takes in what is there now: folds it if it was not listed, and wants it if it was gone when it
/// was to be read.
fn take_in(inventory: &mut Inventory, graph: &mut Graph, late: Vec<(Probe, Object)>) {
    let was_listed = |(probe, _): &(Probe, Object)| match *probe {
        Probe::Data(id) => inventory.blob(id).is_some(),
        Probe::Link(link) => inventory.has_link(link),
        Probe::Tag(..) => true,
    };
    let (known, new): (Vec<_>, Vec<_>) = late.into_iter().partition(was_listed);
    for (_, object) in &new {
        if let Some((_, path)) = Root::split(&object.key) {
            inventory.fold(path, object);
        }
    }
    inventory.sort();
    for (probe, _) in new.iter().chain(&known) {
        if let Probe::Data(id) = *probe {
            graph.want_again(id);
        }
    }
}

/// Owns up to what a look shows and no reading finds: whoever deletes and writes it again may
/// have the last word of it.
pub(super) fn admit(inventory: &Inventory, graph: &mut Graph, looks: &Looks) {
    let is_gone = |content: &Content| matches!(content, Content::Absent);
    let absent = graph.contents().filter(|(_, content)| is_gone(content)).map(|(id, _)| id);
    let there = absent.filter(|&id| looks.get(Probe::Data(id)) == Some(Look::Present));
    let keys: Vec<_> = there.map(|id| inventory.data_key(&inventory.digests.get(id))).collect();
    for key in keys {
        let key = key.escape_debug();
        graph.put_failure(format!("read {key}: the object comes and goes; try again"));
    }
}

/// Looks at the blobs that seem to be too long or too short. One that is of another length than
/// was listed makes the audit incomplete: whether it was written meanwhile or its size was changed
/// on the way here, nobody knows.
pub(super) async fn lengths(reader: &Reader, inventory: &Inventory, graph: &mut Graph) {
    let mut queue = odd_lengths(inventory, graph).into_iter();
    let next = |_: &mut _| {
        let id = queue.next()?;
        let listed = inventory.blob(id).map(|blob| AsListed::of(&blob));
        let (key, reader) = (inventory.data_key(&inventory.digests.get(id)), reader.clone());
        Some(async move {
            let now = reader.look(&key).await?.map(|object| object.size);
            now.map_or(Ok(()), |now| of_size(&key, now, listed))
        })
    };
    pool::run(reader.concurrency, graph, next, |graph, looked: Result<(), StoreError>| {
        if let Err(error) = looked {
            graph.put_failure(error.to_string());
        }
    })
    .await;
}
