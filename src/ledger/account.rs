//! What a report says of the ledger.

use serde::{Deserialize, Serialize};

use super::Coverage;
use super::rolling::Outlook;

/// How far verification has come over all runs, and whether that is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// How much has been proved, and how long ago.
    #[serde(flatten)]
    pub coverage: Coverage,
    /// Whether the next run will know what this one has proved.
    #[serde(rename = "recorded")]
    pub is_recorded: bool,
    /// What is the matter with the ledger, on one line.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ledger: Option<String>,
    /// What can be promised, where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rolling: Option<Outlook>,
}

impl Account {
    /// That of the whole, of those of its parts; nothing if a part has none.
    pub(crate) fn of_parts<'a>(parts: impl IntoIterator<Item = Option<&'a Self>>) -> Option<Self> {
        let parts = parts.into_iter().collect::<Option<Vec<_>>>()?;
        let mut whole = parts.first().copied()?.clone();
        for part in &parts[1..] {
            whole.add(part);
        }
        Some(whole)
    }

    fn add(&mut self, part: &Self) {
        self.coverage.add(&part.coverage);
        self.is_recorded &= part.is_recorded;
        let remarks = self.ledger.iter().chain(&part.ledger).cloned().collect::<Vec<_>>();
        self.ledger = (!remarks.is_empty()).then(|| remarks.join("; "));
        let both = self.rolling.as_ref().zip(part.rolling.as_ref());
        self.rolling = both.map(|(one, other)| one.and(other));
    }
}
