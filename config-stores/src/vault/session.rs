//! Who the program is to Vault: how it logs in, and how long its token lives.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use confident_core::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::answers::{self, Lifetime, Login};
use crate::{
    Clock, Connection, Failure, Fault, Lease,
    http::{Answer, Request, escaped_path},
    json,
    lease::Renewal,
};

/// The largest token in a file.
const MOST: usize = 64 << 10;
/// A renewal that gives less than this more has come to the end that the server sets.
const NO_MORE: Duration = Duration::from_secs(1);

/// How the program logs in.
pub(super) enum Auth {
    /// It does not: what stands in front of Vault does it for the program.
    Nobody,
    Token(SecretString),
    TokenFile(PathBuf),
    AppRole {
        role_id: SecretString,
        secret_id: SecretId,
    },
    /// A token of somebody else that Vault trusts: that of a service account, or any other JWT.
    Jwt {
        mount: &'static str,
        role: String,
        file: PathBuf,
    },
}

pub(super) enum SecretId {
    Plain(SecretString),
    Wrapped(SecretString),
}

/// The way to Vault, in a namespace.
pub(super) struct Way {
    pub(super) connection: Connection,
    pub(super) namespace: Option<String>,
}

impl Way {
    /// Sends a request with the headers that all have. The token is in a header, and nowhere else.
    pub(super) fn send(&self, request: Request<'_>, token: Option<&SecretString>) -> Result<Answer, Failure> {
        // It keeps away what was tricked into asking: a form of a page, or a naive proxy, has no such header.
        let mut request = request.header("x-vault-request", "true");
        if let Some(namespace) = &self.namespace {
            request = request.header("x-vault-namespace", namespace);
        }
        if let Some(token) = token {
            request = request.header("x-vault-token", token.expose_secret());
        }
        self.connection.send(&request)
    }
}

/// A token, and the number of its log-in: what was given on one token ends with it.
pub(super) struct Session {
    token: Option<SecretString>,
    pub(super) number: u64,
}

struct Current {
    session: Arc<Session>,
    life: Option<Life>,
}

/// A token that ends.
struct Life {
    /// When to do something about it.
    renewal: Renewal,
    is_renewable: bool,
}

impl Life {
    /// What cannot be renewed is replaced as early as others are renewed, so that nothing hangs on its last seconds.
    fn new(life: Lifetime, clock: &dyn Clock) -> Self {
        let renewal = Renewal::new(Lease::new(String::new(), life.lasts, true), clock);
        Self { renewal, is_renewable: life.is_renewable }
    }
}

/// What is to be done about the token.
enum Stand {
    Ready(Arc<Session>),
    Due(Arc<Session>, bool),
    Missing,
}

/// The log-in of a program.
pub(super) struct Sessions {
    auth: Auth,
    pub(super) auth_mount: Option<String>,
    current: Mutex<Option<Current>>,
    /// Whose turn it is to log in: a secret id may be good for one log-in, so two threads must not try at once.
    turn: Mutex<()>,
    unwrapped: Mutex<Option<SecretString>>,
    count: AtomicU64,
}

impl Sessions {
    pub(super) fn new(auth: Auth, auth_mount: Option<String>) -> Self {
        Self {
            auth,
            auth_mount,
            current: Mutex::default(),
            turn: Mutex::default(),
            unwrapped: Mutex::default(),
            count: AtomicU64::default(),
        }
    }

    /// Sends a request as the program, and again after a new log-in if the token is not accepted any more.
    ///
    /// Vault says 403 of both, a token that is over and a path that is not for the program. A token that can look
    /// itself up is alive.
    pub(super) fn ask(
        &self,
        way: &Way,
        clock: &dyn Clock,
        request: &dyn Fn() -> Request<'static>,
    ) -> Result<(Answer, Arc<Session>), Failure> {
        let (session, is_new) = self.session(way, clock)?;
        let answer = way.send(request(), session.token.as_ref())?;
        if answer.status != 403 || is_new || session.token.is_none() || self.is_alive(way, &session)? {
            return Ok((answer, session));
        }
        if matches!(self.auth, Auth::Token(_)) {
            return Err(Failure::new(Fault::Unauthenticated)
                .detail("the token is over, revoked or wrong, or may neither read this nor look itself up"));
        }
        let session = {
            let _turn = lock(&self.turn);
            match self.stand(clock) {
                // Another thread was faster.
                Stand::Ready(newer) if newer.number != session.number => newer,
                _ => self.log_in(way, clock)?,
            }
        };
        let answer = way.send(request(), session.token.as_ref())?;
        if answer.status == 403 && matches!(self.auth, Auth::TokenFile(_)) && !self.is_alive(way, &session)? {
            return Err(Failure::new(Fault::Unauthenticated).detail("the token in the file is over or wrong"));
        }
        Ok((answer, session))
    }

