//! What every store promises, held by each: in memory, in a directory, and on S3 over HTTP.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[cfg_attr(feature = "s3", expect(dead_code, reason = "this test wants no faults"))]
mod support;

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;
use futures::TryStreamExt;
use ocifsck::object::{ETag, Object};
use ocifsck::store::{DirectoryStore, ErrorKind, MemoryStore, ObjectStore, StoreError};

/// What the stores are filled with: more than two pages, names that sort where one does not
/// expect them, and names that need an escape somewhere on their way.
fn objects() -> BTreeMap<String, Bytes> {
    let mut objects: BTreeMap<String, Bytes> = BTreeMap::new();
    let mut put = |key: &str, content: &[u8]| {
        objects.insert(key.to_owned(), Bytes::copy_from_slice(content));
    };
    for key in ["a", "a b", "a+b", "a%2Fb", "100%", "ü", "日本", "\u{1b}[2J", "=cmd()", "a&b<c>\"'"]
    {
        put(&format!("odd/{key}"), key.as_bytes());
        put(&format!("odd/{key}.d/x"), b"below");
    }
    for key in ["n/x", "n-b/x", "n.b/x", "n.c", "n0", "n/x.y/z", "n/x-y/z"] {
        put(key, key.as_bytes());
    }
    let long = ["l".repeat(200), "o".repeat(200), "n".repeat(200), "g".repeat(200)].join("/");
    put(&format!("{long}/{}", "k".repeat(1024 - 804)), b"1024 bytes of key");
    put("zero", b"");
    for number in 0..2345 {
        put(&format!("many/{number:05}"), b"");
    }
    let big: Vec<u8> = (0..5 * 1024 * 1024_u32).flat_map(u32::to_le_bytes).collect();
    put("big", &big);
    objects
}

async fn keeps_the_contract(store: &dyn ObjectStore, objects: &BTreeMap<String, Bytes>) {
    lists_whole_keys_in_byte_order(store, objects).await;
    lists_what_has_the_prefix(store, objects).await;
    lists_what_comes_after(store, objects).await;
    knows_size_and_time(store, objects).await;
    reads_what_was_stored(store, objects).await;
    reads_parts_of_one_version(store, objects).await;
    knows_checksums_as_heads(store).await;
    says_what_is_absent(store).await;
}

async fn list(store: &dyn ObjectStore, prefix: &str) -> Vec<Object> {
    store.list(prefix, "").try_concat().await.unwrap()
}

async fn keys(store: &dyn ObjectStore, prefix: &str) -> Vec<String> {
    list(store, prefix).await.into_iter().map(|object| object.key).collect()
}

async fn read(store: &dyn ObjectStore, key: &str) -> Result<Vec<u8>, StoreError> {
    let chunks: Vec<Bytes> = store.get(key).await?.body.try_collect().await?;
    Ok(chunks.concat())
}

async fn lists_whole_keys_in_byte_order(
    store: &dyn ObjectStore,
    objects: &BTreeMap<String, Bytes>,
) {
    let expected: Vec<&String> = objects.keys().collect();
    let listed = keys(store, "").await;
    assert_eq!(listed.iter().collect::<Vec<_>>(), expected, "{store}");
    let pages: Vec<_> = store.list("", "").try_collect().await.unwrap();
    assert!(pages.len() > 2, "{store} has {} pages", pages.len());
}

async fn lists_what_has_the_prefix(store: &dyn ObjectStore, objects: &BTreeMap<String, Bytes>) {
    let prefixes = [
        "n",
        "n/",
        "n/x",
        "n/x.",
        "n.",
        "n-b/x",
        "many/0000",
        "many/02344",
        "odd/a",
        "odd/a ",
        "odd/a+",
        "odd/a%",
        "odd/ü",
        "odd/\u{1b}",
        "odd/a&b<",
        "zero",
        "llll", // and none:
        "nn",
        "n/y",
        "zero/",
        "zeroo",
        "/",
        "/n",
        "..",
        "../",
        "./n",
        "n//",
        "many/9",
    ];
    for prefix in prefixes {
        let expected: Vec<&String> = objects.keys().filter(|key| key.starts_with(prefix)).collect();
        let listed = keys(store, prefix).await;
        assert_eq!(listed.iter().collect::<Vec<_>>(), expected, "{prefix:?} of {store}");
    }
    let pages: Vec<_> = store.list("absent/", "").try_collect().await.unwrap();
    assert_eq!(pages, [vec![]], "an empty listing is one empty page");
}

