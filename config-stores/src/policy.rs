//! The smallest rights that serve a program in one profile, in the language of each store.
//!
//! They are made of the manifest alone, so they need no program that runs and no store: what a program asks for
//! ([`Paths`]) is what it is granted. Keys on one place are one right.
//!
//! # Example
//! ```
//! use confident::{Config, SecretString};
//! use confident_stores::{Paths, policy::{Policy, VaultRights}};
//!
//! /// The payments service.
//! #[derive(Config)]
//! #[config(app = "payments")]
//! struct Settings {
//!     /// Token of the bank.
//!     bank_token: SecretString,
//! }
//!
//! let policy = Policy::new(Settings::manifest(), "production", Paths::default());
//! let rights = policy.vault(&VaultRights::default())?;
//! assert!(rights.contains("path \"secret/data/payments/production/bank_token\" {\n  capabilities = [\"read\"]\n}"));
//! # Ok::<_, confident_stores::BadPaths>(())
//! ```

use std::{
    collections::BTreeMap,
    fmt::{self, Write},
};

use confident_core::Manifest;
use serde::Serialize;
use serde_json::json;

use crate::{BadPaths, Holds, Paths, Place, paths::common_folder};

/// The rights of a program in one profile.
#[derive(Clone, Debug)]
pub struct Policy<'m> {
    manifest: &'m Manifest,
    profile: &'m str,
    paths: Paths,
}

/// How a Vault is set up.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct VaultRights {
    /// The mount of key-value pairs.
    pub mount: String,
    /// Whether that mount is of version 1.
    pub is_v1: bool,
    /// The mounts that make credentials: places that begin with one are read there.
    pub dynamic: Vec<String>,
}

/// What a program does in an etcd besides reading its settings.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct EtcdRights {
    /// Under which prefix its instances publish their state, where they do, such as `confident/fleet/`.
    pub fleet: Option<String>,
}

/// Which service of AWS has the values, and where.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AwsRights {
    /// The region.
    pub region: String,
    /// The number of the account; `*` for all.
    pub account: String,
    /// The service.
    pub service: AwsService,
    /// The key of KMS that the values are encrypted by, where it is one of the account's own.
    pub key: Option<String>,
}

/// A service of AWS that has values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AwsService {
    /// Secrets Manager.
    SecretsManager,
    /// The Parameter Store of Systems Manager.
    ParameterStore,
}

/// Who reads in a cluster of Kubernetes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct KubernetesRights {
    /// The namespace.
    pub namespace: String,
    /// The service account that the program runs as; that of the program's name, unless said otherwise.
    pub service_account: Option<String>,
    /// The Secret that has the values; `{app}-secrets`, as the document for Kubernetes names it, unless said otherwise.
    pub secret: Option<String>,
}

impl Default for VaultRights {
    /// The mount `secret`, of version 2.
    fn default() -> Self {
        Self { mount: "secret".to_owned(), is_v1: false, dynamic: Vec::new() }
    }
}

impl AwsRights {
    /// Secrets of Secrets Manager, encrypted by the key of AWS.
    pub fn new(region: impl Into<String>, account: impl Into<String>) -> Self {
        let (region, account) = (region.into(), account.into());
        Self { region, account, service: AwsService::SecretsManager, key: None }
    }
}

impl KubernetesRights {
    /// In this namespace.
    pub fn new(namespace: impl Into<String>) -> Self {
        Self { namespace: namespace.into(), service_account: None, secret: None }
    }
}

impl<'m> Policy<'m> {
    /// The rights of the program with this manifest, in this profile, where its stores have these paths.
    pub fn new(manifest: &'m Manifest, profile: &'m str, paths: Paths) -> Self {
        Self { manifest, profile, paths }
    }

