//! Image configs: what an image's layers hold, and what made them.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::digest::Digest;
use super::media_type;

/// An image's config
/// ([image-spec, config.md](https://github.com/opencontainers/image-spec/blob/main/config.md)).
///
/// Nothing in it is needed to know what refers to what, so a member of the wrong type is taken as
/// absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImageConfig {
    /// `os/architecture[/variant]`, as far as it says.
    pub platform: Option<String>,
    /// When the image was made, as written.
    pub created: Option<String>,
    /// The digests of the layers' uncompressed bytes, the lowest layer first; `None` where one is
    /// no digest, so that the others keep their places.
    pub diff_ids: Vec<Option<Digest>>,
    /// What made the image, step by step, the first step first.
    pub history: Vec<History>,
}

/// One step in the making of an image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    /// When, as written.
    pub created: Option<String>,
    /// The command.
    pub created_by: Option<String>,
    /// A remark.
    pub comment: Option<String>,
    /// Whether the step left no layer.
    pub is_empty_layer: bool,
}

/// Why a document is no config.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON object: {0}")]
pub struct ConfigError(String);

#[derive(Deserialize)]
struct RawConfig {
    #[serde(default, deserialize_with = "lenient")]
    os: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    architecture: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    variant: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    created: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    rootfs: Option<RawRootfs>,
    #[serde(default, deserialize_with = "lenient")]
    history: Option<Vec<Value>>,
}

#[derive(Deserialize)]
struct RawRootfs {
    #[serde(default, deserialize_with = "lenient")]
    diff_ids: Option<Vec<Value>>,
}

#[derive(Deserialize)]
struct RawHistory {
    #[serde(default, deserialize_with = "lenient")]
    created: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    created_by: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    comment: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    empty_layer: Option<bool>,
}

/// A schema 1 manifest, as far as it says what made the image.
#[derive(Deserialize)]
struct RawSchema1 {
    #[serde(default, deserialize_with = "lenient")]
    architecture: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    history: Option<Vec<Value>>,
}

/// The v1 image that an entry of a schema 1 manifest's history holds as text.
#[derive(Deserialize)]
struct RawV1 {
    #[serde(default, deserialize_with = "lenient")]
    created: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    comment: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    container_config: Option<RawContainer>,
}

#[derive(Deserialize)]
struct RawContainer {
    #[serde(rename = "Cmd", default, deserialize_with = "lenient")]
    cmd: Option<Vec<String>>,
}

impl ImageConfig {
    /// Whether a config of this media type is an image's. An artifact's may be anything.
    #[must_use]
    pub fn is_image_config(media_type: &str) -> bool {
        media_type::is_image_config(media_type)
    }

    /// Reads a config.
    ///
    /// # Errors
    /// If it is no JSON object.
    ///
    /// ```
    /// use ocifsck::oci::ImageConfig;
    /// let config = ImageConfig::parse(br#"{"os": "linux", "architecture": "arm64"}"#).unwrap();
    /// assert_eq!(config.platform.as_deref(), Some("linux/arm64"));
    /// ```
    pub fn parse(bytes: &[u8]) -> Result<Self, ConfigError> {
        let raw: RawConfig = parse(bytes)?;
        let diff_ids = raw.rootfs.and_then(|rootfs| rootfs.diff_ids).unwrap_or_default();
        Ok(Self {
            platform: platform(raw.os.as_deref(), raw.architecture.as_deref(), raw.variant),
            created: raw.created,
            diff_ids: diff_ids.into_iter().map(|id| id.as_str()?.parse().ok()).collect(),
            history: raw.history.unwrap_or_default().into_iter().map(step).collect(),
        })
    }

