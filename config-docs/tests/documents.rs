//! Documents do what they are for: they load, they hold no secret, they say what a report says.

mod common;

use std::{collections::BTreeMap, fs, path::PathBuf};

use common::Payments;
use confident::{Code, Config, Dotenv, Env, File, Loader, Manifest, Problem, Report};
use confident_docs::{Format, document};

fn written(format: Format) -> String {
    document(Payments::manifest(), format)
}

/// A file of its own for one test.
fn file(name: &str, text: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, text).expect("the folder of the tests can be written");
    path
}

const SECRET: (&str, &str) = ("PAYMENTS_DATABASE_URL", "postgres://ledger");

fn loader() -> Loader<Payments> {
    Payments::loader().source(Env::from_pairs([SECRET]))
}

#[test]
fn the_examples_of_files_load_as_they_are() -> Result<(), Report> {
    let toml = file("as-it-is.toml", &written(Format::Toml));
    let yaml = file("as-it-is.yaml", &written(Format::Yaml));
    for path in [toml, yaml] {
        let loaded = loader().source(File::required(path)).load_with_warnings()?;
        assert!(loaded.warnings.is_empty());
        assert_eq!(loaded.settings.region, "eu-west-1");
        assert_eq!(loaded.settings.currencies, ["EUR"]);
        assert!(loaded.settings.mail.is_none() && loaded.settings.banks.is_empty());
    }
    Ok(())
}

#[test]
fn the_example_of_a_dotenv_file_loads_once_it_is_filled_in() -> Result<(), Report> {
    let text = written(Format::Env);
    let report = loader().source(Dotenv::required(file("empty.env", &text))).load().map(|_| ());
    let report = report.expect_err("what is empty is missing");
    let problems: Vec<_> =
        report.problems().iter().map(|problem| (problem.code(), problem.subject())).collect();
    assert_eq!(
        problems,
        [
            (Code::Constraint, "PAYMENTS_REGION"),
            (Code::Missing, "PAYMENTS_CURRENCIES"),
            (Code::Missing, "PAYMENTS_STORAGE"),
        ]
    );
    let filled = text
        .replace("PAYMENTS_REGION=change-me", "PAYMENTS_REGION=eu-west-1")
        .replace("PAYMENTS_CURRENCIES=", "PAYMENTS_CURRENCIES=CHF")
        .replace("PAYMENTS_STORAGE=", "PAYMENTS_STORAGE=memory");
    let loaded = loader().source(Dotenv::required(file("filled.env", &filled))).load_with_warnings()?;
    assert!(loaded.warnings.is_empty());
    assert_eq!(loaded.settings.currencies, ["CHF"]);
    Ok(())
}

/// What is commented out has the default, so that taking it in changes nothing.
#[test]
fn defaults_that_are_taken_in_are_the_defaults() -> Result<(), Report> {
    let shown = |settings: &Payments| format!("{settings:?}");
    let plain = loader().source(File::required(file("plain.toml", &written(Format::Toml)))).load()?;
    let uncommented = |format: Format| {
        let mut skips = false;
        let line = |line: &str| {
            // What is in the elements of lists, in entries of maps and in variants is an example, not a default.
            if line.trim_start().starts_with(['#', '[']) || line.ends_with(':') {
                let bare = line.trim_start_matches([' ', '#']);
                skips = match bare {
                    _ if line.trim_start().starts_with("# ") => skips,
                    bare if bare.starts_with('[') || bare.ends_with(':') => {
                        line.trim_start().starts_with('#') || bare.contains("mail")
                    }
                    _ => skips,
                };
            }
            let bare = line.trim_start();
            let is_deprecated = bare.starts_with("#host_token");
            match bare.strip_prefix('#') {
                Some(rest) if !rest.starts_with(' ') && !rest.is_empty() && !skips && !is_deprecated => {
                    format!("{}{rest}", &line[..line.len() - bare.len()])
                }
                _ => line.to_owned(),
            }
        };
        written(format).split('\n').map(line).collect::<Vec<_>>().join("\n")
    };
    for (format, name) in [(Format::Toml, "whole.toml"), (Format::Yaml, "whole.yaml")] {
        let path = file(name, &uncommented(format));
        let whole = loader().source(File::required(path)).load_with_warnings()?;
        assert!(whole.warnings.is_empty());
        assert_eq!(shown(&whole.settings), shown(&plain), "{format}");
    }
    Ok(())
}

