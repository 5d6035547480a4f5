//! A binary or a text with a manifest in it, or with something that looks like one: reading takes little memory and
//! does not panic, and what was read can be walked and published.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(found) = confident_manifest::read_from(&mut Cursor::new(bytes)) else { return };
    for found in found {
        for entry in found.manifest.keys() {
            let _ = (entry.variable, entry.path, entry.key.kind.expected());
        }
        let _ = confident_manifest::published(found.manifest);
    }
});
