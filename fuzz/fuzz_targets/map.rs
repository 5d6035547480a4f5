//! Maps: every name once, values with escapes.
#![no_main]

use std::collections::BTreeMap;

use confident::{How, SecretString};
use confident_fuzz::{agreed, how, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for how in [How::PLAIN, how(b';', None), how(b'\n', None)] {
        agreed::<BTreeMap<String, u8>>(text, &how);
        agreed::<BTreeMap<String, char>>(text, &how);
        agreed::<BTreeMap<String, Vec<char>>>(text, &how);
        agreed::<BTreeMap<String, SecretString>>(text, &how);
        let Some(map) = agreed::<BTreeMap<String, String>>(text, &how) else { continue };
        // A name may hold any character but `=`; one with a quotation mark cannot stand in quotes, and
        // white space around a value that came out of an escape cannot be written plainly.
        let is_plain = |(name, value): (&String, &String)| !name.contains('"') && value.trim_ascii() == value;
        if !map.iter().all(is_plain) {
            continue;
        }
        let entry = |(name, value): (&String, &String)| format!("\"{name}={}\"", value.replace('"', "\"\""));
        let again = map.iter().map(entry).collect::<Vec<_>>().join(&char::from(how.separator).to_string());
        assert_eq!(read::<BTreeMap<String, String>>(&again, &how), map);
    }
});
