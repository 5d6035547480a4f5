//! Flags: what is shown is read back to the same flag, and names go before the share.
#![no_main]

use confident::{Flag, How};
use confident_fuzz::{agreed, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Some(flag) = agreed::<Flag>(text, &How::PLAIN) else { return };
    let shown = flag.to_string();
    assert_eq!(read::<Flag>(&shown, &How::PLAIN), flag, "{shown}");
    let is_listed = |list: &str, name: &str| {
        let part = shown.split(", ").find_map(|part| part.strip_prefix(list));
        part.is_some_and(|names| names.split(' ').any(|found| found == name))
    };
    for name in ["a", "alice", "eve"] {
        // Names in quotation marks may hold commas: then nothing is known of the parts.
        if shown.contains('"') || shown.contains("until") {
            continue;
        }
        if is_listed("deny ", name) {
            assert!(!flag.is_on_for(name), "{shown}: {name}");
        } else if is_listed("allow ", name) || flag.is_on() {
            assert!(flag.is_on_for(name), "{shown}: {name}");
        }
    }
});
