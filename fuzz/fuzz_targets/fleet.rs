//! States of instances: whatever it is, it is read or refused, and what is read is written so that it can be read again.
#![no_main]

use confident_stores::fuzzing;
use libfuzzer_sys::fuzz_target;

/// A word that no message of the crate has.
const CANARY: &str = "cAnArY7";

fuzz_target!(|text: &str| {
    fuzzing::fleet(text.as_bytes());
    let text = text.replace('"', &format!("\"{CANARY}"));
    if let Some(reason) = fuzzing::fleet(text.as_bytes()) {
        assert!(!reason.contains(CANARY), "{reason}");
    }
});
