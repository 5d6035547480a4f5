//! Words of a closed set.
#![no_main]

use confident::{ConfigValue, How};
use confident_fuzz::{agreed, read};
use libfuzzer_sys::fuzz_target;

/// Words, two of which differ in the case of letters only.
#[derive(ConfigValue, Debug, PartialEq)]
enum Word {
    /// A word.
    VeryFast,
    /// A word with a digit.
    #[config(rename = "v2")]
    Second,
    /// A word that differs from the next in case only.
    #[config(rename = "Auto")]
    Upper,
    /// A word that differs from the last in case only.
    #[config(rename = "auto")]
    Lower,
}

fuzz_target!(|text: &str| {
    let word = agreed::<Word>(text, &How::PLAIN);
    let trimmed = text.trim_ascii();
    let wanted = match trimmed {
        "Auto" => Some(Word::Upper),
        "auto" => Some(Word::Lower),
        _ if trimmed.eq_ignore_ascii_case("very-fast") => Some(Word::VeryFast),
        _ if trimmed.eq_ignore_ascii_case("v2") => Some(Word::Second),
        _ => None,
    };
    assert_eq!(word, wanted);
    if let Some(word) = word {
        assert_eq!(read::<Word>(word.word(), &How::PLAIN), word);
    }
});
