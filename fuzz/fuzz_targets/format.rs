//! Named formats: what a format promises of a text holds.
#![no_main]

use std::net::IpAddr;

use confident::grammar::Format;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for format in Format::ALL {
        if format.holds(text) {
            assert!(!text.is_empty());
            assert!(!text.bytes().any(|byte| byte <= b' '), "{} with white space", format.name());
            check(format, text);
        }
    }
});

fn check(format: Format, text: &str) {
    match format {
        Format::Url => {
            let (scheme, rest) = text.split_once("://").expect("a URL has a scheme");
            assert!(scheme.starts_with(|first: char| first.is_ascii_alphabetic()) && !rest.is_empty());
        }
        Format::Email => {
            let (local, host) = text.split_once('@').expect("an address has an @");
            assert!(!local.is_empty() && Format::Hostname.holds(host));
        }
        Format::Hostname => {
            assert!(text.len() <= 253 && text.is_ascii());
            for label in text.split('.') {
                assert!((1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-'));
            }
        }
        Format::Uuid => assert_eq!(text.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]),
        Format::Date => {
            let parts: Vec<u32> = text.split('-').map(|part| part.parse().expect("digits")).collect();
            assert!(parts.len() == 3 && (1..=12).contains(&parts[1]) && (1..=31).contains(&parts[2]));
        }
        Format::Cidr => {
            let (host, bits) = text.split_once('/').expect("a network has a slash");
            let bits: u8 = bits.parse().expect("a number");
            let most = match host.parse().expect("an address") {
                IpAddr::V4(_) => 32,
                IpAddr::V6(_) => 128,
            };
            assert!(bits <= most);
        }
        Format::Hex => assert!(text.len() % 2 == 0 && text.bytes().all(|byte| byte.is_ascii_hexdigit())),
        Format::Base64 => {
            assert!(text.len() % 4 == 0 && text.trim_end_matches('=').len() + 2 >= text.len());
        }
        other => panic!("no check for {other:?}"),
    }
}
