//! The faults, and how an audit through each must end.

use std::time::Duration;

use super::judge::Ending::{self, Equal, Incomplete, Refused};
use crate::proxy::{Fault, On, Rule, page};

pub(super) struct Case {
    pub(super) name: String,
    pub(super) ground: Ground,
    pub(super) rules: Vec<Rule>,
    /// `None`: any will do.
    ending: Option<Ending>,
    pub(super) timeout: &'static str,
}

/// What the clean report is made of too.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ground {
    /// What `--verify` says.
    pub(super) verify: &'static str,
    /// Whether listings show no `ETag`, so that every link is read.
    is_plain: bool,
}

impl Ground {
    /// What the server is like.
    pub(super) fn rules(&self) -> Option<Rule> {
        self.is_plain.then(|| Rule::every(On::List, Fault::Edit(page::without_etags)).as_ground())
    }
}

impl Case {
    /// The ending, if it is the one that was expected, and if anything happened at all.
    pub(super) fn expect(&self, ended: (Ending, String), spoilt: usize) -> Result<Ending, String> {
        let (ending, why) = ended;
        if spoilt == 0 {
            return Err("no request met the fault".to_owned());
        }
        match self.ending {
            Some(expected) if ending != expected => {
                Err(format!("{ending:?} and not {expected:?}: {why}"))
            }
            _ => Ok(ending),
        }
    }

    /// Has to wait for as long as it may.
    fn for_long(self) -> Self {
        Self { timeout: "5s", ..self }
    }

    fn verifying(mut self, what: &'static str) -> Self {
        self.ground.verify = what;
        self
    }

    fn without_etags(mut self) -> Self {
        self.ground.is_plain = true;
        self
    }
}

fn case(name: &'static str, ending: Ending, rule: Rule) -> Case {
    let name = name.to_owned();
    Case {
        name,
        ground: Ground { verify: "manifests", is_plain: false },
        rules: vec![rule],
        ending: Some(ending),
        timeout: "20s",
    }
}

pub(super) fn cases() -> Vec<Case> {
    [listing(), pages(), reading(), links(), wrong_bytes(), going_away()]
        .into_iter()
        .flatten()
        .collect()
}

/// Audits in which a few of all requests meet each fault that passes, as the seeds have it.
pub(super) fn random() -> Vec<Case> {
    (0..30).map(weather).collect()
}

pub(super) fn flips() -> Vec<Case> {
    (0..60)
        .map(|seed| {
            let rule =
                Rule::every(On::List, Fault::Flip(seed * 7919)).turns(0..1 + (seed % 2) as usize);
            let mut case = case("flip", Equal, rule);
            case.name = format!("flip: seed {seed}");
            case.ending = None;
            case
        })
        .collect()
}

fn weather(seed: u64) -> Case {
    let pause = Duration::from_millis(300);
    let faults = [
        (On::Any, Fault::Refuse(503, "SlowDown")),
        (On::Any, Fault::Refuse(500, "InternalError")),
        (On::Any, Fault::Html(502)),
        (On::Any, Fault::Html(200)),
        (On::Any, Fault::RefuseSayingYes("InternalError")),
        (On::Any, Fault::HangUp),
        (On::Any, Fault::Silence),
        (On::Any, Fault::Cut),
        (On::Any, Fault::Reset),
        (On::Any, Fault::Trickle(500, Duration::from_millis(10))),
        (On::Any, Fault::Death(pause)),
        (On::Any, Fault::Refuse(403, "AccessDenied")),
        (On::List, Fault::Shorten),
        (any_get(), Fault::Shorten),
        (any_get(), Fault::Flip(seed)),
        (any_get(), Fault::Swap),
    ];
    // Each seed has its own few of them; what fails for good is rare, or nothing would ever pass.
    let chosen = faults.into_iter().zip(0..).filter(|(_, number)| (seed + number) % 5 < 2);
    let rules = chosen.map(|((on, fault), number)| {
        let share = if matches!(fault, Fault::Refuse(403, _)) { 0.002 } else { 0.02 };
        Rule::share(seed * 100 + number, share, on, fault)
    });
    let verify = ["manifests", "all", "none"][seed as usize % 3];
    let ground = Ground { verify, is_plain: false };
    let rules = rules.collect();
    Case { name: format!("random: seed {seed}"), ground, rules, ending: None, timeout: "20s" }
}

