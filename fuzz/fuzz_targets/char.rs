//! Single characters.
#![no_main]

use confident::How;
use confident_fuzz::agreed;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    assert_eq!(agreed::<char>(text, &How::PLAIN), text.parse::<char>().ok());
});
