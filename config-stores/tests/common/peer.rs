//! Real programs as peers of the stores: started for a test on ports of their own, stopped with it.

use std::{
    io::Write,
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// A program that runs as long as the value.
pub(crate) struct Peer(Child);

impl Peer {
    /// Starts a program, and waits until something listens at the port.
    pub(crate) fn start(command: &mut Command, port: u16) -> Self {
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let mut peer = Self(child.expect("it is installed"));
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = peer.0.try_wait().expect("its state is known");
            assert!(ended.is_none(), "{command:?} ended: {ended:?}");
            assert!(start.elapsed() < Duration::from_secs(60), "{command:?} does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        peer
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
    listener.local_addr().expect("it is bound").port()
}

/// Whether a program is installed. Where it is not, says so loudly; in CI that is a failure.
#[allow(clippy::disallowed_methods)] // the switch of CI, not configuration
pub(crate) fn is_installed(program: &str, arguments: &[&str]) -> bool {
    let status = Command::new(program).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let is_there = status.is_ok_and(|status| status.success());
    if !is_there {
        let skipped = format!("SKIPPED: what needs {program}, which is not installed");
        assert!(std::env::var("CI").as_deref() != Ok("true"), "{skipped}");
        // Past what the test runner keeps of tests that pass.
        writeln!(std::io::stderr(), "\n{skipped}\n").expect("there is somewhere to say it");
    }
    is_there
}
