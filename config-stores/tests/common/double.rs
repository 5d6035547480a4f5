//! A server that answers as a store would, and fails on cue.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// The path and the query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// The path without the query.
    pub(crate) fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    pub(crate) fn json(value: serde_json::Value) -> Self {
        Self::text(200, value.to_string())
    }

    pub(crate) fn text(status: u16, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
        Self { status, headers, body: body.into() }
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// What goes wrong instead of an answer, or with it.
#[derive(Clone, Debug)]
pub(crate) enum Trouble {
    /// This answer instead.
    Instead(Reply),
    /// The answer, but half of it, and the end of the connection.
    Truncated,
    /// The answer, after so long.
    Late(Duration),
    /// Nothing, until the double goes away.
    Hang,
    /// The end of the connection.
    Close,
    /// Something that is not HTTP.
    Garbage,
}

/// The troubles of the next requests, and what was asked.
#[derive(Default)]
struct State {
    asked: Vec<Asked>,
    /// For the next requests, each one; then nothing is wrong.
    next: Vec<Trouble>,
    /// For all requests from now on.
    always: Option<Trouble>,
    /// Requests that go well first.
    spared: usize,
}

/// A server on this machine that answers by a function, until it goes out of scope.
pub(crate) struct Double {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    is_over: Arc<AtomicBool>,
}

impl Double {
    pub(crate) fn new(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::over(Some, answer)
    }

    /// The same over another kind of connection, made of a plain one.
    pub(crate) fn over<S: Read + Write>(
        connect: impl Fn(TcpStream) -> Option<S> + Send + Sync + 'static,
        answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = listener.local_addr().expect("it is bound");
        let (state, is_over) = (Arc::<Mutex<State>>::default(), Arc::<AtomicBool>::default());
        let (shared, over) = (Arc::clone(&state), Arc::clone(&is_over));
        let (connect, answer) = (Arc::new(connect), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if over.load(Ordering::Relaxed) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let (shared, over) = (Arc::clone(&shared), Arc::clone(&over));
                let (connect, answer) = (Arc::clone(&connect), Arc::clone(&answer));
                thread::spawn(move || {
                    if let Some(stream) = connect(stream) {
                        serve(stream, &shared, &over, &*answer);
                    }
                });
            }
        });
        Self { address, state, is_over }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.state().asked.clone()
    }

    /// Forgets what was asked.
    pub(crate) fn forget(&self) {
        self.state().asked.clear();
    }

    /// The next request has this trouble, or the one behind those that have one already.
    pub(crate) fn once(&self, trouble: Trouble) {
        self.state().next.push(trouble);
    }

    /// All requests have this trouble.
    pub(crate) fn always(&self, trouble: Trouble) {
        self.after(0, trouble);
    }

    /// All requests after so many have this trouble.
    pub(crate) fn after(&self, spared: usize, trouble: Trouble) {
        let mut state = self.state();
        state.spared = spared;
        state.always = Some(trouble);
    }

    /// Nothing is wrong any more.
    pub(crate) fn heal(&self) {
        let mut state = self.state();
        state.always = None;
        state.next.clear();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(
    stream: impl Read + Write,
    state: &Mutex<State>,
    is_over: &AtomicBool,
    answer: &(dyn Fn(&Asked) -> Reply + Send + Sync),
) {
    let mut reader = BufReader::new(stream);
    while let Some(asked) = request(&mut reader) {
        let trouble = {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            state.asked.push(asked.clone());
            if !state.next.is_empty() {
                Some(state.next.remove(0))
            } else if state.spared > 0 {
                state.spared -= 1;
                None
            } else {
                state.always.clone()
            }
        };
        let stream = reader.get_mut();
        let written = match trouble {
            None => write(stream, &answer(&asked), false),
            Some(Trouble::Instead(reply)) => write(stream, &reply, false),
            Some(Trouble::Truncated) => {
                let _ = write(stream, &answer(&asked), true);
                return;
            }
            Some(Trouble::Late(delay)) => {
                thread::sleep(delay);
                write(stream, &answer(&asked), false)
            }
            Some(Trouble::Hang) => {
                while !is_over.load(Ordering::Relaxed) {
                    thread::sleep(Duration::from_millis(5));
                }
                return;
            }
            Some(Trouble::Close) => return,
            Some(Trouble::Garbage) => stream.write_all(b"220 mail.example ESMTP\r\n\r\n"),
        };
        if written.is_err() {
            return;
        }
    }
}

fn request(reader: &mut impl BufRead) -> Option<Asked> {
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    let asked = Asked { method, target, headers, body: Vec::new() };
    let length = asked.header("content-length").and_then(|text| text.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some(Asked { body, ..asked })
}

fn write(stream: &mut impl Write, reply: &Reply, is_cut: bool) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Status\r\nContent-Length: {}\r\n", reply.status, reply.body.len());
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    let body = if is_cut { &reply.body[..reply.body.len() / 2] } else { &reply.body[..] };
    stream.write_all(body)?;
    stream.flush()
}
