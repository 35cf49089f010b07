//! The most memory that is held, whatever the size of a blob.

use crate::generated::Bucket;
use crate::ocifsck::verify;
use crate::served::Served;
use crate::table::{head, megabytes, size, table};
use crate::{MIB, Sizes};

/// Slow enough for several ranges at once, which is when most memory is held.
const SLOW: u64 = 100 * MIB;

pub(crate) fn measure(sizes: &Sizes) {
    let huge = sizes.huge;
    let mut rows =
        vec![["blobs at once", "each connection", "peak", "requests"].map(str::to_owned)];
    for (blobs, bytes, rates) in [
        (1, huge, vec![None]),
        (2, huge, vec![None, Some(SLOW)]),
        (32, huge / 32, vec![None, Some(SLOW / 8)]),
    ] {
        let bucket = Bucket::new(blobs, bytes);
        for rate in rates {
            eprintln!("memory: {blobs} of {}", size(bytes));
            let served = Served::start(&bucket, rate);
            let run = verify(&served.endpoint, &[], &[], blobs);
            rows.push([
                format!("{blobs} of {}", size(bytes)),
                rate.map_or("as fast as it can".to_owned(), |rate| format!("{}/s", size(rate))),
                megabytes(run.cost.peak),
                run.requests.to_string(),
            ]);
        }
    }
    head(
        "Peak memory",
        "The blobs are made as they are read, by a server that keeps 1 MiB of each, repeated; the \
         peak is the whole process's (`VmHWM`). More requests than blobs and a page: several \
         ranges of one blob at once.",
    );
    table(&rows);
}
