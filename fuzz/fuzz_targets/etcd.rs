//! Answers of etcd: whatever it is, every reader of answers reads it or fails, and no failure quotes it.
#![no_main]

use confident_stores::fuzzing;
use libfuzzer_sys::fuzz_target;

/// A word that no message of the crate has.
const CANARY: &str = "cAnArY7";

fuzz_target!(|body: &str| {
    fuzzing::etcd(body.as_bytes());
    // In front of every piece: what was JSON is broken then. Behind every quote: its texts and names.
    for body in [body.replace('"', &format!("\"{CANARY}")), body.replace(":\"", &format!(":\"{CANARY}"))] {
        for message in fuzzing::etcd(body.as_bytes()) {
            assert!(!message.contains(CANARY), "{message}");
        }
    }
});
