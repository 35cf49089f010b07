//! `--export-batch` and `--import-batch`: a job of S3 Batch Operations reads instead of this
//! program. Both are local files: who begins the job and fetches its report is the caller.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use md5::{Digest as _, Md5};

use super::verify_args::VerifyArgs;
use super::{Problem, source};
use crate::audit::candidates;
use crate::batch::{Bundle, Part, Results, Unused, manifest};
use crate::choice::{Verify, choose};
use crate::object::ETag;
use crate::report::text::units::counted;
use crate::report::{OutFile, Report};
use crate::scan::Options;

/// What the arguments ask of S3 Batch Operations.
#[derive(Debug)]
pub(super) enum Batch {
    Nothing,
    Export { bucket: String, file: OutFile, name: String },
    Import { results: Arc<Results>, names: Vec<String> },
}

/// Sees that what is to be written can be, and reads what there is to read: before anything is
/// listed.
pub(super) fn open(args: &VerifyArgs) -> Result<Batch, Problem> {
    let (export, import) = (&args.batch.export_batch, &args.batch.import_batch);
    let bucket = |option: &str| {
        let refuse = || {
            Problem::usage(format!(
                "{option} is for buckets: SOURCE has to be s3://bucket[/prefix]"
            ))
        };
        source::bucket(&args.place).ok_or_else(refuse)
    };
    if let Some(path) = export {
        if !args.verify.reads_blobs() || args.verify == Verify::Rolling {
            return Err(Problem::usage(format!(
                "--verify {} does not say which blobs --export-batch should write: say all, sample=N% or budget=SIZE",
                args.verify
            )));
        }
        let bucket = bucket("--export-batch")?;
        let file = OutFile::open(path).map_err(Problem::new)?;
        return Ok(Batch::Export { bucket, file, name: path.display().to_string() });
    }
    if import.is_empty() {
        return Ok(Batch::Nothing);
    }
    let results = results(&bucket("--import-batch")?, import)?;
    let names = import.iter().map(|path| path.display().to_string()).collect();
    Ok(Batch::Import { results: Arc::new(results), names })
}

impl Batch {
    /// What was computed.
    pub(super) fn results(&self) -> Option<Arc<Results>> {
        match self {
            Self::Import { results, .. } => Some(Arc::clone(results)),
            Self::Nothing | Self::Export { .. } => None,
        }
    }

    /// The options for a scan: what is to be exported is not read.
    pub(super) fn while_scanning(&self, options: &Options) -> Options {
        let options = options.clone();
        match self {
            Self::Export { .. } => Options { verify: Verify::Manifests, ..options },
            Self::Nothing | Self::Import { .. } => options,
        }
    }

    /// Writes what is to be exported; says what its reader would not see otherwise.
    pub(super) fn finish(
        &self,
        options: &Options,
        reports: &mut [Report],
    ) -> Result<Vec<String>, Problem> {
        match self {
            Self::Nothing => Ok(Vec::new()),
            Self::Export { bucket, file, name } => export(bucket, file, name, options, reports),
            Self::Import { results, names } => {
                for report in &mut *reports {
                    report.options.insert("import-batch".to_owned(), names.join(" ").into());
                }
                Ok(told(results, reports))
            }
        }
    }
}

/// Chooses what to read, and writes that instead.
fn export(
    bucket: &str,
    file: &OutFile,
    name: &str,
    options: &Options,
    reports: &mut [Report],
) -> Result<Vec<String>, Problem> {
    let (mut chosen, mut others) = (Vec::new(), 0);
    for report in &mut *reports {
        let inventory = &report.audit.inventory;
        let choice = options.choice(report.started_at);
        let blobs = choose(candidates(inventory, &report.audit.graph), &choice);
        let (ours, of_others): (Vec<_>, Vec<_>) =
            blobs.ids.into_iter().partition(|&id| inventory.digests.is_sha256(id));
        others += of_others.len() as u64;
        chosen.push(ours);
        let described = options.describe(inventory.root(), report.started_at);
        report.options.extend(described);
        report.options.insert("export-batch".to_owned(), name.into());
        report.selection = Some(blobs.selection);
    }
    let number = chosen.iter().map(Vec::len).sum::<usize>() as u64;
    let keys = reports.iter().zip(&chosen).flat_map(|(report, ids)| {
        let inventory = &report.audit.inventory;
        ids.iter().map(|&id| inventory.data_key(&inventory.digests.get(id)))
    });
    let at = reports.iter().map(|report| report.finished_at).max().unwrap_or_default();
    file.write(at, |out| manifest::write(bucket, keys, out)).map_err(Problem::new)?;
    let mut lines = vec![format!("{} for AWS to hash: {name}", counted(number, "blob"))];
    if others > 0 {
        let others = counted(others, "blob");
        lines.push(format!("{others} named by another hash than SHA-256, and not exported"));
    }
    Ok(lines)
}

