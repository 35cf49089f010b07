//! Reads that fail, and servers and credentials that go away.

use std::time::Duration;

use super::case::{Case, Law, case};
use super::judge::Ending::{Equal, Incomplete, Refused};
use super::{INTERNAL_ERROR, SLOW_DOWN, get};
use crate::proxy::Fault::{
    Cut, Death, HangUp, Headers, Html, Redirect, Refuse, RefuseSayingYes, Reset, Silence,
    StandStill, Trickle,
};
use crate::proxy::On::{Any, Head, List};
use crate::proxy::Rule;

/// Faults of the moment.
pub(super) fn reading() -> Vec<Case> {
    vec![
        case(
            "get: slow down, for two seconds",
            Equal,
            Rule::during(Duration::from_secs(2), get(""), SLOW_DOWN),
        )
        .patiently(),
        case("get: slow down, the first twenty", Equal, Rule::first(20, get(""), SLOW_DOWN)),
        case("get: slow down, always", Incomplete, Rule::every(get(""), SLOW_DOWN)).for_long(),
        case("get: slow down, every third", Equal, Rule::share(1, 0.33, get(""), SLOW_DOWN)),
        case(
            "get: internal error, every fifth",
            Equal,
            Rule::share(2, 0.2, get(""), INTERNAL_ERROR),
        ),
        case(
            "get: 502 by a load balancer, every fifth",
            Equal,
            Rule::share(3, 0.2, get(""), Html(502)),
        ),
        case(
            "get: 404 by a load balancer, every tenth",
            Incomplete,
            Rule::share(4, 0.1, get(""), Html(404)),
        ),
        case(
            "get: 200 by a load balancer, every tenth",
            Incomplete,
            Rule::share(5, 0.1, get(""), Html(200)),
        ),
        case("get: 200 by a load balancer, always", Incomplete, Rule::every(get(""), Html(200)))
            .for_long(),
        case(
            "get: an error under 200, every tenth",
            Incomplete,
            Rule::share(6, 0.1, get(""), RefuseSayingYes("InternalError")),
        ),
        case("get: reset in mid-body, every fifth", Equal, Rule::share(7, 0.2, get(""), Reset)),
        case("get: reset in mid-body, layers too", Equal, Rule::share(8, 0.2, get(""), Reset))
            .verifying("all"),
        case("get: reset in mid-body, always", Incomplete, Rule::every(get(""), Reset)).for_long(),
        case("get: cut off, every fifth", Equal, Rule::share(9, 0.2, get(""), Cut)),
        case("get: cut off, always", Incomplete, Rule::every(get(""), Cut)).for_long(),
        case("get: no byte, every twentieth", Equal, Rule::share(10, 0.05, get(""), Silence)),
        case("get: no byte, ever", Incomplete, Rule::every(get(""), Silence)).for_long(),
        case(
            "get: half and no more, every twentieth",
            Equal,
            Rule::share(11, 0.05, get(""), StandStill),
        ),
        case("get: half and no more, ever", Incomplete, Rule::every(get(""), StandStill))
            .for_long(),
        case(
            "get: a trickle without end",
            Incomplete,
            Rule::every(get(""), Trickle(1, Duration::from_millis(100))),
        )
        .for_long(),
        case(
            "get: a slow link",
            Equal,
            Rule::every(get(""), Trickle(200, Duration::from_millis(20))),
        ),
        case(
            "get: closed before the answer, every third",
            Equal,
            Rule::share(12, 0.33, get(""), HangUp),
        ),
        case(
            "get: 403 on one prefix",
            Incomplete,
            Rule::every(get("/blobs/sha256/4"), Refuse(403, "AccessDenied")),
        ),
        case(
            "get: redirected, every tenth",
            Incomplete,
            Rule::share(13, 0.1, get(""), Redirect(307)),
        ),
        case(
            "get: not modified, every tenth",
            Incomplete,
            Rule::share(14, 0.1, get(""), Redirect(304)),
        ),
        case("get: headers of garbage", Incomplete, Rule::every(get(""), Headers)),
        case("head: slow down, always", Incomplete, Rule::every(Head, SLOW_DOWN)).for_long(),
        case("head: 200 by a load balancer", Incomplete, Rule::every(Head, Html(200))),
        case("head: 403", Incomplete, Rule::every(Head, Refuse(403, ""))),
    ]
}

/// From some request on.
pub(super) fn going_away() -> Vec<Case> {
    let dead = |time| Death(Duration::from_millis(time));
    vec![
        case("gone for a second while listing", Equal, Rule::every(List, dead(1000)).turns(1..2)),
        // Whether all attempts of one request fall into that second is chance.
        Case {
            law: Law::Sound,
            ..case(
                "gone for a second while reading",
                Equal,
                Rule::every(get(""), dead(1000)).turns(20..21),
            )
        },
        case("gone for good while listing", Refused, Rule::every(List, dead(100_000)).turns(1..2))
            .for_long(),
        case(
            "gone for good while reading",
            Incomplete,
            Rule::every(get(""), dead(100_000)).turns(20..21),
        )
        .for_long(),
        case(
            "credentials expired while listing",
            Refused,
            Rule::after(1, Any, Refuse(400, "ExpiredToken")),
        ),
        case(
            "credentials expired while reading",
            Incomplete,
            Rule::after(20, get(""), Refuse(400, "ExpiredToken")),
        ),
        case(
            "credentials withdrawn while reading",
            Incomplete,
            Rule::after(20, get(""), Refuse(403, "InvalidAccessKeyId")),
        ),
    ]
}
