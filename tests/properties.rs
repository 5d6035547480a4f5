//! What holds for every text: the grammars agree with `std` where `std` has the same syntax, with the
//! types that read the values, and with the way values are written.

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    ffi::OsString,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6},
    num::*,
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use confident::{
    ByteSize, ConfigValue, ExposeSecret, Flag, How, SecretBox, SecretString, Value,
    grammar::{self, Scalar},
    manifest::Address,
};
use proptest::prelude::*;

/// Text that is often almost a value.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => "\\PC{0,12}",
        3 => "[-+]?[0-9]{0,4}[0-9._,eEx+-]{0,8}",
        1 => "[-+]?(0|1|12|255|256|127|128|32767|32768|65535|65536|2147483648|4294967296)",
        1 => "[-+]?(170141183460469231731687303715884105728|340282366920938463463374607431768211456|9223372036854775808|18446744073709551615)",
        3 => "[ ]?([0-9]{1,3}(\\.[0-9]{1,3})?[ ]?(w|d|h|m|s|ms|us|µs|μs|ns|min|M|)[ ]?){0,4}",
        2 => "[0-9]{0,5}(\\.[0-9]{0,3})?[ ]?(B|KiB|Ki|MiB|GiB|TiB|PiB|EiB|Ei|KB|k|b|)[ ]?",
        2 => "[ ]?(t|true|TRUE|yes|No|on|OFF|0|1|2|fast|Very-Slow|slow)[ \n]?",
        3 => address(),
        4 => "[ab1,=;:\"\\\\ \n{}u0\\[\\]]{0,14}",
        2 => "\\[?(\"[a=1,\\\\nu0d8\"]{0,7}\"|[a=1]{0,3})(,[ ]?(\"[b=,\\\\nu0]{0,6}\"|[b=1]{0,3})){0,3}\\]?",
        1 => "(\\[\"|\")(a=1|1|b|\\\\u003[0-9d]|\\\\ud83d\\\\ude00|\\\\n|\"\"|\\\\\"){0,3}(\"\\]|\")",
    ]
}

fn address() -> impl Strategy<Value = String> {
    prop_oneof![
        "[0-9a-f:.%\\[\\]]{0,24}",
        "[ ]?[0-9]{1,3}(\\.[0-9]{1,3}){2,4}(:[0-9]{0,6})?[ ]?",
        "\\[?([0-9a-f]{0,5}:){1,8}[0-9a-f]{0,5}(%[0-9]{0,3})?(\\]:[0-9]{1,5})?",
        "\\[?(::ffff:|::|1::)[0-9]{1,3}(\\.[0-9]{1,3}){3}(\\]:[0-9]{1,5})?",
        any::<IpAddr>().prop_map(|ip| ip.to_string()),
        any::<SocketAddr>().prop_map(|socket| socket.to_string()),
    ]
}

/// The ways to read a text.
fn how() -> impl Strategy<Value = How> {
    let separator = prop_oneof![Just(b','), Just(b';'), Just(b' '), Just(b'\n'), Just(b'='), Just(b':')];
    let unit = prop_oneof![Just(None), Just(Some("s")), Just(Some("KiB"))];
    (separator, unit).prop_map(|(separator, unit)| {
        let mut how = How::PLAIN;
        how.separator = separator;
        how.unit = unit;
        how
    })
}

/// How fast.
#[derive(ConfigValue)]
enum Speed {
    /// Fast.
    Fast,
    /// Slow.
    Slow,
    /// Slower than that.
    VerySlow,
}

/// What the compiler says of a default is what the loader says of a variable.
fn agrees<T: Value>(text: &str, how: &How) -> Result<(), TestCaseError> {
    let by_grammar = grammar::scalar(T::KIND, text, how);
    let by_type = T::from_text(text, how);
    prop_assert_eq!(
        by_grammar.is_ok(),
        by_type.is_ok(),
        "{}: {:?}, {:?}",
        T::KIND.name(),
        by_grammar.err(),
        by_type.err()
    );
    Ok(())
}

macro_rules! all_agree {
    ($text:expr, $how:expr; $($type:ty),* $(,)?) => {{
        $(agrees::<$type>($text, $how)?;)*
    }};
}

