//! The stores, each with texts in it.

use std::{any::Any, time::Duration};

use confident_stores::{Connection, Fault, Store};

use super::double::{Double, Reply, Trouble};

/// Texts by place.
pub(crate) type Texts = Vec<(String, String)>;

/// A way to make a store of texts by place.
pub(crate) struct Kind {
    /// What `sources(..)` calls it.
    pub(crate) name: &'static str,
    pub(crate) make: fn(Texts) -> Made,
    /// How many requests it makes before it asks for a value: to log in.
    pub(crate) logins: usize,
    /// What this store alone answers where something is wrong.
    pub(crate) troubles: fn() -> Vec<(&'static str, Trouble, Fault)>,
}

impl Kind {
    /// How the store says that a place is denied, or that there is nothing.
    pub(crate) fn no(&self, status: u16) -> Reply {
        let troubles = (self.troubles)();
        let wanted = if status == 403 { Fault::Denied } else { Fault::Absent };
        let own = troubles.into_iter().find_map(|(_, trouble, fault)| match trouble {
            Trouble::Instead(reply) if fault == wanted => Some(reply),
            _ => None,
        });
        own.unwrap_or_else(|| Reply::text(status, "{}"))
    }
}

/// A store that was made.
pub(crate) struct Made {
    pub(crate) store: Box<dyn Store>,
    /// What it asks, where that is a server.
    pub(crate) double: Option<Double>,
    /// What must stay as long as the store.
    #[allow(dead_code)]
    pub(crate) folder: Option<Box<dyn Any>>,
}

/// How long a test waits for a store.
pub(crate) const PATIENCE: Duration = Duration::from_millis(700);

pub(crate) fn connection(double: &Double) -> Connection {
    Connection::to(double.address()).timeout(PATIENCE)
}

pub(crate) const KINDS: &[Kind] = &[
    #[cfg(feature = "age")]
    Kind { name: "age", make: age::made, logins: 0, troubles: Vec::new },
    #[cfg(feature = "aws")]
    Kind { name: "aws", make: aws::secrets, logins: 0, troubles: aws::troubles },
    #[cfg(feature = "aws")]
    Kind { name: "aws-ssm", make: aws::parameters, logins: 0, troubles: aws::troubles },
    #[cfg(feature = "etcd")]
    Kind { name: "etcd", make: etcd::made, logins: 0, troubles: etcd::troubles },
    #[cfg(all(feature = "command", unix))]
    Kind { name: "command", make: command::made, logins: 0, troubles: Vec::new },
    #[cfg(feature = "vault")]
    Kind { name: "vault", make: vault::version_1, logins: 2, troubles: vault::troubles },
    #[cfg(feature = "vault")]
    Kind { name: "vault", make: vault::version_2, logins: 2, troubles: vault::troubles },
];

/// A file for each text; the command prints one.
#[cfg(all(feature = "command", unix))]
pub(crate) mod command {
    use confident_stores::Command;

    use super::*;

    pub(crate) fn made(texts: Texts) -> Made {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for (place, text) in &texts {
            let file = folder.path().join(place);
            std::fs::create_dir_all(file.parent().expect("a place is in a folder")).expect("it can be made");
            std::fs::write(file, text).expect("it can be written");
        }
        let file = format!("{}/{{place}}", folder.path().display());
        // `cat` ends with 1 where the file is not there.
        let store = Box::new(Command::new("cat", [file]).absent(1));
        Made { store, double: None, folder: Some(Box::new(folder)) }
    }
}

#[cfg(feature = "age")]
pub(crate) mod age {
    use confident_stores::{AgeEdit, AgeFile, Identity};

    use super::*;

    pub(crate) fn made(texts: Texts) -> Made {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let identity = Identity::text(Identity::generate());
        let recipients = identity.recipients().expect("it has one");
        let path = folder.path().join("secrets.production.age");
        let mut edit = AgeEdit::create(path, recipients).expect("there is no file yet");
        for (place, text) in texts {
            edit.set(&place, text.into()).expect("it is a place");
        }
        edit.save().expect("it can be written");
        let path = folder.path().join("secrets.{profile}.age");
        let store = AgeFile::at(path.to_str().expect("it is UTF-8")).identity(identity);
        Made { store: Box::new(store), double: None, folder: Some(Box::new(folder)) }
    }
}

#[cfg(feature = "etcd")]
pub(crate) mod etcd {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use confident_stores::Etcd;
    use serde_json::json;

