//! Whether anything needs a digest, and why, in one plain sentence.

use super::chains::{Chains, Leaf};
use super::facts::Status;
use super::view::View;
use super::words::{and_more, brief, moment, name, span};
use crate::audit::{Cause, Extent, Verdict, causes};
use crate::graph::{Content, Excuse, LinkFault};
use crate::inventory::{Blob, DigestId, RepositoryId};
use crate::report::text::fit;
use crate::report::text::units::counted;

/// The status and the sentence.
pub(super) fn why(view: &View<'_>, id: DigestId, chains: &Chains) -> (Status, String) {
    match view.inventory.blob(id) {
        Some(blob) => {
            let verdict = view.audit.verdict(id);
            (Status::Stored(verdict), stored(view, id, blob, verdict, chains))
        }
        None => absent(view, id, chains),
    }
}

fn stored(
    view: &View<'_>,
    id: DigestId,
    blob: Blob<'_>,
    verdict: Verdict,
    chains: &Chains,
) -> String {
    match verdict {
        Verdict::Tagged => format!("{} it", ends(chains, "names", "needs")),
        Verdict::Untagged => format!("{} it, and no tag does", ends(chains, "links", "needs")),
        Verdict::Kept if chains.is_direct() || chains.tree.above.is_empty() => {
            "neither tag nor revision link reaches it, and --keep-digests names it".to_owned()
        }
        Verdict::Kept => format!(
            "neither tag nor revision link reaches it, and --keep-digests names {}, which needs it",
            nearest(chains)
        ),
        Verdict::Recent => recent(view, id, blob, chains),
        Verdict::Undecided => undecided(view, id),
        Verdict::Orphaned => format!(
            "{}; it was written {}, longer ago than --min-age {}",
            unreached(chains),
            written(view, blob),
            span(view.policy.min_age)
        ),
    }
}

/// The nearest end of the chains, and what it does.
fn ends(chains: &Chains, directly: &str, indirectly: &str) -> String {
    let nearest = nearest(chains);
    let others = chains.ends.saturating_sub(1);
    let (subject, many) = match chains.ends_in {
        Some(Leaf::Tag) => (format!("the tag {nearest}"), "other tag"),
        Some(Leaf::Revision) => (
            format!("the revision link in {}", nearest.split('@').next().unwrap_or_default()),
            "other revision link",
        ),
        Some(Leaf::Kept | Leaf::Top) | None => (nearest, "other"),
    };
    let verb = if chains.is_direct() { directly } else { indirectly };
    if others == 0 {
        return format!("{subject} {verb}");
    }
    // "The tag a:1 and 2 other tags need it."
    format!("{subject} and {} {}", counted(others, many), plural(verb))
}

/// The nearest end, in a sentence.
fn nearest(chains: &Chains) -> String {
    let end = chains.nearest.as_deref().unwrap_or("something");
    match (chains.ends_in, end.parse()) {
        (Some(Leaf::Kept | Leaf::Top), Ok(digest)) => brief(&digest),
        _ => name(end),
    }
}

fn plural(verb: &str) -> &str {
    verb.strip_suffix('s').unwrap_or(verb)
}

/// Nothing reaches it, though manifests that nothing reaches either may refer to it.
fn unreached(chains: &Chains) -> String {
    match chains.ends {
        0 => "nothing refers to it".to_owned(),
        1 => "nothing reaches it: what refers to it is reached by nothing itself".to_owned(),
        _ => "nothing reaches it: those that refer to it are reached by nothing themselves"
            .to_owned(),
    }
}

fn recent(view: &View<'_>, id: DigestId, blob: Blob<'_>, chains: &Chains) -> String {
    let unreached = unreached(chains);
    match blob.last_modified {
        _ if view.policy.is_old(view.inventory.last_claimed(id)) => {
            "nothing that was listed reaches it, but a manifest that came or went meanwhile does; ask again later".to_owned()
        }
        None => {
            format!("{unreached}; the server does not say when it was written, so it may be new")
        }
        Some(_) => format!(
            "{unreached} yet; it was written {}, and what is younger than --min-age {} may be part of a push under way",
            written(view, blob),
            span(view.policy.min_age)
        ),
    }
}

fn written(view: &View<'_>, blob: Blob<'_>) -> String {
    blob.last_modified
        .map_or_else(|| "at no known time".to_owned(), |then| moment(then, view.now()))
}

fn undecided(view: &View<'_>, id: DigestId) -> String {
    let reason = if let Some(first) = view.audit.incomplete_because.first() {
        let others = view.audit.incomplete_because.len() as u64 - 1;
        format!("the audit is incomplete: {}{}", fit::sentence(first, 300), and_more(others))
    } else if let Some(reason) = view.policy.withholds_orphans(view.inventory) {
        reason.to_owned()
    } else {
        doubtful(view, id)
    };
    format!("nothing that could be read reaches it, but something may: {reason}")
}

/// What is in doubt in the repositories that link the digest.
fn doubtful(view: &View<'_>, id: DigestId) -> String {
    let links = view.links_to(id);
    let mut repositories: Vec<RepositoryId> =
        links.into_iter().map(|link| view.inventory.repository_of(link)).collect();
    repositories.sort_unstable();
    repositories.dedup();
    let (inventory, graph, kept) = (view.inventory, view.graph, &view.audit.kept);
    let mut reasons: Vec<String> = causes(inventory, graph, &view.upward, view.policy)
        .into_iter()
        .flat_map(|(cause, scope)| {
            scope.extents(&view.upward, kept).into_iter().map(move |extent| (cause, extent))
        })
        .filter(|(_, extent)| match extent {
            Extent::Everything => true,
            Extent::Repository(id) => repositories.contains(id),
        })
        .map(|(cause, extent)| doubt(view, cause, extent))
        .collect();
    reasons.sort_unstable();
    reasons.dedup();
    let others = (reasons.len() as u64).saturating_sub(1);
    let first = reasons.first().map_or("nobody can tell what", String::as_str);
    format!("{first}{}", and_more(others))
}

