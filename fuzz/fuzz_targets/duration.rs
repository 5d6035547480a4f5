//! Lengths of time: no bare number without a unit, no value that was rounded.
#![no_main]

use std::time::Duration;

use confident::{
    How, Value,
    grammar::{Integer, Scalar},
};
use confident_fuzz::{agreed, how, read, scalar};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for how in [How::PLAIN, how(b',', Some("s")), how(b',', Some("ms"))] {
        let Some(value) = agreed::<Duration>(text, &how) else { continue };
        let nanoseconds = value.as_nanos();
        let wanted = Scalar::Integer(Integer::positive(nanoseconds));
        assert_eq!(scalar(Duration::KIND, text, &how), Ok(wanted));
        assert_eq!(read::<Duration>(&format!("{nanoseconds}ns"), &how), value);
        let is_bare = text.trim_ascii().bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        assert!(!is_bare || how.unit.is_some() || value.is_zero());
    }
});
