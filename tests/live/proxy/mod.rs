//! A proxy between the program and a real S3 server, which spoils what it is told to spoil and
//! remembers every request.
//!
//! The `Host` header goes through unchanged, so that the client's signature stays good: the server
//! checks it against the name by which it was asked for, which is the proxy's.
//!
//! | module | |
//! |---|---|
//! | `request`, `answer` | HTTP/1.1 in bytes, as little of it as S3 needs |
//! | `rule` | which requests |
//! | `fault` | what goes wrong with them |
//! | `page` | listings that are well-formed and wrong |

mod answer;
mod fault;
pub(crate) mod page;
mod request;
mod rule;

use std::io::{BufReader, Read as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) use self::answer::Answer;
pub(crate) use self::fault::Fault;
pub(crate) use self::request::Request;
pub(crate) use self::rule::{On, Rule};

const TICK: Duration = Duration::from_millis(10);

/// Nobody in these tests waits longer; whatever holds a connection ends by then.
const LIFETIME: Duration = Duration::from_mins(2);

pub(crate) struct Proxy {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    /// `http://host:port` of the real server.
    upstream: String,
    agent: ureq::Agent,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    rules: Vec<Rule>,
    requests: Vec<Request>,
    /// How many of them met a fault.
    spoilt: usize,
    /// What the last read of an object came to.
    previous: Option<Answer>,
    /// The page that comes after an empty one.
    kept: Option<Answer>,
    /// Nobody listens until then.
    dead_until: Option<Instant>,
    is_over: bool,
}

impl Proxy {
    /// A proxy on a port of its own, as yet without faults.
    pub(crate) fn before(endpoint: &str, rules: Vec<Rule>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(LIFETIME))
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        let shared = Arc::new(Shared {
            upstream: endpoint.trim_end_matches('/').to_owned(),
            agent: ureq::Agent::new_with_config(config),
            state: Mutex::new(State { rules, ..State::default() }),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(listener, address, &accepting));
        Self { address, shared }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far, in the order in which they came.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.shared.state().requests.clone()
    }

    /// How many requests met a fault.
    pub(crate) fn spoilt(&self) -> usize {
        self.shared.state().spoilt
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.state().is_over = true;
    }
}

/// Takes connections, each in a thread of its own. While the server is dead the port is closed.
fn accept(listener: TcpListener, address: SocketAddr, shared: &Arc<Shared>) {
    let mut listener = Some(listener);
    while !shared.state().is_over {
        if shared.is_dead() {
            listener = None;
        } else if listener.is_none() {
            listener = TcpListener::bind(address).ok();
        }
        let accepted = listener.as_ref().map(|listener| {
            listener.set_nonblocking(true).expect("a listener that does not block");
            listener.accept()
        });
        match accepted {
            Some(Ok((stream, _))) => {
                let shared = Arc::clone(shared);
                thread::spawn(move || shared.serve(stream));
            }
            _ => thread::sleep(TICK),
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_dead(&self) -> bool {
        self.state().dead_until.is_some_and(|until| Instant::now() < until)
    }

    /// Answers the requests of one connection for as long as it is good.
    fn serve(&self, mut stream: TcpStream) {
        stream.set_nonblocking(false).expect("a stream that blocks");
        stream.set_nodelay(true).expect("a stream without delay");
        stream.set_read_timeout(Some(LIFETIME)).expect("a time limit");
        stream.set_write_timeout(Some(LIFETIME)).expect("a time limit");
        let mut requests = BufReader::new(stream.try_clone().expect("a second handle"));
        while let Some(request) = Request::read(&mut requests) {
            if self.is_dead() || !self.answer(&request, &mut stream) {
                return;
            }
        }
    }

    /// Whether the connection can be used again.
    fn answer(&self, request: &Request, stream: &mut TcpStream) -> bool {
        let fault = self.state().meet(request);
        match &fault {
            Some(Fault::HangUp) => return false,
            Some(Fault::Silence) => {
                wait_for_the_end(stream);
                return false;
            }
            Some(Fault::Death(time)) => {
                self.state().dead_until = Some(Instant::now() + *time);
                return false;
            }
            _ => {}
        }
        let kept =
            if request.query.contains(fault::KEPT) { self.state().kept.take() } else { None };
        let fetched = kept.or_else(|| Answer::fetch(&self.agent, &self.upstream, request));
        let Some(mut answer) = fetched else { return false };
        let previous = self.remember(request, &answer, fault.as_ref());
        if let Some(fault) = &fault {
            fault.spoil(&mut answer, previous);
        }
        let ending = fault.map(|fault| fault.ending(&answer)).unwrap_or_default();
        answer.send(stream, request, &ending)
    }

    /// What the last read of an object was answered, and this one from now on.
    fn remember(
        &self,
        request: &Request,
        answer: &Answer,
        fault: Option<&Fault>,
    ) -> Option<Answer> {
        if matches!(fault, Some(Fault::EmptyPage)) {
            self.state().kept = Some(answer.clone());
        }
        if !request.is_get() || answer.status != 200 {
            return None;
        }
        self.state().previous.replace(answer.clone())
    }
}

impl State {
    /// Writes the request down, and finds the fault that it meets.
    fn meet(&mut self, request: &Request) -> Option<Fault> {
        self.requests.push(request.clone());
        let mut rules = self.rules.iter_mut();
        let (fault, is_ground) =
            rules.find_map(|rule| Some((rule.meet(request)?, rule.is_ground)))?;
        self.spoilt += usize::from(!is_ground);
        Some(fault)
    }
}

/// Until the other side goes away.
fn wait_for_the_end(stream: &mut TcpStream) {
    let mut byte = [0];
    while matches!(stream.read(&mut byte), Ok(1..)) {}
}