    /// Reads what a schema 1 manifest says in its config's place: each layer has a step, and no
    /// layer has a diff ID. There every step has a layer, an empty one if need be.
    ///
    /// # Errors
    /// If it is no JSON object.
    pub fn from_schema1(bytes: &[u8]) -> Result<Self, ConfigError> {
        let raw: RawSchema1 = parse(bytes)?;
        let history = raw.history.unwrap_or_default();
        let history: Vec<_> = history.iter().rev().map(v1_step).collect();
        Ok(Self {
            platform: platform(None, raw.architecture.as_deref(), None),
            created: history.last().and_then(|step| step.created.clone()),
            diff_ids: Vec::new(),
            history,
        })
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ConfigError> {
    let error = |error: serde_json::Error| ConfigError(error.to_string());
    let object: serde_json::Map<String, Value> = serde_json::from_slice(bytes).map_err(error)?;
    serde_json::from_value(Value::Object(object)).map_err(error)
}

fn platform(
    os: Option<&str>,
    architecture: Option<&str>,
    variant: Option<String>,
) -> Option<String> {
    let parts = match (os, architecture) {
        (None, None) => return None,
        (os, architecture) => [os.unwrap_or("unknown"), architecture.unwrap_or("unknown")],
    };
    let variant = variant.filter(|variant| !variant.is_empty());
    Some(parts.into_iter().map(str::to_owned).chain(variant).collect::<Vec<_>>().join("/"))
}

fn step(raw: Value) -> History {
    let Ok(raw) = serde_json::from_value::<RawHistory>(raw) else {
        return History::default();
    };
    History {
        created: raw.created,
        created_by: raw.created_by,
        comment: raw.comment,
        is_empty_layer: raw.empty_layer.unwrap_or(false),
    }
}

/// The step in `{"v1Compatibility": "{…}"}`.
fn v1_step(raw: &Value) -> History {
    let text = raw.get("v1Compatibility").and_then(Value::as_str).unwrap_or_default();
    let Ok(v1) = serde_json::from_str::<RawV1>(text) else {
        return History::default();
    };
    let command = v1.container_config.and_then(|container| container.cmd);
    History {
        created: v1.created,
        created_by: command.map(|words| words.join(" ")),
        comment: v1.comment,
        is_empty_layer: false,
    }
}

/// The value, if it has the right type.
fn lenient<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    Ok(serde_json::from_value(Value::deserialize(deserializer)?).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

    #[test]
    fn reads_what_an_image_is_made_of() {
        let config = ImageConfig::parse(
            format!(
                r#"{{"os":"linux","architecture":"arm","variant":"v7","created":"2026-01-01T00:00:00Z",
                "config":{{"Cmd":["sh"]}},"rootfs":{{"type":"layers","diff_ids":["{A}","x"]}},
                "history":[{{"created_by":"ADD"}},{{"created_by":"CMD","empty_layer":true,"comment":"c"}}]}}"#
            )
            .as_bytes(),
        )
        .unwrap();
        assert_eq!(config.platform.as_deref(), Some("linux/arm/v7"));
        assert_eq!(config.diff_ids, [Some(A.parse().unwrap()), None]);
        let steps: Vec<_> = config
            .history
            .iter()
            .map(|step| (step.created_by.as_deref(), step.is_empty_layer))
            .collect();
        assert_eq!(steps, [(Some("ADD"), false), (Some("CMD"), true)]);
    }

    #[test]
    fn what_has_the_wrong_type_is_absent() {
        for text in [
            "{}",
            r#"{"os":1,"architecture":null,"rootfs":[],"history":{},"created":[]}"#,
            r#"{"rootfs":{"diff_ids":"x"},"history":null}"#,
        ] {
            assert_eq!(
                ImageConfig::parse(text.as_bytes()).unwrap(),
                ImageConfig::default(),
                "{text}"
            );
        }
        let odd = ImageConfig::parse(br#"{"history":[1,{"created_by":2,"empty_layer":"yes"}]}"#);
        assert_eq!(odd.unwrap().history, [History::default(), History::default()]);
    }

    #[test]
    fn refuses_what_is_no_object() {
        for text in ["", "[]", "null", "{} {}", "\"{}\"", "\u{1f}\u{8b}"] {
            assert!(ImageConfig::parse(text.as_bytes()).is_err(), "{text:?}");
            assert!(ImageConfig::from_schema1(text.as_bytes()).is_err(), "{text:?}");
        }
    }

    #[test]
    fn schema_1_tells_the_last_step_first() {
        let config = ImageConfig::from_schema1(
            br#"{"schemaVersion":1,"architecture":"amd64","history":[
                {"v1Compatibility":"{\"created\":\"t2\",\"container_config\":{\"Cmd\":[\"sh\",\"-c\",\"b\"]}}"},
                {"v1Compatibility":"garbage"}]}"#,
        )
        .unwrap();
        assert_eq!(config.platform.as_deref(), Some("unknown/amd64"));
        assert_eq!(config.created.as_deref(), Some("t2"));
        assert_eq!(config.history[0], History::default());
        assert_eq!(config.history[1].created_by.as_deref(), Some("sh -c b"));
    }

    #[test]
    fn tells_an_image_from_an_artifact() {
        assert!(ImageConfig::is_image_config(
            "application/vnd.oci.image.config.v1+json; charset=utf-8"
        ));
        assert!(ImageConfig::is_image_config(media_type::DOCKER_CONFIG));
        assert!(!ImageConfig::is_image_config("application/vnd.cncf.helm.config.v1+json"));
        assert!(!ImageConfig::is_image_config(media_type::OCI_EMPTY));
    }

    proptest! {
        #[test]
        fn parsing_never_panics(bytes: Vec<u8>) {
            let _ = ImageConfig::parse(&bytes);
            let _ = ImageConfig::from_schema1(&bytes);
        }
    }
}
