//! The program as it is typed: exit status, one line for each mistake, streams, the README.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::fs;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const EXAMPLE: &str = "examples/registry-bucket";

fn ocifsck(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ocifsck"));
    command.args(args).env_remove("RUST_LOG").env_remove("COLUMNS").env_remove("AWS_PROFILE");
    command.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    command
}

fn run(args: &[&str]) -> Output {
    ocifsck(args).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// Files in a directory, hidden ones among them.
fn files(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn findings_decide_the_exit_status() {
    for (fail_on, status) in [
        (None, 1),
        (Some("missing"), 1),
        (Some("never"), 0),
        (Some("corrupt,missing,garbage,warning"), 1),
    ] {
        let mut args = vec!["audit", EXAMPLE];
        args.extend(fail_on.iter().flat_map(|fail_on| ["--fail-on", fail_on]));
        assert_eq!(run(&args).status.code(), Some(status), "{fail_on:?}");
    }
}

#[test]
fn a_registry_without_faults_ends_with_0() {
    let directory = tempfile::tempdir().unwrap();
    let layer = "sha256/e3/e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let blob = directory.path().join("docker/registry/v2/blobs").join(layer);
    fs::create_dir_all(&blob).unwrap();
    fs::write(blob.join("data"), "").unwrap();
    fs::create_dir_all(directory.path().join("docker/registry/v2/repositories/app/_uploads/1"))
        .unwrap();
    let upload = "docker/registry/v2/repositories/app/_uploads/1/data";
    fs::write(directory.path().join(upload), "half a layer").unwrap();
    let source = directory.path().to_str().unwrap();
    let clean = run(&["audit", source]);
    assert_eq!(clean.status.code(), Some(0), "{}", text(&clean.stderr));
    assert_eq!(run(&["audit", source, "--fail-on", "garbage"]).status.code(), Some(0));
    let orphans = run(&["audit", source, "--fail-on", "garbage", "--min-age", "0s"]);
    assert_eq!(orphans.status.code(), Some(1));
}

#[test]
fn each_mistake_is_one_clear_line() {
    let directory = tempfile::tempdir().unwrap();
    let empty = directory.path().to_str().unwrap();
    let other = tempfile::tempdir().unwrap();
    fs::write(other.path().join("readme"), "").unwrap();
    let other = other.path().to_str().unwrap();
    for (args, status, says) in [
        (vec!["audit", "nowhere"], 3, "s3://"),
        (vec!["audit", "Cargo.toml"], 3, "Cargo.toml"),
        (vec!["audit", empty], 3, "nothing is stored there"),
        (vec!["audit", other], 3, "no registry among them"),
        (vec!["audit", EXAMPLE, "--root", "nope"], 3, "no registry at the root"),
        (vec!["audit", EXAMPLE, "--out", "Cargo.toml/x"], 3, "--out"),
        (vec!["audit", EXAMPLE, "--keep-digests", "Cargo.toml"], 3, "line 1"),
        (vec!["merge", empty], 3, "report.json: No such file"),
        (vec!["verify", EXAMPLE, "--shard", "5/4"], 2, "--shard 5/4: expected i/N"),
        (vec!["verify", EXAMPLE, "--verify", "rolling"], 2, "--cache"),
        (vec!["verify", EXAMPLE, "--budget", "1GiB"], 2, "--verify budget=SIZE"),
        (vec!["audit", EXAMPLE, "--every", "7d"], 2, "--verify rolling"),
        (vec!["audit", EXAMPLE, "--cache", "examples/registry-bucket/cache"], 2, "only read"),
        (vec!["verify", EXAMPLE, "--cache", "Cargo.toml"], 3, "cannot create the directory"),
        (vec!["audit", "s3://"], 2, "names no bucket"),
        (vec!["audit", "gs://bucket"], 2, "neither s3://bucket"),
        (vec!["audit", "s3://b/docker/registry/v2/blobs"], 2, "part of a registry"),
        (
            vec!["audit", "examples/registry-bucket/docker/registry/v2/blobs"],
            2,
            "part of a registry",
        ),
    ] {
        let output = run(&args);
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{args:?}: {stderr}");
        assert!(stderr.contains(says), "{args:?}: {stderr}");
        assert_eq!(stderr.lines().count(), 1, "{args:?}: {stderr}");
        assert!(output.stdout.is_empty(), "{args:?}");
    }
    for args in [
        &["audit"][..],
        &["frob"],
        &["audit", EXAMPLE, "--min-age", "soon"],
        &["verify", EXAMPLE, "--verify", "some"],
        &[],
    ] {
        assert_eq!(run(args).status.code(), Some(2), "{args:?}");
    }
}

/// Three processes and their merge say what one says, with its status.
#[test]
fn shards_and_their_merge_say_what_one_process_says() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let alone = run(&["verify", EXAMPLE, "--include-orphaned", "-q", "--out", &path("alone")]);
    assert_eq!(alone.status.code(), Some(1), "{}", text(&alone.stderr));
    for index in ["0", "1", "2"] {
        let out = path(index);
        let args = ["verify", EXAMPLE, "--include-orphaned", "--shard", "auto/3", "--out", &out];
        let part = ocifsck(&args).env("JOB_COMPLETION_INDEX", index).output().unwrap();
        assert!(text(&part.stdout).contains("/3 of all digests"), "{}", text(&part.stderr));
    }
    let parts = [path("2"), path("0"), path("1")];
    let merge = |parts: &[String]| {
        let together = path("together");
        let mut args = vec!["merge", "-q", "--out", &together];
        args.extend(parts.iter().map(String::as_str));
        run(&args)
    };
    assert_eq!(merge(&parts).status.code(), Some(1));
    assert_eq!(files(Path::new(&path("together"))), ["blobs.csv", "findings.csv", "report.json"]);
    for name in ["blobs.csv", "findings.csv"] {
        let read = |whose: &str| fs::read(Path::new(&path(whose)).join(name)).unwrap();
        assert_eq!(read("together"), read("alone"), "{name}");
    }
    let missing = merge(&parts[..2]);
    assert_eq!(missing.status.code(), Some(3));
    assert!(text(&missing.stderr).contains("2/3 for one"), "{}", text(&missing.stderr));
}

#[test]
fn the_files_are_all_there_or_none_is() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("deep/report");
    let written = run(&["audit", EXAMPLE, "--quiet", "--out", out.to_str().unwrap()]);
    assert!(written.stdout.is_empty() && written.stderr.is_empty(), "quiet is quiet");
    let expected = ["blobs.csv", "findings.csv", "report.json", "repositories.csv", "tags.csv"];
    assert_eq!(files(&out), expected);
    let none = directory.path().join("none");
    run(&["audit", "nowhere", "--out", none.to_str().unwrap()]);
    assert!(!none.exists() || files(&none).is_empty());
}