    use super::{super::double::Asked, *};

    pub(crate) fn made(texts: Texts) -> Made {
        let double = Double::new(move |asked| answer(&texts, asked));
        let store = Box::new(Etcd::at(connection(&double)));
        Made { store, double: Some(double), folder: None }
    }

    /// As etcd 3.5 answers by its gateway: numbers are texts, and what is 0 or empty is left out.
    fn answer(texts: &Texts, asked: &Asked) -> Reply {
        let decoded = |name: &str| {
            let text = asked.json()[name].as_str().map(|text| STANDARD.decode(text).expect("it is base64"));
            text.map(|bytes| String::from_utf8(bytes).expect("it is UTF-8"))
        };
        let Some(first) = decoded("key") else { return Reply::json(json!({"error": "bad"})).status(400) };
        let is_in = |place: &str| match decoded("range_end") {
            None => place == first,
            Some(end) => first.as_str() <= place && place < end.as_str(),
        };
        let found = texts.iter().filter(|(place, _)| is_in(place)).map(|(place, text)| {
            let (key, value) = (STANDARD.encode(place), STANDARD.encode(text));
            let mut found = json!({"key": key, "create_revision": "3", "mod_revision": "7", "version": "2"});
            if !text.is_empty() {
                found["value"] = value.into();
            }
            found
        });
        let found: Vec<_> = found.collect();
        let header = json!({"cluster_id": "1", "member_id": "2", "revision": "9", "raft_term": "2"});
        Reply::json(match found.len() {
            0 => json!({"header": header}),
            count => json!({"header": header, "kvs": found, "count": count.to_string()}),
        })
    }

    pub(crate) fn troubles() -> Vec<(&'static str, Trouble, Fault)> {
        let denied = json!({"error": "etcdserver: permission denied", "code": 7});
        vec![("no permission", Trouble::Instead(Reply::json(denied).status(403)), Fault::Denied)]
    }
}

/// AWS by its documents: most errors are 400, and the name of one says what it is. It does not look whether a signature
/// is right, only whether there is one of the right shape; the real programs of the tests do.
#[cfg(feature = "aws")]
pub(crate) mod aws {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use confident_stores::{Credentials, ParameterStore, SecretsManager};
    use serde_json::{Value, json};

    use super::{super::double::Asked, *};

    pub(crate) const REGION: &str = "eu-central-1";
    pub(crate) const KEY_ID: &str = "AKIDOFTHETESTS";

    pub(crate) fn credentials() -> Credentials {
        Credentials::fixed(KEY_ID, "the key of the tests".into())
    }

    pub(crate) fn secrets(texts: Texts) -> Made {
        let double = Double::new(move |asked| secrets_manager(&texts, asked));
        let store =
            SecretsManager::in_region(REGION).credentials(credentials()).endpoint(connection(&double));
        Made { store: Box::new(store), double: Some(double), folder: None }
    }

    pub(crate) fn parameters(texts: Texts) -> Made {
        let double = Double::new(move |asked| parameter_store(&texts, asked));
        let store =
            ParameterStore::in_region(REGION).credentials(credentials()).endpoint(connection(&double));
        Made { store: Box::new(store), double: Some(double), folder: None }
    }

    /// What is wrong with the signature of a request, seen from far.
    pub(crate) fn unsigned(asked: &Asked, service: &str) -> Option<Reply> {
        let Some(header) = asked.header("authorization") else {
            return Some(error("MissingAuthenticationTokenException", "Missing Authentication Token"));
        };
        let date = asked.header("x-amz-date").unwrap_or_default();
        let day = date.get(..8).unwrap_or_default();
        let part = |name: &str| {
            let parts = header.strip_prefix("AWS4-HMAC-SHA256 ")?.split(", ");
            parts.filter_map(|part| part.strip_prefix(name)).next()
        };
        let scope = format!("/{day}/{REGION}/{service}/aws4_request");
        let names: Vec<&str> = part("SignedHeaders=").unwrap_or_default().split(';').collect();
        let must = ["content-type", "host", "x-amz-date", "x-amz-target"];
        let is_hex = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_good = part("Credential=").is_some_and(|text| text.ends_with(&scope))
            && must.iter().all(|name| names.contains(name))
            && names.iter().all(|name| asked.header(name).is_some())
            && asked.headers.iter().all(|(name, _)| {
                let name = name.to_ascii_lowercase();
                !name.starts_with("x-amz-") || names.contains(&name.as_str())
            })
            && part("Signature=").is_some_and(is_hex);
        (!is_good).then(|| error("IncompleteSignatureException", "the signature is not whole"))
    }

