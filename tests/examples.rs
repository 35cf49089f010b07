//! The examples of the documentation, run.

#[path = "../examples/audit_in_memory.rs"]
#[expect(dead_code, reason = "a test has its own main")]
mod audit_in_memory;
#[path = "../examples/own_report.rs"]
#[expect(dead_code, reason = "a test has its own main")]
mod own_report;

#[tokio::test]
async fn audits_in_memory() {
    let mut out = Vec::new();
    audit_in_memory::run(&mut out).await.unwrap();
    let text = String::from_utf8(out).unwrap();
    for told in ["missing-blob", "orphaned-blob", "tagged: the tag team/app:1.0 and 1 other tag"] {
        assert!(text.contains(told), "{told}: {text}");
    }
}

#[tokio::test]
async fn writes_a_report_of_its_own() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/registry-bucket");
    let mut out = Vec::new();
    own_report::run(directory, &mut out).await.unwrap();
    let text = String::from_utf8(out).unwrap();
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(lines.len(), 12, "{text}");
    assert_eq!(lines[0].matches('|').count(), 5);
    let bytes = |line: &&str| line.split(" | ").nth(1).unwrap().parse::<u64>().unwrap();
    assert!(lines[2..].iter().map(bytes).is_sorted_by(|a, b| a >= b), "{text}");
    assert!(bytes(&lines[2]) > 0);
}
