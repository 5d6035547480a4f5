//! Documents in YAML: what is read, though the parser sees none of the texts, is what it reads where it sees them, with
//! every place; and what it cannot read is refused.
//!
//! The differences, all of which are meant: tags without a handle (`!<..>`) and tags with escapes (`%41`) are refused, and
//! where aliases stand for very much, nothing is compared.
#![no_main]

use confident::fuzzing;
use libfuzzer_sys::fuzz_target;

#[path = "../../tests/common/yaml.rs"]
mod reference;

fuzz_target!(|document: &str| {
    // A load skips it in front of a document.
    let document = document.strip_prefix('\u{feff}').unwrap_or(document);
    reference::agree(document);

    let seen = fuzzing::seen_of_yaml(document);
    assert_eq!(seen.chars().count(), document.chars().count());
    // Directives are seen as they are.
    if !document.contains('%') {
        assert!(seen.is_ascii() || document.contains('\u{feff}'), "{document:?}");
        let is_masked = |char: char| !char.is_ascii_alphabetic() || "xuUaq".contains(char);
        assert!(seen.chars().all(is_masked), "{document:?}");
    }
});
