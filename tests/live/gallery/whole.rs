//! What is not broken, and must not be reported.

use serde_json::json;

use super::Stage;
use crate::images::{Blob, CONFIG, Image, multi_platform};
use crate::skopeo;

pub(super) fn push(stage: &Stage) {
    let (index, images) = multi_platform("library/base", &stage.base);
    for tag in ["1.0", "latest"] {
        let reference = format!("library/base:{tag}");
        skopeo::push_index(stage.registry, &reference, &index, &images, &["--preserve-digests"]);
    }

    let chart = Image::from_parts(
        Blob::new(
            "application/vnd.cncf.helm.config.v1+json",
            r#"{"name":"web","version":"0.1.0"}"#,
        ),
        vec![Blob::new("application/vnd.cncf.helm.chart.content.v1.tar+gzip", "a chart")],
        json!({}),
    );
    stage.client.push("charts/web", "0.1.0", &chart);

    let signed = stage.push("team/signed");
    let payload = Blob::new("application/vnd.dev.cosign.simplesigning.v1+json", "a signature");
    let config =
        json!({ "architecture": "", "os": "", "rootfs": { "diff_ids": [payload.digest()] } });
    let signature = Image::from_parts(Blob::json(CONFIG, &config), vec![payload], json!({}));
    let tag = signed.manifest.digest().replace(':', "-") + ".sig";
    stage.client.push("team/signed", &tag, &signature);
}
