//! A program that runs as long as its bench, and works when it is told.
//!
//! Contenders take turns although each is a process of its own: they demand different names for the same
//! key, and in one process each would find the variables of the others under its prefix.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Duration,
};

pub(crate) struct Worker {
    child: Child,
    orders: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Worker {
    pub(crate) fn start(mut command: Command) -> Result<Self, String> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("cannot be started: {error}"))?;
        let orders = child.stdin.take().expect("it is piped");
        let answers = BufReader::new(child.stdout.take().expect("it is piped"));
        Ok(Self { child, orders, answers })
    }

    /// Has it work so many times, and answers how long that took by its own clock.
    pub(crate) fn work(&mut self, times: u32) -> Result<Duration, String> {
        let mut answer = String::new();
        let told = writeln!(self.orders, "{times}").and_then(|()| self.answers.read_line(&mut answer));
        match (told, answer.trim().parse()) {
            (Ok(_), Ok(nanoseconds)) => Ok(Duration::from_nanos(nanoseconds)),
            _ => Err(self.last_words()),
        }
    }

    /// What it said before it ended.
    fn last_words(&mut self) -> String {
        let mut said = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            // What cannot be read is not worth another error: this is one already.
            let _ = stderr.read_to_string(&mut said);
        }
        let status = self.child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
        match said.lines().find(|line| !line.trim().is_empty() && !line.starts_with("thread '")) {
            Some(line) => format!("{status}: {line}"),
            None => status,
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It would end by itself with its standard input; no round waits for it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
