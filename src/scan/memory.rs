//! What earlier runs proved of one registry, and what this one adds.

use jiff::Timestamp;

use super::Clock;
use super::books::Books;
use super::options::Options;
use crate::audit::Proof;
use crate::choice::{self, Verify};
use crate::graph::{Checked, Content, Graph};
use crate::inventory::{DigestId, Inventory};
use crate::ledger::rolling::{Outlook, Rolling, Tonight, choose};
use crate::ledger::{
    Account, Candidate, Coverage, Entry, LedgerError, LedgerFile, Outcome, Recorder, Version,
};

/// What is remembered of the registry that is looked at.
pub(super) struct Memory {
    recorder: Recorder,
    clock: Clock,
    /// When rolling runs began before this one, the oldest first.
    runs: Vec<Timestamp>,
    now: Timestamp,
    /// Which blobs the run is responsible for, by the numbers of their digests.
    is_asked: Vec<bool>,
    is_orphaned: Vec<bool>,
    /// What came of the last look at each, in the version that was listed.
    outcomes: Vec<Option<Outcome>>,
}

impl Memory {
    /// Recalls what is known of all blobs; `candidates` are those that nobody has read yet.
    pub(super) fn recall(
        books: &mut Books<'_>,
        inventory: &Inventory,
        candidates: &[choice::Candidate],
        options: &Options,
        now: Timestamp,
    ) -> Result<Self, LedgerError> {
        let mut ledger = books.ledger(inventory, now)?;
        let is_rolling = options.verify == Verify::Rolling;
        // Others read what they like, and say nothing of when the next share is read.
        let runs = if is_rolling { ledger.begin_run(now)? } else { Vec::new() };
        let rows = inventory.digests.len();
        let mut is_orphaned = vec![false; rows];
        for candidate in candidates.iter().filter(|candidate| candidate.references == 0) {
            is_orphaned[candidate.id.index()] = true;
        }
        let (mut is_asked, mut outcomes) = (vec![false; rows], vec![None; rows]);
        let (memory, shard) = (ledger.memory()?, options.shard.unwrap_or_default());
        for (id, blob) in inventory.blobs() {
            let digest = inventory.digests.get(id);
            let row = id.index();
            if shard.holds(&digest) && (options.include_orphaned || !is_orphaned[row]) {
                is_asked[row] = true;
                let last = memory.recall(&digest, &Version::of(&blob))?;
                outcomes[row] = last.filter(|last| counts(*last, options));
            }
        }
        let (recorder, clock) = (ledger.into_recorder(), books.clock.clone());
        Ok(Self { recorder, clock, runs, now, is_asked, is_orphaned, outcomes })
    }

    /// Remembers what came of manifests and of all else that has been read by now.
    pub(super) fn note_all(&mut self, inventory: &Inventory, graph: &Graph) {
        for (id, _) in inventory.blobs().filter(|(id, _)| graph.checksums.is_proved(*id)) {
            self.note(inventory, id, &Checked::Proved);
        }
        for (id, checked) in graph.checksums.others() {
            self.note(inventory, id, checked);
        }
        // Manifests are hashed whether or not anybody asks for a proof.
        for (id, content) in graph.contents() {
            let was_hashed = matches!(content, Content::Manifest(_) | Content::Invalid(_));
            if was_hashed && self.is_known_wrong(id) && !graph.checksums.is_wrong(id) {
                self.note(inventory, id, &Checked::Proved);
            }
        }
    }

    /// Remembers what came of a blob. Never waits.
    pub(super) fn note(&mut self, inventory: &Inventory, id: DigestId, checked: &Checked) {
        let at = (self.clock)();
        let outcome = match checked {
            Checked::Proved => Outcome::Proved { at, by: Proof::Bytes },
            Checked::Mismatch { .. } => Outcome::Wrong { at },
            // What was wrong once stays so until its bytes are seen to be right.
            Checked::Vouched | Checked::Unreadable(_) if self.is_known_wrong(id) => return,
            Checked::Vouched => Outcome::Proved { at, by: Proof::Checksum },
            Checked::Unreadable(_) => Outcome::Unreadable { at },
            Checked::KnownWrong { .. } | Checked::Gone | Checked::Unverifiable => return,
        };
        let Some(blob) = inventory.blob(id).filter(|_| self.is_asked[id.index()]) else { return };
        self.outcomes[id.index()] = Some(outcome);
        let entry = Entry { version: Version::of(&blob), outcome };
        self.recorder.note(inventory.digests.get(id), entry);
    }

