//! What holds of every store: one suite, run over all of them.

mod common;

use std::sync::Arc;

use common::kinds::{KINDS, Kind, Made, Texts};
use confident::{Code, Config, ExposeSecret, Loader, Origin, SecretString};
use confident_stores::{Paths, Store, StoreSource};

/// A program. All its keys may come from any store.
#[derive(Config)]
#[config(app = "shop")]
#[allow(dead_code)]
struct Shop {
    /// A number.
    #[config(sources("age", "vault", "aws", "aws-ssm", "etcd", "command"))]
    size: u64,
    /// A text.
    #[config(default = "x", sources("age", "vault", "aws", "aws-ssm", "etcd", "command"))]
    name: String,
    /// A secret.
    #[config(sources("age", "vault", "aws", "aws-ssm", "etcd", "command"))]
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
    #[config(default = 7, range = 1..=9, sources("age", "vault", "aws", "aws-ssm", "etcd", "command"))]
    max: u8,
    /// Perhaps.
    #[config(sources("age", "vault", "aws", "aws-ssm", "etcd", "command"))]
    note: Option<String>,
}

const SECRET: &str = "hunter2-TOPSECRET";

/// The largest number of 64 bits: whoever goes by way of a float changes it.
const COMPLETE: [(&str, &str); 4] =
    [("size", "18446744073709551615"), ("token", SECRET), ("pool/max", "3"), ("pool/note", "a b")];

/// Texts at the places of the keys, in production.
fn texts(values: &[(&str, &str)]) -> Texts {
    values.iter().map(|(path, text)| (format!("shop/production/{path}"), (*text).to_owned())).collect()
}

fn made(kind: &Kind, values: &[(&str, &str)]) -> Made {
    (kind.make)(texts(values))
}

fn loader(source: StoreSource) -> Loader<Shop> {
    Shop::loader().profile("production").source(source)
}

#[test]
fn values_come_through_as_they_are() {
    for kind in KINDS {
        let made = made(kind, &COMPLETE);
        let shop =
            loader(made.store.source()).load().unwrap_or_else(|report| panic!("{}: {report}", kind.name));
        assert_eq!((shop.size, shop.pool.max), (u64::MAX, 3), "{}", kind.name);
        assert_eq!(shop.pool.note.as_deref(), Some("a b"), "{}", kind.name);
        assert_eq!(shop.token.expose_secret(), SECRET, "{}", kind.name);
        assert_eq!(shop.name, "x", "{}", kind.name);
    }
}

#[test]
fn text_that_looks_like_something_else_stays_text() {
    let texts = [
        "007",
        "true",
        "1e3",
        "null",
        "~",
        "[a]",
        "{\"b\":1}",
        "a#b",
        "$HOME",
        "\"quoted\"",
        "back\\slash",
        "two\nlines",
        "tab\there",
        " blanks ",
        "\u{1F511} and \u{7f}",
        "é",
        "AGE-SECRET",
        "%2F",
        "&amp;",
        "a\u{0}b",
    ];
    for text in texts {
        for kind in KINDS {
            let made = made(kind, &[("size", "1"), ("token", text), ("name", text)]);
            let shop =
                loader(made.store.source()).load().unwrap_or_else(|report| panic!("{}: {report}", kind.name));
            assert_eq!((shop.name.as_str(), shop.token.expose_secret()), (text, text), "{}", kind.name);
        }
    }
}

#[test]
fn what_is_not_there_is_missing_and_the_store_is_named() {
    for kind in KINDS {
        let made = made(kind, &[("size", "1")]);
        let name = made.store.name();
        let report = loader(made.store.source()).load().expect_err("the token is missing");
        let [problem] = report.problems() else { panic!("{}: {report}", kind.name) };
        assert_eq!(
            (problem.code(), problem.path()),
            (Code::Missing, Some("token")),
            "{}: {report}",
            kind.name
        );
        assert!(report.to_string().contains(&name), "{}: {report}", kind.name);
    }
}

#[test]
fn every_value_has_its_place_in_the_store_as_origin() {
    for kind in KINDS {
        let made = made(kind, &COMPLETE);
        // Version 1 of Vault's key-value pairs keeps no versions.
        // A command prints a text, and no version.
        let has_versions = !made.store.name().ends_with("kv/own/") && kind.name != "command";
        let explanation = loader(made.store.source()).explain();
        for (path, place) in [("token", "shop/production/token"), ("pool.max", "shop/production/pool/max")] {
            let key = explanation.key(path).expect("every key has a row");
            match &key.value.as_ref().expect("it is set").origin {
                Origin::Store { kind: of, path: at, version } => {
                    assert_eq!((*of, at.as_str()), (kind.name, place));
                    assert_eq!(version.is_some(), has_versions, "{}", kind.name);
                }
                origin => panic!("{}: {origin}", kind.name),
            }
        }
    }
}