fn any_get() -> On {
    On::get("")
}

fn blob() -> On {
    On::get("/blobs/")
}

const SLOWLY: Fault = Fault::Trickle(2000, Duration::from_millis(5));

/// Faults of the moment while listing.
fn listing() -> Vec<Case> {
    vec![
        case(
            "list: slow down, five times",
            Equal,
            Rule::first(5, On::List, Fault::Refuse(503, "SlowDown")),
        ),
        case(
            "list: slow down, always",
            Refused,
            Rule::every(On::List, Fault::Refuse(503, "SlowDown")),
        )
        .for_long(),
        case(
            "list: internal error, twice",
            Equal,
            Rule::first(2, On::List, Fault::Refuse(500, "InternalError")),
        ),
        case(
            "list: 502 by a load balancer, twice",
            Equal,
            Rule::first(2, On::List, Fault::Html(502)),
        ),
        case(
            "list: 200 by a load balancer, once",
            Refused,
            Rule::first(1, On::List, Fault::Html(200)),
        ),
        case(
            "list: an error under 200, once",
            Equal,
            Rule::first(1, On::List, Fault::RefuseSayingYes("InternalError")),
        ),
        case("list: 404 by a load balancer", Refused, Rule::after(1, On::List, Fault::Html(404))),
        case(
            "list: reset in the second page, once",
            Equal,
            Rule::every(On::List, Fault::Reset).turns(1..2),
        ),
        case(
            "list: cut off in the second page, once",
            Equal,
            Rule::every(On::List, Fault::Cut).turns(1..2),
        ),
        case(
            "list: half a page of half the length, once",
            Equal,
            Rule::every(On::List, Fault::Shorten).turns(1..2),
        ),
        case("list: no byte, once", Equal, Rule::first(1, On::List, Fault::Silence)),
        case("list: no byte, ever", Refused, Rule::every(On::List, Fault::Silence)).for_long(),
        case(
            "list: half a page and no more, ever",
            Refused,
            Rule::every(On::List, Fault::StandStill),
        )
        .for_long(),
        case("list: a slow link", Equal, Rule::every(On::List, SLOWLY)),
        case(
            "list: closed before the answer, twice",
            Equal,
            Rule::first(2, On::List, Fault::HangUp),
        ),
        case(
            "list: 403 from the second page on",
            Refused,
            Rule::after(1, On::List, Fault::Refuse(403, "AccessDenied")),
        ),
        case("list: redirected", Refused, Rule::after(1, On::List, Fault::Redirect(301))),
        case("list: not modified", Refused, Rule::after(1, On::List, Fault::Redirect(304))),
        case("list: headers of garbage", Equal, Rule::every(On::List, Fault::Headers)),
    ]
}

/// Pages that are well-formed and wrong.
fn pages() -> Vec<Case> {
    let edit = |edit| Rule::every(On::List, Fault::Edit(edit));
    vec![
        case("page: more, and no token", Refused, edit(page::without_token)),
        case("page: the token by which it was asked for", Refused, edit(page::same_token)),
        case("page: silent on whether there is more", Refused, edit(page::silent_on_more)),
        case("page: an empty one before each", Equal, Rule::first(1, On::List, Fault::EmptyPage)),
        case("page: its objects lost, once", Equal, edit(page::lost).turns(1..2)),
        case("page: one object lost, once", Equal, edit(page::without_one).turns(1..2)),
        case("page: one object lost, always", Refused, edit(page::without_one)),
        case("page: the end, and a token", Equal, edit(page::ended).turns(0..1)),
        case("page: a key twice", Refused, edit(page::repeated)),
        case("page: backwards", Equal, edit(page::backwards)),
    ]
}

