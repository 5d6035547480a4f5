//! Two releases of one program, compared as whoever deploys them sees them.
//!
//! ```
//! use confident_cli::diff::{Effect, diff};
//!
//! # mod old { #[derive(confident::Config)]
//! # /// Old.
//! # #[config(app = "payments")]
//! # pub struct Settings {
//! #     /// Where it listens.
//! #     #[config(default = 80)]
//! #     pub port: u16,
//! # } }
//! # mod new { #[derive(confident::Config)]
//! # /// New.
//! # #[config(app = "payments")]
//! # pub struct Settings {
//! #     /// Where it listens.
//! #     pub port: u16,
//! # } }
//! // Of `port`, the new release has no default any more.
//! let diff = diff(old::Settings::MANIFEST, new::Settings::MANIFEST);
//! assert_eq!(diff.changes[0].effect, Effect::Breaking);
//! assert!(diff.rollout[0].starts_with("set PAYMENTS_PORT before you deploy"));
//! ```

use std::collections::BTreeMap;

use confident_core::{
    KeyEntry, Kind, Manifest,
    grammar::{duration, scalar},
    manifest::{Group, Item, Key, Length, ListForm, Range, constraint::compare},
};
use serde::Serialize;

/// What a change does to whoever deploys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// A deployment that was right may be wrong now.
    Breaking,
    /// Every deployment stays right, and may behave differently.
    Behaviour,
    /// Every deployment stays right, and behaves as before.
    Compatible,
    /// Only what is said of it changed.
    Documentation,
}

/// The step of the version that a change asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// `1.2.3` becomes `1.2.4`, or stays.
    Patch,
    /// `1.2.3` becomes `1.3.0`.
    Minor,
    /// `1.2.3` becomes `2.0.0`.
    Major,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// What it does to whoever deploys.
    pub effect: Effect,
    /// The kind of change: stable, programs may rely on it.
    pub code: &'static str,
    /// What it is about: a variable, or the message of a rule.
    pub subject: String,
    /// The path of the key, where it is about one.
    pub key: Option<String>,
    /// What changed.
    pub message: String,
}