#[test]
fn fields_of_an_object_are_values_of_their_own() {
    for kind in KINDS {
        let object = r#"{"SHOP_TOKEN": "h\"u\u006eter2\n\ud83d\udd11", "SHOP_SIZE": 18446744073709551615, "SHOP_NAME": "007"}"#;
        let load = |object: &str| {
            let made = (kind.make)(vec![("shop/production".to_owned(), object.to_owned())]);
            let source = made.store.source().paths(Paths::new("{app}/{profile}#{variable}"));
            Shop::loader().profile("production").source(source).load()
        };
        let shop = load(object).unwrap_or_else(|report| panic!("{}: {report}", kind.name));
        assert_eq!(shop.token.expose_secret(), "h\"unter2\n\u{1F511}", "{}", kind.name);
        assert_eq!((shop.size, shop.name.as_str(), shop.pool.max), (u64::MAX, "007", 7), "{}", kind.name);
        for broken in
            [r#"{"SHOP_TOKEN": ["hunter2"], "SHOP_SIZE": 1}"#, r#"["hunter2"]"#, "hunter2", "{\"hunter2"]
        {
            let report = load(broken).expect_err("there is no such text");
            assert!(!report.to_string().contains("hunter2"), "{}: {report}", kind.name);
        }
    }
}

#[test]
fn a_profile_never_leads_to_what_another_one_has() {
    for kind in KINDS {
        let made = made(kind, &COMPLETE);
        let source = made.store.source();
        loader(source.clone()).load().unwrap_or_else(|report| panic!("{}: {report}", kind.name));
        if let Some(double) = &made.double {
            // The test can see it.
            assert!(all_that_was_asked(double).contains("production"), "{}", kind.name);
            double.forget();
        }
        for profile in
            ["staging", "../production", "staging/../production", "production%2F", ".", "a b", "x#y"]
        {
            let loaded = Shop::loader().profile(profile).source(source.clone()).load();
            assert!(loaded.is_err(), "{}: {profile} has nothing", kind.name);
        }
        assert!(Shop::loader().source(source).load().is_err(), "{}: there is no profile", kind.name);
        if let Some(double) = &made.double {
            let asked = all_that_was_asked(double);
            assert!(!asked.contains("production"), "{}: {asked}", kind.name);
        }
    }
}

/// Every word of all requests, with what base64 hides.
fn all_that_was_asked(double: &common::double::Double) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut all = String::new();
    for asked in double.asked() {
        let body = String::from_utf8_lossy(&asked.body).into_owned();
        for word in body.split('"').filter_map(|word| STANDARD.decode(word).ok()) {
            all.push_str(&String::from_utf8_lossy(&word));
        }
        all.push_str(&format!("{} {body}\n", asked.target));
    }
    all
}

#[test]
fn a_secret_never_shows_whatever_is_wrong() {
    for kind in KINDS {
        let mistakes: [&[(&str, &str)]; 3] = [
            &[("token", SECRET), ("size", "x")],
            &[("token", SECRET), ("pool/max", "12"), ("size", "1")],
            &[("token", SECRET)],
        ];
        for values in mistakes {
            let made = made(kind, values);
            let source = made.store.source();
            let report = loader(source.clone()).load().expect_err("something is wrong");
            let said = format!("{report} {report:?} {:?} {source:?}", report.problems());
            assert!(!said.contains("TOPSECRET"), "{}: {said}", kind.name);
            let explanation = loader(source).explain();
            assert!(!format!("{explanation} {explanation:?}").contains("TOPSECRET"), "{}", kind.name);
        }
    }
}

#[test]
fn it_loads_inside_of_a_runtime_and_outside() {
    for kind in KINDS {
        let made = made(kind, &COMPLETE);
        let source = made.store.source();
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("it starts");
        runtime.block_on(async {
            let blocking = loader(source.clone()).load().expect("it is complete");
            let waiting = loader(source.clone()).load_async().await.expect("it is complete");
            assert_eq!(blocking.size, waiting.size, "{}", kind.name);
        });
    }
}

#[test]
fn a_place_is_asked_for_once_however_many_threads_load() {
    use common::double::Trouble;
    for kind in KINDS {
        let made = made(kind, &COMPLETE);
        let Some(double) = made.double else { continue };
        let source = Arc::new(made.store).source();
        let load = |source: StoreSource| loader(source).load().expect("it is complete").size;
        load(source.clone());
        let alone = double.asked().len() - kind.logins;
        double.forget();
        double.always(Trouble::Late(std::time::Duration::from_millis(200)));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| load(source.clone()));
            }
        });
        assert_eq!(double.asked().len(), alone, "{}", kind.name);
    }
}
