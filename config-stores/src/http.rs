//! HTTP as stores need it: no redirects, no answer larger than any secret, nothing in clear over a network, and no
//! copy of an answer but the one that is wiped.

use std::{
    fmt,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ureq::{
    Agent, RequestExt,
    http::{HeaderMap, HeaderValue, Method, Uri, header},
    tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem},
    unversioned::{
        resolver::DefaultResolver,
        transport::{Connector, DefaultConnector},
    },
};
use zeroize::Zeroizing;

#[allow(unused_imports)] // of the features, only some need it
pub(crate) use crate::escape::{escape, escaped};
use crate::{Failure, Fault, bytes, wiping::Wiping};

/// The way to a store: its address, and whom to trust.
///
/// An address without TLS is asked only on this machine. Redirects are not followed, no proxy is used, and no address has credentials in it.
///
/// # Example
/// ```
/// use std::time::Duration;
///
/// use confident_stores::Connection;
///
/// let connection = Connection::to("https://vault.example:8200")
///     .authority("/etc/ssl/own-authority.pem")
///     .timeout(Duration::from_secs(5));
/// ```
pub struct Connection {
    address: String,
    authority: Option<PathBuf>,
    identity: Option<(PathBuf, PathBuf)>,
    timeout: Duration,
    is_link_local: bool,
    agent: Mutex<Option<Result<Agent, Failure>>>,
}

impl Connection {
    /// The way to this address, such as `https://vault.example:8200`.
    pub fn to(address: impl Into<String>) -> Self {
        let address = address.into();
        Self {
            address: address.trim_end_matches('/').to_owned(),
            authority: None,
            identity: None,
            timeout: Duration::from_secs(10),
            is_link_local: false,
            agent: Mutex::new(None),
        }
    }

    /// Trusts the certificates of this file, in PEM, in place of those that browsers trust.
    #[must_use]
    pub fn authority(mut self, file: impl Into<PathBuf>) -> Self {
        self.authority = Some(file.into());
        self
    }

    /// Shows this certificate, with its chain, and proves it by this key; both files are in PEM.
    #[must_use]
    pub fn client_certificate(mut self, chain: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Self {
        self.identity = Some((chain.into(), key.into()));
        self
    }

    /// How long one request may take, from the first byte to the last; 10 seconds unless said otherwise.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The metadata services of clouds have addresses that do not leave the machine, and no certificates.
    #[allow(dead_code)] // of the features, only some need it
    pub(crate) fn link_local(mut self) -> Self {
        self.is_link_local = true;
        self
    }

    /// The address, without anything that is secret.
    pub(crate) fn address(&self) -> &str {
        match self.address.rsplit_once('@') {
            Some((_, host)) => host,
            None => &self.address,
        }
    }

    /// Sends a request, and reads the whole answer, whatever its status.
    ///
    /// # Errors
    /// There is no answer, or one that no store gives.
    pub(crate) fn send(&self, request: &Request<'_>) -> Result<Answer, Failure> {
        let mut response = self.run(request, self.timeout)?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let length = response.body().content_length();
        let body = read(response.body_mut().as_reader(), length)?;
        Ok(Answer { status, headers, body })
    }

    /// Sends a request whose answer has no end, and hands its lines to `see` until that has seen enough. What is said
    /// there is no secret.
    ///
    /// # Errors
    /// There is no answer, or not a good one. That nothing more comes in time is none.
    #[allow(dead_code)] // of the features, only some need it
    pub(crate) fn lines<T>(
        &self,
        request: &Request<'_>,
        patience: Duration,
        mut see: impl FnMut(&[u8]) -> Result<Option<T>, Failure>,
    ) -> Result<Option<T>, Failure> {
        let in_time = |failure: Failure| match failure.fault() {
            Fault::Timeout => Ok(None),
            _ => Err(failure),
        };
        let mut response = match self.run(request, patience) {
            Ok(response) => response,
            Err(failure) => return in_time(failure),
        };
        let status = response.status().as_u16();
        if status != 200 {
            let none = Answer { status, headers: HeaderMap::new(), body: Zeroizing::default() };
            return Err(none.failure());
        }
        let mut lines = BufReader::new(response.body_mut().as_reader());
        loop {
            let mut line = Vec::new();
            if let Err(error) = lines.by_ref().take(bytes::MOST as u64).read_until(b'\n', &mut line) {
                return in_time(failure(&ureq::Error::from(error)));
            }
            if line.len() == bytes::MOST {
                return Err(Failure::new(Fault::TooLarge));
            }
            if line.is_empty() {
                return Err(Failure::new(Fault::Unreachable).detail("the connection ended"));
            }
            if let Some(seen) = see(&line)? {
                return Ok(Some(seen));
            }
        }
    }

    fn run(
        &self,
        request: &Request<'_>,
        timeout: Duration,
    ) -> Result<ureq::http::Response<ureq::Body>, Failure> {
        let agent = &self.kept().get_or_insert_with(|| self.agent()).clone()?;
        let target = format!("{}{}", self.address, request.target);
        let mut builder = ureq::http::Request::builder().method(request.method.clone()).uri(target);
        for (name, value) in &request.headers {
            let mut value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| {
                Failure::new(Fault::Refused)
                    .detail(format!("the header {name} has characters that none may have"))
            })?;
            value.set_sensitive(true);
            builder = builder.header(*name, value);
        }
        let wrong = |_| Failure::new(Fault::Refused).detail("the address is none");
        let response = match &request.body {
            Some(body) => {
                let request =
                    builder.header(header::CONTENT_TYPE, request.content_type).body(body.as_slice());
                let request = request.map_err(wrong)?.with_agent(agent);
                request.configure().timeout_global(Some(timeout)).run()
            }
            None => {
                let request = builder.body(()).map_err(wrong)?.with_agent(agent);
                request.configure().timeout_global(Some(timeout)).run()
            }
        };
        response.map_err(|error| failure(&error))
    }

