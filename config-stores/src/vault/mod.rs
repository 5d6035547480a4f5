//! HashiCorp Vault and OpenBao.

mod answers;
mod session;

use std::{
    collections::HashMap,
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use confident_core::SecretString;

use self::session::{Auth, SecretId, Sessions, Way, lock};
use crate::{
    Ask, Clock, Connection, Entry, Failure, Fault, Lease, Store, SystemClock,
    http::{Answer, Request, escaped_path},
    json, one_by_one,
    store::version_before,
};

/// Where Kubernetes puts the token of the service account of a pod.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";
/// A renewal that gives less than this more has come to the end that the server sets.
const NO_MORE: Duration = Duration::from_secs(1);

/// HashiCorp Vault, or OpenBao.
///
/// Places are paths in one mount of key-value pairs, which is `secret` unless [`mount`](Self::mount) says otherwise:
/// `payments/production/token` is what `vault kv get -mount=secret payments/production/token` shows. A key without a
/// field reads the field `value`; with `#password` behind its place, that of this name. Whether the mount is of version
/// 1 or 2 is asked for once, and never assumed.
///
/// A place that begins with a mount of [`dynamic`](Self::dynamic) is read there as it is:
/// `database/creds/payments-production#password`. The credentials are made for the request, on a lease that
/// [`StoreSource::keep_leases`](crate::StoreSource::keep_leases) renews; all fields of one place come from one lease.
/// Nothing given on a token outlives it, so the token is renewed or replaced first, and no lease is said to last longer.
///
/// The program logs in when it is first asked, and again when its token is over. Without a way to log in, no token is
/// sent: that is for an agent on the same machine that adds its own.
///
/// # Example
/// ```
/// use confident_stores::{AppRole, Paths, Store, Vault};
/// # let (role_id, secret_id) = ("payments", confident::SecretString::from("x"));
///
/// let secrets = Vault::at("https://vault.example:8200")
///     .namespace("team-a")
///     .app_role(AppRole::new(role_id, secret_id))
///     .source();
/// assert_eq!(format!("{secrets:?}"), "StoreSource(vault https://vault.example:8200 team-a/secret/)");
///
/// let database = Vault::at("https://vault.example:8200")
///     .kubernetes("payments")
///     .dynamic("database")
///     .source()
///     .paths(Paths::new("database/creds/{app}-{profile}#{path}"));
/// ```
pub struct Vault {
    way: Way,
    mount: String,
    /// The version of the mount, said or found out.
    version: OnceLock<KvVersion>,
    dynamic: Vec<String>,
    sessions: Sessions,
    clock: Arc<dyn Clock>,
    leases: Mutex<HashMap<String, Hanging>>,
}

/// What a lease hangs on.
struct Hanging {
    /// The number of the session.
    session: u64,
    /// When it ends by what the store said last, on the clock's `elapsed`.
    ends: Duration,
}

/// The version of a mount of key-value pairs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KvVersion {
    /// One value at each path.
    V1,
    /// Values with versions, which can be deleted and come back.
    V2,
}

/// The log-in of a machine: the id of a role, and a secret id.
///
/// # Example
/// ```
/// use confident_stores::AppRole;
/// # let (secret_id, wrapping_token) = ("x".into(), "x".into());
///
/// let role = AppRole::new("59d6d1ca-47bb-4e7e-a40b-8be3bc5a0ba8", secret_id);
/// let delivered = AppRole::wrapped("59d6d1ca-47bb-4e7e-a40b-8be3bc5a0ba8", wrapping_token);
/// assert_eq!(format!("{role:?}"), "AppRole([REDACTED])");
/// ```
pub struct AppRole {
    role_id: SecretString,
    secret_id: SecretId,
}

impl AppRole {
    /// By a secret id.
    pub fn new(role_id: impl Into<String>, secret_id: SecretString) -> Self {
        Self { role_id: SecretString::from(role_id.into()), secret_id: SecretId::Plain(secret_id) }
    }

    /// By a token that wraps the secret id. It is unwrapped once, at the first log-in, and only if it was wrapped where
    /// secret ids are made. That it was used already is a failure of its own: someone else may have the secret id.
    pub fn wrapped(role_id: impl Into<String>, token: SecretString) -> Self {
        Self { role_id: SecretString::from(role_id.into()), secret_id: SecretId::Wrapped(token) }
    }
}

impl fmt::Debug for AppRole {
    /// Shows neither half.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AppRole([REDACTED])")
    }
}

/// The log-in of a pod: a role, and the token of its service account.
///
/// # Example
/// ```
/// use confident_stores::Kubernetes;
///
/// let usual = Kubernetes::role("payments");
/// let projected = Kubernetes::role("payments").token_file("/var/run/secrets/vault/token");
/// ```
#[derive(Clone, Debug)]
pub struct Kubernetes {
    role: String,
    file: PathBuf,
}

impl Kubernetes {
    /// This role, with the token that Kubernetes gives every pod.
    pub fn role(role: impl Into<String>) -> Self {
        Self { role: role.into(), file: SERVICE_ACCOUNT.into() }
    }

