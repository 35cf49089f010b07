//! The distribution API in its own words, for what skopeo cannot or will not push.

use std::time::Duration;

use ureq::Agent;
use ureq::http::{Response, StatusCode};

use crate::images::{Blob, Image};
use crate::registry::Registry;

pub(crate) struct Client {
    agent: Agent,
    base: String,
}

impl Client {
    pub(crate) fn new(registry: &Registry) -> Self {
        Self::at(&registry.address)
    }

    /// A client of the registry at `host:port`.
    pub(crate) fn at(address: &str) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(Duration::from_mins(1)))
            .http_status_as_error(false)
            .build();
        let base = format!("http://{address}/v2");
        Self { agent: Agent::new_with_config(config), base }
    }

    /// Pushes config, layers and manifest; `reference` is a tag or the manifest's digest.
    pub(crate) fn push(&self, repository: &str, reference: &str, image: &Image) {
        for part in image.parts() {
            self.upload(repository, part);
        }
        self.put_manifest(repository, reference, &image.manifest);
    }

    pub(crate) fn upload(&self, repository: &str, blob: &Blob) {
        self.upload_as(repository, &blob.digest(), &blob.bytes);
    }

    /// Uploads under the digest named, which need not be of the registry's own algorithm.
    pub(crate) fn upload_as(&self, repository: &str, digest: &str, bytes: &[u8]) {
        let location = self.begin_upload(repository);
        let separator = if location.contains('?') { '&' } else { '?' };
        let url = format!("{location}{separator}digest={digest}");
        let request = self.agent.put(&url).content_type("application/octet-stream");
        expect(StatusCode::CREATED, &url, request.send(bytes));
    }

    /// Sends `bytes` of a blob, if any, and goes away.
    pub(crate) fn interrupt_upload(&self, repository: &str, bytes: &[u8]) {
        let location = self.begin_upload(repository);
        if !bytes.is_empty() {
            let request = self.agent.patch(&location).content_type("application/octet-stream");
            expect(StatusCode::ACCEPTED, &location, request.send(bytes));
        }
    }

    /// Sends `bytes` in so many chunks and goes away; the id of the upload.
    pub(crate) fn abandon_upload(&self, repository: &str, bytes: &[u8], chunks: usize) -> String {
        let url = format!("{}/{repository}/blobs/uploads/", self.base);
        let mut answer = expect(StatusCode::ACCEPTED, &url, self.agent.post(&url).send_empty());
        for chunk in bytes.chunks(bytes.len().div_ceil(chunks.max(1))).take(chunks) {
            let location = header(&answer, "location");
            let request = self.agent.patch(&location).content_type("application/octet-stream");
            answer = expect(StatusCode::ACCEPTED, &location, request.send(chunk));
        }
        header(&answer, "docker-upload-uuid")
    }

    fn begin_upload(&self, repository: &str) -> String {
        let url = format!("{}/{repository}/blobs/uploads/", self.base);
        let answer = expect(StatusCode::ACCEPTED, &url, self.agent.post(&url).send_empty());
        header(&answer, "location")
    }

    /// Has `to` link a blob that `from` links.
    pub(crate) fn mount(&self, to: &str, digest: &str, from: &str) {
        let url = format!("{}/{to}/blobs/uploads/?mount={digest}&from={from}", self.base);
        expect(StatusCode::CREATED, &url, self.agent.post(&url).send_empty());
    }

    /// Puts a manifest under a tag or a digest.
    pub(crate) fn put_manifest(&self, repository: &str, reference: &str, manifest: &Blob) {
        let url = self.manifest_url(repository, reference);
        let request = self.agent.put(&url).content_type(&manifest.media_type);
        let answer = expect(StatusCode::CREATED, &url, request.send(manifest.bytes.as_slice()));
        // A registry that re-wrote what it was given would store something else than the test says.
        assert_eq!(header(&answer, "docker-content-digest"), manifest.digest(), "{url}");
    }

    pub(crate) fn delete_manifest(&self, repository: &str, digest: &str) {
        let url = self.manifest_url(repository, digest);
        expect(StatusCode::ACCEPTED, &url, self.agent.delete(&url).call());
    }

    /// Deletes the repository's link to a blob.
    pub(crate) fn delete_blob(&self, repository: &str, digest: &str) {
        let url = format!("{}/{repository}/blobs/{digest}", self.base);
        expect(StatusCode::ACCEPTED, &url, self.agent.delete(&url).call());
    }

    fn manifest_url(&self, repository: &str, reference: &str) -> String {
        format!("{}/{repository}/manifests/{reference}", self.base)
    }
}

type Answer = Response<ureq::Body>;

#[track_caller]
fn expect(status: StatusCode, url: &str, answer: Result<Answer, ureq::Error>) -> Answer {
    let mut answer = answer.unwrap_or_else(|error| panic!("{url}: {error}"));
    if answer.status() != status {
        let body = answer.body_mut().read_to_string().unwrap_or_default();
        panic!("{url}: {}: {body}", answer.status());
    }
    answer
}

fn header(answer: &Answer, name: &str) -> String {
    let value = answer.headers().get(name).unwrap_or_else(|| panic!("no {name} in the answer"));
    value.to_str().expect("a plain header").to_owned()
}
