//! The file in which is remembered what was proved, from one run to the next.

use std::path::PathBuf;

use jiff::Timestamp;

use super::Clock;
use super::options::Options;
use crate::inventory::Inventory;
use crate::ledger::{Ledger, LedgerError, LedgerFile, Origin};

/// Where what was proved is remembered from one run to the next.
#[derive(Debug, Clone)]
pub struct Cache {
    /// The directory of the ledger.
    pub directory: PathBuf,
    /// The server, where it is not the one that the URI implies: a replica of a bucket has the
    /// same name, keys, entity tags and times, and yet its own disks.
    pub endpoint: Option<String>,
    /// The bucket or the directory, in the same words however the caller named it.
    pub uri: String,
}

/// The file of a cache: open as long as the scan goes on, so that nobody else begins meanwhile
/// what would have to be thrown away.
pub(super) struct Books<'a> {
    cache: &'a Cache,
    options: &'a Options,
    pub(super) clock: &'a Clock,
    file: Option<LedgerFile>,
    /// What people are to be told of it.
    pub(super) remark: Option<String>,
}

impl<'a> Books<'a> {
    /// Opens the file, if one is asked for.
    pub(super) fn open(
        options: &'a Options,
        clock: &'a Clock,
        now: Timestamp,
    ) -> Result<Option<Self>, LedgerError> {
        let Some(cache) = &options.cache else { return Ok(None) };
        let (file, opening) = LedgerFile::open(&cache.directory, options.shard, now)?;
        let remark = opening.remark();
        Ok(Some(Self { cache, options, clock, file: Some(file), remark }))
    }

    /// What is remembered of a registry.
    pub(super) fn ledger(
        &mut self,
        inventory: &Inventory,
        now: Timestamp,
    ) -> Result<Ledger, LedgerError> {
        let file = match self.file.take() {
            Some(file) => file,
            // The ledger of the registry before this one failed.
            None => LedgerFile::open(&self.cache.directory, self.options.shard, now)?.0,
        };
        let Cache { endpoint, uri, .. } = self.cache;
        let root = inventory.root().as_str();
        file.of(&Origin { endpoint: endpoint.as_deref(), uri, root })
    }

    pub(super) fn put_back(&mut self, file: LedgerFile) {
        self.file = Some(file);
    }
}
