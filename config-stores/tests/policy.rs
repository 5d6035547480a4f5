//! Rights that serve a program, held against what it really asks for.

use confident::{Config, SecretString};
use confident_stores::{
    Paths,
    policy::{AwsRights, AwsService, KubernetesRights, Policy, VaultRights},
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
        assert!(policy.etcd().is_err(), "{profile:?}");
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
    let text = policy("production").etcd().expect("the profile is a word");
    assert!(
        text.ends_with(
            "\netcdctl role grant-permission shop-production read --prefix=true shop/production/\n"
        ),
        "{text}"
    );
}