fn doubt(view: &View<'_>, cause: Cause, extent: Extent) -> String {
    let repository = match extent {
        Extent::Repository(id) => name(view.repository(id)),
        Extent::Everything => "what --keep-digests names".to_owned(),
    };
    match cause {
        Cause::Manifest(id) => {
            let digest = brief(&view.inventory.digests.get(id));
            let trouble = trouble(view, id);
            match extent {
                Extent::Repository(_) => {
                    format!("the manifest {digest} of {repository}, which links it too, {trouble}")
                }
                Extent::Everything => format!("the manifest {digest} of {repository} {trouble}"),
            }
        }
        Cause::Tag(tag) => format!(
            "the tag {} names nothing that could be read, and {repository} links it",
            name(&view.tag(tag))
        ),
        Cause::Alias(link) => format!(
            "the link {} should say whose alias its digest is, and could not be understood",
            name(&view.inventory.link_key(link))
        ),
        Cause::Name(id) => format!(
            "a manifest of {repository}, which links it too, names {}, and no link leads \
             to a blob as long as it says",
            brief(&view.inventory.digests.get(id))
        ),
        Cause::HarborSystem(_) => {
            format!("Harbor keeps artifacts of its own, without manifests, in {repository}")
        }
    }
}

/// What is wrong with a manifest.
fn trouble(view: &View<'_>, id: DigestId) -> String {
    match view.graph.content(id) {
        _ if view.inventory.blob(id).is_some_and(|blob| blob.size == 0) => "is empty".to_owned(),
        _ if view.graph.checksums.is_wrong(id) => {
            "does not have the bytes that its name says".to_owned()
        }
        Some(Content::Absent) | None => "is not stored".to_owned(),
        Some(Content::Invalid(_)) => "makes no sense".to_owned(),
        Some(Content::TooLarge { .. }) => "is too large to be read".to_owned(),
        Some(Content::Unreadable(_) | Content::Failed) => "could not be read".to_owned(),
        Some(Content::Manifest(node)) if !node.problems.is_empty() => {
            "contradicts itself".to_owned()
        }
        Some(Content::Manifest(_)) => "is of a kind not known here".to_owned(),
    }
}

/// Why something that is not stored is known.
fn absent(view: &View<'_>, id: DigestId, chains: &Chains) -> (Status, String) {
    let graph = view.graph;
    let parents = view.upward.parents(id).iter().flat_map(|&parent| graph.edges(parent));
    let excuses: Vec<_> = parents.filter(|edge| edge.to == id).map(|edge| edge.excuse).collect();
    let is_all = |excuse| !excuses.is_empty() && excuses.iter().all(|&each| each == Some(excuse));
    if is_all(Excuse::Foreign) {
        let what = "not stored, and need not be: a foreign layer, which clients fetch elsewhere";
        return (Status::Elsewhere, what.to_owned());
    }
    if is_all(Excuse::Ignored) {
        let what = "not stored, and need not be: it is named where no client looks";
        return (Status::Elsewhere, what.to_owned());
    }
    if is_all(Excuse::Inline) {
        let what = "not stored as a blob: the manifests that refer to it carry its bytes";
        return (Status::Elsewhere, what.to_owned());
    }
    if graph.may_be_alias(id) {
        let what =
            "not stored by this name; the link that should say by which could not be understood";
        return (Status::Unknown, what.to_owned());
    }
    match chains.ends_in {
        Some(Leaf::Tag) => {
            (Status::Missing, format!("not stored, though {} it", ends(chains, "names", "needs")))
        }
        Some(Leaf::Revision) => {
            (Status::Missing, format!("not stored, though {} it", ends(chains, "links", "needs")))
        }
        Some(Leaf::Kept) => {
            (Status::Missing, "not stored, though --keep-digests names it".to_owned())
        }
        Some(Leaf::Top) => (
            Status::Missing,
            format!("not stored; {} it, which nothing reaches", ends(chains, "needs", "needs")),
        ),
        None => (Status::Gone, gone(view, id)),
    }
}

/// What is left of something that nothing asks for any more.
fn gone(view: &View<'_>, id: DigestId) -> String {
    let is_told_of = |fault: &LinkFault| matches!(fault, LinkFault::OtherDigest(said) if view.inventory.digests.find(said) == Some(id));
    let links = view.links_to(id);
    let mut subjects = view.graph.nodes().filter(|(_, node)| node.subject == Some(id));
    match links.first() {
        Some(&first) => format!(
            "not stored, and no manifest asks for it; what is left of it is a link in {}{}",
            name(view.repository(view.inventory.repository_of(first))),
            and_more(links.len() as u64 - 1)
        ),
        None if subjects.next().is_some() => {
            "not stored; it is known as the subject of a referrer only".to_owned()
        }
        None if view.graph.link_faults().any(|(_, fault)| is_told_of(fault)) => {
            "not stored; it is known from a link that should say something else".to_owned()
        }
        None => "not stored, and nothing asks for it".to_owned(),
    }
}