/// What the results do not prove, and why.
fn told(results: &Results, reports: &[Report]) -> Vec<String> {
    let mut lines = Vec::new();
    for (unused, noted) in results.unused() {
        let what = match unused {
            Unused::Failed => "of tasks that failed",
            Unused::OtherBucket => "of objects in other buckets",
            Unused::OtherChecksum => "of other checksums than SHA256 FULL_OBJECT",
            Unused::NoBlob => "of objects that are no blobs named by their SHA-256",
            Unused::Unclear => "not as Compute checksum writes them",
        };
        let rows = counted(noted.count, "row");
        lines.push(format!("{rows} {what}, which prove nothing; the first: {}", noted.first));
    }
    let (mut stale, mut contradicted, mut roots) = (0, 0, Vec::new());
    for report in reports {
        let taken = results.of(&report.audit.inventory);
        stale += taken.stale;
        contradicted += taken.contradicted.len() as u64;
        roots.push(report.audit.inventory.root());
    }
    let elsewhere = results.elsewhere(&roots);
    for (number, noun, what) in [
        (elsewhere as u64, "row", "of registries at other roots, which are not looked at here"),
        (stale, "row", "of objects that were written or deleted since, which prove nothing"),
        (contradicted, "blob", "of which AWS computed another digest; their bytes decide"),
    ] {
        if number > 0 {
            lines.push(format!("{} {what}", counted(number, noun)));
        }
    }
    lines.into_iter().map(|line| format!("--import-batch: {line}")).collect()
}

/// Reads the reports that these paths name, each file once: their files themselves, a
/// `manifest.json` beside them, or the directory that it is in.
fn results(bucket: &str, paths: &[PathBuf]) -> Result<Results, Problem> {
    let mut files = BTreeMap::new();
    for path in paths {
        let path = if path.is_dir() { &path.join("manifest.json") } else { path };
        let is_bundle = path.extension().is_some_and(|extension| extension == "json");
        let named = if is_bundle { parts(path)? } else { vec![(path.clone(), None)] };
        for (path, md5) in named {
            let known = path.canonicalize().map_err(|error| unread(&path, error))?;
            let (_, known_md5) = files.entry(known).or_insert((path, None));
            *known_md5 = known_md5.take().or(md5);
        }
    }
    let mut results = Results::new(bucket);
    for (path, md5) in files.into_values() {
        if let Some(md5) = md5 {
            whole(&path, &md5)?;
        }
        let file = File::open(&path).map_err(|error| unread(&path, error))?;
        let name = path.display().to_string();
        results.read(&name, BufReader::new(file)).map_err(Problem::new)?;
    }
    Ok(results)
}

/// The files that a `manifest.json` names, and the MD5 that each should have.
fn parts(path: &Path) -> Result<Vec<(PathBuf, Option<String>)>, Problem> {
    let text = fs::read(path).map_err(|error| unread(path, error))?;
    let bundle = Bundle::parse(&text).map_err(|error| unread(path, error))?;
    let folder = path.parent().unwrap_or(Path::new(""));
    let part = |part: Part| {
        let found = part.places(folder).into_iter().find(|place| place.is_file());
        let missing = || {
            let key = &part.key;
            unread(
                path,
                format!(
                    "{key}, which it names, is not beside it; fetch the whole folder of the job"
                ),
            )
        };
        Ok((found.ok_or_else(missing)?, Some(part.md5)))
    };
    bundle.parts.into_iter().map(part).collect()
}

/// Whether a file arrived whole: one that was cut short proves less than it seems to.
fn whole(path: &Path, md5: &str) -> Result<(), Problem> {
    let mut hash = Md5::new();
    let copied = File::open(path).and_then(|mut file| {
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(()),
                read => hash.update(&buffer[..read]),
            }
        }
    });
    copied.map_err(|error| unread(path, error))?;
    let actual = ETag::from_md5(hash.finalize().into());
    if actual.as_str() == md5 {
        return Ok(());
    }
    Err(unread(
        path,
        format!("its MD5 is {}, and its manifest.json says {md5}; fetch it again", actual.as_str()),
    ))
}

fn unread(path: &Path, why: impl std::fmt::Display) -> Problem {
    Problem::new(format!("read {}: {why}", path.display()))
}
