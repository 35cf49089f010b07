//! What crane pushes: images that it builds of tarballs, changes and joins.

use super::program::Program;
use crate::images::layer;
use crate::registry::Registry;

/// Copies from `apps/web:1.0` and `library/multi:1.0`, which must be there.
pub(super) fn push(registry: &Registry) {
    let crane = Program::new(registry, "crane", "");
    for name in ["one", "two"] {
        crane.file(&format!("{name}.tar.gz"), layer("app/binary", name).blob.bytes);
    }
    build(&crane);
    join(&crane);
    crane.run("copy $REGISTRY/apps/web:1.0 $REGISTRY/crane/copied:1.0");
    crane.run("copy $REGISTRY/library/multi:1.0 $REGISTRY/crane/multi:1.0");
}

/// Images of both kinds, on one another, changed in place and by digest.
fn build(crane: &Program) {
    crane.run("append --new_layer one.tar.gz --new_tag $REGISTRY/crane/app:docker");
    crane.run("append --oci-empty-base --new_layer one.tar.gz --new_tag $REGISTRY/crane/app:oci");
    crane.run(
        "append --base $REGISTRY/crane/app:oci --new_layer two.tar.gz --set-base-image-annotations \
         --new_tag $REGISTRY/crane/app:grown",
    );
    crane.run(
        "mutate $REGISTRY/crane/app:oci --set-platform linux/arm64 --tag $REGISTRY/crane/app:arm64",
    );
    crane.run("mutate $REGISTRY/crane/app:oci --label pushed=by-digest");
    crane.run("tag $REGISTRY/crane/app:oci stable");
    crane.run("flatten $REGISTRY/crane/app:grown --tag $REGISTRY/crane/flat:1.0");
    // The tag moves; what it pointed at is deleted by digest, as clean-up jobs do.
    let old = crane.run("digest $REGISTRY/crane/app:docker");
    crane.run("mutate $REGISTRY/crane/app:docker --env NEW=1 --tag $REGISTRY/crane/app:docker");
    crane.run(&format!("delete $REGISTRY/crane/app@{old}"));
}

/// An index, a Docker manifest list, and an index of an index.
fn join(crane: &Program) {
    crane.run(
        "index append --manifest $REGISTRY/crane/app:oci --manifest $REGISTRY/crane/app:arm64 \
         --tag $REGISTRY/crane/index:1.0",
    );
    crane.run(
        "index append --docker-empty-base --manifest $REGISTRY/crane/app:docker \
         --tag $REGISTRY/crane/index:docker",
    );
    crane.run(
        "index append --flatten=false --manifest $REGISTRY/crane/index:1.0 \
         --tag $REGISTRY/crane/index:nested",
    );
}