    /// With the token in another file, as a volume projects it that names its audience.
    #[must_use]
    pub fn token_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.file = file.into();
        self
    }
}

impl From<&str> for Kubernetes {
    fn from(role: &str) -> Self {
        Self::role(role)
    }
}

impl From<String> for Kubernetes {
    fn from(role: String) -> Self {
        Self::role(role)
    }
}

impl Vault {
    /// The Vault at this address.
    pub fn at(connection: impl Into<Connection>) -> Self {
        Self {
            way: Way { connection: connection.into(), namespace: None },
            mount: "secret".to_owned(),
            version: OnceLock::new(),
            dynamic: Vec::new(),
            sessions: Sessions::new(Auth::Nobody, None),
            clock: Arc::new(SystemClock),
            leases: Mutex::default(),
        }
    }

    /// The namespace of everything: of the log-in, the mounts and the leases.
    #[must_use]
    pub fn namespace(mut self, namespace: impl AsRef<str>) -> Self {
        self.way.namespace = Some(namespace.as_ref().trim_matches('/').to_owned());
        self
    }

    /// The mount of key-value pairs that places are in; `secret` unless said otherwise.
    #[must_use]
    pub fn mount(mut self, mount: impl AsRef<str>) -> Self {
        self.mount = mount.as_ref().trim_matches('/').to_owned();
        self
    }

    /// The version of the mount, for a server that does not tell, or not this program.
    #[must_use]
    pub fn kv_version(mut self, version: KvVersion) -> Self {
        self.version = OnceLock::from(version);
        self
    }

    /// A mount that makes credentials, such as `database`: places that begin with it are read there.
    #[must_use]
    pub fn dynamic(mut self, mount: impl AsRef<str>) -> Self {
        self.dynamic.push(mount.as_ref().trim_matches('/').to_owned());
        self
    }

    /// Asks with this token. It is renewed while that is possible.
    #[must_use]
    pub fn token(self, token: SecretString) -> Self {
        self.log_in_by(Auth::Token(token))
    }

    /// Asks with the token in this file, which is read again when it is not accepted any more. Who writes the file renews
    /// the token, as the agent of Vault does.
    #[must_use]
    pub fn token_file(self, file: impl Into<PathBuf>) -> Self {
        self.log_in_by(Auth::TokenFile(file.into()))
    }

    /// Logs in by the id of a role and a secret id.
    #[must_use]
    pub fn app_role(self, AppRole { role_id, secret_id }: AppRole) -> Self {
        self.log_in_by(Auth::AppRole { role_id, secret_id })
    }

    /// Logs in by a role and the token of the service account, which is read at every log-in, because it changes.
    #[must_use]
    pub fn kubernetes(self, login: impl Into<Kubernetes>) -> Self {
        let Kubernetes { role, file } = login.into();
        self.log_in_by(Auth::Jwt { mount: "kubernetes", role, file })
    }

    /// Logs in by a role and the JWT in a file, which is read at every log-in.
    #[must_use]
    pub fn jwt(self, role: impl Into<String>, file: impl Into<PathBuf>) -> Self {
        self.log_in_by(Auth::Jwt { mount: "jwt", role: role.into(), file: file.into() })
    }

    /// Where the log-in is mounted, if that is not `approle`, `kubernetes` or `jwt`.
    #[must_use]
    pub fn auth_mount(mut self, mount: impl AsRef<str>) -> Self {
        self.sessions.auth_mount = Some(mount.as_ref().trim_matches('/').to_owned());
        self
    }

    /// Another clock, for tests.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// What was known of another log-in is forgotten.
    fn log_in_by(mut self, auth: Auth) -> Self {
        self.sessions = Sessions::new(auth, self.sessions.auth_mount);
        self
    }

    fn ask(&self, request: &dyn Fn() -> Request<'static>) -> Result<(Answer, u64), Failure> {
        let (answer, session) = self.sessions.ask(&self.way, &*self.clock, request)?;
        Ok((answer, session.number))
    }

    fn one(&self, place: &str) -> Result<Entry, Failure> {
        checked(place)?;
        if self.is_dynamic(place) {
            return self.credentials(place);
        }
        let version = self.version()?;
        let folder = match version {
            KvVersion::V1 => "",
            KvVersion::V2 => "data/",
        };
        let target = self.target(folder, place);
        let (answer, _) = self.ask(&|| Request::get(&*target))?;
        answers::value(version, place, &answer, self.clock.now())
    }

    fn is_dynamic(&self, place: &str) -> bool {
        let is_in = |mount: &String| place.strip_prefix(&**mount).is_some_and(|rest| rest.starts_with('/'));
        self.dynamic.iter().any(is_in)
    }

    fn target(&self, folder: &str, place: &str) -> String {
        format!("/v1/{}/{folder}{}", escaped_path(&self.mount), escaped_path(place))
    }

    /// The version of the mount. Where it is not known, nothing is guessed: each reads as the other without an error,
    /// from a wrong path.
    fn version(&self) -> Result<KvVersion, Failure> {
        if let Some(version) = self.version.get() {
            return Ok(*version);
        }
        let target = format!("/v1/sys/internal/ui/mounts/{}", escaped_path(&self.mount));
        let (answer, _) = self.ask(&|| Request::get(&*target))?;
        let version = answers::kv_version(&self.mount, answer)?;
        Ok(*self.version.get_or_init(|| version))
    }

