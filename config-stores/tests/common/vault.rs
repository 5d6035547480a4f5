//! Vault as its documents and the sources of OpenBao describe it, as far as a program that reads needs it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use confident_stores::{Clock, Connection, testing::ManualClock};
use serde_json::{Value, json};

use super::{
    double::{Asked, Double, Reply},
    kinds::PATIENCE,
};

/// The token that may do everything.
pub(crate) const ROOT: &str = "hvs.root-TOPSECRET";

/// What makes users in a database, and what removes them.
pub(crate) trait Users: Send + Sync {
    fn create(&self, name: &str, password: &str);
    fn remove(&self, name: &str);
}

/// Users of no database.
pub(crate) struct Nowhere;

impl Users for Nowhere {
    fn create(&self, _: &str, _: &str) {}
    fn remove(&self, _: &str) {}
}

/// A mount, by what is mounted.
pub(crate) enum Mount {
    V1(BTreeMap<String, Value>),
    V2(BTreeMap<String, Vec<Version>>),
    /// Roles, with the duration of a lease and the longest it can become.
    Database(BTreeMap<String, (u64, u64)>),
    /// Seconds to the next change of a static role.
    Static(u64),
    Other,
}

/// A version of a value.
#[derive(Clone)]
pub(crate) struct Version {
    pub(crate) fields: Value,
    pub(crate) is_destroyed: bool,
    /// When it is deleted, on the clock.
    pub(crate) deleted: Option<Duration>,
    /// When it was written.
    pub(crate) created: Duration,
}

impl Version {
    pub(crate) fn of(fields: Value) -> Self {
        Self { fields, is_destroyed: false, deleted: None, created: Duration::ZERO }
    }
}

/// What a log-in gives.
#[derive(Clone, Default)]
pub(crate) struct Grant {
    pub(crate) ttl: u64,
    /// The longest that renewals can make it; 0 for no end.
    pub(crate) max_ttl: u64,
    pub(crate) is_renewable: bool,
    /// The beginnings of what may be read; all, where there are none.
    pub(crate) allowed: Vec<String>,
    /// Tokens without the policy `default` may not look themselves up.
    pub(crate) is_without_default: bool,
}

pub(crate) enum Login {
    /// Secret ids, with how often each can be used.
    AppRole { role_id: String, secret_ids: BTreeMap<String, u32> },
    /// The JWT that is good now.
    Jwt { role: String, good: String },
}

struct Token {
    namespace: String,
    grant: Grant,
    ends: Option<Duration>,
    last: Option<Duration>,
}

struct Leased {
    user: String,
    ends: Duration,
    last: Duration,
    ttl: u64,
    token: String,
}

struct Wrapped {
    made_at: String,
    data: Value,
}

pub(crate) struct State {
    clock: ManualClock,
    pub(crate) is_sealed: bool,
    /// By namespace and path.
    pub(crate) mounts: BTreeMap<(String, String), Mount>,
    pub(crate) logins: BTreeMap<(String, String), (Login, Grant)>,
    tokens: BTreeMap<String, Token>,
    wrapped: BTreeMap<String, Wrapped>,
    leases: BTreeMap<String, Leased>,
    users: Box<dyn Users>,
    count: u64,
}

/// A Vault that is a double.
pub(crate) struct VaultDouble {
    pub(crate) double: Double,
    pub(crate) clock: ManualClock,
    /// How long its clients wait.
    patience: Duration,
    state: Arc<Mutex<State>>,
}

impl VaultDouble {
    pub(crate) fn new() -> Self {
        Self { patience: PATIENCE, ..Self::with(Nowhere) }
    }

    /// A real database takes its time.
    pub(crate) fn with(users: impl Users + 'static) -> Self {
        let clock = ManualClock::default();
        let mut state = State {
            clock: clock.clone(),
            is_sealed: false,
            mounts: BTreeMap::new(),
            logins: BTreeMap::new(),
            tokens: BTreeMap::new(),
            wrapped: BTreeMap::new(),
            leases: BTreeMap::new(),
            users: Box::new(users),
            count: 0,
        };
        state.insert_token(ROOT, "", Grant::default());
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let double = Double::new(move |asked| lock(&shared).answer(asked));
        Self { double, clock, patience: Duration::from_secs(30), state }
    }