    /// Closes what is open, so that no buffer keeps what was read there.
    pub(crate) fn rest(&self) {
        let open = self.kept().take();
        drop(open);
    }

    fn kept(&self) -> MutexGuard<'_, Option<Result<Agent, Failure>>> {
        self.agent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn agent(&self) -> Result<Agent, Failure> {
        self.is_safe()?;
        let mut tls = TlsConfig::builder();
        if let Some(file) = &self.authority {
            let certificates = certificates(file)?;
            tls = tls.root_certs(RootCerts::new_with_certs(&certificates));
        }
        if let Some((chain, key)) = &self.identity {
            let pem = pem(key)?;
            let key = PrivateKey::from_pem(&pem).map_err(|_| unreadable(key, "has no private key in PEM"))?;
            tls = tls.client_cert(Some(ClientCert::new_with_certs(&certificates(chain)?, key)));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("confident/", env!("CARGO_PKG_VERSION")))
            .tls_config(tls.build())
            .build();
        Ok(Agent::with_parts(config, DefaultConnector::default().chain(Wiping), DefaultResolver::default()))
    }

    /// Whether what is said on the way can be read by others.
    fn is_safe(&self) -> Result<(), Failure> {
        let refused = |detail: &'static str| Err(Failure::new(Fault::Refused).detail(detail));
        let Ok(uri) = self.address.parse::<Uri>() else { return refused("the address is none") };
        let Some(authority) = uri.authority() else { return refused("the address has no host") };
        if authority.as_str().contains('@') {
            return refused("the address has credentials in it, which logs would show");
        }
        let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let is_here =
            host == "localhost" || host.parse().is_ok_and(|address: std::net::IpAddr| address.is_loopback());
        match uri.scheme_str() {
            Some("https") => Ok(()),
            Some("http") if is_here || self.is_link_local => Ok(()),
            Some("http") => Err(Failure::new(Fault::Insecure)),
            _ => refused("the address begins with neither https:// nor http://"),
        }
    }
}

impl From<&str> for Connection {
    fn from(address: &str) -> Self {
        Self::to(address)
    }
}

impl From<String> for Connection {
    fn from(address: String) -> Self {
        Self::to(address)
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Connection({})", self.address())
    }
}

