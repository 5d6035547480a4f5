//! What is claimed of every program.

use confident::{
    Code, Config, Env, Manifest, Problem, Report, Root,
    manifest::{Group, Item},
};
use serde_json::Value;

use crate::facts::{self, Variables};

/// A program, and what we say of its configuration.
pub(crate) struct Program {
    /// The folder of its facts.
    pub(crate) name: &'static str,
    /// Its roots: one, or one for each binary.
    pub(crate) parts: &'static [Part],
    /// How each rule is expressed.
    pub(crate) rules: &'static [(&'static str, Expressed)],
    /// Environments for rules that the facts have none for.
    pub(crate) overlays: &'static [Overlay],
    /// Where we decide otherwise than the program.
    pub(crate) differences: &'static [Difference],
    /// Keys whose default is not the program's, with the reason.
    pub(crate) defaults: &'static [(&'static str, &'static str)],
    /// Keys that are secret here and not there, with the reason.
    pub(crate) secrets: &'static [(&'static str, &'static str)],
    /// Valid values, where the type alone does not make one.
    pub(crate) samples: &'static [(&'static str, &'static str)],
    /// Keys that cannot stand alone, by their group or by a rule, with what must be set beside them.
    pub(crate) companions: &'static [(&'static str, &'static [(&'static str, &'static str)])],
    /// What our report says where the program's says something else.
    pub(crate) messages: &'static [(&'static str, &'static str)],
    /// How `Debug` shows a value of the program's own tests.
    pub(crate) shows: fn(&str, &Value) -> String,
}

/// The configuration of one binary.
pub(crate) struct Part {
    /// Its name in the facts; empty where there is only one.
    component: &'static str,
    manifest: &'static Manifest,
    load: fn(&Variables) -> Result<Loaded, Report>,
    /// What it needs beyond what the facts give for the main binary.
    base: &'static [(&'static str, &'static str)],
}

/// A configuration that was loaded.
pub(crate) struct Loaded {
    /// Its `Debug`.
    pub(crate) shown: String,
    pub(crate) warnings: Vec<Problem>,
}

/// How a rule of a program is expressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expressed {
    /// `rule(..)` in the closed form: every tool can check it.
    ClosedRule,
    /// The type of the key, a constraint on it, or another option of it.
    Attribute,
    /// A key is required, alone or with its group.
    Presence,
    /// `rule(..)` outside of the closed form, or `validate`: only the application can check it.
    Application,
    /// A sentence. There is nothing to refuse, or no rule can say it.
    Documentation,
}

/// Environments for a rule, over the base.
pub(crate) struct Overlay {
    pub(crate) rule: &'static str,
    pub(crate) violating: &'static [(&'static str, &'static str)],
    pub(crate) satisfying: &'static [(&'static str, &'static str)],
}

/// An environment that the program takes otherwise than we do.
pub(crate) struct Difference {
    /// A rule, or a key.
    pub(crate) about: &'static str,
    /// Over the base.
    pub(crate) variables: &'static [(&'static str, &'static str)],
    pub(crate) upstream: &'static str,
    pub(crate) here: Here,
    pub(crate) why: &'static str,
}

