//! Amounts of data: whole bytes, and only units that all programs read alike.
#![no_main]

use confident::{ByteSize, How};
use confident_fuzz::{agreed, how, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for how in [How::PLAIN, how(b',', Some("MiB"))] {
        let Some(size) = agreed::<ByteSize>(text, &how) else { continue };
        assert_eq!(read::<ByteSize>(&size.to_string(), &how), size);
        assert_eq!(read::<ByteSize>(&format!("{}B", size.bytes()), &how), size);
        let text = text.trim_ascii();
        assert!(!text.contains(['k', 'g', 't', 'p']), "{text:?} has a unit that programs disagree on");
        assert!(!text.ends_with("KB") && !text.ends_with("MB"));
    }
});
