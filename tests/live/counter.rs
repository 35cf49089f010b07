//! A wire between a client that only reads and a server, on which the requests are counted.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// How many requests were made.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Requests {
    pub(crate) list: u64,
    pub(crate) get: u64,
    pub(crate) head: u64,
    /// Not to be trusted, and nothing after it: its body is taken for heads.
    pub(crate) other: u64,
}

impl Requests {
    /// All of them; none but those that read may have been made.
    pub(crate) fn reads(self) -> u64 {
        assert_eq!(self.other, 0, "it was to read only");
        self.list + self.get + self.head
    }
}

/// Bytes go through as they are, the signed `Host` among them, so that nobody notices.
pub(crate) struct Counter {
    address: SocketAddr,
    requests: Arc<Mutex<Requests>>,
    is_over: Arc<AtomicBool>,
}

impl Counter {
    /// In front of `http://host:port`.
    pub(crate) fn before(endpoint: &str) -> Self {
        let server = endpoint.strip_prefix("http://").expect("plain HTTP").to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound socket has an address");
        let counter = Self { address, requests: Arc::default(), is_over: Arc::default() };
        let (requests, is_over) = (Arc::clone(&counter.requests), Arc::clone(&counter.is_over));
        thread::spawn(move || {
            for client in listener.incoming() {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                let (Ok(client), Ok(server)) = (client, TcpStream::connect(&server)) else {
                    continue;
                };
                // Or each answer in two packets waits 40 ms for an acknowledgement.
                for stream in [&client, &server] {
                    stream.set_nodelay(true).expect("a socket takes options");
                }
                connect(client, server, &requests);
            }
        });
        counter
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What was counted since this was last asked.
    pub(crate) fn take(&self) -> Requests {
        std::mem::take(&mut *self.requests.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Counter {
    /// Wakes the listener, which ends then.
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        drop(TcpStream::connect(self.address));
    }
}

fn connect(client: TcpStream, server: TcpStream, requests: &Arc<Mutex<Requests>>) {
    let (from, to) = (clone(&server), clone(&client));
    thread::spawn(move || {
        // A peer that went away ends the copy, and is the other thread's to notice.
        let (mut from, mut to) = (from, to);
        let _ = io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
    let requests = Arc::clone(requests);
    thread::spawn(move || {
        let _ = count(&client, &server, &requests);
        let _ = server.shutdown(Shutdown::Both);
    });
}

fn clone(stream: &TcpStream) -> TcpStream {
    stream.try_clone().expect("a second handle")
}

/// Passes requests on, head by head: those that only read have no bodies.
fn count(
    mut client: &TcpStream,
    mut server: &TcpStream,
    requests: &Mutex<Requests>,
) -> io::Result<()> {
    let (mut head, mut bytes) = (Vec::new(), [0; 16 << 10]);
    loop {
        let read = client.read(&mut bytes)?;
        if read == 0 {
            return Ok(());
        }
        head.extend_from_slice(&bytes[..read]);
        while let Some(end) = head.windows(4).position(|four| four == b"\r\n\r\n") {
            let rest = head.split_off(end + 4);
            requests.lock().unwrap_or_else(PoisonError::into_inner).add(&head);
            head = rest;
        }
        server.write_all(&bytes[..read])?;
    }
}

impl Requests {
    fn add(&mut self, head: &[u8]) {
        let head = String::from_utf8_lossy(head);
        let mut words = head.split(' ');
        let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
        let path = target.split('?').next().unwrap_or("");
        // `/bucket` and `/bucket/` are lists, `/bucket/key` is an object.
        let is_object = path.trim_matches('/').contains('/');
        match method {
            "GET" if is_object => self.get += 1,
            "GET" => self.list += 1,
            "HEAD" => self.head += 1,
            _ => self.other += 1,
        }
    }
}
