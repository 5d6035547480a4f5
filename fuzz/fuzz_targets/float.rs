//! Decimal numbers: those of `std`, without infinities and NaN.
#![no_main]

use confident::How;
use confident_fuzz::agreed;
use libfuzzer_sys::fuzz_target;

macro_rules! check {
    ($text:expr; $($type:ident)*) => {$(
        let value = agreed::<$type>($text, &How::PLAIN);
        let wanted = $text.trim_ascii().parse::<$type>().ok().filter(|value| value.is_finite());
        assert_eq!(value.map($type::to_bits), wanted.map($type::to_bits));
    )*};
}

fuzz_target!(|text: &str| {
    check!(text; f32 f64);
    if let Ok(near) = confident::grammar::float::parse(text, 64) {
        assert!(near.is_finite());
    }
});
