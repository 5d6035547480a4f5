//! Promise two: a secret never shows.

use std::{collections::BTreeMap, fmt, panic};

use confident::{
    Config, Env, ExposeSecret, How, Invalid, Kind, Root, SecretBox, SecretString, Value, testing,
};

/// Secrets of every type, in groups of every shape.
#[derive(Config)]
#[config(
    app = "vaulty",
    rule(admin_token.is_some() || pin.is_none(), "a pin needs an admin token"),
    rule(pin.is_none() || retries > 5, "a pin wants retries"),
    validate(quotes_the_secrets, "no secret is wrong"),
)]
struct Settings {
    /// Plain text.
    signing_key: SecretString,
    /// Text with a format.
    #[config(format = "url")]
    database_url: SecretString,
    /// A number in a range.
    #[config(range = 1000..=9999)]
    pin: Option<SecretBox<u32>>,
    /// Owned text.
    admin_token: Option<SecretBox<String>>,
    /// Several.
    #[config(separator = ";")]
    tokens: Vec<SecretString>,
    /// By name.
    #[config(not_secret = "the type is secret already")]
    passwords: BTreeMap<String, SecretString>,
    /// Not in production.
    #[config(forbidden_in("production"), required_in("staging"))]
    debug_token: Option<SecretString>,
    /// A plain number.
    #[config(default = 3)]
    retries: u32,
    /// One group.
    #[config(nested)]
    broker: Broker,
    /// Perhaps a group.
    #[config(nested)]
    mirror: Option<Broker>,
    /// Many groups.
    #[config(nested)]
    peers: Vec<Broker>,
    /// Groups by name.
    #[config(nested)]
    regions: BTreeMap<String, Broker>,
    /// One of several groups.
    #[config(nested)]
    storage: Storage,
}

/// Secrets with constraints that no placeholder keeps.
#[derive(Config)]
#[config(app = "narrow")]
struct Narrow {
    /// Text with a pattern.
    #[config(pattern = "^[a-f]+$")]
    salt: SecretString,
    /// Text with a length.
    #[config(len = 40..)]
    session: SecretString,
    /// Text from a list.
    #[config(one_of = ["a", "b"])]
    mode: SecretString,
    /// A type that reads its own text and quotes it in its errors.
    #[config(parse)]
    ticket: SecretBox<Ticket>,
}

/// A broker.
#[derive(Config)]
struct Broker {
    /// How to log in.
    password: SecretString,
    /// Where it is.
    #[config(default = 5672)]
    port: u16,
}

/// Where files are.
#[derive(Config)]
enum Storage {
    /// Nowhere.
    None,
    /// In a bucket.
    Bucket(Bucket),
}

/// A bucket.
#[derive(Config)]
struct Bucket {
    /// How to log in.
    secret_key: SecretBox<String>,
}

/// Numbers, with an error that quotes the input.
#[derive(Debug)]
struct Ticket(u64);

impl std::str::FromStr for Ticket {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self).map_err(|error| format!("bad ticket {text:?}: {error}"))
    }
}

impl zeroize::Zeroize for Ticket {
    fn zeroize(&mut self) {
        self.0 = 0;
    }
}

fn quotes_the_secrets(settings: &Settings) -> Result<(), String> {
    let mut said = format!("{} is too short", settings.signing_key.expose_secret());
    let mut add = |text: &str| said.push_str(&format!(", {text}"));
    add(settings.database_url.expose_secret());
    add(settings.broker.password.expose_secret());
    settings.tokens.iter().chain(settings.passwords.values()).for_each(|secret| add(secret.expose_secret()));
    settings
        .peers
        .iter()
        .chain(settings.regions.values())
        .for_each(|peer| add(peer.password.expose_secret()));
    settings.mirror.iter().for_each(|mirror| add(mirror.password.expose_secret()));
    settings.admin_token.iter().for_each(|secret| add(secret.expose_secret()));
    settings.debug_token.iter().for_each(|secret| add(secret.expose_secret()));
    settings.pin.iter().for_each(|pin| add(&pin.expose_secret().to_string()));
    if let Storage::Bucket(bucket) = &settings.storage {
        add(bucket.secret_key.expose_secret());
    }
    Err(said)
}

#[test]
fn secrets_never_show_in_anything_a_load_says() {
    testing::secrets_never_show::<Settings>();
    testing::secrets_never_show::<Narrow>();
    testing::secrets_never_show::<Quoting>();
}

/// A secret type whose author forgot what it is for.
struct Chatty(String);

impl Value for Chatty {
    const KIND: &'static Kind = &Kind::Text;
    const SECRET: bool = true;

