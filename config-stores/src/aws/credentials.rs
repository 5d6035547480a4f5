//! Who asks: where the keys that requests are signed with come from, and when they are got anew.

use std::{
    collections::BTreeMap,
    fmt,
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use confident_core::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::{metadata, profile};
use crate::{Failure, Fault, bytes};

/// How long before they end credentials are replaced.
const BEFORE_THE_END: Duration = Duration::from_secs(5 * 60);

/// Who asks AWS.
///
/// Credentials that last for a time are got anew five minutes before they end, and once where AWS does not accept them
/// any more. A clone shares them, so that one set serves several stores.
///
/// # Example
/// ```
/// use confident_stores::{Credentials, ParameterStore, SecretsManager, Store};
///
/// let credentials = Credentials::from_environment();
/// let secrets = SecretsManager::in_region("eu-central-1").credentials(credentials.clone()).source();
/// let settings = ParameterStore::in_region("eu-central-1").credentials(credentials).source();
/// ```
#[derive(Clone)]
pub struct Credentials(Arc<Inner>);

struct Inner {
    /// The first that has some counts.
    chain: Vec<Provider>,
    known: Mutex<Option<Arc<Session>>>,
}

/// A pair of keys, perhaps for a time.
pub(crate) struct Session {
    pub(crate) key_id: String,
    pub(crate) secret: SecretString,
    pub(crate) token: Option<SecretString>,
    pub(crate) ends: Option<SystemTime>,
}

/// Where credentials come from.
enum Provider {
    /// The program, or its variables.
    Fixed(Arc<Session>),
    /// A file of sections. One that nobody named need not be there.
    File { path: PathBuf, profile: String, is_named: bool },
    /// A token of another authority, which AWS takes for a role: Kubernetes, GitHub.
    WebIdentity(metadata::WebIdentity),
    /// The agent beside a container: ECS, EKS.
    Container(metadata::Container),
    /// The machine: EC2.
    Instance(metadata::Instance),
    /// What the variables say makes no sense.
    Broken(&'static str),
}

/// The variables that tell where credentials come from, by the names that all tools of AWS know.
const VARIABLES: [&str; 17] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_ROLE_SESSION_NAME",
    "AWS_ENDPOINT_URL_STS",
    "AWS_PROFILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_EC2_METADATA_SERVICE_ENDPOINT",
    "HOME",
    "USERPROFILE",
];

impl Credentials {
    /// A pair of keys that the program has.
    pub fn fixed(key_id: impl Into<String>, secret: SecretString) -> Self {
        Self::chain(vec![fixed(key_id.into(), secret, None)])
    }

    /// A pair of keys that the program has, with the token of the session that they belong to.
    pub fn of_session(key_id: impl Into<String>, secret: SecretString, token: SecretString) -> Self {
        Self::chain(vec![fixed(key_id.into(), secret, Some(token))])
    }

    /// The keys of a section of a file, such as `~/.aws/credentials`. What a section says of roles, of single sign-on and
    /// of commands is not read.
    pub fn from_file(path: impl Into<PathBuf>, profile: impl Into<String>) -> Self {
        Self::chain(vec![Provider::File { path: path.into(), profile: profile.into(), is_named: true }])
    }

    /// What the environment of the process tells, as the tools of AWS understand it. The first of these counts:
    ///
    /// 1. `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, with `AWS_SESSION_TOKEN`
    /// 2. `AWS_WEB_IDENTITY_TOKEN_FILE` and `AWS_ROLE_ARN`: a role, by the token of another authority
    /// 3. the section `AWS_PROFILE`, or `default`, of `AWS_SHARED_CREDENTIALS_FILE`, or of `~/.aws/credentials`
    /// 4. `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `AWS_CONTAINER_CREDENTIALS_FULL_URI`: a container
    /// 5. the machine in EC2, by the second version of its metadata service, unless `AWS_EC2_METADATA_DISABLED` is `true`
    ///
    /// The variables are read here and now; what they lead to is asked when a store first needs it.
    #[allow(clippy::disallowed_methods)] // platforms hand the credentials over in variables, which the name says
    pub fn from_environment() -> Self {
        Self::from_pairs(VARIABLES.iter().filter_map(|name| Some((*name, std::env::var(name).ok()?))))
    }

    /// What these variables tell, as [`from_environment`](Self::from_environment) reads them from the process.
    pub fn from_pairs<N: AsRef<str>, V: Into<String>>(pairs: impl IntoIterator<Item = (N, V)>) -> Self {
        let known = |name: &str| VARIABLES.iter().find(|known| **known == name).copied();
        let pairs =
            pairs.into_iter().map(|(name, value)| (known(name.as_ref()), Zeroizing::new(value.into())));
        let pairs = pairs.filter(|(_, value)| !value.is_empty());
        Self::chain(told(&pairs.filter_map(|(name, value)| Some((name?, value))).collect()))
    }

    fn chain(chain: Vec<Provider>) -> Self {
        Self(Arc::new(Inner { chain, known: Mutex::default() }))
    }

    /// The keys to sign with.
    ///
    /// # Errors
    /// Why there are none.
    pub(crate) fn current(&self, region: &str, now: SystemTime) -> Result<Arc<Session>, Failure> {
        // Nothing is locked while someone is asked.
        let known = self.known().clone();
        let lasts = |by: Duration| {
            let session = known.as_ref()?;
            session.ends.is_none_or(|ends| now + by < ends).then(|| Arc::clone(session))
        };
        if let Some(session) = lasts(BEFORE_THE_END) {
            return Ok(session);
        }
        self.fetched(region).or_else(|failure| lasts(Duration::ZERO).ok_or(failure))
    }

    /// Other keys than those that AWS does not accept; `None` where there are no others.
    ///
    /// # Errors
    /// Why they cannot be got.
    pub(crate) fn other_than(
        &self,
        refused: &Arc<Session>,
        region: &str,
    ) -> Result<Option<Arc<Session>>, Failure> {
        // Another thread may have been here.
        if let Some(known) = &*self.known()
            && !known.is_same_as(refused)
        {
            return Ok(Some(Arc::clone(known)));
        }
        let fetched = self.fetched(region)?;
        Ok((!fetched.is_same_as(refused)).then_some(fetched))
    }

    fn fetched(&self, region: &str) -> Result<Arc<Session>, Failure> {
        for provider in &self.0.chain {
            if let Some(session) = provider.session(region)? {
                *self.known() = Some(Arc::clone(&session));
                return Ok(session);
            }
        }
        Err(nobody("there are none in the variables, in the file of credentials, or from the machine"))
    }

    fn known(&self) -> MutexGuard<'_, Option<Arc<Session>>> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Credentials {
    /// Shows where they come from, and none of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |provider: &Provider| match provider {
            Provider::Fixed(_) => "keys".to_owned(),
            Provider::File { path, profile, .. } => format!("{profile} of {}", path.display()),
            Provider::WebIdentity(_) => "web identity".to_owned(),
            Provider::Container(_) => "container".to_owned(),
            Provider::Instance(_) => "instance".to_owned(),
            Provider::Broken(_) => "none".to_owned(),
        };
        let names: Vec<String> = self.0.chain.iter().map(name).collect();
        write!(f, "Credentials({})", names.join(", or "))
    }
}

