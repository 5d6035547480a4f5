//! One page with everything: no network, works from a file, reads well without its script.
//!
//! The style and the script stand in the page. Its policy admits these two by their hashes, and nothing else: markup
//! that got into the page all the same could not run, load or send anything.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Serialize;

use crate::{
    plain,
    render::{Escapes, Filter, Style, render},
    view::{GroupView, KeyRef, KeyView, Need, RuleRef, TypeView, View},
};

static STYLE: Style = Style {
    template: include_str!("templates/html.jinja"),
    escape: |text| escaped(&plain::line(text)),
    filters: &[
        Filter { name: "prose", escaped: prose, naive: str::to_owned },
        Filter { name: "shown", escaped: |text| escaped(&plain::value(text)), naive: str::to_owned },
        // Lines that this file has put together, of text without hidden characters.
        Filter { name: "lines", escaped, naive: str::to_owned },
        // The style and the script.
        Filter { name: "whole", escaped: str::to_owned, naive: str::to_owned },
    ],
};

pub(crate) const LOOK: &str = include_str!("templates/html.css");
pub(crate) const THEME: &str = include_str!("templates/theme.js");
const SCRIPT: &str = concat!(include_str!("templates/theme.js"), include_str!("templates/html.js"));

/// Up to so many keys are all shown with their details open.
const FEW: usize = 12;

#[derive(Serialize)]
struct Context<'v> {
    view: &'v View,
    policy: String,
    look: &'static str,
    script: &'static str,
    counts: Vec<Count>,
    are_few: bool,
    boot: Boot<'v>,
    facets: Vec<Facet>,
    groups: Vec<Group<'v>>,
    types: Vec<Type<'v>>,
    /// How many keys are the same in every profile.
    same_everywhere: usize,
}

/// A number in the header.
#[derive(Serialize)]
struct Count {
    number: usize,
    /// What it counts.
    name: &'static str,
    /// The place in the page that lists them.
    anchor: &'static str,
}

#[derive(Serialize)]
struct Boot<'v> {
    /// A `.env` file with no more than what must always be set.
    skeleton: String,
    rules: Vec<BootRule<'v>>,
    when: Vec<When<'v>>,
}

/// A rule of which a key must be set.
#[derive(Serialize)]
struct BootRule<'v> {
    rule: &'v RuleRef,
    keys: Vec<&'v KeyRef>,
}

#[derive(Serialize)]
struct When<'v> {
    conditions: String,
    keys: &'v [KeyRef],
}

/// Something that the list of keys can be narrowed by.
#[derive(Serialize)]
struct Facet {
    /// Its name in the address of the page.
    name: &'static str,
    title: &'static str,
    values: Vec<Choice>,
}

#[derive(Clone, Serialize)]
struct Choice {
    /// Its name in the address of the page.
    value: String,
    label: String,
    /// The numbers of the facet and of the choice, as the script and the keys refer to it.
    mark: String,
    count: usize,
}

#[derive(Serialize)]
struct Group<'v> {
    group: &'v GroupView,
    cards: Vec<Card<'v>>,
    live: Vec<&'v KeyView>,
    fixed: Vec<&'v KeyView>,
}

/// A key, and the choices that it is found by.
#[derive(Serialize)]
struct Card<'v> {
    key: &'v KeyView,
    marks: String,
}

/// A type, and how many keys have it.
#[derive(Serialize)]
struct Type<'v> {
    view: &'v TypeView,
    keys: usize,
}

pub(crate) fn write(view: &View, escapes: Escapes) -> String {
    let facets = facets(view);
    let groups = view.groups.iter().map(|group| Group {
        group,
        cards: group.keys.iter().map(|key| Card { key, marks: marks(&facets, view, key) }).collect(),
        live: group.keys.iter().filter(|key| key.is_live).collect(),
        fixed: group.keys.iter().filter(|key| !key.is_live).collect(),
    });
    let context = Context {
        view,
        policy: policy(),
        look: LOOK,
        script: SCRIPT,
        counts: counts(view),
        are_few: view.keys().count() <= FEW,
        boot: boot(view),
        groups: groups.collect(),
        types: types(view),
        same_everywhere: view.environments.iter().filter(|row| !row.differs).count(),
        // One that does not tell keys apart is no help.
        facets: facets.into_iter().filter(|facet| facet.values.len() > 1).collect(),
    };
    render(&STYLE, context, escapes)
}

