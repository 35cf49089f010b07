//! The audits of one bucket, each through a proxy with faults of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use aws_sdk_s3::config::Credentials;

use super::case::{Case, Ground};
use super::judge::{Clean, Ending};
use crate::audit::Audit;
use crate::proxy::{Proxy, Rule};
use crate::read_only::assert_reading;

/// How many audits run at once: most of them wait.
const AT_ONCE: usize = 4;

/// What takes longer hangs. No request may take more than twenty seconds in any of these audits,
/// and a server that fails all of them is given up after a few times that.
const LIMIT: Duration = Duration::from_mins(2);

/// A server, a registry in one of its buckets, and who may read it.
pub(super) struct Site<'a> {
    pub(super) endpoint: &'a str,
    pub(super) credentials: &'a Credentials,
    /// `s3://bucket/prefix`
    pub(super) source: &'a str,
}

/// What came of a case.
pub(super) struct Met<'a> {
    case: &'a Case,
    /// How the audit ended, or why it should not have ended so.
    pub(super) ending: Result<Ending, String>,
    pub(super) requests: usize,
    spoilt: usize,
    took: Duration,
}

impl Site<'_> {
    /// Audits the bucket once for each case.
    pub(super) fn meet_all<'a>(&self, cases: &'a [Case]) -> Vec<Met<'a>> {
        let grounds: BTreeSet<Ground> = cases.iter().map(|case| case.ground).collect();
        let clean = grounds.into_iter().map(|ground| (ground, self.clean(ground)));
        let clean: BTreeMap<Ground, Clean> = clean.collect();
        let queue = Mutex::new(cases.iter());
        let met = Mutex::new(Vec::new());
        let work = || {
            loop {
                let next = queue.lock().expect("the queue").next();
                let Some(case) = next else { return };
                let one = self.meet(case, &clean[&case.ground]);
                met.lock().expect("what was met").push(one);
            }
        };
        thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(work);
            }
        });
        met.into_inner().expect("what was met")
    }

    /// What the program says when nothing goes wrong.
    fn clean(&self, ground: Ground) -> Clean {
        let (audit, _proxy) = self.audit(ground, Vec::new());
        Clean::of(&audit.report())
    }

    fn meet<'a>(&self, case: &'a Case, clean: &Clean) -> Met<'a> {
        let (audit, proxy) = self.audit(case.ground, case.rules.clone());
        let audit = audit.with(&["--timeout", case.timeout]);
        let began = Instant::now();
        let ended = audit.run_within(LIMIT);
        let took = began.elapsed();
        let (requests, spoilt) = (proxy.requests(), proxy.spoilt());
        assert_reading(&requests);
        let ending = ended.and_then(|(outcome, folder)| case.judge(clean, &outcome, &folder));
        let ending = match spoilt {
            0 => Err("no request met the fault".to_owned()),
            _ => ending,
        };
        Met { case, ending, requests: requests.len(), spoilt, took }
    }

    /// An audit through a proxy that goes by these rules before its ground's own.
    fn audit(&self, ground: Ground, mut rules: Vec<Rule>) -> (Audit, Proxy) {
        rules.extend(ground.rules());
        let proxy = Proxy::before(self.endpoint, rules);
        let audit = Audit::of(self.source).at(&proxy.endpoint()).by(self.credentials);
        (audit.with(&ground.arguments()), proxy)
    }
}

impl fmt::Display for Met<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { case, ending, requests, spoilt, took } = self;
        let took = took.as_secs_f64();
        write!(f, "{:<55} {took:>5.1} s, {spoilt:>4} of {requests:>5} requests: ", case.name)?;
        match ending {
            Ok(ending) => write!(f, "{ending:?}"),
            Err(why) => write!(f, "WRONG: {why}"),
        }
    }
}
