//! What holds of every source: one suite, run over all of them.

#![cfg(all(feature = "toml", feature = "json", feature = "yaml"))]

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use confident::{
    Code, Config, Dotenv, Env, ExposeSecret, File, Memory, OnUnknown, Origin, Overrides, SecretDir,
    SecretString, Source,
};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
#[allow(dead_code)]
struct Shop {
    /// A number.
    size: u64,
    /// A text.
    #[config(default = "x")]
    name: String,
    /// A secret.
    token: SecretString,
    /// A group.
    #[config(nested)]
    pool: Pool,
}

/// A group.
#[derive(Config)]
#[allow(dead_code)]
struct Pool {
    /// A number.
    #[config(default = 7, range = 1..=9)]
    max: u8,
    /// Perhaps.
    note: Option<String>,
}

/// Values by path.
type Values<'v> = &'v [(&'v str, &'v str)];

/// A way to make a source of values by path.
struct Kind {
    name: &'static str,
    /// What `sources(..)` calls it.
    kind: &'static str,
    make: fn(Values<'_>) -> Box<dyn Source>,
    /// Whether a name that no key has can be told from the names of others.
    sees_unknown: bool,
}

fn variable(path: &str) -> String {
    format!("SHOP_{}", path.replace('.', "_").to_uppercase())
}

/// A new folder; it stays until the folder for temporary files is emptied.
fn folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("confident-conformance-{}-{count}", std::process::id()));
    fs::create_dir_all(&path).expect("the folder can be made");
    path
}

fn file(name: &str, text: String) -> File {
    let path = folder().join(name);
    fs::write(&path, text).expect("the file can be written");
    File::required(path)
}

/// Lines of a document in two levels.
fn document(values: &[(&str, &str)], line: fn(&str, &str) -> String, head: &str, indent: &str) -> String {
    let outer = values.iter().filter(|(path, _)| !path.contains('.'));
    let inner: Vec<_> =
        values.iter().filter_map(|(path, value)| Some((path.split_once('.')?.1, value))).collect();
    let mut text: String = outer.map(|(path, value)| line(path, value)).collect();
    if !inner.is_empty() {
        text.push_str(head);
        text.extend(inner.iter().map(|(path, value)| format!("{indent}{}", line(path, value))));
    }
    text
}

const KINDS: &[Kind] = &[
    Kind {
        name: "environment",
        kind: "env",
        make: |values| {
            let pairs = values.iter().map(|(path, value)| (variable(path), *value));
            Box::new(Env::from_pairs(pairs).on_unknown(OnUnknown::Deny))
        },
        sees_unknown: true,
    },
    Kind {
        name: "dotenv",
        kind: "dotenv",
        make: |values| {
            let lines = values.iter().map(|(path, value)| format!("{}='{value}'\n", variable(path)));
            let path = folder().join(".env");
            fs::write(&path, lines.collect::<String>()).expect("the file can be written");
            Box::new(Dotenv::required(path))
        },
        sees_unknown: true,
    },
    Kind {
        name: "toml",
        kind: "file",
        make: |values| {
            Box::new(file(
                "c.toml",
                document(values, |name, value| format!("{name} = '{value}'\n"), "[pool]\n", ""),
            ))
        },
        sees_unknown: true,
    },
    Kind {
        name: "yaml",
        kind: "file",
        make: |values| {
            Box::new(file(
                "c.yaml",
                document(values, |name, value| format!("{name}: '{value}'\n"), "pool:\n", "  "),
            ))
        },
        sees_unknown: true,
    },
    Kind {
        name: "json",
        kind: "file",
        make: |values| {
            let mut root = serde_json::Map::new();
            for (path, value) in values {
                match path.split_once('.') {
                    None => drop(root.insert((*path).to_owned(), (*value).into())),
                    Some((group, name)) => {
                        let group = root.entry(group).or_insert_with(|| serde_json::json!({}));
                        group[name] = (*value).into();
                    }
                }
            }
            Box::new(file("c.json", serde_json::to_string_pretty(&root).expect("it is JSON")))
        },
        sees_unknown: true,
    },
    Kind {
        name: "directory",
        kind: "directory",
        make: |values| {
            let folder = folder();
            for (path, value) in values {
                fs::write(folder.join(path), format!("{value}\n")).expect("the file can be written");
            }
            Box::new(SecretDir::new(folder).on_unknown(OnUnknown::Deny))
        },
        sees_unknown: true,
    },
    Kind {
        name: "memory",
        kind: "memory",
        make: |values| {
            Box::new(
                values.iter().fold(Memory::new("memory"), |memory, (path, value)| memory.with(*path, *value)),
            )
        },
        sees_unknown: true,
    },
    Kind {
        name: "overrides",
        kind: "override",
        make: |values| {
            let pairs = values.iter().map(|(path, value)| format!("{path}={value}"));
            Box::new(Overrides::new().set_all(pairs))
        },
        sees_unknown: true,
    },
];

fn loader(kind: &Kind, values: &[(&str, &str)]) -> confident::Loader<Shop> {
    Shop::loader().source((kind.make)(values))
}

const SECRET: &str = "hunter2-TOPSECRET";

/// The largest number of 64 bits: whoever goes by way of a float changes it.
const COMPLETE: [(&str, &str); 4] =
    [("size", "18446744073709551615"), ("token", SECRET), ("pool.max", "3"), ("pool.note", "a b")];

