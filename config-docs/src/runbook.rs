//! What to do when something fails: for each key and rule what the report prints, why, and the cure; for each secret how
//! to rotate it; and what each kind of problem means.

use serde::Serialize;

use crate::{
    markdown,
    render::{Escapes, Style, render},
    view::{Empty, GroupView, KeyView, Need, Shape, View},
};

static STYLE: Style = Style {
    template: include_str!("templates/runbook.jinja"),
    escape: markdown::text,
    filters: markdown::FILTERS,
};

#[derive(Serialize)]
struct Context<'v> {
    view: &'v View,
    groups: Vec<Group<'v>>,
    secrets: Vec<Secret<'v>>,
    rules: Vec<Rule<'v>>,
}

#[derive(Serialize)]
struct Group<'v> {
    group: &'v GroupView,
    keys: Vec<Key<'v>>,
}

#[derive(Serialize)]
struct Key<'v> {
    key: &'v KeyView,
    failures: Vec<Failure>,
}

/// One way to fail.
#[derive(Serialize)]
struct Failure {
    /// What the report prints behind the variable; `...` stands for the value or a place.
    symptom: String,
    cause: String,
    cure: String,
    is_warning: bool,
}

#[derive(Serialize)]
struct Secret<'v> {
    key: &'v KeyView,
    /// Whether it may be set in the variable, and whether in a file.
    may_be_variable: bool,
    may_be_file: bool,
}

#[derive(Serialize)]
struct Rule<'v> {
    rule: &'v crate::view::RuleView,
    owners: Vec<&'v str>,
}

pub(crate) fn write(view: &View, escapes: Escapes) -> String {
    let groups = view.groups.iter().filter(|group| !group.keys.is_empty());
    let key = |key| Key { key, failures: failures(view, key) };
    let rules = view.rules.iter().map(|rule| {
        let mut owners: Vec<&str> = Vec::new();
        for key in rule.operands.iter().filter_map(|operand| operand.key.as_ref()) {
            let owner = view.key(&key.path).and_then(|key| key.owner.as_deref());
            owners.extend(owner.filter(|owner| !owners.contains(owner)));
        }
        Rule { rule, owners }
    });
    let context = Context {
        view,
        groups: groups.map(|group| Group { group, keys: group.keys.iter().map(key).collect() }).collect(),
        secrets: view.keys().filter(|key| key.is_secret).map(secret).collect(),
        rules: rules.collect(),
    };
    render(&STYLE, context, escapes)
}

fn secret(key: &KeyView) -> Secret<'_> {
    let may = |kinds: &[&str]| {
        key.sources.is_empty() || key.sources.iter().any(|source| kinds.contains(&source.as_str()))
    };
    Secret { key, may_be_variable: may(&["env", "dotenv"]), may_be_file: may(&["env", "directory"]) }
}

/// The ways in which a key can fail, the most likely first.
fn failures(view: &View, key: &KeyView) -> Vec<Failure> {
    let mut failures = missing(view, key);
    failures.extend(invalid(key));
    failures.extend(from_files(key));
    failures.extend(not_admitted(key));
    failures.extend(warnings(view, key));
    failures
}

fn failure(symptom: impl Into<String>, cause: impl Into<String>, cure: impl Into<String>) -> Failure {
    Failure { symptom: symptom.into(), cause: cause.into(), cure: cure.into(), is_warning: false }
}

fn missing(view: &View, key: &KeyView) -> Vec<Failure> {
    let set = match &key.file_variable {
        Some(file) => format!("set `{}`, or `{file}` to a file that holds it", key.variable),
        None => format!("set `{}`", key.variable),
    };
    let mut failures = Vec::new();
    match key.presence.need {
        Need::Required => failures.push(failure(
            "required, but no source has it",
            "the deployment does not set it, or an empty variable counts as none",
            &set,
        )),
        Need::Conditional => failures.push(failure(
            format!("required because {}, but no source has it", reason(view, key)),
            format!("it is required when {}", key.presence.conditions.join(" and ")),
            format!("{set}; or unset what put its group to use"),
        )),
        Need::Default | Need::Optional => {}
    }
    for profile in &key.presence.required_in {
        failures.push(failure(
            format!("required in the profile {profile}, but no source has it"),
            format!("the profile `{profile}` needs it, and nothing sets it"),
            set.clone(),
        ));
    }
    failures
}