    /// Renews the token where that is due, and answers how long it is until it is due again.
    pub(super) fn keep(&self, way: &Way, clock: &dyn Clock) -> Option<Duration> {
        if matches!(self.stand(clock), Stand::Missing) {
            // Whoever reads next logs in.
            return None;
        }
        // A failure is kept for the next pause, and told by whoever reads.
        let _ = self.session(way, clock);
        let due = lock(&self.current).as_ref()?.life.as_ref()?.renewal.due?;
        Some(due.saturating_sub(clock.elapsed()))
    }

    /// How long what hangs on the session may last at most, where that is known.
    pub(super) fn left(&self, number: u64, clock: &dyn Clock) -> Option<Duration> {
        let current = lock(&self.current);
        let current = current.as_ref().filter(|current| current.session.number == number)?;
        Some(current.life.as_ref()?.renewal.ends.saturating_sub(clock.elapsed()))
    }

    /// The session, and whether it is so new that its token is accepted for sure.
    fn session(&self, way: &Way, clock: &dyn Clock) -> Result<(Arc<Session>, bool), Failure> {
        if let Stand::Ready(session) = self.stand(clock) {
            return Ok((session, false));
        }
        let _turn = lock(&self.turn);
        // Another thread may have been here before.
        match self.stand(clock) {
            Stand::Ready(session) => Ok((session, false)),
            Stand::Due(session, is_renewable) => Ok(self.prolong(way, clock, session, is_renewable)),
            Stand::Missing => {
                let session = self.log_in(way, clock)?;
                Ok((session, !matches!(self.auth, Auth::Token(_) | Auth::TokenFile(_))))
            }
        }
    }

    fn stand(&self, clock: &dyn Clock) -> Stand {
        let current = lock(&self.current);
        let Some(Current { session, life }) = &*current else { return Stand::Missing };
        let session = Arc::clone(session);
        let Some(Life { renewal, is_renewable }) = life else { return Stand::Ready(session) };
        let now = clock.elapsed();
        // A token that was given stays the only one, whatever our clock says.
        if renewal.ends <= now && !matches!(self.auth, Auth::Token(_)) {
            Stand::Missing
        } else if renewal.due.is_some_and(|due| due <= now) {
            Stand::Due(session, *is_renewable)
        } else {
            Stand::Ready(session)
        }
    }

    /// Renews the token, or replaces it. While neither is possible, the old one is good until its end; how often that
    /// is tried is up to [`Renewal`].
    fn prolong(
        &self,
        way: &Way,
        clock: &dyn Clock,
        session: Arc<Session>,
        is_renewable: bool,
    ) -> (Arc<Session>, bool) {
        let mut failure = None;
        if is_renewable {
            let renew = || Request::post("/v1/auth/token/renew-self", json::object(&[]));
            let renewed = way.send(renew(), session.token.as_ref()).and_then(answers::login);
            match renewed {
                Ok(Login { life, .. }) if self.lives_on(&session, life, clock) => return (session, false),
                Ok(_) => {}
                Err(why) => failure = Some(why),
            }
        }
        let is_worth_a_log_in = failure.as_ref().is_none_or(|failure| !failure.fault().is_transient());
        if is_worth_a_log_in {
            if matches!(self.auth, Auth::Token(_)) {
                let never = Failure::new(Fault::Refused);
                failure.get_or_insert(never);
            } else {
                match self.log_in(way, clock) {
                    Ok(session) => return (session, true),
                    Err(why) => failure = Some(why),
                }
            }
        }
        if let (Some(failure), Some(Current { life: Some(life), .. })) =
            (failure, lock(&self.current).as_mut())
        {
            life.renewal.failed(&failure, clock);
        }
        (session, false)
    }

    /// Keeps the new end of the token; whether it is later than the one before. There is an end that no renewal moves.
    fn lives_on(&self, session: &Session, life: Option<Lifetime>, clock: &dyn Clock) -> bool {
        let mut current = lock(&self.current);
        let Some(current) = current.as_mut().filter(|current| current.session.number == session.number)
        else {
            return false;
        };
        let before = current.life.as_ref().map(|life| life.renewal.ends);
        current.life = life.map(|life| Life::new(life, clock));
        match (before, &current.life) {
            (Some(before), Some(life)) => life.renewal.ends > before + NO_MORE,
            _ => true,
        }
    }

