//! What SOURCE names, and how to open it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Problem;
use super::args::PlaceArgs;
use crate::layout::Root;
use crate::scan::RootChoice;
use crate::store::{DirectoryStore, ObjectStore};

/// A place that was opened.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) store: Arc<dyn ObjectStore>,
    /// As the caller named it.
    pub(super) uri: String,
    /// What to list: empty, or ending in `/`.
    pub(super) prefix: String,
    /// The bucket or the directory, in the same words however the caller named it.
    pub(super) place: String,
    /// The server, if it is not AWS.
    pub(super) endpoint: Option<String>,
    /// The directory, if it is one.
    pub(super) directory: Option<PathBuf>,
}

/// What SOURCE names.
#[derive(Debug, PartialEq, Eq)]
enum Named {
    Bucket { bucket: String, prefix: String },
    Directory { path: PathBuf },
}

impl Source {
    /// Opens what the arguments name.
    pub(super) async fn open(args: &PlaceArgs) -> Result<Self, Problem> {
        let uri = args.source.clone();
        match parse(&args.source).map_err(Problem::usage)? {
            Named::Bucket { bucket, prefix } => {
                let place = format!("s3://{bucket}");
                let (store, endpoint) = open_bucket(args, bucket).await?;
                Ok(Self { store, uri, prefix, place, endpoint, directory: None })
            }
            Named::Directory { path } => {
                let path = above_the_registry(&path).map_err(Problem::usage)?;
                let store = DirectoryStore::open(&path).map_err(Problem::new)?;
                let store = Arc::new(store);
                let directory = path.canonicalize().unwrap_or(path);
                let place = directory.display().to_string();
                let (prefix, directory) = (String::new(), Some(directory));
                Ok(Self { store, uri, prefix, place, endpoint: None, directory })
            }
        }
    }
}

/// The bucket that SOURCE names, if it names one.
pub(super) fn bucket(args: &PlaceArgs) -> Option<String> {
    match parse(&args.source) {
        Ok(Named::Bucket { bucket, .. }) => Some(bucket),
        _ => None,
    }
}

/// The registry that `--root` names.
pub(super) fn root(args: &PlaceArgs) -> RootChoice {
    match args.root.as_deref() {
        None => RootChoice::Only,
        Some("all") => RootChoice::All,
        Some(prefix) => RootChoice::Named(Root::named(prefix)),
    }
}

/// A bucket, and the server.
type Opened = (Arc<dyn ObjectStore>, Option<String>);

#[cfg(feature = "s3")]
async fn open_bucket(args: &PlaceArgs, bucket: String) -> Result<Opened, Problem> {
    use super::args::PathStyleArg;
    use crate::store::s3::{PathStyle, Patience, S3Credentials, S3Settings, S3Store};

    let mut settings = S3Settings::new(bucket);
    settings.endpoint_url.clone_from(&args.endpoint_url);
    settings.region.clone_from(&args.region);
    settings.profile.clone_from(&args.profile);
    // An empty variable is an unset one.
    let from_environment = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty());
    settings.ca_bundle = args.ca_bundle.clone().or(from_environment.map(PathBuf::from));
    settings.path_style = match args.path_style {
        PathStyleArg::Auto => PathStyle::Auto,
        PathStyleArg::Always => PathStyle::Always,
        PathStyleArg::Never => PathStyle::Never,
    };
    settings.patience = Patience::of(args.timeout);
    if args.no_sign_request {
        settings.credentials = S3Credentials::Anonymous;
    }
    let store = S3Store::connect(settings).await.map_err(Problem::new)?;
    let endpoint = store.endpoint().map(|url| url.trim_end_matches('/').to_owned());
    Ok((Arc::new(store), endpoint))
}

#[cfg(not(feature = "s3"))]
#[expect(clippy::unused_async, reason = "the other one waits")]
async fn open_bucket(_: &PlaceArgs, bucket: String) -> Result<Opened, Problem> {
    Err(Problem::usage(format!(
        "open s3://{bucket}: this program was built without S3 (feature s3)"
    )))
}