/// Cron throws stdout away, and `-q` prints none: 3 alone would not say what to mend.
#[test]
fn an_incomplete_audit_says_so_in_one_line_where_no_summary_does() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("oci-layout"), r#"{"imageLayoutVersion":"1.0.0"}"#).unwrap();
    let source = directory.path().to_str().unwrap();
    for (more, lines) in [(&["-q"][..], 1), (&["--format", "json"], 1), (&[], 0)] {
        let output = run(&[&["audit", source], more].concat());
        let stderr = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{more:?}: {stderr}");
        assert_eq!(stderr.matches("is incomplete: ").count(), lines, "{more:?}: {stderr}");
        assert_eq!(stderr.lines().count(), lines, "{more:?}: {stderr}");
    }
}

#[test]
fn json_on_stdout_is_the_report() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().to_str().unwrap();
    let output = run(&["audit", EXAMPLE, "--format", "json", "--out", out]);
    let file = fs::read(directory.path().join("report.json")).unwrap();
    assert_eq!(output.stdout, file);
    let report: serde_json::Value = serde_json::from_slice(&file).unwrap();
    assert_eq!(report["schema_version"], 1);
    assert_eq!(report["source"]["root"], "");
    assert_eq!(report["complete"], true);
}

#[test]
fn a_registry_may_be_named_from_within() {
    let report = |source: &str| -> serde_json::Value {
        serde_json::from_slice(&run(&["audit", source, "--format", "json"]).stdout).unwrap()
    };
    let whole = report(EXAMPLE);
    for source in
        ["examples/registry-bucket/docker/registry/v2", "examples/registry-bucket/docker/registry"]
    {
        let within = report(source);
        assert_eq!(within["findings"], whole["findings"], "{source}");
        assert_eq!(within["totals"], whole["totals"], "{source}");
    }
    let above = report("examples");
    assert_eq!(above["source"]["root"], "registry-bucket/");
    assert_eq!(above["totals"]["blobs"], whole["totals"]["blobs"]);
}

