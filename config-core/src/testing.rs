//! Help for the tests of programs.
//!
//! # Example
//! ```
//! use confident_core::{Root, testing};
//!
//! fn no_secret_of_my_program_ever_shows<Settings: Root>() {
//!     testing::secrets_never_show::<Settings>();
//! }
//! ```

use std::{
    ffi::OsString,
    fmt::{self, Write},
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use crate::{
    config::Root,
    grammar::Format,
    load::Loader,
    manifest::{Address, Group, Item, Key, KeyEntry, Kind, ListForm, Manifest, Shape},
    report::{Problem, Report},
    source::{Env, Overrides},
};

/// A configuration for a test: placeholders for all that is required, and what the test sets.
///
/// Placeholders come from the manifest: a default stays a default, else the example of the key, the
/// first of its listed values, the least of its range, or a text of its type and format. Secrets are
/// plainly fake. A key with a `pattern` and no example has no placeholder: the test sets it.
///
/// # Example
/// ```
/// use confident_core::{Config, Report, Root};
///
/// fn a_small_pool<Settings: Root>() -> Result<Settings, Report> {
///     Settings::fixture().set("pool.max", 5).load()
/// }
/// ```
#[must_use = "nothing is read before `load`"]
pub struct Fixture<R> {
    loader: Loader<R>,
    overrides: Overrides,
    unset: Vec<String>,
}

impl<R: Root> Fixture<R> {
    pub(crate) fn new() -> Self {
        Self { loader: R::loader(), overrides: Overrides::fixture(), unset: Vec::new() }
    }

    /// With this value for the key at `path`; elements of lists and maps have their number or name in
    /// it, such as `auths.0.token`.
    pub fn set(mut self, path: &str, value: impl fmt::Display) -> Self {
        self.overrides = self.overrides.set(path, value.to_string());
        self
    }

    /// Without a placeholder for the key at `path`.
    pub fn unset(mut self, path: &str) -> Self {
        self.unset.push(path.to_owned());
        self
    }

    /// In this profile.
    pub fn profile(mut self, profile: &str) -> Self {
        self.loader = self.loader.profile(profile);
        self
    }

    /// Reads everything.
    ///
    /// # Errors
    /// A report of everything that is wrong, at once.
    pub fn load(self) -> Result<R, Report> {
        let mut placeholders = Overrides::fixture();
        for (entry, value) in placeholders_of(R::MANIFEST, None) {
            if !self.unset.iter().any(|path| path == entry.path) {
                placeholders = placeholders.set(entry.path, value);
            }
        }
        let loaded = self.loader.source(placeholders).source(self.overrides).load_with_warnings()?;
        Ok(loaded.settings)
    }
}

/// Plants a token as the value of every secret, provokes every way to fail, and looks for the token,
/// plain and encoded, in everything that the load says.
///
/// The ways: a value of the wrong type or out of its constraints, bytes that are not UTF-8, a variable
/// and its file twin both set, a file that cannot be read or is not text, a neighbour with a
/// misspelled name, broken rules, every profile that a key names, all other keys invalid. What is
/// looked at: `Debug` of the settings, the report and its problems in all their forms, warnings, the
/// manifest, and the message of a panic.
///
/// # Panics
/// Where the token shows, naming the key, the way and the place.
pub fn secrets_never_show<R: Root>() {
    let manifest = R::MANIFEST;
    let folder = Folder::new();
    for secret in manifest.keys().filter(|entry| entry.key.is_secret) {
        for token in tokens() {
            for (way, env, profile) in ways(manifest, &secret, &token, &folder) {
                for (place, text) in everything_said::<R>(env, profile) {
                    if let Some(encoding) = find(&text, &token) {
                        panic!(
                            "the secret {} shows ({encoding}) in {place} where it is {way}",
                            concrete(secret.variable)
                        );
                    }
                }
            }
        }
    }
}

/// Looks for keys that are `live` and change nothing: nobody is told of a change, and no place of the program reads them anew.
///
/// A program uses a `live` key in one of two ways. It subscribes to the key or its group
/// ([`Live::subscribe`](crate::Live::subscribe), [`Live::on_change`](crate::Live::on_change)), which is known here. Or
/// it reads the key from [`Live::current`](crate::Live::current) or a reader each time that it needs it. Rust does not
/// tell who reads a field, so such keys are named in `read`, where the reader of the test finds them. One that is gone, or
/// `live` no more, does not compile there.
///
/// The test calls it when all parts of the program have subscribed, as after the start of the program.
///
/// # Panics
/// Where a `live` key is used by nobody, naming each of them.
///
/// # Example
/// ```
/// use std::time::Duration;
///
/// use confident::{Config, Env, live, testing};
///
/// /// The payments service.
/// #[derive(Config)]
/// #[config(app = "payments")]
/// struct Settings {
///     /// How long a request may take.
///     #[config(default = "30s", live)]
///     request_timeout: Duration,
///     /// How many connections are kept.
///     #[config(default = 10, live)]
///     connections: u32,
/// }
///
/// let settings = Settings::loader().source(Env::from_pairs([("", ""); 0])).watch()?;
/// let _pool = settings.on_change([live!(Settings: connections)], |settings| {
///     println!("{} connections are kept now", settings.connections);
/// });
/// // Every request takes its timeout from `settings.current()`.
/// testing::live_keys_are_used(&settings, &[live!(Settings: request_timeout)]);
/// # Ok::<_, confident::Report>(())
/// ```
#[cfg(feature = "live")]
#[track_caller]
pub fn live_keys_are_used<R: Send + Sync + 'static>(live: &crate::Live<R>, read: &[crate::LivePath]) {
    let unused = live.unused(read);
    assert!(
        unused.is_empty(),
        "a change of these keys changes nothing, though they are `live`: {}; subscribe to each where it is used, or name \
         it among those that are read from `current()` each time, or take `live` from it",
        unused.join(", ")
    );
}

