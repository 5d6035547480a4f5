//! What a deployment sets for one program, and where each value stands.
//!
//! `.env` files, docker compose files, Kubernetes manifests and systemd units are read as their own tools
//! read them. Nothing is run, no network is used, and the environment of this process is never looked at:
//! what comes from there is [`Given::Unknown`].
//!
//! # Example
//! ```
//! use confident_cli::deployment::{Deployment, Given};
//!
//! let compose = "services: {backend: {environment: {PORT: 8071, TOKEN: 'op://prod/backend/token'}}}";
//! let deployment = Deployment::of_text("compose.yaml", compose).read()?;
//! let port = deployment.setting("PORT").expect("it is set");
//! assert_eq!(port.given, Given::Text("8071".to_owned()));
//! assert_eq!(port.place.to_string(), "compose.yaml:1:42");
//! assert!(matches!(deployment.setting("TOKEN").expect("it is set").given, Given::Reference(_)));
//! # Ok::<(), confident_cli::deployment::Refused>(())
//! ```

mod compose;
mod cursor;
mod env_file;
mod files;
mod kind;
mod kubernetes;
mod mix;
mod reference;
mod request;
mod scalar;
mod systemd;
mod yaml;

use std::{fmt, path::Path, path::PathBuf, sync::Arc};

pub use files::{LARGEST_FILE, MOST_BYTES, MOST_FILES};
pub use kind::Kind;
pub use mix::MOST_EXPANDED;
pub use reference::{SCHEMES, Scheme, Shape};
pub use request::Request;
pub use yaml::{DEEPEST, MOST_VALUES};

/// What one deployment gives to one program.
#[derive(Debug)]
#[non_exhaustive]
pub struct Deployment {
    /// What the files are.
    pub kind: Kind,
    /// The service, container or unit that was read: `backend`, `Deployment/payments/app`. None where files
    /// of the kind have only one.
    pub target: Option<String>,
    /// The variables, in the order in which they are set: of a name, the last one counts, and those before
    /// it are overridden.
    pub settings: Vec<Setting>,
    /// The files that are put before the program with a value or a secret in them.
    pub mounts: Vec<Mount>,
    /// What may set more variables, and cannot be seen from here. Where there is any, a key without a setting
    /// is not known to be missing.
    pub unseen: Vec<Unseen>,
    /// What cannot be read, or will be refused by what runs the deployment.
    pub problems: Vec<Unreadable>,
    /// The files that were read, each once.
    pub files: Vec<Arc<Path>>,
    /// Whether Kubernetes adds variables for the services of the namespace, `PAYMENTS_PORT=tcp://...`, as it
    /// does for a pod without `enableServiceLinks: false`.
    pub has_service_links: bool,
}

/// A variable that a deployment sets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setting {
    /// The name.
    pub name: String,
    /// The value, as far as it is known.
    pub given: Given,
    /// Where the value stands, or what it is referred to by.
    pub place: Place,
}

/// What a deployment gives for a value.
#[derive(Clone, PartialEq, Eq)]
pub enum Given {
    /// A text, which may be a secret in plain text: `Debug` does not show it.
    Text(String),
    /// A reference to a secret that is kept elsewhere: what it refers to, such as
    /// ``key `dsn` of the Secret `payments` ``. It counts as set.
    Reference(String),
    /// A value that cannot be known from here: the reason.
    Unknown(String),
}

/// A file before the program, with a value in it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mount {
    /// The path as the program sees it.
    pub path: String,
    /// Whether the path is that of a folder whose files cannot be named from here.
    pub is_folder: bool,
    /// What is in it.
    pub given: Given,
    /// Where it is said.
    pub place: Place,
}

/// Something that may set variables whose names cannot be known from here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unseen {
    /// What it is: ``the Secret `payments` ``.
    pub what: String,
    /// What all its names begin with; mostly empty.
    pub prefix: String,
    /// Whether it is a secret, so that its values are not in plain text.
    pub is_secret: bool,
    /// Where it is referred to.
    pub place: Place,
}

/// Something that cannot be read, or will be refused.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unreadable {
    /// What is wrong and what to do, without any value.
    pub what: String,
    /// Where.
    pub place: Place,
}

/// How many mounts are listed of one program; more are a problem.
pub const MOST_MOUNTS: usize = 1000;

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The file, as it was named.
    pub file: Arc<Path>,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// Why a deployment cannot be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// The request names no file.
    NoFile,
    /// Files that cannot be read, so that nothing is known.
    Unreadable(Vec<Unreadable>),
    /// A file from whose name and content its kind cannot be told.
    UnknownKind(PathBuf),
    /// Files of different kinds, which are no one deployment.
    SeveralKinds(Vec<(PathBuf, Kind)>),
    /// Several services or containers, of which none was chosen, or more than one has the name.
    SeveralTargets(Vec<String>),
    /// No service or container with that name.
    NoSuchTarget {
        /// The name that was asked for.
        wanted: String,
        /// The names that there are.
        targets: Vec<String>,
    },
    /// Nothing in the files that a program runs in.
    NoTarget(Kind),
}

