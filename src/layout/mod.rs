//! The bucket's grammar: object keys and what they mean, in both directions.
//!
//! What CNCF Distribution writes (`registry/storage/paths.go` in its repository), and Harbor,
//! GitLab and Zarf with it:
//!
//! ```text
//! <root>                                   any prefix, none too; may hold `//`
//! ├── scheduler-state.json                 of a pull-through cache
//! └── docker/registry/
//!     ├── lockfiles/{database,filesystem}-in-use         GitLab
//!     └── v2/
//!         ├── blobs/<algorithm>/<hh>/<encoded>/data      Blob: hh = the first two of encoded
//!         └── repositories/<name>/
//!             ├── _layers/<algorithm>/<encoded>/link     Layer
//!             ├── _manifests/
//!             │   ├── revisions/<algorithm>/<encoded>/
//!             │   │   ├── link                           Revision
//!             │   │   └── signatures/<algorithm>/<encoded>/link   Signature (up to 2.4)
//!             │   └── tags/<tag>/
//!             │       ├── current/link                   Tag: the only object that ever changes
//!             │       └── index/<algorithm>/<encoded>/link        TagHistory
//!             └── _uploads/<id>/
//!                 ├── startedat                          Upload
//!                 ├── data
//!                 └── hashstates/<algorithm>/<offset>
//! ```
//!
//! `<name>` is one or more components of which none begins with `_`. An algorithm's separators
//! (`+`, `.`, `;`) are written as `/`, so `tarsum.v1+sha256` lies in `tarsum/v1/sha256`.
//!
//! Each key is read by itself: nothing is concluded from the order of a listing, in which `a-b/`
//! comes before `a/` (distribution#4903).

mod entry;
mod foreign;
mod parse;
mod render;
mod root;

pub use self::entry::{Entry, Lockfile, UploadPart};
pub use self::foreign::{Foreign, ForeignSigns};
pub use self::parse::parse;
pub use self::root::Root;

#[cfg(test)]
mod laws;
