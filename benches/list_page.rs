//! What it costs to decode a page of 1000 keys: ours, quick-xml's and the SDK's decoder, in turns.
//!
//! `cargo bench --bench list_page`. The figures that count are the ratios.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "a measurement is there to be read")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use aws_sdk_s3::config::{ConfigBag, RuntimePlugin};
use aws_sdk_s3::operation::list_objects_v2::{ListObjectsV2, ListObjectsV2Output};
use aws_sdk_s3::primitives::SdkBody;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::ser_de::{DeserializeResponse, SharedResponseDeserializer};
use ocifsck::object::{ETag, Object};
use ocifsck::oci::Digest;
use ocifsck::store::ListBucketResult;
use quick_xml::Reader;
use quick_xml::events::Event;

const KEYS: u32 = 1000;
const ROUNDS: usize = 200;

/// A page as AWS writes it, of a registry's blobs.
fn page() -> String {
    let contents: Vec<_> = (0..KEYS).map(contents).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult \
         xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>registry</Name><Prefix></Prefix>\
         <KeyCount>{KEYS}</KeyCount><MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType>\
         <IsTruncated>true</IsTruncated><NextContinuationToken>token</NextContinuationToken>{}\
         </ListBucketResult>",
        contents.concat()
    )
}

fn contents(number: u32) -> String {
    let hex = Digest::sha256_of(&number.to_be_bytes()).encoded();
    let (shard, etag) = (&hex[..2], &hex[..32]);
    format!(
        "<Contents><Key>docker/registry/v2/blobs/sha256/{shard}/{hex}/data</Key>\
         <LastModified>2026-01-02T03:04:05.678Z</LastModified><ETag>&quot;{etag}&quot;</ETag>\
         <ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><Size>{number}</Size>\
         <StorageClass>STANDARD</StorageClass></Contents>"
    )
}

fn ours(page: &str) -> usize {
    ListBucketResult::parse(page.as_bytes()).unwrap().objects.len()
}

/// As little as makes the same objects: no order, prefix, cut or contradiction is looked at.
fn quick_xml(page: &str) -> usize {
    let mut reader = Reader::from_str(page);
    let (mut objects, mut text) = (Vec::new(), String::new());
    let empty = Object {
        key: String::new(),
        size: 0,
        last_modified: None,
        etag: None,
        storage_class: None,
    };
    let mut object = empty.clone();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(_) => text.clear(),
            Event::Text(part) => text.push_str(part.as_ref()),
            Event::GeneralRef(name) if &*name == "quot" => text.push('"'),
            Event::End(end) => match end.local_name().as_ref() {
                "Key" => object.key.clone_from(&text),
                "Size" => object.size = text.parse().unwrap(),
                "LastModified" => object.last_modified = Some(text.parse().unwrap()),
                "ETag" => object.etag = Some(ETag::new(&text)),
                "StorageClass" => object.storage_class = Some(text.clone()),
                "Contents" => objects.push(std::mem::replace(&mut object, empty.clone())),
                _ => {}
            },
            Event::Eof => return black_box(objects).len(),
            _ => {}
        }
    }
}

fn sdk(page: &str) -> usize {
    let operation = ListObjectsV2::new().config().unwrap();
    let decoder = operation.load::<SharedResponseDeserializer>().unwrap();
    let response = HttpResponse::new(200.try_into().unwrap(), SdkBody::from(page));
    let output = decoder.deserialize_nonstreaming_with_config(&response, &ConfigBag::base());
    output.unwrap().downcast::<ListObjectsV2Output>().unwrap().contents().len()
}

/// Its name, and how many objects it finds on a page.
type Decoder = (&'static str, fn(&str) -> usize);

fn main() {
    let page = page();
    let decoders: [Decoder; 3] = [("ours", ours), ("quick-xml", quick_xml), ("SDK", sdk)];
    let mut least = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        for ((_, decode), least) in decoders.iter().zip(&mut least) {
            let begin = Instant::now();
            assert_eq!(decode(black_box(&page)), KEYS as usize);
            *least = begin.elapsed().min(*least);
        }
    }
    for ((name, _), time) in decoders.iter().zip(least) {
        let ratio = time.as_secs_f64() / least[0].as_secs_f64();
        println!("{name:>9}: {:>5} ns a key, {ratio:>5.1} x ours", (time / KEYS).as_nanos());
    }
}
