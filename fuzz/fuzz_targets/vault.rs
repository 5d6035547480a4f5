//! Answers of Vault: whatever it is, every reader of answers reads it or fails, and no failure quotes it.
//!
//! The first byte chooses the status, the rest is the body. It is read as it is, and with a canary in its texts and names,
//! which no message may have.
#![no_main]

use confident_stores::fuzzing;
use libfuzzer_sys::fuzz_target;

/// The statuses that mean something of their own.
const STATUSES: [u16; 16] = [200, 204, 301, 400, 401, 403, 404, 405, 412, 429, 472, 473, 500, 501, 502, 503];
/// A word that no message of the crate has.
const CANARY: &str = "cAnArY7";

fuzz_target!(|input: (u8, &str)| {
    let (status, body) = input;
    let status = STATUSES[usize::from(status) % STATUSES.len()];
    fuzzing::vault(status, body.as_bytes());
    // In front of every piece: what was JSON is broken then.
    let broken = body.replace('"', &format!("\"{CANARY}"));
    // In every fourth piece between quotes: the texts of an object of texts, or some of the names and texts of another.
    let pieces = body.split('"').enumerate();
    let marked: Vec<String> = pieces
        .map(|(number, piece)| if number % 4 == 3 { format!("{CANARY}{piece}") } else { piece.to_owned() })
        .collect();
    let marked = marked.join("\"");
    for body in [broken, marked] {
        for message in fuzzing::vault(status, body.as_bytes()) {
            assert!(!message.contains(CANARY), "{message}");
        }
    }
});
