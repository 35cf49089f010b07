//! The `ocifsck` program. All of it is in the library's `cli` module.

fn main() -> std::process::ExitCode {
    ocifsck::cli::main()
}
