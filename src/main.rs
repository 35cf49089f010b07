//! The `ocifsck` program.

fn main() {}