/// Why a key is required whose group need not be in use, as the report says it.
fn reason(view: &View, key: &KeyView) -> String {
    let mut group = view.group(&key.group);
    while let Some(found) = group {
        if let Some(chosen) = &found.chosen_by {
            return format!("{} is {}", chosen.key.variable, chosen.word);
        }
        if found.shape != Shape::One {
            break;
        }
        group = found.parent.as_deref().and_then(|parent| view.group(parent));
    }
    "... is set".to_owned()
}

fn invalid(key: &KeyView) -> Vec<Failure> {
    let shown = if key.is_secret { "the secret" } else { "\"...\"" };
    let mut failures = Vec::new();
    if !matches!(key.kind.name.as_str(), "text" | "path") {
        failures.push(failure(
            format!("{shown} is not {}", key.kind.expected),
            "the value is not of the type",
            match &key.sample {
                Some(sample) if !sample.is_empty() => format!("write it like `{sample}`"),
                _ => format!("write {}", key.kind.expected),
            },
        ));
    }
    for constraint in &key.constraints {
        let code: Vec<String> = constraint.code.iter().map(|code| format!("`{code}`")).collect();
        let wanted = format!("{} {}", constraint.words, code.join(", "));
        failures.push(failure(
            format!("{shown} {}", constraint.symptom),
            "the value is of the type, but not one that the program accepts",
            format!("set a value that is within the constraint: {}", wanted.trim_end()),
        ));
    }
    if key.empty == Empty::Error {
        failures.push(failure(
            "is empty, which it may not be",
            "the variable is there without a text",
            "set or unset it",
        ));
    }
    failures
}

fn from_files(key: &KeyView) -> Vec<Failure> {
    let Some(file) = &key.file_variable else { return Vec::new() };
    vec![
        failure(
            format!("the file ... that {file} names ..."),
            "the file is not there, is empty, or may not be read by the user of the program",
            format!("correct the path in `{file}`, or the mount and its permissions"),
        ),
        failure(
            format!("{} and {file} are both set", key.variable),
            "two places have a value, and which one counts would be a guess",
            "unset one of them",
        ),
    ]
}

fn not_admitted(key: &KeyView) -> Vec<Failure> {
    let mut failures = Vec::new();
    for profile in &key.presence.forbidden_in {
        failures.push(failure(
            format!("must not be set in the profile {profile}"),
            format!("something sets it, and the profile `{profile}` forbids that"),
            format!("unset `{}`, or correct the profile", key.variable),
        ));
    }
    if !key.sources.is_empty() {
        let allowed = key.sources.join(", ");
        failures.push(failure(
            format!("may come from {allowed} only, not from ..."),
            "the value stands in a place where it may not",
            format!("take it out of there, and set it by one of: {allowed}"),
        ));
    }
    failures
}

fn warnings(view: &View, key: &KeyView) -> Vec<Failure> {
    let warning = |symptom: String, cause: &str, cure: String| Failure {
        is_warning: true,
        ..failure(symptom, cause, cure)
    };
    let mut warnings = Vec::new();
    for old in &key.old_names {
        warnings.push(warning(
            format!("{} is an old name; write {}", old.variable, key.variable),
            "the deployment sets it under a name that it no longer has",
            format!("rename `{}` to `{}`", old.variable, key.variable),
        ));
    }
    if let Some(deprecated) = &key.deprecated {
        let mut symptom = "is deprecated".to_owned();
        if let Some(since) = &deprecated.since {
            symptom.push_str(&format!(" since {since}"));
        }
        if let Some(version) = &deprecated.remove_in {
            symptom.push_str(&format!(" and will be removed in {version}"));
        }
        let mut cure = format!("unset `{}`", key.variable);
        if let Some(new) = &deprecated.replaced_by {
            symptom.push_str(&format!("; set {} instead", new.variable));
            cure = format!("set `{}`, then unset `{}`", new.variable, key.variable);
        }
        let cause = deprecated.note.as_deref().unwrap_or("the key is going away");
        warnings.push(warning(symptom, cause, cure));
    }
    let chosen = view.group(&key.group).and_then(|group| group.chosen_by.as_ref());
    if let Some(chosen) = chosen {
        warnings.push(warning(
            format!("not in use: {} is ...", chosen.key.variable),
            "it belongs to a variant that is not chosen",
            format!("set `{}` to `{}`, or unset `{}`", chosen.key.variable, chosen.word, key.variable),
        ));
    }
    warnings
}
