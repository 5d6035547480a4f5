//! The view says what the manifest says, in words.

mod common;

use common::Payments;
use confident::Config;
use confident_docs::{
    View,
    view::{Cell, KeyRef, KeyView, Literal, Need, Shape},
};

fn view() -> View {
    View::of(Payments::manifest())
}

fn key(path: &str) -> KeyView {
    view().key(path).unwrap_or_else(|| panic!("no key {path}")).clone()
}

fn variables(keys: &[KeyRef]) -> Vec<&str> {
    keys.iter().map(|key| &*key.variable).collect()
}

#[test]
fn documentation_is_a_sentence_and_the_rest() {
    let doc = view().doc;
    assert_eq!(doc.summary, "The payments service.");
    assert_eq!(
        doc.rest,
        ["It takes money, and gives some of it back.", "Ask `team-payments` before you change it."]
    );
}

#[test]
fn groups_stand_in_the_order_of_the_source_with_their_own_keys() {
    let view = view();
    let groups: Vec<_> = view
        .groups
        .iter()
        .map(|group| (&*group.path, &*group.title, group.shape, group.keys.len(), group.is_flat))
        .collect();
    assert_eq!(
        groups,
        [
            ("", "payments", Shape::One, 14, false),
            ("pool", "Pool", Shape::One, 2, false),
            ("mail", "Mail", Shape::Optional, 3, false),
            ("storage", "Storage", Shape::One, 1, false),
            ("storage.s3", "S3", Shape::One, 1, false),
            ("banks.{n}", "Banks", Shape::List, 2, false),
            ("upstreams.{name}", "Upstreams", Shape::Map, 1, false),
            ("", "Features", Shape::One, 1, true),
        ]
    );
    let s3 = &view.groups[4];
    let chosen = s3.chosen_by.as_ref().expect("a variant is chosen");
    assert_eq!((&*chosen.key.variable, &*chosen.word), ("PAYMENTS_STORAGE", "s3"));
    assert_eq!(s3.parent.as_deref(), Some(&*view.groups[3].anchor));
}

#[test]
fn a_key_has_its_names_and_its_type() {
    let url = key("database_url");
    assert_eq!(url.variable, "PAYMENTS_DATABASE_URL");
    assert_eq!(url.file_variable.as_deref(), Some("PAYMENTS_DATABASE_URL_FILE"));
    assert_eq!(url.old_names[0].variable, "LEDGER_URL");
    assert_eq!(url.old_names[0].file_variable.as_deref(), Some("LEDGER_URL_FILE"));
    assert_eq!((&*url.kind.name, url.kind.literal), ("text", Literal::Text));
    assert_eq!(key("banks.{n}.token").variable, "PAYMENTS_BANKS_{n}_TOKEN");
    assert_eq!(key("limits").kind.name, "map of u32");
    let words: Vec<_> =
        key("log_level").words.iter().map(|word| (word.text.clone(), word.doc.summary.clone())).collect();
    assert_eq!(
        words,
        [("info".into(), "What an operator wants to know.".into()), ("debug".into(), "Everything.".into())]
    );
}

#[test]
fn constraints_are_words() {
    let words = |path: &str| {
        let constraints = key(path).constraints;
        constraints
            .iter()
            .map(|found| format!("{} {}", found.words, found.code.join("/")))
            .collect::<Vec<_>>()
    };
    assert_eq!(words("request_timeout"), ["from 1s to 5m "]);
    assert_eq!(words("region"), ["4 to 32 characters ", "matches the pattern ^[a-z|]+-[a-z]+-[0-9]$"]);
    assert_eq!(words("currencies"), ["1 to 2 items ", "each item one of EUR/CHF"]);
    assert_eq!(words("mail.host"), ["a host name such as db.internal "]);
}

#[test]
fn samples_are_valid_and_secrets_have_none() {
    assert_eq!(key("region").sample.as_deref(), Some("eu-west-1"));
    assert_eq!(key("currencies").sample.as_deref(), Some("EUR"));
    assert_eq!(key("mail.host").sample.as_deref(), Some("example.com"));
    assert_eq!(key("listen").sample.as_deref(), Some("127.0.0.1:8080"));
    for key in view().keys().filter(|key| key.is_secret) {
        assert!(key.sample.is_none() && key.example.is_none() && key.default.is_none(), "{}", key.path);
    }
}