#[test]
fn several_registries_are_named_and_chosen() {
    let directory = tempfile::tempdir().unwrap();
    for root in ["a", "b/c"] {
        let blob = directory.path().join(root).join("docker/registry/v2/repositories/x/_uploads/1");
        fs::create_dir_all(&blob).unwrap();
        fs::write(blob.join("startedat"), "2026-01-01T00:00:00Z").unwrap();
    }
    let source = directory.path().to_str().unwrap();
    let refused = run(&["audit", source]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(text(&refused.stderr).contains(r#""a/", "b/c/""#), "{}", text(&refused.stderr));
    assert_eq!(run(&["audit", source, "--root", "b/c"]).status.code(), Some(0));
    let out = directory.path().join("out");
    let all = run(&["audit", source, "--root", "all", "--out", out.to_str().unwrap()]);
    assert_eq!(all.status.code(), Some(0), "{}", text(&all.stderr));
    assert_eq!(files(&out), ["a", "b%2Fc"]);
    assert_eq!(files(&out.join("a")).len(), 5);
}

#[test]
fn whoever_closes_the_pipe_has_seen_enough() {
    let mut child = ocifsck(&["audit", EXAMPLE, "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 1];
    let mut stdout = child.stdout.take().unwrap();
    stdout.read_exact(&mut first).unwrap();
    drop(stdout);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "the findings, not the pipe");
    assert_eq!(text(&output.stderr), "");
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let has_colour = |args: &[&str]| run(args).stdout.contains(&0x1b);
    assert!(!has_colour(&["audit", EXAMPLE]));
    assert!(has_colour(&["audit", EXAMPLE, "--color", "always"]));
    assert!(!has_colour(&["audit", EXAMPLE, "--color", "never"]));
}

#[test]
fn what_the_environment_lacks_comes_from_a_file() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join(".env"), "NOT A VARIABLE").unwrap();
    let output = ocifsck(&["--version"]).current_dir(directory.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains(".env"), "{}", text(&output.stderr));
    fs::write(directory.path().join(".env"), "RUST_LOG=ocifsck=trace\n").unwrap();
    let output = ocifsck(&["--version"]).current_dir(directory.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_log_that_cannot_be_understood_is_refused() {
    let output = ocifsck(&["audit", EXAMPLE]).env("RUST_LOG", "ocifsck=[").output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let stderr = text(&output.stderr);
    assert!(stderr.contains("RUST_LOG") && stderr.lines().count() == 1, "{stderr}");
}

#[test]
fn the_readme_shows_the_help() {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let help = text(&run(&["audit", "-h"]).stdout);
    assert!(
        readme.contains(&format!("$ ocifsck audit -h\n{help}```")),
        "run: ocifsck audit -h\n{help}"
    );
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let samples: Vec<_> = readme.split("```text\n").skip(1).collect();
    for (sample, args) in samples.iter().zip([
        &["audit", EXAMPLE, "--min-age", "0s"][..],
        &["explain", EXAMPLE, "broken/lost-layer:1.0"],
    ]) {
        let printed = text(&run(args).stdout);
        for line in sample.split("```").next().unwrap().lines() {
            assert!(printed.lines().any(|printed| printed == line), "{line}\nis not in\n{printed}");
        }
    }
}

#[test]
fn explain_says_what_it_knows_and_refuses_what_it_does_not() {
    let output = run(&["explain", EXAMPLE, "library/base:1.0"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(text(&output.stdout).contains("linux/arm64"));
    let output = run(&["explain", EXAMPLE, "library/base:1.0", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["schema_version"], 1);
    for (reference, status) in [("library/base:9.9", 3), ("sha256:zz", 2)] {
        let output = run(&["explain", EXAMPLE, reference]);
        assert_eq!(output.status.code(), Some(status), "{}", text(&output.stderr));
        assert_eq!(text(&output.stderr).lines().count(), 1);
    }
}

#[test]
fn completions_and_the_manual_are_there() {
    assert!(text(&run(&["completions", "bash"]).stdout).contains("ocifsck"));
    let page = text(&run(&["man"]).stdout);
    assert!(page.contains(".TH") && page.contains(r"ocifsck\-audit(1)"), "{page}");
    let page = text(&run(&["man", "audit"]).stdout);
    assert!(page.contains(".TH ocifsck-audit") && page.contains(r"\-\-min\-age"), "{page}");
}

#[cfg(unix)]
#[test]
fn an_interrupted_audit_ends_with_130_and_leaves_nothing() {
    // A registry that takes long enough: a few thousand links to read.
    let directory = tempfile::tempdir().unwrap();
    let registry = directory.path().join("docker/registry/v2/repositories/a/_layers/sha256");
    for number in 0..4_000 {
        let link = registry.join(format!("{number:064x}"));
        fs::create_dir_all(&link).unwrap();
        fs::write(link.join("link"), format!("sha256:{number:064x}")).unwrap();
    }
    let out = directory.path().join("out");
    let source = directory.path().to_str().unwrap();
    let args =
        ["audit", source, "--max-requests-per-second", "100", "--out", out.to_str().unwrap()];
    let mut child = ocifsck(&args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(1));
    let id = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(files(&out), [""; 0]);
}