/// Who keeps a secret finds its place in a store in every document that says how secrets are kept.
#[test]
fn documents_of_secrets_say_where_in_a_store_they_are() {
    let place = "vault:{app}/{profile}/receipts#signing-key";
    // Before dots and commas, `man` writes `\&`, and `\-` for a dash that is copied.
    let plain = |text: String| text.replace("\\&", "").replace("\\-", "-");
    for format in [Format::Markdown, Format::Html, Format::Man, Format::Runbook, Format::Kubernetes] {
        let text = plain(written(format));
        assert!(text.contains(place), "{format}");
        let says_how_long =
            text.lines().any(|line| line.contains("served for up to") && line.contains("10m"));
        let says_how_long = says_how_long || text.contains("Served for up to 10m after");
        assert_eq!(says_how_long, format != Format::Kubernetes, "{format}");
    }
    let runbook = written(Format::Runbook);
    let rotation = runbook.lines().find(|line| line.starts_with("2. ") && line.contains(place));
    assert!(
        rotation.is_some_and(|line| line.contains(&format!(", or in a store at `{place}`."))),
        "{rotation:?}"
    );
}

/// The names of keys are there, and nothing in the place of a value.
#[test]
fn no_secret_has_a_value() {
    let secrets: Vec<_> = Payments::manifest().keys().filter(|entry| entry.key.is_secret).collect();
    for format in Format::ALL {
        for line in written(format).lines() {
            for secret in &secrets {
                let name = secret.variable.replace("{n}", "0").replace("{name}", "NAME");
                let behind = line.trim_start_matches([' ', '#']).strip_prefix(&*name);
                let value = behind.map(|rest| rest.trim_start_matches([' ', ':', '=']));
                if let Some(value) = value
                    && behind.is_some_and(|rest| rest.starts_with(['=', ':']))
                {
                    assert!(matches!(value, "" | "\"\""), "{format}: {line}");
                }
            }
        }
    }
}

/// Even where a manifest that was read from elsewhere has one.
#[test]
fn a_value_that_a_secret_should_not_have_is_not_shown() {
    use confident_core::manifest::{Attribute, Item, Key};
    let mut group = *Payments::manifest().group;
    let with_values = |item: &Item| match item {
        Item::Key(key) if key.is_secret => Item::Key(Key {
            default: Some("hunter2"),
            attributes: &[Attribute::Example("hunter2"), Attribute::OneOf(&["hunter2"])],
            ..*key
        }),
        item => *item,
    };
    group.items = group.items.iter().map(with_values).collect::<Vec<_>>().leak();
    let mut manifest = *Payments::manifest();
    manifest.group = Box::leak(Box::new(group));
    for format in Format::ALL {
        assert!(!document(&manifest, format).contains("hunter2"), "{format}");
    }
}

#[test]
fn the_runbook_has_every_kind_of_problem() {
    let runbook = written(Format::Runbook);
    for code in Code::ALL {
        assert!(runbook.contains(&format!("| `{code}` |")), "{code}");
    }
}

/// What a load says stands in the runbook, with `...` for the value.
#[test]
fn the_runbook_has_what_a_report_prints() {
    let base = BTreeMap::from([
        SECRET,
        ("PAYMENTS_REGION", "eu-west-1"),
        ("PAYMENTS_CURRENCIES", "EUR"),
        ("PAYMENTS_STORAGE", "memory"),
    ]);
    let runbook = written(Format::Runbook);
    let cases: [(&str, &[(&str, &str)]); 12] = [
        ("", &[("PAYMENTS_CURRENCIES", "")]),
        ("", &[("PAYMENTS_POOL_MAX", "many")]),
        ("", &[("PAYMENTS_POOL_MAX", "5000")]),
        ("", &[("PAYMENTS_DATABASE_URL", "no url")]),
        ("", &[("PAYMENTS_DATABASE_URL_FILE", "/no/such/file")]),
        ("", &[("PAYMENTS_DATABASE_URL", ""), ("LEDGER_URL", "postgres://x")]),
        ("", &[("PAYMENTS_MAIL_HOST", "mail.example")]),
        ("", &[("PAYMENTS_HOST_TOKEN", "x")]),
        ("", &[("PAYMENTS_STORAGE", "s3")]),
        ("", &[("PAYMENTS_STORAGE_S3_BUCKET", "x")]),
        ("production", &[]),
        ("development", &[("PAYMENTS_SIGNING_KEY", "x")]),
    ];
    for (profile, pairs) in cases {
        let mut env = base.clone();
        env.extend(pairs.iter().copied());
        let mut loader = Payments::loader().source(Env::from_pairs(env));
        if !profile.is_empty() {
            loader = loader.profile(profile);
        }
        let line = |found: &Problem| format!("{} {}", found.subject(), found.message());
        let said: Vec<String> = match loader.load_with_warnings() {
            Ok(loaded) => loaded.warnings.iter().map(line).collect(),
            Err(report) => report.problems().iter().chain(report.warnings()).map(line).collect(),
        };
        assert!(!said.is_empty(), "{pairs:?} is fine");
        for said in said {
            let symptoms = runbook.lines().filter_map(|line| line.strip_prefix("| "));
            let symptoms = symptoms.filter_map(|line| line.trim_start_matches("Warning: ").strip_prefix('`'));
            let mut symptoms = symptoms.filter_map(|line| line.split_once("` |")).map(|(symptom, _)| symptom);
            let is_there = symptoms.any(|symptom| {
                let mut rest = said.as_str();
                symptom.split("...").all(|part| match rest.find(part) {
                    Some(at) => {
                        rest = &rest[at + part.len()..];
                        true
                    }
                    None => false,
                })
            });
            assert!(is_there, "the runbook does not have: {said}");
        }
    }
}

