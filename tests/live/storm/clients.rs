//! The share of the pushes that real clients do: skopeo, and crane where it is installed.

use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use tempfile::TempDir;

use super::event::{Fact, now};
use super::hand::{Deed, brought};
use super::made::Made;
use super::pusher::Pusher;
use super::shelf::Held;
use crate::process::run;
use crate::skopeo;
use crate::tools;

const LIMIT: Duration = Duration::from_mins(1);

pub(super) struct Clients {
    address: String,
    /// Where they keep what they remember between pushes.
    home: TempDir,
}

impl Clients {
    pub(super) fn new(address: &str) -> Self {
        let home = tempfile::tempdir().expect("a temporary folder");
        Self { address: address.to_owned(), home }
    }

    fn push(&self, reference: &str, top: &Made) {
        let images = Rc::new(top.clone()).images();
        let parts = images.iter().flat_map(|image| image.parts.iter().map(|part| &part.blob));
        let blobs = parts.chain(images.iter().map(|image| &image.manifest)).collect();
        let options = ["--all", "--preserve-digests"];
        skopeo::copy(&self.address, reference, &top.manifest, blobs, &options);
    }

    fn copy(&self, from: &str, to: &str) {
        let (from, to) = (format!("{}/{from}", self.address), format!("{}/{to}", self.address));
        let mut command;
        if let Some(crane) = tools::find("crane") {
            command = Command::new(crane);
            command.args(["copy", "--insecure", &from, &to]);
        } else {
            command = Command::new(tools::path("skopeo"));
            command.args(["copy", "--quiet", "--insecure-policy", "--all", "--preserve-digests"]);
            command.args(["--src-tls-verify=false", "--dest-tls-verify=false"]);
            command.args([format!("docker://{from}"), format!("docker://{to}")]);
        }
        let outcome = run(command.env("HOME", self.home.path()), LIMIT);
        assert!(outcome.status.success(), "{from} to {to}: {}", outcome.stderr);
    }
}

impl Pusher {
    /// skopeo pushes something new.
    pub(super) fn push_by_client(&mut self) -> bool {
        let (repository, image) = (self.repository(), self.fresh());
        let is_index = self.random.once_in(4);
        let top = if is_index { Rc::new(Made::index(vec![image, self.fresh()])) } else { image };
        let Some(tag) = self.tag() else { return false };
        self.by_client("skopeo pushes", &repository, &tag, &top, |clients| {
            clients.push(&format!("{repository}:{tag}"), &top);
        });
        true
    }

    /// A client copies an image between repositories, by mounts as it sees fit.
    pub(super) fn copy_by_client(&mut self, held: &Held, to: &str, tag: &str) {
        for part in held.top.images().iter().flat_map(|image| &image.parts) {
            self.provide(&held.repository, part, None); // a client cannot copy what is broken
        }
        let from = format!("{}@{}", held.repository, held.top.digest());
        self.by_client("a client copies", to, tag, &held.top, |clients| {
            clients.copy(&from, &format!("{to}:{tag}"));
        });
    }

    fn by_client(
        &mut self,
        does: &str,
        repository: &str,
        tag: &str,
        top: &Rc<Made>,
        work: impl FnOnce(&Clients),
    ) {
        let moved = self.shelf.tagged(repository, tag);
        let images = top.images();
        let mut manifests: Vec<&Made> = top.children.iter().map(|child| &**child).collect();
        manifests.push(top);
        let mut deed = brought(repository, Some(tag), moved.as_deref(), &manifests);
        deed.words = format!("{does} {} as {repository}:{tag}", top.digest());
        for part in images.iter().flat_map(|image| &image.parts) {
            deed.sets.push(Fact::Data(part.digest.clone()));
            deed.sets.push(Fact::Layer(repository.to_owned(), part.digest.clone()));
        }
        let began = now();
        let clients = &self.clients;
        self.hand.perform(Deed { ..deed }, |_| work(clients));
        for part in images.iter().flat_map(|image| &image.parts) {
            self.shelf.link(repository, &part.digest);
        }
        self.came(repository, top, Some(tag));
        self.count(began, repository, top);
    }
}