    fn from_text(text: &str, _: &How) -> Result<Self, Invalid> {
        Ok(Self(text.to_owned()))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// A program with a leak.
#[derive(Config)]
#[config(app = "leaky")]
struct Leaky {
    /// Shown by its own type.
    secret: Chatty,
}

/// A program whose check panics with the secret.
#[derive(Config)]
#[config(app = "panicky", validate(panics, "nothing is wrong"))]
struct Panicky {
    /// Put into a panic.
    secret: SecretString,
}

fn panics(settings: &Panicky) -> Result<(), String> {
    panic!("cannot work with {}", settings.secret.expose_secret())
}

/// The control: the check sees a secret that shows.
#[track_caller]
fn assert_leak_is_seen<R: Root>(place: &str) {
    let payload = panic::catch_unwind(testing::secrets_never_show::<R>).expect_err("the leak is seen");
    let message = payload.downcast_ref::<String>().expect("a message");
    assert!(message.contains(place), "{message}");
}

#[test]
fn a_secret_that_shows_in_the_settings_is_seen() {
    assert_leak_is_seen::<Leaky>("LEAKY_SECRET shows (plain) in the settings");
}

#[test]
fn a_secret_that_shows_in_a_panic_is_seen() {
    assert_leak_is_seen::<Panicky>("PANICKY_SECRET shows (plain) in a panic");
}

/// A program whose check quotes its only secret.
#[derive(Config)]
#[config(app = "quoting", validate(quotes, "the token is good"))]
struct Quoting {
    /// Quoted.
    token: SecretString,
    /// Checked on their own.
    #[config(nested)]
    limits: Limits,
}

fn quotes(settings: &Quoting) -> Result<(), String> {
    Err(format!("{:?} is not good", settings.token.expose_secret().to_uppercase()))
}

/// A group without secrets, and with a check.
#[derive(Config)]
#[config(validate(limits_fit, "the limits fit together"))]
struct Limits {
    /// A number.
    #[config(default = 1)]
    most: u8,
}

fn limits_fit(limits: &Limits) -> Result<(), String> {
    if limits.most < 9 { Ok(()) } else { Err(format!("{} is too\nmany", limits.most)) }
}

#[test]
fn what_a_check_says_of_a_group_with_secrets_is_not_shown() {
    let env = Env::from_pairs([("QUOTING_TOKEN", "hunter2-TOPSECRET")]);
    let report = Quoting::loader().source(env).load().expect_err("the check fails");
    assert_eq!(report.problems()[0].message(), "the token is good");
    assert_eq!(
        report.problems()[0].notes(),
        ["what the program says of it is not shown: it may quote a secret"]
    );
}

#[test]
fn what_a_check_says_of_a_group_without_secrets_is_shown_on_one_line() {
    let env = Env::from_pairs([("QUOTING_TOKEN", "x"), ("QUOTING_LIMITS_MOST", "9")]);
    let report = Quoting::loader().source(env).load().expect_err("the check fails");
    assert_eq!(report.problems()[0].notes(), ["9 is too\\nmany"]);
}

#[test]
fn a_secret_in_the_place_of_a_path_is_not_shown() {
    for secret in ["hunter2-TOPSECRET", "/hunter2/TOPSECRET", "postgres://ada:hunter2-TOPSECRET@db/x"] {
        let env = Env::from_pairs([("QUOTING_TOKEN_FILE", secret)]);
        let report = Quoting::loader().source(env).load().expect_err("there is no such file");
        assert!(!format!("{report}").contains("TOPSECRET"), "{report}");
        assert!(report.to_string().contains("may be the secret itself"), "{report}");
    }
}

/// A third-party struct, which may hold secrets that nobody knows of.
#[cfg(feature = "foreign")]
mod foreign {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[allow(dead_code)]
    struct Client {
        region: String,
        pin: u16,
    }

    /// A program with a third-party struct.
    #[derive(Config)]
    #[config(app = "outer")]
    struct Outer {
        /// A client of somebody else.
        #[config(foreign)]
        client: Client,
    }

    #[test]
    fn the_value_of_a_third_party_field_never_shows() {
        let env = [("OUTER_CLIENT_REGION", "eu"), ("OUTER_CLIENT_PIN", "hunter2-TOPSECRET")];
        let report = Outer::loader().source(Env::from_pairs(env)).load().expect_err("the pin is no number");
        let text = format!("{report}");
        assert!(text.contains("OUTER_CLIENT_PIN"), "{text}");
        assert!(!text.contains("hunter2"), "{text}");
    }

    #[test]
    fn a_third_party_struct_is_not_shown_with_the_settings() {
        let env = [("OUTER_CLIENT_REGION", "hunter2"), ("OUTER_CLIENT_PIN", "7")];
        let settings = Outer::loader().source(Env::from_pairs(env)).load().expect("it is valid");
        assert_eq!(settings.client.pin, 7);
        assert_eq!(format!("{settings:?}"), "Outer { client: [not shown] }");
    }
}

/// A program with secrets by name.
#[derive(Config)]
#[config(app = "ring")]
#[allow(dead_code)]
struct Ring {
    /// Tokens of others, by name.
    tokens: std::collections::BTreeMap<String, SecretString>,
}

/// A token in base64 ends with `=`: where it stands alone, all of it but that is the name of an entry.
#[test]
fn a_secret_that_is_taken_for_a_name_is_not_shown() {
    let ring = Ring::loader().source(Env::from_pairs([("RING_TOKENS", "c2VjcmV0==")])).load();
    let shown = format!("{:?}", ring.expect("it has the form of a map"));
    assert_eq!(shown, "Ring { tokens: [REDACTED] }");
}
