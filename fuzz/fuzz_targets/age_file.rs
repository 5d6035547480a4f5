//! Whole age files: they never panic, and what was changed is not accepted.

#![no_main]

use confident_stores::{Identity, fuzzing::age};
use libfuzzer_sys::fuzz_target;

/// Opens the seed, and nothing else.
const KEY: &str = "AGE-SECRET-KEY-14DP84HPGC0A4UPENFTTRX6SPQVU63WJN58P69GF7UVWG4PFV8ARST3SFT3";
const SEED: &[u8] = include_bytes!("../corpus/age_file/secrets.age");

fuzz_target!(|bytes: &[u8]| {
    let opened = age::file(bytes, &Identity::text(KEY.into()));
    assert_eq!(opened.is_ok(), bytes == SEED);
});
