//! Answers of Vault: whatever it is, every reader of answers reads it or fails, and no failure quotes it.
//!
//! The first two bytes choose the status. The body stands between two marks that no message has: a failure that quotes
//! any of it that is long enough to be a secret is found by what it says more than the messages of the crate.
#![no_main]

use confident_stores::fuzzing;
use libfuzzer_sys::fuzz_target;

/// The statuses that mean something of their own.
const STATUSES: [u16; 16] =
    [200, 204, 301, 400, 401, 403, 404, 405, 412, 429, 472, 473, 500, 501, 502, 503];
/// What is put in place of every text of the body.
const CANARY: &str = "cAnArY7";

fuzz_target!(|input: (u8, &str)| {
    let (status, body) = input;
    let status = STATUSES[usize::from(status) % STATUSES.len()];
    fuzzing::vault(status, body.as_bytes());
    // The same body with a canary behind every quote: inside of every text, and of every name.
    let marked = body.replace('"', &format!("\"{CANARY}"));
    // At the ends of texts and of the names that the readers know, the canary would be noise: half of the quotes.
    let half: String = body
        .split('"')
        .enumerate()
        .map(|(number, piece)| match number % 4 {
            3 => format!("\"{CANARY}{piece}"),
            0 if number == 0 => piece.to_owned(),
            _ => format!("\"{piece}"),
        })
        .collect();
    for body in [marked, half] {
        for message in fuzzing::vault(status, body.as_bytes()) {
            assert!(!message.contains(CANARY), "{message}");
        }
    }
});
