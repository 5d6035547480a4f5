//! etcd: the real one, and what the double of it answers beside.
#![cfg(feature = "etcd")]

mod common;

use std::{thread, time::Duration};

use common::{
    double::{Double, Reply},
    etcd::Real,
    kinds, one,
};
use confident::{Code, Config, SecretString};
use confident_stores::{Ask, Etcd, Fault, Store};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// A number.
    #[config(default = 7, range = 1..=9)]
    size: u8,
    /// A text.
    #[config(default = "x")]
    name: String,
    /// A secret, which etcd is not asked for.
    token: Option<SecretString>,
}

#[test]
fn a_program_reads_its_settings_from_a_real_etcd() {
    let Some(real) = Real::start() else { return };
    real.put("shop/production/size", "3");
    real.put("shop/production/name", "x\"y\u{1F511}");
    real.put("shop/production/token", "never read");
    real.put("shop/staging/size", "4");
    let source = Etcd::at(real.connection()).source();
    let load = |profile: &str| Shop::loader().profile(profile).source(source.clone()).load();
    let shop = load("production").expect("it is right");
    assert_eq!((shop.size, shop.name.as_str()), (3, "x\"y\u{1F511}"));
    assert!(shop.token.is_none());
    assert_eq!(load("staging").expect("it is right").size, 4);
    real.put("shop/production/size", "12");
    let report = load("production").expect_err("twelve is too much");
    let [problem] = report.problems() else { panic!("{report}") };
    assert_eq!(problem.code(), Code::Constraint);
    // Four writes were before that, of which the first was the one of the test itself.
    assert_eq!(problem.notes()[0], "from etcd:shop/production/size@7");
}

#[test]
fn rights_are_those_of_the_user() {
    let Some(real) = Real::start() else { return };
    real.put("shop/production/size", "3");
    real.put("shop/staging/size", "4");
    for arguments in [
        ["user", "add", "root:root"],
        ["user", "grant-role", "root"],
        ["role", "add", "shop-staging"],
        ["user", "add", "shop:hunter2-TOPSECRET"],
    ] {
        let root = if arguments[1] == "grant-role" { &["root"][..] } else { &[] };
        real.ctl(&[&arguments[..], root].concat());
    }
    real.ctl(&["role", "grant-permission", "shop-staging", "read", "shop/staging/", "--prefix=true"]);
    real.ctl(&["user", "grant-role", "shop", "shop-staging"]);
    real.ctl(&["auth", "enable"]);
    let user =
        |name: &str, password: &str| Etcd::at(real.connection()).user(name, SecretString::from(password));
    let shop = user("shop", "hunter2-TOPSECRET");
    let places = ["shop/staging/size", "shop/staging/name"];
    let entries = shop.read(&Ask::new("shop", Some("staging"), &places));
    assert!(entries[0].is_ok(), "{entries:?}");
    let fault = |etcd: &Etcd, place: &str| one(etcd, place).expect_err("it is not given").fault();
    assert_eq!(fault(&shop, "shop/staging/name"), Fault::Absent);
    assert_eq!(fault(&shop, "shop/production/size"), Fault::Denied);
    assert_eq!(fault(&user("shop", "wrong"), "shop/staging/size"), Fault::Unauthenticated);
    assert_eq!(fault(&user("nobody", "wrong"), "shop/staging/size"), Fault::Unauthenticated);
    assert_eq!(fault(&Etcd::at(real.connection()), "shop/staging/size"), Fault::Unauthenticated);
    assert!(!format!("{shop:?}").contains("TOPSECRET"), "{shop:?}");
    // A token that etcd has forgotten is replaced.
    real.ctl(&["--user", "root:root", "auth", "disable"]);
    real.ctl(&["auth", "enable"]);
    assert!(one(&shop, "shop/staging/size").is_ok());
}

#[test]
fn a_watch_tells_of_changes_and_of_nothing_else() {
    let Some(real) = Real::start() else { return };
    real.put("shop/production/size", "3");
    let etcd = Etcd::at(real.connection());
    let places = ["shop/production/size", "shop/production/name"];
    let ask = Ask::new("shop", Some("production"), &places);
    let watch = |since, patience| etcd.watch(&ask, since, Duration::from_millis(patience));
    // The value was written at the third revision.
    let before = watch(2, 10_000).expect("it tells").expect("it is a change since then");
    assert!(before >= 3, "{before}");
    assert_eq!(watch(before, 300), Ok(None));
    thread::scope(|scope| {
        let waiting = scope.spawn(|| watch(before, 20_000));
        thread::sleep(Duration::from_millis(100));
        real.put("shop/staging/size", "5");
        real.put("shop/production/name", "new");
        let now = waiting.join().expect("it ends").expect("it tells");
        assert_eq!(now, Some(before + 2), "the other profile is not watched");
    });
    // What etcd has forgotten counts as a change.
    real.ctl(&["compaction", &(before + 2).to_string()]);
    assert!(watch(1, 10_000).expect("it tells").is_some());
}

/// The double answers as etcd does: the same statuses, the same names of the same kinds.
#[test]
fn the_double_keeps_the_contract() {
    let Some(real) = Real::start() else { return };
    let texts = [("a/b", "hi"), ("a/c", ""), ("b/d", "x")];
    texts.iter().for_each(|(place, text)| real.put(place, text));
    let own = texts.iter().map(|(place, text)| ((*place).to_owned(), (*text).to_owned())).collect();
    let double = kinds::etcd::made(own).double.expect("it is a server");
    use base64::{Engine, engine::general_purpose::STANDARD};
    let range = |key: &str, end: Option<&str>| {
        let mut body = serde_json::json!({"key": STANDARD.encode(key)});
        if let Some(end) = end {
            body["range_end"] = STANDARD.encode(end).into();
        }
        body.to_string()
    };
    let bodies = [
        range("a/b", None),
        range("a/", Some("a0")),
        range("nothing", None),
        range("a/c", None),
        "{\"key\": 5}".to_owned(),
    ];
    for body in bodies {
        let ask = |address: String| {
            let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
            let mut answer = agent.post(format!("{address}/v3/kv/range")).send(&body).expect("it answers");
            let text = answer.body_mut().read_to_string().expect("it is text");
            (answer.status().as_u16(), shape(&serde_json::from_str(&text).expect("it is JSON")))
        };
        let (status, like) = ask(double.address());
        let (real_status, real_like) = ask(format!("http://127.0.0.1:{}", real.port));
        assert_eq!(status, real_status, "{body}");
        if status == 200 {
            assert_eq!(like, real_like, "{body}");
        }
    }
}

/// The names and kinds of a document, without what stands in it.
fn shape(value: &serde_json::Value) -> String {
    use serde_json::Value;
    match value {
        Value::Object(fields) => {
            let fields: std::collections::BTreeMap<_, _> =
                fields.iter().map(|(name, value)| (name, shape(value))).collect();
            format!("{fields:?}")
        }
        Value::Array(items) => format!("{:?}", items.iter().map(shape).collect::<Vec<_>>()),
        Value::String(_) => "text".to_owned(),
        other => other.to_string(),
    }
}

#[test]
fn a_server_that_answers_without_a_header_is_no_etcd() {
    let double = Double::new(|_| Reply::text(200, "{}"));
    let failure = one(&Etcd::at(double.address().as_str()), "a").expect_err("it is no etcd");
    assert_eq!(failure.fault(), Fault::Malformed);
}