    /// A policy of Vault or OpenBao, in HCL.
    ///
    /// What the policy `default` grants is not in it: that of renewing and looking up a token and its leases.
    ///
    /// # Errors
    /// The paths are not right, or the profile is none that could be a part of one.
    pub fn vault(&self, rights: &VaultRights) -> Result<String, BadPaths> {
        let mut text = self.head("vault");
        let (mount, mut is_dynamic) = (rights.mount.trim_matches('/'), false);
        for (path, keys) in self.places("vault", Holds::Secrets)? {
            let is_made = rights.dynamic.iter().any(|mount| is_under(&path, mount));
            is_dynamic |= is_made;
            let full = match (is_made, rights.is_v1) {
                (true, _) => path,
                (false, true) => format!("{mount}/{path}"),
                (false, false) => format!("{mount}/data/{path}"),
            };
            push(
                &mut text,
                format_args!("\n# {keys}\npath {} {{\n  capabilities = [\"read\"]\n}}\n", json!(full)),
            );
        }
        if is_dynamic {
            let what = "gives its credentials back when it stops";
            let path = "path \"sys/leases/revoke\" {\n  capabilities = [\"update\"]\n}";
            push(&mut text, format_args!("\n# {what}\n{path}\n"));
        }
        Ok(text)
    }

    /// A policy of IAM, in JSON.
    ///
    /// # Errors
    /// The paths are not right, or the profile is none that could be a part of one.
    pub fn aws(&self, rights: &AwsRights) -> Result<String, BadPaths> {
        let AwsRights { region, account, service, key } = rights;
        let kind = match service {
            AwsService::SecretsManager => "aws",
            AwsService::ParameterStore => "aws-ssm",
        };
        let paths = self.places(kind, Holds::Secrets)?;
        let partition = partition(region);
        let arn = |service: &str, path: &str| format!("arn:{partition}:{service}:{region}:{account}:{path}");
        let mut statements = Vec::new();
        let host = match service {
            // AWS puts six characters behind the name of a secret.
            AwsService::SecretsManager => {
                let secrets =
                    paths.keys().map(|path| arn("secretsmanager", &format!("secret:{path}-??????")));
                statements.push(Statement::new("ReadSecrets", "secretsmanager:GetSecretValue", secrets));
                // One request for several: what it may read is what the statement above says.
                let batch = "secretsmanager:BatchGetSecretValue";
                statements.push(Statement::new("ReadSeveralTogether", batch, ["*".to_owned()]));
                "secretsmanager"
            }
            AwsService::ParameterStore => {
                let parameters = paths.keys().map(|path| arn("ssm", &format!("parameter/{path}")));
                statements.push(Statement::new("ReadParameters", "ssm:GetParameters", parameters));
                "ssm"
            }
        };
        if let Some(key) = key {
            let via = format!("{host}.{region}.*");
            let condition = Some(Condition { string_like: ViaService { service: via } });
            statements
                .push(Statement { condition, ..Statement::new("Decrypt", "kms:Decrypt", [key.clone()]) });
        }
        // IAM refuses a statement about nothing.
        if paths.is_empty() {
            statements.clear();
        }
        let document = Document { version: "2012-10-17", statements };
        let text = serde_json::to_string_pretty(&document).expect("it is texts and lists of texts");
        Ok(format!("{text}\n"))
    }