impl Session {
    fn is_same_as(&self, other: &Self) -> bool {
        fn parts(session: &Session) -> (&str, &str, Option<&str>) {
            let Session { key_id, secret, token, ends: _ } = session;
            (key_id, secret.expose_secret(), token.as_ref().map(|token| token.expose_secret()))
        }
        parts(self) == parts(other)
    }
}

impl Provider {
    /// The keys; `None` where this one has none, and the next one may.
    fn session(&self, region: &str) -> Result<Option<Arc<Session>>, Failure> {
        match self {
            Self::Fixed(session) => Ok(Some(Arc::clone(session))),
            Self::File { path, profile, is_named } => Ok(of_file(path, profile, *is_named)?.map(Arc::new)),
            Self::WebIdentity(identity) => Ok(Some(Arc::new(identity.session(region)?))),
            Self::Container(container) => Ok(Some(Arc::new(container.session()?))),
            Self::Instance(instance) => Ok(Some(Arc::new(instance.session()?))),
            Self::Broken(what) => Err(nobody(*what)),
        }
    }
}

/// Nobody is there to ask as.
pub(super) fn nobody(detail: impl Into<std::borrow::Cow<'static, str>>) -> Failure {
    Failure::new(Fault::Unauthenticated).detail(detail)
}

/// What some variables tell.
fn told(variables: &BTreeMap<&'static str, Zeroizing<String>>) -> Vec<Provider> {
    let of = |name: &str| variables.get(name).map(|value| value.as_str());
    let secret = |name: &str| of(name).map(SecretString::from);
    match (of("AWS_ACCESS_KEY_ID"), secret("AWS_SECRET_ACCESS_KEY")) {
        (Some(id), Some(key)) => return vec![fixed(id.to_owned(), key, secret("AWS_SESSION_TOKEN"))],
        (Some(_), None) => return vec![Provider::Broken("AWS_SECRET_ACCESS_KEY is not set")],
        (None, Some(_)) => return vec![Provider::Broken("AWS_ACCESS_KEY_ID is not set")],
        (None, None) => {}
    }
    match (of("AWS_WEB_IDENTITY_TOKEN_FILE"), of("AWS_ROLE_ARN")) {
        (Some(file), Some(role)) => {
            return vec![Provider::WebIdentity(metadata::WebIdentity {
                token_file: file.into(),
                role: role.to_owned(),
                session: of("AWS_ROLE_SESSION_NAME").unwrap_or("confident").to_owned(),
                endpoint: of("AWS_ENDPOINT_URL_STS").map(str::to_owned),
            })];
        }
        (Some(_), None) => return vec![Provider::Broken("AWS_ROLE_ARN is not set")],
        _ => {}
    }
    let mut chain = Vec::new();
    let home = of("HOME").or(of("USERPROFILE"));
    let usual = home.map(|home| Path::new(home).join(".aws").join("credentials"));
    let named = of("AWS_SHARED_CREDENTIALS_FILE").map(PathBuf::from);
    if let Some(path) = named.or(usual) {
        let (profile, is_named) = (of("AWS_PROFILE"), of("AWS_PROFILE").is_some());
        chain.push(Provider::File { path, profile: profile.unwrap_or("default").to_owned(), is_named });
    }
    let token = || metadata::ContainerToken {
        file: of("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").map(PathBuf::from),
        text: secret("AWS_CONTAINER_AUTHORIZATION_TOKEN"),
    };
    let container =
        match (of("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"), of("AWS_CONTAINER_CREDENTIALS_FULL_URI")) {
            (Some(path), _) => Some(metadata::Container::at_path(path, token())),
            (None, Some(address)) => Some(metadata::Container::at(address, token())),
            (None, None) => None,
        };
    let is_disabled = of("AWS_EC2_METADATA_DISABLED").is_some_and(|text| text.eq_ignore_ascii_case("true"));
    match container {
        Some(container) => chain.push(Provider::Container(container)),
        None if is_disabled => {}
        None => {
            let endpoint = of("AWS_EC2_METADATA_SERVICE_ENDPOINT").map(str::to_owned);
            chain.push(Provider::Instance(metadata::Instance { endpoint }));
        }
    }
    chain
}

