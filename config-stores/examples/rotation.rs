//! A server that keeps answering while its signing key is replaced three times, and the audit trail of it.
//!
//! `cargo run --example rotation`: it makes an age file in a temporary folder, serves on a free port of this machine, and
//! ends by itself after a few seconds.

use std::{
    error::Error,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use confident::{Config, ExposeSecret, Live, Origin, Rotating, SecretString, Watch, live};
use confident_stores::{
    AgeEdit, AgeFile, AgePlace, Identity, Store,
    audit::{AuditKey, OnFailure, Trail, Verification},
    rotation::{Reason, Step, Steps, rotate},
};
use hmac_sha256::HMAC;

/// A server that signs and verifies.
#[derive(Config)]
#[config(app = "signer")]
struct Settings {
    /// Signs tokens. A token is good for a second, and so is the key before the current one.
    #[config(live, owner = "team-login", rotate = "30d", overlap = "2s")]
    signing_key: Rotating<SecretString>,
}

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

fn main() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let identity = || Identity::file(folder.path().join("key.txt"));
    write_key_file(&folder.path().join("key.txt"))?;
    let path = folder.path().join("secrets.age");
    let mut edit = AgeEdit::create(&path, identity().recipients()?)?;
    edit.set(PLACE, Identity::generate())?; // a text that nobody guesses
    edit.save()?;

    let trail =
        Trail::keyed(folder.path().join("audit.jsonl"), AuditKey::new(&[7; 32])?).open(OnFailure::Closed)?;
    let secrets = AgeFile::at(path.display().to_string()).identity(identity()).source().audit(&trail);
    let settings = Settings::loader().profile("production").source(secrets).watch_with(Watch::new())?;
    let _told = settings.on_change([live!(Settings: signing_key)], |now| {
        let beside = if now.signing_key.previous().is_some() { "and the one before" } else { "alone" };
        println!("generation {}: the key of now {beside}", now.generation());
    });

    let listener = TcpListener::bind("127.0.0.1:0")?;
    let (address, is_over, is_closed) =
        (listener.local_addr()?, AtomicBool::new(false), AtomicBool::new(false));
    let (requests, failures) = (AtomicU64::new(0), AtomicU64::new(0));
    let place = AgePlace::new(&path, identity(), PLACE);
    let place = &place;
    thread::scope(|scope| -> Outcome<()> {
        let server = scope.spawn(|| serve(&listener, &settings, &is_closed));
        let rotated = thread::scope(|scope| {
            for number in 0..4 {
                let (requests, failures, is_over) = (&requests, &failures, &is_over);
                scope.spawn(move || client(address, number, requests, failures, is_over));
            }
            let rotated = (0..3).try_for_each(|_| {
                thread::sleep(Duration::from_millis(300));
                // In production, `confident rotate signing_key` does this from outside.
                rotate(place, &mut Inside(&settings)).map(drop)
            });
            thread::sleep(Duration::from_secs(3)); // the overlap of the last one
            is_over.store(true, Ordering::Relaxed);
            rotated
        });
        is_closed.store(true, Ordering::Relaxed);
        TcpStream::connect(address)?; // wakes the server, which ends
        server.join().map_err(|_| "the server panicked")?;
        Ok(rotated?)
    })?;

    println!("\n{} requests, {} failures", requests.into_inner(), failures.into_inner());
    println!("{} generations", settings.current().generation());
    drop(settings);
    let trail = folder.path().join("audit.jsonl");
    println!("\nthe audit trail, without what it says of each refresh:");
    let records = std::fs::read_to_string(&trail)?;
    for line in records.lines() {
        let record: serde_json::Value = serde_json::from_str(line)?;
        let word = |name: &str| record[name].as_str().unwrap_or("-").to_owned();
        if word("action") != "refresh" {
            let words = ["time", "action", "outcome", "key", "value_version", "fingerprint"].map(word);
            println!("  {}", words.join("  "));
        }
    }
    let verdict = Verification::with(&AuditKey::new(&[7; 32])?).of(&trail)?;
    let is_good = if verdict.is_good() { "as they were written" } else { "changed" };
    println!("{} records, {is_good}", verdict.records);
    Ok(())
}

const PLACE: &str = "signer/production/signing_key";

