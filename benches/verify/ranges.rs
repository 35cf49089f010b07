//! Where several ranges of one large object are faster than one stream, and where not.

use crate::generated::Bucket;
use crate::ocifsck::{Run, verify};
use crate::served::Served;
use crate::table::{head, median, megabytes, size, table};
use crate::{MIB, Sizes};

/// So few reads at once leave no places for ranges.
const ONE_STREAM: [&str; 2] = ["--concurrency", "1"];

pub(crate) fn measure(sizes: &Sizes) {
    let mut rows = vec![
        ["each connection", "one stream", "as it decides", "ratio", "requests", "peak"]
            .map(str::to_owned),
    ];
    let bucket = Bucket::new(1, sizes.ranged);
    for rate in [40 * MIB, 100 * MIB, 200 * MIB, 400 * MIB].map(Some).into_iter().chain([None]) {
        let name = rate.map_or("as fast as it can".to_owned(), |rate| format!("{}/s", size(rate)));
        eprintln!("ranges: {name}");
        let served = Served::start(&bucket, rate);
        let run = |more: &[&str]| verify(&served.endpoint, &[], more, 1);
        let runs: Vec<_> = (0..sizes.rounds).map(|_| (run(&ONE_STREAM), run(&[]))).collect();
        let of = |figure: fn(&(Run, Run)) -> f64| median(runs.iter().map(figure));
        rows.push([
            name,
            format!("{:.2} s", of(|(one, _)| one.cost.wall)),
            format!("{:.2} s", of(|(_, free)| free.cost.wall)),
            format!("{:.2}", of(|(one, free)| one.cost.wall / free.cost.wall)),
            format!("{:.0}", of(|(_, free)| free.requests as f64)),
            megabytes(runs.iter().map(|(_, free)| free.cost.peak).max().unwrap()),
        ]);
    }
    let (of, rounds) = (size(sizes.ranged), sizes.rounds);
    head(
        "One large object by several ranges",
        &format!(
            "One blob of {of} from a server that gives each connection so much, by one stream \
             (`--concurrency 1`) and as `ocifsck` decides; medians of {rounds}, the highest peak."
        ),
    );
    table(&rows);
}
