//! Keys of MinIO's that may do little.

use aws_sdk_s3::config::Credentials;
use serde_json::json;

use crate::lab::{S3Bucket, runtime};

/// A session that may do `actions` in the bucket and nothing else, and may not read the keys of
/// `hidden`.
pub(crate) fn session(bucket: &S3Bucket, actions: &[&str], hidden: &[&str]) -> Credentials {
    let arn = |key: &str| format!("arn:aws:s3:::{}{key}", bucket.name);
    let mut statements = vec![json!({
        "Effect": "Allow",
        "Action": actions,
        "Resource": [arn(""), arn("/*")],
    })];
    for key in hidden {
        let resource = [arn(&format!("/{key}"))];
        statements.push(json!({
            "Effect": "Deny",
            "Action": ["s3:GetObject"],
            "Resource": resource,
        }));
    }
    let policy = json!({ "Version": "2012-10-17", "Statement": statements });
    // MinIO knows no roles; the policy is what counts.
    let request = aws_sdk_sts::Client::new(&bucket.server.config())
        .assume_role()
        .role_arn("arn:aws:iam::000000000000:role/unused")
        .role_session_name("tests")
        .policy(policy.to_string());
    let answer = runtime().block_on(request.send()).expect("MinIO hands out a session");
    let given = answer.credentials.expect("a session has credentials");
    let token = Some(given.session_token);
    Credentials::new(given.access_key_id, given.secret_access_key, token, None, "tests")
}
