//! Very many very small blobs: what each of them costs beside the bare request.

use crate::generated::Bucket;
use crate::ocifsck::verify;
use crate::served::Served;
use crate::table::{head, megabytes, table};
use crate::{Sizes, bare};

/// Bytes.
const BLOB: u64 = 100;

pub(crate) fn measure(sizes: &Sizes) {
    let blobs = sizes.small;
    eprintln!("small: {blobs} blobs");
    let served = Served::start(&Bucket::new(blobs, BLOB), None);
    let ours = verify(&served.endpoint, &[], &[], blobs);
    let bare = bare::cost(&served.endpoint);
    let requests = ours.requests;
    head(
        "Very many small blobs",
        &format!(
            "{blobs} blobs of {BLOB} bytes, {requests} requests, 32 at once, from a server on the \
             same cores. The bare loop lists all and gets all by the same client with the same \
             settings, and looks at nothing; each once."
        ),
    );
    let mut rows = vec![["", "time", "processor time", "peak"].map(str::to_owned)];
    for (name, cost) in [("`ocifsck verify`", &ours.cost), ("bare loop", &bare)] {
        rows.push([
            name.to_owned(),
            format!("{:.1} s", cost.wall),
            format!("{:.1} s, {:.0} µs a blob", cost.cpu, 1e6 * cost.cpu / blobs as f64),
            megabytes(cost.peak),
        ]);
    }
    let ratio = |ours: f64, bare: f64| format!("{:.2}", ours / bare);
    rows.push([
        "ratio".to_owned(),
        ratio(ours.cost.wall, bare.wall),
        ratio(ours.cost.cpu, bare.cpu),
        ratio(ours.cost.peak as f64, bare.peak as f64),
    ]);
    table(&rows);
}