async fn lists_what_comes_after(store: &dyn ObjectStore, objects: &BTreeMap<String, Bytes>) {
    let places =
        ["n", "n-b/x", "n/x", "n/x.y", "n/x.y/z", "many/01500", "odd/a b", "odd/\u{fc}", "~"];
    for (prefix, after) in ["", "n", "many/", "odd/"].iter().flat_map(|p| places.map(|a| (*p, a))) {
        let is_meant = |key: &&String| key.starts_with(prefix) && key.as_str() > after;
        let expected: Vec<&String> = objects.keys().filter(is_meant).collect();
        let listed: Vec<Object> = store.list(prefix, after).try_concat().await.unwrap();
        let listed: Vec<&String> = listed.iter().map(|object| &object.key).collect();
        assert_eq!(listed, expected, "{prefix:?} after {after:?} of {store}");
    }
}

async fn knows_size_and_time(store: &dyn ObjectStore, objects: &BTreeMap<String, Bytes>) {
    for listed in list(store, "").await {
        assert_eq!(listed.size, objects[&listed.key].len() as u64, "{}", listed.key);
        assert!(listed.last_modified.is_some(), "{}", listed.key);
    }
    for listed in list(store, "odd/").await {
        let head = store.head(&listed.key).await.unwrap();
        assert_eq!(head, store.get(&listed.key).await.unwrap().object);
        assert_eq!((&head.key, head.size), (&listed.key, listed.size));
        assert_eq!(head.etag, listed.etag);
        // HTTP dates have no fractions of a second.
        let seconds = |object: &Object| object.last_modified.unwrap().as_second();
        assert_eq!(seconds(&head), seconds(&listed));
    }
}

async fn reads_what_was_stored(store: &dyn ObjectStore, objects: &BTreeMap<String, Bytes>) {
    for (key, content) in objects.iter().filter(|(key, _)| !key.starts_with("many/")) {
        assert!(read(store, key).await.unwrap() == *content, "{key:?} of {store}");
    }
    let chunks: Vec<Bytes> = store.get("big").await.unwrap().body.try_collect().await.unwrap();
    let largest = chunks.iter().map(Bytes::len).max().unwrap();
    assert!(largest <= 1024 * 1024, "{store} holds {largest} bytes at once");
}

async fn part(
    store: &dyn ObjectStore,
    key: &str,
    part: Range<u64>,
    of: &ETag,
) -> Result<(Object, Vec<u8>), StoreError> {
    let download = store.get_part(key, part, of).await?;
    let chunks: Vec<Bytes> = download.body.try_collect().await?;
    Ok((download.object, chunks.concat()))
}

async fn reads_parts_of_one_version(store: &dyn ObjectStore, objects: &BTreeMap<String, Bytes>) {
    let other = ETag::new("0123456789abcdef0123456789abcdef");
    let content = &objects["big"];
    let size = content.len() as u64;
    let error = part(store, "big", 0..1, &other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Changed, "{error}");
    let error = part(store, "absent", 0..1, &other).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    // A directory has no entity tags, and so no parts.
    let head = store.head("big").await.unwrap();
    let Some(etag) = &head.etag else { return };
    for range in [0..1, 0..size, 1..65_536, 65_536..200_000, size - 1..size, 7_000_000..7_000_001] {
        let (object, bytes) = part(store, "big", range.clone(), etag).await.unwrap();
        let [start, end] = [range.start, range.end].map(|at| usize::try_from(at).unwrap());
        assert!(bytes == content[start..end], "{range:?} of {store}");
        assert_eq!(object, head, "the object is the whole one");
    }
    for range in [0..0, 9..9, size..size + 1, size - 1..size + 1] {
        part(store, "big", range, etag).await.unwrap_err();
    }
    let etag = store.head("odd/a b").await.unwrap().etag.unwrap();
    assert_eq!(part(store, "odd/a b", 1..3, &etag).await.unwrap().1, b" b");
}

