//! The environment of the process in one pass, without copies.
//!
//! The standard library reads one variable by a scan of the whole environment, or copies all of it. A
//! program that wants a hundred of its variables pays for a hundred scans, or for two copies of everything.
//! Here all entries are seen once, in place:
//!
//! ```
//! let mut homes = 0;
//! confident_environ::visit("HOME", &mut |name, _| homes += usize::from(name == "HOME"));
//! assert!(homes <= 1);
//! ```
//!
//! This takes a few lines of `unsafe` on Linux and Android, in `block.rs`. Without the feature `one-pass`, and
//! everywhere else, the standard library reads the environment, and the answers are the same.

use std::ffi::OsStr;

#[cfg(all(feature = "one-pass", any(target_os = "linux", target_os = "android")))]
mod block;

/// Calls `visitor` with the name and the value of every variable whose name begins with `prefix`, in the order
/// of the environment. What is no variable, because it has no `=` behind a name, is left out.
pub fn visit(prefix: &str, visitor: &mut dyn FnMut(&OsStr, &OsStr)) {
    #[cfg(all(feature = "one-pass", any(target_os = "linux", target_os = "android")))]
    block::visit(prefix.as_bytes(), visitor);
    #[cfg(not(all(feature = "one-pass", any(target_os = "linux", target_os = "android"))))]
    copied(prefix, visitor);
}

/// The same by the standard library.
#[allow(clippy::disallowed_methods)] // the one place that reads the environment where `block` cannot
#[cfg_attr(all(feature = "one-pass", any(target_os = "linux", target_os = "android")), allow(dead_code))]
fn copied(prefix: &str, visitor: &mut dyn FnMut(&OsStr, &OsStr)) {
    for (name, value) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(prefix.as_bytes()) {
            visitor(&name, &value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Reader = fn(&str, &mut dyn FnMut(&OsStr, &OsStr));
    type Pairs = Vec<(std::ffi::OsString, std::ffi::OsString)>;

    fn collected(read: Reader, prefix: &str) -> Pairs {
        let mut pairs = Vec::new();
        read(prefix, &mut |name, value| pairs.push((name.to_owned(), value.to_owned())));
        pairs
    }

    #[test]
    fn both_ways_to_read_agree() {
        let all = collected(visit, "");
        assert_eq!(all, collected(copied, ""));
        assert!(!all.is_empty(), "a process started by cargo has variables");
        assert_eq!(collected(visit, "CARGO"), collected(copied, "CARGO"));
        assert!(collected(visit, "CARGO_NO SUCH VARIABLE").is_empty());
    }
}
