//! What someone has looked at and found right: the fingerprints of all values, in a file that may be committed.

use std::collections::{BTreeMap, BTreeSet};

use confident_core::InstanceState;
use confident_stores::fleet::Reading;
use serde::{Deserialize, Serialize};

use super::{
    Choice,
    drift::{Drift, Scope, Sides, Subject, key_of, print_of},
    named,
};

const FORMAT: u32 = 1;

/// The fingerprints of the values of programs. The same values make the same text.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Approved {
    format: u32,
    programs: Vec<Program>,
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Program {
    app: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    /// The name of the fleet key.
    fleet_key: String,
    /// By path; `null` where there is no value.
    keys: BTreeMap<String, Option<String>>,
}

impl Approved {
    /// What all instances have.
    ///
    /// # Errors
    /// There is none that all have, or nobody says what it is.
    pub(crate) fn of(reading: &Reading, choice: &Choice) -> Result<Self, String> {
        let drift = Drift::between(reading, choice, Scope::Profile);
        if let Some(difference) = drift.differences.first() {
            let subject = &difference.of.subject;
            return Err(format!(
                "instances differ in `{subject}`; approve when `confident drift` finds nothing"
            ));
        }
        let there = Drift::default().there(reading, choice);
        if there.is_empty() {
            return Err("there is no instance whose values could be approved; start one".to_owned());
        }
        let mut programs = BTreeMap::new();
        for state in there {
            let group = (state.app.clone(), state.profile.clone());
            if programs.contains_key(&group) {
                continue;
            }
            let fleet_key = key_of(state).ok_or_else(|| {
                let name = named(&state.app, state.profile.as_deref());
                format!("{name} tells no fingerprints; give its instances a fleet key, by CONFIDENT_FLEET_KEY_FILE")
            })?;
            programs.insert(group, Program { fleet_key, ..Program::of(state) });
        }
        Ok(Self { format: FORMAT, programs: programs.into_values().collect() })
    }

    /// The snapshot in a text.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn read(text: &str) -> Result<Self, &'static str> {
        match serde_json::from_str(text) {
            Ok(Self { format, .. }) if format != FORMAT => Err("is of another format; approve anew"),
            Ok(approved) => Ok(approved),
            Err(_) => Err("is no approved snapshot; `confident drift WHERE --approve FILE` writes one"),
        }
    }

    /// What instances have that was not approved.
    pub(crate) fn drift(&self, reading: &Reading, choice: &Choice) -> Drift {
        let mut drift = Drift::default();
        let there = drift.there(reading, choice);
        let approved = |state: &InstanceState| {
            self.programs.iter().find(|one| one.app == state.app && one.profile == state.profile)
        };
        let mut all: BTreeMap<Subject, Sides> = BTreeMap::new();
        let mut put = |state: &InstanceState, is_key, subject: &str, approved: &str, found: &str| {
            let (app, profile) = (state.app.clone(), state.profile.clone());
            let sides = all.entry(Subject { app, profile, is_key, subject: subject.to_owned() }).or_default();
            sides.entry(approved.to_owned()).or_insert_with(|| vec!["(approved)".to_owned()]);
            sides.entry(found.to_owned()).or_default().push(state.instance.clone());
        };
        for state in &there {
            let Some(approved) = approved(state) else {
                put(state, false, "snapshot", "none", "not approved");
                continue;
            };
            let found_key = key_of(state).unwrap_or_else(|| "none".to_owned());
            if found_key != approved.fleet_key {
                put(state, false, "fleet key", &approved.fleet_key, &found_key);
                continue;
            }
            let found = Program::of(state).keys;
            let paths: BTreeSet<&String> = found.keys().chain(approved.keys.keys()).collect();
            for path in paths {
                let [wanted, found] = [&approved.keys, &found].map(|keys| match keys.get(path) {
                    None => "no such key",
                    Some(None) => "not set",
                    Some(Some(print)) => print,
                });
                if wanted != found {
                    put(state, true, path, wanted, found);
                }
            }
        }
        all.into_iter().for_each(|(of, sides)| drift.add(of, sides));
        for program in &self.programs {
            let is_of = |state: &&InstanceState| state.app == program.app && state.profile == program.profile;
            if !there.iter().copied().any(|state| is_of(&state))
                && choice.is_of(&program.app, program.profile.as_ref())
            {
                let name = named(&program.app, program.profile.as_deref());
                drift.notes.push(format!("{name} is approved, and no instance of it is there"));
            }
        }
        drift.finish()
    }
}

impl Program {
    fn of(state: &InstanceState) -> Self {
        let keys = state.keys.iter().map(|key| {
            (key.path.clone(), key.fingerprint.as_deref().map(|print| print_of(print).to_owned()))
        });
        Self {
            app: state.app.clone(),
            profile: state.profile.clone(),
            fleet_key: String::new(),
            keys: keys.collect(),
        }
    }
}
