//! Every type of value, through a whole load, as a program sees it.

#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    ffi::{OsStr, OsString},
    fmt::Debug,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6},
    num::*,
    path::PathBuf,
    str::FromStr,
    time::Duration,
};

use confident::{ByteSize, Config, ConfigValue, Env, ExposeSecret, Report, Root, SecretBox, SecretString};

/// A load of a struct with the one key `KEY`, with these variables.
fn load<R: Root>(pairs: &[(&str, &str)]) -> Result<R, Report> {
    R::loader().source(Env::from_pairs(pairs.iter().copied())).load()
}

/// What the report says of the one thing that is wrong.
fn message<R: Debug>(loaded: Result<R, Report>) -> String {
    let report = loaded.unwrap_err();
    let [problem] = report.problems() else { panic!("{report}") };
    problem.message().to_owned()
}

/// A function that reads the variable `KEY` as a type. In braces the type stays as it is written:
/// `parse` and `serde` look for `Option`, `Vec` and `SecretBox` in it.
macro_rules! key {
    ($name:ident: { $($type:tt)* } $(, $option:meta)*) => {
        fn $name(text: impl AsRef<OsStr>) -> Result<$($type)*, String> {
            #[derive(Config)]
            #[config(app = "values", prefix = "")]
            struct Settings {
                /// The key.
                $(#[config($option)])*
                key: $($type)*,
            }
            let loaded = Settings::loader().source(Env::from_pairs([("KEY", text)])).load();
            loaded.map(|settings| settings.key).map_err(|report| message::<()>(Err(report)))
        }
    };
    ($name:ident: $type:ty $(, $option:meta)*) => {
        key!($name: { $type } $(, $option)*);
    };
}

#[test]
fn integers_hold_their_bounds_and_nothing_past_them() {
    macro_rules! check {
        ($($type:ident $nonzero:ident $past_max:literal $past_min:literal;)*) => {$({
            key!(read: $type);
            key!(read_nonzero: $nonzero);
            let (min, max) = ($type::MIN.to_string(), $type::MAX.to_string());
            assert_eq!(read(&max), Ok($type::MAX));
            assert_eq!(read(&min), Ok($type::MIN));
            assert_eq!(read_nonzero(&max), Ok($nonzero::MAX));
            assert_eq!(read_nonzero("1").map($nonzero::get), Ok(1));
            for past in [$past_max, $past_min, "0x10", "1_0", "1.0", "1e2", "012", "", "-", "ten"] {
                assert!(read(past).is_err(), "{past}");
                assert!(read_nonzero(past).is_err(), "{past}");
            }
            assert_eq!(read("0"), Ok(0));
            assert!(read_nonzero("0").is_err());
            let said = read($past_max).unwrap_err();
            assert_eq!(said, format!("\"{}\" is not a whole number from {min} to {max}", $past_max));
        })*};
    }
    check! {
        u8 NonZeroU8 "256" "-1";
        u16 NonZeroU16 "65536" "-1";
        u32 NonZeroU32 "4294967296" "-1";
        u64 NonZeroU64 "18446744073709551616" "-1";
        u128 NonZeroU128 "340282366920938463463374607431768211456" "-1";
        usize NonZeroUsize "18446744073709551616" "-1";
        i8 NonZeroI8 "128" "-129";
        i16 NonZeroI16 "32768" "-32769";
        i32 NonZeroI32 "2147483648" "-2147483649";
        i64 NonZeroI64 "9223372036854775808" "-9223372036854775809";
        i128 NonZeroI128
            "170141183460469231731687303715884105728" "-170141183460469231731687303715884105729";
        isize NonZeroIsize "9223372036854775808" "-9223372036854775809";
    }
}

#[test]
fn a_nonzero_number_says_that_it_is_not_zero() {
    key!(unsigned: NonZeroU8);
    key!(signed: NonZeroI8);
    assert_eq!(unsigned("0").unwrap_err(), "\"0\" is not a whole number from 1 to 255");
    assert_eq!(signed("0").unwrap_err(), "\"0\" is not a whole number from -128 to 127, but not 0");
}

#[test]
fn an_integer_names_the_spelling_to_use() {
    key!(read: u32);
    assert!(read("007").unwrap_err().ends_with("; write the number without leading zeros"));
    assert!(read("0x10").unwrap_err().ends_with("; write the number in decimal"));
    assert!(read("1_000").unwrap_err().ends_with("; write the digits without separators"));
    assert!(read("1e3").unwrap_err().ends_with("; write all digits of the whole number"));
}

#[test]
fn floats_are_finite() {
    key!(read: f64);
    key!(read_32: f32);
    assert_eq!(read("1.5"), Ok(1.5));
    assert_eq!(read("-1e-3"), Ok(-0.001));
    assert_eq!(read(".5"), Ok(0.5));
    assert_eq!(read(f64::MAX.to_string()), Ok(f64::MAX));
    assert_eq!(read_32(f32::MAX.to_string()), Ok(f32::MAX));
    assert_eq!(read("0.1").map(f64::to_bits), Ok(0.1f64.to_bits()));
    for text in ["inf", "-inf", "Infinity", "NaN", "1e309", "-1e309", "1,5", "1_0.5", "0x1p3", "", "."] {
        assert!(read(text).is_err(), "{text}");
    }
    assert_eq!(read("1e39"), Ok(1e39));
    assert!(read_32("1e39").unwrap_err().contains("the largest number is 3.4028235e38"));
    assert!(read("inf").unwrap_err().contains("the number must be finite"));
}

#[test]
fn a_bool_is_one_of_eight_words_in_any_case() {
    key!(read: bool);
    for (word, value) in confident::value::BOOL_WORDS {
        let mixed: String = word
            .chars()
            .enumerate()
            .map(|(at, char)| if at % 2 == 0 { char.to_ascii_uppercase() } else { char })
            .collect();
        for word in [word.to_owned(), word.to_uppercase(), mixed, format!(" {word}\n")] {
            assert_eq!(read(&word), Ok(value), "{word}");
        }
    }
    for word in ["y", "n", "t", "f", "2", "01", "enabled", "truee", "тrue"] {
        let said = read(word).unwrap_err();
        assert_eq!(said, format!("\"{word}\" is not one of true, false, yes, no, on, off, 1, 0"));
    }
}

#[test]
fn a_char_is_one_character() {
    key!(read: char);
    assert_eq!(read("a"), Ok('a'));
    assert_eq!(read("é"), Ok('é'));
    assert_eq!(read("😀"), Ok('😀'));
    assert_eq!(read(" "), Ok(' '));
    assert_eq!(read("ab").unwrap_err(), "\"ab\" is not a single character");
    assert!(read("e\u{301}").is_err());
}

#[test]
fn text_is_taken_as_it_is() {
    key!(read: String);
    for text in ["007", "true", " a ", "\"a\"", "[1,2]", "", "null", "a\nb", "\u{0}"] {
        assert_eq!(read(text).as_deref(), Ok(text));
    }
    key!(path: PathBuf);
    assert_eq!(path(" /etc/x "), Ok(PathBuf::from(" /etc/x ")));
    key!(os: OsString);
    assert_eq!(os("a b"), Ok(OsString::from("a b")));
}

#[cfg(unix)]
#[test]
fn only_paths_and_os_text_take_bytes_that_are_not_utf_8() {
    use std::os::unix::ffi::OsStrExt;
    let bytes = OsStr::from_bytes(b"/srv/\xff\xfe");
    key!(path: PathBuf);
    assert_eq!(path(bytes), Ok(PathBuf::from(bytes)));
    key!(os: OsString);
    assert_eq!(os(bytes), Ok(bytes.to_owned()));
    key!(optional: Option<PathBuf>);
    assert_eq!(optional(bytes), Ok(Some(PathBuf::from(bytes))));
    key!(text: String);
    assert_eq!(text(bytes).unwrap_err(), "is not UTF-8 text");
    key!(number: u8);
    assert_eq!(number(bytes).unwrap_err(), "is not UTF-8 text");
    key!(secret: SecretString);
    assert_eq!(secret(bytes).unwrap_err(), "the secret is not UTF-8 text");
}

#[test]
fn addresses_are_read_as_std_reads_them() {
    macro_rules! check {
        ($($type:ident: $($text:literal)*;)*) => {$({
            key!(read: $type);
            $(assert_eq!(read($text), Ok($text.parse::<$type>().unwrap()));)*
            for wrong in ["localhost", "256.0.0.1", "1::2::3", "127.0.0.1:70000", "", "10.0.0.0/8", " ::1"] {
                assert!(read(wrong).is_err(), "{wrong}");
            }
        })*};
    }
    check! {
        IpAddr: "127.0.0.1" "::1" "::ffff:1.2.3.4";
        Ipv4Addr: "0.0.0.0" "255.255.255.255";
        Ipv6Addr: "::" "2001:db8::1" "1:2:3:4:5:6:7:8";
        SocketAddr: "127.0.0.1:80" "[::1]:65535";
        SocketAddrV4: "127.0.0.1:0";
        SocketAddrV6: "[::1]:80" "[fe80::1%2]:80";
    }
}

#[test]
fn an_address_names_the_spelling_to_use() {
    key!(read: SocketAddr);
    assert!(read(":80").unwrap_err().ends_with("write 0.0.0.0:80 to listen on every address"));
    assert!(read("127.0.0.1").unwrap_err().ends_with("the port is missing: write 127.0.0.1:8080"));
    assert!(read("::1").unwrap_err().ends_with("the port is missing: write [::1]:8080"));
    assert!(read("[fe80::1%eth0]:80").unwrap_err().contains("[fe80::1%2]:8080"));
    assert!(read("localhost:80").unwrap_err().contains("such as 127.0.0.1:8080"));
    assert!(read("127.0.0.1:80 ").unwrap_err().ends_with("write 127.0.0.1:80 without white space around it"));
}

#[test]
fn a_duration_has_units() {
    key!(read: Duration);
    assert_eq!(read("30s"), Ok(Duration::from_secs(30)));
    assert_eq!(read("1h30m"), Ok(Duration::from_secs(5400)));
    assert_eq!(read("1m 30s"), Ok(Duration::from_secs(90)));
    assert_eq!(read("1.5h"), Ok(Duration::from_secs(5400)));
    assert_eq!(read("250ms"), Ok(Duration::from_millis(250)));
    assert_eq!(read("0"), Ok(Duration::ZERO));
    assert_eq!(read("18446744073709551615.999999999s"), Ok(Duration::MAX));
    for wrong in ["18446744073709551616s", "30m1h", "1s1s", "1.5h3m", "-5s", "P1D", "1M", "1y", "5x", "", "s"]
    {
        assert!(read(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn bare_number_is_refused_for_a_duration() {
    key!(read: Duration);
    let said = read("30").unwrap_err();
    assert_eq!(
        said,
        "\"30\" is not a duration such as 30s, 5m or 1h30m; \
         a number needs a unit: write 30s for seconds, 30ms for milliseconds"
    );
    assert!(read("7").unwrap_err().contains("write 7s for seconds"));
    key!(list: Vec<Duration>);
    assert!(list("1s,30").unwrap_err().contains("write 30s for seconds"));
}

#[test]
fn a_unit_allows_bare_numbers_in_it() {
    key!(seconds: Duration, unit = "s");
    assert_eq!(seconds("30"), Ok(Duration::from_secs(30)));
    assert_eq!(seconds("1.5"), Ok(Duration::from_millis(1500)));
    assert_eq!(seconds("2m"), Ok(Duration::from_secs(120)));
    key!(milliseconds: Vec<Duration>, unit = "ms");
    assert_eq!(milliseconds("5,1s"), Ok(vec![Duration::from_millis(5), Duration::from_secs(1)]));
    key!(size: ByteSize, unit = "MiB");
    assert_eq!(size("16"), Ok(ByteSize::new(16 << 20)));
    assert_eq!(size("1KiB"), Ok(ByteSize::new(1024)));
}

#[test]
fn a_size_has_units_that_all_programs_read_alike() {
    key!(read: ByteSize);
    for (text, bytes) in [
        ("0", 0),
        ("111", 111),
        ("5B", 5),
        ("512KiB", 512 << 10),
        ("16 MiB", 16 << 20),
        ("1.5Gi", 3 << 29),
        ("16383PiB", 16383 << 50),
        ("18446744073709551615", u64::MAX),
    ] {
        assert_eq!(read(text), Ok(ByteSize::new(bytes)), "{text}");
    }
    for text in ["1KB", "1k", "5M", "3gb", "1T"] {
        assert!(read(text).unwrap_err().contains("programs disagree on that unit: write"), "{text}");
    }
    for text in ["16EiB", "18446744073709551616", "0.5B", "-1", "1 bytes", "", "KiB"] {
        assert!(read(text).is_err(), "{text}");
    }
    for bytes in [0, 1, 1000, 1024, 1536, 16 << 20, 1 << 60, u64::MAX] {
        let size = ByteSize::new(bytes);
        assert_eq!(read(size.to_string()), Ok(size));
    }
    assert_eq!(ByteSize::new(1536).to_string(), "1536B");
    assert_eq!(ByteSize::new(16 << 20).to_string(), "16MiB");
}

#[test]
fn an_option_is_none_without_a_value() {
    #[derive(Config)]
    #[config(app = "values", prefix = "")]
    struct Settings {
        /// A number.
        number: Option<u8>,
        /// A text.
        text: Option<String>,
        /// A secret.
        key: Option<SecretString>,
    }
    let none = load::<Settings>(&[("NUMBER", ""), ("TEXT", ""), ("KEY", "")]).unwrap();
    assert!(none.number.is_none() && none.text.is_none() && none.key.is_none());
    let some = load::<Settings>(&[("NUMBER", "5"), ("TEXT", " "), ("KEY", "hunter2")]).unwrap();
    assert_eq!((some.number, some.text.as_deref()), (Some(5), Some(" ")));
    assert_eq!(some.key.as_ref().unwrap().expose_secret(), "hunter2");
    assert!(!format!("{some:?}").contains("hunter2"));
    assert!(message(load::<Settings>(&[("NUMBER", "x")])).starts_with("\"x\" is not a whole number"));
}

fn texts(items: &[&str]) -> Vec<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

#[test]
fn a_list_is_separated_trimmed_and_quoted() {
    key!(read: Vec<String>);
    assert_eq!(read("a, b ,c"), Ok(texts(&["a", "b", "c"])));
    assert_eq!(read("a"), Ok(texts(&["a"])));
    assert_eq!(read(r#""a,b", " c ""#), Ok(texts(&["a,b", " c "])));
    assert_eq!(read(r#""say ""hi""",b"#), Ok(texts(&["say \"hi\"", "b"])));
    assert_eq!(read(r#""""#), Ok(texts(&[""])));
    assert_eq!(read(r#"["a","b, c"]"#), Ok(texts(&["a", "b, c"])));
    assert_eq!(read(r#"["\u0041\n\ud83d\ude00\/"]"#), Ok(texts(&["A\n😀/"])));
    assert_eq!(read("[]"), Ok(Vec::new()));
    for wrong in ["a,,b", "a,", ",a", "[a,b]", r#""a"#, r#""a"b"#, r#"["\q"]"#, r#"["\ud83d"]"#] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    assert!(read("a,,b").unwrap_err().contains("an item is empty"));
    key!(numbers: Vec<u16>);
    assert_eq!(numbers("1, 2"), Ok(vec![1, 2]));
    assert_eq!(numbers("[1, 2]"), Ok(vec![1, 2]));
    assert_eq!(numbers(r#"["1",2]"#), Ok(vec![1, 2]));
    assert_eq!(numbers("1,x").unwrap_err(), "item 2 \"x\" is not a whole number from 0 to 65535");
}

#[test]
fn an_escape_counts_in_items_of_every_type() {
    key!(chars: Vec<char>);
    assert_eq!(chars(r#"["\n","\u00e9","\""]"#), Ok(vec!['\n', 'é', '"']));
    assert_eq!(chars("\"\"\"\",b"), Ok(vec!['"', 'b']));
    key!(numbers: Vec<u8>);
    assert_eq!(numbers(r#"["\u0031\u0030"]"#), Ok(vec![10]));
    key!(map: BTreeMap<String, char>);
    assert_eq!(map(r#"["a=\""]"#), Ok(BTreeMap::from([("a".to_owned(), '"')])));
}

#[test]
fn a_list_has_the_separator_that_it_asks_for() {
    key!(semicolons: Vec<String>, separator = ";");
    assert_eq!(semicolons("a,b; c"), Ok(texts(&["a,b", "c"])));
    assert_eq!(semicolons(r#"["a","b"]"#), Ok(texts(&["a", "b"])));
    key!(spaces: Vec<String>, separator = " ");
    assert_eq!(spaces("a b  c "), Ok(texts(&["a", "b", "c"])));
    assert_eq!(spaces(r#""a b" c"#), Ok(texts(&["a b", "c"])));
    key!(lines: Vec<String>, separator = "\n");
    assert_eq!(lines("a b\n c\n\n"), Ok(texts(&["a b", "c"])));
    assert!(lines("\"a\" b\nc").is_err());
}

/// A list, for the forms that need several variables.
#[derive(Config)]
#[config(app = "values", prefix = "")]
struct Listed {
    /// The items.
    items: Vec<u8>,
}

#[test]
fn a_list_may_have_a_variable_for_each_item() {
    let read = load::<Listed>(&[("ITEMS_1", "2"), ("ITEMS_0", "1"), ("ITEMS_2", "3")]).unwrap();
    assert_eq!(read.items, [1, 2, 3]);
    let ten: Vec<(String, String)> = (0..11).map(|at| (format!("ITEMS_{at}"), at.to_string())).collect();
    let read = Listed::loader().source(Env::from_pairs(ten)).load().unwrap();
    assert_eq!(read.items, (0..11).collect::<Vec<u8>>());
    let said = message(load::<Listed>(&[("ITEMS_0", "1"), ("ITEMS_1", "x")]));
    assert!(said.starts_with("item 2 \"x\" is not a whole number"), "{said}");
}

#[test]
fn a_gap_in_the_numbers_of_items_is_a_problem() {
    let report = load::<Listed>(&[("ITEMS_0", "1"), ("ITEMS_2", "3")]).unwrap_err();
    assert_eq!(report.problems()[0].code(), confident::Code::Gap);
    assert_eq!(report.problems()[0].message(), "ITEMS_2 is set, but ITEMS_1 is not");
}

#[test]
fn both_forms_of_a_list_conflict() {
    let report = load::<Listed>(&[("ITEMS", "1"), ("ITEMS_0", "1")]).unwrap_err();
    assert_eq!(report.problems()[0].code(), confident::Code::Conflict);
    assert_eq!(report.problems()[0].message(), "ITEMS and ITEMS_0 are both set");
}

#[test]
fn a_set_holds_every_item_once() {
    key!(ordered: BTreeSet<u8>);
    assert_eq!(ordered("3,1,2"), Ok(BTreeSet::from([1, 2, 3])));
    key!(hashed: HashSet<String>);
    assert_eq!(hashed("a,b"), Ok(HashSet::from(["a".to_owned(), "b".to_owned()])));
    assert!(ordered("1,x").is_err());
}

#[test]
fn an_array_has_exactly_its_length() {
    key!(read: [u8; 3]);
    assert_eq!(read("1,2,3"), Ok([1, 2, 3]));
    for wrong in ["1,2", "1,2,3,4", "[]"] {
        let said = read(wrong).unwrap_err();
        assert!(said.contains("a list of exactly 3 items, each a whole number from 0 to 255"), "{said}");
    }
}

#[test]
fn a_map_has_every_name_once() {
    key!(read: BTreeMap<String, u16>);
    let wanted = BTreeMap::from([("a".to_owned(), 1), ("b.c-d".to_owned(), 2)]);
    assert_eq!(read("a=1, b.c-d = 2"), Ok(wanted));
    assert!(read("a=1,a=2").unwrap_err().contains("write name=value once for each name"));
    assert!(read("a").unwrap_err().contains("write every entry as name=value"));
    assert!(read("=1").unwrap_err().contains("write every entry as name=value"));
    assert!(read("{\"a\":1}").unwrap_err().contains("write the map as name=value,name=value"));
    assert!(read("a=x").is_err());
    key!(texts: BTreeMap<String, String>);
    let wanted = BTreeMap::from([("a".to_owned(), "1,2=3".to_owned()), ("b".to_owned(), String::new())]);
    assert_eq!(texts("\"a=1,2=3\",b="), Ok(wanted));
}

#[test]
fn a_pair_is_split_at_the_first_separator() {
    key!(read: (String, u8));
    assert_eq!(read("a, 1"), Ok(("a".to_owned(), 1)));
    assert!(read("a").is_err() && read("a,b").is_err() && read("a,1,2").is_err());
    key!(list: Vec<(String, Duration)>);
    assert_eq!(list("a=1s").map(|items| items.len()), Ok(1));
    key!(colon: (IpAddr, u16), separator = "/");
    assert_eq!(colon("::1/80"), Ok(("::1".parse().unwrap(), 80)));
}

#[cfg(feature = "url")]
#[test]
fn a_url_is_absolute_and_shown_without_its_password() {
    use confident::Url;
    #[derive(Config)]
    #[config(app = "values", prefix = "")]
    struct Settings {
        /// The key.
        key: Url,
    }
    key!(read: Url);
    assert_eq!(read("https://a.example/x?y#z"), Ok(Url::parse("https://a.example/x?y#z").unwrap()));
    for wrong in ["localhost:80", "/path", "http://", "http://a b", "mailto:a@b.c", "https://a:b:c", ""] {
        assert!(read(wrong).is_err(), "{wrong}");
    }
    assert!(read("localhost:80").unwrap_err().contains("an absolute URL such as https://example.com"));
    let settings = load::<Settings>(&[("KEY", "postgres://u:hunter2@db/x")]).unwrap();
    assert_eq!(settings.key.password(), Some("hunter2"));
    assert_eq!(format!("{settings:?}"), "Settings { key: \"postgres://u:[REDACTED]@db/x\" }");
}

/// How much to log.
#[derive(ConfigValue, Debug, PartialEq, Eq, Clone, Copy)]
enum Level {
    /// Much.
    VeryVerbose,
    /// Little.
    #[config(rename = "warn")]
    Warning,
}

/// Words in another case.
#[derive(ConfigValue, Debug, PartialEq, Eq)]
#[config(rename_all = "SCREAMING_SNAKE_CASE")]
enum Mode {
    /// One.
    ReadOnly,
    /// Two.
    ReadWrite,
}

#[test]
fn a_unit_enum_is_a_closed_set_of_words() {
    key!(read: Level);
    assert_eq!(read("very-verbose"), Ok(Level::VeryVerbose));
    assert_eq!(read("VERY-Verbose"), Ok(Level::VeryVerbose));
    assert_eq!(read(" warn "), Ok(Level::Warning));
    assert_eq!(read("warning").unwrap_err(), "\"warning\" is not one of very-verbose, warn");
    assert_eq!(Level::Warning.word(), "warn");
    key!(mode: Mode);
    assert_eq!(mode("READ_ONLY"), Ok(Mode::ReadOnly));
    assert_eq!(mode("read_write"), Ok(Mode::ReadWrite));
    assert!(mode("read-write").is_err());
    key!(list: Vec<Level>);
    assert_eq!(list("warn,Warn"), Ok(vec![Level::Warning; 2]));
}

#[test]
fn a_secret_is_read_and_not_shown() {
    #[derive(Config)]
    #[config(app = "values", prefix = "")]
    struct Settings {
        /// A text.
        text: SecretString,
        /// A number.
        number: SecretBox<u32>,
        /// A text, in the other type.
        boxed: SecretBox<String>,
        /// A size.
        size: SecretBox<ByteSize>,
        /// An optional text.
        optional: Option<SecretString>,
        /// Texts.
        list: Vec<SecretString>,
        /// Texts by name.
        map: BTreeMap<String, SecretString>,
        /// A text with a number.
        pair: (SecretString, SecretBox<u8>),
        /// Many numbers.
        numbers: SecretBox<Vec<u16>>,
    }
    let settings = load::<Settings>(&[
        ("TEXT", " hunter2 "),
        ("NUMBER", "7391"),
        ("BOXED", "hunter3"),
        ("SIZE", "7391KiB"),
        ("OPTIONAL", "hunter4"),
        ("LIST", "hunter5,hunter6"),
        ("MAP", "name=hunter7"),
        ("PAIR", "hunter8,73"),
        ("NUMBERS", "7391,7392"),
    ])
    .unwrap();
    assert_eq!(settings.text.expose_secret(), " hunter2 ");
    assert_eq!(*settings.number.expose_secret(), 7391);
    assert_eq!(settings.boxed.expose_secret(), "hunter3");
    assert_eq!(settings.size.expose_secret().bytes(), 7391 << 10);
    assert_eq!(settings.optional.as_ref().unwrap().expose_secret(), "hunter4");
    assert_eq!(settings.list[1].expose_secret(), "hunter6");
    assert_eq!(settings.map["name"].expose_secret(), "hunter7");
    assert_eq!((settings.pair.0.expose_secret(), *settings.pair.1.expose_secret()), ("hunter8", 73));
    assert_eq!(*settings.numbers.expose_secret(), [7391, 7392]);
    let shown = format!("{settings:?}{settings:#?}");
    assert!(!shown.contains("hunter") && !shown.contains("73") && shown.contains("[REDACTED]"), "{shown}");

    let report = load::<Settings>(&[
        ("TEXT", "ok"),
        ("NUMBER", "hunter2"),
        ("BOXED", "ok"),
        ("SIZE", "hunter3"),
        ("LIST", "hunter4,\"hunter5"),
        ("MAP", "hunter6"),
        ("PAIR", "hunter7,hunter8"),
        ("NUMBERS", "7391,hunter9"),
    ])
    .unwrap_err();
    assert_eq!(report.problems().len(), 6);
    let shown = format!("{report}{report:?}{}", serde_json::to_string(&report).unwrap());
    assert!(!shown.contains("hunter") && !shown.contains("7391"), "{shown}");
}

/// A type that reads its own text, and quotes it in its errors.
#[derive(Debug, PartialEq)]
struct Percent(u8);

impl FromStr for Percent {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let digits = text.strip_suffix('%').ok_or_else(|| format!("no percent sign in {text}"))?;
        digits.parse().map(Self).map_err(|error| format!("{digits}: {error}"))
    }
}

#[test]
fn parse_reads_a_type_by_from_str() {
    key!(read: Percent, parse);
    assert_eq!(read("75%"), Ok(Percent(75)));
    assert_eq!(read("75").unwrap_err(), "\"75\" is not a value of type `Percent`");
    key!(optional: { Option<Percent> }, parse);
    assert_eq!(optional("5%"), Ok(Some(Percent(5))));
    assert_eq!(optional(""), Ok(None));
    key!(list: { Vec<Percent> }, parse);
    assert_eq!(list("5%, 6%"), Ok(vec![Percent(5), Percent(6)]));
    assert_eq!(list("5%,x").unwrap_err(), "item 2 \"x\" is not a value of type `Percent`");
    key!(secret: { SecretBox<i64> }, parse);
    assert_eq!(*secret("-7").unwrap().expose_secret(), -7);
    assert_eq!(secret("hunter2").unwrap_err(), "the secret is not a value of type `i64`");
}

#[test]
fn what_a_parser_says_is_shown_but_for_a_secret() {
    #[derive(Config)]
    #[config(app = "values", prefix = "")]
    struct Settings {
        /// Public.
        #[config(parse)]
        share: Percent,
        /// Not public.
        #[config(parse)]
        hidden: SecretBox<i64>,
    }
    let report = load::<Settings>(&[("SHARE", "75"), ("HIDDEN", "hunter2")]).unwrap_err();
    let shown = format!("{report}");
    assert!(shown.contains("no percent sign in 75") && !shown.contains("hunter2"), "{shown}");
}

#[cfg(feature = "serde")]
#[test]
fn serde_reads_json_text() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Point {
        x: i32,
        y: Option<i32>,
    }
    key!(read: Point, serde);
    assert_eq!(read(r#"{"x":1}"#), Ok(Point { x: 1, y: None }));
    assert_eq!(read("{").unwrap_err(), "\"{\" is not a value of type `Point`");
    key!(optional: { Option<Point> }, serde);
    assert_eq!(optional(""), Ok(None));
    assert_eq!(optional(r#"{"x":1,"y":2}"#), Ok(Some(Point { x: 1, y: Some(2) })));
    key!(map: BTreeMap<String, u8>, serde);
    assert_eq!(map(r#"{"a":1}"#), Ok(BTreeMap::from([("a".to_owned(), 1)])));
    key!(secret: { SecretBox<Vec<u8>> }, serde);
    assert_eq!(*secret("[7,8]").unwrap().expose_secret(), [7, 8]);
    assert!(!secret("[\"hunter2\"]").unwrap_err().contains("hunter2"));
}

#[cfg(feature = "foreign")]
#[test]
fn foreign_reads_a_third_party_struct() {
    #[derive(Debug, PartialEq, serde::Deserialize)]
    struct Pool {
        max_size: u32,
        #[serde(default)]
        hosts: Vec<String>,
    }
    #[derive(Config)]
    #[config(app = "values")]
    struct Settings {
        /// The pool of a third party.
        #[config(foreign)]
        pool: Pool,
    }
    let settings = load::<Settings>(&[("VALUES_POOL_MAX_SIZE", "5"), ("VALUES_POOL_HOSTS", "a,b")]).unwrap();
    assert_eq!(settings.pool, Pool { max_size: 5, hosts: texts(&["a", "b"]) });
    let report = load::<Settings>(&[("VALUES_POOL_MAX_SIZE", "hunter2")]).unwrap_err();
    assert_eq!(report.problems()[0].subject(), "VALUES_POOL_MAX_SIZE");
    assert!(!report.to_string().contains("hunter2"), "{report}");
    let report = load::<Settings>(&[]).unwrap_err();
    assert_eq!(report.problems()[0].subject(), "VALUES_POOL_MAX_SIZE");
}

#[test]
fn an_empty_variable_is_unset_but_for_text() {
    key!(number: u8);
    assert_eq!(number("").unwrap_err(), "required, but no source has it");
    key!(list: Vec<String>);
    assert_eq!(list("").unwrap_err(), "required, but no source has it");
    key!(secret: SecretString);
    assert_eq!(secret("").unwrap_err(), "required, but no source has it");
    key!(with_default: u8, default = 5);
    assert_eq!(with_default(""), Ok(5));
    key!(text: String);
    assert_eq!(text("").as_deref(), Ok(""));
    key!(defaulted_text: String, default = "x");
    assert_eq!(defaulted_text("").as_deref(), Ok(""));
}

#[test]
fn empty_decides_what_an_empty_variable_means() {
    key!(unset: String, default = "x", empty = "unset");
    assert_eq!(unset("").as_deref(), Ok("x"));
    key!(value: Vec<String>, default = "x", empty = "value");
    assert_eq!(value(""), Ok(Vec::new()));
    key!(error: String, empty = "error");
    assert_eq!(error("").unwrap_err(), "is empty, which it may not be");
    assert_eq!(error(" ").as_deref(), Ok(" "));
    key!(secret: SecretString, empty = "value");
    assert_eq!(secret("").unwrap().expose_secret(), "");
}
