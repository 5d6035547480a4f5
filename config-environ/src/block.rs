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

/// A variable of the environment, while it is seen.
#[derive(Clone, Copy)]
pub struct Variable<'v> {
    /// `NAME=value`, as it stands in the block.
    entry: &'v [u8],
}

impl<'v> Variable<'v> {
    /// What it holds, if this is its name. Whoever knows which variable comes next need not look for the end of its name.
    #[inline]
    pub fn value_of(self, name: &[u8]) -> Option<&'v OsStr> {
        let (b'=', value) = self.entry.strip_prefix(name)?.split_first()? else { return None };
        Some(OsStr::from_bytes(value))
    }

    /// Its name and what it holds; `None` for what is no variable, because it has no `=` behind a name.
    pub fn split(self) -> Option<(&'v OsStr, &'v OsStr)> {
        let (name, rest) = self.entry.split_at(end_of_name(self.entry)?);
        Some((OsStr::from_bytes(name), OsStr::from_bytes(&rest[1..])))
    }
}

/// Calls `visitor` with every entry that begins with `prefix`.
pub(crate) fn visit(prefix: &[u8], visitor: &mut dyn FnMut(Variable<'_>)) {
    // SAFETY: reads the pointer itself, which the C library initializes before `main`; no reference to it is made.
    let mut entry = unsafe { ptr::addr_of!(environ).read() };
    if entry.is_null() {
        return;
    }
    let first = prefix.first().copied();
    loop {
        // SAFETY: `entry` is in the array, whose end was not seen yet.
        let text = unsafe { entry.read() };
        if text.is_null() {
            return;
        }
        // SAFETY: an entry of the array is a text that ends with NUL, so it has a first byte. Of most entries that says
        // already that they are others.
        let may_be = first.is_none_or(|first| unsafe { text.read() } as u8 == first);
        // SAFETY: as above.
        if may_be && unsafe { begins_with(text, prefix) } {
            // SAFETY: as above; the slice is not kept beyond this turn of the loop.
            visitor(Variable { entry: unsafe { CStr::from_ptr(text) }.to_bytes() });
        }
        // SAFETY: the entry is not the null pointer at the end, so there is one behind it.
        entry = unsafe { entry.add(1) };
    }
}

/// Where the `=` behind the name of an entry stands, found eight bytes a step. As the standard library has it, a name may
/// begin with `=`.
fn end_of_name(entry: &[u8]) -> Option<usize> {
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
            return Some(at + zeros.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    Some(at + rest.iter().position(|byte| *byte == b'=')?)
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
    use super::Variable;

    fn split(entry: &[u8]) -> Option<(&[u8], &[u8])> {
        let (name, value) = Variable { entry }.split()?;
        Some((name.as_encoded_bytes(), value.as_encoded_bytes()))
    }

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

    #[test]
    fn a_value_is_that_of_the_whole_name() {
        let value = |entry: &'static [u8], name: &[u8]| Variable { entry }.value_of(name);
        assert_eq!(value(b"AB=c=d", b"AB"), Some("c=d".as_ref()));
        assert_eq!(value(b"AB=", b"AB"), Some("".as_ref()));
        assert_eq!(value(b"AB=c", b"A"), None);
        assert_eq!(value(b"AB=c", b"ABC"), None);
        assert_eq!(value(b"AB", b"AB"), None);
    }
}
