//! The report on a layout that is known and not audited: what was counted, and no verdict.

use jiff::Timestamp;

use super::walk::Walk;
use crate::audit::{Audit, Code, Finding, Severity};
use crate::layout::Foreign;
use crate::report::{Report, Requests, Source};

/// Says what was found, and that nothing was audited.
pub(super) fn report(
    foreign: Foreign,
    walk: &Walk,
    uri: &str,
    started_at: Timestamp,
    finished_at: Timestamp,
    requests: Requests,
) -> Report {
    let name = foreign.as_str();
    let (objects, outside) = walk.outside();
    let mut audit = Audit::default();
    audit.totals.objects = objects;
    audit.totals.outside = objects;
    audit.incomplete_because =
        vec![format!("the layout is {name}: its objects were counted, and none was audited")];
    audit.findings.push(Finding::new(
        Code::ForeignRegistry,
        Severity::Warning,
        format!("the layout is {name}, which this version recognises and does not audit"),
    ));
    Report {
        source: Source {
            uri: uri.to_owned(),
            layout: name.to_owned(),
            root: String::new(),
            product: matches!(foreign, Foreign::Zot | Foreign::Angos | Foreign::Quay)
                .then(|| name.to_owned()),
        },
        started_at,
        as_of: finished_at,
        finished_at,
        options: serde_json::Map::new(),
        outside,
        requests,
        shard: None,
        selection: None,
        coverage: None,
        audit,
    }
}