#[test]
fn a_place_in_a_store_is_told_where_there_is_one() {
    let signing = key("signing_key");
    assert_eq!(signing.store.as_deref(), Some("vault:{app}/{profile}/receipts#signing-key"));
    assert_eq!(signing.max_stale.as_deref(), Some("10m"));
    let other = key("database_url");
    assert_eq!((other.store, other.max_stale), (None, None));
    let rows = view().secrets.into_iter().filter_map(|row| Some((row.key.path, row.store?)));
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [("signing_key".into(), "vault:{app}/{profile}/receipts#signing-key".into())]
    );
}

#[test]
fn presence_is_told_in_words() {
    let presence = |path: &str| (key(path).presence.need, key(path).presence.words);
    assert_eq!(presence("region"), (Need::Required, "required".into()));
    assert_eq!(presence("listen"), (Need::Default, "has a default".into()));
    assert_eq!(
        presence("signing_key"),
        (Need::Optional, "optional; required in `production`; must not be set in `development`".into())
    );
    assert_eq!(presence("mail.host"), (Need::Conditional, "required when any key of `mail` is set".into()));
    assert_eq!(
        presence("storage.s3.bucket"),
        (Need::Conditional, "required when `PAYMENTS_STORAGE` is `s3`".into())
    );
    assert_eq!(
        presence("banks.{n}.name"),
        (Need::Conditional, "required when `banks` has an element".into())
    );
}

#[test]
fn the_tables_read_across_keys() {
    let view = view();
    assert_eq!(
        variables(&view.boot.always),
        ["PAYMENTS_DATABASE_URL", "PAYMENTS_REGION", "PAYMENTS_CURRENCIES", "PAYMENTS_STORAGE"]
    );
    assert_eq!(view.boot.in_profiles[0].profile, "production");
    assert_eq!(variables(&view.boot.in_profiles[0].keys), ["PAYMENTS_SIGNING_KEY"]);
    assert_eq!(variables(&view.boot.when[0].keys), ["PAYMENTS_MAIL_HOST", "PAYMENTS_MAIL_PASSWORD"]);
    assert!(view.boot.rules.is_empty());
    let secrets: Vec<_> = view.secrets.iter().map(|secret| &*secret.key.path).collect();
    assert_eq!(secrets, ["database_url", "signing_key", "mail.password", "banks.{n}.token"]);
    assert_eq!(view.profiles, ["development", "staging", "production"]);
    let signing = view.environments.iter().find(|row| row.key.path == "signing_key").expect("it is a key");
    assert_eq!(signing.cells, [Cell::Forbidden, Cell::Optional, Cell::Required]);
    assert!(signing.differs);
    assert_eq!(variables(&view.restarts.live), ["PAYMENTS_REQUEST_TIMEOUT", "PAYMENTS_AT_NIGHT"]);
    assert_eq!(view.restarts.live.len() + view.restarts.fixed.len(), view.keys().count());
}

#[test]
fn rules_know_their_keys_and_keys_their_rules() {
    let view = view();
    let rules: Vec<_> = view.rules.iter().map(|rule| (&*rule.message, rule.by_application_only)).collect();
    assert_eq!(
        rules,
        [
            ("the pool cannot keep more connections than it may open", false),
            ("receipts need mail", false),
            ("only regions of Europe", true),
            ("the certificate belongs to the key", true),
        ]
    );
    assert_eq!(view.rules[0].operands[1].key.as_ref().map(|key| &*key.path), Some("pool.max"));
    assert_eq!(view.rules[1].operands[0].group_path.as_deref(), Some("mail"));
    assert_eq!(key("pool.max").rules[0].anchor, "rule-1");
    assert_eq!(view.groups[0].rules.len(), 4);
}

#[test]
fn a_deprecated_key_names_what_takes_its_place() {
    let deprecated = key("host_token").deprecated.expect("it is deprecated");
    assert_eq!(deprecated.replaced_by.map(|key| key.variable).as_deref(), Some("PAYMENTS_REGION"));
    assert_eq!(deprecated.remove_in.as_deref(), Some("99.0"));
}

#[test]
fn anchors_are_unique_and_the_view_is_the_same_each_time() {
    let view = view();
    let mut anchors: Vec<_> = view.keys().map(|key| &key.anchor).collect();
    anchors.extend(view.groups.iter().map(|group| &group.anchor));
    anchors.extend(view.types.iter().map(|found| &found.anchor));
    anchors.extend(view.rules.iter().map(|rule| &rule.anchor));
    let count = anchors.len();
    anchors.sort();
    anchors.dedup();
    assert_eq!(anchors.len(), count);
    let json = |view: &View| serde_json::to_string(view).expect("it is data");
    assert_eq!(json(&view), json(&self::view()));
}