/// Faults of the moment while reading.
fn reading() -> Vec<Case> {
    vec![
        case(
            "get: slow down, for two seconds",
            Equal,
            Rule::during(Duration::from_secs(2), any_get(), Fault::Refuse(503, "SlowDown")),
        ),
        case(
            "get: slow down, always",
            Incomplete,
            Rule::every(any_get(), Fault::Refuse(503, "SlowDown")),
        )
        .for_long(),
        case(
            "get: slow down, every third",
            Equal,
            Rule::share(1, 0.33, any_get(), Fault::Refuse(503, "SlowDown")),
        ),
        case(
            "get: internal error, every fifth",
            Equal,
            Rule::share(2, 0.2, any_get(), Fault::Refuse(500, "InternalError")),
        ),
        case(
            "get: 502 by a load balancer, every fifth",
            Equal,
            Rule::share(3, 0.2, any_get(), Fault::Html(502)),
        ),
        case(
            "get: 404 by a load balancer, every tenth",
            Incomplete,
            Rule::share(4, 0.1, any_get(), Fault::Html(404)),
        ),
        case(
            "get: 200 by a load balancer, every tenth",
            Incomplete,
            Rule::share(5, 0.1, any_get(), Fault::Html(200)),
        ),
        case(
            "get: 200 by a load balancer, always",
            Incomplete,
            Rule::every(any_get(), Fault::Html(200)),
        )
        .for_long(),
        case(
            "get: an error under 200, every tenth",
            Incomplete,
            Rule::share(6, 0.1, any_get(), Fault::RefuseSayingYes("InternalError")),
        ),
        case(
            "get: reset in mid-body, every fifth",
            Equal,
            Rule::share(7, 0.2, any_get(), Fault::Reset),
        ),
        case(
            "get: reset in mid-body, layers too",
            Equal,
            Rule::share(8, 0.2, any_get(), Fault::Reset),
        )
        .verifying("all"),
        case("get: reset in mid-body, always", Incomplete, Rule::every(any_get(), Fault::Reset))
            .for_long(),
        case("get: cut off, every fifth", Equal, Rule::share(9, 0.2, any_get(), Fault::Cut)),
        case("get: cut off, always", Incomplete, Rule::every(any_get(), Fault::Cut)).for_long(),
        case(
            "get: no byte, every twentieth",
            Equal,
            Rule::share(10, 0.05, any_get(), Fault::Silence),
        ),
        case("get: no byte, ever", Incomplete, Rule::every(any_get(), Fault::Silence)).for_long(),
        case(
            "get: half and no more, every twentieth",
            Equal,
            Rule::share(11, 0.05, any_get(), Fault::StandStill),
        ),
        case("get: half and no more, ever", Incomplete, Rule::every(any_get(), Fault::StandStill))
            .for_long(),
        case(
            "get: a trickle without end",
            Incomplete,
            Rule::every(any_get(), Fault::Trickle(1, Duration::from_millis(100))),
        )
        .for_long(),
        case(
            "get: a slow link",
            Equal,
            Rule::every(any_get(), Fault::Trickle(200, Duration::from_millis(20))),
        ),
        case(
            "get: closed before the answer, every third",
            Equal,
            Rule::share(12, 0.33, any_get(), Fault::HangUp),
        ),
        case(
            "get: 403 on one prefix",
            Incomplete,
            Rule::every(On::get("/blobs/sha256/4"), Fault::Refuse(403, "AccessDenied")),
        ),
        case(
            "get: redirected, every tenth",
            Incomplete,
            Rule::share(13, 0.1, any_get(), Fault::Redirect(307)),
        ),
        case(
            "get: not modified, every tenth",
            Incomplete,
            Rule::share(14, 0.1, any_get(), Fault::Redirect(304)),
        ),
        case("get: headers of garbage", Incomplete, Rule::every(any_get(), Fault::Headers)),
        case(
            "head: slow down, always",
            Incomplete,
            Rule::every(On::Head, Fault::Refuse(503, "SlowDown")),
        )
        .for_long(),
        case("head: 200 by a load balancer", Incomplete, Rule::every(On::Head, Fault::Html(200))),
        case("head: 403", Incomplete, Rule::every(On::Head, Fault::Refuse(403, ""))),
    ]
}

