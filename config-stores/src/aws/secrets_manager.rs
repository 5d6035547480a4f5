//! AWS Secrets Manager.

use std::{
    borrow::Cow,
    sync::atomic::{AtomicBool, Ordering},
};

use serde::Deserialize;
use serde_json::{json, value::RawValue};

use super::{Client, Outcome, Service, errors, in_batches, methods_of_a_client, written};
use crate::{Ask, Entry, Failure, Fault, Store, http::Answer, json, one_by_one};

const SERVICE: Service =
    Service { title: "AWS Secrets Manager", host: "secretsmanager", target: "secretsmanager" };
/// The stage of the version that is in use.
const CURRENT: &str = "AWSCURRENT";
/// That of the version before.
const PREVIOUS: &str = "AWSPREVIOUS";
/// So many secrets are answered together.
const TOGETHER: usize = 20;

/// AWS Secrets Manager in a region.
///
/// The places of keys are names of secrets, `payments/production/database/password`. One secret with a JSON object has
/// many keys: [`Paths::new("{app}/{profile}#{path}")`](crate::Paths::new). The version that has the stage `AWSCURRENT` is read, whatever a
/// rotation is about to do; a value's version is the id of it. Several secrets are asked for in one request, and one
/// by one where the program may not do that.
///
/// # Example
/// ```
/// use confident_stores::{Credentials, SecretsManager, Store};
///
/// let secrets = SecretsManager::in_region("eu-central-1")
///     .credentials(Credentials::from_environment())
///     .source();
/// assert_eq!(format!("{secrets:?}"), "StoreSource(AWS Secrets Manager in eu-central-1)");
/// ```
#[derive(Debug)]
pub struct SecretsManager {
    client: Client,
    stage: Cow<'static, str>,
    /// The program may not ask for several secrets together.
    is_batch_denied: AtomicBool,
}

impl SecretsManager {
    /// What a program must be allowed to do with its secrets. Those that have a key of their own in KMS need the last.
    pub const ACTIONS: &'static [&'static str] =
        &["secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue", "kms:Decrypt"];

    /// That of the region.
    pub fn in_region(region: impl Into<String>) -> Self {
        Self {
            client: Client::new(&SERVICE, region.into()),
            stage: Cow::Borrowed(CURRENT),
            is_batch_denied: AtomicBool::new(false),
        }
    }

    methods_of_a_client!();

    /// Reads the versions of another stage, such as `AWSPREVIOUS`: what verifies accepts the value before the last
    /// rotation, too.
    #[must_use]
    pub fn stage(mut self, stage: impl Into<Cow<'static, str>>) -> Self {
        self.stage = stage.into();
        self
    }

    /// One secret, in the version of the stage. Without one, a store answers what it takes for current.
    fn one(&self, place: &str, stage: &str) -> Outcome {
        let body = json!({ "SecretId": place, "VersionStage": stage });
        let at_place = |failure: Failure| if failure.is_of_place() { failure.at(place) } else { failure };
        let answer = self.client.ask("GetSecretValue", &body).map_err(at_place)?;
        one_of(&answer, place, stage)
    }

    /// Several secrets, in their current versions. `None` is to be asked for alone.
    fn batch(&self, places: &[&str]) -> Result<Vec<Option<Outcome>>, Failure> {
        if self.stage != CURRENT || self.is_batch_denied.load(Ordering::Relaxed) {
            return Ok(places.iter().map(|_| None).collect());
        }
        let body = json!({ "SecretIdList": places });
        match self.client.ask("BatchGetSecretValue", &body) {
            Ok(answer) => several_of(&answer, places),
            Err(failure) => {
                // It is a permission of its own. Each try would be a line in the account's records.
                let is_denied = failure.fault() == Fault::Denied;
                self.is_batch_denied.fetch_or(is_denied, Ordering::Relaxed);
                Err(failure)
            }
        }
    }
}

