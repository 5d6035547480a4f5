//! Keys whose values are not everywhere the same, told without a value.

use std::collections::{BTreeMap, BTreeSet};

use confident_core::{InstanceKey, InstanceState, Standing};
use confident_stores::fleet::Reading;
use serde::Serialize;

use super::Choice;

/// What is not everywhere the same.
#[derive(Default, Serialize)]
pub(crate) struct Drift {
    /// Whether nothing differs.
    pub(crate) is_none: bool,
    /// How many instances were compared.
    pub(crate) compared: usize,
    pub(crate) differences: Vec<Difference>,
    /// What could not be compared, and why.
    pub(crate) notes: Vec<String>,
}

/// Something that differs.
#[derive(Serialize)]
pub(crate) struct Difference {
    #[serde(flatten)]
    pub(crate) of: Subject,
    /// Who has what, the most first.
    pub(crate) sides: Vec<Side>,
}

/// What may differ.
#[derive(PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Subject {
    pub(crate) app: String,
    /// The profile, where only one is looked at.
    pub(crate) profile: Option<String>,
    /// Whether the subject is a key.
    pub(crate) is_key: bool,
    /// The path of a key; or what else differs.
    pub(crate) subject: String,
}

/// Who has what, by what that is.
pub(super) type Sides = BTreeMap<String, Vec<String>>;

/// Those who agree with one another.
#[derive(Serialize)]
pub(crate) struct Side {
    /// What they have: a fingerprint, a version, or that there is nothing.
    pub(crate) what: String,
    /// Who has it.
    pub(crate) who: Vec<String>,
}

/// Which instances should be the same.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// Those of a program in one profile.
    Profile,
    /// Those of a program in all profiles that are looked at.
    App,
}

impl Drift {
    /// What differs between instances.
    pub(crate) fn between(reading: &Reading, choice: &Choice, scope: Scope) -> Self {
        let mut drift = Self::default();
        let mut groups: BTreeMap<(&str, Option<&str>), Vec<&InstanceState>> = BTreeMap::new();
        for state in drift.there(reading, choice) {
            let profile = state.profile.as_deref().filter(|_| scope == Scope::Profile);
            groups.entry((&state.app, profile)).or_default().push(state);
        }
        for ((app, profile), states) in groups {
            drift.compare(app, profile, &states, scope);
        }
        drift.finish()
    }

    /// The instances that are looked at and are there.
    pub(super) fn there<'r>(&mut self, reading: &'r Reading, choice: &Choice) -> Vec<&'r InstanceState> {
        let (lost, there): (Vec<_>, Vec<_>) = reading
            .instances
            .iter()
            .filter(|state| choice.has(state))
            .partition(|state| state.is_lost(reading.at));
        self.notes.extend(lost.iter().map(|state| format!("{} is lost, and not compared", state.instance)));
        self.compared = there.len();
        there
    }

    pub(super) fn finish(mut self) -> Self {
        self.is_none = self.differences.is_empty();
        self
    }

    pub(super) fn add(&mut self, of: Subject, sides: Sides) {
        if sides.len() < 2 {
            return;
        }
        let mut sides: Vec<Side> = sides.into_iter().map(|(what, who)| Side { what, who }).collect();
        sides.sort_by_key(|side| std::cmp::Reverse(side.who.len()));
        self.differences.push(Difference { of, sides });
    }

    fn compare(&mut self, app: &str, profile: Option<&str>, states: &[&InstanceState], scope: Scope) {
        let who = |state: &InstanceState| match (&state.profile, scope) {
            (Some(profile), Scope::App) => format!("{} ({profile})", state.instance),
            _ => state.instance.clone(),
        };
        let sides = |what: &dyn Fn(&InstanceState) -> String| {
            let mut sides = Sides::new();
            states.iter().for_each(|state| sides.entry(what(state)).or_default().push(who(state)));
            sides
        };
        let of = |is_key, subject: &str| {
            let (app, profile) = (app.to_owned(), profile.map(str::to_owned));
            Subject { app, profile, is_key, subject: subject.to_owned() }
        };
        self.add(of(false, "contract"), sides(&|state| format!("manifest {}", state.manifest)));
        self.add(of(false, "fleet key"), sides(&|state| key_of(state).unwrap_or_else(|| "none".to_owned())));
        let keys: BTreeSet<Option<String>> = states.iter().map(|state| key_of(state)).collect();
        let is_keyed = keys.len() == 1 && !keys.contains(&None);
        if !is_keyed && states.len() > 1 {
            let name = super::named(app, profile);
            let why =
                if keys.len() > 1 { "the instances have not one fleet key" } else { "there is no fleet key" };
            self.notes.push(format!("{name}: {why}, so only sources, versions and states are compared"));
        }
        for path in paths(states) {
            let what = |state: &InstanceState| what(state.key(path), is_keyed);
            self.add(of(true, path), sides(&what));
        }
    }
}

/// The keys of all of them, in the order of the first that has them.
fn paths<'s>(states: &[&'s InstanceState]) -> Vec<&'s str> {
    let mut seen = BTreeSet::new();
    let keys = states.iter().flat_map(|state| &state.keys);
    keys.filter(|key| seen.insert(&*key.path)).map(|key| &*key.path).collect()
}

/// What an instance has at a key. The same text is the same value, as far as can be known.
fn what(key: Option<&InstanceKey>, is_keyed: bool) -> String {
    let Some(key) = key else { return "no such key".to_owned() };
    let mut what = match (&key.fingerprint, &key.origin) {
        (Some(fingerprint), _) if is_keyed => return print_of(fingerprint).to_owned(),
        (None, None) if is_keyed => return "not set".to_owned(),
        (_, None) => "default".to_owned(),
        (_, Some(origin)) => match &origin.version {
            Some(version) => format!("{}, version {version}", origin.kind),
            None => origin.kind.clone(),
        },
    };
    match key.standing {
        Standing::Default | Standing::Set => {}
        Standing::PendingRestart => what.push_str(", another one waits for a restart"),
        Standing::Rejected => what.push_str(", another one is rejected"),
    }
    what
}

/// The name of the fleet key of an instance; `None` where it tells no fingerprints.
pub(super) fn key_of(state: &InstanceState) -> Option<String> {
    let print = state.keys.iter().find_map(|key| key.fingerprint.as_ref())?;
    Some(print.split_once('-').map_or("", |(key, _)| key).to_owned())
}

/// A fingerprint without the name of its key.
pub(super) fn print_of(fingerprint: &str) -> &str {
    fingerprint.split_once('-').map_or(fingerprint, |(_, print)| print)
}
