//! The only half that waits: walk, resolve, verify, confirm.
//!
//! ```text
//! walk      list every object once, blobs before repositories, into inventories
//! resolve   read links and tags that their entity tags do not prove, and each manifest once
//! confirm   look again at whatever seems to be missing
//! spare     what comes and goes meanwhile, and what it refers to
//! deep      unpack the layers, if asked to
//! batch     take what AWS has computed, and read what that contradicts
//! prove     choose which of the other blobs to read, and remember what that proves
//! verify    read them
//! ```
//!
//! What comes of it goes to the reconciler, which waits for nothing.

mod batch;
mod books;
mod border;
mod confirm;
mod deep;
mod error;
mod failures;
mod foreign;
mod links;
mod memory;
mod options;
mod pairs;
mod parts;
mod pool;
mod progress;
mod prove;
mod read;
mod readings;
mod resolve;
mod spare;
mod verify;
mod walk;
mod zeros;

use std::sync::Arc;

use jiff::Timestamp;
use tracing::info;

use self::books::Books;
pub use self::books::Cache;
pub use self::error::ScanError;
pub use self::options::{Deep, Options, RootChoice};
pub use self::progress::{Observer, Progress, Silent};
use self::prove::{Proved, prove};
use self::read::Reader;
use self::walk::{Registry, Walk};
use crate::audit::{Audit, Looks, Policy, Product, reconcile};
pub use crate::choice::{Share, Verify};
use crate::graph::Graph;
use crate::oci::Digest;
use crate::report::{Report, Requests, Source};
use crate::store::{CountStore, LimitStore, ObjectStore};

/// Audits what lies below a prefix of a store: one report for each registry chosen.
///
/// `uri` names the source in the reports. `clock` is asked what time it is.
///
/// # Errors
/// If the listing is not whole, if there is no registry below the prefix, if there are several
/// and none is chosen, or if what earlier runs proved cannot be looked up. What cannot be read later makes a report incomplete instead
/// (`incomplete_because`).
pub async fn audit(
    store: Arc<dyn ObjectStore>,
    uri: &str,
    prefix: &str,
    options: &Options,
    clock: Clock,
    observer: Arc<dyn Observer>,
) -> Result<Vec<Report>, ScanError> {
    let started_at = clock();
    if options.verify == Verify::Rolling && options.cache.is_none() {
        return Err(ScanError::NothingRemembered);
    }
    let mut books = Books::open(options, &clock, started_at)?;
    let mut limited = LimitStore::new(store, options.concurrency);
    if let Some(requests) = options.max_requests_per_second {
        limited = limited.with_max_requests_per_second(requests);
    }
    if let Some(bytes) = options.max_bandwidth {
        limited = limited.with_max_bandwidth(bytes);
    }
    let store = Arc::new(CountStore::new(limited));
    info!(?uri, "listing");
    let walk = Walk::over(&store, prefix, options, &clock, &*observer).await?;
    let chosen = match walk.choose(&options.root, prefix, &*store)? {
        walk::Chosen::Registries(registries) => registries,
        walk::Chosen::Foreign(foreign, walk) => {
            let report =
                foreign::report(foreign, &walk, uri, started_at, clock(), store.requests());
            return Ok(vec![report]);
        }
    };
    let mut reports = Vec::new();
    for mut registry in chosen {
        if !options.shard.unwrap_or_default().is_first() {
            registry.outside.clear();
        }
        let outside = registry.outside.clone();
        let reader = Reader::new(Arc::clone(&store), options);
        let linked = if options.list_twice {
            spare::list_again(&*store, &mut registry, &clock).await?
        } else {
            Vec::new()
        };
        let Examined { registry, mut graph, looks } =
            examine(&reader, registry, linked, options, started_at, &*observer).await;
        let (inventory, books) = (&registry.inventory, books.as_mut());
        let Proved { selection, account } =
            prove(&reader, inventory, &mut graph, options, started_at, books, &*observer).await?;
        let as_of = registry.as_of;
        let described = options.describe(registry.inventory.root(), started_at);
        let (source, audit) = judge(registry, graph, &looks, uri, options, started_at);
        reports.push(Report {
            source,
            started_at,
            as_of,
            finished_at: clock(),
            options: described,
            outside,
            requests: store.requests(),
            shard: options.shard,
            selection,
            coverage: account,
            audit,
        });
    }
    Ok(reports)
}