impl Store for SecretsManager {
    fn kind(&self) -> &'static str {
        "aws"
    }

    fn rest(&self) {
        self.client.connection.rest();
    }

    fn name(&self) -> String {
        self.client.name()
    }

    fn read(&self, ask: &Ask<'_>) -> Vec<Outcome> {
        match ask.places {
            [] | [_] => one_by_one(ask, |place| self.one(place, &self.stage)),
            _ => in_batches(ask, TOGETHER, |places| self.batch(places), |place| self.one(place, &self.stage)),
        }
    }

    fn before(&self, place: &str, _version: &str) -> Result<Option<Entry>, Failure> {
        if self.stage != CURRENT {
            return Ok(None);
        }
        self.one(place, PREVIOUS).map(Some)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Secret<'a> {
    #[serde(rename = "ARN", borrow)]
    arn: Cow<'a, str>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(borrow)]
    version_id: Cow<'a, str>,
    version_stages: Vec<String>,
    /// When the version was made, in seconds since 1970.
    created_date: Option<f64>,
    #[serde(borrow)]
    secret_string: Option<&'a RawValue>,
    #[serde(borrow)]
    secret_binary: Option<&'a RawValue>,
}

impl Secret<'_> {
    /// Whether it is what was asked for: by name, or by the name that AWS gives everything, with the six characters at its
    /// end or without.
    fn is_at(&self, place: &str) -> bool {
        self.name == place
            || self.arn == place
            || self.arn.strip_prefix(place).is_some_and(|end| end.len() == 7 && end.starts_with('-'))
    }

    fn has_stage(&self, stage: &str) -> bool {
        self.version_stages.iter().any(|known| known == stage)
    }

    fn entry(&self) -> Outcome {
        let malformed = |detail: &'static str| Failure::new(Fault::Malformed).detail(detail);
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !(1..=64).contains(&self.version_id.len()) || !self.version_id.bytes().all(is_id) {
            return Err(malformed("the id of a version is none"));
        }
        let text = match (self.secret_string, self.secret_binary) {
            (Some(text), None) => json::string(text.get()),
            (None, Some(base64)) => json::string(base64.get()).and_then(|base64| json::of_base64(&base64)),
            _ => None,
        };
        let text = text.ok_or_else(|| malformed("a secret has neither a text nor bytes"))?;
        Ok(written(Entry::text(text).version(self.version_id.clone()), self.created_date))
    }
}

/// The secret in an answer to `GetSecretValue`.
pub(super) fn one_of(answer: &Answer, place: &str, stage: &str) -> Outcome {
    let secret: Secret<'_> = answer.json_of_any_name()?;
    let malformed = |detail: String| Err(Failure::new(Fault::Malformed).detail(detail));
    if !secret.is_at(place) {
        return malformed("it is another secret than was asked for".to_owned());
    }
    if !secret.has_stage(stage) {
        return malformed(format!("it is another version than that of the stage {stage}"));
    }
    secret.entry()
}

/// The secrets in an answer to `BatchGetSecretValue`. What is not in it, or not in its current version, is `None`.
pub(super) fn several_of(answer: &Answer, places: &[&str]) -> Result<Vec<Option<Outcome>>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Several<'a> {
        #[serde(borrow)]
        secret_values: Vec<Secret<'a>>,
        #[serde(borrow, default)]
        errors: Vec<OneError<'a>>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct OneError<'a> {
        #[serde(borrow)]
        secret_id: Cow<'a, str>,
        #[serde(borrow)]
        error_code: Cow<'a, str>,
        #[serde(borrow)]
        message: Option<&'a RawValue>,
    }
    let Several { secret_values, errors } = answer.json_of_any_name()?;
    let outcome = |place: &&str| {
        if let Some(secret) = secret_values.iter().find(|secret| secret.is_at(place)) {
            return secret.has_stage(CURRENT).then(|| secret.entry());
        }
        let error = errors.iter().find(|error| error.secret_id == *place)?;
        let failure = errors::meaning(&error.error_code, error.message);
        Some(Err(failure?.at(*place)))
    };
    Ok(places.iter().map(outcome).collect())
}
