//! Truth values: a closed list of words.
#![no_main]

use confident::{How, grammar::bool::WORDS};
use confident_fuzz::agreed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let value = agreed::<bool>(text, &How::PLAIN);
    let word = text.trim_ascii().to_ascii_lowercase();
    let wanted = WORDS.iter().find(|(known, _)| *known == word).map(|(_, value)| *value);
    assert_eq!(value, wanted);
});