impl Deployment {
    /// A request for what the file gives to a program.
    ///
    /// # Example
    /// ```no_run
    /// use confident_cli::deployment::Deployment;
    ///
    /// let deployment = Deployment::of("compose.yaml").file("compose.prod.yaml").target("backend").read()?;
    /// for problem in &deployment.problems {
    ///     eprintln!("{problem}");
    /// }
    /// # Ok::<(), confident_cli::deployment::Refused>(())
    /// ```
    pub fn of(file: impl Into<PathBuf>) -> Request {
        Request::default().file(file)
    }

    /// A request for what a text gives to a program, as if a file of this name held it.
    ///
    /// # Example
    /// ```
    /// use confident_cli::deployment::{Deployment, Kind};
    ///
    /// let deployment = Deployment::of_text("<stdin>", "PORT=80").kind(Kind::EnvFile).read()?;
    /// assert_eq!(deployment.settings[0].name, "PORT");
    /// # Ok::<(), confident_cli::deployment::Refused>(())
    /// ```
    pub fn of_text(name: impl Into<PathBuf>, text: impl Into<String>) -> Request {
        let name = name.into();
        Request::default().text(name.clone(), text).file(name)
    }

    /// The setting of a variable that counts.
    ///
    /// # Example
    /// ```
    /// use confident_cli::deployment::{Deployment, Given};
    ///
    /// let deployment = Deployment::of_text(".env", "PORT=80\nPORT=81").read()?;
    /// assert_eq!(deployment.setting("PORT").expect("it is set").given, Given::Text("81".to_owned()));
    /// assert_eq!(deployment.settings.len(), 2);
    /// # Ok::<(), confident_cli::deployment::Refused>(())
    /// ```
    pub fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().rev().find(|setting| setting.name == name)
    }

    fn new(kind: Kind) -> Self {
        Self {
            kind,
            target: None,
            settings: Vec::new(),
            mounts: Vec::new(),
            unseen: Vec::new(),
            problems: Vec::new(),
            files: Vec::new(),
            has_service_links: false,
        }
    }

    fn set(&mut self, name: impl Into<String>, given: Given, place: Place) {
        self.settings.push(Setting { name: name.into(), given, place });
    }

    /// Adds a mount. One at the same path is overridden.
    fn mount(&mut self, path: String, is_folder: bool, given: Given, place: Place) {
        let mount = Mount { path, is_folder, given, place };
        match self.mounts.iter().position(|other| other.path == mount.path && !mount.is_folder) {
            Some(first) => self.mounts[first] = mount,
            None if self.mounts.len() < MOST_MOUNTS => self.mounts.push(mount),
            None => {}
        }
    }

    /// Whether there is no room for another mount; said once.
    fn is_full_of_mounts(&mut self, place: &Place) -> bool {
        let is_full = self.mounts.len() >= MOST_MOUNTS;
        if is_full {
            self.problem(
                format!("more than {MOST_MOUNTS} files are mounted; the others are not looked at"),
                place.clone(),
            );
        }
        is_full
    }

    fn problem(&mut self, what: impl Into<String>, place: Place) {
        self.problems.push(Unreadable { what: what.into(), place });
    }
}

impl Place {
    fn new(file: &Arc<Path>, (line, column): (u32, u32)) -> Self {
        Self { file: Arc::clone(file), line, column }
    }
}

impl fmt::Debug for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text"),
            Self::Reference(what) => f.debug_tuple("Reference").field(what).finish(),
            Self::Unknown(why) => f.debug_tuple("Unknown").field(why).finish(),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFile => f.write_str("no file is named"),
            Self::Unreadable(problems) => {
                for (at, problem) in problems.iter().enumerate() {
                    write!(f, "{}{problem}", if at == 0 { "" } else { "\n" })?;
                }
                Ok(())
            }
            Self::UnknownKind(path) => {
                write!(
                    f,
                    "{}: neither its name nor its content tells what it is; say one of ",
                    path.display()
                )?;
                list(f, Kind::ALL.iter().map(|kind| kind.name()))
            }
            Self::SeveralKinds(files) => {
                f.write_str("files of several kinds are no one deployment: ")?;
                list(f, files.iter().map(|(path, kind)| format!("{} ({})", path.display(), kind.name())))
            }
            Self::SeveralTargets(targets) => {
                f.write_str("there are several to choose from: ")?;
                list(f, targets)
            }
            Self::NoSuchTarget { wanted, targets } => {
                write!(f, "`{wanted}` is not there; choose from: ")?;
                list(f, targets)
            }
            Self::NoTarget(kind) => f.write_str(match kind {
                Kind::Compose => "no service is there",
                Kind::Kubernetes => "nothing with containers is there, and no ConfigMap or Secret",
                Kind::EnvFile | Kind::Systemd => "nothing is there",
            }),
        }
    }
}

impl std::error::Error for Refused {}

/// How many names an error lists.
const MOST_LISTED: usize = 50;

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, names: impl IntoIterator<Item = T>) -> fmt::Result {
    let mut names = names.into_iter();
    for (at, name) in names.by_ref().take(MOST_LISTED).enumerate() {
        write!(f, "{}{name}", if at == 0 { "" } else { ", " })?;
    }
    match names.count() {
        0 => Ok(()),
        more => write!(f, " and {more} more"),
    }
}
