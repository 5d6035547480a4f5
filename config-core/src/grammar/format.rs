//! Named formats of text, for the `format` constraint.

use super::{address, find};

/// A named format of text.
///
/// ```
/// use confident_core::grammar::Format;
///
/// assert!(Format::Hostname.holds("db-1.internal"));
/// assert!(!Format::Hostname.holds("-db"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// An absolute URL: a scheme, `://`, something behind it, and no white space.
    Url,
    /// An e-mail address: one `@`, a local part before it, a host name behind it.
    Email,
    /// A host name: labels of letters, digits and inner hyphens, separated by dots (RFC 1123).
    Hostname,
    /// A UUID in its 8-4-4-4-12 form.
    Uuid,
    /// A calendar date, `2027-01-31`.
    Date,
    /// An IP network, `10.0.0.0/8`.
    Cidr,
    /// Hexadecimal digits, two for each byte.
    Hex,
    /// Base64 with the standard alphabet and padding.
    Base64,
}

impl Format {
    /// Every format.
    pub const ALL: [Self; 8] =
        [Self::Url, Self::Email, Self::Hostname, Self::Uuid, Self::Date, Self::Cidr, Self::Hex, Self::Base64];

    /// The name, as the option `format` takes it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Url => "url",
            Self::Email => "email",
            Self::Hostname => "hostname",
            Self::Uuid => "uuid",
            Self::Date => "date",
            Self::Cidr => "cidr",
            Self::Hex => "hex",
            Self::Base64 => "base64",
        }
    }

    /// What the text must be, to complete "is not ...".
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Url => "an absolute URL such as https://example.com",
            Self::Email => "an e-mail address such as ops@example.com",
            Self::Hostname => "a host name such as db.internal",
            Self::Uuid => "a UUID such as 123e4567-e89b-12d3-a456-426614174000",
            Self::Date => "a date such as 2027-01-31",
            Self::Cidr => "an IP network such as 10.0.0.0/8",
            Self::Hex => "hexadecimal digits, two for each byte",
            Self::Base64 => "base64",
        }
    }

    /// Whether `text` has this format.
    pub const fn holds(self, text: &str) -> bool {
        match self {
            Self::Url => is_url(text),
            Self::Email => is_email(text),
            Self::Hostname => is_hostname(text),
            Self::Uuid => is_uuid(text.as_bytes()),
            Self::Date => is_date(text.as_bytes()),
            Self::Cidr => is_cidr(text),
            Self::Hex => is_hex(text.as_bytes()),
            Self::Base64 => is_base64(text.as_bytes()),
        }
    }
}

const fn is_url(text: &str) -> bool {
    let bytes = text.as_bytes();
    let colon = match find(text, b':', 0) {
        Some(colon) => colon,
        None => return false,
    };
    if colon == 0 || !bytes[0].is_ascii_alphabetic() || colon + 3 >= bytes.len() {
        return false;
    }
    let mut at = 0;
    while at < colon {
        if !(bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'+' | b'-' | b'.')) {
            return false;
        }
        at += 1;
    }
    bytes[colon + 1] == b'/' && bytes[colon + 2] == b'/' && bytes[colon + 3] != b'?' && is_graphic(bytes)
}

/// Whether there is no white space and no control character.
const fn is_graphic(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] <= b' ' || bytes[at] == 0x7f {
            return false;
        }
        at += 1;
    }
    true
}

const fn is_email(text: &str) -> bool {
    match find(text, b'@', 0) {
        Some(at) => {
            let (local, host) = text.split_at(at);
            let host = host.split_at(1).1;
            !local.is_empty() && local.len() <= 64 && is_graphic(local.as_bytes()) && is_hostname(host)
        }
        None => false,
    }
}

const fn is_hostname(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.is_empty() || bytes.len() > 253 {
        return false;
    }
    let mut label = 0;
    let mut at = 0;
    while at < bytes.len() {
        let ends = at + 1 == bytes.len() || bytes[at + 1] == b'.';
        match bytes[at] {
            b'.' if label > 0 && at + 1 < bytes.len() => {
                label = 0;
                at += 1;
                continue;
            }
            b'-' if label > 0 && !ends => {}
            byte if byte.is_ascii_alphanumeric() => {}
            _ => return false,
        }
        label += 1;
        if label > 63 {
            return false;
        }
        at += 1;
    }
    true
}

const fn is_uuid(bytes: &[u8]) -> bool {
    if bytes.len() != 36 {
        return false;
    }
    let mut at = 0;
    while at < 36 {
        let holds = match at {
            8 | 13 | 18 | 23 => bytes[at] == b'-',
            _ => bytes[at].is_ascii_hexdigit(),
        };
        if !holds {
            return false;
        }
        at += 1;
    }
    true
}

pub(crate) const fn is_date(bytes: &[u8]) -> bool {
    let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = bytes else {
        return false;
    };
    let (year, month, day) = match (pair(*y0, *y1), pair(*y2, *y3), pair(*m0, *m1), pair(*d0, *d1)) {
        (Some(century), Some(year), Some(month), Some(day)) => (century * 100 + year, month, day),
        _ => return false,
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap => 29,
        2 => 28,
        _ => return false,
    };
    day >= 1 && day <= days
}

const fn pair(tens: u8, ones: u8) -> Option<u32> {
    if tens.is_ascii_digit() && ones.is_ascii_digit() {
        Some((tens - b'0') as u32 * 10 + (ones - b'0') as u32)
    } else {
        None
    }
}

const fn is_cidr(text: &str) -> bool {
    let (host, bits) = match find(text, b'/', 0) {
        Some(at) => {
            let (host, bits) = text.split_at(at);
            (host, bits.split_at(1).1.as_bytes())
        }
        None => return false,
    };
    let bits = match bits {
        [ones @ b'0'..=b'9'] => (*ones - b'0') as u32,
        [tens @ b'1'..=b'9', ones @ b'0'..=b'9'] => (*tens - b'0') as u32 * 10 + (*ones - b'0') as u32,
        [b'1', tens @ b'0'..=b'2', ones @ b'0'..=b'9'] => {
            100 + (*tens - b'0') as u32 * 10 + (*ones - b'0') as u32
        }
        _ => return false,
    };
    (address::is_ipv4(host) && bits <= 32) || (address::is_ipv6(host) && bits <= 128)
}

const fn is_hex(bytes: &[u8]) -> bool {
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_hexdigit() {
            return false;
        }
        at += 1;
    }
    !bytes.is_empty() && bytes.len().is_multiple_of(2)
}

const fn is_base64(bytes: &[u8]) -> bool {
    if bytes.is_empty() || !bytes.len().is_multiple_of(4) {
        return false;
    }
    let padding = match bytes {
        [.., b'=', b'='] => 2,
        [.., b'='] => 1,
        _ => 0,
    };
    let mut at = 0;
    while at < bytes.len() - padding {
        if !(bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'+' | b'/')) {
            return false;
        }
        at += 1;
    }
    true
}
