use std::sync::Arc;
use crate::store::*;
use super::*;
#[tokio::test]
async fn scratch() {
    let store = Arc::new(DirectoryStore::open("examples/registry-bucket").unwrap());
    let options = crate::scan::Options { min_age: jiff::SignedDuration::ZERO, verify: crate::scan::Verify::All, ..Default::default() };
    let reports = crate::scan::audit(store.clone(), "examples/registry-bucket", "", &options, Arc::new(|| jiff::Timestamp::now()), Arc::new(crate::scan::Silent)).await.unwrap();
    for r in std::env::var("REFS").unwrap().split('\n') {
        println!("$ explain {r}");
        let reference = match Reference::parse(r) { Ok(r)=>r, Err(e)=>{println!("error: {e}\n"); continue}};
        match explain(&*store, &reports[0], &reference).await {
            Ok(e) => { let mut v=vec![]; e.write_text(&Palette::PLAIN,&mut v).unwrap(); println!("{}", String::from_utf8(v).unwrap()); }
            Err(e) => println!("error: {e}\n"),
        }
    }
}
