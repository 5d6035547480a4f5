//! Lists: both forms, any separator, escapes.
#![no_main]

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use confident::{How, SecretString};
use confident_fuzz::{agreed, how, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for how in [How::PLAIN, how(b';', Some("s")), how(b' ', None), how(b'\n', None)] {
        agreed::<Vec<u8>>(text, &how);
        agreed::<Vec<char>>(text, &how);
        agreed::<Vec<bool>>(text, &how);
        agreed::<Vec<f32>>(text, &how);
        agreed::<Vec<Duration>>(text, &how);
        agreed::<Vec<PathBuf>>(text, &how);
        agreed::<Vec<SecretString>>(text, &how);
        agreed::<Vec<Vec<char>>>(text, &how);
        agreed::<Vec<(String, u8)>>(text, &how);
        agreed::<BTreeSet<char>>(text, &how);
        agreed::<[char; 2]>(text, &how);
        let Some(items) = agreed::<Vec<String>>(text, &how) else { continue };
        let quoted = |item: &String| format!("\"{}\"", item.replace('"', "\"\""));
        let again = items.iter().map(quoted).collect::<Vec<_>>().join(&char::from(how.separator).to_string());
        assert_eq!(read::<Vec<String>>(&again, &how), items);
    }
});
