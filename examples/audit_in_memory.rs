//! Audits a registry made in memory, with two faults in it, and asks why one layer is there.
//!
//! ```text
//! cargo run --example audit_in_memory
//! ```

use std::error::Error;
use std::io::{self, Write};
use std::sync::Arc;

use jiff::Timestamp;
use ocifsck::explain::{Reference, explain};
use ocifsck::report::{Palette, Text};
use ocifsck::scan::{self, Options, Silent};
use ocifsck::testing::{Damage, RegistryBuilder};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    run(&mut io::stdout()).await
}

pub(crate) async fn run(out: &mut dyn Write) -> Result<(), Box<dyn Error>> {
    let mut registry = RegistryBuilder::new();
    registry.image("team/app", "1.0", &["base", "app"]);
    registry.image("team/tools", "latest", &["base", "tools"]);
    registry.damage(Damage::LayerLost, "team/app", "1.0");
    registry.damage(Damage::Orphan, "team/app", "1.0");
    let base = ocifsck::oci::Digest::sha256_of(b"base");

    let store = Arc::new(registry.store());
    let (options, clock) = (Options::default(), Arc::new(Timestamp::now));
    let reports =
        scan::audit(store.clone(), "memory", "", &options, clock, Arc::new(Silent)).await?;
    for report in &reports {
        Text { palette: Palette::PLAIN, is_of_bytes: false, files: None }.write(report, out)?;
        writeln!(out)?;
        let explanation = explain(&*store, report, &Reference::Digest(base.clone())).await?;
        explanation.write_text(&Palette::PLAIN, out)?;
    }
    Ok(())
}
