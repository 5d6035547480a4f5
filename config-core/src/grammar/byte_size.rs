//! Amounts of data.

use super::{
    Fault,
    number::{Decimal, letters, skip_space},
};

/// Reads a size in bytes: a number with one of the units `B`, `KiB`, `MiB`, `GiB`, `TiB`, `PiB`, `EiB`
/// (or Kubernetes' `Ki`, `Mi`, ...), or a bare number of bytes. White space around the parts is ignored.
/// Where `unit` names a unit, a bare number counts in that unit.
///
/// # Errors
/// Anything else. `KB`, `K`, `MB`, `M` and the like are refused because programs disagree on whether
/// they count by 1000 or by 1024.
pub const fn parse(text: &str, unit: Option<&str>) -> Result<u64, Fault> {
    let bytes = text.trim_ascii().as_bytes();
    if let [b'-', ..] = bytes {
        return Err(Fault::hint("a size cannot be negative"));
    }
    let (number, after) = match Decimal::read(bytes) {
        Ok(read) => read,
        Err(fault) => return Err(fault),
    };
    let (name, rest) = letters(skip_space(after));
    if !rest.is_empty() {
        return Err(Fault::SHAPE);
    }
    let factor = match (name, unit) {
        ([], Some(unit)) => factor(unit.as_bytes()),
        ([], None) => Ok(1),
        (name, _) => factor(name),
    };
    let size = match factor {
        Ok(factor) => number.times(factor),
        Err(fault) => Err(fault),
    };
    match size {
        Ok(size) if size <= u64::MAX as u128 => Ok(size as u64),
        Ok(_) => Err(Fault::hint("the number is too large")),
        Err(fault) => Err(fault),
    }
}

/// Whether `name` is a unit of data.
pub const fn is_unit(name: &str) -> bool {
    factor(name.as_bytes()).is_ok()
}

const fn factor(name: &[u8]) -> Result<u128, Fault> {
    Ok(match name {
        b"B" => 1,
        b"KiB" | b"Ki" => 1 << 10,
        b"MiB" | b"Mi" => 1 << 20,
        b"GiB" | b"Gi" => 1 << 30,
        b"TiB" | b"Ti" => 1 << 40,
        b"PiB" | b"Pi" => 1 << 50,
        b"EiB" | b"Ei" => 1 << 60,
        [b'K' | b'k', ..] => return Err(AMBIGUOUS_KILO),
        [b'M' | b'm' | b'G' | b'g' | b'T' | b't' | b'P' | b'p' | b'E' | b'e', ..] => return Err(AMBIGUOUS),
        _ => return Err(Fault::hint("the units are B, KiB, MiB, GiB, TiB, PiB and EiB")),
    })
}

const AMBIGUOUS_KILO: Fault =
    Fault::hint("programs disagree on that unit: write KiB for 1024 bytes, or the number of bytes");
const AMBIGUOUS: Fault = Fault::hint(
    "programs disagree on that unit: write MiB, GiB, TiB, PiB or EiB for powers of 1024, or the number of bytes",
);