/// A request.
pub(crate) struct Request<'a> {
    method: Method,
    /// The path and the query, escaped.
    target: String,
    headers: Vec<(&'static str, Zeroizing<String>)>,
    body: Option<Zeroizing<Vec<u8>>>,
    content_type: &'a str,
}

impl<'a> Request<'a> {
    #[allow(dead_code)] // of the features, only some need it
    pub(crate) fn get(target: impl Into<String>) -> Self {
        Self::new(Method::GET, target)
    }

    pub(crate) fn post(target: impl Into<String>, body: impl Into<Zeroizing<Vec<u8>>>) -> Self {
        Self::new(Method::POST, target).body(body)
    }

    pub(crate) fn new(method: Method, target: impl Into<String>) -> Self {
        Self {
            method,
            target: target.into(),
            headers: Vec::new(),
            body: None,
            content_type: "application/json",
        }
    }

    #[must_use]
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, Zeroizing::new(value.to_owned())));
        self
    }

    #[must_use]
    #[allow(dead_code)] // of the features, only some need it
    pub(crate) fn body(mut self, body: impl Into<Zeroizing<Vec<u8>>>) -> Self {
        self.body = Some(body.into());
        self
    }

    #[must_use]
    #[allow(dead_code)] // of the features, only some need it
    pub(crate) fn content_type(mut self, content_type: &'a str) -> Self {
        self.content_type = content_type;
        self
    }
}

/// An answer, whatever its status. Its body may hold a secret, and is never shown.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: HeaderMap,
    body: Zeroizing<Vec<u8>>,
}

impl Answer {
    /// An answer that nobody sent.
    #[allow(dead_code)] // of the features, only some need it
    pub(crate) fn made(status: u16, content_type: &'static str, body: &[u8]) -> Self {
        let content_type = HeaderValue::from_static(content_type);
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, content_type)]);
        Self { status, headers, body: Zeroizing::new(body.to_vec()) }
    }

    /// What a header says, if it is there and is text.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body, whatever it is.
    #[allow(dead_code)] // of the features, only some need it
    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// An answer in JSON that nobody sent.
    #[allow(dead_code)] // of the features, only some need it
    pub(crate) fn of(status: u16, body: &[u8]) -> Self {
        Self::made(status, "application/json", body)
    }

    /// The answer, if it is a good one.
    ///
    /// # Errors
    /// What its status means where a store gives it no meaning of its own.
    #[allow(dead_code)] // of the features, only some need it
    pub(crate) fn good(self) -> Result<Self, Failure> {
        match self.status {
            200..=299 => Ok(self),
            _ => Err(self.failure()),
        }
    }

    /// What the status of a bad answer means where a store gives it no meaning of its own.
    pub(crate) fn failure(&self) -> Failure {
        let fault = match self.status {
            300..=399 => Fault::Redirected,
            401 => Fault::Unauthenticated,
            403 => Fault::Denied,
            404 => Fault::Absent,
            408 => Fault::Timeout,
            429 => Fault::Busy,
            500..=599 => Fault::Unavailable,
            _ => Fault::Refused,
        };
        let failure = Failure::new(fault).detail(format!("status {}", self.status));
        let pause = self.header("retry-after").and_then(|text| text.parse().ok()).map(Duration::from_secs);
        match pause {
            Some(pause) => failure.retry_after(pause.min(Duration::from_secs(300))),
            None => failure,
        }
    }

    /// The body, read as JSON of this type; it may borrow from the answer.
    ///
    /// # Errors
    /// The answer is no JSON, or not of the type. The message quotes nothing of it.
    #[allow(dead_code)] // of the features, only some need it
    pub(crate) fn json<'a, T: serde::Deserialize<'a>>(&'a self) -> Result<T, Failure> {
        if !self.header("content-type").is_some_and(|content_type| content_type.contains("json")) {
            return Err(Failure::new(Fault::Malformed).detail("it is not JSON"));
        }
        self.json_of_any_name()
    }

    /// The body, read as JSON of this type, also where the answer does not call it JSON.
    ///
    /// # Errors
    /// The answer is no JSON, or not of the type. The message quotes nothing of it.
    pub(crate) fn json_of_any_name<'a, T: serde::Deserialize<'a>>(&'a self) -> Result<T, Failure> {
        let malformed = |detail: &'static str| Failure::new(Fault::Malformed).detail(detail);
        serde_json::from_slice(&self.body).map_err(|error| match error.classify() {
            serde_json::error::Category::Data => malformed("it has not the fields of such an answer"),
            _ => malformed("it is broken JSON"),
        })
    }
}

