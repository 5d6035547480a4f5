// Defaults of every standard type, in every syntax that the folder `default` refuses others of.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6},
    num::NonZeroU16,
    path::PathBuf,
    time::Duration,
};

use confident::{ByteSize, Config, ConfigValue, Env};

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// A truth value.
    #[config(default = true)]
    truth: bool,
    /// A truth value as text.
    #[config(default = "off")]
    truth_text: bool,
    /// The largest.
    #[config(default = 255u8)]
    byte: u8,
    /// The smallest.
    #[config(default = -128)]
    signed_byte: i8,
    /// Another base, which Rust reads.
    #[config(default = 0x1f)]
    base: u16,
    /// With separators, which Rust reads.
    #[config(default = 1_000)]
    separated: u16,
    /// As text.
    #[config(default = "8080", example = 9090)]
    text_number: u16,
    /// Not zero.
    #[config(default = 1)]
    nonzero: NonZeroU16,
    /// The largest.
    #[config(default = 340282366920938463463374607431768211455)]
    widest: u128,
    /// The smallest.
    #[config(default = -170141183460469231731687303715884105728)]
    lowest: i128,
    /// A fraction.
    #[config(default = 0.25, range = 0.0..1.0)]
    fraction: f64,
    /// A whole number.
    #[config(default = 2)]
    whole: f32,
    /// A character.
    #[config(default = 'ß')]
    character: char,
    /// Digits.
    #[config(default = "007", len = 3, pattern = "^[0-9]+$")]
    text: String,
    /// A path.
    #[config(default = "/var/lib")]
    path: PathBuf,
    /// A duration.
    #[config(default = "1h30m", range = ..="2h")]
    duration: Duration,
    /// A duration with a unit.
    #[config(default = 30, unit = "ms")]
    milliseconds: Duration,
    /// A size.
    #[config(default = "16MiB")]
    size: ByteSize,
    /// An address.
    #[config(default = "::1")]
    ip: IpAddr,
    /// An address.
    #[config(default = "10.0.0.1")]
    ipv4: Ipv4Addr,
    /// An address.
    #[config(default = "fe80::1")]
    ipv6: Ipv6Addr,
    /// An address and port.
    #[config(default = "[::1]:80")]
    socket: SocketAddr,
    /// An address and port.
    #[config(default = "10.0.0.1:80")]
    socket_v4: SocketAddrV4,
    /// An address and port.
    #[config(default = "[::1]:80")]
    socket_v6: SocketAddrV6,
    /// A word.
    #[config(default = "warn")]
    level: Level,
    /// A list.
    #[config(default = [80, 443])]
    ports: Vec<u16>,
    /// A list with the separator in an item.
    #[config(default = ["a,b", "c"])]
    quoted: Vec<String>,
    /// An empty list.
    #[config(default = [])]
    empty: Vec<String>,
    /// A list of words.
    #[config(default = ["debug", "warn"])]
    levels: Vec<Level>,
    /// A set.
    #[config(default = "b,a")]
    set: BTreeSet<String>,
    /// An array.
    #[config(default = [1, 2, 3])]
    array: [u8; 3],
    /// A map.
    #[config(default = "eu=80,us=81")]
    map: BTreeMap<String, u16>,
    /// A pair.
    #[config(default = "5;x", separator = ";")]
    pair: (u16, String),
}

/// How much is logged.
#[derive(ConfigValue, Debug, PartialEq)]
enum Level {
    /// Everything.
    Debug,
    /// What is not as it should be.
    Warn,
}

fn main() {
    let none: [(&str, &str); 0] = [];
    let settings = Settings::loader().source(Env::from_pairs(none)).load().unwrap();
    assert!(settings.truth && !settings.truth_text);
    assert_eq!((settings.byte, settings.signed_byte), (255, -128));
    assert_eq!((settings.base, settings.separated, settings.text_number), (31, 1000, 8080));
    assert_eq!((settings.widest, settings.lowest), (u128::MAX, i128::MIN));
    assert_eq!((settings.fraction, settings.whole), (0.25, 2.0));
    assert_eq!((settings.character, settings.text.as_str()), ('ß', "007"));
    assert_eq!(settings.duration, Duration::from_secs(5400));
    assert_eq!(settings.milliseconds, Duration::from_millis(30));
    assert_eq!(settings.level, Level::Warn);
    assert_eq!(settings.ports, [80, 443]);
    assert_eq!(settings.quoted, ["a,b", "c"]);
    assert!(settings.empty.is_empty());
    assert_eq!(settings.levels, [Level::Debug, Level::Warn]);
    assert_eq!(settings.array, [1, 2, 3]);
    assert_eq!(settings.map["us"], 81);
    assert_eq!(settings.pair, (5, "x".to_owned()));
}
