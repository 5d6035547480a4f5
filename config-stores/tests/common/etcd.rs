//! The real etcd, of which a test has one of its own.

use std::{
    process::Command,
    thread,
    time::{Duration, Instant},
};

use confident_stores::Connection;

use super::peer::{Peer, free_port, is_installed};

/// An etcd of this test.
pub(crate) struct Real {
    pub(crate) port: u16,
    _peer: Peer,
    folder: tempfile::TempDir,
}

impl Real {
    /// None where etcd is not installed.
    pub(crate) fn start() -> Option<Self> {
        if !(is_installed("etcd", &["--version"]) && is_installed("etcdctl", &["version"])) {
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder can be made");
        let (port, peer) = (free_port(), format!("http://127.0.0.1:{}", free_port()));
        let client = format!("http://127.0.0.1:{port}");
        let mut command = Command::new("etcd");
        command.arg("--data-dir").arg(folder.path());
        command.args(["--listen-client-urls", &client, "--advertise-client-urls", &client]);
        command.args(["--listen-peer-urls", &peer, "--initial-advertise-peer-urls", &peer]);
        command.args(["--initial-cluster", &format!("default={peer}")]);
        let real = Self { port, _peer: Peer::start(&mut command, port), folder };
        // It listens before it has a leader.
        let start = Instant::now();
        while !real.ctl_ends_well(&["put", "test", "test"]) {
            assert!(start.elapsed() < Duration::from_secs(60), "etcd has no leader");
            thread::sleep(Duration::from_millis(50));
        }
        Some(real)
    }

    pub(crate) fn connection(&self) -> Connection {
        Connection::to(format!("http://127.0.0.1:{}", self.port))
    }

    pub(crate) fn ctl_ends_well(&self, arguments: &[&str]) -> bool {
        let endpoint = format!("--endpoints=127.0.0.1:{}", self.port);
        let mut command = Command::new("etcdctl");
        // Debian's etcdctl speaks the second version of the interface unless told otherwise.
        let output = command.env("ETCDCTL_API", "3").arg(endpoint).args(arguments).output();
        output.expect("it is installed").status.success()
    }

    pub(crate) fn ctl(&self, arguments: &[&str]) {
        assert!(self.ctl_ends_well(arguments), "etcdctl {arguments:?}");
    }

    fn said(&self, arguments: &[&str]) -> String {
        let endpoint = format!("--endpoints=127.0.0.1:{}", self.port);
        let output = Command::new("etcdctl").env("ETCDCTL_API", "3").arg(endpoint).args(arguments).output();
        String::from_utf8_lossy(&output.expect("it is installed").stdout).into_owned()
    }

    /// Takes every lease back, as etcd does when it was away for too long.
    pub(crate) fn revoke_leases(&self) {
        let said = self.said(&["lease", "list"]);
        let leases = said.lines().map(str::trim);
        for lease in
            leases.filter(|line| line.len() >= 8 && line.bytes().all(|byte| byte.is_ascii_hexdigit()))
        {
            self.ctl(&["lease", "revoke", lease]);
        }
    }

    /// All files of the server: what is there, what was, and its log.
    pub(crate) fn all_bytes(&self) -> Vec<u8> {
        fn add(path: &std::path::Path, bytes: &mut Vec<u8>) {
            for entry in std::fs::read_dir(path).expect("it is there") {
                let path = entry.expect("it can be read").path();
                match path.is_dir() {
                    true => add(&path, bytes),
                    false => bytes.extend(std::fs::read(path).unwrap_or_default()),
                }
            }
        }
        let mut bytes = Vec::new();
        add(self.folder.path(), &mut bytes);
        // Most of it is room that was made for more.
        bytes.dedup_by(|one, other| *one == 0 && *other == 0);
        bytes
    }

    pub(crate) fn put(&self, place: &str, text: &str) {
        self.ctl(&["put", place, text]);
    }
}
