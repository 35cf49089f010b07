use super::partial::{self, SUFFIX};
use super::*;
use crate::report::dummy;

fn names(directory: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn makes_the_directory_and_leaves_nothing_in_it() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("reports/today");
    let out = OutDir::open(&path).unwrap();
    assert_eq!(out.path(), path);
    assert_eq!(names(&path), Vec::<String>::new());
}

#[test]
fn writes_every_file_and_nothing_else() {
    let temporary = tempfile::tempdir().unwrap();
    let out = OutDir::open(temporary.path()).unwrap();
    let report = dummy::damaged();
    out.write(&report).unwrap();
    out.write(&report).unwrap();
    assert_eq!(
        names(temporary.path()),
        ["blobs.csv", "findings.csv", "report.json", "repositories.csv", "tags.csv"]
    );
    let mut expected = Vec::new();
    json::write(&report, &mut expected).unwrap();
    let written = fs::read(temporary.path().join("report.json")).unwrap();
    assert_eq!(written, expected);
}

#[test]
fn a_content_that_fails_leaves_the_old_file_and_nothing_else() {
    let temporary = tempfile::tempdir().unwrap();
    fs::write(temporary.path().join("findings.csv"), "old").unwrap();
    let out = OutDir::open(temporary.path()).unwrap();
    let error = out
        .fill("findings.csv", SystemTime::now(), |file| {
            file.write_all(&vec![b'x'; 1 << 20])?;
            Err(io::ErrorKind::StorageFull.into())
        })
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "cannot write {}/findings.csv: no storage space; \
             free some space or name a directory elsewhere with --out",
            temporary.path().display()
        )
    );
    assert_eq!(names(temporary.path()), ["findings.csv"]);
    let kept = fs::read(temporary.path().join("findings.csv")).unwrap();
    assert_eq!(kept, b"old");
}

#[test]
fn clears_what_killed_runs_left_and_nothing_that_is_being_written() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path();
    fs::write(path.join(".ocifsck-left.partial"), "half a").unwrap();
    fs::write(path.join(".ocifsck-not-ours"), "").unwrap();
    fs::create_dir(path.join(".ocifsck-folder.partial")).unwrap();
    let under_way = partial::aside(path).unwrap();
    OutDir::open(path).unwrap();
    let under_way = under_way.path().file_name().unwrap().to_str().unwrap();
    let mut expected = [".ocifsck-folder.partial", ".ocifsck-not-ours", under_way];
    expected.sort_unstable();
    assert_eq!(names(path), expected);
}

/// Who finds files of two reports side by side can tell.
#[test]
fn every_file_bears_the_time_at_which_the_audit_ended() {
    let temporary = tempfile::tempdir().unwrap();
    let report = dummy::damaged();
    OutDir::open(temporary.path()).unwrap().write(&report).unwrap();
    for name in names(temporary.path()) {
        let modified = fs::metadata(temporary.path().join(&name)).unwrap().modified().unwrap();
        assert_eq!(modified, SystemTime::from(report.finished_at), "{name}");
    }
}

/// A directory that stands where a file should go makes the renaming itself fail: the last of
/// the files, `report.json`, then stays what it was.
#[test]
fn report_json_is_the_last_to_change() {
    let temporary = tempfile::tempdir().unwrap();
    fs::create_dir(temporary.path().join("tags.csv")).unwrap();
    fs::write(temporary.path().join("report.json"), "old").unwrap();
    let out = OutDir::open(temporary.path()).unwrap();
    let error = out.write(&dummy::damaged()).unwrap_err();
    assert!(error.to_string().starts_with("cannot replace "), "{error}");
    let kept = fs::read(temporary.path().join("report.json")).unwrap();
    assert_eq!(kept, b"old");
    assert!(names(temporary.path()).iter().all(|name| !name.ends_with(SUFFIX)));
}

#[test]
fn a_file_in_the_way_is_told_in_one_line() {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join("report");
    fs::write(&path, "").unwrap();
    let error = OutDir::open(&path).unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "cannot create the directory {}: File exists (os error 17); \
             name a directory with --out that you may create and write to",
            path.display()
        )
    );
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_that_takes_no_files_is_told_early() {
    let error = OutDir::open("/proc/self").unwrap_err().to_string();
    assert!(error.starts_with("cannot write into /proc/self: "), "{error}");
    assert!(!error.contains('\n'), "{error}");
}

#[cfg(unix)]
#[test]
fn others_may_read_as_the_umask_allows() {
    use std::os::unix::fs::PermissionsExt as _;
    let temporary = tempfile::tempdir().unwrap();
    let usual = temporary.path().join("usual");
    fs::write(&usual, "").unwrap();
    OutDir::open(temporary.path()).unwrap().write(&dummy::damaged()).unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
    assert_eq!(mode(&temporary.path().join("report.json")), mode(&usual));
}
