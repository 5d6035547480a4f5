//! Reading what may be secret, into memory that is allocated once and is wiped.

use std::io::{self, Read};

use zeroize::Zeroizing;

/// The most that is read: no secret is larger.
pub(crate) const MOST: usize = 1 << 20;
/// What is read at once where the length is not known.
const PIECE: usize = 16 << 10;

/// Reads so many bytes.
///
/// # Errors
/// There are fewer, or they cannot be read.
#[cfg_attr(not(feature = "http"), allow(dead_code))]
pub(crate) fn read_exactly(mut from: impl Read, length: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; length]);
    from.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// Reads all there is; `None` where that is more than [`MOST`].
///
/// # Errors
/// It cannot be read.
pub(crate) fn read_all(mut from: impl Read) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
    // Growing would leave copies behind.
    let mut pieces: Vec<Zeroizing<Vec<u8>>> = Vec::new();
    loop {
        let mut piece = Zeroizing::new(Vec::with_capacity(PIECE));
        from.by_ref().take(PIECE as u64).read_to_end(&mut piece)?;
        if piece.is_empty() {
            break;
        }
        pieces.push(piece);
        if pieces.iter().map(|piece| piece.len()).sum::<usize>() > MOST {
            return Ok(None);
        }
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(pieces.iter().map(|piece| piece.len()).sum()));
    pieces.iter().for_each(|piece| bytes.extend_from_slice(piece));
    Ok(Some(bytes))
}
