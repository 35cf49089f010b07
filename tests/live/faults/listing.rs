//! Listings that fail, and listings that are well-formed and wrong.

use std::time::Duration;

use super::case::{Case, Law, case};
use super::judge::Ending::{Altered, Equal, Incomplete, Refused};
use super::{INTERNAL_ERROR, SLOW_DOWN};
use crate::proxy::Fault::{
    Cut, Edit, EmptyPage, HangUp, Headers, Html, Redirect, Refuse, RefuseSayingYes, Reset, Shorten,
    Silence, StandStill, Trickle,
};
use crate::proxy::On::List;
use crate::proxy::{Fault, Rule, page};

const SLOWLY: Fault = Trickle(2000, Duration::from_millis(5));

/// Faults of the moment.
pub(super) fn listing() -> Vec<Case> {
    vec![
        case("list: slow down, five times", Equal, Rule::first(5, List, SLOW_DOWN)),
        case("list: slow down, always", Refused, Rule::every(List, SLOW_DOWN)).for_long(),
        case("list: internal error, twice", Equal, Rule::first(2, List, INTERNAL_ERROR)),
        case("list: 502 by a load balancer, twice", Equal, Rule::first(2, List, Html(502))),
        case("list: 200 by a load balancer, once", Refused, Rule::first(1, List, Html(200))),
        case(
            "list: an error under 200, once",
            Equal,
            Rule::first(1, List, RefuseSayingYes("InternalError")),
        ),
        case("list: 404 by a load balancer", Refused, Rule::after(1, List, Html(404))),
        case("list: reset in the second page, once", Equal, Rule::every(List, Reset).turns(1..2)),
        case("list: cut off in the second page, once", Equal, Rule::every(List, Cut).turns(1..2)),
        case(
            "list: half a page of half the length, once",
            Equal,
            Rule::every(List, Shorten).turns(1..2),
        ),
        case("list: no byte, once", Equal, Rule::first(1, List, Silence)),
        case("list: no byte, ever", Refused, Rule::every(List, Silence)).for_long(),
        case("list: half a page and no more, ever", Refused, Rule::every(List, StandStill))
            .for_long(),
        case("list: a slow link", Equal, Rule::every(List, SLOWLY)),
        case("list: closed before the answer, twice", Equal, Rule::first(2, List, HangUp)),
        case(
            "list: 403 from the second page on",
            Refused,
            Rule::after(1, List, Refuse(403, "AccessDenied")),
        ),
        case("list: redirected", Refused, Rule::after(1, List, Redirect(301))),
        case("list: not modified", Refused, Rule::after(1, List, Redirect(304))),
        case("list: headers of garbage", Equal, Rule::every(List, Headers)),
    ]
}

/// Pages that are not what the server said.
pub(super) fn pages() -> Vec<Case> {
    let edit = |edit| Rule::every(List, Edit(edit));
    vec![
        case("page: more, and no token", Refused, edit(page::without_token)),
        case("page: the token by which it was asked for", Refused, edit(page::same_token)),
        case("page: silent on whether there is more", Refused, edit(page::silent_on_more)),
        case("page: an empty one before each", Equal, Rule::first(1, List, EmptyPage)),
        case("page: its objects lost, once", Equal, edit(page::lost).turns(1..2)),
        case("page: one object lost, once", Equal, edit(page::without_one).turns(1..2)),
        case("page: one object lost, always", Refused, edit(page::without_one)),
        case("page: the end, and a token", Equal, edit(page::ended).turns(0..1)),
        case("page: a key twice", Refused, edit(page::repeated)),
        case("page: the key of the only link to an image changed", Incomplete, edit(page::renamed)),
        Case {
            law: Law::AsListed,
            ..case("page: a blob's size changed", Altered, edit(page::resized))
        },
        case("page: backwards", Equal, edit(page::backwards)),
    ]
}
