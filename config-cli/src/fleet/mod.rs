//! How the instances of programs are, in numbers and sentences.

pub(crate) mod approved;
pub(crate) mod drift;
pub(crate) mod serve;

use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime},
};

use confident_core::{InstanceState, Standing};
use confident_stores::fleet::{Condition, Reading};
use serde::Serialize;

use drift::{Drift, Scope};

/// All that is said of a fleet, for people, for machines and for the page.
#[derive(Serialize)]
pub(crate) struct Overview {
    /// Where the instances say it.
    pub(crate) place: String,
    /// When they were asked.
    at: String,
    /// Whether all of them have taken what their sources have, and are as many as should be.
    pub(crate) is_good: bool,
    /// How many there should be, where someone says.
    pub(crate) expected: Option<usize>,
    pub(crate) programs: Vec<Program>,
    /// What cannot be read.
    pub(crate) bad: Vec<Bad>,
    /// What differs between the instances of one program and profile.
    pub(crate) drift: Drift,
}

/// The instances of one program in one profile.
#[derive(Serialize)]
pub(crate) struct Program {
    pub(crate) app: String,
    pub(crate) profile: Option<String>,
    pub(crate) counts: Counts,
    pub(crate) instances: Vec<Instance>,
    /// Keys that not every instance has taken.
    pub(crate) keys: Vec<KeyLine>,
}

/// How many are how.
#[derive(Clone, Copy, Default, Serialize)]
pub(crate) struct Counts {
    pub(crate) all: usize,
    pub(crate) applied: usize,
    pub(crate) pending: usize,
    pub(crate) rejected: usize,
    pub(crate) lost: usize,
}

#[derive(Serialize)]
pub(crate) struct Instance {
    pub(crate) instance: String,
    pub(crate) version: String,
    manifest: String,
    pub(crate) generation: u64,
    pub(crate) condition: &'static str,
    /// How old the generation is, in seconds.
    pub(crate) age: u64,
    /// How long ago the sources were asked, in seconds.
    refreshed: u64,
    /// How long ago the instance was heard of, in seconds.
    pub(crate) silent: u64,
    /// Why it could not take the last change.
    reasons: Vec<String>,
}

/// A key that not every instance has taken.
#[derive(Serialize)]
pub(crate) struct KeyLine {
    pub(crate) path: String,
    counts: Counts,
    /// All of it in one sentence.
    pub(crate) sentence: String,
}

/// A state that cannot be read.
#[derive(Serialize)]
pub(crate) struct Bad {
    pub(crate) name: String,
    pub(crate) reason: String,
}

/// Which instances are looked at.
#[derive(Clone, Default)]
pub(crate) struct Choice {
    pub(crate) app: Option<String>,
    pub(crate) profiles: Vec<String>,
}

impl Choice {
    pub(crate) fn has(&self, state: &InstanceState) -> bool {
        self.is_of(&state.app, state.profile.as_ref())
    }

    pub(crate) fn is_of(&self, app: &str, profile: Option<&String>) -> bool {
        self.app.as_ref().is_none_or(|named| named == app)
            && (self.profiles.is_empty() || self.profiles.iter().any(|named| Some(named) == profile))
    }
}

impl Overview {
    pub(crate) fn new(place: String, reading: &Reading, choice: &Choice, expected: Option<usize>) -> Self {
        let mut by_program: BTreeMap<(&str, Option<&str>), Vec<&InstanceState>> = BTreeMap::new();
        for state in reading.instances.iter().filter(|state| choice.has(state)) {
            by_program.entry((&state.app, state.profile.as_deref())).or_default().push(state);
        }
        let programs: Vec<Program> = by_program
            .into_iter()
            .map(|((app, profile), states)| program(app, profile, &states, reading.at))
            .collect();
        let all: usize = programs.iter().map(|program| program.counts.all).sum();
        let are_applied = programs.iter().all(|program| program.counts.applied == program.counts.all);
        let are_enough = all >= expected.unwrap_or(1);
        Self {
            place,
            at: humantime::format_rfc3339_seconds(reading.at).to_string(),
            is_good: are_applied && are_enough && reading.bad.is_empty(),
            expected,
            programs,
            bad: bad(reading),
            drift: Drift::between(reading, choice, Scope::Profile),
        }
    }

    /// How many instances there are.
    pub(crate) fn count(&self) -> usize {
        self.programs.iter().map(|program| program.counts.all).sum()
    }
}

pub(crate) fn bad(reading: &Reading) -> Vec<Bad> {
    reading.bad.iter().map(|bad| Bad { name: bad.name.clone(), reason: bad.reason.clone() }).collect()
}

fn program(app: &str, profile: Option<&str>, states: &[&InstanceState], at: SystemTime) -> Program {
    let mut counts = Counts::default();
    states.iter().for_each(|state| counts.add(Condition::of(state, at)));
    // In the order of the manifest of the first that has the key.
    let mut paths: Vec<&str> = Vec::new();
    for key in states.iter().flat_map(|state| &state.keys) {
        if !paths.contains(&&*key.path) && !key.standing.is_applied() {
            paths.push(&key.path);
        }
    }
    Program {
        app: app.to_owned(),
        profile: profile.map(str::to_owned),
        counts,
        instances: states.iter().map(|state| instance(state, at)).collect(),
        keys: paths.into_iter().filter_map(|path| key_line(path, states, at)).collect(),
    }
}

