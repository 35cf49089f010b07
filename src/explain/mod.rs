//! Why something is live, orphaned or broken.
//!
//! ```text
//! reference   what a person asks              find     what the audit knows by that name
//! chains      what refers to it, up to the tags         why      its verdict, in a sentence
//! places      where it lies in the bucket     key      what a key means
//! image       its four digests, side by side  index    its entries
//! concerning  the audit's findings on it      text     all that for people
//! ```
//!
//! A finished audit has nearly all the answers. What it does not keep is read anew: one manifest
//! and its config, or a look at the key that was asked about.

mod chains;
mod concerning;
mod error;
mod facts;
mod find;
mod image;
mod index;
mod key;
mod places;
mod read;
mod reference;
mod text;
mod view;
mod why;
mod words;

#[cfg(test)]
mod tests;

use std::io::{self, Write};

use jiff::Timestamp;
use serde::{Serialize, Serializer};

pub use self::chains::{Chains, Leaf, Node, Via};
pub use self::error::ExplainError;
pub use self::facts::{DigestFacts, KeyFacts, ObjectFacts, Place, Status, Stored, TagFacts};
use self::find::Found;
pub use self::image::{Image, Layer, Step};
pub use self::index::{Entry, Index};
use self::read::Contents;
pub use self::reference::{Reference, ReferenceError};
use self::view::View;
use crate::audit::{Finding, Pullable};
use crate::graph::Target;
use crate::inventory::{DigestId, TagId};
use crate::report::json::FindingJson;
use crate::report::{Palette, Report, json};
use crate::store::ObjectStore;

/// The version of the JSON's shape. Fields may be added under it; any other change raises it.
const SCHEMA_VERSION: u32 = 1;

/// How many findings are told, and how much of a tag's history.
const MOST: usize = 20;

/// The answer to one question. Serialises to what `--format json` prints.
#[derive(Debug, Clone, Serialize)]
pub struct Explanation {
    schema_version: u32,
    /// What was asked.
    pub reference: String,
    /// What was audited.
    pub source: String,
    /// The moment for which the verdict speaks.
    pub as_of: Timestamp,
    /// Whether the audit is whole.
    pub complete: bool,
    /// What there is to say of the key, if one was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyFacts>,
    /// What there is to say of the tag, if one was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tag: Option<TagFacts>,
    /// What there is to say of the digest that was asked about, or that the tag or key names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digest: Option<DigestFacts>,
    /// What is worth knowing besides. Names from the bucket are escaped.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The audit's findings on it, and on what it is made of; at most 20.
    #[serde(serialize_with = "findings")]
    pub findings: Vec<Finding>,
    /// How many more there are.
    pub more_findings: u64,
}

/// Explains what a reference refers to, by a finished audit of this store.
///
/// Makes three requests at most.
///
/// # Errors
/// If nothing is called so, if the beginning of a digest is that of several, or if the layout is
/// not one that is audited. What cannot be read is no error: the explanation says so.
pub async fn explain(
    store: &dyn ObjectStore,
    report: &Report,
    reference: &Reference,
) -> Result<Explanation, ExplainError> {
    let view = View::new(report)?;
    let mut found = find::find(&view, reference)?;
    let mut explanation = Explanation {
        schema_version: SCHEMA_VERSION,
        reference: reference.to_string(),
        source: report.source.uri.clone(),
        as_of: report.as_of,
        complete: report.audit.is_complete(),
        key: None,
        tag: None,
        digest: None,
        notes: Vec::new(),
        findings: Vec::new(),
        more_findings: 0,
    };
    if let Some(key) = &found.key {
        let object = read::look(store, key).await;
        let is_absent = matches!(object, Ok(None));
        if is_absent && found.digest.is_none() && found.tag.is_none() && !is_told_of(report, key) {
            return Err(ExplainError::NotFound { asked: key.clone(), near: Vec::new() });
        }
        explanation.key = Some(key::facts(&view, key, object));
    }
    if let Some(alias) = found.digest
        && let Some(canonical) = view.graph.stored_as(view.inventory, alias)
        && canonical != alias
    {
        let (alias, canonical_name) = (view.digest(alias), view.digest(canonical));
        explanation.notes.push(format!(
            "{alias} is another name of {canonical_name}, by which the bytes are stored"
        ));
        found.digest = Some(canonical);
    }
    if let Some(id) = found.digest {
        let contents = read::contents(store, &view, id).await;
        explanation.digest = Some(digest_facts(&view, id, &found, &contents));
    }
    explanation.tag = found.tag.map(|tag| tag_facts(&view, tag));
    explanation.notes.extend(notes(&view, &found));
    let mut findings = concerning::findings(&view, &found);
    explanation.more_findings = findings.len().saturating_sub(MOST) as u64;
    findings.truncate(MOST);
    explanation.findings = findings.into_iter().cloned().collect();
    Ok(explanation)
}