fn fixed(key_id: String, secret: SecretString, token: Option<SecretString>) -> Provider {
    Provider::Fixed(Arc::new(Session { key_id, secret, token, ends: None }))
}

fn of_file(path: &Path, wanted: &str, is_named: bool) -> Result<Option<Session>, Failure> {
    if !is_named && !path.exists() {
        return Ok(None);
    }
    let bytes = file(path)?;
    let Ok(text) = std::str::from_utf8(&bytes) else {
        return Err(nobody(format!("{} is not UTF-8", path.display())));
    };
    let Some(profile) = profile::section(text, wanted) else {
        let missing = format!("{} has no section [{wanted}]", path.display());
        return if is_named { Err(nobody(missing)) } else { Ok(None) };
    };
    match (profile.key_id, profile.secret) {
        (Some(id), Some(key)) => Ok(Some(Session {
            key_id: id.to_owned(),
            secret: SecretString::from(key),
            token: profile.token.map(SecretString::from),
            ends: None,
        })),
        _ => Err(nobody(format!(
            "the section [{wanted}] of {} has not both aws_access_key_id and aws_secret_access_key; roles, \
             single sign-on and commands are not read",
            path.display()
        ))),
    }
}

/// A small file.
pub(super) fn file(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let unreadable = |what: &str| nobody(format!("{} {what}", path.display()));
    let failed = |error: std::io::Error| unreadable(&format!("cannot be read: {}", error.kind()));
    // A pipe would be waited for.
    let is_file = std::fs::metadata(path).map_err(failed)?.is_file();
    let read =
        if is_file { bytes::read_all(File::open(path).map_err(failed)?).map_err(failed)? } else { None };
    read.ok_or_else(|| unreadable("is not a file of credentials"))
}