    pub(crate) fn connection(&self) -> Connection {
        Connection::to(self.double.address()).timeout(self.patience)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(crate) fn mount(&self, path: &str, mount: Mount) {
        self.mount_in("", path, mount);
    }

    pub(crate) fn mount_in(&self, namespace: &str, path: &str, mount: Mount) {
        self.state().mounts.insert((namespace.to_owned(), path.to_owned()), mount);
    }

    /// A way to log in.
    pub(crate) fn login(&self, mount: &str, login: Login, grant: Grant) {
        self.state().logins.insert((String::new(), mount.to_owned()), (login, grant));
    }

    /// A role that logs in with `secret-id-TOPSECRET`.
    pub(crate) fn app_role(&self, uses: u32, grant: Grant) {
        let secret_ids = [("secret-id-TOPSECRET".to_owned(), uses)].into();
        self.login("approle", Login::AppRole { role_id: "role-TOPSECRET".to_owned(), secret_ids }, grant);
    }

    /// Writes a version at a path of a mount of version 2, now.
    pub(crate) fn write(&self, mount: &str, path: &str, version: Version) {
        let version = Version { created: self.clock.elapsed(), ..version };
        let mut state = self.state();
        match state.mounts.get_mut(&(String::new(), mount.to_owned())) {
            Some(Mount::V2(values)) => values.entry(path.to_owned()).or_default().push(version),
            _ => panic!("the mount is of version 2"),
        }
    }

    /// A token that wraps a secret id, as if it was made at this path.
    pub(crate) fn wrap(&self, token: &str, made_at: &str) {
        let data = json!({"secret_id": "secret-id-TOPSECRET", "secret_id_accessor": "a", "secret_id_ttl": 0});
        self.state().wrapped.insert(token.to_owned(), Wrapped { made_at: made_at.to_owned(), data });
    }

    pub(crate) fn token(&self, token: &str, grant: Grant) {
        self.state().insert_token(token, "", grant);
    }

    /// All tokens of log-ins are over.
    pub(crate) fn revoke_tokens(&self) {
        self.state().tokens.retain(|token, _| token == ROOT);
    }

    /// How many leases there are.
    pub(crate) fn leases(&self) -> usize {
        let mut state = self.state();
        state.end_what_is_over();
        state.leases.len()
    }

    /// The paths that were asked for, each with its method.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.double.asked().iter().map(|asked| format!("{} {}", asked.method, asked.target)).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What every good answer has.
fn envelope(data: Value) -> Value {
    json!({"request_id": "0b1f", "lease_id": "", "renewable": false, "lease_duration": 0, "data": data,
        "wrap_info": null, "warnings": null, "auth": null})
}

fn good(data: Value) -> Reply {
    Reply::json(envelope(data))
}

fn errors(status: u16, errors: &[&str]) -> Reply {
    Reply::json(json!({"errors": errors})).status(status)
}

fn denied() -> Reply {
    errors(403, &["permission denied"])
}

impl State {
    fn number(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    fn insert_token(&mut self, token: &str, namespace: &str, grant: Grant) {
        let now = self.clock.elapsed();
        let after = |seconds: u64| (seconds > 0).then(|| now + Duration::from_secs(seconds));
        let (ends, last) = (after(grant.ttl), after(grant.max_ttl));
        self.tokens.insert(token.to_owned(), Token { namespace: namespace.to_owned(), grant, ends, last });
    }

    /// Tokens end, and what hangs on them.
    fn end_what_is_over(&mut self) {
        let now = self.clock.elapsed();
        self.tokens.retain(|_, token| token.ends.is_none_or(|ends| ends > now));
        let over = |leased: &Leased| leased.ends <= now || !self.tokens.contains_key(&leased.token);
        let over: Vec<String> =
            self.leases.iter().filter(|(_, leased)| over(leased)).map(|(id, _)| id.clone()).collect();
        for id in over {
            self.end(&id);
        }
    }

    fn end(&mut self, id: &str) -> bool {
        let Some(leased) = self.leases.remove(id) else { return false };
        self.users.remove(&leased.user);
        true
    }

    fn answer(&mut self, asked: &Asked) -> Reply {
        if self.is_sealed {
            return errors(503, &["Vault is sealed"]);
        }
        self.end_what_is_over();
        let namespace = asked.header("x-vault-namespace").unwrap_or_default().trim_matches('/').to_owned();
        let path = asked.path().strip_prefix("/v1/").unwrap_or_default().to_owned();
        let token = asked.header("x-vault-token").unwrap_or_default().to_owned();
        let segments: Vec<&str> = path.split('/').collect();
        match (&*asked.method, &segments[..]) {
            ("POST", ["auth", mount @ .., "login"]) => {
                self.log_in(&namespace, &mount.join("/"), &asked.json())
            }
            ("POST", ["sys", "wrapping", "lookup"]) => match self.wrapped.get(&token) {
                Some(Wrapped { made_at, .. }) => good(
                    json!({"creation_path": made_at, "creation_ttl": 60, "creation_time": "2027-01-01T00:00:00Z"}),
                ),
                None => errors(400, &["wrapping token is not valid or does not exist"]),
            },
            ("POST", ["sys", "wrapping", "unwrap"]) => match self.wrapped.remove(&token) {
                Some(Wrapped { data, .. }) => good(data),
                None => errors(400, &["wrapping token is not valid or does not exist"]),
            },
            _ => self.answer_to(asked, &namespace, &token, &segments),
        }
    }

    /// What only a token gets.
    fn answer_to(&mut self, asked: &Asked, namespace: &str, token: &str, segments: &[&str]) -> Reply {
        let now = self.clock.elapsed();
        // A token of a namespace is none in another; that of the root is one everywhere.
        let known = self
            .tokens
            .get_mut(token)
            .filter(|known| known.namespace.is_empty() || known.namespace == namespace);
        let Some(known) = known else { return denied() };
        let left = known.ends.map_or(0, |ends| ends.saturating_sub(now).as_secs());
        match (&*asked.method, segments) {
            ("GET", ["auth", "token", "lookup-self"]) if known.grant.is_without_default => denied(),
            ("GET", ["auth", "token", "lookup-self"]) => good(
                json!({"id": token, "ttl": left, "renewable": known.grant.is_renewable, "policies": ["default"]}),
            ),
            ("POST", ["auth", "token", "renew-self"]) => {
                if !known.grant.is_renewable {
                    return errors(400, &["lease is not renewable"]);
                }
                let ends = now + Duration::from_secs(known.grant.ttl);
                let ends = known.last.map_or(ends, |last| last.min(ends));
                known.ends = Some(ends);
                let mut answer = envelope(Value::Null);
                answer["auth"] = json!({"client_token": token, "accessor": "a", "policies": ["default"],
                    "lease_duration": (ends - now).as_secs(), "renewable": true, "token_type": "service"});
                Reply::json(answer)
            }
            ("POST", ["sys", "leases", what @ ("renew" | "revoke")]) => self.lease(what, &asked.json()),
            ("GET", ["sys", "internal", "ui", "mounts", rest @ ..]) => {
                let allowed = known.grant.allowed.clone();
                self.mount(namespace, &rest.join("/"), &allowed)
            }
            ("GET", path) => {
                let path = path.join("/");
                let allowed = &known.grant.allowed;
                if !(allowed.is_empty() || allowed.iter().any(|prefix| path.starts_with(prefix))) {
                    return denied();
                }
                self.read(
                    namespace,
                    token,
                    &path,
                    asked.target.split_once("?version=").map(|(_, version)| version),
                )
            }
            _ => errors(405, &["unsupported operation"]),
        }
    }

    fn log_in(&mut self, namespace: &str, mount: &str, body: &Value) -> Reply {
        let Some((login, grant)) = self.logins.get_mut(&(namespace.to_owned(), mount.to_owned())) else {
            return denied();
        };
        let is_good = match login {
            Login::AppRole { role_id, secret_ids } => {
                let left = body["secret_id"].as_str().and_then(|id| secret_ids.get_mut(id));
                let left = left.filter(|left| **left > 0 && body["role_id"].as_str() == Some(&*role_id));
                left.map(|left| *left -= 1).is_some()
            }
            Login::Jwt { role, good } => body["role"] == **role && body["jwt"] == **good,
        };
        if !is_good {
            return errors(400, &["invalid role or secret ID"]);
        }
        let grant = grant.clone();
        let token = format!("hvs.TOPSECRET-{}", self.number());
        self.insert_token(&token, namespace, grant.clone());
        let mut answer = envelope(Value::Null);
        answer["auth"] = json!({"client_token": token, "accessor": "a", "policies": ["default"],
            "lease_duration": grant.ttl, "renewable": grant.is_renewable, "token_type": "service", "orphan": true});
        Reply::json(answer)
    }

    /// The mount that a path is in, and the rest of the path.
    fn find<'p>(&self, namespace: &str, path: &'p str) -> Option<(String, &'p str)> {
        let mounts = self.mounts.keys().filter(|(of, _)| of == namespace).map(|(_, mount)| mount);
        let found = mounts.filter_map(|mount| {
            let rest = path.strip_prefix(&**mount)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| (mount.clone(), rest.trim_start_matches('/')))
        });
        found.max_by_key(|(mount, _)| mount.len())
    }

    fn mount(&self, namespace: &str, path: &str, allowed: &[String]) -> Reply {
        let is_seen =
            |mount: &str| allowed.is_empty() || allowed.iter().any(|prefix| prefix.starts_with(mount));
        let found = self.find(namespace, path).filter(|(mount, _)| is_seen(mount));
        let Some((mount, _)) = found else {
            let error = "preflight capability check returned 403, please ensure client's policies grant access to path";
            return errors(403, &[&format!("{error} \"{path}/\"")]);
        };
        let (kind, options) = match &self.mounts[&(namespace.to_owned(), mount.clone())] {
            Mount::V1(_) => ("kv", Value::Null),
            Mount::V2(_) => ("kv", json!({"version": "2"})),
            Mount::Database(_) | Mount::Static(_) => ("database", Value::Null),
            Mount::Other => ("transit", Value::Null),
        };
        good(
            json!({"path": format!("{mount}/"), "type": kind, "options": options, "accessor": "kv_1", "description": ""}),
        )
    }

    fn read(&mut self, namespace: &str, token: &str, path: &str, version: Option<&str>) -> Reply {
        let Some((mount, rest)) = self.find(namespace, path) else {
            let route = format!("no handler for route \"{path}\". route entry not found.");
            return errors(404, &[&route]);
        };
        let now = self.clock.elapsed();
        let nothing = || errors(404, &[]);
        match &self.mounts[&(namespace.to_owned(), mount.clone())] {
            Mount::V1(values) => match values.get(rest) {
                None => nothing(),
                Some(fields) => {
                    let mut answer = envelope(fields.clone());
                    // What is said by the field `ttl`; else the longest lease of the mount, 32 days.
                    answer["lease_duration"] = fields.get("ttl").cloned().unwrap_or_else(|| 2_764_800.into());
                    Reply::json(answer)
                }
            },
            Mount::V2(values) => {
                let Some(rest) = rest.strip_prefix("data/") else {
                    let mut answer = envelope(Value::Null);
                    answer["warnings"] =
                        json!(["Invalid path for a versioned K/V secrets engine. See the API docs."]);
                    return Reply::json(answer).status(404);
                };
                let wanted = version.map(|version| version.parse::<usize>().expect("a number"));
                let is_wanted =
                    |(number, _): &(usize, &Version)| wanted.is_none_or(|wanted| wanted == number + 1);
                let Some((number, version)) =
                    values.get(rest).and_then(|all| all.iter().enumerate().rfind(is_wanted))
                else {
                    return nothing();
                };
                let moment = |after: Duration| {
                    let start = self.clock.now() - now;
                    humantime::format_rfc3339_nanos(start + after).to_string()
                };
                let metadata = json!({"version": number + 1, "created_time": moment(version.created),
                    "deletion_time": version.deleted.map(moment).unwrap_or_default(),
                    "destroyed": version.is_destroyed, "custom_metadata": null});
                if version.is_destroyed || version.deleted.is_some_and(|deleted| deleted <= now) {
                    return good(json!({"data": null, "metadata": metadata})).status(404);
                }
                good(json!({"data": version.fields, "metadata": metadata}))
            }
            Mount::Database(roles) => {
                let role = rest.strip_prefix("creds/").and_then(|role| roles.get(role));
                let Some((ttl, last)) = role.copied() else { return errors(400, &["unknown role"]) };
                let number = self.number();
                let (user, password) = (format!("v-shop-{number}"), format!("TOPSECRET-{number}"));
                let id = format!("{path}/TOPSECRET-{number}");
                self.users.create(&user, &password);
                let (ends, last) = (now + Duration::from_secs(ttl), now + Duration::from_secs(last));
                let leased = Leased { user: user.clone(), ends, last, ttl, token: token.to_owned() };
                self.leases.insert(id.clone(), leased);
                let mut answer = envelope(json!({"username": user, "password": password}));
                answer["lease_id"] = id.into();
                answer["lease_duration"] = ttl.into();
                answer["renewable"] = true.into();
                Reply::json(answer)
            }
            Mount::Static(ttl) => good(json!({"username": "shop", "password": "TOPSECRET", "ttl": ttl,
                "rotation_period": 3600, "last_vault_rotation": "2027-01-01T00:00:00Z"})),
            Mount::Other => errors(405, &["unsupported operation"]),
        }
    }

    fn lease(&mut self, what: &str, body: &Value) -> Reply {
        let now = self.clock.elapsed();
        let id = body["lease_id"].as_str().unwrap_or_default();
        if what == "revoke" {
            self.end(id);
            return Reply::text(204, "");
        }
        let Some(leased) = self.leases.get_mut(id) else { return errors(400, &["lease not found"]) };
        leased.ends = (now + Duration::from_secs(leased.ttl)).min(leased.last);
        let mut answer = envelope(Value::Null);
        answer["lease_id"] = id.into();
        answer["lease_duration"] = (leased.ends - now).as_secs().into();
        answer["renewable"] = true.into();
        Reply::json(answer)
    }
}
