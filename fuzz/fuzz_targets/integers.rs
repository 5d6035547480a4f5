//! Whole numbers of every width: exact, or refused.
#![no_main]

use std::num::*;

use confident::How;
use confident_fuzz::agreed;
use libfuzzer_sys::fuzz_target;

macro_rules! check {
    ($text:expr; $($type:ident $nonzero:ident)*) => {$(
        let value = agreed::<$type>($text, &How::PLAIN);
        let trimmed = $text.trim_ascii();
        let digits = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
        let has_leading_zero = digits.len() > 1 && digits.starts_with('0');
        let wanted = match trimmed {
            "-0" => Some(0),
            _ if has_leading_zero => None,
            _ => trimmed.parse::<$type>().ok(),
        };
        assert_eq!(value, wanted);
        assert_eq!(agreed::<$nonzero>($text, &How::PLAIN), wanted.and_then($nonzero::new));
    )*};
}

fuzz_target!(|text: &str| {
    check!(text;
        u8 NonZeroU8 u16 NonZeroU16 u32 NonZeroU32 u64 NonZeroU64 u128 NonZeroU128 usize NonZeroUsize
        i8 NonZeroI8 i16 NonZeroI16 i32 NonZeroI32 i64 NonZeroI64 i128 NonZeroI128 isize NonZeroIsize);
});
