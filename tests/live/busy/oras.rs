//! What oras pushes: artifacts of any kind, and what is attached to them. Helm and Zarf push by the
//! library under it.

use super::program::Program;
use crate::registry::Registry;

/// Attaches to `apps/web:1.0` and `library/multi:1.0`, which must be there.
pub(super) fn push(registry: &Registry) {
    let oras = Program::new(registry, "oras", "--plain-http");
    for name in ["config.json", "chart.tgz", "chart.tgz.prov", "one.txt", "two.txt"] {
        oras.file(name, format!("{{\"name\":\"{name}\"}}"));
    }
    artifacts(&oras);
    attached(&oras, registry);
}

fn artifacts(oras: &Program) {
    oras.run(
        "push $REGISTRY/charts/web:0.1.0 --config config.json:application/vnd.cncf.helm.config.v1+json \
         chart.tgz:application/vnd.cncf.helm.chart.content.v1.tar+gzip \
         chart.tgz.prov:application/vnd.cncf.helm.chart.provenance.v1.prov",
    );
    oras.run("push $REGISTRY/oras/files:1.0,latest --artifact-type example/files one.txt two.txt");
    oras.run("push $REGISTRY/oras/files:nothing --artifact-type example/nothing");
    oras.run("push $REGISTRY/oras/files:old --image-spec v1.0 one.txt");
    oras.run("manifest index create $REGISTRY/oras/files:all 1.0 old");
}

/// These registries have no referrers API: oras keeps the `sha256-<hex>` tag, and the index that the
/// tag pointed at before stays, untagged.
fn attached(oras: &Program, registry: &Registry) {
    oras.run("attach $REGISTRY/apps/web:1.0 --artifact-type example/sbom one.txt");
    oras.run("attach $REGISTRY/apps/web:1.0 --artifact-type example/scan two.txt");
    oras.run(
        "attach $REGISTRY/library/multi:1.0 --platform linux/arm64 --artifact-type example/sbom \
         one.txt",
    );
    let copier = Program::new(registry, "oras", "--from-plain-http --to-plain-http");
    copier.run("cp --recursive $REGISTRY/apps/web:1.0 $REGISTRY/oras/copied:1.0");
}
