//! What regctl pushes: copies with all that is attached, artifacts with a subject, indexes.

use super::program::Program;
use crate::registry::Registry;

/// Copies from `apps/signed:1.0` and `library/multi:1.0`, which must be there.
pub(super) fn push(registry: &Registry) {
    let host = format!("--host reg={},tls=disabled", registry.address);
    let regctl = Program::new(registry, "regctl", &host);
    regctl.file("sbom.json", r#"{"spdxVersion":"SPDX-2.3"}"#);
    regctl.file("data.tar.gz", "data");

    regctl.run(
        "image copy --referrers --digest-tags $REGISTRY/apps/signed:1.0 \
         $REGISTRY/regctl/signed:1.0",
    );
    regctl.run("image copy $REGISTRY/library/multi:1.0 $REGISTRY/regctl/multi:1.0");
    regctl.run(
        "image mod $REGISTRY/regctl/multi:1.0 --layer-compress zstd \
         --create $REGISTRY/regctl/multi:zstd",
    );
    regctl.run(
        "artifact put --artifact-type application/spdx+json --file sbom.json \
         --subject $REGISTRY/regctl/multi:1.0",
    );
    regctl.run(
        "artifact put --artifact-type application/spdx+json --file sbom.json \
         --subject $REGISTRY/regctl/multi:1.0 --platform linux/arm64",
    );
    regctl.run(
        "artifact put --config-type application/vnd.example.config.v1+json --config-file sbom.json \
         --file data.tar.gz --file-media-type application/vnd.example.data.v1.tar+gzip \
         $REGISTRY/regctl/artifact:1.0",
    );
    regctl.run(
        "artifact put --index --artifact-type application/vnd.example.data --file data.tar.gz \
         $REGISTRY/regctl/artifact:index",
    );
    regctl.run(
        "index create $REGISTRY/regctl/multi:amd64 --ref $REGISTRY/regctl/multi:1.0 \
         --platform linux/amd64 --subject 1.0 --annotation made=by-regctl",
    );
}