    pub(crate) fn error(name: &str, message: &str) -> Reply {
        good(json!({"__type": name, "message": message})).status(400)
    }

    pub(crate) fn good(value: Value) -> Reply {
        Reply::json(value).header("Content-Type", "application/x-amz-json-1.1")
    }

    pub(crate) fn secret(place: &str, text: &str) -> Value {
        json!({
            "ARN": format!("arn:aws:secretsmanager:{REGION}:123456789012:secret:{place}-a1B2c3"),
            "Name": place,
            "VersionId": "5d7c1a2a-0f3c-4f8e-9d4b-2f0f7f8f4c11",
            "VersionStages": ["AWSCURRENT"],
            "CreatedDate": 1_795_000_000.25,
            "SecretString": text,
        })
    }

    const NO_SECRET: &str = "Secrets Manager can't find the specified secret.";

    fn secrets_manager(texts: &Texts, asked: &Asked) -> Reply {
        if let Some(reply) = unsigned(asked, "secretsmanager") {
            return reply;
        }
        let body = asked.json();
        let found = |place: &str| texts.iter().find(|(known, _)| known == place);
        match asked.header("x-amz-target").unwrap_or_default() {
            "secretsmanager.GetSecretValue" => {
                if !matches!(body["VersionStage"].as_str(), None | Some("AWSCURRENT")) {
                    return error("ResourceNotFoundException", NO_SECRET);
                }
                match found(body["SecretId"].as_str().unwrap_or_default()) {
                    Some((place, text)) => good(secret(place, text)),
                    None => error("ResourceNotFoundException", NO_SECRET),
                }
            }
            "secretsmanager.BatchGetSecretValue" => {
                let list = body["SecretIdList"].as_array().cloned().unwrap_or_default();
                if list.is_empty() || list.len() > 20 {
                    return error("ValidationException", "too many, or too few");
                }
                let (mut values, mut errors) = (Vec::new(), Vec::new());
                for place in list.iter().filter_map(Value::as_str) {
                    match found(place) {
                        Some((place, text)) => values.push(secret(place, text)),
                        None => errors.push(json!({
                            "SecretId": place,
                            "ErrorCode": "ResourceNotFoundException",
                            "Message": NO_SECRET,
                        })),
                    }
                }
                good(json!({"SecretValues": values, "Errors": errors}))
            }
            _ => error("UnknownOperationException", "no such operation"),
        }
    }

    fn parameter_store(texts: &Texts, asked: &Asked) -> Reply {
        if let Some(reply) = unsigned(asked, "ssm") {
            return reply;
        }
        if asked.header("x-amz-target") != Some("AmazonSSM.GetParameters") {
            return error("UnknownOperationException", "no such operation");
        }
        let body = asked.json();
        let names = body["Names"].as_array().cloned().unwrap_or_default();
        let is_decrypted = body["WithDecryption"] == true;
        if names.is_empty() || names.len() > 10 {
            return error("ValidationException", "too many, or too few");
        }
        let (mut parameters, mut invalid) = (Vec::new(), Vec::new());
        for name in names.iter().filter_map(Value::as_str) {
            match texts.iter().find(|(place, _)| name == format!("/{place}")) {
                Some((_, text)) => parameters.push(json!({
                    "Name": name,
                    "Type": "SecureString",
                    "Value": if is_decrypted { text.clone() } else { STANDARD.encode("cipher") },
                    "Version": 7,
                    "LastModifiedDate": 1_795_000_000.25,
                    "ARN": format!("arn:aws:ssm:{REGION}:123456789012:parameter{name}"),
                    "DataType": "text",
                })),
                None => invalid.push(name),
            }
        }
        good(json!({"Parameters": parameters, "InvalidParameters": invalid}))
    }

