//! Chooses what to read, reads it, and remembers what that proves.

use jiff::Timestamp;
use tracing::info;

use super::books::Books;
use super::memory::Memory;
use super::options::Options;
use super::progress::Observer;
use super::read::Reader;
use super::verify;
use crate::audit;
use crate::choice::{Chosen, Selection, Verify, choose};
use crate::graph::Graph;
use crate::inventory::{DigestId, Inventory};
use crate::ledger::rolling::Outlook;
use crate::ledger::{Account, LedgerError};

/// What was chosen, and what is known of all runs together.
#[derive(Debug, Default)]
pub(super) struct Proved {
    pub(super) selection: Option<Selection>,
    pub(super) account: Option<Account>,
}

/// Reads the blobs that are to be read of an audit that began at `now`.
pub(super) async fn prove(
    reader: &Reader,
    inventory: &Inventory,
    graph: &mut Graph,
    options: &Options,
    now: Timestamp,
    mut books: Option<&mut Books<'_>>,
    observer: &dyn Observer,
) -> Result<Proved, LedgerError> {
    if books.is_none() && !options.verify.reads_blobs() {
        return Ok(Proved::default());
    }
    let mut candidates = audit::candidates(inventory, graph);
    let recall = |books| Memory::recall(books, inventory, &candidates, options, now);
    let mut memory = books.as_deref_mut().map(recall).transpose()?;
    if let Some(memory) = &mut memory {
        memory.note_all(inventory, graph);
        if memory.doubt(graph, inventory) {
            candidates = audit::candidates(inventory, graph);
        }
    }
    let mut chosen = choose(candidates, &options.choice(now));
    let outlook = match &memory {
        Some(memory) if options.verify == Verify::Rolling => {
            Some(in_turn(&mut chosen, memory, inventory, options))
        }
        _ => None,
    };
    info!(blobs = chosen.ids.len(), bytes = chosen.selection.chosen.bytes, "verifying");
    let is_doubted =
        |id: &DigestId| memory.as_ref().is_some_and(|memory| memory.is_known_wrong(*id));
    let (doubted, others) = chosen.ids.into_iter().partition::<Vec<_>, _>(is_doubted);
    // What was wrong once is not settled by what the server says of it.
    let by_reading = Options { use_checksums: false, ..options.clone() };
    for (ids, options) in [(others, options), (doubted, &by_reading)] {
        let note = |id, checked: &_| {
            if let Some(memory) = &mut memory {
                memory.note(inventory, id, checked);
            }
        };
        verify::blobs(reader, inventory, graph, ids, options, note, observer).await;
    }
    if let Some(memory) = &memory {
        memory.tell(graph, inventory);
    }
    let selection = options.verify.reads_blobs().then_some(chosen.selection);
    let account = memory.zip(books).map(|(memory, books)| memory.finish(books, inventory, outlook));
    Ok(Proved { selection, account })
}

/// Leaves of what was chosen that whose turn it is.
fn in_turn(
    chosen: &mut Chosen,
    memory: &Memory,
    inventory: &Inventory,
    options: &Options,
) -> Outlook {
    let tonight = memory.tonight(inventory, &chosen.ids, options);
    chosen.ids = tonight.read.iter().map(|index| chosen.ids[*index]).collect();
    chosen.selection.chosen = tonight.sum;
    tonight.outlook()
}
