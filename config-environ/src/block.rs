//! The block of the environment as the C library keeps it.
//!
//! # Why there is `unsafe` here
//! Nothing in the standard library shows a variable without a copy of it: `vars_os` allocates two strings for
//! each of all of them, `var_os` scans the block for each name. The cost of a load is bounded by this, see
//! BENCHMARKS.md.
//!
//! # Why it is sound
//! `environ` leads to an array of pointers to texts that end with NUL, and the array ends with a null pointer
//! (POSIX.1-2017, "Environment Variables"). All of it is read in [`visit`], and nothing of it outlives that call:
//! the visitor gets slices that it cannot keep.
//!
//! The block may change while it is read if another thread calls `setenv`. Then every reader in the process is at
//! fault, the C library's own `getenv` in `getaddrinfo`, `localtime` or `tzset` among them. This is why
//! `std::env::set_var` is `unsafe` in edition 2024, and why its documentation forbids it where other threads may read the
//! environment by other means than `std::env`: this module is under that contract. `confident` reads the
//! environment once, at the start of a program, and never writes it.

use std::{
    ffi::{CStr, OsStr, c_char},
    os::unix::ffi::OsStrExt,
    ptr,
};

unsafe extern "C" {
    /// The block of the environment.
    static mut environ: *const *const c_char;
}

/// Calls `visitor` with every variable whose entry begins with `prefix`.
pub(crate) fn visit(prefix: &[u8], visitor: &mut dyn FnMut(&OsStr, &OsStr)) {
    // SAFETY: reads the pointer itself, which the C library initializes before `main`; no reference to it is made.
    let mut entry = unsafe { ptr::addr_of!(environ).read() };
    if entry.is_null() {
        return;
    }
    loop {
        // SAFETY: `entry` is in the array, whose end was not seen yet.
        let text = unsafe { entry.read() };
        if text.is_null() {
            return;
        }
        // SAFETY: an entry of the array is a text that ends with NUL.
        if unsafe { begins_with(text, prefix) } {
            // SAFETY: as above; the slice is not kept beyond this turn of the loop.
            let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
            if let Some((name, value)) = split(bytes) {
                visitor(OsStr::from_bytes(name), OsStr::from_bytes(value));
            }
        }
        // SAFETY: the entry is not the null pointer at the end, so there is one behind it.
        entry = unsafe { entry.add(1) };
    }
}

/// Splits an entry at the `=` behind its name, eight bytes a step. As the standard library has it, a name may begin
/// with `=`.
fn split(entry: &[u8]) -> Option<(&[u8], &[u8])> {
    const ONES: u64 = u64::from_ne_bytes([0x01; 8]);
    const TOPS: u64 = u64::from_ne_bytes([0x80; 8]);
    const WANTED: u64 = u64::from_ne_bytes([b'='; 8]);
    let (first, behind) = entry.split_at_checked(1)?;
    let (chunks, rest) = behind.as_chunks::<8>();
    let mut at = first.len();
    for chunk in chunks {
        // The bytes that are `=` are those that are 0 now, and a byte that is 0 borrows from its top bit.
        let differing = u64::from_le_bytes(*chunk) ^ WANTED;
        let zeros = differing.wrapping_sub(ONES) & !differing & TOPS;
        if zeros != 0 {
            at += zeros.trailing_zeros() as usize / 8;
            return Some((&entry[..at], &entry[at + 1..]));
        }
        at += 8;
    }
    at += rest.iter().position(|byte| *byte == b'=')?;
    Some((&entry[..at], &entry[at + 1..]))
}

/// Whether a text begins with `prefix`.
///
/// # Safety
/// `text` leads to bytes up to a NUL.
unsafe fn begins_with(text: *const c_char, prefix: &[u8]) -> bool {
    prefix.iter().enumerate().all(|(at, byte)| {
        // SAFETY: no byte before this one was NUL: it was equal to one of `prefix`, and none of those is.
        *byte != 0 && unsafe { text.add(at).read() } as u8 == *byte
    })
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn an_entry_is_split_at_the_first_equals_sign_behind_a_name() {
        for length in 1..40 {
            let name = "N".repeat(length);
            let entry = format!("{name}=a=b");
            assert_eq!(split(entry.as_bytes()), Some((name.as_bytes(), &b"a=b"[..])), "{length}");
            assert_eq!(split(name.as_bytes()), None);
        }
        assert_eq!(split(b"=C:=C:\\dir"), Some((&b"=C:"[..], &b"C:\\dir"[..])));
        assert_eq!(split(b""), None);
        assert_eq!(split(b"="), None);
    }
}