/// What the page may do: use its own style and its own script.
fn policy() -> String {
    let hash = |text: &str| BASE64_STANDARD.encode(hmac_sha256::Hash::hash(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; img-src data:; base-uri 'none'; form-action 'none'",
        hash(LOOK),
        hash(SCRIPT),
    )
}

/// Text that means nothing but itself, between tags and in an attribute.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            char => escaped.push(char),
        }
    }
    escaped
}

/// Text with code in backticks.
fn prose(text: &str) -> String {
    let line = plain::line(text);
    let part = |(is_code, text): (bool, &str)| {
        let text = escaped(text);
        if is_code { format!("<code>{text}</code>") } else { text }
    };
    plain::parts(&line).into_iter().map(part).collect()
}

fn counts(view: &View) -> Vec<Count> {
    let count =
        |number, one, many, anchor| Count { number, name: if number == 1 { one } else { many }, anchor };
    let required = view.boot.always.len();
    [
        count(view.keys().count(), "key", "keys", "keys"),
        count(required, "required", "required", "boot"),
        count(view.secrets.len(), "secret", "secrets", "secrets"),
        count(view.restarts.live.len(), "live", "live", "restarts"),
        count(view.rules.len(), "rule", "rules", "rules"),
        count(view.profiles.len(), "profile", "profiles", "profiles"),
    ]
    .into_iter()
    .filter(|count| count.number > 0 || count.anchor == "boot")
    .collect()
}

fn boot(view: &View) -> Boot<'_> {
    let rules: Vec<BootRule<'_>> = view.boot.rules.iter().map(|rule| boot_rule(view, rule)).collect();
    Boot {
        skeleton: skeleton(view, &rules),
        rules,
        when: view
            .boot
            .when
            .iter()
            .map(|found| When { conditions: found.conditions.join(" and "), keys: &found.keys })
            .collect(),
    }
}

fn boot_rule<'v>(view: &'v View, rule: &'v RuleRef) -> BootRule<'v> {
    let found = view.rules.iter().find(|found| found.anchor == rule.anchor);
    let operands = found.map_or(&[][..], |found| &found.operands);
    // Of what has a value already, none needs to be set.
    let is_open = |key: &&KeyRef| view.key(&key.path).is_some_and(|key| key.presence.need == Need::Optional);
    let keys = operands.iter().filter_map(|operand| operand.key.as_ref()).filter(is_open);
    BootRule { rule, keys: keys.collect() }
}

