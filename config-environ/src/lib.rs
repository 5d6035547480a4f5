//! The environment of the process in one pass, without copies.
//!
//! The standard library reads one variable by a scan of the whole environment, or copies all of it. A
//! program that wants a hundred of its variables pays for a hundred scans, or for two copies of everything.
//! Here all entries are seen once, in place:
//!
//! ```
//! let mut homes = 0;
//! confident_environ::visit("HOME", &mut |variable| homes += usize::from(variable.value_of(b"HOME").is_some()));
//! assert!(homes <= 1);
//! ```
//!
//! This takes a few lines of `unsafe` on Linux and Android, in `block.rs`. Without the feature `one-pass`, and
//! everywhere else, the standard library reads the environment, and the answers are the same.

#[cfg(all(feature = "one-pass", any(target_os = "linux", target_os = "android")))]
mod block;
#[cfg(any(test, not(all(feature = "one-pass", any(target_os = "linux", target_os = "android")))))]
mod copied;

#[cfg(all(feature = "one-pass", any(target_os = "linux", target_os = "android")))]
use block as way;
#[cfg(not(all(feature = "one-pass", any(target_os = "linux", target_os = "android"))))]
use copied as way;
pub use way::Variable;

/// Calls `visitor` with every variable whose name begins with `prefix`, in the order of the environment.
pub fn visit(prefix: &str, visitor: &mut dyn FnMut(Variable<'_>)) {
    way::visit(prefix.as_bytes(), visitor);
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    type Pairs = Vec<(OsString, OsString)>;

    /// What one way to read sees.
    macro_rules! seen {
        ($way:ident, $prefix:literal) => {{
            let mut pairs = Pairs::new();
            $way::visit($prefix.as_bytes(), &mut |variable| {
                if let Some((name, value)) = variable.split() {
                    let bytes = name.as_encoded_bytes();
                    assert_eq!(variable.value_of(bytes), Some(value));
                    assert_eq!(variable.value_of(&bytes[1..]), None);
                    assert_eq!(variable.value_of(&[bytes, b"X"].concat()), None);
                    pairs.push((name.to_owned(), value.to_owned()));
                }
            });
            pairs
        }};
    }

    #[test]
    fn both_ways_to_read_agree() {
        let all = seen!(way, "");
        assert_eq!(all, seen!(copied, ""));
        assert!(!all.is_empty(), "a process started by cargo has variables");
        assert_eq!(seen!(way, "CARGO"), seen!(copied, "CARGO"));
        assert!(seen!(way, "CARGO_NO SUCH VARIABLE").is_empty());
        assert!(seen!(way, "\0").is_empty());
    }
}
