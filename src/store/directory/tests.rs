//! What only a file system can do to a store. The rest is in the contract suite.

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::net::UnixListener;
use std::path::Path;

use futures::TryStreamExt;
use tempfile::TempDir;

use super::*;

fn directory(files: &[&str]) -> (TempDir, DirectoryStore) {
    let directory = tempfile::tempdir().unwrap();
    for file in files {
        let path = directory.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, file).unwrap();
    }
    let store = DirectoryStore::open(directory.path()).unwrap();
    (directory, store)
}

async fn keys(store: &DirectoryStore, prefix: &str) -> Result<Vec<String>, StoreError> {
    let objects = store.list(prefix, "").try_concat().await?;
    Ok(objects.into_iter().map(|object| object.key).collect())
}

async fn kind(store: &DirectoryStore, key: &str) -> ErrorKind {
    let error = store.get(key).await.unwrap_err();
    assert_eq!(store.head(key).await.unwrap_err().kind(), error.kind());
    error.kind()
}

#[tokio::test]
async fn what_is_not_a_directory_cannot_be_opened() {
    let (directory, _) = directory(&["file"]);
    for name in ["absent", "file", "file/below"] {
        let error = DirectoryStore::open(directory.path().join(name)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NoSuchBucket, "{error}");
    }
    let link = directory.path().join("link");
    symlink(directory.path(), &link).unwrap();
    let store = DirectoryStore::open(&link).unwrap();
    assert_eq!(store.to_string(), link.display().to_string());
}

#[tokio::test]
async fn a_link_to_a_directory_is_never_a_short_listing() {
    let (directory, store) = directory(&["a/1", "b/1", "c/1"]);
    symlink("../a", directory.path().join("b/loop")).unwrap();
    let error = keys(&store, "").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.to_string().contains("b/loop"), "{error}");
    keys(&store, "b/l").await.unwrap_err();
    assert_eq!(keys(&store, "b/1").await.unwrap(), ["b/1"]);
    assert_eq!(keys(&store, "c").await.unwrap(), ["c/1"]);
}

#[tokio::test]
async fn a_link_to_a_file_is_the_file_unless_it_leads_out() {
    let (outside, _) = directory(&["secret"]);
    let (directory, store) = directory(&["a/1"]);
    let links: [(&str, &Path); 4] = [
        ("inside", Path::new("a/1")),
        ("outside", &outside.path().join("secret")),
        ("nothing", Path::new("absent")),
        ("self", Path::new("self")),
    ];
    for (name, target) in links {
        symlink(target, directory.path().join(name)).unwrap();
    }
    let listed = keys(&store, "").await.unwrap();
    assert_eq!(listed, ["a/1", "inside", "nothing", "outside", "self"]);
    assert_eq!(store.head("inside").await.unwrap().size, 3);
    for key in ["nothing", "outside", "self"] {
        assert_eq!(kind(&store, key).await, ErrorKind::Unreadable, "{key}");
    }
}

#[tokio::test]
async fn keys_never_lead_out_of_the_root() {
    let (directory, _) = directory(&["secret", "root/file"]);
    let store = DirectoryStore::open(directory.path().join("root")).unwrap();
    let absolute = directory.path().join("secret").display().to_string();
    for key in ["../secret", "x/../../secret", &absolute, "file/", "file/below", "", "nul\0"] {
        assert_eq!(kind(&store, key).await, ErrorKind::NotFound, "{key}");
        assert_eq!(keys(&store, &format!("{key}/")).await.unwrap(), Vec::<String>::new());
    }
    assert_eq!(kind(&store, &"long".repeat(1000)).await, ErrorKind::NotFound);
}

#[tokio::test]
async fn sockets_and_pipes_are_listed_and_never_opened() {
    let (directory, store) = directory(&["file"]);
    let _socket = UnixListener::bind(directory.path().join("socket")).unwrap();
    let pipe = directory.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    assert_eq!(keys(&store, "").await.unwrap(), ["file", "pipe", "socket"]);
    for key in ["pipe", "socket"] {
        assert_eq!(kind(&store, key).await, ErrorKind::Unreadable);
    }
}

#[tokio::test]
async fn names_that_are_no_text_are_listed_and_read() {
    let (directory, store) = directory(&["a"]);
    let name = std::ffi::OsStr::from_bytes(b"caf\xe9\x1b[2J");
    fs::write(directory.path().join(name), "bytes").unwrap();
    let listed = keys(&store, "").await.unwrap();
    assert_eq!(listed, ["a", "caf\\xe9\u{1b}[2J"]);
    assert_eq!(store.head(&listed[1]).await.unwrap().size, 5);
}

/// Root may enter everything, so this says nothing when run as root.
#[tokio::test]
async fn a_directory_that_may_not_be_entered_fails_the_listing() {
    let (directory, store) = directory(&["a/1", "b/1", "c/1"]);
    let closed = directory.path().join("b");
    for mode in [0o000, 0o400] {
        fs::set_permissions(&closed, fs::Permissions::from_mode(mode)).unwrap();
        if fs::metadata(closed.join("1")).is_ok() {
            eprintln!("SKIPPED: run as a user other than root to test permissions");
            return;
        }
        let error = keys(&store, "").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Denied, "{error}");
        assert_eq!(kind(&store, "b/1").await, ErrorKind::Denied);
        assert_eq!(keys(&store, "a").await.unwrap(), ["a/1"]);
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o700)).unwrap();
}

#[tokio::test]
async fn what_vanishes_while_it_is_listed_is_gone() {
    let (directory, store) = directory(&["a/1", "a/2", "b/1"]);
    let mut walk = Walk::new(store.root.clone(), "list".into(), "", "");
    assert_eq!(walk.page(1).unwrap()[0].key, "a/1");
    fs::remove_dir_all(directory.path().join("a")).unwrap();
    fs::remove_dir_all(directory.path().join("b")).unwrap();
    assert_eq!(walk.page(9).unwrap(), []);

    let mut walk = Walk::new(store.root.clone(), "list".into(), "", "");
    fs::remove_dir_all(directory.path()).unwrap();
    walk.page(9).unwrap_err();
}

#[tokio::test]
async fn a_file_that_is_written_while_it_is_read_has_changed() {
    let (directory, store) = directory(&[]);
    let path = directory.path().join("file");
    for size in [0, 1_000_000, 2_000_000] {
        fs::write(&path, vec![0; 1_000_000]).unwrap();
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        fs::File::options().write(true).open(&path).unwrap().set_modified(long_ago).unwrap();
        let mut body = store.get("file").await.unwrap().body;
        body.try_next().await.unwrap();
        fs::write(&path, vec![1; size]).unwrap();
        let error = body.try_collect::<Vec<_>>().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Changed, "{size}: {error}");
    }
}