/// What changed between two releases.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Diff {
    /// The name of the program.
    pub app: &'static str,
    /// The versions before and after; empty where nobody said.
    pub versions: [&'static str; 2],
    /// The fingerprints of the contracts before and after.
    pub fingerprints: [&'static str; 2],
    /// The changes, the worst first.
    pub changes: Vec<Change>,
    /// The step of the version that they ask for.
    pub step: Step,
    /// Whether the version goes at least that step; `None` where a version is not known, or no semantic one.
    pub is_stepped: Option<bool>,
    /// What to do before the new release is deployed.
    pub rollout: Vec<String>,
}

impl Diff {
    /// Whether a deployment that was right may be wrong now.
    pub fn breaks(&self) -> bool {
        self.changes.iter().any(|change| change.effect == Effect::Breaking)
    }
}

/// Compares two releases.
pub fn diff(old: &Manifest, new: &Manifest) -> Diff {
    let mut found = Changes { new_version: new.version, apps: [old.app, new.app], ..Changes::default() };
    let before: BTreeMap<&str, KeyEntry> = old.keys().map(|entry| (entry.path, entry)).collect();
    let after: BTreeMap<&str, KeyEntry> = new.keys().map(|entry| (entry.path, entry)).collect();
    // A key under another path that still reads the old variable is the same key.
    let mut moved: BTreeMap<&str, &KeyEntry> = BTreeMap::new();
    for entry in after.values().filter(|entry| !before.contains_key(entry.path)) {
        let reads = |old: &&KeyEntry| {
            !after.contains_key(old.path)
                && (entry.variable == old.variable || entry.key.aliases.contains(&old.variable))
        };
        if let Some(from) = before.values().find(reads) {
            moved.insert(from.path, entry);
        }
    }
    for old in before.values() {
        match after.get(old.path).or_else(|| moved.get(old.path).copied()) {
            Some(new) => found.key(old, new),
            None => found.removed(old, new),
        }
    }
    for entry in after.values() {
        let is_moved = moved.values().any(|moved| moved.path == entry.path);
        if !before.contains_key(entry.path) && !is_moved {
            found.added(entry);
        }
    }
    found.rules(&rules(old.group), &rules(new.group));
    if old.app != new.app {
        let message = format!("the program is called {} now", new.app);
        found.push(Effect::Behaviour, "app", old.app, None, message);
    }
    for profile in old.profiles.iter().filter(|profile| !new.profiles.contains(profile)) {
        if !new.profiles.is_empty() {
            let message = "is no profile any more".to_owned();
            found.push(Effect::Breaking, "profile-removed", profile, None, message);
        }
    }
    let Changes { mut changes, rollout, .. } = found;
    changes.sort_by(|left, right| (left.effect, &left.subject).cmp(&(right.effect, &right.subject)));
    let step = match changes.first().map(|change| change.effect) {
        Some(Effect::Breaking) => Step::Major,
        Some(Effect::Behaviour | Effect::Compatible) => Step::Minor,
        Some(Effect::Documentation) | None => Step::Patch,
    };
    Diff {
        app: new.app,
        versions: [old.version, new.version],
        fingerprints: [old.fingerprint(), new.fingerprint()],
        is_stepped: step_between(old.version, new.version).map(|taken| taken >= Some(step)),
        changes,
        step,
        rollout,
    }
}

/// The step between two versions; `Some(None)` where there is none.
fn step_between(old: &str, new: &str) -> Option<Option<Step>> {
    let parts = |version: &str| {
        let core = version.split(['-', '+']).next()?;
        let mut numbers = core.split('.').map(|part| part.parse::<u64>().ok());
        let found = [numbers.next()??, numbers.next()??, numbers.next()??];
        numbers.next().is_none().then_some(found)
    };
    let ([major, minor, patch], new) = (parts(old)?, parts(new)?);
    Some(match new {
        [after, ..] if after > major => Some(Step::Major),
        // Before 1.0, the minor number is the one that breaks.
        [0, after, _] if major == 0 && after > minor => Some(Step::Major),
        [after, next, _] if after == major && next > minor => Some(Step::Minor),
        [after, next, last] if (after, next) == (major, minor) && last > patch => {
            Some(if major == 0 { Step::Minor } else { Step::Patch })
        }
        [after, next, last] if (after, next, last) == (major, minor, patch) => Some(Step::Patch),
        _ => None,
    })
}

/// The rules of all groups, by what they say, with the fields they read.
fn rules(group: &'static Group) -> BTreeMap<&'static str, &'static str> {
    let mut found: BTreeMap<_, _> = group.rules.iter().map(|rule| (rule.source, rule.message)).collect();
    if let Some(sentence) = group.validate {
        found.insert(sentence, sentence);
    }
    for item in group.items {
        if let Item::Nested(nested) = item {
            found.extend(rules(nested.group));
        }
    }
    found
}

/// The changes that were found so far.
#[derive(Default)]
struct Changes {
    new_version: &'static str,
    /// The names of the program before and after.
    apps: [&'static str; 2],
    changes: Vec<Change>,
    rollout: Vec<String>,
}

impl Changes {
    fn push(
        &mut self,
        effect: Effect,
        code: &'static str,
        subject: &str,
        key: Option<&str>,
        message: impl Into<String>,
    ) {
        let (subject, key, message) = (subject.to_owned(), key.map(str::to_owned), message.into());
        self.changes.push(Change { effect, code, subject, key, message });
    }

    fn of(&mut self, entry: &KeyEntry, effect: Effect, code: &'static str, message: impl Into<String>) {
        self.push(effect, code, entry.variable, Some(entry.path), message);
    }

    /// `do this before you deploy 2.4.0: why`
    fn first(&mut self, what: &str, why: &str) {
        let version = self.new_version;
        let version = if version.is_empty() { String::new() } else { format!(" {version}") };
        self.rollout.push(format!("{what} before you deploy{version}: {why}"));
    }

    fn added(&mut self, new: &KeyEntry) {
        let (key, variable) = (new.key, new.variable);
        let is_inside = new.path.contains('{');
        if key.is_required() && !is_inside {
            self.of(new, Effect::Breaking, "added-required", "is new, and required");
            let how = if key.is_secret {
                format!("set {variable} or {variable}_FILE")
            } else {
                format!("set {variable}")
            };
            self.first(&how, "it is new, and required");
        } else if !key.required_in().is_empty() {
            let profiles = key.required_in().join(", ");
            self.of(new, Effect::Breaking, "added-required", format!("is new, and required in {profiles}"));
            self.first(&format!("set {variable} in {profiles}"), "it is new, and required there");
        } else {
            let message = match key.default {
                Some("") => "is new; its default is empty".to_owned(),
                Some(default) => format!("is new; its default is {default}"),
                None => "is new, and optional".to_owned(),
            };
            self.of(new, Effect::Compatible, "added", message);
        }
    }

    fn removed(&mut self, old: &KeyEntry, new: &Manifest) {
        let note = new.removed.iter().find(|removed| removed.old == old.variable || removed.old == old.path);
        let message = match note {
            Some(removed) => format!("was removed; {}", removed.note),
            None => "was removed".to_owned(),
        };
        self.of(old, Effect::Breaking, "removed", message);
        self.first(&format!("unset {}", old.variable), "nothing reads it any more");
    }

    fn key(&mut self, old: &KeyEntry, new: &KeyEntry) {
        self.names(old, new);
        self.presence(old, new);
        self.store(old, new);
        self.values(old, new);
        self.meaning(old, new);
    }

    fn names(&mut self, old: &KeyEntry, new: &KeyEntry) {
        if old.path != new.path {
            let message = format!("its path was {} before; files must say the new one", old.path);
            self.of(new, Effect::Breaking, "path", message);
            self.first(&format!("rename {} to {} in files", old.path, new.path), "its path changed");
        }
        let reads = |name: &str| new.variable == name || new.key.aliases.contains(&name);
        if old.variable != new.variable {
            if reads(old.variable) {
                let message = format!("is the new name of {}, which is still read", old.variable);
                self.of(new, Effect::Compatible, "renamed", message);
            } else {
                let message = format!("is the new name of {}, which nothing reads any more", old.variable);
                self.of(new, Effect::Breaking, "renamed", message);
                self.first(
                    &format!("rename {} to {}", old.variable, new.variable),
                    "the old name is not read any more",
                );
            }
        }
        for alias in old.key.aliases.iter().filter(|alias| !reads(alias)) {
            self.of(
                new,
                Effect::Breaking,
                "alias-removed",
                format!("is not read under the old name {alias} any more"),
            );
            self.first(&format!("rename {alias} to {}", new.variable), "the old name is not read any more");
        }
    }

    fn presence(&mut self, old: &KeyEntry, new: &KeyEntry) {
        let (before, after) = (old.key, new.key);
        match (before.is_required(), after.is_required()) {
            (false, true) => {
                let why =
                    if before.default.is_some() { "has no default any more" } else { "is required now" };
                self.of(new, Effect::Breaking, "required", why);
                self.first(&format!("set {}", new.variable), &format!("it {why}"));
            }
            (true, false) => self.of(new, Effect::Compatible, "not-required", "is not required any more"),
            _ if before.default != after.default => {
                let shown = |default: Option<&str>| match default {
                    None => "none".to_owned(),
                    Some("") => "empty".to_owned(),
                    Some(default) => default.to_owned(),
                };
                let message =
                    format!("its default was {}, and is {}", shown(before.default), shown(after.default));
                self.of(new, Effect::Behaviour, "default", message);
            }
            _ => {}
        }
        let more = |old: &[&'static str], new: &[&'static str]| -> Vec<&'static str> {
            new.iter().filter(|profile| !old.contains(profile)).copied().collect()
        };
        let required = more(before.required_in(), after.required_in());
        if !required.is_empty() && !after.is_required() {
            let profiles = required.join(", ");
            self.of(new, Effect::Breaking, "required", format!("is required in {profiles} now"));
            self.first(&format!("set {} in {profiles}", new.variable), "it is required there");
        }
        let forbidden = more(before.forbidden_in(), after.forbidden_in());
        if !forbidden.is_empty() {
            let profiles = forbidden.join(", ");
            self.of(new, Effect::Breaking, "forbidden", format!("must not be set in {profiles} now"));
            self.first(&format!("unset {} in {profiles}", new.variable), "it is forbidden there");
        }
        if before.sources() != after.sources() && !after.sources().is_empty() {
            let narrowed = before.sources().is_empty()
                || before.sources().iter().any(|source| !after.sources().contains(source));
            let effect = if narrowed { Effect::Breaking } else { Effect::Compatible };
            let sources = after.sources().join(", ");
            self.of(new, effect, "sources", format!("may come from {sources} only"));
            if narrowed {
                self.first(&format!("move {} to {sources}", new.variable), "it may come from nowhere else");
            }
        }
    }

    fn store(&mut self, old: &KeyEntry, new: &KeyEntry) {
        let (before, after) = (old.key, new.key);
        let [old_app, new_app] = self.apps;
        let full = |place: Option<&str>, app: &str| place.map(|place| place.replace("{app}", app));
        let places = [full(before.store(), old_app), full(after.store(), new_app)];
        // A store that a key may not come from has no value to copy.
        let may_be_in = |key: &Key, place: &str| {
            let kind = place.split(':').next().unwrap_or_default();
            key.sources().is_empty() || key.sources().contains(&kind)
        };
        match places {
            [Some(was), Some(is)] if was != is => {
                self.of(new, Effect::Breaking, "store", format!("was in a store at {was}, and is at {is}"));
                self.first(&format!("copy {} from {was} to {is}", new.variable), "it is read there");
            }
            [None, Some(is)] if may_be_in(before, &is) => {
                self.of(new, Effect::Breaking, "store", format!("is in a store at {is} now"));
                self.first(&format!("copy {} to {is}", new.variable), "it is read there");
            }
            [None, Some(is)] => {
                self.of(new, Effect::Compatible, "store", format!("is in a store at {is}"));
            }
            [Some(was), None] if may_be_in(after, &was) => {
                let message = format!("was in a store at {was}, and is where the store looks by itself");
                self.of(new, Effect::Breaking, "store", message);
                let copy = format!("copy {} from {was} to where the store looks by itself", new.variable);
                self.first(&copy, "it is read there");
            }
            // Or it may come from no such store any more, which is said of its sources.
            _ => {}
        }
        let time = |key: &Key| key.overlap().map(|time| duration::parse(time, None));
        if time(before) != time(after) {
            let shown = |key: &Key| {
                key.overlap().map_or_else(|| "not at all".to_owned(), |time| format!("for {time}"))
            };
            let message = format!(
                "the value before the current one was accepted {}, and is accepted {}",
                shown(before),
                shown(after)
            );
            self.of(new, Effect::Behaviour, "overlap", message);
        }
        let time = |key: &Key| key.max_stale().map(|time| duration::parse(time, None));
        if time(before) != time(after) {
            let shown = |key: &Key| key.max_stale().unwrap_or("no time");
            let message = format!(
                "was served for {} after its store stopped answering, and is for {}",
                shown(before),
                shown(after)
            );
            self.of(new, Effect::Behaviour, "max-stale", message);
        }
    }

    fn values(&mut self, old: &KeyEntry, new: &KeyEntry) {
        let (before, after) = (old.key, new.key);
        if before.kind != after.kind {
            let effect = if widens(before.kind, after.kind) { Effect::Compatible } else { Effect::Breaking };
            let message = format!("was of type {}, and is of type {}", before.kind.name(), after.kind.name());
            let code = if matches!((before.kind, after.kind), (Kind::Word(_), Kind::Word(_))) {
                "words"
            } else {
                "type"
            };
            let message = match code {
                "words" => words_changed(before.kind, after.kind),
                _ => message,
            };
            self.of(new, effect, code, message);
            if effect == Effect::Breaking {
                self.first(&format!("check {}", new.variable), "fewer values of it are valid");
            }
        }
        if before.how != after.how {
            let message = match (before.how.separator, after.how.separator) {
                (old, new) if old != new => {
                    format!("its items were separated by {}, and are by {}", char::from(old), char::from(new))
                }
                _ => "a number without a unit means something else".to_owned(),
            };
            self.of(new, Effect::Breaking, "syntax", message);
            self.first(&format!("rewrite {}", new.variable), "its syntax changed");
        }
        if before.empty != after.empty {
            self.of(new, Effect::Behaviour, "empty", "an empty value means something else");
        }
        let narrowed = [
            ("range", narrows_range(before, after)),
            ("length", narrows_length(before.len(), after.len())),
            ("one-of", narrows_list(before.one_of(), after.one_of())),
            ("pattern", changed(before.pattern(), after.pattern())),
            ("format", changed(before.format(), after.format())),
        ];
        for (code, narrowed) in narrowed {
            match narrowed {
                Some(true) => {
                    self.of(
                        new,
                        Effect::Breaking,
                        code,
                        format!("fewer values are valid: its {} changed", code.replace('-', " ")),
                    );
                    self.first(&format!("check {}", new.variable), "fewer values of it are valid");
                }
                Some(false) => {
                    self.of(
                        new,
                        Effect::Compatible,
                        code,
                        format!("more values are valid: its {} changed", code.replace('-', " ")),
                    );
                }
                None => {}
            }
        }
    }

    fn meaning(&mut self, old: &KeyEntry, new: &KeyEntry) {
        let (before, after) = (old.key, new.key);
        match (before.is_secret, after.is_secret) {
            (false, true) => {
                self.of(
                    new,
                    Effect::Behaviour,
                    "secret",
                    "is a secret now: move it to where secrets are kept, and rotate it",
                );
                self.first(
                    &format!("move {} to where secrets are kept, and rotate it", new.variable),
                    "it is a secret now",
                );
            }
            (true, false) => {
                self.of(new, Effect::Behaviour, "not-secret", "is no secret any more: it shows in logs")
            }
            _ => {}
        }
        match (before.is_live, after.is_live) {
            (true, false) => {
                self.of(new, Effect::Behaviour, "fixed", "changes with a restart only");
                self.first(
                    &format!("plan a restart for changes of {}", new.variable),
                    "it is not live any more",
                );
            }
            (false, true) => self.of(new, Effect::Compatible, "live", "may change while the program runs"),
            _ => {}
        }
        if before.merges != after.merges {
            let message = if after.merges {
                "takes what every source has now"
            } else {
                "takes what the last source has now"
            };
            self.of(new, Effect::Behaviour, "merge", message);
        }
        match (before.deprecated(), after.deprecated()) {
            (None, Some(deprecated)) => {
                let message = match deprecated.remove_in {
                    Some(version) => format!("is deprecated, and will be removed in {version}"),
                    None => "is deprecated".to_owned(),
                };
                self.of(new, Effect::Compatible, "deprecated", message);
            }
            (Some(_), None) => {
                self.of(new, Effect::Compatible, "not-deprecated", "is not deprecated any more")
            }
            _ => {}
        }
        let said = [
            ("owner", before.owner() != after.owner()),
            ("rotate", before.rotate() != after.rotate()),
            ("classification", before.classification() != after.classification()),
            ("doc", before.doc != after.doc),
        ];
        for (code, _) in said.into_iter().filter(|(_, changed)| *changed) {
            let of = |key: &Key| match code {
                "owner" => key.owner(),
                "rotate" => key.rotate(),
                "classification" => key.classification(),
                _ => None,
            };
            let message = match code {
                "doc" => "what is said of it changed".to_owned(),
                code => format!(
                    "its {code} was {}, and is {}",
                    of(before).unwrap_or("none"),
                    of(after).unwrap_or("none")
                ),
            };
            self.of(new, Effect::Documentation, code, message);
        }
    }

    fn rules(&mut self, old: &BTreeMap<&str, &str>, new: &BTreeMap<&str, &str>) {
        for (source, message) in new.iter().filter(|(source, _)| !old.contains_key(*source)) {
            self.push(Effect::Breaking, "rule-added", message, None, format!("is a new rule: {source}"));
            self.first("check that deployments keep the rule", message);
        }
        for (source, message) in old.iter().filter(|(source, _)| !new.contains_key(*source)) {
            self.push(
                Effect::Compatible,
                "rule-removed",
                message,
                None,
                format!("is no rule any more: {source}"),
            );
        }
    }
}

/// Whether every text of `old` is one of `new`, with the same value.
fn widens(old: &Kind, new: &Kind) -> bool {
    match (old, new) {
        (
            Kind::Integer { signed: old_signed, bits: old_bits, nonzero: old_nonzero },
            Kind::Integer { signed, bits, nonzero },
        ) => {
            let fits = match (old_signed, signed) {
                (false, true) => bits > old_bits,
                (true, false) => false,
                _ => bits >= old_bits,
            };
            fits && (*old_nonzero || !nonzero)
        }
        (Kind::Float { bits: old }, Kind::Float { bits }) => bits >= old,
        (Kind::Word(old), Kind::Word(new)) => {
            old.iter().all(|word| new.iter().any(|other| other.text == word.text))
        }
        (Kind::List { item: old, form: old_form }, Kind::List { item, form }) => {
            let form = old_form == form || matches!((old_form, form), (_, ListForm::Any));
            form && (old == item || widens(old, item))
        }
        (Kind::Map { value: old }, Kind::Map { value }) => old == value || widens(old, value),
        (Kind::Url | Kind::Word(_) | Kind::Address(_), Kind::Text) => true,
        (Kind::Text | Kind::Path, Kind::OsText | Kind::Path) => true,
        _ => false,
    }
}

fn words_changed(old: &Kind, new: &Kind) -> String {
    let (Kind::Word(old), Kind::Word(new)) = (old, new) else { return String::new() };
    let missing = |from: &'static [_], of: &'static [_]| -> Vec<&'static str> {
        let is_there = |word: &confident_core::manifest::Word| {
            of.iter().any(|other: &confident_core::manifest::Word| other.text == word.text)
        };
        from.iter().filter(|word| !is_there(word)).map(|word| word.text).collect()
    };
    let (gone, added) = (missing(old, new), missing(new, old));
    match (gone.is_empty(), added.is_empty()) {
        (false, true) => format!("is not {} any more", gone.join(" or ")),
        (true, false) => format!("may be {} now", added.join(" or ")),
        (false, false) => format!("is not {} any more, and may be {}", gone.join(" or "), added.join(" or ")),
        (true, true) => "what its words mean is said differently".to_owned(),
    }
}