/// Hands over to the half that waits for nothing.
fn judge(
    registry: Registry,
    graph: Graph,
    looks: &Looks,
    uri: &str,
    options: &Options,
    now: Timestamp,
) -> (Source, Audit) {
    let policy = policy(&registry, options, now);
    let source = Source {
        uri: uri.to_owned(),
        layout: "distribution-v2".to_owned(),
        root: registry.inventory.root().to_string(),
        product: policy.products.first().map(|product| product.as_str().to_owned()),
    };
    let kept = options.keep.as_deref().unwrap_or_default();
    let mut audit = reconcile(registry.inventory, graph, &policy, kept, looks);
    for (_, sum) in &registry.outside {
        audit.totals.outside += *sum;
        audit.totals.objects += *sum;
    }
    info!(findings = audit.findings.len(), complete = audit.is_complete(), "reconciled");
    (source, audit)
}

/// A registry, and what was read of it.
struct Examined {
    registry: Registry,
    graph: Graph,
    looks: Looks,
}

/// Reads all that says what refers to what, until nothing more is asked for.
async fn examine(
    reader: &Reader,
    mut registry: Registry,
    linked: Vec<Digest>,
    options: &Options,
    now: Timestamp,
    observer: &dyn Observer,
) -> Examined {
    let policy = policy(&registry, options, now);
    info!(root = ?registry.inventory.root().as_str(), products = ?policy.products, "resolving");
    let mut graph = Graph::default();
    let mut looks = Looks::default();
    let inventory = &mut registry.inventory;
    let tags = links::unsettled_tags(inventory, &mut graph);
    links::links(reader, inventory, &mut graph, tags, observer).await;
    resolve::want_revisions(inventory, &mut graph);
    resolve::manifests(reader, inventory, &mut graph, options, observer).await;
    resolve::guess_kept(inventory, &mut graph, options);
    loop {
        resolve::manifests(reader, inventory, &mut graph, options, observer).await;
        if !confirm::round(reader, inventory, &mut graph, &policy, &mut looks, observer).await {
            break;
        }
        links::links(reader, inventory, &mut graph, Vec::new(), observer).await;
    }
    confirm::admit(inventory, &mut graph, &looks);
    graph.settle_aliases(inventory);
    confirm::lengths(reader, inventory, &mut graph).await;
    spare::spare(reader, inventory, &mut graph, &policy, options, linked).await;
    if options.deep != Deep::No {
        deep::layers(reader, inventory, &mut graph, options, observer).await;
    }
    if let Some(results) = &options.batch {
        batch::take(reader, inventory, &mut graph, results, options, observer).await;
    }
    Examined { registry, graph, looks }
}

fn policy(registry: &Registry, options: &Options, now: Timestamp) -> Policy {
    let mut products = Product::recognise(&registry.inventory);
    products.extend(registry.products.iter().copied());
    products.sort_unstable();
    Policy {
        roots: options.roots,
        min_age: options.min_age,
        now,
        has_keep_list: options.keep.is_some(),
        products,
        shard: options.shard.unwrap_or_default(),
    }
}

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A store as this module uses it: counted, and bounded.
type Store = CountStore<LimitStore<Arc<dyn ObjectStore>>>;

impl Store {
    fn requests(&self) -> Requests {
        let crate::store::Requests { list, get, head, bytes_read } = self.snapshot();
        Requests { list, get, head, bytes_read }
    }
}
