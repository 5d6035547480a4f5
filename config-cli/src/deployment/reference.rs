//! Texts that refer to a secret instead of being one.

use super::Given;

/// A way in which a text refers to a secret that is kept elsewhere.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Scheme {
    /// How to tell it.
    pub shape: Shape,
    /// What the text refers to. No more of the text is ever shown.
    pub what: &'static str,
    /// What reads it, and where that is documented.
    pub doc: &'static str,
}

/// How a reference is told from other texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Shape {
    /// The text begins with this.
    Prefix(&'static str),
    /// The text is a name of AWS, an ARN, of this service. The partition may be any: `aws`, `aws-cn`.
    Arn(&'static str),
    /// This stands somewhere in the text.
    Within(&'static str),
}

const fn scheme(shape: Shape, what: &'static str, doc: &'static str) -> Scheme {
    Scheme { shape, what, doc }
}

/// The texts that hold a secret though they look like a reference: vals gives back what stands behind these.
const PLAIN: &[&str] = &["ref+echo://", "secretref+echo://"];

/// Every way in which a text refers to a secret.
///
/// # Example
/// ```
/// use confident_cli::deployment::SCHEMES;
///
/// assert!(SCHEMES.iter().any(|scheme| scheme.what.contains("1Password")));
/// ```
pub const SCHEMES: &[Scheme] = &[
    scheme(
        Shape::Prefix("vault:"),
        "a secret of Vault (`vault:`)",
        "the webhook and `vault-env` of bank-vaults: `vault:secret/data/payments#dsn`; also `vault://`",
    ),
    scheme(
        Shape::Prefix(">>vault:"),
        "a secret that is written to Vault (`>>vault:`)",
        "the webhook of bank-vaults, which makes the secret",
    ),
    scheme(
        Shape::Within("${vault:"),
        "a text with a secret of Vault in it (`${vault:..}`)",
        "the webhook of bank-vaults, inside of a text: `postgres://app:${vault:secret/data/db#password}@db`",
    ),
    scheme(
        Shape::Prefix("op://"),
        "an item of 1Password (`op://`)",
        "`op run` and `op inject` of 1Password: `op://vault/item/field`",
    ),
    scheme(
        Shape::Arn("secretsmanager"),
        "a secret of AWS Secrets Manager (`arn:..`)",
        "AWS Secrets Manager, by tools that look an ARN up: `arn:aws:secretsmanager:eu-central-1:1:secret:dsn`",
    ),
    scheme(
        Shape::Arn("ssm"),
        "a parameter of AWS Systems Manager (`arn:..`)",
        "the parameter store of AWS, by tools that look an ARN up: `arn:aws:ssm:eu-central-1:1:parameter/dsn`",
    ),
    scheme(
        Shape::Prefix("ref+"),
        "a reference of vals (`ref+..://`)",
        "`vals` and helmfile: `ref+vault://secret/payments#/dsn`; but `ref+echo://` holds the value itself",
    ),
    scheme(
        Shape::Prefix("secretref+"),
        "a reference of vals (`secretref+..://`)",
        "`vals` and helmfile, for values that are not to be shown",
    ),
    scheme(
        Shape::Prefix("secret://"),
        "a secret of a store (`secret://`)",
        "tools that look secrets up by such an address",
    ),
    scheme(
        Shape::Prefix("gcp:secretmanager:"),
        "a secret of Google Secret Manager (`gcp:secretmanager:`)",
        "`secret-init` of bank-vaults: `gcp:secretmanager:projects/1/secrets/dsn`",
    ),
    scheme(
        Shape::Prefix("berglas://"),
        "a secret of berglas (`berglas://`)",
        "`berglas exec` of Google: `berglas://bucket/dsn`",
    ),
    scheme(
        Shape::Prefix("sm://"),
        "a secret of Google Secret Manager (`sm://`)",
        "`berglas exec` of Google and Spring Cloud: `sm://project/dsn`",
    ),
    scheme(
        Shape::Prefix("ENC["),
        "a value that is encrypted in the file (`ENC[..]`)",
        "sops, `ENC[AES256_GCM,data:..]`, and eyaml, `ENC[PKCS7,..]`",
    ),
];

impl Scheme {
    /// Whether the text is such a reference.
    ///
    /// # Example
    /// ```
    /// use confident_cli::deployment::SCHEMES;
    ///
    /// let refers = |text: &str| SCHEMES.iter().any(|scheme| scheme.is_that_of(text));
    /// assert!(refers("ref+vault://secret/payments#/dsn"));
    /// assert!(!refers("ref+echo://hunter2") && !refers("postgres://db"));
    /// ```
    pub fn is_that_of(&self, text: &str) -> bool {
        match self.shape {
            Shape::Prefix(prefix) => {
                text.starts_with(prefix)
                    && text.len() > prefix.len()
                    && !PLAIN.iter().any(|plain| text.starts_with(plain))
            }
            Shape::Within(part) => text.contains(part),
            Shape::Arn(service) => {
                let mut parts = text.splitn(4, ':');
                parts.next() == Some("arn")
                    && parts.next().is_some_and(|partition| partition.starts_with("aws"))
                    && parts.next() == Some(service)
                    && parts.next().is_some()
            }
        }
    }
}

/// A text as a value: a reference where it is one.
pub(super) fn given(text: String) -> Given {
    match SCHEMES.iter().find(|scheme| scheme.is_that_of(&text)) {
        Some(scheme) => Given::Reference(scheme.what.to_owned()),
        None => Given::Text(text),
    }
}