impl Explanation {
    /// Writes it for people: 80 columns, but for keys, which are told whole. Nothing in it acts on
    /// a terminal, whatever the bucket's names are.
    ///
    /// # Errors
    /// Whatever `out` answers.
    pub fn write_text(&self, palette: &Palette, out: &mut dyn Write) -> io::Result<()> {
        text::write(self, palette, out)
    }

    /// Writes it as JSON, pretty-printed, with a newline at its end.
    ///
    /// # Errors
    /// Whatever `out` answers.
    pub fn write_json(&self, out: &mut dyn Write) -> io::Result<()> {
        json::tame(self, out)
    }
}

fn digest_facts(view: &View<'_>, id: DigestId, found: &Found, contents: &Contents) -> DigestFacts {
    let chains = Chains::of(view, id);
    let (status, why) = why::why(view, id, &chains);
    let (keys, more_keys) = places::places(view, id, found.repository);
    let row = view.audit.blob(id);
    let image = Image::of(view, id, contents);
    let config = image.as_ref().filter(|image| !image.has_image_config());
    let config = config.and_then(|image| image.config_media_type.clone());
    let own = contents.manifest.as_ref().and_then(|manifest| manifest.artifact_type.clone());
    let subject = view.graph.node(id).and_then(|node| node.subject);
    DigestFacts {
        digest: view.inventory.digests.get(id),
        kind: view.audit.kind(id),
        media_type: view.audit.media_type(id).map(str::to_owned),
        artifact_type: own.or(config),
        subject: subject.map(|id| view.inventory.digests.get(id)),
        status,
        why,
        stored: row.map(|row| Stored {
            size_bytes: row.size,
            last_modified: row.last_modified,
            age_seconds: row.last_modified.map(|then| view.now().duration_since(then).as_secs()),
            storage_class: row.storage_class.map(str::to_owned),
            verified: row.verified,
        }),
        chains,
        keys,
        more_keys,
        index: Index::of(view, id, found.repository),
        image,
    }
}

fn tag_facts(view: &View<'_>, tag: TagId) -> TagFacts {
    let inventory = view.inventory;
    let row = inventory.tag_row(tag);
    let repository = view.repository(row.repository);
    let digest = match view.graph.target(tag) {
        Some(Target::Digest(id)) => Some(*id),
        _ => None,
    };
    let meaning = match (view.graph.target(tag), digest) {
        (_, Some(id)) => format!("names {}", words::brief(&inventory.digests.get(id))),
        (Some(Target::Failed), None) => "its link could not be read".to_owned(),
        (Some(_), None) => "its link does not say a digest".to_owned(),
        (None, None) => "only its history is left: it cannot be pulled".to_owned(),
    };
    let mut rows = view.audit.tags.iter();
    let sizes = rows.find(|tag| tag.repository == repository && *tag.tag == *row.name);
    let before = inventory.history_of(tag).filter(|&id| Some(id) != digest);
    let mut history: Vec<_> = before.map(|id| inventory.digests.get(id)).collect();
    history.sort_unstable();
    history.truncate(MOST);
    TagFacts {
        repository: repository.to_owned(),
        tag: row.name.to_string(),
        digest: digest.map(|id| inventory.digests.get(id)),
        meaning,
        pullable: sizes.map_or(Pullable::No, |row| row.pullable),
        size_bytes: sizes.map_or(0, |row| row.size),
        exclusive_bytes: sizes.map_or(0, |row| row.exclusive_bytes),
        last_modified: row.current.and_then(|current| current.last_modified),
        history,
    }
}

fn notes(view: &View<'_>, found: &Found) -> Vec<String> {
    let mut notes = Vec::new();
    if let (None, Some(repository), Some(id)) = (&found.key, found.repository, found.digest) {
        let inventory = view.inventory;
        if !inventory.has_revision(repository, id) && !inventory.has_layer(repository, id) {
            let name = words::name(view.repository(repository));
            notes.push(format!("{name} has no link to it: a pull from there answers 404"));
        }
    }
    if !view.audit.is_complete() {
        notes
            .push("the audit is incomplete: what could not be looked at is not in this".to_owned());
    }
    notes
}

fn is_told_of(report: &Report, key: &str) -> bool {
    report.audit.findings.iter().any(|finding| finding.key.as_deref() == Some(key))
}

fn findings<S: Serializer>(findings: &[Finding], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(findings.iter().map(FindingJson::new))
}
