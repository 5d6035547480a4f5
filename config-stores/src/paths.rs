//! Which place of a store holds which key.

use std::{borrow::Cow, fmt};

use confident_core::{KeyEntry, Manifest, manifest::Key};

use crate::Holds;

/// Which place of a store holds which key: one template for all, and what a key says of itself by the option `store`.
///
/// In the template, `{app}` is the name of the program, `{profile}` the profile of the load, `{path}` the path of the
/// key with `/` between its segments, and `{variable}` the name of its variable. What stands behind `#` is a field of what is at the place;
/// there, `{path}` has dots.
///
/// **The profile is part of every place**, so that a program in staging cannot ask for what is production's. A store
/// that has one profile only is told which: [`Paths::only`].
///
/// # Example
/// ```
/// use confident::{Config, SecretString};
/// use confident_stores::{Holds, Paths};
///
/// /// The payments service.
/// #[derive(Config)]
/// #[config(app = "payments")]
/// struct Settings {
///     /// The database.
///     #[config(nested)]
///     database: Database,
/// }
///
/// /// A database.
/// #[derive(Config)]
/// struct Database {
///     /// Its password.
///     password: SecretString,
/// }
///
/// let place = |paths: Paths, profile| {
///     let places = paths.places(Settings::manifest(), Some(profile), "vault", Holds::Secrets)?;
///     Ok::<_, confident_stores::BadPaths>(places[0].to_string())
/// };
/// let one_place_each = Paths::default();
/// assert_eq!(place(one_place_each.clone(), "staging").unwrap(), "payments/staging/database/password");
/// let one_place_for_all = Paths::new("{profile}/{app}#{path}");
/// assert_eq!(place(one_place_for_all, "staging").unwrap(), "staging/payments#database.password");
/// let own_store = Paths::new("{app}#{variable}").only("production");
/// assert_eq!(place(own_store.clone(), "production").unwrap(), "payments#PAYMENTS_DATABASE_PASSWORD");
/// assert!(place(own_store, "staging").is_err());
/// assert!(place(one_place_each, "../production").is_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paths {
    template: Cow<'static, str>,
    only: Option<String>,
}

/// The place of one key in a store.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Place {
    /// The key.
    pub entry: KeyEntry,
    /// The path in the store.
    pub path: String,
    /// The field of what is there; `None` for all of it.
    pub field: Option<String>,
    /// Whether the key names the place itself, by its option `store`.
    pub is_own: bool,
}

/// Why there are no places: the template or the profile is not right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPaths {
    what: String,
    cure: String,
}

impl Default for Paths {
    /// A place for each key: `{app}/{profile}/{path}`.
    fn default() -> Self {
        Self::new(Self::DEFAULT)
    }
}

impl Paths {
    /// A place for each key.
    pub const DEFAULT: &'static str = "{app}/{profile}/{path}";

    /// Places by a template.
    pub fn new(template: impl Into<Cow<'static, str>>) -> Self {
        Self { template: template.into(), only: None }
    }

    /// The store has what this profile needs, and nothing else: a load with another profile does not ask it. The template need not have the profile in it then.
    #[must_use]
    pub fn only(mut self, profile: impl Into<String>) -> Self {
        self.only = Some(profile.into());
        self
    }

    /// The places of the keys that a store of this kind is asked for: those whose options `store` or `sources` name
    /// the kind, and of the others the secrets, or those that are none. Keys in lists and maps are not looked for.
    ///
    /// # Errors
    /// The template has no place for each key, or the profile is none that a store could have.
    pub fn places(
        &self,
        manifest: &Manifest,
        profile: Option<&str>,
        kind: &str,
        holds: Holds,
    ) -> Result<Vec<Place>, BadPaths> {
        let wanted: Vec<KeyEntry> = Self::keys(manifest, kind, holds).collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let profile = self.profile(profile, manifest)?;
        self.is_right()?;
        wanted.into_iter().map(|entry| self.place(manifest, profile, entry)).collect()
    }

    /// The keys that a store of this kind is asked for.
    pub(crate) fn keys(manifest: &Manifest, kind: &str, holds: Holds) -> impl Iterator<Item = KeyEntry> {
        manifest.keys().filter(move |entry| is_wanted(entry, kind, holds))
    }

    fn place(&self, manifest: &Manifest, profile: Option<&str>, entry: KeyEntry) -> Result<Place, BadPaths> {
        let reference = reference(entry.key).map(|(_, place)| {
            let is_told = self.only.is_some() || place.contains("{profile}");
            if is_told { Cow::Borrowed(place) } else { Cow::Owned(format!("{{profile}}/{place}")) }
        });
        let template = reference.as_deref().unwrap_or(&self.template);
        let (path, field) = split(template);
        let fill = |text: &str, path: &str| {
            text.replace("{app}", manifest.app)
                .replace("{profile}", profile.unwrap_or_default())
                .replace("{variable}", entry.variable)
                .replace("{path}", path)
        };
        let path = fill(path, &entry.path.replace('.', "/"));
        let field = field.map(|field| fill(field, entry.path));
        // A name may have characters that mean something else in a path, or in the policy of a store.
        if path.split('/').chain(field.as_deref()).all(is_segment) {
            return Ok(Place { entry, path, field, is_own: reference.is_some() });
        }
        Err(BadPaths {
            what: format!(
                "is not asked: the place of {} would have characters that lead elsewhere",
                entry.variable
            ),
            cure: "say its place by the option `store` of the key, or read the name of the program again"
                .to_owned(),
        })
    }

