//! One pass over the block of the environment, without a copy.
//!
//! For benches alone: it is sound only in a program that never changes its environment, and it is the
//! yardstick, not an implementation.

use std::ffi::{CStr, c_char};

unsafe extern "C" {
    // POSIX: an array of pointers to `NAME=value`, which ends with a null pointer.
    static environ: *const *const c_char;
}

/// Puts the value of each name in its place of `values`.
///
/// `names` are in the order of the block; those that are not set are passed over. Variables that do not start with `prefix` cost one comparison.
///
/// # Errors
/// A variable starts with the prefix, and is none of the names or out of their order.
pub fn find_in_order(
    prefix: &[u8],
    names: &[&str],
    values: &mut [Option<&'static str>],
) -> Result<(), &'static str> {
    let mut names = names.iter().zip(values);
    // SAFETY: the programs of the benches have one thread and never set a variable, so the array and the
    // texts stay as the kernel and the loader left them, until the process ends.
    let mut entry = unsafe { environ };
    loop {
        // SAFETY: `entry` is in the array, whose end is the null pointer that ends the loop.
        let text = unsafe { *entry };
        if text.is_null() {
            return Ok(());
        }
        // SAFETY: as above, and the array goes on after an entry that is not null.
        entry = unsafe { entry.add(1) };
        // SAFETY: `text` is not null; the bytes of the prefix are compared one by one, and none is read
        // after the one that ends the text, which differs from every byte of the prefix.
        let is_ours =
            prefix.iter().enumerate().all(|(at, byte)| unsafe { *text.add(at).cast::<u8>() } == *byte);
        if !is_ours {
            continue;
        }
        // SAFETY: a text of the environment ends with a zero, and lives as long as the process.
        let text: &'static CStr = unsafe { CStr::from_ptr(text) };
        let text = text.to_str().map_err(|_| "a variable is not Unicode")?;
        loop {
            let (name, place) = names.next().ok_or("a variable is out of order, or not known")?;
            if let Some(value) = text.strip_prefix(name).and_then(|rest| rest.strip_prefix('=')) {
                *place = Some(value);
                break;
            }
        }
    }
}
