//! Bytes that are not the object's.

use super::case::{Case, case};
use super::get;
use super::judge::Ending::{Equal, Incomplete};
use crate::proxy::Fault::{Flip, Html, Shorten, Swap};
use crate::proxy::Rule;

const BLOB: &str = "/blobs/";

/// Of links, which are read where no `ETag` proves them.
pub(super) fn links() -> Vec<Case> {
    vec![
        case(
            "link: half of it, every thirtieth",
            Equal,
            Rule::share(21, 0.03, get("/link"), Shorten),
        )
        .without_etags(),
        case(
            "link: one bit flipped, every thirtieth",
            Equal,
            Rule::share(22, 0.03, get("/link"), Flip(1)),
        )
        .without_etags(),
        case(
            "link: another object's answer, every thirtieth",
            Equal,
            Rule::share(23, 0.03, get("/link"), Swap),
        )
        .without_etags(),
        case(
            "link: 200 by a load balancer, every thirtieth",
            Incomplete,
            Rule::share(24, 0.03, get("/link"), Html(200)),
        )
        .without_etags(),
        case(
            "link: one bit flipped, always another",
            Incomplete,
            Rule::every(get("/_layers/"), Flip(2)),
        )
        .without_etags(),
    ]
}

/// Of manifests and layers.
pub(super) fn wrong_bytes() -> Vec<Case> {
    vec![
        case("blob: one bit flipped, the first ten", Equal, Rule::first(10, get(BLOB), Flip(3))),
        case("blob: one bit flipped, every tenth", Equal, Rule::share(31, 0.1, get(BLOB), Flip(4))),
        case(
            "blob: one bit flipped, every tenth, layers too",
            Equal,
            Rule::share(32, 0.1, get(BLOB), Flip(5)),
        )
        .verifying("all"),
        case("blob: always another bit flipped", Incomplete, Rule::every(get(BLOB), Flip(6))),
        case("blob: half of it, the first ten", Equal, Rule::first(10, get(BLOB), Shorten))
            .verifying("all"),
        case("blob: half of it, always", Incomplete, Rule::every(get(BLOB), Shorten))
            .verifying("all")
            .for_long(),
        case(
            "blob: another object's answer, every tenth",
            Equal,
            Rule::share(34, 0.1, get(BLOB), Swap),
        )
        .verifying("all"),
        case(
            "blob: not verified, one bit flipped, every tenth",
            Equal,
            Rule::share(35, 0.1, get(BLOB), Flip(7)),
        )
        .verifying("none"),
    ]
}
