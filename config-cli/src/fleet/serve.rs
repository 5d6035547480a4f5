//! The page of a fleet, served to this machine.
//!
//! It has no secret and no control, and is still not for everyone: a page of another site must not read it. That site
//! would have to ask by a name that it makes point to here, so only addresses and `localhost` are answered.

use std::{
    io::{self, Read, Write},
    net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{Exit, command::Failure, escape::plain, fleet::Overview};

/// The most bytes of a request: a browser sends less.
const LONGEST_HEAD: usize = 16 << 10;
/// How many are answered at once.
const MOST_AT_ONCE: usize = 32;
/// How long a request, or an answer, may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long an answer is given again: many pages are no more work for the place than one.
const FRESH: Duration = Duration::from_secs(1);

const PAGE: &str = include_str!("page/index.html");
const LOOK: &str = include_str!("page/fleet.css");
const SCRIPT: &str = include_str!("page/fleet.js");
/// What the page may do: use its own style and script, and ask for the state.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Serves the page until the process ends.
///
/// # Errors
/// The address cannot be listened at, or the output cannot be written.
pub(crate) fn serve(
    address: SocketAddr,
    overview: impl Fn() -> Result<Overview, Failure> + Sync,
) -> Result<Exit, Failure> {
    let fails = |error: io::Error| {
        Failure::Said(format!("{address} cannot be listened at: {error}; choose another port"))
    };
    let listener = TcpListener::bind(address).map_err(fails)?;
    let at = listener.local_addr().map_err(fails)?;
    let mut out = anstream::stdout();
    writeln!(out, "http://{at}/")?;
    out.flush()?;
    let state = State { overview, kept: Mutex::default() };
    let count = AtomicUsize::new(0);
    thread::scope(|scope| {
        for connection in listener.incoming() {
            // Who is gone again is no reason to end.
            let Ok(connection) = connection else { continue };
            if count.load(Ordering::Relaxed) >= MOST_AT_ONCE {
                continue;
            }
            count.fetch_add(1, Ordering::Relaxed);
            let (state, count) = (&state, &count);
            scope.spawn(move || {
                // Who does not listen any more has heard enough.
                let _ = state.answer(connection);
                count.fetch_sub(1, Ordering::Relaxed);
            });
        }
    });
    Ok(Exit::Good)
}

/// What is asked, and what was answered last.
struct State<F> {
    overview: F,
    kept: Mutex<Option<(Instant, Answer)>>,
}

/// An answer, apart from its head.
#[derive(Clone)]
struct Answer {
    status: &'static str,
    content_type: &'static str,
    body: String,
}

impl Answer {
    fn refused(status: &'static str, why: &str) -> Self {
        Self { status, content_type: "text/plain; charset=utf-8", body: format!("{why}\n") }
    }

    fn good(content_type: &'static str, body: impl Into<String>) -> Self {
        Self { status: "200 OK", content_type, body: body.into() }
    }

    fn text(&self) -> String {
        let Self { status, content_type, body } = self;
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\
             Cache-Control: no-store\r\nContent-Security-Policy: {POLICY}\r\nCross-Origin-Resource-Policy: same-origin\r\n\
             Referrer-Policy: no-referrer\r\nX-Content-Type-Options: nosniff\r\n\r\n{body}",
            body.len()
        )
    }
}

impl<F: Fn() -> Result<Overview, Failure>> State<F> {
    fn answer(&self, mut connection: TcpStream) -> io::Result<()> {
        connection.set_write_timeout(Some(PATIENCE))?;
        let answer = match head(&mut connection)? {
            Some(head) => self.of(&head),
            None => Answer::refused("400 Bad Request", "this is no request"),
        };
        connection.write_all(answer.text().as_bytes())?;
        // What is left unread would make the system take the answer back.
        connection.shutdown(Shutdown::Write)?;
        connection.set_read_timeout(Some(Duration::from_secs(1)))?;
        io::copy(&mut connection.take(LONGEST_HEAD as u64), &mut io::sink()).map(drop)
    }

    fn of(&self, head: &[u8]) -> Answer {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut request = httparse::Request::new(&mut headers);
        if !request.parse(head).is_ok_and(|status| status.is_complete()) {
            return Answer::refused("400 Bad Request", "this is no request");
        }
        let mut hosts = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("host"));
        let (host, another) = (hosts.next().map(|header| header.value), hosts.next());
        if another.is_some() || !host.is_some_and(is_address) {
            return Answer::refused(
                "403 Forbidden",
                "this is served by address, or as localhost, and by no other name",
            );
        }
        if request.method != Some("GET") {
            return Answer::refused("405 Method Not Allowed", "there is nothing here but to read");
        }
        match request.path {
            Some("/") => Answer::good("text/html; charset=utf-8", PAGE),
            Some("/fleet.css") => {
                Answer::good("text/css; charset=utf-8", format!("{}\n{LOOK}", confident_docs::LOOK))
            }
            Some("/fleet.js") => {
                Answer::good("text/javascript; charset=utf-8", format!("{}\n{SCRIPT}", confident_docs::THEME))
            }
            Some("/state.json") => self.state(),
            _ => Answer::refused("404 Not Found", "there is nothing here"),
        }
    }

    fn state(&self) -> Answer {
        // Who comes meanwhile waits for the same answer.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, answer)) = &*kept
            && at.elapsed() < FRESH
        {
            return answer.clone();
        }
        let answer = match (self.overview)() {
            Ok(overview) => match serde_json::to_string(&overview) {
                Ok(text) => Answer::good("application/json", text),
                Err(error) => Answer::refused("500 Internal Server Error", &error.to_string()),
            },
            Err(failure) => Answer::refused("502 Bad Gateway", &plain(&failure.to_string(), false)),
        };
        *kept = Some((Instant::now(), answer.clone()));
        answer
    }
}

/// Reads up to the empty line behind the head; `None` where none comes in time and room.
fn head(connection: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let end = Instant::now() + PATIENCE;
    let mut head = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let rest = end.saturating_duration_since(Instant::now());
        if rest.is_zero() || head.len() > LONGEST_HEAD {
            return Ok(None);
        }
        connection.set_read_timeout(Some(rest))?;
        match connection.read(&mut piece)? {
            0 => return Ok(None),
            length => head.extend_from_slice(&piece[..length]),
        }
        if head.windows(4).any(|bytes| bytes == b"\r\n\r\n") {
            return Ok(Some(head));
        }
    }
}

/// Whether it is an address or `localhost`, with or without a port: of names, someone else may say where they point to.
fn is_address(host: &[u8]) -> bool {
    let Ok(host) = std::str::from_utf8(host) else { return false };
    let without_port = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    };
    let bracketed = without_port.strip_prefix('[').and_then(|name| name.strip_suffix(']'));
    match bracketed {
        Some(inner) => inner.parse::<IpAddr>().is_ok_and(|address| address.is_ipv6()),
        None => {
            without_port.eq_ignore_ascii_case("localhost")
                || without_port.parse::<IpAddr>().is_ok_and(|address| address.is_ipv4())
        }
    }
}
