//! Vault against rusty_vault, a server that others wrote. It knows version 1 of key-value pairs, AppRole, tokens that end
//! and the seal; it says yes to version 2, and keeps it as 1.
//!
//! It takes ten minutes to build: `cargo xtask prove` does, and runs these tests with its path in `RUSTY_VAULT`.
#![cfg(feature = "vault")]

mod common;

use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use common::{
    one,
    vault::{Grant, Mount, ROOT, VaultDouble},
};
use confident_stores::{AppRole, Connection, Fault, KvVersion, Store, Vault, testing::ManualClock};
use serde_json::{Value, json};

const PLACE: &str = "shop/production/token";

/// A server that is a process, which ends with this.
struct Rusty {
    address: String,
    folder: PathBuf,
    server: Child,
    root: String,
    key: String,
}

impl Rusty {
    #[allow(clippy::disallowed_methods)] // the switch of a test, not configuration
    fn start(name: &str) -> Self {
        let program =
            std::env::var_os("RUSTY_VAULT").expect("RUSTY_VAULT is the path of `rvault`: cargo xtask prove");
        let folder = std::env::temp_dir().join(format!("confident-rusty-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder can be made");
        let port =
            TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port is free");
        let config = folder.join("config.hcl");
        // One attribute on each line: its reader takes no two.
        let text = format!(
            "storage \"file\" {{\n  path = \"{0}/data\"\n}}\nlistener \"tcp\" {{\n  address = \"{port}\"\n  \
             tls_disable = \"true\"\n}}\nwork_dir = \"{0}\"\nlog_level = \"error\"\ndaemon = false\n",
            folder.display()
        );
        fs::write(&config, text).expect("the folder can be written to");
        let mut command = Command::new(program);
        command.arg("server").arg("--config").arg(&config).current_dir(&folder);
        let server = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        let address = format!("http://{port}");
        let mut rusty = Self { address, folder, server, root: String::new(), key: String::new() };
        let start = Instant::now();
        while TcpStream::connect(port).is_err() {
            assert!(start.elapsed() < Duration::from_secs(30), "it listens within half a minute");
            thread::sleep(Duration::from_millis(50));
        }
        let init = json!({"secret_shares": 1, "secret_threshold": 1});
        let (status, made) = rusty.ask("PUT", "/v1/sys/init", None, init);
        assert_eq!(status, 200, "{made}");
        rusty.root = made["root_token"].as_str().expect("it has a token").to_owned();
        rusty.key = made["keys"][0].as_str().expect("it has a key").to_owned();
        rusty.unseal();
        for (path, body) in [
            ("/v1/sys/mounts/kv", json!({"type": "kv"})),
            ("/v1/sys/mounts/fake", json!({"type": "kv", "options": {"version": "2"}})),
            ("/v1/sys/auth/approle", json!({"type": "approle"})),
            ("/v1/kv/shop/production/token", json!({"value": "hunter2-TOPSECRET"})),
            ("/v1/fake/data/shop/production/token", json!({"data": {"value": "hunter2-TOPSECRET"}})),
        ] {
            let (status, said) = rusty.ask("POST", path, Some(&rusty.root), body);
            assert!((200..300).contains(&status), "{path}: {status} {said}");
        }
        rusty
    }

    fn unseal(&self) {
        let (status, said) = self.ask("PUT", "/v1/sys/unseal", None, json!({"key": self.key}));
        assert_eq!(status, 200, "{said}");
    }

    /// The id of a new role, and a secret id.
    fn role(&self, name: &str, uses: u32, ttl: &str) -> (String, String) {
        let path = format!("/v1/auth/approle/role/{name}");
        let role = json!({"secret_id_num_uses": uses, "token_ttl": ttl, "token_policies": "default"});
        let (status, said) = self.ask("POST", &path, Some(&self.root), role);
        assert!((200..300).contains(&status), "{status} {said}");
        let (_, id) = self.ask("GET", &format!("{path}/role-id"), Some(&self.root), Value::Null);
        let (_, secret) = self.ask("POST", &format!("{path}/secret-id"), Some(&self.root), json!({}));
        let text = |value: &Value| value.as_str().expect("it is made").to_owned();
        (text(&id["data"]["role_id"]), text(&secret["data"]["secret_id"]))
    }

    fn ask(&self, method: &str, path: &str, token: Option<&str>, body: Value) -> (u16, Value) {
        ask(&self.address, method, path, token, body)
    }

    fn vault(&self) -> Vault {
        Vault::at(Connection::to(&*self.address)).mount("kv").kv_version(KvVersion::V1)
    }
}

impl Drop for Rusty {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// A request without the client under test.
fn ask(address: &str, method: &str, path: &str, token: Option<&str>, body: Value) -> (u16, Value) {
    let host = address.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).expect("it listens");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("it can be set");
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let token = token.map(|token| format!("X-Vault-Token: {token}\r\n")).unwrap_or_default();
    let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{token}");
    let head =
        format!("{head}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    stream.write_all(head.as_bytes()).expect("it listens");
    let mut answer = Vec::new();
    // The double keeps its connections: what came is enough.
    let _ = stream.shutdown(std::net::Shutdown::Write);
    stream.read_to_end(&mut answer).expect("it answers");
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, body) = answer.split_once("\r\n\r\n").expect("it speaks HTTP");
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("it has a status");
    (status, serde_json::from_str(body).unwrap_or_default())
}

fn fault(store: &Vault, place: &str) -> (Fault, String) {
    let failure = one(store, place).expect_err("it fails");
    let said = failure.to_string();
    assert!(!said.contains("TOPSECRET"), "{said}");
    (failure.fault(), said)
}

#[test]
#[ignore = "needs rusty_vault: cargo xtask prove"]
fn a_value_is_read_and_the_version_of_the_mount_is_not_assumed() {
    let rusty = Rusty::start("values");
    let store = rusty.vault().token(rusty.root.clone().into());
    one(&store, PLACE).expect("it is there");
    assert_eq!(fault(&store, "shop/production/nothing").0, Fault::Absent);
    // It does not know the question.
    let unsaid = Vault::at(Connection::to(&*rusty.address)).mount("kv").token(rusty.root.clone().into());
    let (of, said) = fault(&unsaid, PLACE);
    assert!(matches!(of, Fault::Refused | Fault::Unavailable), "{said}");
    assert!(said.contains(".kv_version(..)"), "{said}");
    // It was told to keep versions, and said yes.
    let fake = rusty.vault().mount("fake").kv_version(KvVersion::V2).token(rusty.root.clone().into());
    let (of, said) = fault(&fake, PLACE);
    assert_eq!(of, Fault::Malformed, "{said}");
    assert!(said.contains("KvVersion::V1"), "{said}");
    assert_eq!(fault(&rusty.vault().token("wrong".into()), PLACE).0, Fault::Unauthenticated);
}

#[test]
#[ignore = "needs rusty_vault: cargo xtask prove"]
fn a_role_logs_in_again_when_its_token_is_over_and_no_more_often_than_its_secret_id_may() {
    let rusty = Rusty::start("roles");
    let (role_id, secret_id) = rusty.role("shop", 2, "2s");
    // By a clock that stands still, only the server knows that the token is over.
    let role = AppRole::new(role_id, secret_id.into());
    let store = rusty.vault().app_role(role).clock(ManualClock::default());
    one(&store, PLACE).expect("it logs in");
    thread::sleep(Duration::from_secs(3));
    one(&store, PLACE).expect("it logs in again");
    thread::sleep(Duration::from_secs(3));
    assert_eq!(fault(&store, PLACE).0, Fault::Unauthenticated);
    let (role_id, _) = rusty.role("other", 1, "1h");
    let wrong = rusty.vault().app_role(AppRole::new(role_id, "wrong-TOPSECRET".into()));
    assert_eq!(fault(&wrong, PLACE).0, Fault::Unauthenticated);
}

#[test]
#[ignore = "needs rusty_vault: cargo xtask prove"]
fn a_seal_is_told_and_passes() {
    let rusty = Rusty::start("seal");
    let store = rusty.vault().token(rusty.root.clone().into());
    one(&store, PLACE).expect("it is there");
    let (status, said) = rusty.ask("PUT", "/v1/sys/seal", Some(&rusty.root), Value::Null);
    assert!((200..300).contains(&status), "{said}");
    let (of, said) = fault(&store, PLACE);
    assert_eq!(of, Fault::Sealed, "{said}");
    assert!(of.is_transient());
    rusty.unseal();
    one(&store, PLACE).expect("it is there again");
    assert_eq!(store.kind(), "vault");
}

/// The types of what is in an answer, as far as a client looks.
fn shape(answer: &Value) -> Vec<(&'static str, &'static str)> {
    let kind = |value: &Value| match value {
        Value::Null => "nothing",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    };
    let looked_at = [
        "/data/value",
        "/data/ttl",
        "/lease_id",
        "/lease_duration",
        "/auth/client_token",
        "/auth/lease_duration",
        "/auth/renewable",
    ];
    looked_at.into_iter().map(|at| (at, kind(answer.pointer(at).unwrap_or(&Value::Null)))).collect()
}

#[test]
#[ignore = "needs rusty_vault: cargo xtask prove"]
fn the_double_answers_as_the_real_one() {
    let rusty = Rusty::start("contract");
    let (role_id, secret_id) = rusty.role("shop", 1, "1h");
    let server = VaultDouble::new();
    server.mount("kv", Mount::V1([(PLACE.to_owned(), json!({"value": "hunter2-TOPSECRET"}))].into()));
    server.app_role(1, Grant { ttl: 3600, is_renewable: true, ..Grant::default() });
    let login = |role_id: &str, secret_id: &str| json!({"role_id": role_id, "secret_id": secret_id});
    let logins = [login(&role_id, &secret_id), login("role-TOPSECRET", "secret-id-TOPSECRET")];
    let value = format!("/v1/kv/{PLACE}");
    let nobody = Some("wrong".to_owned());
    let roots = [Some(rusty.root.clone()), Some(ROOT.to_owned())];
    let none = || [Value::Null, Value::Null];
    let cases = [
        ("a value", "GET", &*value, roots.clone(), none(), 200),
        ("nothing", "GET", "/v1/kv/shop/nothing", roots.clone(), none(), 404),
        ("a wrong token", "GET", &value, [nobody.clone(), nobody.clone()], none(), 403),
        ("itself", "GET", "/v1/auth/token/lookup-self", roots, none(), 200),
        ("a wrong token, itself", "GET", "/v1/auth/token/lookup-self", [nobody.clone(), nobody], none(), 403),
        ("a log-in", "POST", "/v1/auth/approle/login", [None, None], logins.clone(), 200),
        ("a log-in too many", "POST", "/v1/auth/approle/login", [None, None], logins, 400),
    ];
    for (name, method, path, tokens, bodies, expected) in cases {
        let addresses = [rusty.address.clone(), server.double.address()];
        let mut answers = Vec::new();
        for ((address, token), body) in addresses.iter().zip(&tokens).zip(bodies) {
            let (status, answer) = ask(address, method, path, token.as_deref(), body);
            assert_eq!(status, expected, "{name}: {address}");
            answers.push(shape(&answer));
        }
        if expected == 200 {
            assert_eq!(answers[0], answers[1], "{name}");
        }
    }
}
