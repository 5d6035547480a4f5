//! Rights that serve a program, held against what it really asks for.

mod common;

use common::kinds::{KINDS, Texts};
use confident::{Config, SecretString};
use confident_stores::{
    Paths, Store,
    policy::{AwsRights, AwsService, EtcdRights, KubernetesRights, Policy, VaultRights},
};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
#[allow(dead_code)]
struct Shop {
    /// No secret.
    #[config(default = 1)]
    size: u8,
    /// No secret either.
    #[config(default = "x")]
    name: String,
    /// A secret.
    token: SecretString,
    /// Two keys of one place: the user, ..
    #[config(store = "vault:databases/main#user")]
    user: Option<SecretString>,
    /// .. and the password.
    #[config(store = "vault:databases/main#password")]
    password: Option<SecretString>,
    /// A secret of another store.
    #[config(sources("env"))]
    local: Option<SecretString>,
}

fn policy(profile: &str) -> Policy<'_> {
    Policy::new(Shop::manifest(), profile, Paths::default())
}

#[test]
fn vault_grants_each_place_once_and_nothing_else() {
    let text = policy("production").vault(&VaultRights::default()).expect("the profile is a word");
    let head = "# What shop reads in the profile production, and nothing else.\n\
                # Written by `confident policy vault`: write it anew where the configuration changes.\n";
    let own = "\n# user, password\npath \"secret/data/production/databases/main\" {\n  capabilities = [\"read\"]\n}\n";
    let token = "\n# token\npath \"secret/data/shop/production/token\" {\n  capabilities = [\"read\"]\n}\n";
    assert_eq!(text, format!("{head}{own}{token}"));
    let mut rights = VaultRights::default();
    (rights.mount, rights.is_v1) = ("team/kv/".to_owned(), true);
    let text = policy("production").vault(&rights).expect("the profile is a word");
    assert!(text.contains("path \"team/kv/shop/production/token\" {"), "{text}");
}

#[test]
fn no_profile_gets_what_another_has() {
    let staging = policy("staging").vault(&VaultRights::default()).expect("the profile is a word");
    assert!(!staging.contains("production"), "{staging}");
    for profile in ["../production", "*", "+", "staging/*", "a b", "", "\"", "production\n"] {
        let policy = policy(profile);
        assert!(policy.vault(&VaultRights::default()).is_err(), "{profile:?}");
        assert!(policy.aws(&AwsRights::new("eu-central-1", "1")).is_err(), "{profile:?}");
        assert!(policy.kubernetes(&KubernetesRights::new("shop")).is_err(), "{profile:?}");
        assert!(policy.etcd(&EtcdRights::default()).is_err(), "{profile:?}");
    }
}

#[test]
fn aws_grants_by_name_and_the_key_only_through_the_service() {
    let mut rights = AwsRights::new("eu-central-1", "123456789012");
    rights.key = Some("arn:aws:kms:eu-central-1:123456789012:key/k".to_owned());
    let text = policy("production").aws(&rights).expect("the profile is a word");
    let json: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    let [read, batch, decrypt] = json["Statement"].as_array().map(Vec::as_slice).expect("it is a list")
    else {
        panic!("{text}")
    };
    let token = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/production/token-??????";
    assert_eq!(read["Resource"], serde_json::json!([token]));
    assert_eq!(batch["Action"], "secretsmanager:BatchGetSecretValue");
    assert_eq!(decrypt["Condition"]["StringLike"]["kms:ViaService"], "secretsmanager.eu-central-1.*");
    rights.service = AwsService::ParameterStore;
    rights.key = None;
    rights.region = "cn-north-1".to_owned();
    let text = policy("production").aws(&rights).expect("the profile is a word");
    assert!(
        text.contains("\"arn:aws-cn:ssm:cn-north-1:123456789012:parameter/shop/production/token\""),
        "{text}"
    );
}

#[test]
fn what_is_written_is_the_same_every_time() {
    let once = policy("production").aws(&AwsRights::new("eu-central-1", "1")).expect("the profile is a word");
    let again =
        policy("production").aws(&AwsRights::new("eu-central-1", "1")).expect("the profile is a word");
    assert_eq!(once, again);
    assert!(
        once.starts_with("{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [\n    {\n      \"Sid\":"),
        "{once}"
    );
}