async fn knows_checksums_as_heads(store: &dyn ObjectStore) {
    for key in ["big", "zero", "odd/ü"] {
        let (object, sha256) = store.checksum(key).await.unwrap();
        assert_eq!((object, sha256), (store.head(key).await.unwrap(), None));
    }
}

async fn says_what_is_absent(store: &dyn ObjectStore) {
    for key in ["absent", "n", "n/", "zero/x", "many", "odd/a/", "../n0", "/n0", "n//x", "./n0"] {
        let head = store.head(key).await.unwrap_err();
        assert_eq!(head.kind(), ErrorKind::NotFound, "{head}");
        let checksum = store.checksum(key).await.unwrap_err();
        assert_eq!(checksum.kind(), ErrorKind::NotFound, "{checksum}");
        let get = store.get(key).await.unwrap_err();
        assert_eq!(get.kind(), ErrorKind::NotFound, "{get}");
    }
}

/// Keys that a bucket can have and a directory cannot.
const BUCKETS_ONLY: [&str; 8] =
    ["/", "//", "/leading", "n//x", "n/", "n/./x", "n/../x", "odd/\u{1}\r\n\t\u{7f}\u{fffd}"];

fn memory(objects: &BTreeMap<String, Bytes>) -> MemoryStore {
    let store = MemoryStore::new();
    for (key, content) in objects {
        store.put(key, content.clone());
    }
    store
}

async fn keeps_odd_keys(store: &dyn ObjectStore) {
    let mut expected = BUCKETS_ONLY;
    expected.sort_unstable();
    assert_eq!(keys(store, "").await, expected);
    for key in BUCKETS_ONLY {
        assert_eq!(read(store, key).await.unwrap(), key.as_bytes(), "{key:?} of {store}");
        assert_eq!(store.head(key).await.unwrap().key, key);
        assert!(keys(store, key).await.contains(&key.to_owned()), "{key:?} of {store}");
    }
}

fn odd_keys() -> MemoryStore {
    let store = MemoryStore::new().with_page_size(3);
    for key in BUCKETS_ONLY {
        store.put(key, key);
    }
    store
}

#[tokio::test]
async fn memory_keeps_the_contract() {
    let objects = objects();
    keeps_the_contract(&memory(&objects), &objects).await;
    keeps_the_contract(&memory(&objects).with_page_size(7), &objects).await;
    keeps_odd_keys(&odd_keys()).await;
}

#[tokio::test]
async fn a_directory_keeps_the_contract() {
    let objects = objects();
    let directory = tempfile::tempdir().unwrap();
    for (key, content) in &objects {
        let path = directory.path().join(key);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let store = DirectoryStore::open(directory.path()).unwrap();
    keeps_the_contract(&store, &objects).await;
}

#[cfg(feature = "s3")]
#[tokio::test(flavor = "multi_thread")]
async fn s3_keeps_the_contract() {
    use std::sync::Arc;

    use support::s3_server::{BUCKET, S3Server};

    let objects = objects();
    for page_size in [1000, 7] {
        let server = S3Server::start(Arc::new(memory(&objects))).await;
        server.page_size(page_size);
        keeps_the_contract(&server.connect(BUCKET).await, &objects).await;
        server.assert_only_read();
    }
    let server = S3Server::start(Arc::new(odd_keys())).await;
    server.page_size(3);
    keeps_odd_keys(&server.connect(BUCKET).await).await;
}