    /// Logs in, and keeps the session.
    fn log_in(&self, way: &Way, clock: &dyn Clock) -> Result<Arc<Session>, Failure> {
        let (token, life) = match &self.auth {
            Auth::Nobody => (None, None),
            Auth::Token(token) => (Some(token.clone()), self.given(way, token)?),
            // Who writes the file renews the token in it.
            Auth::TokenFile(file) => (Some(read(file)?), None),
            Auth::AppRole { role_id, secret_id } => {
                let secret_id = self.secret_id(way, secret_id)?;
                let fields = [("role_id", role_id.expose_secret()), ("secret_id", secret_id.expose_secret())];
                let Login { token, life } = self.log_in_at(way, "approle", &fields)?;
                (Some(token), life)
            }
            Auth::Jwt { mount, role, file } => {
                let jwt = read(file)?;
                let fields = [("role", role.as_str()), ("jwt", jwt.expose_secret())];
                let Login { token, life } = self.log_in_at(way, mount, &fields)?;
                (Some(token), life)
            }
        };
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let session = Arc::new(Session { token, number });
        let life = life.map(|life| Life::new(life, clock));
        *lock(&self.current) = Some(Current { session: Arc::clone(&session), life });
        Ok(session)
    }

    fn log_in_at(&self, way: &Way, mount: &str, fields: &[(&str, &str)]) -> Result<Login, Failure> {
        let mount = self.auth_mount.as_deref().unwrap_or(mount);
        let target = format!("/v1/auth/{}/login", escaped_path(mount));
        let answer = way.send(Request::post(target, json::object(fields)), None)?;
        match answer.status {
            400 | 401 | 403 => {
                Err(Failure::new(Fault::Unauthenticated).detail(format!("the log-in at `{mount}` failed")))
            }
            _ => answers::login(answer),
        }
    }

    /// What is known of a token that was given. One that may not look itself up is used as it is.
    fn given(&self, way: &Way, token: &SecretString) -> Result<Option<Lifetime>, Failure> {
        let answer = way.send(look_up(), Some(token))?;
        if answer.status == 403 {
            return Ok(None);
        }
        answers::own_token(&answers::good(answer)?)
    }

    fn is_alive(&self, way: &Way, session: &Session) -> Result<bool, Failure> {
        let answer = way.send(look_up(), session.token.as_ref())?;
        match answer.status {
            403 => Ok(false),
            _ => answers::good(answer).map(|_| true),
        }
    }

    /// The secret id, unwrapped once.
    fn secret_id(&self, way: &Way, secret_id: &SecretId) -> Result<SecretString, Failure> {
        let wrapping = match secret_id {
            SecretId::Plain(secret_id) => return Ok(secret_id.clone()),
            SecretId::Wrapped(token) => token,
        };
        if let Some(secret_id) = &*lock(&self.unwrapped) {
            return Ok(secret_id.clone());
        }
        // Whoever took the secret id could have wrapped another one in its place: where it was wrapped, nobody can forge.
        let look_up = Request::post("/v1/sys/wrapping/lookup", json::object(&[]));
        let made_at = answers::wrapped_at(way.send(look_up, Some(wrapping))?)?;
        let mount = self.auth_mount.as_deref().unwrap_or("approle");
        let is_of_role = made_at
            .split_once(&format!("auth/{mount}/role/"))
            .is_some_and(|(_, rest)| rest.split('/').skip(1).eq(["secret-id"]));
        if !is_of_role {
            return Err(Failure::new(Fault::Unauthenticated).detail(format!(
                "what the wrapping token holds was not made at `auth/{mount}/role/../secret-id`: somebody may have put it \
                 in place of the secret id"
            )));
        }
        let unwrap = Request::post("/v1/sys/wrapping/unwrap", json::object(&[]));
        let unwrapped = answers::unwrapped(way.send(unwrap, Some(wrapping))?)?;
        *lock(&self.unwrapped) = Some(unwrapped.clone());
        Ok(unwrapped)
    }
}

fn look_up() -> Request<'static> {
    Request::get("/v1/auth/token/lookup-self")
}

/// The text of a file without the blanks around it, in memory that is allocated once.
fn read(file: &Path) -> Result<SecretString, Failure> {
    let wrong = |what: &str| {
        Failure::new(Fault::Refused).detail(format!("the token cannot be read: {} {what}", file.display()))
    };
    let failed = |error: std::io::Error| wrong(&format!("({})", error.kind()));
    let mut text = Zeroizing::new(vec![0; MOST]);
    let mut length = 0;
    let mut open = File::open(file).map_err(failed)?;
    loop {
        match open.read(&mut text[length..]).map_err(failed)? {
            0 if length == MOST => return Err(wrong("is larger than any token")),
            0 => break,
            more => length += more,
        }
    }
    text.truncate(length);
    match std::str::from_utf8(&text).map(str::trim) {
        Ok("") => Err(wrong("is empty")),
        Ok(token) => Ok(SecretString::from(token)),
        Err(_) => Err(wrong("is not UTF-8")),
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