    /// The profile, if it is one that may be a part of a path.
    fn profile<'p>(
        &self,
        profile: Option<&'p str>,
        manifest: &Manifest,
    ) -> Result<Option<&'p str>, BadPaths> {
        let variable = manifest.profile_variable();
        let Some(profile) = profile else {
            return Err(BadPaths {
                what: "is asked for places that have the profile in them, and the load has none".to_owned(),
                cure: format!("set {variable}, or say `.profile(..)` in the program"),
            });
        };
        if let Some(only) = &self.only
            && only != profile
        {
            return Err(BadPaths {
                what: format!("has what the profile {only} needs, and the profile is another"),
                cure: format!("set {variable} to {only}, or give this profile a store of its own"),
            });
        }
        if is_segment(profile) {
            Ok(Some(profile))
        } else {
            Err(BadPaths {
                what: "is not asked: the profile has characters that would lead to another place".to_owned(),
                cure: format!("set {variable} to a word of letters, digits, `-`, `_` and single dots"),
            })
        }
    }

    fn is_right(&self) -> Result<(), BadPaths> {
        let template = &*self.template;
        let wrong = |what: &str, cure: &str| {
            Err(BadPaths { what: format!("has the paths \"{template}\", {what}"), cure: cure.to_owned() })
        };
        let (path, field) = split(template);
        if !(template.contains("{path}") || template.contains("{variable}")) {
            return wrong("which are the same for every key", "add {path} to them");
        }
        if self.only.is_none() && !path.contains("{profile}") {
            return wrong(
                "in which every profile has the same",
                "add {profile} to them, or say which profile the store is for by `Paths::only`",
            );
        }
        let filled = fill_placeholders(path);
        if !filled.split('/').all(is_segment) {
            return wrong(
                "which are not segments of letters, digits, `-`, `_` and dots, with `/` between them",
                "the placeholders are {app}, {profile}, {path} and {variable}",
            );
        }
        if field.is_some_and(|field| !is_segment(&fill_placeholders(field))) {
            return wrong("whose field is not a name", "write one name, or {path} or {variable}, behind `#`");
        }
        Ok(())
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.field {
            Some(field) => write!(f, "{}#{field}", self.path),
            None => f.write_str(&self.path),
        }
    }
}

impl BadPaths {
    /// What is wrong, said of the store.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// What to do.
    pub fn cure(&self) -> &str {
        &self.cure
    }
}

impl fmt::Display for BadPaths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the store {}; {}", self.what, self.cure)
    }
}

impl std::error::Error for BadPaths {}

fn is_wanted(entry: &KeyEntry, kind: &str, holds: Holds) -> bool {
    let sources = entry.key.sources();
    if entry.path.contains('{') || !(sources.is_empty() || sources.contains(&kind)) {
        return false;
    }
    match reference(entry.key) {
        Some((of, _)) => of == kind,
        None => sources.contains(&kind) || entry.key.is_secret == (holds == Holds::Secrets),
    }
}

/// The kind of store and the place that the key says of itself.
fn reference(key: &Key) -> Option<(&'static str, &'static str)> {
    key.store()?.split_once(':')
}

fn split(template: &str) -> (&str, Option<&str>) {
    match template.split_once('#') {
        Some((path, field)) => (path, Some(field)),
        None => (template, None),
    }
}

/// A template in which each placeholder is a letter.
fn fill_placeholders(text: &str) -> String {
    ["{app}", "{profile}", "{path}", "{variable}"]
        .iter()
        .fold(text.to_owned(), |text, name| text.replace(name, "x"))
}

/// Whether the text is one segment of a path, leads nowhere else, and is no option of a command.
pub(crate) fn is_segment(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    !text.is_empty() && text.bytes().all(is_plain) && !text.starts_with(['.', '-']) && !text.contains("..")
}

/// The longest path that all places are under, with the `/` at its end.
pub(crate) fn common_folder<'a>(places: &[&'a str]) -> &'a str {
    let Some((first, rest)) = places.split_first() else { return "" };
    let same = |other: &&str| first.bytes().zip(other.bytes()).take_while(|(one, two)| one == two).count();
    let shared = rest.iter().map(same).min().unwrap_or(first.len());
    match first[..shared].rfind('/') {
        Some(slash) => &first[..=slash],
        None => "",
    }
}