/// Whether a constraint that cannot be compared became narrower: any other one may be. `None` where it is the same.
fn changed<T: PartialEq>(old: Option<T>, new: Option<T>) -> Option<bool> {
    if old == new { None } else { Some(new.is_some()) }
}

fn narrows_list(old: &[&str], new: &[&str]) -> Option<bool> {
    if old == new {
        return None;
    }
    let widened = new.is_empty() || (!old.is_empty() && old.iter().all(|value| new.contains(value)));
    Some(!widened)
}

fn narrows_length(old: Option<Length>, new: Option<Length>) -> Option<bool> {
    if old == new {
        return None;
    }
    let all = Length { min: 0, max: None };
    let (old, new) = (old.unwrap_or(all), new.unwrap_or(all));
    let most = |length: Length| length.max.unwrap_or(usize::MAX);
    Some(new.min > old.min || most(new) < most(old))
}

fn narrows_range(old: &Key, new: &Key) -> Option<bool> {
    if old.range() == new.range() {
        return None;
    }
    let none = Range { min: None, max: None, excludes_max: false };
    let (before, after) = (old.range().unwrap_or(none), new.range().unwrap_or(none));
    let order = |old_bound: &str, new_bound: &str| {
        let kinds = (old.kind.scalar(), new.kind.scalar());
        let read = |kind, text, key: &Key| scalar(kind, text, &key.how).ok();
        match (read(kinds.0, old_bound, old), read(kinds.1, new_bound, new)) {
            (Some(old), Some(new)) => compare(new, old),
            _ => None,
        }
    };
    let min = match (before.min, after.min) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => order(old, new).is_none_or(|order| order > 0),
    };
    let max = match (before.max, after.max) {
        (_, None) => false,
        (None, Some(_)) => true,
        (Some(old), Some(new)) => order(old, new)
            .is_none_or(|order| order < 0 || (order == 0 && after.excludes_max && !before.excludes_max)),
    };
    Some(min || max)
}
