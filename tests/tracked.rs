//! A secret in a file that git tracks is warned about, or refused.

#![cfg(feature = "toml")]

use std::{fs, path::Path, process::Command};

use confident::{Code, Config, File, SecretString};

macro_rules! program {
    ($name:ident, $hardening:literal) => {
        /// A program.
        #[derive(Config)]
        #[config(app = "shop", hardening = $hardening)]
        #[allow(dead_code)]
        struct $name {
            /// How it logs in.
            #[config(owner = "team", rotate = "90d", classification = "high", sources("env", "vault"))]
            token: Option<SecretString>,
            /// How it logs in elsewhere.
            #[config(nested)]
            peers: Vec<Peer>,
        }
    };
}

/// Another program.
#[derive(Config)]
#[allow(dead_code)]
struct Peer {
    /// How to log in there.
    #[config(owner = "team", rotate = "90d", classification = "high", sources("file"))]
    password: SecretString,
}

program!(Baseline, "baseline");
program!(Standard, "standard");

/// A repository with a tracked file and one that is not.
struct Repository(std::path::PathBuf);

impl Repository {
    fn new(name: &str, version: u8) -> Self {
        let name = format!("confident-tracked-{}-{name}-{version}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(path.join("config")).expect("the folder can be made");
        for file in ["config/tracked.toml", "config/other.toml", "z.toml"] {
            fs::write(path.join(file), "[[peers]]\npassword = \"x\"\n").expect("the file can be written");
        }
        let repository = Self(path);
        repository.git(&["init", "-q"]);
        repository.git(&["config", "index.version", &version.to_string()]);
        repository.git(&["add", "config/tracked.toml", "z.toml"]);
        repository
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git").arg("-C").arg(&self.0).args(arguments).status();
        assert!(status.is_ok_and(|status| status.success()), "git is there, as it is for every checkout");
    }

    fn file(&self, name: &str) -> std::path::PathBuf {
        self.0.join(name)
    }
}

impl Drop for Repository {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn warnings_of_standard(file: &Path) -> Vec<Code> {
    let loaded = Standard::loader().source(File::required(file)).load_with_warnings().expect("it is valid");
    loaded.warnings.iter().map(|warning| warning.code()).collect()
}

#[test]
fn a_secret_in_a_tracked_file_is_warned_about() {
    for version in [2, 3, 4] {
        let repository = Repository::new("warned", version);
        assert_eq!(
            warnings_of_standard(&repository.file("config/tracked.toml")),
            [Code::Tracked],
            "{version}"
        );
        assert_eq!(warnings_of_standard(&repository.file("z.toml")), [Code::Tracked], "{version}");
        assert_eq!(warnings_of_standard(&repository.file("config/other.toml")), [], "{version}");
        let loader = Baseline::loader().source(File::required(repository.file("z.toml")));
        assert_eq!(loader.load_with_warnings().expect("it is valid").warnings.len(), 0);
    }
}

#[test]
fn under_strict_hardening_it_is_refused() {
    /// A program.
    #[derive(Config)]
    #[config(app = "shop", hardening = "strict")]
    #[allow(dead_code)]
    struct Strict {
        /// How it logs in.
        #[config(owner = "team", rotate = "90d", classification = "high", sources("env", "vault"))]
        token: Option<SecretString>,
    }
    let repository = Repository::new("refused", 2);
    fs::write(repository.file("z.toml"), "token = \"hunter2\"\n").expect("the file can be written");
    let report = Strict::loader().source(File::required(repository.file("z.toml"))).load();
    let report = report.expect_err("it is in the repository");
    let codes: Vec<_> = report.problems().iter().map(|problem| problem.code()).collect();
    assert!(codes.contains(&Code::Tracked) && codes.contains(&Code::WrongSource), "{report}");
    assert!(!report.to_string().contains("hunter2"), "{report}");
}
