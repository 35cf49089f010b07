#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::completion::holds(bytes));