proptest! {
    #[test]
    fn grammar_and_type_accept_the_same_scalars(text in text(), how in how()) {
        all_agree!(&text, &how;
            bool, char, String, OsString, PathBuf, Duration, ByteSize, Flag, Speed,
            u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize,
            NonZeroU8, NonZeroU16, NonZeroU32, NonZeroU64, NonZeroU128, NonZeroUsize,
            NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroI128, NonZeroIsize,
            f32, f64,
            IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6,
            SecretString, SecretBox<u32>, SecretBox<String>, SecretBox<ByteSize>, Option<SecretString>,
            Option<u16>, Option<Duration>,
        );
    }

    #[test]
    fn grammar_and_type_accept_the_same_collections(text in text(), how in how()) {
        all_agree!(&text, &how;
            Vec<String>, Vec<char>, Vec<u8>, Vec<bool>, Vec<f32>, Vec<Duration>, Vec<IpAddr>, Vec<Speed>,
            Vec<Vec<u8>>, Vec<(String, u8)>, Vec<(char, char)>, Vec<SecretString>,
            BTreeSet<u8>, HashSet<String>, [u8; 2], [String; 1], [char; 2],
            BTreeMap<String, String>, BTreeMap<String, u8>, BTreeMap<String, char>,
            BTreeMap<String, SecretString>, BTreeMap<String, Vec<char>>,
            (String, u8), (u8, Duration), (char, char), (Vec<u8>, bool), Option<Vec<bool>>,
        );
    }

    /// The grammar of URLs judges the outside only: what it accepts, the parser of the type may still
    /// refuse, such as `http://a:b`. A default like that compiles, and is reported by the first load.
    #[cfg(feature = "url")]
    #[test]
    fn a_url_of_the_type_is_one_of_the_grammar(text in "(https?|a1)?:?/{0,3}[a-z0-9:@\\[\\]%/?# ü-]{0,16}") {
        if confident::Url::from_text(&text, &How::PLAIN).is_ok() {
            prop_assert!(grammar::scalar(&confident::Kind::Url, &text, &How::PLAIN).is_ok());
        }
    }

    #[test]
    fn addresses_are_those_of_std(text in prop_oneof![address(), text()]) {
        fn is<T: FromStr>(text: &str) -> bool {
            text.parse::<T>().is_ok()
        }
        let by_std = [
            (Address::Ip, is::<IpAddr>(&text)),
            (Address::Ipv4, is::<Ipv4Addr>(&text)),
            (Address::Ipv6, is::<Ipv6Addr>(&text)),
            (Address::Socket, is::<SocketAddr>(&text)),
            (Address::SocketV4, is::<SocketAddrV4>(&text)),
            (Address::SocketV6, is::<SocketAddrV6>(&text)),
        ];
        for (address, accepted) in by_std {
            prop_assert_eq!(grammar::address::parse(address, &text).is_ok(), accepted, "{:?}", address);
        }
    }

    /// But for leading zeros, which others read as octal, and for `-0`, which is 0 without a sign too.
    #[test]
    fn integers_are_those_of_std(text in text()) {
        let read = grammar::integer::parse(&text).ok();
        let trimmed = text.trim_ascii();
        let digits = trimmed.strip_prefix(['-', '+']).unwrap_or(trimmed);
        if digits.len() > 1 && digits.starts_with('0') {
            prop_assert_eq!(read, None);
        } else {
            let (signed, unsigned) = (trimmed.parse::<i128>().ok(), trimmed.parse::<u128>().ok());
            prop_assert_eq!(read.and_then(|value| value.as_i128()), signed);
            if trimmed != "-0" {
                prop_assert_eq!(read.and_then(|value| value.as_u128()), unsigned);
            }
            // Numbers below `i128::MIN` are integers too, though of no type.
            let is_integer = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            prop_assert!(read.is_none() || is_integer);
        }
    }

    #[test]
    fn floats_are_the_finite_ones_of_std(
        text in prop_oneof![
            text(),
            "[ ]?[-+]?[0-9]{0,30}\\.?[0-9]{0,30}([eE][-+]?[0-9]{1,4})?[ ]?",
            any::<f64>().prop_map(|float| float.to_string()),
            any::<f64>().prop_map(|float| format!("{float:e}")),
            any::<f32>().prop_map(|float| float.to_string()),
            "(inf|-Infinity|NaN|\\+nan)",
            "1797693134862315[789][0-9]{0,4}\\.?[0-9]{0,3}[eE](29[0-9]|30[0-9])",
            "3402823[0-9]{0,12}[eE](19|2[0-9]|3[0-9])",
            "(3|34|0\\.0?34)[0-9]{0,2}\\.?[eE]3[5-9]",
            "(1|17|0\\.0?179)[0-9]{0,3}\\.?[eE]30[4-9]",
        ]
    ) {
        let trimmed = text.trim_ascii();
        let by_std = trimmed.parse::<f64>().ok().filter(|float| float.is_finite());
        let read = grammar::float::parse(&text, 64).ok();
        prop_assert_eq!(read.is_some(), by_std.is_some());
        let by_std_32 = trimmed.parse::<f32>().ok().filter(|float| float.is_finite());
        prop_assert_eq!(grammar::float::parse(&text, 32).is_ok(), by_std_32.is_some());
        if let (Some(read), Some(float)) = (read, by_std) {
            prop_assert!(read.is_finite());
            prop_assert_eq!(f64::from_text(&text, &How::PLAIN).ok(), Some(float));
            let is_ordinary = float == 0.0 || (1e-290..1e300).contains(&float.abs());
            prop_assert!(!is_ordinary || (read - float).abs() <= float.abs() * 1e-12, "{} {}", read, float);
        }
    }

    #[test]
    fn a_duration_is_the_sum_of_its_parts(parts in any::<[Option<u16>; 8]>(), space in any::<bool>()) {
        const UNITS: [(&str, u128); 8] = [
            ("w", 604_800_000_000_000), ("d", 86_400_000_000_000), ("h", 3_600_000_000_000),
            ("m", 60_000_000_000), ("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1_000), ("ns", 1),
        ];
        let parts = || parts.iter().zip(UNITS).filter_map(|(part, unit)| part.map(|count| (count, unit)));
        let sum: u128 = parts().map(|(count, (_, size))| u128::from(count) * size).sum();
        let texts: Vec<String> = parts().map(|(count, (unit, _))| format!("{count}{unit}")).collect();
        let text = texts.join(if space { " " } else { "" });
        let read = Duration::from_text(&text, &How::PLAIN);
        match texts.is_empty() {
            true => prop_assert!(read.is_err()),
            false => prop_assert_eq!(read.map(|duration| duration.as_nanos()), Ok(sum)),
        }
    }

    /// No digit of a fraction is lost, and none is rounded away.
    #[test]
    fn a_duration_keeps_every_digit(seconds in any::<u64>(), nanoseconds in 0u32..1_000_000_000) {
        let text = format!("{seconds}.{nanoseconds:09}s");
        let wanted = Duration::new(seconds, nanoseconds);
        prop_assert_eq!(Duration::from_text(&text, &How::PLAIN), Ok(wanted));
        let finer = format!("{seconds}.{nanoseconds:09}1s");
        prop_assert!(Duration::from_text(&finer, &How::PLAIN).is_err());
    }

    #[test]
    fn a_size_reads_what_it_shows(mantissa in any::<u64>(), shift in 0u32..64) {
        for bytes in [mantissa, mantissa >> shift, mantissa << shift] {
            let text = ByteSize::new(bytes).to_string();
            prop_assert_eq!(ByteSize::from_text(&text, &How::PLAIN), Ok(ByteSize::new(bytes)));
        }
    }

    #[test]
    fn a_list_reads_what_was_quoted(items in any::<Vec<String>>(), how in how()) {
        let separator = char::from(how.separator).to_string();
        let quoted = |item: &String| format!("\"{}\"", item.replace('"', "\"\""));
        let plain = items.iter().map(quoted).collect::<Vec<_>>().join(&separator);
        prop_assert_eq!(Vec::<String>::from_text(&plain, &how), Ok(items.clone()));
        let json = serde_json::to_string(&items).expect("texts are JSON");
        prop_assert_eq!(Vec::<String>::from_text(&json, &how), Ok(items.clone()));
        let secret = Vec::<SecretString>::from_text(&json, &how).expect("the same list");
        let exposed: Vec<&str> = secret.iter().map(|item| item.expose_secret()).collect();
        prop_assert_eq!(exposed, items);
    }

    #[test]
    fn a_map_reads_what_was_quoted(
        map in proptest::collection::btree_map("[a-z.ü-]{1,8}", any::<String>(), 0..5),
        how in how(),
    ) {
        // White space around a value is no part of it.
        let map: BTreeMap<String, String> =
            map.into_iter().map(|(name, value)| (name, value.trim_ascii().to_owned())).collect();
        let separator = char::from(how.separator).to_string();
        let entry = |(name, value): (&String, &String)| format!("\"{name}={}\"", value.replace('"', "\"\""));
        let text = map.iter().map(entry).collect::<Vec<_>>().join(&separator);
        prop_assert_eq!(BTreeMap::<String, String>::from_text(&text, &how), Ok(map));
    }

    #[test]
    fn a_list_of_numbers_reads_both_forms(items in any::<Vec<i64>>()) {
        let plain = items.iter().map(i64::to_string).collect::<Vec<_>>().join(" , ");
        prop_assert_eq!(Vec::<i64>::from_text(&plain, &How::PLAIN), Ok(items.clone()));
        prop_assert_eq!(Vec::<i64>::from_text(&format!("[{plain}]"), &How::PLAIN), Ok(items));
    }

    /// What constraints compare is what the program gets.
    #[test]
    fn the_scalar_of_the_grammar_is_the_value_of_the_type(text in text()) {
        let scalar = |kind| grammar::scalar(kind, &text, &How::PLAIN).ok();
        if let Ok(value) = i64::from_text(&text, &How::PLAIN) {
            let wanted = grammar::Integer::signed(value.into());
            prop_assert_eq!(scalar(i64::KIND), Some(Scalar::Integer(wanted)));
        }
        if let Ok(value) = Duration::from_text(&text, &How::PLAIN) {
            let wanted = grammar::Integer::positive(value.as_nanos());
            prop_assert_eq!(scalar(Duration::KIND), Some(Scalar::Integer(wanted)));
        }
        if let Ok(value) = ByteSize::from_text(&text, &How::PLAIN) {
            let wanted = grammar::Integer::positive(value.bytes().into());
            prop_assert_eq!(scalar(ByteSize::KIND), Some(Scalar::Integer(wanted)));
        }
        if let Ok(value) = bool::from_text(&text, &How::PLAIN) {
            prop_assert_eq!(scalar(bool::KIND), Some(Scalar::Bool(value)));
        }
        if let Ok(value) = Speed::from_text(&text, &How::PLAIN) {
            prop_assert_eq!(scalar(Speed::KIND), Some(Scalar::Text(value.word())));
        }
        if let Ok(value) = Vec::<String>::from_text(&text, &How::PLAIN) {
            prop_assert_eq!(scalar(<Vec<String>>::KIND), Some(Scalar::Many(value.len())));
        }
    }
}

#[test]
fn the_largest_floats_are_accepted_and_what_rounds_above_them_is_not() {
    let is_32 = |text: &str| f32::from_text(text, &How::PLAIN).is_ok();
    let is_64 = |text: &str| f64::from_text(text, &How::PLAIN).is_ok();
    assert!(is_32(&f32::MAX.to_string()) && is_32(&f32::MIN.to_string()) && is_32("3.4028235e38"));
    assert!(is_64(&f64::MAX.to_string()) && is_64(&f64::MIN.to_string()) && is_64("1.7976931348623157e308"));
    // Half a step above the largest number: the tie goes to infinity.
    assert!(is_32("340282356779733661637539395458142568447.999"));
    assert!(!is_32("340282356779733661637539395458142568448"));
    assert!(is_64("1.797693134862315807e308"));
    assert!(!is_64("1.797693134862315808e308"));
    assert!(is_32("34e37") && !is_32("35e37") && is_64("17e307") && !is_64("18e307"));
    assert!(!is_32("1e39") && !is_64("1e309") && is_64("1e39"));
    assert!(is_64("0e999999999999") && is_64("1e-999999999999"));
}
