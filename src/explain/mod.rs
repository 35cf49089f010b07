//! Why something is live, orphaned or broken.
//!
//! ```text
//! reference   what a person asks               find       what the audit knows by that name
//! ascent      what keeps it alive, upward      chains     the shortest ways up to the tags
//! why         its verdict, in a sentence       concerning the audit's findings on it
//! places      where it lies in the bucket      key        what a key means
//! image       its four digests, side by side   index      its entries
//! describe    from all these to facts          text       the facts for people
//! ```
//!
//! A finished audit has nearly all the answers. What it does not keep is read anew: one manifest
//! and its config, or a look at the key that was asked about.

mod ascent;
mod chains;
mod concerning;
mod describe;
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
pub use self::image::{Image, Layer, Step};
pub use self::index::{Entry, Index};
pub use self::reference::{Reference, ReferenceError};
use self::view::View;
use crate::audit::Finding;
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
        explanation.digest = Some(describe::digest(&view, id, &found, &contents));
    }
    explanation.tag = found.tag.map(|tag| describe::tag(&view, tag));
    explanation.notes.extend(describe::notes(&view, &found));
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

fn is_told_of(report: &Report, key: &str) -> bool {
    report.audit.findings.iter().any(|finding| finding.key.as_deref() == Some(key))
}

fn findings<S: Serializer>(findings: &[Finding], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(findings.iter().map(FindingJson::new))
}