    /// Whether its bytes were wrong when they were last read, in the version that was listed.
    pub(super) fn is_known_wrong(&self, id: DigestId) -> bool {
        matches!(self.outcomes.get(id.index()), Some(Some(Outcome::Wrong { .. })))
    }

    /// Takes back what AWS has computed, at another time, of what is known to be wrong: it is to
    /// be read. Whether there was any.
    pub(super) fn doubt(&self, graph: &mut Graph, inventory: &Inventory) -> bool {
        let doubted =
            |graph: &Graph, id| self.is_known_wrong(id) && graph.checksums.is_vouched_for(id);
        let ids: Vec<_> =
            inventory.blobs().map(|(id, _)| id).filter(|id| doubted(graph, *id)).collect();
        for &id in &ids {
            graph.checksums.forget(id);
        }
        !ids.is_empty()
    }

    /// Tells what is known to be wrong and was not looked at now.
    pub(super) fn tell(&self, graph: &mut Graph, inventory: &Inventory) {
        for (id, _) in inventory.blobs() {
            let is_gone = matches!(graph.content(id), Some(Content::Absent));
            if let Some(Outcome::Wrong { at }) = self.outcomes[id.index()]
                && !graph.checksums.was_read(id)
                && !is_gone
            {
                graph.checksums.record(id, Checked::KnownWrong { at });
            }
        }
    }

    /// Chooses among these what to read in this run.
    pub(super) fn tonight(
        &self,
        inventory: &Inventory,
        ids: &[DigestId],
        options: &Options,
    ) -> Tonight {
        let candidate = |id: &DigestId| {
            let blob = inventory.blob(*id)?;
            Some(Candidate {
                digest: inventory.digests.get(*id),
                size: blob.size,
                written: blob.last_modified,
                last: self.outcomes[id.index()],
                is_orphaned: self.is_orphaned[id.index()],
            })
        };
        let candidates: Vec<_> = ids.iter().filter_map(candidate).collect();
        let budget = options.budget.map(|bytes| options.shard.unwrap_or_default().part_of(bytes));
        let rolling = Rolling { now: self.now, every: options.every, budget, runs: &self.runs };
        choose(&rolling, &candidates)
    }

    /// Waits until all is on the disk, and says how far that has come.
    pub(super) fn finish(
        self,
        books: &mut Books<'_>,
        inventory: &Inventory,
        rolling: Option<Outlook>,
    ) -> Account {
        let Self { recorder, clock, is_asked, outcomes, .. } = self;
        let asked = inventory.blobs().filter(|(id, _)| is_asked[id.index()]);
        let blobs = asked.map(|(id, blob)| (blob.size, outcomes[id.index()]));
        let coverage = Coverage::of(clock(), blobs);
        let mut remarks: Vec<String> = books.remark.iter().cloned().collect();
        let kept = keep(recorder, inventory);
        let is_recorded = kept.is_ok();
        match kept {
            Ok(file) => books.put_back(file),
            Err(error) => remarks.push(format!("what was proved is not remembered: {error}")),
        }
        let ledger = (!remarks.is_empty()).then(|| remarks.join("; "));
        Account { coverage, is_recorded, ledger, rolling }
    }
}

/// The listing is whole by now: what is not in it is gone.
fn keep(recorder: Recorder, inventory: &Inventory) -> Result<LedgerFile, LedgerError> {
    let is_stored = |id| inventory.blob(id).is_some();
    let mut ledger = recorder.finish()?;
    ledger.retain(|digest| inventory.digests.find(digest).is_some_and(is_stored))?;
    Ok(ledger.into_file())
}

/// Whether the outcome is one that this run could come to. Who wants bytes to be read is not
/// content with a checksum that another run took for a proof.
fn counts(outcome: Outcome, options: &Options) -> bool {
    match outcome {
        Outcome::Proved { by, .. } => {
            by == Proof::Bytes || by == Proof::Checksum && options.use_checksums
        }
        Outcome::Wrong { .. } | Outcome::Unreadable { .. } => true,
    }
}