fn parse(source: &str) -> Result<Named, String> {
    if let Some(rest) = source.strip_prefix("s3://") {
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        if bucket.is_empty() {
            return Err(format!(
                "SOURCE {source:?} names no bucket: write s3://bucket or s3://bucket/prefix"
            ));
        }
        let prefix = prefix_of(prefix).map_err(|inside| {
            format!("SOURCE {source:?} names a part of a registry, and an audit has to see all of it: write s3://{bucket}/{inside}")
        })?;
        return Ok(Named::Bucket { bucket: bucket.to_owned(), prefix });
    }
    let path = match source.strip_prefix("file:") {
        Some(url) => url.strip_prefix("//").unwrap_or(url),
        None if source.contains("://") => {
            return Err(format!(
                "SOURCE {source:?} is neither s3://bucket[/prefix] nor a directory"
            ));
        }
        None => source,
    };
    if path.is_empty() {
        return Err("SOURCE is empty: write s3://bucket[/prefix] or a directory".to_owned());
    }
    Ok(Named::Directory { path: PathBuf::from(path) })
}

/// The prefix to list for one that is named. A registry is named by its root or by the folders
/// in which Distribution puts it, and listed from its root on, where a pull-through cache keeps
/// its schedule; what is inside of those folders cannot be audited by itself.
fn prefix_of(named: &str) -> Result<String, String> {
    let root = Root::named(named);
    if let Some((whole, _)) = Root::split(root.as_str()) {
        return Err(whole.to_owned());
    }
    match root.as_str().strip_suffix("docker/") {
        Some(above) if above.is_empty() || above.ends_with('/') => Ok(above.to_owned()),
        _ => Ok(root.as_str().to_owned()),
    }
}

/// The directory to open: `/srv/docker/registry/v2` is the registry at `/srv`, and what is inside
/// of it cannot be audited by itself.
fn above_the_registry(named: &Path) -> Result<PathBuf, String> {
    let path = named.canonicalize().unwrap_or_else(|_| named.to_owned());
    for tail in ["docker/registry/v2", "docker/registry"] {
        let Some(registry) = path.ancestors().find(|above| above.ends_with(tail)) else { continue };
        let above = registry.ancestors().nth(tail.split('/').count()).unwrap_or(registry);
        if registry != path && tail == "docker/registry/v2" {
            return Err(format!(
                "SOURCE {} names a part of a registry, and an audit has to see all of it: name {}",
                named.display(),
                above.display()
            ));
        }
        if registry == path {
            return Ok(above.to_owned());
        }
    }
    Ok(named.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(bucket: &str, prefix: &str) -> Named {
        Named::Bucket { bucket: bucket.into(), prefix: prefix.into() }
    }

    #[test]
    fn a_source_names_a_bucket_or_a_directory() {
        for (source, named) in [
            ("s3://b", bucket("b", "")),
            ("s3://b/", bucket("b", "")),
            ("s3://b/zarf-registry", bucket("b", "zarf-registry/")),
            ("s3://b/a//b/", bucket("b", "a//b/")),
            ("s3://b//", bucket("b", "/")),
            ("s3://b/zarf-registry/docker/registry/v2/", bucket("b", "zarf-registry/")),
            ("s3://b/docker/registry", bucket("b", "")),
            ("s3://b/mirror/docker", bucket("b", "mirror/")),
            ("/srv/registry", Named::Directory { path: "/srv/registry".into() }),
            ("file:///srv/registry", Named::Directory { path: "/srv/registry".into() }),
            ("file:relative", Named::Directory { path: "relative".into() }),
        ] {
            assert_eq!(parse(source), Ok(named), "{source}");
        }
        for source in
            ["", "s3://", "s3:///x", "gs://b", "s3://b/docker/registry/v2/blobs/", "file:"]
        {
            assert!(parse(source).is_err(), "{source}");
        }
    }

    #[test]
    fn a_directory_may_be_named_from_within() {
        for (path, above) in [
            ("/nowhere", "/nowhere"),
            ("/nowhere/docker/registry/v2", "/nowhere"),
            ("/nowhere/docker/registry/", "/nowhere"),
            ("/nowhere/docker/registry/mirror", "/nowhere/docker/registry/mirror"),
        ] {
            assert_eq!(above_the_registry(Path::new(path)), Ok(above.into()), "{path}");
        }
        above_the_registry(Path::new("/nowhere/docker/registry/v2/blobs")).unwrap_err();
    }
}
