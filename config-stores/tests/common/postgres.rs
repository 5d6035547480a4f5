//! A PostgreSQL of a test: a cluster of its own in a temporary folder, on a socket in it.

use std::{
    fs,
    os::unix::{fs::chown, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The password of the administrator.
const ADMINISTRATOR: &str = "administrator-TOPSECRET";

/// A cluster, which ends with this.
pub(crate) struct Postgres {
    folder: PathBuf,
    server: Child,
}

impl Postgres {
    /// A new cluster; `None`, and a loud line, where PostgreSQL is not installed. In CI that is a failure.
    #[allow(clippy::disallowed_methods)] // the switch of a test, not configuration
    pub(crate) fn start(name: &str) -> Option<Self> {
        let Some(programs) = programs() else {
            let message = "SKIPPED: PostgreSQL is not installed: apt-get install postgresql";
            assert!(std::env::var_os("CI").is_none_or(|value| value != "true"), "{message}");
            eprintln!("{message}");
            return None;
        };
        let folder = std::env::temp_dir().join(format!("confident-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the folder can be made");
        let password = folder.join("password");
        fs::write(&password, ADMINISTRATOR).expect("the folder can be written to");
        // PostgreSQL does not run as root.
        let owner = unprivileged(&folder);
        if let Some((user, group)) = owner {
            for path in [&folder, &password] {
                chown(path, Some(user), Some(group)).expect("root may give files away");
            }
        }
        let program = |name: &str| {
            let mut command = Command::new(programs.join(name));
            command.current_dir(&folder).stdout(Stdio::null()).stderr(Stdio::null());
            if let Some((user, group)) = owner {
                command.uid(user).gid(group);
            }
            command
        };
        let made = program("initdb")
            .args(["--auth=scram-sha-256", "--username=administrator", "--no-sync", "--pwfile"])
            .arg(&password)
            .arg("--pgdata")
            .arg(folder.join("data"))
            .status();
        assert!(made.is_ok_and(|status| status.success()), "the cluster can be made");
        let server = program("postgres")
            .arg("-D")
            .arg(folder.join("data"))
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-k"])
            .arg(&folder)
            .spawn()
            .expect("the server starts");
        let postgres = Self { folder, server };
        let start = Instant::now();
        while !postgres.runs("administrator", ADMINISTRATOR, "select 1") {
            assert!(start.elapsed() < Duration::from_secs(60), "the server answers within a minute");
            thread::sleep(Duration::from_millis(50));
        }
        Some(postgres)
    }

    /// The variables by which `psql` is the administrator.
    #[allow(dead_code)] // not every test has a tool that administers
    pub(crate) fn of_administrator(&self) -> [(&'static str, String); 4] {
        let folder = self.folder.display().to_string();
        let [user, password] = ["administrator", ADMINISTRATOR].map(str::to_owned);
        [
            ("PGHOST", folder),
            ("PGUSER", user),
            ("PGPASSWORD", password),
            ("PGDATABASE", "postgres".to_owned()),
        ]
    }

    /// Whether this user may log in, and run this.
    pub(crate) fn runs(&self, user: &str, password: &str, sql: &str) -> bool {
        self.psql(user, password, sql).status.success()
    }

    /// Runs something as the administrator.
    pub(crate) fn administer(&self, sql: &str) {
        let output = self.psql("administrator", ADMINISTRATOR, sql);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn psql(&self, user: &str, password: &str, sql: &str) -> Output {
        let mut command = Command::new("psql");
        command.args([
            "--no-psqlrc",
            "--no-password",
            "--dbname=postgres",
            "--username",
            user,
            "--command",
            sql,
        ]);
        command.arg("--host").arg(&self.folder).env("PGPASSWORD", password).stdin(Stdio::null());
        command.output().expect("psql runs")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // A fast shutdown; by a plain kill its processes would stay for a while.
        let asked = Command::new("kill").args(["-INT", &self.server.id().to_string()]).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Where the programs of the newest installed version are.
fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").ok()?;
    let mut versions: Vec<PathBuf> = versions.flatten().map(|version| version.path().join("bin")).collect();
    versions.retain(|programs| programs.join("initdb").exists());
    versions.sort();
    versions.pop()
}

/// The user and the group to run as, where the test runs as root.
fn unprivileged(folder: &Path) -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    let is_root = fs::metadata(folder).is_ok_and(|metadata| metadata.uid() == 0);
    let users = fs::read_to_string("/etc/passwd").ok().filter(|_| is_root)?;
    let user = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut fields = user.split(':').skip(2);
    Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
}
