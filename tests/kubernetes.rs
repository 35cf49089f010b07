//! `examples/kubernetes`: what the schemas of Kubernetes say of it, and what its pods would do, done
//! by processes here.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use k8s_openapi::api::batch::v1::{CronJob, Job, JobSpec};
use k8s_openapi::api::core::v1::{Container, PersistentVolumeClaim, PodSpec};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/kubernetes");
const BUCKET: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/registry-bucket");

fn documents(file: &str) -> Vec<Value> {
    let text = fs::read_to_string(Path::new(EXAMPLE).join(file)).unwrap();
    serde_saphyr::from_multiple(&text).unwrap()
}

/// A document as a value of its type, if it says nothing that the type does not know: what is not
/// known would not come back.
fn known<T: DeserializeOwned + Serialize>(document: &Value) -> T {
    let value: T = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(serde_json::to_value(&value).unwrap(), *document);
    value
}

/// The two jobs of `verify.yaml`.
fn jobs() -> [Job; 2] {
    let jobs: Vec<Job> = documents("verify.yaml").iter().map(known).collect();
    jobs.try_into().unwrap()
}

fn spec(job: &Job) -> &JobSpec {
    job.spec.as_ref().unwrap()
}

fn pod(job: &JobSpec) -> &PodSpec {
    job.template.spec.as_ref().unwrap()
}

fn containers(pod: &PodSpec) -> impl Iterator<Item = &Container> {
    pod.init_containers.iter().flatten().chain(&pod.containers)
}

fn pods() -> Vec<PodSpec> {
    let nightly: CronJob = known(&documents("audit.yaml")[0]);
    let nightly = nightly.spec.unwrap().job_template.spec.unwrap();
    jobs().iter().map(spec).chain([&nightly]).map(|job| pod(job).clone()).collect()
}

#[test]
fn every_document_is_one_of_kubernetes() {
    assert_eq!(documents("audit.yaml").len(), 1);
    let claims = documents("volume.yaml");
    assert_eq!(claims.len(), 1);
    let claim: PersistentVolumeClaim = known(&claims[0]);
    for pod in pods() {
        let volume = &pod.volumes.unwrap()[0];
        let claimed = &volume.persistent_volume_claim.as_ref().unwrap().claim_name;
        assert_eq!(Some(claimed), claim.metadata.name.as_ref());
    }
}

/// The profile "restricted" of the Pod Security Standards, a root file system that nobody writes
/// to, and no token of the cluster's.
#[test]
fn no_pod_may_do_more_than_it_has_to() {
    for pod in pods() {
        assert_eq!(pod.automount_service_account_token, Some(false));
        let security = pod.security_context.as_ref().unwrap();
        assert_eq!(security.run_as_non_root, Some(true));
        assert_eq!(security.seccomp_profile.as_ref().unwrap().type_, "RuntimeDefault");
        for container in containers(&pod) {
            let own = container.security_context.as_ref().unwrap();
            assert_eq!(own.allow_privilege_escalation, Some(false));
            assert_eq!(own.read_only_root_filesystem, Some(true));
            assert_eq!(own.capabilities.as_ref().unwrap().drop, Some(vec!["ALL".to_owned()]));
            assert!(container.resources.as_ref().unwrap().limits.is_some());
            let mounts = container.volume_mounts.iter().flatten();
            assert!(mounts.map(|mount| &mount.mount_path).eq(["/work"]));
        }
    }
}

/// A process as a container would be: its variables in its arguments, its volume and its bucket
/// here, and the program of this package under its name.
fn run(container: &Container, work: &Path, env: &BTreeMap<String, String>) -> Output {
    let typed = container.command.iter().chain(&container.args).flatten();
    let mut words: Vec<String> = typed
        .filter(|typed| !typed.starts_with("--endpoint-url="))
        .map(|typed| {
            let known = env.iter().fold(typed.clone(), |text, (name, value)| {
                text.replace(&format!("$({name})"), value)
            });
            assert!(!known.contains("$("), "{known}: a variable that nobody sets");
            known.replace("/work", work.to_str().unwrap()).replace("s3://registry", BUCKET)
        })
        .collect();
    let program = Path::new(env!("CARGO_BIN_EXE_ocifsck"));
    if container.command.is_none() {
        words.insert(0, program.to_str().unwrap().to_owned());
    }
    let path = [program.parent().unwrap().to_str().unwrap(), "/usr/bin", "/bin"].join(":");
    // What would wait for ever is a failure of its own.
    Command::new("timeout")
        .arg("60")
        .args(&words)
        .env_clear()
        .env("PATH", path)
        .envs(env)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn report(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("report.json")).unwrap()).unwrap()
}

#[test]
fn the_pods_of_a_run_report_what_one_process_would() {
    let directory = tempfile::tempdir().unwrap();
    let work = directory.path();
    let [verify, merge] = jobs();
    let verifying = &pod(spec(&verify)).containers[0];
    let completions = spec(&verify).completions.unwrap();
    let of_index = verifying.env.iter().flatten().find(|variable| variable.name == "INDEX");
    let source = of_index.unwrap().value_from.as_ref().unwrap().field_ref.as_ref().unwrap();
    assert_eq!(
        source.field_path,
        "metadata.annotations['batch.kubernetes.io/job-completion-index']"
    );
    for index in 0..completions {
        // The second is what the job controller gives to every container.
        let env =
            ["INDEX", "JOB_COMPLETION_INDEX"].map(|name| (name.to_owned(), index.to_string()));
        let output = run(verifying, work, &BTreeMap::from(env));
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let waiting = &pod(spec(&merge)).init_containers.as_ref().unwrap()[0];
    let waited = run(waiting, work, &BTreeMap::new());
    assert_eq!(waited.status.code(), Some(0), "{}", String::from_utf8_lossy(&waited.stderr));
    let merged = run(&pod(spec(&merge)).containers[0], work, &BTreeMap::new());
    assert_eq!(merged.status.code(), Some(1), "{}", String::from_utf8_lossy(&merged.stderr));

    let alone = work.join("alone");
    let alone_args = ["verify", BUCKET, "--out", alone.to_str().unwrap()];
    let status = Command::new(env!("CARGO_BIN_EXE_ocifsck"))
        .args(alone_args)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
    let [whole, alone] = [work.join("RUN/whole"), alone].map(|folder| report(&folder));
    for part in ["totals", "verification", "selection", "findings_by_code", "findings"] {
        assert!(!whole[part].is_null(), "{part}");
        assert_eq!(whole[part], alone[part], "{part}");
    }
}

#[test]
fn the_nightly_audit_is_one() {
    let directory = tempfile::tempdir().unwrap();
    let audit = pods().pop().unwrap();
    let output = run(&audit.containers[0], directory.path(), &BTreeMap::new());
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(directory.path().join("audit/report.json").exists());
}
