//! What an object's key means, and what a link says.

use super::facts::KeyFacts;
use super::find::{below_root, entry};
use super::view::View;
use super::words::moment;
use crate::graph::{LinkContent, LinkFault, Target};
use crate::inventory::Link;
use crate::layout::{Entry, Lockfile, UploadPart};
use crate::object::Object;
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
    let content = entry.and_then(|entry| link(view, &entry)).and_then(|link| says(view, link));
    KeyFacts { key: key.to_owned(), kind, meaning, object: object.map(Into::into), failure, content }
}

fn outside(view: &View<'_>) -> String {
    let root = view.inventory.root().as_str();
    format!("a key outside {root}docker/registry/, which no registry at this root reads")
}

fn meaning(view: &View<'_>, entry: &Entry<'_>) -> (&'static str, String) {
    match entry {
        Entry::Blob { digest } => ("blob", format!("the bytes of {digest}")),
        Entry::Layer { repository, digest } => (
            "layer-link",
            format!("by this link {repository} claims the layer or config {digest}; without it a pull from there answers 404"),
        ),
        Entry::Revision { repository, digest } => (
            "revision-link",
            format!("by this link {repository} claims the manifest {digest}; it keeps the manifest and all that it refers to alive"),
        ),
        Entry::Signature { repository, revision, .. } => (
            "signature-link",
            format!("a signature of the schema 1 manifest {revision} in {repository}; registries from 2.5 on write none"),
        ),
        Entry::Tag { repository, tag } => {
            ("tag", format!("what the tag {repository}:{tag} names now"))
        }
        Entry::TagHistory { repository, tag, digest } => (
            "tag-history",
            format!("the tag {repository}:{tag} names {digest}, or did; it keeps nothing alive"),
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
    let what = format!("{part} of an upload to {repository} that was not finished");
    let repository = view.inventory.find_repository(repository);
    let mut uploads = view.inventory.uploads().iter();
    match uploads.find(|upload| Some(upload.repository) == repository && &*upload.id == id) {
        None => format!("{what}; there was no such upload when the bucket was listed"),
        Some(row) => {
            let newest = row.newest.map_or_else(
                || "at no known time".to_owned(),
                |newest| moment(newest, view.now()),
            );
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
fn says(view: &View<'_>, link: Link) -> Option<String> {
    if let Some(fault) = view.graph.link_fault(link) {
        return Some(fault_text(fault));
    }
    let evidence = match link {
        Link::Tag(tag) => match view.graph.target(tag)? {
            Target::Digest(id) => {
                let current = view.inventory.tag_row(tag).current?;
                (view.digest(*id), current.evidence.proves(&view.inventory.digests.get(*id)))
            }
            Target::Broken | Target::Failed => return Some("it could not be read".to_owned()),
        },
        _ => {
            let id = view.inventory.linked(link)?;
            (view.digest(id), !view.inventory.unproved_links().contains(&link))
        }
    };
    Some(match evidence {
        (digest, true) => format!("it says {digest}; size and ETag prove that"),
        (digest, false) => match view.inventory.linked(link).and_then(|id| view.graph.alias(id)) {
            Some(canonical) => format!("it says {}, by which the bytes are stored", view.digest(canonical)),
            None => format!("it says {digest}; it was read"),
        },
    })
}

fn fault_text(fault: &LinkFault) -> String {
    match fault {
        LinkFault::Content(LinkContent::Empty) => "it is empty".to_owned(),
        LinkFault::Content(LinkContent::Untidy(digest)) => {
            format!("it says {digest} among white space, which registries refuse")
        }
        LinkFault::Content(_) => "it does not say a digest".to_owned(),
        LinkFault::OtherDigest(digest) => format!("it says {digest}, which is not what its path says"),
        LinkFault::Unreadable(reason) => format!("it could not be read: {reason}"),
    }
}
