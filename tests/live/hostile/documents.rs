//! Manifests that no client writes, and the codes of the findings that each leads to.

use serde_json::json;

use super::plant::Plant;
use crate::images::{INDEX, MANIFEST, sha256};

/// What is stored as a manifest of its own repository.
pub(super) struct Document {
    pub(super) name: &'static str,
    pub(super) bytes: Vec<u8>,
    /// The findings about it or about what it refers to, by code.
    pub(super) codes: &'static [&'static str],
}

/// In each repository of a document there are these, stored and linked.
const LAYER: &str = "a layer that anybody may name";
const CONFIG: &str = r#"{"os":"linux"}"#;
const ODDITY: &str = "not known to anybody";

const INVALID: &[&str] = &["invalid-manifest"];
const FINE: &[&str] = &[];

/// Stores each in a repository of its own, `hostile/NAME`, under the tag `latest`.
pub(super) fn plant(plant: &mut Plant) -> Vec<Document> {
    let documents: Vec<Document> =
        [huge(), deep(), wide(), numbers(), encodings(), shapes()].into_iter().flatten().collect();
    for document in &documents {
        let repository = document.repository();
        for content in [LAYER, CONFIG, ODDITY] {
            plant.layer(&repository, content);
        }
        let digest = plant.manifest(&repository, document.bytes.clone());
        plant.tag(&repository, "latest", &digest);
    }
    documents
}

impl Document {
    fn new(name: &'static str, bytes: impl Into<Vec<u8>>, codes: &'static [&'static str]) -> Self {
        Self { name, bytes: bytes.into(), codes }
    }

    pub(super) fn repository(&self) -> String {
        format!("hostile/{}", self.name)
    }
}

fn layer() -> String {
    format!(r#"{{"digest":"{}","size":{}}}"#, sha256(LAYER.as_bytes()), LAYER.len())
}

/// An image with these members beside its config and layer.
fn image(more: &str) -> String {
    let config = sha256(CONFIG.as_bytes());
    format!(
        r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","config":{{"digest":"{config}","size":{}}},"layers":[{}]{more}}}"#,
        CONFIG.len(),
        layer()
    )
}

/// An image without a config, with these layers.
fn layers(layers: &str) -> String {
    format!(r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","layers":{layers}}}"#)
}

fn huge() -> Vec<Document> {
    let note = |bytes| image(&format!(r#","annotations":{{"note":"{}"}}"#, "x".repeat(bytes)));
    vec![
        Document::new("fifty-megabytes", note(50 << 20), INVALID),
        Document::new("annotations-of-10-mb", note(10 << 20), INVALID),
        Document::new("annotations-of-4-mb", note(4_000_000), FINE),
        Document::new("a-million-empty-layers", layers(&list("{}", 1_300_000)), INVALID),
    ]
}

fn deep() -> Vec<Document> {
    let lists = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let objects = format!("{}1{}", r#"{"a":"#.repeat(10_000), "}".repeat(10_000));
    vec![
        Document::new("deep-layers", layers(&lists), INVALID),
        Document::new("deep-document", lists.clone(), INVALID),
        Document::new("deep-config", format!(r#"{{"layers":[],"config":{objects}}}"#), INVALID),
        Document::new("deep-annotations", image(&format!(r#","annotations":{objects}"#)), FINE),
        Document::new("deep-and-open", "[".repeat(1_000_000), INVALID),
    ]
}

fn wide() -> Vec<Document> {
    let entry =
        |size: usize| format!(r#"{{"digest":"{}","size":{size}}}"#, sha256(LAYER.as_bytes()));
    let sizes: Vec<String> = (1000..11_000).map(entry).collect();
    let child =
        format!(r#"{{"mediaType":"application/x","digest":"{}"}}"#, sha256(ODDITY.as_bytes()));
    let index = |entries: String| format!(r#"{{"mediaType":"{INDEX}","manifests":{entries}}}"#);
    vec![
        Document::new("layers-100000", layers(&list(&layer(), 100_000)), INVALID),
        Document::new("layers-40000", layers(&list(&layer(), 40_000)), FINE),
        Document::new("entries-100000", index(list(&child, 100_000)), INVALID),
        Document::new("entries-35000", index(list(&child, 35_000)), FINE),
        Document::new("sizes-10000", layers(&format!("[{}]", sizes.join(","))), &["size-mismatch"]),
    ]
}

fn numbers() -> Vec<Document> {
    let sized = |size: &str| {
        layers(&format!(r#"[{{"digest":"{}","size":{size}}}]"#, sha256(LAYER.as_bytes())))
    };
    let wrong = &["size-mismatch"];
    vec![
        Document::new("size-of-a-gigabyte", sized("1073741824"), wrong),
        Document::new("size-of-2-63", sized("9223372036854775807"), wrong),
        Document::new("size-over-2-63", sized("9223372036854775808"), INVALID),
        Document::new("size-over-2-64", sized("18446744073709551616"), INVALID),
        Document::new("size-negative", sized("-1"), INVALID),
        Document::new("size-float", sized("29.0"), INVALID),
        Document::new("size-1e400", sized("1e400"), INVALID),
        Document::new("size-in-quotes", sized(r#""29""#), INVALID),
        Document::new("size-nan", sized("NaN"), INVALID),
        Document::new("number-1e400-elsewhere", image(r#","x":1e400"#), FINE),
    ]
}

fn encodings() -> Vec<Document> {
    let utf16 = |bom: &[u8]| {
        let units = image("").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        [bom, &units].concat()
    };
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, image("").as_bytes()).expect("memory takes bytes");
    vec![
        Document::new("utf-16", utf16(b""), INVALID),
        Document::new("utf-16-marked", utf16(b"\xff\xfe"), INVALID),
        Document::new("utf-8-marked", format!("\u{feff}{}", image("")), INVALID),
        Document::new("latin-1", [image("").as_bytes(), b"\xe9"].concat(), INVALID),
        Document::new("gzip", gzip.finish().expect("memory takes bytes"), INVALID),
        Document::new("trailing", format!("{}x", image("")), INVALID),
        Document::new("twice", image("").repeat(2), INVALID),
        Document::new("half", &image("")[..90], INVALID),
        Document::new("surrogate", image(r#","artifactType":"\ud800""#), INVALID),
    ]
}

fn shapes() -> Vec<Document> {
    let upper = sha256(LAYER.as_bytes()).to_uppercase().replace("SHA256", "sha256");
    let upper = json!([{"digest": upper, "size": LAYER.len()}]).to_string();
    vec![
        Document::new("layers-an-object", layers("{}"), INVALID),
        Document::new("layers-a-text", layers(r#""x""#), INVALID),
        Document::new("layers-twice", image(r#","layers":[]"#), INVALID),
        Document::new("layers-in-two-cases", image(r#","Layers":[]"#), INVALID),
        Document::new("both-shapes", image(r#","manifests":[]"#), INVALID),
        Document::new("digest-in-capitals", layers(&upper), INVALID),
        Document::new("a-list", "[]", INVALID),
        Document::new("null", "null", INVALID),
        Document::new("an-object", "{}", &["unknown-media-type"]),
    ]
}

/// `element` so many times in a JSON list.
fn list(element: &str, times: usize) -> String {
    let mut list = format!("{element},").repeat(times);
    list.pop();
    format!("[{list}]")
}