#[test]
fn values_come_through_as_they_are() {
    for kind in KINDS {
        let shop = loader(kind, &COMPLETE).load().unwrap_or_else(|report| panic!("{}: {report}", kind.name));
        assert_eq!((shop.size, shop.pool.max), (u64::MAX, 3), "{}", kind.name);
        assert_eq!(shop.pool.note.as_deref(), Some("a b"), "{}", kind.name);
        assert_eq!(shop.token.expose_secret(), SECRET, "{}", kind.name);
        assert_eq!(shop.name, "x", "{}", kind.name);
    }
}

#[test]
fn text_that_looks_like_something_else_stays_text() {
    for text in ["007", "true", "1e3", "null", "~", "no", "[a]", "{b}", "a#b", "$HOME"] {
        for kind in KINDS {
            let values = [("size", "1"), ("token", "t"), ("name", text)];
            let shop =
                loader(kind, &values).load().unwrap_or_else(|report| panic!("{}: {report}", kind.name));
            assert_eq!(shop.name, text, "{}", kind.name);
        }
    }
}

#[test]
fn what_is_not_there_is_missing() {
    for kind in KINDS {
        let report = loader(kind, &[("size", "1")]).load().expect_err("the token is missing");
        let missing: Vec<_> =
            report.problems().iter().map(|problem| (problem.code(), problem.path())).collect();
        assert_eq!(missing, [(Code::Missing, Some("token"))], "{}: {report}", kind.name);
    }
}

#[test]
fn every_value_has_an_origin_of_the_kind() {
    for kind in KINDS {
        let explanation = loader(kind, &COMPLETE).explain();
        for path in ["size", "token", "pool.max", "pool.note"] {
            let key = explanation.key(path).expect("every key has a row");
            let origin = &key.value.as_ref().expect("it is set").origin;
            assert_eq!(origin.kind(), kind.kind, "{}: {path}", kind.name);
            if let Origin::File { line, column, .. } = origin {
                assert!(*line > 0 && *column > 0, "{}: {path} at {origin}", kind.name);
            }
        }
        let name = explanation.key("name").and_then(|key| key.value.as_ref()).expect("it has a default");
        assert_eq!(name.origin, Origin::Default, "{}", kind.name);
    }
}

#[test]
fn a_problem_says_where_the_value_came_from() {
    for kind in KINDS {
        let values = [("size", "1"), ("token", "t"), ("pool.max", "12")];
        let report = loader(kind, &values).load().expect_err("twelve is too much");
        let problem = &report.problems()[0];
        assert_eq!((problem.code(), problem.path()), (Code::Constraint, Some("pool.max")), "{}", kind.name);
        assert_eq!(problem.message(), "\"12\" is not in 1..=9", "{}", kind.name);
        assert!(problem.notes()[0].starts_with("from "), "{}: {report}", kind.name);
    }
}

#[test]
fn a_name_that_no_key_has_is_unknown_and_the_nearest_is_offered() {
    for kind in KINDS.iter().filter(|kind| kind.sees_unknown) {
        let values = [("size", "1"), ("token", "t"), ("pool.mxa", "3")];
        let report = loader(kind, &values).load().expect_err("that is no key");
        assert_eq!(report.problems().len(), 1, "{}: {report}", kind.name);
        assert_eq!(report.problems()[0].code(), Code::Unknown, "{}: {report}", kind.name);
        assert!(report.problems()[0].message().contains("did you mean"), "{}: {report}", kind.name);
    }
}

#[test]
fn a_secret_never_shows_whatever_is_wrong() {
    for kind in KINDS {
        let mistakes: [&[(&str, &str)]; 4] = [
            &[("token", SECRET), ("size", "x")],
            &[("token", SECRET), ("tokne", SECRET), ("size", "1")],
            &[("token", SECRET), ("pool.max", "12"), ("size", "1")],
            &[("token.inner", SECRET), ("size", "1")],
        ];
        for values in mistakes {
            let report = loader(kind, values).load().expect_err("something is wrong");
            let said = format!("{report} {report:?} {:?}", report.problems());
            let json = serde_json::to_string(&report).expect("it is data");
            assert!(!said.contains("TOPSECRET") && !json.contains("TOPSECRET"), "{}: {said}", kind.name);
            let explanation = loader(kind, values).explain();
            assert!(!format!("{explanation} {explanation:?}").contains("TOPSECRET"), "{}", kind.name);
        }
        let source = (kind.make)(&COMPLETE);
        assert_eq!(source.kind(), kind.kind);
    }
}

#[test]
fn the_last_source_wins_whatever_its_kind() {
    for lower in KINDS {
        for upper in KINDS {
            let shop = Shop::loader()
                .source((lower.make)(&COMPLETE))
                .source((upper.make)(&[("pool.max", "4"), ("name", "upper")]))
                .load()
                .unwrap_or_else(|report| panic!("{} under {}: {report}", lower.name, upper.name));
            assert_eq!(
                (shop.pool.max, shop.name.as_str()),
                (4, "upper"),
                "{} under {}",
                lower.name,
                upper.name
            );
            assert_eq!(shop.pool.note.as_deref(), Some("a b"));
        }
    }
}
