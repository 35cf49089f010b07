//! What our decoder makes of a page is what the SDK's makes of it.

use aws_sdk_s3::primitives::SdkBody;
use aws_sdk_s3::types::Object as Listed;
use proptest::prelude::*;

use super::*;
use crate::object::{ETag, Object};
use crate::store::list_bucket::tests::objects;
use crate::store::s3::timestamp;

fn by_the_sdk(document: String) -> ListObjectsV2Output {
    let response = HttpResponse::new(200.try_into().unwrap(), SdkBody::from(document));
    let output = Decoder::new().as_the_sdk(&response, &ConfigBag::base()).unwrap();
    output.downcast().unwrap()
}

fn object(listed: &Listed) -> Object {
    Object {
        key: listed.key.clone().unwrap(),
        size: listed.size.unwrap().try_into().unwrap(),
        last_modified: listed.last_modified.and_then(timestamp),
        etag: listed.e_tag.as_deref().map(ETag::new),
        storage_class: listed.storage_class.as_ref().map(|class| class.as_str().to_owned()),
    }
}

proptest! {
    #[test]
    fn it_reads_what_the_sdk_reads(
        written in prop::collection::vec(objects(), 0..5),
        more: bool,
        token in prop::option::of("[ -%'-;=-~]{1,20}"),
    ) {
        let written = written.iter().filter(|(object, _)| i64::try_from(object.size).is_ok());
        let contents: Vec<_> =
            written.map(|(_, text)| format!("<Contents>{text}</Contents>\n")).collect();
        let token = token.map(|t| format!("<NextContinuationToken>{t}</NextContinuationToken>"));
        let document = format!(
            "<?xml version=\"1.0\"?>\n<ListBucketResult xmlns=\"s3\">{}{}\
             <IsTruncated>{more}</IsTruncated></ListBucketResult>",
            contents.concat(),
            token.unwrap_or_default(),
        );

        let ours = ListBucketResult::parse(document.as_bytes()).unwrap();
        let theirs = by_the_sdk(document);
        prop_assert_eq!(ours.objects, theirs.contents().iter().map(object).collect::<Vec<_>>());
        prop_assert_eq!(ours.next_token, theirs.next_continuation_token);
        prop_assert_eq!(ours.is_truncated, theirs.is_truncated);
    }
}

/// If the SDK mends this, the reason in `docs/decisions/list-decoder.md` is no more.
#[test]
fn the_sdk_takes_a_page_that_is_cut_short_for_a_shorter_page() {
    let document = "<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key>\
                    <Size>1</Size></Contents><Contents><Key>b</Key><Siz";
    let output = by_the_sdk(document.to_owned());
    assert_eq!(output.is_truncated, Some(false));
    assert!(output.contents().iter().any(|listed| listed.key() == Some("a")));
    assert!(ListBucketResult::parse(document.as_bytes()).is_err());
}
