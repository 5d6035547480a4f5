//! Network addresses.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6},
};

use super::{Invalid, Value};
use crate::{
    grammar::{self, How},
    manifest::{Address, Kind},
};

macro_rules! addresses {
    ($($type:ident $address:ident;)*) => {$(
        impl Value for $type {
            const KIND: &'static Kind = &Kind::Address(Address::$address);

            fn from_text(text: &str, _: &How) -> Result<Self, Invalid> {
                if let Ok(value) = text.parse() {
                    return Ok(value);
                }
                grammar::address::parse(Address::$address, text)?;
                Err(Invalid::plain())
            }

            fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(self, f)
            }
        }
    )*};
}

addresses! {
    IpAddr Ip;
    Ipv4Addr Ipv4;
    Ipv6Addr Ipv6;
    SocketAddr Socket;
    SocketAddrV4 SocketV4;
    SocketAddrV6 SocketV6;
}