/// Texts that stand for secrets: one with characters that every encoding writes differently, one that
/// passes for a URL, one that passes for a number.
fn tokens() -> [String; 3] {
    [
        "tok\"en-7f3a9c51<é>\\zq".to_owned(),
        "postgres://ada:tok7f3a9c51zq@db.internal/x".to_owned(),
        "918273645546372".to_owned(),
    ]
}

type Way = (&'static str, Vec<(String, OsString)>, Option<&'static str>);

/// The environments in which the secret is present and something fails.
fn ways(manifest: &Manifest, secret: &KeyEntry, token: &str, folder: &Folder) -> Vec<Way> {
    let variable = concrete(secret.variable);
    let twin = format!("{variable}_FILE");
    let base = || fixture(manifest, Some(secret.path));
    let with = |pairs: &[(&str, OsString)]| {
        let mut env = base();
        env.retain(|(name, _)| *name != variable);
        env.extend(pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        env
    };
    let file = OsString::from(folder.write("secret", token.as_bytes()));
    let not_text = OsString::from(folder.write("not-text", &[token.as_bytes(), b"\xff"].concat()));
    let misspelled = format!("{variable}X");
    let mut ways: Vec<Way> = vec![
        ("its value", with(&[(&variable, token.into())]), None),
        ("in a file", with(&[(&twin, file.clone())]), None),
        ("set twice", with(&[(&variable, token.into()), (&twin, file.clone())]), None),
        ("in a file that is not text", with(&[(&twin, not_text)]), None),
        ("named as its own file", with(&[(&twin, folder.path().into())]), None),
        ("the value of a misspelled variable", with(&[(&misspelled, token.into())]), None),
        (
            "numbered",
            with(&[(&format!("{variable}_0"), token.into()), (&format!("{variable}_2"), token.into())]),
            None,
        ),
    ];
    #[cfg(unix)]
    {
        let mut bytes = token.as_bytes().to_vec();
        bytes.push(0xff);
        let not_unicode: OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
        ways.push(("not UTF-8", with(&[(&variable, not_unicode)]), None));
    }
    for profile in
        manifest.keys().flat_map(|entry| entry.key.required_in().iter().chain(entry.key.forbidden_in()))
    {
        ways.push(("set in a profile", with(&[(&variable, token.into())]), Some(profile)));
    }
    // Everything else invalid, so that rules and groups fail in every combination.
    for junk in ["", "\u{1}not valid", "true", "0"] {
        let mut env: Vec<_> = manifest
            .keys()
            .filter(|entry| !entry.key.is_secret && !entry.key.field.is_empty())
            .map(|entry| (concrete(entry.variable), OsString::from(junk)))
            .collect();
        env.extend(base().into_iter().filter(|(name, _)| {
            manifest.keys().any(|entry| entry.key.field.is_empty() && concrete(entry.variable) == *name)
        }));
        env.push((variable.clone(), token.into()));
        ways.push(("next to invalid keys", env, None));
    }
    ways
}

/// Everything that a load of this environment says, with the name of the place.
fn everything_said<R: Root>(
    env: Vec<(String, OsString)>,
    profile: Option<&str>,
) -> Vec<(&'static str, String)> {
    let load = || {
        let mut loader = R::loader().source(Env::from_pairs(env));
        if let Some(profile) = profile {
            loader = loader.profile(profile);
        }
        loader.load_with_warnings()
    };
    let mut said = vec![("the manifest", format!("{:?}", R::MANIFEST))];
    match catch_unwind(AssertUnwindSafe(load)) {
        Ok(Ok(loaded)) => {
            said.push(("the settings", format!("{:?}", loaded.settings)));
            said.push(("the settings, pretty", format!("{:#?}", loaded.settings)));
            loaded.warnings.iter().for_each(|warning| said.push(("a warning", parts(warning))));
        }
        Ok(Err(report)) => say_report(&report, &mut said),
        Err(payload) => {
            let message = payload.downcast_ref::<String>().cloned();
            let message = message.or_else(|| payload.downcast_ref::<&str>().map(|text| (*text).to_owned()));
            said.push(("a panic", message.unwrap_or_default()));
        }
    }
    said
}

fn say_report(report: &Report, said: &mut Vec<(&'static str, String)>) {
    said.push(("the report", format!("{report}")));
    said.push(("the report, alternate", format!("{report:#}")));
    said.push(("the report, for debugging", format!("{report:?}")));
    said.push(("the report, pretty", format!("{report:#?}")));
    for problem in report.problems().iter().chain(report.warnings()) {
        said.push(("a problem", parts(problem)));
    }
}

/// All that a problem holds.
fn parts(problem: &Problem) -> String {
    format!(
        "{problem:?} {} {} {} {:?} {:?} {} {:?}",
        problem.subject(),
        problem.message(),
        problem.notes().join(" "),
        problem.path(),
        problem.origin(),
        problem.as_warning(),
        problem.key(),
    )
}

/// The environment of [`placeholders_of`].
fn fixture(manifest: &Manifest, wanted: Option<&str>) -> Vec<(String, OsString)> {
    let placeholders = placeholders_of(manifest, wanted).into_iter();
    placeholders.map(|(entry, value)| (concrete(entry.variable), value.into())).collect()
}

/// Values with which the program would load: those of keys without a default. `wanted` is the path of
/// a key whose group must be in use.
fn placeholders_of(manifest: &Manifest, wanted: Option<&str>) -> Vec<(KeyEntry, String)> {
    let mut chosen_words: Vec<(KeyEntry, &'static str)> = Vec::new();
    let mut placeholders = Vec::new();
    for entry in manifest.keys() {
        if entry.key.field.is_empty() {
            let word = chosen(&entry, wanted);
            if let Some(word) = word.or(entry.key.default) {
                chosen_words.push((entry, word));
            }
            placeholders.extend(word.map(|word| (entry, word.to_owned())));
        } else if entry.key.is_required()
            && !is_in_placeholder(&entry)
            && is_in_use(manifest, &entry, &chosen_words)
        {
            placeholders.push((entry, placeholder(entry.key)));
        }
    }
    placeholders
}

/// Whether no choice excludes the key, and no optional group around it is better left out.
fn is_in_use(manifest: &Manifest, entry: &KeyEntry, chosen: &[(KeyEntry, &'static str)]) -> bool {
    let is_chosen = chosen.iter().all(|(choice, word)| {
        match entry.path.strip_prefix(choice.path).and_then(|rest| rest.strip_prefix('.')) {
            Some(inside) => inside.split('.').next() == Some(*word),
            None => true,
        }
    });
    is_chosen && !is_optional(manifest.group, entry.path)
}

/// Whether a group on the way to `path` may be left out.
fn is_optional(group: &Group, path: &str) -> bool {
    group.items.iter().any(|item| {
        let Item::Nested(nested) = item else { return false };
        let inside = match nested.segment {
            "" => Some(path),
            segment => path.strip_prefix(segment).and_then(|rest| rest.strip_prefix('.')),
        };
        inside.is_some_and(|inside| {
            let holds = !nested.segment.is_empty() || holds(nested.group, inside);
            holds && (nested.shape == Shape::Optional || is_optional(nested.group, inside))
        })
    })
}

/// Whether the key at `path` is in the group.
fn holds(group: &Group, path: &str) -> bool {
    group.items.iter().any(|item| match item {
        Item::Nested(nested) if nested.segment.is_empty() => holds(nested.group, path),
        item => {
            let rest = path.strip_prefix(item.segment());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        }
    })
}

fn is_in_placeholder(entry: &KeyEntry) -> bool {
    entry.path.contains('{')
}

/// The word that a choice needs so that the key at `wanted` is in use.
fn chosen(choice: &KeyEntry, wanted: Option<&str>) -> Option<&'static str> {
    let Kind::Word(words) = choice.key.kind else { return None };
    let inside = wanted.and_then(|wanted| wanted.strip_prefix(choice.path)?.strip_prefix('.'));
    let word = inside.and_then(|inside| words.iter().find(|word| inside.starts_with(word.text)));
    match (word, choice.key.default) {
        (Some(word), _) => Some(word.text),
        (None, Some(_)) => None,
        (None, None) => words.first().map(|word| word.text),
    }
}

/// The name with an element in the place of every placeholder.
fn concrete(variable: &str) -> String {
    variable.replace("{n}", "0").replace("{name}", "FIXTURE")
}

/// A value that the key accepts, as far as its type and constraints tell.
fn placeholder(key: &Key) -> String {
    if let Some(text) = key.default.or(key.example()).or(key.one_of().first().copied()) {
        return text.to_owned();
    }
    if let Some(range) = key.range()
        && let Some(text) = range.min.or(range.max)
    {
        return text.to_owned();
    }
    let text = match key.format() {
        Some(format) => sample_of_format(format).to_owned(),
        None if key.is_secret && matches!(key.kind, Kind::Text) => "FAKE-SECRET".to_owned(),
        None => sample(key.kind),
    };
    match key.len() {
        Some(length) if length.min > text.len() && !key.kind.is_many() => {
            text.repeat(length.min.div_ceil(text.len().max(1)))
        }
        _ => text,
    }
}

fn sample_of_format(format: Format) -> &'static str {
    match format {
        Format::Url => "https://example.com",
        Format::Email => "ops@example.com",
        Format::Hostname => "example.com",
        Format::Uuid => "123e4567-e89b-12d3-a456-426614174000",
        Format::Date => "2027-01-31",
        Format::Cidr => "10.0.0.0/8",
        Format::Hex => "00ff",
        Format::Base64 => "Y29uZmln",
    }
}

fn sample(kind: &Kind) -> String {
    match kind {
        Kind::Bool => "true".to_owned(),
        Kind::Integer { .. } | Kind::Float { .. } => "1".to_owned(),
        Kind::Char => "x".to_owned(),
        Kind::Text | Kind::OsText | Kind::Parsed { .. } | Kind::Structured { .. } => "placeholder".to_owned(),
        Kind::Path => "/placeholder".to_owned(),
        Kind::Duration => "1s".to_owned(),
        Kind::ByteSize => "1KiB".to_owned(),
        Kind::Flag => "off".to_owned(),
        Kind::Address(Address::Ip | Address::Ipv4) => "192.0.2.1".to_owned(),
        Kind::Address(Address::Ipv6) => "2001:db8::1".to_owned(),
        Kind::Address(Address::Socket | Address::SocketV4) => "192.0.2.1:80".to_owned(),
        Kind::Address(Address::SocketV6) => "[2001:db8::1]:80".to_owned(),
        Kind::Url => "https://example.com".to_owned(),
        Kind::Word(words) => words.first().map_or_else(String::new, |word| word.text.to_owned()),
        Kind::List { item, form: ListForm::Exactly(count) } => vec![sample(item); *count].join(","),
        Kind::List { item, .. } => sample(item),
        Kind::Map { value } => format!("name={}", sample(value)),
        Kind::Pair { first, second } => format!("{},{}", sample(first), sample(second)),
    }
}

/// Whether the token stands in the text, and in which encoding.
fn find(text: &str, token: &str) -> Option<&'static str> {
    encodings(token).into_iter().find(|(_, encoded)| text.contains(encoded)).map(|(name, _)| name)
}

/// The token as it would stand in logs, URLs, JSON, headers and dumps. The longest plain part of it
/// counts too: escaping changes only what is around it.
fn encodings(token: &str) -> Vec<(&'static str, String)> {
    let bytes = token.as_bytes();
    let core = token.split(|char: char| !char.is_ascii_alphanumeric()).max_by_key(|part| part.len());
    let core = core.unwrap_or(token);
    let hex = |upper: bool| {
        core.bytes().fold(String::new(), |mut hex, byte| {
            let _ = if upper { write!(hex, "{byte:02X}") } else { write!(hex, "{byte:02x}") };
            hex
        })
    };
    let mut encodings = vec![
        ("plain", core.to_owned()),
        ("reversed", core.chars().rev().collect()),
        ("hex", hex(false)),
        ("hex", hex(true)),
        (
            "percent-encoded",
            core.bytes().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "%{byte:02X}");
                text
            }),
        ),
        (
            "JSON escapes",
            core.bytes().fold(String::new(), |mut text, byte| {
                let _ = write!(text, "\\u{byte:04x}");
                text
            }),
        ),
        ("a list of bytes", format!("{bytes:?}")),
    ];
    // Base64 of a text depends on what stands before it: three alignments, without the characters at
    // either end that its neighbours change.
    for skip in 0..3 {
        let aligned = &core.as_bytes()[skip.min(core.len())..];
        let whole = aligned.len() / 3 * 3;
        encodings.push(("base64", base64(&aligned[..whole])));
    }
    encodings.retain(|(_, encoded)| encoded.len() >= 8);
    encodings
}

/// Base64 of whole groups of three bytes. The token has no characters that its two alphabets write
/// differently often enough to matter: a search for either finds it.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks_exact(3) {
        let bits = (u32::from(group[0]) << 16) | (u32::from(group[1]) << 8) | u32::from(group[2]);
        for shift in [18, 12, 6, 0] {
            text.push(char::from(ALPHABET[(bits >> shift & 63) as usize]));
        }
    }
    text
}

/// A folder of its own for the files of one check.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("confident-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).expect("the folder for temporary files can be written");
        Self(path)
    }

    fn path(&self) -> &Path {
        &self.0
    }

    fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).expect("the folder for temporary files can be written");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left over is in the folder for temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