/// What a rotation does outside of the file: here all is inside of one program.
struct Inside<'s>(&'s Live<Settings>);

impl Steps for Inside<'_> {
    fn make(&mut self, _: Option<&SecretString>) -> Result<SecretString, Reason> {
        Ok(Identity::generate())
    }

    fn apply(&mut self, _: &SecretString) -> Result<(), Reason> {
        Ok(()) // nobody else checks the key
    }

    fn test(&mut self, pending: &SecretString) -> Result<(), Reason> {
        let signed = sign(pending, "a token");
        if signed.len() == 64 { Ok(()) } else { Err("it does not sign".into()) }
    }

    fn wait(&mut self, version: &str) -> Result<(), Reason> {
        let until = Instant::now() + Duration::from_secs(10);
        loop {
            let status = self.0.status();
            let origin = status.key("signing_key").and_then(|key| key.origin.as_ref());
            if let Some(Origin::Store { version: Some(taken), .. }) = origin
                && taken == version
            {
                return Ok(());
            }
            if Instant::now() > until {
                return Err("the server does not take it".into());
            }
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn revoke(&mut self, _: &SecretString) -> Result<(), Reason> {
        Ok(())
    }

    fn done(&mut self, step: Step, version: &str) -> Result<(), Reason> {
        if step == Step::Promote {
            println!("version {version} of the key is promoted");
        }
        Ok(())
    }
}

fn sign(key: &SecretString, what: &str) -> String {
    HMAC::mac(what, key.expose_secret()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Answers `/sign/NUMBER` with a token, and `/verify/TOKEN` with 200 or 403.
fn serve(listener: &TcpListener, settings: &Live<Settings>, is_closed: &AtomicBool) {
    while let Ok((mut stream, _)) = listener.accept() {
        if is_closed.load(Ordering::Relaxed) {
            break;
        }
        // All of the head is read: a connection that is closed with something unread is broken off.
        let head: Result<Vec<String>, _> = BufReader::new(&stream)
            .lines()
            .take_while(|line| !line.as_ref().is_ok_and(String::is_empty))
            .collect();
        let Ok(head) = head else { continue };
        let line = head.first().map_or("", String::as_str);
        let now = settings.current();
        let path = line.split(' ').nth(1).unwrap_or_default();
        let (status, body) = match path.trim_start_matches('/').split_once('/') {
            Some(("sign", number)) => {
                ("200 OK", format!("{number}.{}", sign(now.signing_key.current(), number)))
            }
            Some(("verify", token)) => {
                let (number, signed) = token.split_once('.').unwrap_or_default();
                let is_good = now
                    .signing_key
                    .verify_any(|key| HMAC::verify(number, key.expose_secret(), &bytes(signed)));
                (if is_good { "200 OK" } else { "403 Forbidden" }, String::new())
            }
            _ => ("404 Not Found", String::new()),
        };
        let answer =
            format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len());
        let _ = stream.write_all(answer.as_bytes());
    }
}

/// What a signature is in bytes; of another length it is none.
fn bytes(signed: &str) -> [u8; 32] {
    let byte =
        |at: usize| signed.get(2 * at..2 * at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    std::array::from_fn(|at| byte(at).unwrap_or_default())
}

/// Asks for a token, and a little later whether it is good.
fn client(
    address: SocketAddr,
    number: u64,
    requests: &AtomicU64,
    failures: &AtomicU64,
    is_over: &AtomicBool,
) {
    while !is_over.load(Ordering::Relaxed) {
        let is_good = get(address, &format!("/sign/{number}"))
            .and_then(|token| {
                thread::sleep(Duration::from_millis(20));
                get(address, &format!("/verify/{token}"))
            })
            .is_ok();
        requests.fetch_add(2, Ordering::Relaxed);
        failures.fetch_add(u64::from(!is_good), Ordering::Relaxed);
    }
}

fn get(address: SocketAddr, path: &str) -> Outcome<String> {
    let mut stream = TcpStream::connect(address)?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("it is no answer")?;
    if head.starts_with("HTTP/1.1 200") { Ok(body.to_owned()) } else { Err("it is refused".into()) }
}

/// A key file that only this user reads.
fn write_key_file(path: &std::path::Path) -> Outcome<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(Identity::generate().expose_secret().as_bytes())?;
    Ok(())
}