#[test]
fn formats_have_names_and_files_of_their_own() {
    for format in Format::ALL {
        assert_eq!(Format::named(format.name()), Some(format));
        let namesakes = Format::ALL.iter().filter(|other| other.file_name() == format.file_name());
        assert_eq!(namesakes.count(), 1, "{format}");
    }
    assert_eq!(Format::named("pdf"), None);
}

#[test]
fn documents_are_the_same_each_time() {
    for format in Format::ALL {
        assert_eq!(written(format), written(format), "{format}");
    }
}

/// Every link leads somewhere, and no two places have one name.
#[test]
fn links_within_a_page_lead_to_its_anchors() {
    fn all<'t>(text: &'t str, before: &str, behind: char) -> Vec<&'t str> {
        text.split(before).skip(1).filter_map(|rest| Some(rest.split_once(behind)?.0)).collect()
    }
    for format in [Format::Markdown, Format::Runbook] {
        let page = written(format);
        let anchors = all(&page, "<a id=\"", '"');
        for link in all(&page, "](#", ')') {
            assert_eq!(anchors.iter().filter(|anchor| **anchor == link).count(), 1, "{format}: {link}");
        }
    }
}

/// A program without a prefix, a profile, a rule or a secret has documents too.
#[test]
fn a_program_of_one_key_has_documents() {
    /// A program.
    #[derive(Config)]
    #[config(app = "one", prefix = "")]
    struct One {
        /// A port.
        #[config(default = 80)]
        port_of_one: u16,
    }
    let manifest: &Manifest = One::manifest();
    assert_eq!(One::fixture().load().map(|one| one.port_of_one).ok(), Some(80));
    for format in Format::ALL {
        let text = document(manifest, format);
        // What watches the program has the keys that may change elsewhere: those of stores.
        let is_watching = matches!(format, Format::Grafana | Format::Prometheus);
        let name = if is_watching { "OF ONE" } else { "PORT_OF_ONE" };
        assert!(text.to_uppercase().contains(name), "{format}");
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{format}");
    }
}

/// A choice of which every variant needs keys, in a group without keys of its own, next to lists and maps in each other.
mod nested {
    use super::*;

    /// A program.
    #[derive(Config)]
    #[config(app = "nested")]
    pub(super) struct Nested {
        /// What is kept.
        #[config(nested)]
        pub(super) keeper: Keeper,
        /// Teams.
        #[config(nested)]
        pub(super) teams: BTreeMap<String, Team>,
        /// What comes last, among the others.
        #[config(nested(prefix = ""))]
        pub(super) last: Last,
    }

    /// A keeper.
    #[derive(Config)]
    pub(super) struct Keeper {
        /// Where it is kept.
        #[config(nested)]
        pub(super) storage: Storage,
        /// Where it was kept.
        #[config(nested)]
        pub(super) old: Option<Disk>,
    }

    /// Where it is kept.
    #[derive(Config)]
    pub(super) enum Storage {
        /// On a disk.
        Disk(Disk),
        /// In a bucket.
        S3(Disk),
    }

    /// A disk.
    #[derive(Config)]
    pub(super) struct Disk {
        /// Its path.
        pub(super) path: PathBuf,
    }

    /// A team.
    #[derive(Config)]
    pub(super) struct Team {
        /// Its members.
        #[config(nested)]
        pub(super) members: Vec<Last>,
    }

    /// What comes last.
    #[derive(Config)]
    pub(super) struct Last {
        /// A number.
        pub(super) number: u8,
    }
}

#[test]
fn a_choice_without_a_plain_word_is_made_by_its_table() -> Result<(), Report> {
    use nested::{Nested, Storage};
    for (format, name) in [(Format::Toml, "nested.toml"), (Format::Yaml, "nested.yaml")] {
        let path = file(name, &document(Nested::manifest(), format));
        let loaded = Nested::loader()
            .source(Env::from_pairs([("", ""); 0]))
            .source(File::required(path))
            .load_with_warnings()?;
        assert!(loaded.warnings.is_empty(), "{format}");
        let Nested { keeper, teams, last } = loaded.settings;
        let Storage::Disk(disk) = keeper.storage else { panic!("the first variant is chosen") };
        assert_eq!((disk.path, last.number), (PathBuf::from("/path/to/file"), 1));
        assert!(keeper.old.is_none() && teams.is_empty());
    }
    Ok(())
}
