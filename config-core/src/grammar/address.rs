//! Network addresses: what `std::net` reads, decided at compile time too.

use super::{Fault, find};
use crate::manifest::Address;

/// Checks that `text` is an address of this form.
///
/// # Errors
/// Anything that `std::net`'s `FromStr` refuses, white space around the address too.
pub const fn parse(address: Address, text: &str) -> Result<(), Fault> {
    if holds(address, text) {
        return Ok(());
    }
    let trimmed = text.trim_ascii();
    if holds(address, trimmed) {
        return Err(Fault::hint("write {} without white space around it"));
    }
    Err(match (address, trimmed.as_bytes()) {
        (Address::Ip | Address::Ipv4 | Address::Ipv6, _) => Fault::SHAPE,
        (Address::Socket | Address::SocketV4, _) if is_ipv4(trimmed) => {
            Fault::hint("the port is missing: write {}:8080")
        }
        (Address::Socket | Address::SocketV6, _) if is_ipv6(trimmed) => {
            Fault::hint("the port is missing: write [{}]:8080")
        }
        (Address::SocketV6, [b':', ..]) if is_port(trimmed.split_at(1).1) => {
            Fault::hint("write [::]{} to listen on every address")
        }
        (Address::Socket | Address::SocketV4, [b':', ..]) if is_port(trimmed.split_at(1).1) => {
            Fault::hint("write 0.0.0.0{} to listen on every address")
        }
        (Address::Socket | Address::SocketV6, [b'[', ..]) if find(trimmed, b'%', 0).is_some() => {
            Fault::hint("write the zone as the number of the interface, such as [fe80::1%2]:8080")
        }
        (Address::Socket | Address::SocketV4 | Address::SocketV6, _) => Fault::SHAPE,
    })
}

const fn holds(address: Address, text: &str) -> bool {
    match address {
        Address::Ip => is_ipv4(text) || is_ipv6(text),
        Address::Ipv4 => is_ipv4(text),
        Address::Ipv6 => is_ipv6(text),
        Address::Socket => is_socket_v4(text) || is_socket_v6(text),
        Address::SocketV4 => is_socket_v4(text),
        Address::SocketV6 => is_socket_v6(text),
    }
}

const fn is_socket_v4(text: &str) -> bool {
    match find(text, b':', 0) {
        Some(at) => {
            let (host, port) = text.split_at(at);
            is_ipv4(host) && is_port(port.split_at(1).1)
        }
        None => false,
    }
}

const fn is_socket_v6(text: &str) -> bool {
    if !matches!(text.as_bytes(), [b'[', ..]) {
        return false;
    }
    let close = match find(text, b']', 0) {
        Some(close) => close,
        None => return false,
    };
    let (host, after) = text.split_at(close);
    let host = host.split_at(1).1;
    let port = match after.as_bytes() {
        [b']', b':', ..] => after.split_at(2).1,
        _ => return false,
    };
    let host = match find(host, b'%', 0) {
        Some(at) => {
            let (host, zone) = host.split_at(at);
            if number(zone.split_at(1).1, u32::MAX as u64).is_none() {
                return false;
            }
            host
        }
        None => host,
    };
    is_ipv6(host) && is_port(port)
}

const fn is_port(text: &str) -> bool {
    number(text, u16::MAX as u64).is_some()
}

const fn number(text: &str, top: u64) -> Option<u64> {
    let bytes = text.as_bytes();
    if bytes.is_empty() {
        return None;
    }
    let mut value: u64 = 0;
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            digit @ b'0'..=b'9' => value = value * 10 + (digit - b'0') as u64,
            _ => return None,
        }
        if value > top {
            return None;
        }
        at += 1;
    }
    Some(value)
}

pub(crate) const fn is_ipv4(text: &str) -> bool {
    let mut rest = text;
    let mut parts = 0;
    loop {
        let (part, after) = match find(rest, b'.', 0) {
            Some(at) => {
                let (part, after) = rest.split_at(at);
                (part, Some(after.split_at(1).1))
            }
            None => (rest, None),
        };
        // A leading zero reads as octal elsewhere.
        if part.len() > 3 || (part.len() > 1 && part.as_bytes()[0] == b'0') || number(part, 255).is_none() {
            return false;
        }
        parts += 1;
        match after {
            Some(after) => rest = after,
            None => return parts == 4,
        }
    }
}

pub(crate) const fn is_ipv6(text: &str) -> bool {
    // `::` stands once, for one group of zeros or more.
    let bytes = text.as_bytes();
    let mut at = 0;
    while at + 1 < bytes.len() {
        if bytes[at] == b':' && bytes[at + 1] == b':' {
            let (head, tail) = text.split_at(at);
            let tail = tail.split_at(2).1;
            return match (groups(head, false), groups(tail, true)) {
                (Some(head), Some(tail)) => head + tail <= 7,
                _ => false,
            };
        }
        at += 1;
    }
    match groups(text, true) {
        Some(count) => count == 8,
        None => false,
    }
}

/// How many 16-bit groups `text` holds; an IPv4 address at the end counts as two.
const fn groups(text: &str, may_end_in_ipv4: bool) -> Option<usize> {
    if text.is_empty() {
        return Some(0);
    }
    let mut rest = text;
    let mut count = 0;
    loop {
        let (group, after) = match find(rest, b':', 0) {
            Some(at) => {
                let (group, after) = rest.split_at(at);
                (group, Some(after.split_at(1).1))
            }
            None => (rest, None),
        };
        match after {
            None if may_end_in_ipv4 && is_ipv4(group) => return Some(count + 2),
            _ if !is_group(group) => return None,
            None => return Some(count + 1),
            Some(after) => {
                count += 1;
                rest = after;
            }
        }
    }
}

const fn is_group(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 4 {
        return false;
    }
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_hexdigit() {
            return false;
        }
        at += 1;
    }
    true
}
