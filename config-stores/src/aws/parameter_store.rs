//! The Parameter Store of AWS Systems Manager.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{json, value::RawValue};

use super::{Client, Outcome, Service, in_batches, methods_of_a_client, written};
use crate::{Ask, Entry, Failure, Fault, Holds, Store, http::Answer, json, store::version_before};

const SERVICE: Service = Service { title: "AWS Parameter Store", host: "ssm", target: "AmazonSSM" };
/// So many parameters are answered together.
const TOGETHER: usize = 10;

/// The Parameter Store of AWS Systems Manager in a region.
///
/// The places of keys are names of parameters; they begin with a `/`, which is added: `/payments/production/pool/max`.
/// Ten parameters are asked for in one request, and each is decrypted. A value's version is the number of the
/// parameter's.
///
/// # Example
/// ```
/// use confident_stores::{Credentials, Holds, ParameterStore, Store};
///
/// let settings = ParameterStore::in_region("eu-central-1")
///     .credentials(Credentials::from_environment())
///     .holds(Holds::Settings) // beside secrets that are elsewhere
///     .source();
/// assert_eq!(format!("{settings:?}"), "StoreSource(AWS Parameter Store in eu-central-1)");
/// ```
#[derive(Debug)]
pub struct ParameterStore {
    client: Client,
    holds: Holds,
}

impl ParameterStore {
    /// What a program must be allowed to do with its parameters. Those of the kind `SecureString` need the last.
    pub const ACTIONS: &'static [&'static str] = &["ssm:GetParameters", "kms:Decrypt"];

    /// That of the region.
    pub fn in_region(region: impl Into<String>) -> Self {
        Self { client: Client::new(&SERVICE, region.into()), holds: Holds::Secrets }
    }

    methods_of_a_client!();

    /// Which keys are looked for in it, where nothing else is said: the secrets, unless said otherwise.
    #[must_use]
    pub fn holds(mut self, holds: Holds) -> Self {
        self.holds = holds;
        self
    }

    fn batch(&self, places: &[&str]) -> Result<Vec<Option<Outcome>>, Failure> {
        let mut names: Vec<Cow<'_, str>> = places.iter().copied().map(name).collect();
        names.sort_unstable();
        names.dedup();
        let body = json!({ "Names": names, "WithDecryption": true });
        let answer = self.client.ask("GetParameters", &body)?;
        several_of(&answer, places)
    }

    fn one(&self, place: &str) -> Outcome {
        let at_place = |failure: Failure| if failure.is_of_place() { failure.at(place) } else { failure };
        let outcome = self.batch(&[place]).map_err(at_place)?.pop().flatten();
        outcome.unwrap_or_else(|| {
            Err(Failure::new(Fault::Malformed).detail("it does not answer for what was asked"))
        })
    }
}

impl Store for ParameterStore {
    fn kind(&self) -> &'static str {
        "aws-ssm"
    }

    fn rest(&self) {
        self.client.connection.rest();
    }

    fn name(&self) -> String {
        self.client.name()
    }

    fn holds(&self) -> Holds {
        self.holds
    }

    fn before(&self, place: &str, version: &str) -> Result<Option<Entry>, Failure> {
        // A place with a selector is of one version, or of whichever someone gave the label to.
        let is_selected = name(place).rsplit('/').next().is_some_and(|last| last.contains(':'));
        match version_before(version) {
            Some(before) if !is_selected => self.one(&format!("{place}:{before}")).map(Some),
            _ => Ok(None),
        }
    }

    fn read(&self, ask: &Ask<'_>) -> Vec<Outcome> {
        in_batches(ask, TOGETHER, |places| self.batch(places), |place| self.one(place))
    }
}

/// A place as the name of a parameter.
fn name(place: &str) -> Cow<'_, str> {
    if place.starts_with('/') || place.starts_with("arn:") {
        Cow::Borrowed(place)
    } else {
        Cow::Owned(format!("/{place}"))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Parameter<'a> {
    #[serde(rename = "ARN", borrow)]
    arn: Option<Cow<'a, str>>,
    #[serde(borrow)]
    name: Cow<'a, str>,
    #[serde(rename = "Type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    value: &'a RawValue,
    version: u64,
    /// When the version was made, in seconds since 1970.
    last_modified_date: Option<f64>,
    /// What was asked for behind the name: `:3`, or a label.
    #[serde(borrow)]
    selector: Option<Cow<'a, str>>,
}

impl Parameter<'_> {
    fn is_at(&self, wanted: &str) -> bool {
        let selector = self.selector.as_deref().unwrap_or_default();
        // Where AWS is only played, the version that was asked for is not said once more.
        let version = format!(":{}", self.version);
        let names = [Some(&*self.name), self.arn.as_deref()];
        let is = |name: &str, selector: &str| wanted.strip_suffix(selector) == Some(name);
        names.into_iter().flatten().any(|name| is(name, selector) || is(name, &version))
    }

    fn entry(&self) -> Outcome {
        let malformed = |detail: &'static str| Failure::new(Fault::Malformed).detail(detail);
        let text = json::string(self.value.get()).ok_or_else(|| malformed("a parameter has no text"))?;
        // What stands in front of a text that was not decrypted, where AWS is only played. The text follows in clear, or
        // is of no use; neither is the value.
        if self.kind == "SecureString" && text.starts_with(b"kms:") {
            return Err(malformed("a SecureString came as it is stored, and not decrypted"));
        }
        let entry = written(Entry::text(text), self.last_modified_date);
        // Those behind a label may go back: someone moved it.
        Ok(match self.selector {
            None => entry.revision(self.version),
            Some(_) => entry.version(self.version.to_string()),
        })
    }
}

/// The parameters in an answer to `GetParameters`. What is not in it is `None`.
pub(super) fn several_of(answer: &Answer, places: &[&str]) -> Result<Vec<Option<Outcome>>, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Several<'a> {
        #[serde(borrow)]
        parameters: Vec<Parameter<'a>>,
        invalid_parameters: Vec<String>,
    }
    let Several { parameters, invalid_parameters } = answer.json_of_any_name()?;
    let outcome = |place: &&str| {
        let wanted = name(place);
        if let Some(parameter) = parameters.iter().find(|parameter| parameter.is_at(&wanted)) {
            return Some(parameter.entry());
        }
        let is_invalid = invalid_parameters.iter().any(|name| *name == wanted);
        is_invalid.then(|| Err(Failure::new(Fault::Absent).at(*place)))
    };
    Ok(places.iter().map(outcome).collect())
}
