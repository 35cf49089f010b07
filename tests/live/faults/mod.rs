//! The program behind a network that fails and servers that lie: each report is the clean one, or
//! says that it is incomplete, or there is none. Nothing is called orphaned, missing or corrupt
//! that is not, nothing takes longer than it may, and nothing is ever asked but to list and read.
//!
//! | module | |
//! |---|---|
//! | `listing`, `reading`, `wrong`, `weather` | the faults, by what they befall |
//! | `case` | one of them, and how an audit through it may end |
//! | `judge` | how it ended, held against the clean report |
//! | `site` | the audits |
//!
//! `OCIFSCK_FAULTS` chooses those whose name contains it.

mod case;
mod judge;
mod listing;
mod reading;
mod site;
mod weather;
mod wrong;

use self::case::Case;
use self::judge::Ending;
use self::site::{Met, Site};
use crate::http::Client;
use crate::images::{Image, layer};
use crate::lab::S3Bucket;
use crate::matrix::{Run, Scenario};
use crate::objects::{InBucket, Objects};
use crate::proxy::{Fault, On};
use crate::reader::reader;
use crate::record::Figures;
use crate::registry::{Registry, Version};
use crate::{busy, gallery, keys};

const ROOT: &str = "zarf-registry";

pub(crate) const SCENARIOS: &[Scenario] = &[Scenario {
    name: "faults",
    shows: "through a network that fails and a server that lies, a report is the right one, or \
            says that it is incomplete, or there is none",
    needs: &["docker-registry", "skopeo", "crane", "regctl", "oras"],
    run: Run::Servers(no_fault_makes_a_false_verdict),
    // It is about time limits, and a busy machine would break them too.
    is_loud: true,
}];

const SLOW_DOWN: Fault = Fault::Refuse(503, "SlowDown");
const INTERNAL_ERROR: Fault = Fault::Refuse(500, "InternalError");

/// A read of an object whose path contains this.
fn get(part: &str) -> On {
    On::Get(part.to_owned())
}

fn no_fault_makes_a_false_verdict(bucket: &S3Bucket) -> Figures {
    let registry = Registry::in_bucket(Version::V2, bucket, ROOT);
    fill(&registry, &InBucket::new(bucket, ROOT));
    drop(registry);
    let credentials = reader(bucket);
    let source = bucket.source(ROOT);
    let site =
        Site { endpoint: &bucket.server.endpoint, credentials: &credentials, source: &source };
    figures(&site.meet_all(&cases()))
}

/// One of everything, with garbage and damage, on several pages of a listing.
fn fill(registry: &Registry, objects: &dyn Objects) {
    busy::push(registry);
    gallery::fill(registry, objects);
    let image = Image::new("many tags", "amd64", &[layer("app/binary", "many tags")]);
    let digest = image.manifest.digest();
    Client::new(registry).push("many/tags", "0", &image);
    for tag in 1..250 {
        let tag = tag.to_string();
        let history = keys::tag_history("many/tags", &tag, &digest);
        for link in [keys::tag_link("many/tags", &tag), history] {
            objects.put(&link, digest.clone().into_bytes());
        }
    }
}

fn cases() -> Vec<Case> {
    let all = [
        listing::listing(),
        listing::pages(),
        reading::reading(),
        reading::going_away(),
        wrong::links(),
        wrong::wrong_bytes(),
        weather::random(),
    ];
    let only = std::env::var("OCIFSCK_FAULTS").unwrap_or_default();
    all.into_iter().flatten().filter(|case| case.name.contains(&only)).collect()
}

/// How the audits ended. Fails if any should not have ended so, and shows them all then.
fn figures(met: &[Met]) -> Figures {
    let table: Vec<_> = met.iter().map(ToString::to_string).collect();
    let wrong = met.iter().filter(|met| met.ending.is_err()).count();
    assert_eq!(wrong, 0, "audits that should not have ended so:\n{}", table.join("\n"));
    let count = |wanted| met.iter().filter(|met| met.ending == Ok(wanted)).count();
    let requests: usize = met.iter().map(|met| met.requests).sum();
    Figures::default()
        .with("faults", met.len())
        .with("equal", count(Ending::Equal))
        .with("incomplete", count(Ending::Incomplete))
        .with("refused", count(Ending::Refused))
        .with("as the altered listing has it", count(Ending::Altered))
        .with("false verdicts, hangs or crashes", wrong)
        .with("requests, each a GET or a HEAD", requests)
}
