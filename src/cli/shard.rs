//! `--shard`: which part of all digests, by hand or by the word of who started the process.

use super::Problem;
use crate::shard::Shard;

/// Where the number of a process stands, counted from 0, and where that of all of them: of an
/// Indexed Job of Kubernetes, which does not tell how many there are, and of an array job of AWS
/// Batch.
const NUMBERED_BY: [(&str, &str); 2] = [
    ("JOB_COMPLETION_INDEX", "OCIFSCK_SHARDS"),
    ("AWS_BATCH_JOB_ARRAY_INDEX", "AWS_BATCH_JOB_ARRAY_SIZE"),
];

/// Takes `i/N` by its word; of `auto` and `auto/N`, asks the environment for the rest.
pub(super) fn shard(text: &str, env: impl Fn(&str) -> Option<String>) -> Result<Shard, Problem> {
    let of = match text.strip_prefix("auto") {
        Some("") => None,
        Some(rest) if rest.starts_with('/') => Some(rest[1..].to_owned()),
        _ => return text.parse().map_err(|error| refuse(text, error)),
    };
    let Some((index, (name, counted_by))) =
        NUMBERED_BY.into_iter().find_map(|names| Some((env(names.0)?, names)))
    else {
        return Err(refuse(
            text,
            "neither JOB_COMPLETION_INDEX nor AWS_BATCH_JOB_ARRAY_INDEX is set",
        ));
    };
    let Some(of) = of.or_else(|| env(counted_by)) else {
        let missing = format!("{counted_by} is not set; say how many there are: auto/N");
        return Err(refuse(text, missing));
    };
    let next = index.parse().ok().and_then(|index: u32| index.checked_add(1));
    let shard = next.zip(of.parse().ok()).map(|(index, of)| Shard::new(index, of));
    shard.and_then(Result::ok).ok_or_else(|| {
        refuse(text, format!("{name} is {index:?}, which counts from 0, and there are {of:?}"))
    })
}

fn refuse(text: &str, reason: impl std::fmt::Display) -> Problem {
    Problem::usage(format!("--shard {text}: {reason}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, env: &[(&str, &str)]) -> Result<String, String> {
        let value = |name: &str| {
            env.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        shard(text, value).map(|shard| shard.to_string()).map_err(|problem| problem.message)
    }

    #[test]
    fn whoever_starts_many_processes_numbers_them() {
        let batch = [("AWS_BATCH_JOB_ARRAY_INDEX", "3"), ("AWS_BATCH_JOB_ARRAY_SIZE", "4")];
        let job = [("JOB_COMPLETION_INDEX", "0"), ("OCIFSCK_SHARDS", "16")];
        for (text, env, shard) in [
            ("2/3", &[][..], "2/3"),
            ("auto", &batch, "4/4"),
            ("auto/8", &batch, "4/8"),
            ("auto", &job, "1/16"),
            ("auto/5", &job[..1], "1/5"),
        ] {
            assert_eq!(of(text, env).as_deref(), Ok(shard), "{text} {env:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_said() {
        for (text, env, says) in [
            ("0/4", &[][..], "expected i/N"),
            ("auto/", &[("JOB_COMPLETION_INDEX", "0")], "there are \"\""),
            ("automatic", &[], "expected i/N"),
            ("auto", &[], "neither"),
            ("auto", &[("JOB_COMPLETION_INDEX", "0")], "OCIFSCK_SHARDS is not set"),
            ("auto/4", &[("JOB_COMPLETION_INDEX", "4")], "counts from 0"),
            ("auto/4", &[("AWS_BATCH_JOB_ARRAY_INDEX", "x")], "AWS_BATCH_JOB_ARRAY_INDEX is \"x\""),
        ] {
            let message = of(text, env).unwrap_err();
            assert!(message.contains(says), "{text} {env:?}: {message}");
        }
    }
}