fn instance(state: &InstanceState, at: SystemTime) -> Instance {
    let ago = |moment: SystemTime| at.duration_since(moment).unwrap_or_default().as_secs();
    Instance {
        instance: state.instance.clone(),
        version: state.version.clone(),
        manifest: state.manifest.clone(),
        generation: state.generation,
        condition: Condition::of(state, at).name(),
        age: ago(state.since),
        refreshed: ago(state.refreshed),
        silent: ago(state.heard),
        reasons: reasons(state, None),
    }
}

/// `None` where all that are there have taken it.
fn key_line(path: &str, states: &[&InstanceState], at: SystemTime) -> Option<KeyLine> {
    let mut counts = Counts::default();
    let mut why: Vec<String> = Vec::new();
    for state in states {
        let Some(key) = state.key(path) else { continue };
        counts.add(match key.standing {
            _ if state.is_lost(at) => Condition::Lost,
            Standing::Default | Standing::Set => Condition::Applied,
            Standing::PendingRestart => Condition::Pending,
            Standing::Rejected => {
                why.extend(reasons(state, Some(path)));
                Condition::Rejected
            }
        });
    }
    if counts.pending + counts.rejected == 0 {
        return None;
    }
    why.sort();
    why.dedup();
    let mut sentence = format!("{} of {} applied", counts.applied, counts.all);
    let mut also = |count: usize, what: &str| {
        if count > 0 {
            sentence.push_str(&format!(", {count} {what}"));
        }
    };
    also(counts.pending, if counts.pending == 1 { "waits for a restart" } else { "wait for a restart" });
    also(counts.lost, "lost");
    also(counts.rejected, "rejected");
    if !why.is_empty() {
        sentence.push_str(&format!(": {}", why.join("; ")));
    }
    Some(KeyLine { path: path.to_owned(), counts, sentence })
}

/// Why an instance could not take the value of a key, or anything.
fn reasons(state: &InstanceState, path: Option<&str>) -> Vec<String> {
    let causes = &state.causes;
    let is_own = |of: &Option<String>| path.is_some() && of.as_deref() == path;
    if causes.iter().any(|cause| is_own(&cause.path)) {
        let own = causes.iter().filter(|cause| is_own(&cause.path));
        return own.map(|cause| words(&cause.code).to_owned()).collect();
    }
    // One bad value keeps the others out, too: settings are taken as a whole.
    let other = causes.iter().map(|cause| match &cause.path {
        Some(path) => format!("{path} {}", words(&cause.code)),
        None => words(&cause.code).to_owned(),
    });
    other.collect()
}

/// What a code means, said of a key; a code that is not known here stands for itself.
fn words(code: &str) -> &str {
    match code {
        "missing" => "is required, and no source has it",
        "invalid" => "is not of its type",
        "constraint" => "breaks a constraint",
        "not-unicode" => "is not UTF-8",
        "kubernetes-service" => "is the address of a Kubernetes service",
        "conflict" => "is set twice",
        "unreadable" => "is in a file that cannot be read",
        "store" => "is not given by its store",
        "gap" => "has a gap in its list",
        "unknown" => "a name that no key has is set",
        "unused" => "is of a group that is not in use",
        "forbidden" => "must not be set in this profile",
        "wrong-source" => "comes from a source that it must not come from",
        "rule" => "a rule between keys does not hold",
        "validation" => "the program's own check found something",
        "foreign" => "is not accepted by its struct",
        "refused" => "a part of the program cannot go on with it",
        code => code,
    }
}

impl Counts {
    fn add(&mut self, condition: Condition) {
        self.all += 1;
        *match condition {
            Condition::Applied => &mut self.applied,
            Condition::Pending => &mut self.pending,
            Condition::Rejected => &mut self.rejected,
            _ => &mut self.lost,
        } += 1;
    }

    /// Such as "1 of 3 applied, 2 lost".
    pub(crate) fn sentence(&self) -> String {
        let Self { all, applied, pending, rejected, lost } = *self;
        let others = [(pending, "pending"), (rejected, "rejected"), (lost, "lost")];
        let others = others.iter().filter(|(count, _)| *count > 0);
        let others: String = others.map(|(count, what)| format!(", {count} {what}")).collect();
        format!("{applied} of {all} applied{others}")
    }
}

/// A name of a program with its profile.
pub(crate) fn named(app: &str, profile: Option<&str>) -> String {
    profile.map_or_else(|| app.to_owned(), |profile| format!("{app}, {profile}"))
}

/// A time that has passed, in its two largest units.
pub(crate) fn passed(seconds: u64) -> String {
    let text = humantime::format_duration(Duration::from_secs(seconds)).to_string();
    let parts: Vec<&str> = text.split(' ').take(2).collect();
    parts.join(" ")
}
