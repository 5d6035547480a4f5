//! What a file is.

use std::{fmt, path::Path, str::FromStr};

/// The kinds of deployments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A file of `NAME=value` lines.
    EnvFile,
    /// A docker compose file.
    Compose,
    /// Manifests of Kubernetes.
    Kubernetes,
    /// A unit of systemd.
    Systemd,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::EnvFile, Self::Compose, Self::Kubernetes, Self::Systemd];

    /// The name, as a command line takes it.
    ///
    /// # Example
    /// ```
    /// use confident_cli::deployment::Kind;
    ///
    /// assert!(Kind::ALL.iter().all(|kind| kind.name().parse() == Ok(*kind)));
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::EnvFile => "env-file",
            Self::Compose => "compose",
            Self::Kubernetes => "kubernetes",
            Self::Systemd => "systemd",
        }
    }

    /// What the file is, by its name, or by its content where the name leaves it open.
    ///
    /// # Example
    /// ```
    /// use confident_cli::deployment::Kind;
    ///
    /// assert_eq!(Kind::told_by("docker-compose.prod.yml".as_ref(), ""), Some(Kind::Compose));
    /// assert_eq!(Kind::told_by("app.yaml".as_ref(), "kind: Pod\napiVersion: v1\n"), Some(Kind::Kubernetes));
    /// ```
    pub fn told_by(path: &Path, text: &str) -> Option<Self> {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("").to_ascii_lowercase();
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        match ending {
            "service" | "socket" | "timer" | "mount" | "swap" => return Some(Self::Systemd),
            "env" => return Some(Self::EnvFile),
            "yaml" | "yml" | "json" => {
                // Kubernetes, too, has files that are called compose.yaml: those of tools that translate.
                let by_name = name.contains("compose").then_some(Self::Compose);
                return told_by_yaml(text).or(by_name);
            }
            _ => {}
        }
        if name.starts_with(".env") || name.contains(".env.") || name.starts_with("env.") {
            return Some(Self::EnvFile);
        }
        told_by_lines(text).or_else(|| told_by_yaml(text))
    }
}

/// What stands at the beginning of lines in YAML, or as names in JSON.
fn told_by_yaml(text: &str) -> Option<Kind> {
    let has = |name: &str| {
        text.lines().any(|line| {
            let line = line.trim_start_matches(['{', '"', '\'', ' ']);
            line.strip_prefix(name)
                .is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
        })
    };
    let has_at_start = |name: &str| {
        text.lines().any(|line| {
            line.trim_start_matches('\u{feff}')
                .trim_start_matches(['{', '"', '\''])
                .strip_prefix(name)
                .is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
        })
    };
    if has_at_start("apiVersion") || (text.trim_start().starts_with('{') && has("apiVersion")) {
        Some(Kind::Kubernetes)
    } else if has_at_start("services") || has_at_start("include") || has("services") {
        Some(Kind::Compose)
    } else {
        None
    }
}

fn told_by_lines(text: &str) -> Option<Kind> {
    let mut lines =
        text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', ';']));
    let first = lines.next()?;
    if first.starts_with('[') && first.ends_with(']') {
        return Some(Kind::Systemd);
    }
    let (name, _) = first.strip_prefix("export ").unwrap_or(first).split_once('=')?;
    let name = name.trim_end();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_name.then_some(Kind::EnvFile)
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    /// # Errors
    /// The names that there are.
    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|kind| kind.name()).collect();
            format!("not one of {}", names.join(", "))
        })
    }
}
