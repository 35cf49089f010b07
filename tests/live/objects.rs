//! The bucket or the folder below the registry, as the tests look at it and harm it.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use aws_sdk_s3::Client;
use aws_sdk_s3::primitives::{ByteStream, DateTime};
use tokio::runtime::Runtime;

use crate::lab::{S3Bucket, runtime};

/// Keys are relative to `<root>/docker/registry/v2/`.
pub(crate) trait Objects {
    fn keys(&self, prefix: &str) -> Vec<String>;
    fn get(&self, key: &str) -> Vec<u8>;
    fn put(&self, key: &str, bytes: Vec<u8>);
    fn delete(&self, key: &str);
}

/// Puts what `change` makes of the object back in its place.
pub(crate) fn edit(objects: &dyn Objects, key: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = objects.get(key);
    change(&mut bytes);
    objects.put(key, bytes);
}

/// What one object of a listing shows.
#[derive(Debug, PartialEq)]
pub(crate) struct Listed {
    pub(crate) bytes: u64,
    etag: Option<String>,
    modified: Option<DateTime>,
}

/// A bucket's objects.
pub(crate) struct InBucket {
    client: Client,
    runtime: Runtime,
    bucket: String,
    root: String,
}

impl InBucket {
    /// The objects of a bucket with a registry below `root` (no slash at either end).
    pub(crate) fn new(bucket: &S3Bucket, root: &str) -> Self {
        let root = format!("{root}/docker/registry/v2/");
        let (client, name) = (bucket.client(), bucket.name.clone());
        Self { client, runtime: runtime(), bucket: name, root }
    }

    /// Everything in the bucket, by its whole key.
    pub(crate) fn listing(&self) -> BTreeMap<String, Listed> {
        self.list("")
    }

    /// Puts an object anywhere in the bucket, below the registry's root or not.
    pub(crate) fn put_at(&self, key: &str, bytes: Vec<u8>) {
        let body = ByteStream::from(bytes);
        let request = self.client.put_object().bucket(&self.bucket).key(key).body(body);
        self.runtime.block_on(request.send()).expect("the server takes an object");
    }

    fn list(&self, prefix: &str) -> BTreeMap<String, Listed> {
        let request = self.client.list_objects_v2().bucket(&self.bucket).prefix(prefix);
        let mut pages = request.into_paginator().send();
        let mut listing = BTreeMap::new();
        while let Some(page) = self.runtime.block_on(pages.next()) {
            for object in page.expect("the server lists").contents.unwrap_or_default() {
                let size = object.size.expect("a listed object has a size");
                let bytes = u64::try_from(size).expect("a size is not negative");
                let listed = Listed { bytes, etag: object.e_tag, modified: object.last_modified };
                listing.insert(object.key.expect("a listed object has a key"), listed);
            }
        }
        listing
    }
}

impl Objects for InBucket {
    fn keys(&self, prefix: &str) -> Vec<String> {
        let keys = self.list(&format!("{}{prefix}", self.root)).into_keys();
        keys.map(|key| key[self.root.len()..].to_owned()).collect()
    }

    fn get(&self, key: &str) -> Vec<u8> {
        let request =
            self.client.get_object().bucket(&self.bucket).key(format!("{}{key}", self.root));
        self.runtime.block_on(async {
            let answer = request.send().await.unwrap_or_else(|error| panic!("{key}: {error:?}"));
            answer.body.collect().await.expect("the server sends the object").to_vec()
        })
    }

    fn put(&self, key: &str, bytes: Vec<u8>) {
        self.put_at(&format!("{}{key}", self.root), bytes);
    }

    fn delete(&self, key: &str) {
        self.get(key); // S3 deletes what is not there without a word: a test would plant nothing
        let request =
            self.client.delete_object().bucket(&self.bucket).key(format!("{}{key}", self.root));
        self.runtime.block_on(request.send()).expect("the server deletes an object");
    }
}

/// A folder's files.
pub(crate) struct InFolder {
    root: PathBuf,
}

impl InFolder {
    /// The folder that a registry has as its `rootdirectory`.
    pub(crate) fn new(root: &Path) -> Self {
        Self { root: root.join("docker/registry/v2") }
    }
}

impl Objects for InFolder {
    fn keys(&self, prefix: &str) -> Vec<String> {
        let mut keys: Vec<String> = files_below(&self.root).into_keys().collect();
        keys.retain(|key| key.starts_with(prefix));
        keys
    }

    fn get(&self, key: &str) -> Vec<u8> {
        fs::read(self.root.join(key)).unwrap_or_else(|error| panic!("{key}: {error}"))
    }

    fn put(&self, key: &str, bytes: Vec<u8>) {
        let file = self.root.join(key);
        fs::create_dir_all(file.parent().expect("a key has a folder")).expect("folders");
        fs::write(&file, bytes).unwrap_or_else(|error| panic!("{key}: {error}"));
    }

    fn delete(&self, key: &str) {
        let file = self.root.join(key);
        fs::remove_file(&file).unwrap_or_else(|error| panic!("{key}: {error}"));
        // A bucket has no empty folders, and git keeps none.
        for folder in file.ancestors().skip(1).take_while(|folder| *folder != self.root) {
            match fs::remove_dir(folder) {
                Err(error) if error.kind() == ErrorKind::DirectoryNotEmpty => break,
                removed => removed.expect("an empty folder can be removed"),
            }
        }
    }
}

/// Every file below `folder` by its path with `/` between the parts.
pub(crate) fn files_below(folder: &Path) -> BTreeMap<String, PathBuf> {
    let mut files = BTreeMap::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((folder, prefix)) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder can be read") {
            let entry = entry.expect("a folder can be read");
            let name = format!("{prefix}{}", entry.file_name().to_str().expect("a plain name"));
            if entry.file_type().expect("a file has a type").is_dir() {
                open.push((entry.path(), format!("{name}/")));
            } else {
                files.insert(name, entry.path());
            }
        }
    }
    files
}
