//! Where a finding is, and whose trouble it is.

use super::fit;
use super::units::count;
use crate::audit::{Code, Finding};

/// What names a finding best, in a form that `explain` takes. Not escaped.
pub(crate) fn of(finding: &Finding) -> Option<String> {
    let digest = finding.digest.as_ref().map(ToString::to_string);
    let (first, second) = match finding.code {
        Code::DanglingTag | Code::GhostTag => (tagged(finding), digest),
        _ => (digest, tagged(finding)),
    };
    first.or(second).or_else(|| finding.key.clone()).or_else(|| finding.repository.clone())
}

/// Who needs what is broken, or else where it is; escaped and short.
pub(super) fn whose(finding: &Finding) -> String {
    if let Some(first) = finding.referrers.first() {
        return fit::name(first, 30) + &others(finding.referrers.len() - 1);
    }
    let place = tagged(finding).or_else(|| finding.repository.clone());
    if let Some(place) = place {
        return fit::name(&place, 36);
    }
    match (&finding.digest, &finding.key) {
        (Some(digest), _) => fit::cut(&digest.to_string(), 21),
        (None, Some(key)) => fit::name(key, 36),
        (None, None) => String::new(),
    }
}

/// A finding names only so many referrers; when all its places are taken there may be more.
fn others(number: usize) -> String {
    let more = if number + 1 < Finding::MOST_REFERRERS { "" } else { " or more" };
    match number {
        0 => String::new(),
        number => format!(" +{}{more}", count(number as u64)),
    }
}

fn tagged(finding: &Finding) -> Option<String> {
    let (repository, tag) = (finding.repository.as_ref()?, finding.tag.as_ref()?);
    Some(format!("{repository}:{tag}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::Severity;
    use crate::oci::Digest;

    fn finding(code: Code) -> Finding {
        Finding {
            digest: Some(Digest::sha256_of(b"")),
            key: Some("some/key".to_owned()),
            repository: Some("library/app".to_owned()),
            ..Finding::new(code, Severity::Error, "")
        }
    }

    #[test]
    fn is_what_explain_takes() {
        let digest = Digest::sha256_of(b"").to_string();
        let tagged = |code| Finding { tag: Some("v1".to_owned()), ..finding(code) };
        let stray = Finding { digest: None, ..finding(Code::StrayObject) };
        let nowhere = Finding::new(Code::ForeignRegistry, Severity::Info, "");
        for (finding, place) in [
            (tagged(Code::DanglingTag), Some("library/app:v1")),
            (tagged(Code::MissingBlob), Some(digest.as_str())),
            (finding(Code::GhostTag), Some(digest.as_str())),
            (stray, Some("some/key")),
            (nowhere, None),
        ] {
            assert_eq!(of(&finding).as_deref(), place, "{finding:?}");
        }
    }

    #[test]
    fn counts_the_referrers_that_it_does_not_name() {
        let needed = |by: usize| {
            whose(&Finding {
                referrers: vec!["library/app:v1".to_owned(); by],
                ..finding(Code::MissingBlob)
            })
        };
        assert_eq!(needed(0), "library/app");
        assert_eq!(needed(1), "library/app:v1");
        assert_eq!(needed(3), "library/app:v1 +2");
        assert_eq!(needed(100), "library/app:v1 +99 or more");
    }
}