    /// The names of errors that AWS has for all its services, and for these two.
    pub(crate) fn troubles() -> Vec<(&'static str, Trouble, Fault)> {
        let quoting = "not with hunter2-TOPSECRET";
        let named = |name: &'static str, fault| (name, Trouble::Instead(error(name, quoting)), fault);
        vec![
            named("AccessDeniedException", Fault::Denied),
            named("DecryptionFailure", Fault::Denied),
            named("InvalidKeyId", Fault::Denied),
            named("ThrottlingException", Fault::Busy),
            named("InternalServiceError", Fault::Unavailable),
            named("InternalServerError", Fault::Unavailable),
            named("ServiceUnavailable", Fault::Unavailable),
            named("ExpiredTokenException", Fault::Unauthenticated),
            named("UnrecognizedClientException", Fault::Unauthenticated),
            named("InvalidSignatureException", Fault::Unauthenticated),
            named("IncompleteSignature", Fault::Unauthenticated),
            named("MissingAuthenticationTokenException", Fault::Unauthenticated),
            named("ValidationException", Fault::Refused),
            named("com.amazonaws.ssm#AccessDeniedException:http://amazon.example/", Fault::Denied),
            ("an unknown one", Trouble::Instead(error("hunter2-TOPSECRET", quoting)), Fault::Refused),
            (
                "marked for deletion",
                Trouble::Instead(error(
                    "InvalidRequestException",
                    "You can't perform this operation on the secret because it was marked for deletion.",
                )),
                Fault::Deleted,
            ),
            (
                "another state of the secret",
                Trouble::Instead(error("InvalidRequestException", quoting)),
                Fault::Refused,
            ),
            (
                "the buckets of S3",
                Trouble::Instead(
                    Reply::text(200, "<?xml version=\"1.0\"?><ListAllMyBucketsResult/>")
                        .header("Content-Type", "application/xml"),
                ),
                Fault::Malformed,
            ),
            (
                "an error in XML",
                Trouble::Instead(
                    Reply::text(403, "<ErrorResponse><Errors><Error><Code>InvalidClientTokenId</Code><Message>hunter2-TOPSECRET</Message></Error></Errors></ErrorResponse>")
                        .header("Content-Type", "text/html"),
                ),
                Fault::Unauthenticated,
            ),
            (
                "an error in XML, with its name in a header",
                Trouble::Instead(
                    Reply::text(403, "<ErrorResponse/>")
                        .header("Content-Type", "application/xml")
                        .header("x-amzn-ErrorType", "SignatureDoesNotMatch"),
                ),
                Fault::Unauthenticated,
            ),
        ]
    }
}

#[cfg(feature = "vault")]
pub(crate) mod vault {
    use confident_stores::{AppRole, Vault};
    use serde_json::{Value, json};

    use super::{
        super::vault::{Grant, Mount, ROOT, VaultDouble, Version},
        *,
    };

    /// As people write it: a key alone in the field `value`, those of one place as its fields.
    fn fields(place: &str, text: &str) -> Value {
        let is_for_all = place.split('/').count() == 2;
        let object = serde_json::from_str(text).ok().filter(|value: &Value| is_for_all && value.is_object());
        object.unwrap_or_else(|| json!({ "value": text }))
    }

    /// A mount of version 1, and a role that logs in.
    pub(crate) fn version_1(texts: Texts) -> Made {
        let server = VaultDouble::new();
        let values = texts.into_iter().map(|(place, text)| (fields(&place, &text), place));
        server.mount("kv/own", Mount::V1(values.map(|(fields, place)| (place, fields)).collect()));
        server.app_role(100, Grant { ttl: 3600, is_renewable: true, ..Grant::default() });
        let role = AppRole::new("role-TOPSECRET", "secret-id-TOPSECRET".into());
        let store = Box::new(Vault::at(server.connection()).mount("kv/own").app_role(role));
        Made { store, double: Some(server.double), folder: None }
    }

    /// A mount of version 2, and a token.
    pub(crate) fn version_2(texts: Texts) -> Made {
        let server = VaultDouble::new();
        let values = texts.into_iter().map(|(place, text)| (vec![Version::of(fields(&place, &text))], place));
        server.mount("secret", Mount::V2(values.map(|(versions, place)| (place, versions)).collect()));
        let store = Box::new(Vault::at(server.connection()).token(ROOT.into()));
        Made { store, double: Some(server.double), folder: None }
    }

    pub(crate) fn troubles() -> Vec<(&'static str, Trouble, Fault)> {
        let says =
            |status, error: &str| Trouble::Instead(Reply::json(json!({"errors": [error]})).status(status));
        vec![
            ("sealed", says(503, "Vault is sealed"), Fault::Sealed),
            ("a standby of disaster recovery", says(472, "standby"), Fault::Unavailable),
            ("a standby of performance", says(473, "standby"), Fault::Unavailable),
            ("behind another node", says(412, "required index state not present"), Fault::Unavailable),
            ("a quota", says(429, "request path is over its quota"), Fault::Busy),
        ]
    }
}
