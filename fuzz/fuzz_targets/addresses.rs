//! Network addresses: exactly those of `std`.
#![no_main]

use std::net::*;

use confident::How;
use confident_fuzz::agreed;
use libfuzzer_sys::fuzz_target;

macro_rules! check {
    ($text:expr; $($type:ident)*) => {$(
        assert_eq!(agreed::<$type>($text, &How::PLAIN), $text.parse::<$type>().ok());
    )*};
}

fuzz_target!(|text: &str| {
    check!(text; IpAddr Ipv4Addr Ipv6Addr SocketAddr SocketAddrV4 SocketAddrV6);
});
