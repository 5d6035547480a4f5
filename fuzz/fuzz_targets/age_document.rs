//! What is decrypted of an age file: it never panics, an error never quotes it, and what is accepted is written as it is
//! read.

#![no_main]

use confident_stores::fuzzing::age;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match age::document(bytes) {
        Ok(written) => assert_eq!(age::document(&written).as_deref(), Ok(&written[..])),
        Err(failure) => {
            let said = failure.to_string();
            // Places may be said, and texts not: those of the seeds have this in them.
            let is_place = failure.place().is_some_and(|place| place.contains("hunter2"));
            assert!(is_place || !said.contains("hunter2"), "{said}");
        }
    }
});