    /// Credentials that are made for this request.
    fn credentials(&self, place: &str) -> Result<Entry, Failure> {
        let target = format!("/v1/{}", escaped_path(place));
        let (answer, session) = self.ask(&|| Request::get(&*target))?;
        let mut entry = answers::credentials(place, &answer)?;
        entry.lease = entry.lease.map(|lease| self.hang(lease, session));
        Ok(entry)
    }

    /// Keeps what the lease hangs on, and ends it where its token does.
    fn hang(&self, mut lease: Lease, session: u64) -> Lease {
        let now = self.clock.elapsed();
        let mut leases = lock(&self.leases);
        leases.retain(|_, hanging| hanging.ends > now);
        leases.insert(lease.id.clone(), Hanging { session, ends: now + lease.duration });
        if let Some(left) = self.sessions.left(session, &*self.clock) {
            lease.duration = lease.duration.min(left);
        }
        lease
    }
}

/// A place leads to itself, and to nothing beside or above it.
fn checked(place: &str) -> Result<(), Failure> {
    if place.split('/').any(|segment| matches!(segment, "" | "." | "..")) {
        return Err(Failure::new(Fault::Refused).detail("a place has an empty segment, or one of dots"));
    }
    Ok(())
}

impl Store for Vault {
    fn kind(&self) -> &'static str {
        "vault"
    }

    fn rest(&self) {
        self.way.connection.rest();
    }

    fn name(&self) -> String {
        let address = self.way.connection.address();
        match &self.way.namespace {
            Some(namespace) => format!("vault {address} {namespace}/{}/", self.mount),
            None => format!("vault {address} {}/", self.mount),
        }
    }

    fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> {
        one_by_one(ask, |place| self.one(place))
    }

    fn before(&self, place: &str, version: &str) -> Result<Option<Entry>, Failure> {
        // Version 1 has one value of each place, and credentials are made anew.
        let (Some(before), false) = (version_before(version), self.is_dynamic(place)) else {
            return Ok(None);
        };
        if self.version()? == KvVersion::V1 {
            return Ok(None);
        }
        let target = format!("{}?version={before}", self.target("data/", place));
        let (answer, _) = self.ask(&|| Request::get(&*target))?;
        answers::value(KvVersion::V2, place, &answer, self.clock.now()).map(Some)
    }

    fn renew(&self, lease: &Lease) -> Result<Lease, Failure> {
        let over = || Failure::new(Fault::Refused).detail("the lease is over, or its token is");
        let session = lock(&self.leases).get(&lease.id).map(|hanging| hanging.session).ok_or_else(over)?;
        let body = json::object(&[("lease_id", &lease.id)]);
        let (answer, asked_by) = self.ask(&|| Request::post("/v1/sys/leases/renew", body.clone()))?;
        // The lease ends with its token, whatever another token can do for it.
        if asked_by != session {
            return Err(over());
        }
        let renewed = answers::renewed(lease, answer)?;
        let before = lock(&self.leases).get(&lease.id).map(|hanging| hanging.ends).ok_or_else(over)?;
        // There is an end that no renewal moves. What comes to it is left to end, and read anew before.
        let lives_on = self.clock.elapsed() + renewed.duration > before + NO_MORE;
        let is_renewable = renewed.is_renewable && lives_on;
        Ok(self.hang(Lease { is_renewable, ..renewed }, session))
    }

    fn revoke(&self, lease: &Lease) -> Result<(), Failure> {
        lock(&self.leases).remove(&lease.id);
        let body = json::object(&[("lease_id", &lease.id)]);
        let (answer, _) = self.ask(&|| Request::post("/v1/sys/leases/revoke", body.clone()))?;
        answers::good(answer).map(|_| ())
    }

    fn keep(&self) -> Option<Duration> {
        self.sessions.keep(&self.way, &*self.clock)
    }
}

impl fmt::Debug for Vault {
    /// Shows nothing that it logs in with.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vault({})", self.name())
    }
}

/// Reads an answer by all readers, for the fuzz target.
pub(crate) fn read_all(status: u16, body: &[u8]) -> Vec<String> {
    let answer = || Answer::of(status, body);
    let now = std::time::SystemTime::UNIX_EPOCH;
    let lease = Lease::new("id", Duration::from_secs(60), true);
    let failures = [
        answers::value(KvVersion::V1, "place", &answer(), now).err(),
        answers::value(KvVersion::V2, "place", &answer(), now).err(),
        answers::credentials("place", &answer()).err(),
        answers::kv_version("mount", answer()).err(),
        answers::login(answer()).err(),
        answers::good(answer()).and_then(|answer| answers::own_token(&answer)).err(),
        answers::wrapped_at(answer()).err(),
        answers::unwrapped(answer()).err(),
        answers::renewed(&lease, answer()).err(),
    ];
    failures.into_iter().flatten().map(|failure| failure.to_string()).collect()
}
