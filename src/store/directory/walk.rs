//! Walks a directory in the byte order of whole keys.

use std::fs::{self, DirEntry, ReadDir};
use std::io;
use std::path::{Path, PathBuf};

use super::{ErrorKind, Page, Root, StoreError, failure, is_denial, is_gone, name, object};
use crate::object::Object;

/// The walk holds the names of the directories that it stands in, one level for each, and never
/// the tree.
pub(super) struct Walk {
    root: Root,
    attempt: String,
    prefix: String,
    after: String,
    /// What is left of each open directory, the next name last.
    levels: Vec<Vec<Entry>>,
    begun: bool,
}

struct Entry {
    /// The key so far; that of a directory ends in `/`. That makes the order: `a-b` and `a.b` come
    /// before what is in `a/`.
    key: String,
    path: PathBuf,
}

impl Walk {
    pub(super) fn new(root: Root, attempt: String, prefix: &str, after: &str) -> Self {
        let (prefix, after) = (prefix.to_owned(), after.to_owned());
        Self { root, attempt, prefix, after, levels: Vec::new(), begun: false }
    }

    /// The next objects: fewer than `size` only at the end.
    pub(super) fn page(&mut self, size: usize) -> Result<Page, StoreError> {
        if !self.begun {
            self.begun = true;
            self.enter("", &self.root.0.clone())?;
        }
        let mut page = Page::new();
        while page.len() < size
            && let Some(level) = self.levels.last_mut()
        {
            match level.pop() {
                None => drop(self.levels.pop()),
                Some(entry) if entry.key.ends_with('/') => self.enter(&entry.key, &entry.path)?,
                Some(entry) => page.extend(self.look_at(entry)?),
            }
        }
        Ok(page)
    }

    /// Opens a level with what in `directory` can lead to keys with the prefix.
    fn enter(&mut self, key: &str, directory: &Path) -> Result<(), StoreError> {
        let children = match fs::read_dir(directory) {
            Err(_) if !key.is_empty() && is_gone(directory) => return Ok(()),
            children => children.map_err(|error| self.failure(directory, error))?,
        };
        let mut level = self.children(key, directory, children)?;
        level.sort_unstable_by(|a, b| b.key.cmp(&a.key));
        self.levels.push(level);
        Ok(())
    }

    fn children(
        &self,
        key: &str,
        directory: &Path,
        children: ReadDir,
    ) -> Result<Vec<Entry>, StoreError> {
        let mut level = Vec::new();
        for child in children {
            let child = child.map_err(|error| self.failure(directory, error))?;
            level.extend(self.child(key, &child)?);
        }
        Ok(level)
    }

    fn child(&self, parent: &str, child: &DirEntry) -> Result<Option<Entry>, StoreError> {
        let path = child.path();
        let mut key = format!("{parent}{}", name::to_key(&child.file_name()));
        // Whatever the child is, it cannot have the prefix: not even its type is asked for.
        if !key.starts_with(&self.prefix) && !self.prefix.starts_with(&format!("{key}/")) {
            return Ok(None);
        }
        let kind = match child.file_type() {
            Err(_) if is_gone(&path) => return Ok(None),
            kind => kind.map_err(|error| self.failure(&path, error))?,
        };
        if kind.is_symlink() {
            self.refuse_link_to_directory(&path)?;
        }
        if kind.is_dir() {
            key.push('/');
        }
        let leads = kind.is_dir() || key.starts_with(&self.prefix);
        let is_before = key <= self.after && !(kind.is_dir() && self.after.starts_with(&key));
        Ok((leads && !is_before).then_some(Entry { key, path }))
    }

    /// The object behind a name, or nothing if the name is gone by now.
    fn look_at(&self, Entry { key, path }: Entry) -> Result<Option<Object>, StoreError> {
        match fs::symlink_metadata(&path) {
            Ok(own) if own.is_symlink() => {
                // A link whose target cannot be had is listed all the same, as the name itself.
                let target = self.root.find(&key, &self.attempt);
                let metadata = target.map_or(own, |(_, metadata)| metadata);
                Ok(Some(object(key, &metadata)))
            }
            Ok(metadata) => Ok(Some(object(key, &metadata))),
            Err(_) if is_gone(&path) => Ok(None),
            Err(error) => Err(self.failure(&path, error)),
        }
    }

    fn refuse_link_to_directory(&self, link: &Path) -> Result<(), StoreError> {
        match fs::metadata(link) {
            Ok(target) if target.is_dir() => {
                let reason = format!("{} is a symbolic link to a directory", link.display());
                let refusal = StoreError::new(ErrorKind::Configuration, &self.attempt, reason);
                Err(refusal.with_hint(
                    "links to directories are not followed; put the directory itself or a bind \
                     mount in its place",
                ))
            }
            Err(error) if is_denial(&error) => Err(self.failure(link, error)),
            // A link to a file, or one that leads nowhere.
            _ => Ok(()),
        }
    }

    fn failure(&self, path: &Path, error: io::Error) -> StoreError {
        failure(format!("{} (at {})", self.attempt, path.display()), error)
    }
}
