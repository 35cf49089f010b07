//! What an object's key means, and what a link says.

use super::facts::KeyFacts;
use super::find::{below_root, entry};
use super::view::View;
use super::words::{brief, moment, name};
use crate::graph::{LinkContent, LinkFault, Target};
use crate::inventory::{CurrentLink, Link};
use crate::layout::{Entry, Lockfile, UploadPart};
use crate::object::Object;
use crate::oci::Digest;
use crate::report::text::units::{counted, iec};
use crate::store::StoreError;

/// What there is to say of a key. `object` is what the store shows at it now.
pub(super) fn facts(
    view: &View<'_>,
    key: &str,
    object: Result<Option<Object>, StoreError>,
) -> KeyFacts {
    let entry = entry(view, key);
    let (object, failure) = match object {
        Ok(object) => (object, None),
        Err(error) => (None, Some(error.to_string())),
    };
    let (kind, meaning) = match &entry {
        Some(entry) => meaning(view, entry),
        None if below_root(view, key).is_some() => {
            ("stray", "a key that the layout does not know; no registry reads it".to_owned())
        }
        None => ("outside", outside(view)),
    };
    let link = entry.and_then(|entry| link(view, &entry));
    let (says, proof) = link.map(|link| says(view, link)).unzip();
    let object = object.map(Into::into);
    KeyFacts { key: key.to_owned(), kind, meaning, object, failure, says: says.flatten(), proof }
}

fn outside(view: &View<'_>) -> String {
    let root = name(view.inventory.root().as_str());
    format!("a key outside {root}docker/registry/, which no registry at this root reads")
}

fn meaning(view: &View<'_>, entry: &Entry<'_>) -> (&'static str, String) {
    match entry {
        Entry::Blob { digest } => ("blob", format!("the bytes of {}", brief(digest))),
        Entry::Layer { repository, digest } => (
            "layer-link",
            format!("by this link {} claims the layer or config {}; without it a pull from there answers 404", name(repository), brief(digest)),
        ),
        Entry::Revision { repository, digest } => (
            "revision-link",
            format!("by this link {} claims the manifest {}; it keeps the manifest and all that it refers to alive", name(repository), brief(digest)),
        ),
        Entry::Signature { repository, revision, .. } => (
            "signature-link",
            format!("a signature of the schema 1 manifest {} in {}; registries from 2.5 on write none", brief(revision), name(repository)),
        ),
        Entry::Tag { repository, tag } => {
            ("tag", format!("what the tag {} names now", name(&format!("{repository}:{tag}"))))
        }
        Entry::TagHistory { repository, tag, digest } => (
            "tag-history",
            format!("the tag {} names {}, or did; it keeps nothing alive", name(&format!("{repository}:{tag}")), brief(digest)),
        ),
        Entry::Upload { repository, upload, part } => {
            ("upload", self::upload(view, repository, upload, *part))
        }
        Entry::Lockfile(Lockfile::DatabaseInUse) => (
            "lockfile",
            "GitLab's word that tags and manifests are in its database; the links in the bucket may be old".to_owned(),
        ),
        Entry::Lockfile(Lockfile::FilesystemInUse) => {
            ("lockfile", "GitLab's word that tags and manifests are in the bucket".to_owned())
        }
        Entry::Placeholder(_) => {
            ("placeholder", "a folder, as consoles make them; no registry reads it".to_owned())
        }
    }
}

fn upload(view: &View<'_>, repository: &str, id: &str, part: UploadPart<'_>) -> String {
    let part = match part {
        UploadPart::StartedAt => "the start",
        UploadPart::Data => "the bytes so far",
        UploadPart::HashState { .. } => "the state of a hash",
    };
    let what = format!("{part} of an upload to {} that was not finished", name(repository));
    let repository = view.inventory.find_repository(repository);
    let mut uploads = view.inventory.uploads().iter();
    match uploads.find(|upload| Some(upload.repository) == repository && &*upload.id == id) {
        None => format!("{what}; there was no such upload when the bucket was listed"),
        Some(row) => {
            let newest = row
                .newest
                .map_or_else(|| "at no known time".to_owned(), |newest| moment(newest, view.now()));
            let keys = counted(row.sum.count, "key");
            format!("{what}; it has {keys} with {}, last written {newest}", iec(row.sum.bytes))
        }
    }
}

/// The link behind an entry, if it was listed.
fn link(view: &View<'_>, entry: &Entry<'_>) -> Option<Link> {
    let inventory = view.inventory;
    let id = |digest| inventory.digests.find(digest);
    let link = match entry {
        Entry::Layer { repository, digest } => {
            Link::Layer(inventory.find_repository(repository)?, id(digest)?)
        }
        Entry::Revision { repository, digest } => {
            Link::Revision(inventory.find_repository(repository)?, id(digest)?)
        }
        Entry::Signature { repository, revision, digest } => {
            Link::Signature(inventory.find_repository(repository)?, id(revision)?, id(digest)?)
        }
        Entry::Tag { repository, tag } => {
            Link::Tag(inventory.find_tag(inventory.find_repository(repository)?, tag)?)
        }
        Entry::TagHistory { repository, tag, digest } => {
            let tag = inventory.find_tag(inventory.find_repository(repository)?, tag)?;
            Link::History(tag, id(digest)?)
        }
        _ => return None,
    };
    inventory.has_link(link).then_some(link)
}

/// What a link says, and how that is known.
fn says(view: &View<'_>, link: Link) -> (Option<Digest>, String) {
    if let Some(fault) = view.graph.link_fault(link) {
        return fault_text(fault);
    }
    let inventory = view.inventory;
    let (id, is_proved) = match link {
        Link::Tag(tag) => match view.graph.target(tag) {
            Some(Target::Digest(id)) => {
                let proves =
                    |current: CurrentLink| current.evidence.proves(&inventory.digests.get(*id));
                (Some(*id), inventory.tag_row(tag).current.is_some_and(proves))
            }
            _ => (None, false),
        },
        _ => (inventory.linked(link), !inventory.unproved_links().contains(&link)),
    };
    // Where repositories disagree, the audit does not keep which said what.
    let alias = id.and_then(|id| match *view.graph.aliases(id) {
        [only] => Some(only),
        _ => None,
    });
    let says = alias.or(id).map(|id| inventory.digests.get(id));
    let proof = match (&says, is_proved, alias) {
        (None, ..) => "it could not be read",
        (_, _, Some(_)) => "it was read: the bytes are stored by that name",
        (_, true, _) => "its size and ETag prove that",
        (_, false, _) => "it was read",
    };
    (says, proof.to_owned())
}

fn fault_text(fault: &LinkFault) -> (Option<Digest>, String) {
    let text = match fault {
        LinkFault::Content(LinkContent::Empty) => "it is empty",
        LinkFault::Content(LinkContent::Untidy(digest)) => {
            let text = "among white space, which registries refuse";
            return (Some(digest.clone()), text.to_owned());
        }
        LinkFault::Content(_) => "it does not say a digest",
        LinkFault::OtherDigest(digest) => {
            return (Some(digest.clone()), "which is not what its path says".to_owned());
        }
        LinkFault::OtherBlob(digest) => {
            let text = "and links of other repositories say another blob, which is a likelier one";
            return (Some(digest.clone()), text.to_owned());
        }
        LinkFault::Unreadable(reason) => return (None, format!("it could not be read: {reason}")),
    };
    (None, text.to_owned())
}
