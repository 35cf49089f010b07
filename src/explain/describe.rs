//! From what was found to what there is to say of it.

use super::chains::Chains;
use super::facts::{DigestFacts, Stored, TagFacts};
use super::find::Found;
use super::image::Image;
use super::index::Index;
use super::read::Contents;
use super::view::View;
use super::{MOST, places, why, words};
use crate::audit::Pullable;
use crate::graph::Target;
use crate::inventory::{DigestId, TagId};
use crate::report::text::fit;

pub(super) fn digest(
    view: &View<'_>,
    id: DigestId,
    found: &Found,
    contents: &Contents,
) -> DigestFacts {
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

pub(super) fn tag(view: &View<'_>, tag: TagId) -> TagFacts {
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

/// What is worth knowing besides.
pub(super) fn notes(view: &View<'_>, found: &Found) -> Vec<String> {
    let mut notes = Vec::new();
    if let (None, Some(repository), Some(id)) = (&found.key, found.repository, found.digest) {
        let inventory = view.inventory;
        if !inventory.has_revision(repository, id) && !inventory.has_layer(repository, id) {
            let name = words::name(view.repository(repository));
            notes.push(format!("{name} has no link to it: a pull from there answers 404"));
        }
    }
    if let Some(first) = view.audit.incomplete_because.first() {
        notes.push(format!(
            "the audit is incomplete, and what could not be looked at is not in this: {}",
            fit::sentence(first, 300)
        ));
    }
    notes
}