#[test]
fn kubernetes_grants_one_secret_and_only_to_get_it() {
    let text =
        policy("production").kubernetes(&KubernetesRights::new("prod")).expect("the profile is a word");
    assert!(text.contains("resourceNames: [\"shop-secrets\"]\n    verbs: [\"get\"]"), "{text}");
    assert_eq!(text.matches("verbs").count(), 1);
}

#[test]
fn etcd_grants_the_folder_of_what_is_no_secret() {
    let text = policy("production").etcd(&EtcdRights::default()).expect("the profile is a word");
    assert!(
        text.ends_with(
            "\netcdctl role grant-permission shop-production read --prefix=true shop/production/\n"
        ),
        "{text}"
    );
    let mut rights = EtcdRights::default();
    rights.fleet = Some("confident/fleet/".to_owned());
    let text = policy("production").etcd(&rights).expect("the profile is a word");
    assert!(
        text.ends_with(
            "\netcdctl role grant-permission shop-production write --prefix=true confident/fleet/shop/production/\n"
        ),
        "{text}"
    );
}

/// The texts that the keys of the program are at, in production.
fn texts() -> Texts {
    let object = r#"{"user": "u", "password": "p"}"#;
    let texts = [("shop/production/token", "hunter2"), ("production/databases/main", object)];
    texts.map(|(place, text)| (place.to_owned(), text.to_owned())).into()
}

/// What a policy of Vault lets be read.
fn granted(policy: &str) -> Vec<String> {
    let path = |line: &str| Some(line.strip_prefix("path \"")?.split('"').next()?.to_owned());
    policy.lines().filter_map(path).collect()
}

#[cfg(feature = "vault")]
#[test]
fn a_program_asks_a_vault_for_all_that_it_is_granted_and_for_nothing_else() {
    let vaults = KINDS.iter().filter(|kind| kind.name == "vault");
    for (kind, (mount, is_v1)) in vaults.zip([("kv/own", true), ("secret", false)]) {
        let made = (kind.make)(texts());
        let double = made.double.expect("it is a server");
        let source = made.store.source();
        // Which of the values are there does not matter: all are asked for.
        let _ = Shop::loader().profile("production").source(source).load();
        let mut rights = VaultRights::default();
        (rights.mount, rights.is_v1) = (mount.to_owned(), is_v1);
        let policy = policy("production").vault(&rights).expect("the profile is a word");
        let granted = granted(&policy);
        let asked: Vec<String> = double
            .asked()
            .iter()
            .filter(|asked| asked.method == "GET")
            .filter_map(|asked| Some(asked.path().strip_prefix("/v1/")?.to_owned()))
            // Of its own token, and of mounts that it may read in, everybody may know.
            .filter(|path| !path.starts_with("sys/internal/ui/mounts/") && !path.starts_with("auth/token/"))
            .collect();
        let not_granted: Vec<_> = asked.iter().filter(|path| !granted.contains(path)).collect();
        let not_asked: Vec<_> = granted.iter().filter(|path| !asked.contains(path)).collect();
        assert!(not_granted.is_empty() && not_asked.is_empty(), "{not_granted:?} {not_asked:?}\n{policy}");
        assert_eq!(granted.len(), 2);
    }
}

#[cfg(feature = "etcd")]
#[test]
fn a_program_asks_an_etcd_for_the_folder_that_it_is_granted() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let kind = KINDS.iter().find(|kind| kind.name == "etcd").expect("it is there");
    let made = (kind.make)(texts());
    let double = made.double.expect("it is a server");
    let _ = Shop::loader().profile("production").source(made.store.source()).load();
    let policy = policy("production").etcd(&EtcdRights::default()).expect("the profile is a word");
    let [asked] = &double.asked()[..] else { panic!("{:?}", double.asked()) };
    let first = STANDARD.decode(asked.json()["key"].as_str().expect("it is text")).expect("it is base64");
    let first = String::from_utf8(first).expect("it is UTF-8");
    assert!(policy.ends_with(&format!("read --prefix=true {first}\n")), "{first}\n{policy}");
}
