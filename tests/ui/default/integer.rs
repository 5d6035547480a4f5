use confident::Config;
use std::num::NonZeroU16;

/// A service.
#[derive(Config)]
struct Settings {
    /// One too many.
    #[config(default = 256)]
    byte: u8,
    /// One too few.
    #[config(default = -129)]
    signed_byte: i8,
    /// Negative.
    #[config(default = -1)]
    unsigned: u32,
    /// Zero.
    #[config(default = 0)]
    nonzero: NonZeroU16,
    /// One too many.
    #[config(default = "18446744073709551616")]
    wide: u64,
    /// One too many.
    #[config(default = "340282366920938463463374607431768211456")]
    widest: u128,
    /// One too few.
    #[config(default = "-170141183460469231731687303715884105729")]
    lowest: i128,
    /// A fraction.
    #[config(default = 1.5)]
    fraction: u16,
    /// Another base.
    #[config(default = "0x1f")]
    base: u16,
    /// Digit separators.
    #[config(default = "1_000")]
    separated: u16,
    /// A leading zero.
    #[config(default = "010")]
    octal: u16,
    /// A word.
    #[config(default = "many")]
    word: usize,
    /// Nothing.
    #[config(default = "")]
    nothing: usize,
    /// A truth value.
    #[config(default = true)]
    truth: u16,
}

fn main() {}