    /// The rights of a service account to read the one Secret that has the values, and no other, in YAML.
    ///
    /// A program that has the Secret mounted, or in its environment, needs none of it: the kubelet reads for it.
    ///
    /// # Errors
    /// The profile is none that could be a part of a path.
    pub fn kubernetes(&self, rights: &KubernetesRights) -> Result<String, BadPaths> {
        // The same is refused as for the places of all stores.
        self.places("directory", Holds::Secrets)?;
        // As the document for Kubernetes names what it makes.
        let app = &self.manifest.app.to_ascii_lowercase().replace('_', "-");
        let secret = rights.secret.clone().unwrap_or_else(|| format!("{app}-secrets"));
        let account = rights.service_account.as_deref().unwrap_or(app.as_str());
        let (secret, account, namespace) = (json!(secret), json!(account), json!(rights.namespace));
        let name = json!(format!("{app}-reads-its-secrets"));
        let mut text = self.head("kubernetes");
        push(
            &mut text,
            format_args!(
                "\
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {name}
  namespace: {namespace}
rules:
  - apiGroups: [\"\"]
    resources: [\"secrets\"]
    resourceNames: [{secret}]
    verbs: [\"get\"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {name}
  namespace: {namespace}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {name}
subjects:
  - kind: ServiceAccount
    name: {account}
    namespace: {namespace}
"
            ),
        );
        Ok(text)
    }

    /// A role of etcd, as the commands that make it.
    ///
    /// # Errors
    /// The paths are not right, or the profile is none that could be a part of one.
    pub fn etcd(&self, rights: &EtcdRights) -> Result<String, BadPaths> {
        let places = self.places("etcd", Holds::Settings)?;
        let paths: Vec<&str> = places.keys().map(String::as_str).collect();
        let role = format!("{}-{}", self.manifest.app, self.profile);
        let mut text = format!("#!/bin/sh\n{}set -e\n", self.head("etcd"));
        push(&mut text, format_args!("etcdctl role add {}\n", quoted(&role)));
        // Several keys are read together: all that is under the folder that they have in common.
        match &paths[..] {
            [] => {}
            [only] => push(
                &mut text,
                format_args!("etcdctl role grant-permission {} read {}\n", quoted(&role), quoted(only)),
            ),
            several => push(
                &mut text,
                format_args!(
                    "etcdctl role grant-permission {} read --prefix=true {}\n",
                    quoted(&role),
                    quoted(common_folder(several))
                ),
            ),
        }
        if let Some(prefix) = &rights.fleet {
            let own = format!("{prefix}{}/{}/", self.manifest.app, self.profile);
            push(&mut text, format_args!("# What its instances say of themselves, which only tools read.\n"));
            push(
                &mut text,
                format_args!(
                    "etcdctl role grant-permission {} write --prefix=true {}\n",
                    quoted(&role),
                    quoted(&own)
                ),
            );
        }
        Ok(text)
    }

    /// The paths of a kind of store, each with the keys that are there.
    fn places(&self, kind: &str, holds: Holds) -> Result<BTreeMap<String, String>, BadPaths> {
        let mut paths = BTreeMap::<String, String>::new();
        for Place { entry, path, .. } in self.paths.places(self.manifest, Some(self.profile), kind, holds)? {
            let keys = paths.entry(path).or_default();
            if !keys.is_empty() {
                keys.push_str(", ");
            }
            keys.push_str(entry.path);
        }
        Ok(paths)
    }

    /// What a file is, and how it is made anew.
    fn head(&self, store: &str) -> String {
        let Self { manifest, profile, .. } = self;
        format!(
            "# What {} reads in the profile {profile}, and nothing else.\n# Written by `confident policy {store}`: write it anew where the configuration changes.\n",
            manifest.app
        )
    }
}

/// A policy of IAM.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    version: &'static str,
    #[serde(rename = "Statement")]
    statements: Vec<Statement>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    sid: &'static str,
    effect: &'static str,
    action: &'static str,
    resource: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    condition: Option<Condition>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Condition {
    string_like: ViaService,
}

#[derive(Serialize)]
struct ViaService {
    #[serde(rename = "kms:ViaService")]
    service: String,
}

impl Statement {
    fn new(sid: &'static str, action: &'static str, resource: impl IntoIterator<Item = String>) -> Self {
        Self { sid, effect: "Allow", action, resource: resource.into_iter().collect(), condition: None }
    }
}

fn push(text: &mut String, what: fmt::Arguments<'_>) {
    text.write_fmt(what).expect("a text takes everything");
}

fn is_under(path: &str, mount: &str) -> bool {
    path.strip_prefix(mount.trim_matches('/')).is_some_and(|rest| rest.starts_with('/'))
}

/// The part of AWS that a region is in, as names of resources have it.
fn partition(region: &str) -> &'static str {
    match region {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        region if region.starts_with("eusc-") => "aws-eusc",
        _ => "aws",
    }
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-');
    if word.bytes().all(is_plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