/// The least `.env` file, to be filled in.
fn skeleton(view: &View, rules: &[BootRule<'_>]) -> String {
    let comment = |text: &str| -> Vec<String> {
        plain::wrap(&plain::line(text), 76).iter().map(|line| format!("# {line}")).collect()
    };
    let mut lines = Vec::new();
    if !view.boot.always.is_empty() || !rules.is_empty() {
        lines.extend(comment(&format!("The least that {} needs to start.", view.app)));
    }
    for key in &view.boot.always {
        lines.push(String::new());
        lines.extend(comment(&key.summary));
        lines.push(format!("{}=", plain::concrete(&key.variable)));
    }
    for BootRule { rule, keys } in rules {
        lines.push(String::new());
        lines.extend(comment(&format!("One of these: {}", rule.message)));
        lines.extend(keys.iter().map(|key| format!("#{}=", plain::concrete(&key.variable))));
    }
    lines.join("\n")
}

/// Everything that the list can be narrowed by, with the choices that at least one key has.
fn facets(view: &View) -> Vec<Facet> {
    const FACETS: [(&str, &str); 8] = [
        ("group", "Group"),
        ("required", "Required"),
        ("secret", "Secret"),
        ("change", "Live"),
        ("owner", "Owner"),
        ("profile", "Profile"),
        ("deprecated", "Deprecated"),
        ("tag", "Tag"),
    ];
    let facet = |(number, (name, title)): (usize, (&'static str, &'static str))| {
        let mut values: Vec<Choice> = Vec::new();
        for key in view.keys() {
            for (value, label) in choices(view, key, name) {
                match values.iter_mut().find(|known| known.value == value) {
                    Some(known) => known.count += 1,
                    None => values.push(Choice { value, label, mark: String::new(), count: 1 }),
                }
            }
        }
        const ORDER: [&str; 6] = ["yes", "group", "default", "live", "restart", "no"];
        if matches!(name, "required" | "secret" | "change" | "deprecated") {
            values.sort_by_key(|choice| ORDER.iter().position(|known| *known == choice.value));
        }
        // Those that the author has named are looked for by name.
        if matches!(name, "owner" | "tag") {
            values.sort_by(|one, two| {
                (one.value.is_empty(), &one.label).cmp(&(two.value.is_empty(), &two.label))
            });
        }
        for (at, value) in values.iter_mut().enumerate() {
            value.mark = format!("{number}.{at}");
        }
        Facet { name, title, values }
    };
    FACETS.into_iter().enumerate().map(facet).collect()
}

/// The choices of one facet that a key is among, as in the address of the page and as they are shown.
fn choices(view: &View, key: &KeyView, facet: &str) -> Vec<(String, String)> {
    let one = |value: &str, label: &str| vec![(value.to_owned(), label.to_owned())];
    match facet {
        "group" => view.group(&key.group).map_or_else(Vec::new, |group| {
            let value = group.anchor.strip_prefix("group-").unwrap_or(&group.anchor);
            let is_nested = group.parent.is_some() && !group.is_flat;
            one(value, if is_nested { &group.path } else { &group.title })
        }),
        "required" => match key.presence.need {
            Need::Required => one("yes", "always"),
            Need::Conditional => one("group", "with its group"),
            Need::Default => one("default", "no, it has a default"),
            Need::Optional => one("no", "no, it is optional"),
        },
        "secret" if key.is_secret => one("yes", "secret"),
        "secret" => one("no", "not secret"),
        "change" if key.is_live => one("live", "taken while it runs"),
        "change" => one("restart", "needs a restart"),
        "owner" => one(key.owner.as_deref().unwrap_or(""), key.owner.as_deref().unwrap_or("nobody is named")),
        "profile" => {
            let told = |profiles: &[String], what: &str, word: &str| {
                let choice = |profile: &String| (format!("{word}-{profile}"), format!("{what} in {profile}"));
                profiles.iter().map(choice).collect::<Vec<_>>()
            };
            let mut told_all = told(&key.presence.required_in, "required", "required");
            told_all.extend(told(&key.presence.forbidden_in, "forbidden", "forbidden"));
            if told_all.is_empty() { one("", "the same in all") } else { told_all }
        }
        "deprecated" if key.deprecated.is_some() => one("yes", "deprecated"),
        "deprecated" => one("no", "not deprecated"),
        _ => {
            let tags: Vec<_> = key.tags.iter().map(|tag| (tag.clone(), tag.clone())).collect();
            if tags.is_empty() { one("", "no tag") } else { tags }
        }
    }
}

/// The marks of the choices that a key is among.
fn marks(facets: &[Facet], view: &View, key: &KeyView) -> String {
    let mut marks = Vec::new();
    for facet in facets {
        for (value, _) in choices(view, key, facet.name) {
            marks
                .extend(facet.values.iter().find(|choice| choice.value == value).map(|choice| &*choice.mark));
        }
    }
    marks.join(" ")
}

fn types(view: &View) -> Vec<Type<'_>> {
    let count = |found: &TypeView| view.keys().filter(|key| key.kind.anchor == found.anchor).count();
    view.types.iter().map(|found| Type { view: found, keys: count(found) }).collect()
}
