//! AWS: Secrets Manager and the Parameter Store of Systems Manager.
//!
//! Both are asked by JSON over one address, with a signature: what they share is here. An answer is JSON by its shape,
//! not by its name: some that play AWS call it HTML, and what stands in front of AWS may call a page JSON.

mod credentials;
mod errors;
#[doc(hidden)]
pub mod fuzzing;
mod metadata;
mod parameter_store;
mod profile;
mod secrets_manager;
mod signature;
mod time;
mod xml;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use confident_core::ExposeSecret;

pub use self::{credentials::Credentials, parameter_store::ParameterStore, secrets_manager::SecretsManager};
use self::{
    credentials::{Session, nobody},
    signature::{Signed, Signer},
};
use crate::{
    Ask, Clock, Connection, Entry, Failure, Fault, SystemClock,
    http::{Answer, Request},
    one_by_one,
};

const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// The ends of the names of hosts, by how the names of regions begin. All others end in `amazonaws.com`.
const PARTITIONS: [(&str, &str); 6] = [
    ("cn-", "amazonaws.com.cn"),
    ("eusc-", "amazonaws.eu"),
    ("us-iso-", "c2s.ic.gov"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("us-isof-", "csp.hci.ic.gov"),
];

/// A service of AWS.
struct Service {
    /// What it is called.
    title: &'static str,
    /// In the name of its host, and in signatures.
    host: &'static str,
    /// In front of the names of actions.
    target: &'static str,
}

/// The way to a service, in a region, as someone.
struct Client {
    service: &'static Service,
    region: String,
    connection: Connection,
    has_own_endpoint: bool,
    credentials: Option<Credentials>,
    clock: Arc<dyn Clock>,
}

impl Client {
    fn new(service: &'static Service, region: String) -> Self {
        Self {
            connection: Connection::to(region_host(service.host, &region)),
            service,
            region,
            has_own_endpoint: false,
            credentials: None,
            clock: Arc::new(SystemClock),
        }
    }

    fn endpoint(&mut self, connection: Connection) {
        self.connection = connection;
        self.has_own_endpoint = true;
    }

    fn name(&self) -> String {
        let Self { service: Service { title, .. }, region, .. } = self;
        match self.has_own_endpoint {
            true => format!("{title} in {region} at {}", self.connection.address()),
            false => format!("{title} in {region}"),
        }
    }

    /// Asks for an action. Credentials that are not accepted are replaced once, where there are others.
    fn ask(&self, action: &str, body: &serde_json::Value) -> Result<Answer, Failure> {
        let is_region = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if self.region.is_empty() || !self.region.bytes().all(is_region) {
            // It is part of the name of the host.
            return Err(Failure::new(Fault::Refused).detail("the region is none, such as eu-central-1"));
        }
        let Some(credentials) = &self.credentials else {
            return Err(nobody(
                "the program gives none: add `.credentials(Credentials::from_environment())`",
            ));
        };
        let body = body.to_string().into_bytes();
        let session = credentials.current(&self.region, self.clock.now())?;
        let failure = match self.ask_as(&session, action, &body) {
            Err(failure) if failure.fault() == Fault::Unauthenticated => failure,
            outcome => return outcome,
        };
        match credentials.other_than(&session, &self.region)? {
            Some(other) => self.ask_as(&other, action, &body),
            None => Err(failure),
        }
    }

    fn ask_as(&self, session: &Session, action: &str, body: &[u8]) -> Result<Answer, Failure> {
        let now = self.clock.now();
        let target = format!("{}.{action}", self.service.target);
        let stamp = time::stamp(now);
        let mut headers = vec![("content-type", CONTENT_TYPE), ("host", self.host()), ("x-amz-date", &stamp)];
        if let Some(token) = &session.token {
            headers.push(("x-amz-security-token", token.expose_secret()));
        }
        headers.push(("x-amz-target", &target));
        let signer = Signer {
            key_id: &session.key_id,
            secret: &session.secret,
            region: &self.region,
            service: self.service.host,
            at: now,
        };
        let signed = Signed { method: "POST", path: "/", query: "", headers: &headers, body };
        let request = Request::post("/", body.to_vec())
            .content_type(CONTENT_TYPE)
            .header("authorization", &signer.authorization(&signed));
        let unsent = |(name, _): &&(&str, &str)| *name != "content-type";
        let request =
            headers.iter().filter(unsent).fold(request, |request, (name, value)| request.header(name, value));
        let answer = self.connection.send(&request)?;
        match answer.status {
            200..=299 => Ok(answer),
            _ => Err(errors::failure(&answer, now)),
        }
    }

    /// The host of the address, with its port.
    fn host(&self) -> &str {
        let address = self.connection.address();
        address.split_once("://").map_or(address, |(_, host)| host)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("name", &self.name())
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

/// The address of a service in a region.
fn region_host(service: &str, region: &str) -> String {
    let partition = PARTITIONS.iter().find(|(prefix, _)| region.starts_with(prefix));
    let suffix = partition.map_or("amazonaws.com", |(_, suffix)| suffix);
    format!("https://{service}.{region}.{suffix}")
}

/// The methods that both stores have.
macro_rules! methods_of_a_client {
    () => {
        /// As whom it is asked. Without, nothing can be read.
        #[must_use]
        pub fn credentials(mut self, credentials: $crate::Credentials) -> Self {
            self.client.credentials = Some(credentials);
            self
        }

        /// Another address than the region's own, such as that of an endpoint in a VPC.
        #[must_use]
        pub fn endpoint(mut self, connection: impl Into<$crate::Connection>) -> Self {
            self.client.endpoint(connection.into());
            self
        }

        /// Another clock, for tests: signatures and the ends of credentials go by it.
        #[must_use]
        pub fn clock(mut self, clock: impl $crate::Clock) -> Self {
            self.client.clock = std::sync::Arc::new(clock);
            self
        }
    };
}
use methods_of_a_client;

/// What came of asking for one place.
type Outcome = Result<Entry, Failure>;

/// With the moment at which it was written, in seconds since 1970 as AWS tells it.
fn written(entry: Entry, seconds: Option<f64>) -> Entry {
    let since = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    match since.and_then(|since| SystemTime::UNIX_EPOCH.checked_add(since)) {
        Some(moment) => entry.written(moment),
        None => entry,
    }
}

/// Asks for several places together by `batch`, so many at a time. What that leaves open (`None`, or a failure that is
/// about some place of them) is asked for one by one.
fn in_batches(
    ask: &Ask<'_>,
    size: usize,
    batch: impl Fn(&[&str]) -> Result<Vec<Option<Outcome>>, Failure>,
    one: impl Fn(&str) -> Outcome,
) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::with_capacity(ask.places.len());
    let mut broken: Option<Failure> = None;
    for places in ask.places.chunks(size) {
        let answered = match (&broken, places) {
            (Some(failure), _) => places.iter().map(|_| Some(Err(failure.clone()))).collect(),
            (None, [_]) => vec![None],
            (None, _) => match batch(places) {
                Ok(answered) => answered,
                Err(failure) if failure.is_of_place() || failure.fault() == Fault::TooLarge => {
                    places.iter().map(|_| None).collect()
                }
                Err(failure) => {
                    let all = places.iter().map(|_| Some(Err(failure.clone()))).collect();
                    broken = Some(failure);
                    all
                }
            },
        };
        let open = places.iter().zip(&answered).filter(|(_, outcome)| outcome.is_none());
        let open: Vec<&str> = open.map(|(place, _)| *place).collect();
        let singly = one_by_one(&Ask { places: &open, ..*ask }, &one);
        let mut failed = singly.iter().filter_map(|outcome| outcome.as_ref().err());
        broken = broken.or(failed.find(|failure| !failure.is_of_place()).cloned());
        let mut singly = singly.into_iter();
        outcomes.extend(answered.into_iter().filter_map(|outcome| outcome.or_else(|| singly.next())));
    }
    outcomes
}