impl Answer {
    /// Whether the body says these words. It is asked of errors, to tell apart what has the same status.
    #[allow(dead_code)] // of the features, only some need it
    pub(crate) fn says(&self, words: &str) -> bool {
        self.body.windows(words.len()).any(|window| window == words.as_bytes())
    }

    /// Whether there is no body.
    #[allow(dead_code)] // of the features, only some need it
    pub(crate) fn is_empty(&self) -> bool {
        self.body.is_empty()
    }
}

/// A path of segments, each escaped.
#[allow(dead_code)] // of the features, only some need it
pub(crate) fn escaped_path(path: &str) -> String {
    let segments: Vec<String> = path.split('/').map(escaped).collect();
    segments.join("/")
}

/// Reads all of it.
fn read(body: impl Read, length: Option<u64>) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let ended = |error: std::io::Error| match failure(&ureq::Error::from(error)) {
        failure if failure.fault() == Fault::Timeout => failure,
        _ => Failure::new(Fault::Unreachable).detail("the connection ended before the answer did"),
    };
    match length.map(|length| usize::try_from(length).unwrap_or(usize::MAX)) {
        Some(length) if length > bytes::MOST => Err(Failure::new(Fault::TooLarge)),
        Some(length) => bytes::read_exactly(body, length).map_err(ended),
        None => bytes::read_all(body).map_err(ended)?.ok_or_else(|| Failure::new(Fault::TooLarge)),
    }
}

/// What an error of the connection means. Of its own text only what TLS says is shown: that is about certificates.
fn failure(error: &ureq::Error) -> Failure {
    use std::io::ErrorKind;

    use ureq::Error;
    match error {
        Error::Timeout(_) => Failure::new(Fault::Timeout),
        Error::Io(error) => match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Failure::new(Fault::Timeout),
            ErrorKind::InvalidData => Failure::new(Fault::Untrusted).detail(tls_text(&error.to_string())),
            ErrorKind::ConnectionRefused => {
                Failure::new(Fault::Unreachable).detail("nothing listens at its address")
            }
            _ => Failure::new(Fault::Unreachable).detail("the connection broke"),
        },
        Error::HostNotFound => Failure::new(Fault::Unreachable).detail("its host is not known"),
        Error::ConnectionFailed => Failure::new(Fault::Unreachable),
        Error::Rustls(error) => Failure::new(Fault::Untrusted).detail(tls_text(&error.to_string())),
        Error::Tls(text) => Failure::new(Fault::Untrusted).detail(*text),
        Error::BodyExceedsLimit(_) => Failure::new(Fault::TooLarge),
        Error::TooManyRedirects | Error::RedirectFailed => Failure::new(Fault::Redirected),
        Error::Protocol(_) => Failure::new(Fault::Malformed).detail("it does not speak HTTP as it should"),
        _ => Failure::new(Fault::Refused),
    }
}

/// The first words of what TLS says: no more than a reason.
fn tls_text(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(120).collect()
}

fn certificates(file: &Path) -> Result<Vec<Certificate<'static>>, Failure> {
    let pem = pem(file)?;
    let certificates: Vec<_> = parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        Err(unreadable(file, "has no certificate in PEM"))
    } else {
        Ok(certificates)
    }
}

fn pem(file: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    std::fs::read(file).map(Zeroizing::new).map_err(|error| unreadable(file, &error.kind().to_string()))
}

fn unreadable(file: &Path, what: &str) -> Failure {
    Failure::new(Fault::Refused).detail(format!("{} {what}", file.display()))
}
