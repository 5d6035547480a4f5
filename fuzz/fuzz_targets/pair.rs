//! Pairs: split at the first separator.
#![no_main]

use std::{net::IpAddr, time::Duration};

use confident::{ByteSize, How};
use confident_fuzz::{agreed, how, read};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for how in [How::PLAIN, how(b':', None)] {
        agreed::<(char, char)>(text, &how);
        agreed::<(u8, bool)>(text, &how);
        agreed::<(Duration, ByteSize)>(text, &how);
        agreed::<(IpAddr, Vec<u8>)>(text, &how);
        let Some((first, second)) = agreed::<(String, String)>(text, &how) else { continue };
        let again = format!("{first}{}{second}", char::from(how.separator));
        assert_eq!(read::<(String, String)>(&again, &how), (first, second));
    }
});
