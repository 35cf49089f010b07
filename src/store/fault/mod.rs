//! Faults on purpose: for the tests of everything that reads a store.

mod spoil;

use std::fmt;
use std::ops::Range;

use async_trait::async_trait;
use futures::stream::{BoxStream, StreamExt};
use sha2::{Digest, Sha256};

use super::{Body, Download, ErrorKind, ObjectStore, Page, StoreError, body};
use crate::object::{ETag, Object};

/// What is asked of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// One page of a listing. Its key is the first one on the page, or else the prefix.
    List,
    /// A read of a body, or of a part of one.
    Get,
    /// A look at an object, or at its checksum.
    Head,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The request fails. A listing ends with the page that does.
    Fail(ErrorKind),
    /// The body breaks off after so many bytes of the object, with an error, as a lost connection does.
    Cut(u64),
    /// The lowest bit of the byte at this offset is the other one, and nothing says so.
    Flip(u64),
}

/// A store that fails where it is told to.
///
/// Whether it does depends on the operation and the key alone, never on the order in which
/// requests arrive, so that a run with faults can be repeated at any concurrency.
///
/// ```
/// # use ocifsck::store::{chance, ErrorKind, Fault, FaultStore, MemoryStore, Operation};
/// let store = FaultStore::new(MemoryStore::new())
///     .with(Operation::Get, |key| key.ends_with("/link"), Fault::Fail(ErrorKind::Denied))
///     .with(Operation::List, chance(7, 0.1), Fault::Fail(ErrorKind::Unavailable));
/// ```
pub struct FaultStore<S> {
    inner: S,
    rules: Vec<Rule>,
}

struct Rule {
    operation: Operation,
    applies: Box<dyn Fn(&str) -> bool + Send + Sync>,
    fault: Fault,
}

/// Chooses about that share (0 to 1) of all keys, the same ones for the same seed.
pub fn chance(seed: u64, share: f64) -> impl Fn(&str) -> bool + Send + Sync + 'static {
    move |key| {
        let hash = Sha256::new().chain_update(seed.to_be_bytes()).chain_update(key).finalize();
        let drawn = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
        f64::from(drawn) < share * 2_f64.powi(32)
    }
}

impl<S> FaultStore<S> {
    /// A store without faults as yet.
    pub const fn new(inner: S) -> Self {
        Self { inner, rules: Vec::new() }
    }

    /// Adds a fault for the keys that `applies` chooses. The first one that applies counts.
    #[must_use]
    pub fn with(
        mut self,
        operation: Operation,
        applies: impl Fn(&str) -> bool + Send + Sync + 'static,
        fault: Fault,
    ) -> Self {
        let applies = Box::new(applies);
        self.rules.push(Rule { operation, applies, fault });
        self
    }

    fn fault(&self, operation: Operation, key: &str) -> Option<Fault> {
        let of_operation = self.rules.iter().filter(|rule| rule.operation == operation);
        of_operation.into_iter().find(|rule| (rule.applies)(key)).map(|rule| rule.fault)
    }
}

impl<S: ObjectStore> FaultStore<S> {
    fn attempt(&self, verb: &str, key: &str) -> String {
        format!("{verb} {}/{key}", self.inner)
    }

    fn error(&self, kind: ErrorKind, verb: &str, key: &str) -> StoreError {
        StoreError::new(kind, self.attempt(verb, key), "a fault on purpose")
    }

    /// What is to go wrong with a request that does not fail. Asked once for each: a rule may count.
    fn admit(
        &self,
        operation: Operation,
        verb: &str,
        key: &str,
    ) -> Result<Option<Fault>, StoreError> {
        match self.fault(operation, key) {
            Some(Fault::Fail(kind)) => Err(self.error(kind, verb, key)),
            fault => Ok(fault),
        }
    }

    /// The body of `part` of an object, with the fault that is in this part if there is one.
    fn spoiled(&self, fault: Option<Fault>, body: Body, key: &str, part: Range<u64>) -> Body {
        match fault {
            Some(Fault::Cut(bytes)) => {
                let left = spoil::first(body, bytes.saturating_sub(part.start));
                body::exactly(left, part.end - part.start, self.attempt("get", key))
            }
            Some(Fault::Flip(offset)) if offset >= part.start => {
                spoil::flip(body, offset - part.start)
            }
            _ => body,
        }
    }

    fn spoil(&self, page: Page, prefix: &str) -> Result<Page, StoreError> {
        let key = page.first().map_or(prefix, |object| &object.key);
        match self.fault(Operation::List, key) {
            Some(Fault::Fail(kind)) => Err(self.error(kind, "list", prefix)),
            _ => Ok(page),
        }
    }
}

#[async_trait]
impl<S: ObjectStore> ObjectStore for FaultStore<S> {
    fn list<'a>(
        &'a self,
        prefix: &'a str,
        after: &'a str,
    ) -> BoxStream<'a, Result<Page, StoreError>> {
        let pages = self.inner.list(prefix, after);
        pages
            .map(move |page| page.and_then(|page| self.spoil(page, prefix)))
            .scan(false, |failed, page| {
                let item = (!*failed).then_some(page);
                *failed |= matches!(item, Some(Err(_)));
                std::future::ready(item)
            })
            .boxed()
    }

    async fn get(&self, key: &str) -> Result<Download, StoreError> {
        let fault = self.admit(Operation::Get, "get", key)?;
        let Download { object, body } = self.inner.get(key).await?;
        let body = self.spoiled(fault, body, key, 0..object.size);
        Ok(Download { object, body })
    }

    async fn get_part(
        &self,
        key: &str,
        part: Range<u64>,
        of: &ETag,
    ) -> Result<Download, StoreError> {
        let fault = self.admit(Operation::Get, "get", key)?;
        let Download { object, body } = self.inner.get_part(key, part.clone(), of).await?;
        let body = self.spoiled(fault, body, key, part);
        Ok(Download { object, body })
    }

    async fn head(&self, key: &str) -> Result<Object, StoreError> {
        self.admit(Operation::Head, "head", key)?;
        self.inner.head(key).await
    }

    async fn checksum(&self, key: &str) -> Result<(Object, Option<[u8; 32]>), StoreError> {
        self.admit(Operation::Head, "head", key)?;
        self.inner.checksum(key).await
    }
}

impl<S: fmt::Display> fmt::Display for FaultStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

impl<S: fmt::Debug> fmt::Debug for FaultStore<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultStore")
            .field("inner", &self.inner)
            .field("rules", &self.rules.len())
            .finish()
    }
}

#[cfg(test)]
mod tests;
