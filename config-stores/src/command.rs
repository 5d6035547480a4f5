//! What a command prints: the tool of any other store.

use std::{
    io,
    process::{Child, Command as Process, ExitStatus, Stdio},
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use zeroize::Zeroizing;

use crate::{Ask, Entry, Failure, Fault, Store, bytes, store::one_by_one};

/// A command that prints one value, such as `op read op://vault/item`.
///
/// It is started without a shell, with its arguments as they are; `{place}` in an argument is the place of the key. What it prints on the standard output,
/// without one line break at the end, is the value. What it prints on the standard error is not read: it may quote the
/// value. It has the environment of the program, nothing on its standard input, and is killed when its time is over
/// or it prints more than 1 MiB.
///
/// # Example
/// ```
/// use std::time::Duration;
///
/// use confident_stores::{Command, Paths, Store};
///
/// let source = Command::new("op", ["read", "--no-newline", "op://{place}"])
///     .absent(1)
///     .timeout(Duration::from_secs(20))
///     .source()
///     .paths(Paths::new("{app}-{profile}/{path}/credential"));
/// assert_eq!(format!("{source:?}"), "StoreSource(the command op)");
/// ```
#[derive(Clone, Debug)]
pub struct Command {
    program: String,
    arguments: Vec<String>,
    timeout: Duration,
    absent: Option<i32>,
}

impl Command {
    /// The command of this name, which is looked for as the system does, with these arguments.
    pub fn new(program: impl Into<String>, arguments: impl IntoIterator<Item = impl Into<String>>) -> Self {
        let arguments = arguments.into_iter().map(Into::into).collect();
        Self { program: program.into(), arguments, timeout: Duration::from_secs(30), absent: None }
    }

    /// How long it may run for one value; 30 seconds unless said otherwise.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The exit code that says that there is nothing at the place. Without it, every code but 0 is a failure.
    #[must_use]
    pub fn absent(mut self, code: i32) -> Self {
        self.absent = Some(code);
        self
    }

    fn run(&self, place: &str) -> Result<Entry, Failure> {
        let refused = |what: &'static str| Failure::new(Fault::Refused).detail(what);
        let arguments = self.arguments.iter().map(|argument| argument.replace("{place}", place));
        let child = Process::new(&self.program)
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = Started(child.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => refused("it is not installed"),
            io::ErrorKind::PermissionDenied => refused("it may not be started"),
            _ => refused("it cannot be started"),
        })?);
        let Some(output) = child.0.stdout.take() else { return Err(refused("its output cannot be read")) };
        let (sender, receiver) = channel();
        let start = Instant::now();
        // A thread of its own, because nothing else waits for output and for time together. It ends with the output.
        thread::spawn(move || sender.send(bytes::read_all(output)));
        let text = match receiver.recv_timeout(self.timeout) {
            Ok(Ok(Some(text))) => text,
            Ok(Ok(None)) => return Err(Failure::new(Fault::TooLarge)),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                return Err(refused("its output cannot be read"));
            }
            Err(RecvTimeoutError::Timeout) => return Err(Failure::new(Fault::Timeout)),
        };
        let status = child.wait(self.timeout.saturating_sub(start.elapsed()))?;
        match status.code() {
            Some(0) => Ok(Entry::text(without_line_break(text))),
            Some(code) if Some(code) == self.absent => Err(Failure::new(Fault::Absent).at(place)),
            Some(code) => Err(Failure::new(Fault::Refused).detail(format!("exit code {code}, for {place}"))),
            None => Err(refused("a signal ended it")),
        }
    }
}

impl Store for Command {
    fn kind(&self) -> &'static str {
        "command"
    }

    fn name(&self) -> String {
        format!("the command {}", self.program)
    }

    fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> {
        one_by_one(ask, |place| self.run(place))
    }
}

/// A process that does not outlive the wait for it.
struct Started(Child);

impl Started {
    /// How it ended, if it does in time after its output did.
    fn wait(&mut self, longest: Duration) -> Result<ExitStatus, Failure> {
        let start = Instant::now();
        loop {
            match self.0.try_wait() {
                Ok(Some(status)) => return Ok(status),
                Ok(None) if start.elapsed() < longest => thread::sleep(Duration::from_millis(1)),
                Ok(None) => return Err(Failure::new(Fault::Timeout)),
                Err(_) => return Err(Failure::new(Fault::Refused).detail("how it ended is not known")),
            }
        }
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, and has been waited for.
        if self.0.kill().is_ok() {
            let _ = self.0.wait();
        }
    }
}

fn without_line_break(mut text: Zeroizing<Vec<u8>>) -> Zeroizing<Vec<u8>> {
    if text.ends_with(b"\n") {
        text.pop();
        if text.ends_with(b"\r") {
            text.pop();
        }
    }
    text
}
