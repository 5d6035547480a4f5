//! The page of a fleet: what the server answers to whom, and what a browser shows.
#![cfg(feature = "fleet")]
#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

#[path = "../../config-docs/tests/browser/mod.rs"]
#[allow(dead_code)] // each test uses a part of it
mod browser;
#[allow(dead_code)]
mod instances;

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant, SystemTime},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use browser::{FAINT, Page, browser};
use confident::{Cause, InstanceState, Standing};
use instances::{Folder, KEY, instance};
use serde_json::{Value, json};

/// The tool while it serves a page.
struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(fleet: &Folder, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_confident"))
            .args(["fleet", "states", "--serve"])
            .args(arguments)
            .current_dir(fleet.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("http://").unwrap().trim_end_matches('/').to_owned();
        Self { child, address }
    }

    fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// What is answered to these bytes.
    fn ask(&self, request: &str) -> String {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        connection.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        connection.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    }

    fn get(&self, path: &str, host: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"))
    }

    fn state(&self) -> Value {
        let answer = self.get("/state.json", "localhost");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {answer}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn status(answer: &str) -> &str {
    answer.split_once("\r\n").unwrap().0
}

/// Waits until it holds, but not for ever.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn only_who_asks_by_address_is_answered() {
    let fleet = Folder::new("hosts");
    let server = Server::start(&fleet, &[]);
    let port = server.address.rsplit_once(':').unwrap().1;
    let ok = "HTTP/1.1 200 OK";
    for host in [
        server.address.as_str(),
        "127.0.0.1",
        "localhost",
        &format!("LOCALHOST:{port}"),
        "[::1]",
        &format!("[::1]:{port}"),
        "192.0.2.1:80",
    ] {
        assert_eq!(status(&server.get("/state.json", host)), ok, "{host}");
    }
    // A name that someone made point to here.
    let forbidden = "HTTP/1.1 403 Forbidden";
    for host in [
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "127.0.0.1:x",
        "::1",
        "[127.0.0.1]",
    ] {
        let answer = server.get("/state.json", host);
        assert_eq!(status(&answer), forbidden, "{host}");
        assert!(!answer.contains("programs"), "{answer}");
    }
    assert_eq!(status(&server.ask("GET / HTTP/1.0\r\n\r\n")), forbidden, "nobody says whom they ask");
    let twice = "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n";
    assert_eq!(status(&server.ask(twice)), forbidden);
}

#[test]
fn there_is_nothing_but_to_read() {
    let fleet = Folder::new("methods");
    let server = Server::start(&fleet, &[]);
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"] {
        let answer = server.ask(&format!("{method} / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
        assert_eq!(status(&answer), "HTTP/1.1 405 Method Not Allowed", "{method}");
        assert!(!answer.to_lowercase().contains("access-control"), "{answer}");
    }
    for path in ["/x", "/../Cargo.toml", "/state.json?x", "//", "/%2e%2e/x"] {
        assert_eq!(status(&server.get(path, "localhost")), "HTTP/1.1 404 Not Found", "{path}");
    }
    for request in ["x\r\n\r\n", "GET\r\n\r\n", "\0\r\n\r\n", "GET / HTTP/9.9\r\nHost: localhost\r\n\r\n"] {
        assert_eq!(status(&server.ask(request)), "HTTP/1.1 400 Bad Request", "{request:?}");
    }
    let endless = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}", "x".repeat(20 << 10));
    assert_eq!(status(&server.ask(&endless)), "HTTP/1.1 400 Bad Request");
    let page = server.get("/", "localhost");
    for header in [
        "Content-Security-Policy: default-src 'none';",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Cross-Origin-Resource-Policy: same-origin",
    ] {
        assert!(page.contains(header), "{header}");
    }
}

#[test]
fn who_says_nothing_keeps_nobody_waiting() {
    let fleet = Folder::new("silent");
    fleet.publish(&instance("web-1"));
    let server = Server::start(&fleet, &[]);
    let silent: Vec<TcpStream> = (0..8).map(|_| TcpStream::connect(&server.address).unwrap()).collect();
    assert_eq!(server.state()["programs"][0]["counts"]["applied"], 1);
    drop(silent);
}

#[test]
fn a_place_that_is_gone_is_said_on_the_page_and_comes_back() {
    let fleet = Folder::new("gone");
    fleet.publish(&instance("web-1"));
    let server = Server::start(&fleet, &[]);
    assert_eq!(server.state()["is_good"], true);
    let away = fleet.path().join("away");
    fs::rename(fleet.states(), &away).unwrap();
    eventually("it is said", || {
        let answer = server.get("/state.json", "localhost");
        status(&answer) == "HTTP/1.1 502 Bad Gateway" && answer.contains("the fleet at states cannot be read")
    });
    fs::rename(&away, fleet.states()).unwrap();
    eventually("it is there", || status(&server.get("/state.json", "localhost")) == "HTTP/1.1 200 OK");
}

/// A fleet with everything in it.
fn full(fleet: &Folder) {
    for number in 1..=12 {
        let mut state = instance(&format!("web-{number:02}"));
        match number {
            4 => {
                state.keys[2].standing = Standing::PendingRestart;
                state.version = "1.3.9".to_owned();
            }
            7 | 8 => {
                state.keys[1].standing = Standing::Rejected;
                state.causes =
                    vec![Cause { path: Some("pool.max".to_owned()), code: "constraint".to_owned() }];
                state.generation = 2;
            }
            9 => state.heard = SystemTime::now() - Duration::from_secs(4000),
            10 => state.keys[0].fingerprint = Some(format!("{KEY}-ffffffffffffffff")),
            _ => {}
        }
        fleet.publish(&state);
    }
    let mut orders = instance("orders-1");
    (orders.app, orders.profile) = ("orders".to_owned(), None);
    fleet.publish(&orders);
    fs::write(fleet.states().join("orders@production@web-9.json"), "{").unwrap();
}

fn hostile() -> InstanceState {
    let mut state = instance("<img class=injected src=x onerror=\"document.title='run'\">\u{202e}\u{7}");
    state.app = "</h2><script class=injected>document.title='run'</script>".to_owned();
    state.version = "<b class=injected>1</b>".to_owned();
    state.keys[0].path = "<i class=injected>key</i>".to_owned();
    state.keys[0].standing = Standing::Rejected;
    state.causes = vec![Cause { path: Some("<u class=injected>".to_owned()), code: "constraint".to_owned() }];
    state
}

const TEXT: &str = "document.querySelector('main').innerText";

fn text(page: &mut Page<'_>) -> String {
    page.get(TEXT).as_str().unwrap_or_default().to_owned()
}

fn open(page: &mut Page<'_>, url: &str) {
    page.open(url);
    eventually("the page says something", || text(page).contains("Instance"));
}

/// The page has complained of nothing, and asked for nothing but itself.
fn is_quiet(page: &Page<'_>, server: &Server) {
    assert_eq!(page.complaints(), Vec::<&Value>::new());
    let own = |url: &String| url.starts_with(&server.url()) || url == "about:blank" || url == "data:,";
    assert_eq!(page.requests().into_iter().filter(|url| !own(url)).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn the_page_in_a_browser() {
    let Some(mut browser) = browser(5) else { return };
    let fleet = Folder::new("browser");
    full(&fleet);
    let server = Server::start(&fleet, &[]);
    let mut page = browser.page(1280, 900);

    println!("it says how the instances are");
    open(&mut page, &server.url());
    let said = text(&mut page);
    for wanted in [
        "payments, production",
        "8 of 12 applied, 1 pending, 2 rejected, 1 lost",
        "9 of 12 applied, 1 lost, 2 rejected: breaks a constraint",
        "ffffffffffffffff",
        "orders@production@web-9.json",
    ] {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
    assert_eq!(page.get("document.title"), "! Fleet: 9 of 13 applied");

    println!("it follows what happens, and leaves the reader where they are");
    page.get("document.querySelector('.scroll').focus(); globalThis.there = document.activeElement");
    page.get("getSelection().selectAllChildren(document.querySelector('h2'))");
    fleet.publish(&instance("web-04"));
    eventually("it is told", || text(&mut page).contains("9 of 12 applied, 2 rejected, 1 lost"));
    fleet.publish(&instance("web-13"));
    eventually("it is told", || text(&mut page).contains("web-13"));
    assert_eq!(page.get("document.activeElement === there && there.isConnected"), true);
    assert_eq!(page.get("String(getSelection())"), "orders");

    println!("every text has contrast, in light and in dark");
    let dark = ["light", "dark"].map(|scheme| {
        page.prefer(scheme);
        page.get("getComputedStyle(document.body).backgroundColor")
    });
    assert_ne!(dark[0], dark[1]);
    for scheme in ["light", "dark"] {
        page.prefer(scheme);
        let faint = page.get(FAINT);
        assert!(faint[0].as_u64().is_some_and(|seen| seen > 80), "{faint}");
        assert_eq!(faint[1], json!([]), "{scheme}");
    }
    is_quiet(&page, &server);

    println!("hostile text stays text");
    fleet.publish(&hostile());
    eventually("it is told", || text(&mut page).contains("</script>"));
    assert_eq!(page.get("document.querySelectorAll('.injected, main script, main img').length"), 0);
    assert!(
        text(&mut page).contains("onerror=\"document.title='run'\">\\u{202e}\\u{7}"),
        "{}",
        text(&mut page)
    );
    assert_ne!(page.get("document.title"), "run");
    is_quiet(&page, &server);
    // What is written as markup would be seen, and still not run.
    page.get("document.querySelector('main').innerHTML = '<img class=injected src=x onerror=\"document.title=`run`\">'");
    page.settle();
    assert_eq!(page.get("document.querySelectorAll('.injected').length"), 1);
    assert_ne!(page.get("document.title"), "run");

    println!("a tool that is gone is told of");
    drop(page);
    let mut page = browser.page(1280, 900);
    open(&mut page, &server.url());
    drop(server);
    eventually("it is told", || page.get("document.querySelector('#trouble').checkVisibility()") == true);
    assert!(text(&mut page).contains("web-01"), "what it said last stays");
}

/// Pictures to be looked at, in the folder that the variable `PICTURES` names.
#[test]
#[ignore = "for people"]
#[allow(clippy::disallowed_methods)] // the switch of a test, not configuration
fn pictures() {
    let folder = PathBuf::from(std::env::var_os("PICTURES").expect("PICTURES names a folder"));
    let Some(mut browser) = browser(1) else { return };
    let fleet = Folder::new("pictures");
    full(&fleet);
    let server = Server::start(&fleet, &[]);
    let shot = |page: &mut Page<'_>, name: &str| {
        let data = page.call("Page.captureScreenshot", json!({ "format": "png" }));
        let bytes = BASE64_STANDARD.decode(data["data"].as_str().unwrap_or_default()).unwrap();
        fs::write(folder.join(format!("{name}.png")), bytes).unwrap();
    };
    let mut page = browser.page(1280, 1000);
    for scheme in ["light", "dark"] {
        page.prefer(scheme);
        open(&mut page, &server.url());
        shot(&mut page, &format!("fleet-{scheme}"));
        page.get("document.querySelector('#bad').scrollIntoView({ block: 'end' }); scrollBy(0, 200)");
        shot(&mut page, &format!("fleet-{scheme}-below"));
    }
    page.prefer("light");
    page.resize(390, 844);
    open(&mut page, &server.url());
    shot(&mut page, "fleet-phone");
}