/// Links that are read, since no `ETag` proves them.
fn links() -> Vec<Case> {
    let link = || On::get("/link");
    vec![
        case(
            "link: half of it, every thirtieth",
            Equal,
            Rule::share(21, 0.03, link(), Fault::Shorten),
        )
        .without_etags(),
        case(
            "link: one bit flipped, every thirtieth",
            Equal,
            Rule::share(22, 0.03, link(), Fault::Flip(1)),
        )
        .without_etags(),
        case(
            "link: another object's answer, every thirtieth",
            Equal,
            Rule::share(23, 0.03, link(), Fault::Swap),
        )
        .without_etags(),
        case(
            "link: 200 by a load balancer, every thirtieth",
            Incomplete,
            Rule::share(24, 0.03, link(), Fault::Html(200)),
        )
        .without_etags(),
        case(
            "link: one bit flipped, always another",
            Incomplete,
            Rule::every(On::get("/_layers/"), Fault::Flip(2)),
        )
        .without_etags(),
    ]
}

/// Bytes that are not the object's.
fn wrong_bytes() -> Vec<Case> {
    vec![
        case(
            "blob: one bit flipped, the first ten",
            Equal,
            Rule::first(10, blob(), Fault::Flip(3)),
        ),
        case(
            "blob: one bit flipped, every tenth",
            Equal,
            Rule::share(31, 0.1, blob(), Fault::Flip(4)),
        ),
        case(
            "blob: one bit flipped, every tenth, layers too",
            Equal,
            Rule::share(32, 0.1, blob(), Fault::Flip(5)),
        )
        .verifying("all"),
        case("blob: always another bit flipped", Incomplete, Rule::every(blob(), Fault::Flip(6))),
        case("blob: half of it, every tenth", Equal, Rule::share(33, 0.1, blob(), Fault::Shorten))
            .verifying("all"),
        case("blob: half of it, always", Incomplete, Rule::every(blob(), Fault::Shorten))
            .verifying("all")
            .for_long(),
        case(
            "blob: another object's answer, every tenth",
            Equal,
            Rule::share(34, 0.1, blob(), Fault::Swap),
        )
        .verifying("all"),
        case(
            "blob: not verified, one bit flipped, every tenth",
            Equal,
            Rule::share(35, 0.1, blob(), Fault::Flip(7)),
        )
        .verifying("none"),
    ]
}

/// Servers and credentials that go away.
fn going_away() -> Vec<Case> {
    let dead = |time| Fault::Death(Duration::from_millis(time));
    vec![
        case(
            "gone for a second while listing",
            Equal,
            Rule::every(On::List, dead(1000)).turns(1..2),
        ),
        case(
            "gone for a second while reading",
            Equal,
            Rule::every(any_get(), dead(1000)).turns(20..21),
        ),
        case(
            "gone for good while listing",
            Refused,
            Rule::every(On::List, dead(100_000)).turns(1..2),
        )
        .for_long(),
        case(
            "gone for good while reading",
            Incomplete,
            Rule::every(any_get(), dead(100_000)).turns(20..21),
        )
        .for_long(),
        case(
            "credentials expired while listing",
            Refused,
            Rule::after(1, On::Any, Fault::Refuse(400, "ExpiredToken")),
        ),
        case(
            "credentials expired while reading",
            Incomplete,
            Rule::after(20, any_get(), Fault::Refuse(400, "ExpiredToken")),
        ),
        case(
            "credentials withdrawn while reading",
            Incomplete,
            Rule::after(20, any_get(), Fault::Refuse(403, "InvalidAccessKeyId")),
        ),
    ]
}