/// What we do with an environment.
pub(crate) enum Here {
    /// It loads, and `Debug` shows this.
    Loads(&'static str),
    /// It is refused, with a problem of this kind about this variable.
    Refuses(Code, &'static str),
}

impl Part {
    pub(crate) const fn new<R: Root>(
        component: &'static str,
        base: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { component, manifest: R::MANIFEST, load: load::<R>, base }
    }

    pub(crate) fn load(&self, variables: &Variables) -> Result<Loaded, Report> {
        (self.load)(variables)
    }

    /// The variables of its keys.
    pub(crate) fn variables(&self) -> Vec<&'static str> {
        self.manifest.keys().map(|key| key.variable).collect()
    }

    fn has(&self, variable: &str) -> bool {
        self.manifest.keys().any(|key| key.variable == variable || key.key.aliases.contains(&variable))
    }
}

fn load<R: Root>(variables: &Variables) -> Result<Loaded, Report> {
    let loaded = <R as Config>::loader().source(Env::from_pairs(variables)).load_with_warnings()?;
    Ok(Loaded { shown: format!("{:?}", loaded.settings), warnings: loaded.warnings })
}

/// The variables with others over them.
pub(crate) fn with(mut variables: Variables, over: &[(&str, &str)]) -> Variables {
    variables.extend(over.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    variables
}

/// Makes a test of each claim.
macro_rules! claims {
    () => {
        $crate::program::claims! {
            every_variable_is_a_key
            every_secret_is_secret
            every_default_is_that_of_the_program
            every_key_takes_a_value_of_its_own
            every_rule_is_expressed_as_we_say
            every_scenario_of_the_program_ends_as_it_does_there
            every_difference_is_what_we_say
        }
    };
    ($($claim:ident)+) => {$(
        #[test]
        fn $claim() {
            PROGRAM.$claim();
        }
    )+};
}
pub(crate) use claims;

impl Program {
    /// The facts about its keys.
    pub(crate) fn keys(&self) -> Vec<Value> {
        facts::rows(self.name, "keys.jsonl")
    }

    /// How many of them the manifests have.
    pub(crate) fn covered(&self) -> usize {
        self.keys().iter().filter(|row| self.part(row).has(&facts::as_text(&row["key"]))).count()
    }

    /// The part that a row is about.
    fn part(&self, row: &Value) -> &Part {
        let component = row["component"].as_str().or(row["spec"]["component"].as_str()).unwrap_or_default();
        let part = self.parts.iter().find(|part| part.component == component);
        part.unwrap_or_else(|| panic!("no root for {component}"))
    }

    fn base_of(&self, part: &Part) -> Variables {
        with(facts::base(self.name), part.base)
    }

    /// What must be set beside a key.
    fn companions_of(&self, variable: &str) -> &'static [(&'static str, &'static str)] {
        let companions = self.companions.iter().find(|(name, _)| *name == variable);
        companions.map_or(&[], |(_, companions)| companions)
    }

    /// The reason that a table gives for a variable.
    fn reason(table: &[(&str, &'static str)], variable: &str) -> Option<&'static str> {
        table.iter().find(|(name, _)| *name == variable).map(|(_, reason)| *reason)
    }

    pub(crate) fn every_variable_is_a_key(&self) {
        for row in self.keys() {
            let variable = facts::as_text(&row["key"]);
            assert!(self.part(&row).has(&variable), "{variable}");
        }
        assert_eq!(self.covered(), self.keys().len());
        for part in self.parts {
            if let Err(report) = part.load(&self.base_of(part)) {
                panic!("the base of {}: {report}", part.component);
            }
            for key in part.manifest.keys() {
                assert!(
                    self.keys().iter().any(|row| row["key"] == key.variable),
                    "{} is ours alone",
                    key.variable
                );
            }
        }
    }

    pub(crate) fn every_secret_is_secret(&self) {
        for row in self.keys() {
            let variable = facts::as_text(&row["key"]);
            let keys = self.part(&row).manifest.keys();
            let key = keys.into_iter().find(|key| {
                key.variable == variable || key.key.aliases.iter().any(|alias| *alias == variable)
            });
            let is_secret = key.expect("every variable is a key").key.is_secret;
            let expected = row["secret"] == true || Self::reason(self.secrets, &variable).is_some();
            assert_eq!(is_secret, expected, "{variable}");
        }
    }

    /// Setting a key to the program's default changes nothing, and a key without one there has none here.
    pub(crate) fn every_default_is_that_of_the_program(&self) {
        for row in self.keys() {
            let variable = facts::as_text(&row["key"]);
            if Self::reason(self.defaults, &variable).is_some() {
                continue;
            }
            let part = self.part(&row);
            let mut base = with(self.base_of(part), self.companions_of(&variable));
            base.remove(&variable);
            if row["default_kind"] == "none" {
                let key = part.manifest.keys().find(|key| key.variable == variable);
                // To a program that asks what is in a list, none is the same as an empty one.
                let default = key.and_then(|key| key.key.default).filter(|default| !default.is_empty());
                assert_eq!(default, None, "{variable}");
                continue;
            }
            assert_eq!(row["default_kind"], "literal", "{variable} needs a reason in `defaults`");
            let default = facts::as_text(&row["default"]);
            let unset = part.load(&base).unwrap_or_else(|report| panic!("{report}")).shown;
            let set = part.load(&with(base, &[(&variable, &default)]));
            let set = set.unwrap_or_else(|report| panic!("{variable}={default}: {report}"));
            assert_eq!(unset, set.shown, "{variable}={default}");
        }
    }

    /// A value of the key's own is read, and reaches the struct.
    pub(crate) fn every_key_takes_a_value_of_its_own(&self) {
        for row in self.keys() {
            let variable = facts::as_text(&row["key"]);
            let part = self.part(&row);
            let companions = self.companions_of(&variable);
            let mut base = with(self.base_of(part), companions);
            base.remove(&variable);
            let before = part.load(&base);
            for value in self.samples_of(&row) {
                let variables = with(base.clone(), &[(&variable, &value)]);
                let loaded = part.load(&variables);
                let loaded = loaded.unwrap_or_else(|report| panic!("{variable}={value}: {report}"));
                assert!(
                    loaded
                        .warnings
                        .iter()
                        .all(|warning| matches!(warning.code(), Code::Deprecated | Code::OldName)),
                    "{:?}",
                    loaded.warnings
                );
                if let Ok(before) = &before
                    && facts::as_text(&row["default"]) != value
                {
                    assert_ne!(before.shown, loaded.shown, "{variable}={value} changes nothing");
                }
                if row["secret"] == true {
                    assert!(!loaded.shown.contains(&value), "{variable} is shown");
                }
            }
            // What it needs beside it, the report asks for.
            for (companion, _) in companions {
                let mut reports = self
                    .samples_of(&row)
                    .into_iter()
                    .filter_map(|value| part.load(&with(self.base_of(part), &[(&variable, &value)])).err());
                // A rule shows a key that has a default by its path.
                let path = companion.to_lowercase();
                let asks = |report: Report| {
                    [companion, path.as_str()].iter().any(|name| report.to_string().contains(name))
                };
                assert!(reports.any(asks), "{variable} does without {companion}");
            }
        }
    }

    /// Valid values of a key.
    fn samples_of(&self, row: &Value) -> Vec<String> {
        let variable = facts::as_text(&row["key"]);
        if let Some(sample) = Self::reason(self.samples, &variable) {
            return vec![sample.to_owned()];
        }
        let words = facts::texts(&row["enum"]);
        if !words.is_empty() {
            return words;
        }
        let sample = match row["type"].as_str().expect("a row has a type") {
            "bool" => return vec!["true".to_owned(), "false".to_owned()],
            "u16" | "u32" | "u64" | "usize" | "i32" | "i64" => "17",
            "f32" | "f64" => "0.25",
            "duration_secs" | "duration_ms" | "duration_hours" => "7",
            "socket_addr" => "[::1]:8443",
            "url" | "dsn" => "https://user@example.org/17",
            "list<string>" => "one,two",
            "list<duration_secs>" => "1,60",
            "list<ip>" => "192.0.2.1,2001:db8::1",
            "list<ip_net>" => "192.0.2.0/24",
            "map<string,string>" => "user-agent=BLOCKED_AGENTS",
            "path" => "/srv/sample",
            "email" => "ops@example.org",
            "base64" => "c2FtcGxlIGtleQ==",
            "string" | "presence" | "log_filter" | "pem" => "sample of a text",
            other => panic!("{variable} has a type without a sample: {other}"),
        };
        vec![sample.to_owned()]
    }

    pub(crate) fn every_rule_is_expressed_as_we_say(&self) {
        let rows = facts::rows(self.name, "rules.jsonl");
        let ids: Vec<_> = rows.iter().map(|row| facts::as_text(&row["id"])).collect();
        let ours: Vec<_> = self.rules.iter().map(|(id, _)| (*id).to_owned()).collect();
        assert_eq!(ids, ours, "the rules, in their order");
        for (row, (id, expressed)) in rows.iter().zip(self.rules) {
            let is_error = row["severity"] == "error";
            assert!(!(is_error && *expressed == Expressed::Documentation), "{id} is an error there");
            self.rule_is_expressed(row, id, *expressed);
        }
    }

    fn rule_is_expressed(&self, row: &Value, id: &str, expressed: Expressed) {
        let part = self.part(row);
        let keys = facts::texts(&row["keys"]);
        // What a rule is about comes from the facts alone.
        let mut base = self.base_of(part);
        part.base.iter().filter(|(name, _)| keys.iter().any(|key| key == name)).for_each(|(name, _)| {
            base.remove(*name);
        });
        let overlay = self.overlays.iter().find(|overlay| overlay.rule == id);
        let mut violating: Vec<_> =
            row.get("violating_env").map(|env| facts::overlaid(base.clone(), env)).into_iter().collect();
        let mut satisfying: Vec<_> =
            row.get("satisfying_env").map(|env| facts::overlaid(base.clone(), env)).into_iter().collect();
        if let Some(overlay) = overlay {
            violating.push(with(base.clone(), overlay.violating));
            satisfying.push(with(base.clone(), overlay.satisfying));
        }
        for variables in &satisfying {
            if let Err(report) = part.load(variables) {
                panic!("{id} is satisfied, but {report}");
            }
        }
        if self.differences.iter().any(|difference| difference.about == id) {
            // What happens instead is claimed with the difference.
            return;
        }
        let found: Vec<Expressed> =
            violating.iter().flat_map(|variables| self.breaks(part, id, &keys, variables)).collect();
        match expressed {
            Expressed::Documentation => assert!(violating.is_empty(), "{id} can be broken"),
            expressed if violating.is_empty() => {
                assert_eq!(expressed, Expressed::Attribute, "{id} has no environment that breaks it");
                assert!(!satisfying.is_empty() || row["kind"] == "alias", "{id} has no environment at all");
            }
            expressed => assert!(found.contains(&expressed), "{id} is expressed as {found:?}"),
        }
    }

    /// How the problems of a load that breaks a rule are expressed.
    fn breaks(&self, part: &Part, id: &str, keys: &[String], variables: &Variables) -> Vec<Expressed> {
        let report = part.load(variables).err().unwrap_or_else(|| panic!("{id} is broken, but it loads"));
        self.shows_no_secret(part, &report, variables);
        let named = report
            .problems()
            .iter()
            .filter(|problem| problem.subject() == "rule" || keys.iter().any(|key| key == problem.subject()));
        let found: Vec<_> = named.map(|problem| expressed_by(part.manifest, problem)).collect();
        assert!(!found.is_empty(), "{id}: neither a rule nor one of {keys:?} in {report}");
        found
    }

    fn shows_no_secret(&self, part: &Part, report: &Report, variables: &Variables) {
        let text = report.to_string();
        for key in part.manifest.keys().filter(|key| key.key.is_secret) {
            if let Some(value) = variables.get(key.variable).filter(|value| value.len() > 6) {
                assert!(!text.contains(value.as_str()), "{} is shown in {text}", key.variable);
            }
        }
    }

    pub(crate) fn every_scenario_of_the_program_ends_as_it_does_there(&self) {
        let Some(part) = self.parts.first() else { return };
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        for scenario in facts::rows_if_any(self.name, "scenarios_upstream.jsonl") {
            // `parsed` is without the rules, which here belong to every load.
            let base = match scenario["expect"].as_str() {
                Some("parsed") => self.base_of(part),
                _ => Variables::new(),
            };
            let variables = facts::overlaid(base, &scenario["env"]);
            let is_for_this_machine = scenario["needs_cpus"].as_u64().is_none_or(|need| need <= cores as u64);
            match (part.load(&variables), scenario["expect"].as_str()) {
                (Ok(loaded), Some("parsed" | "ok")) if is_for_this_machine => {
                    for (name, value) in scenario["value"].as_object().into_iter().flatten() {
                        let shown = (self.shows)(name, value);
                        assert!(loaded.shown.contains(&shown), "{shown} is not in {}", loaded.shown);
                    }
                }
                (Err(report), Some("parsed" | "ok")) if !is_for_this_machine => {
                    let codes: Vec<_> = report.problems().iter().map(Problem::code).collect();
                    assert_eq!(codes, [Code::Validation], "{report}");
                }
                (Err(report), Some("error")) => {
                    let said = facts::as_text(&scenario["error_contains"]);
                    let said = Self::reason(self.messages, &said).map_or(said.clone(), str::to_owned);
                    assert!(report.to_string().contains(&said), "{said} is not in {report}");
                }
                (Ok(_), _) => panic!("{scenario} loads"),
                (Err(report), _) => panic!("{scenario}: {report}"),
            }
        }
    }

    pub(crate) fn every_difference_is_what_we_say(&self) {
        for Difference { about, variables, upstream, here, why } in self.differences {
            assert!(!upstream.is_empty() && !why.is_empty(), "{about} has no reason");
            let part = self.parts.iter().find(|part| variables.iter().all(|(name, _)| part.has(name)));
            let part = part.unwrap_or_else(|| panic!("no root has all keys of {about}"));
            let loaded = part.load(&with(self.base_of(part), variables));
            match (here, loaded) {
                (Here::Loads(shown), Ok(loaded)) => {
                    assert!(loaded.shown.contains(shown), "{about}: {shown} is not in {}", loaded.shown);
                }
                (Here::Refuses(code, subject), Err(report)) => {
                    let mut problems = report.problems().iter();
                    assert!(
                        problems.any(|problem| problem.code() == *code && problem.subject() == *subject),
                        "{about}: {report}"
                    );
                }
                (Here::Loads(_), Err(report)) => panic!("{about} does not load: {report}"),
                (Here::Refuses(..), Ok(_)) => panic!("{about} loads"),
            }
        }
    }
}

/// What finds a problem.
fn expressed_by(manifest: &Manifest, problem: &Problem) -> Expressed {
    match problem.code() {
        Code::Rule => match is_closed(manifest.group, problem.message()) {
            Some(true) => Expressed::ClosedRule,
            Some(false) => Expressed::Application,
            None => panic!("no rule says {}", problem.message()),
        },
        Code::Validation => Expressed::Application,
        Code::Missing => Expressed::Presence,
        _ => Expressed::Attribute,
    }
}

/// Whether the rule with this message is in the closed form.
fn is_closed(group: &Group, message: &str) -> Option<bool> {
    let own = group.rules.iter().find(|rule| rule.message == message);
    own.map(|rule| rule.expression.is_some()).or_else(|| {
        group.items.iter().find_map(|item| match item {
            Item::Nested(nested) => is_closed(nested.group, message),
            _ => None,
        })
    })
}
