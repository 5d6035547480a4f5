//! What is asked for.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
};

use super::{Deployment, Kind, Refused, compose, env_file, files::Files, kubernetes, systemd};

/// A request for what files give to a program.
///
/// # Example
/// ```
/// use confident_cli::deployment::{Deployment, Given};
///
/// let compose = "services: {web: {environment: ['URL=http://${HOST}:${PORT:-80}']}, db: {}}";
/// let deployment = Deployment::of_text("compose.yaml", compose).target("web").variable("HOST", "db").read()?;
/// assert_eq!(deployment.settings[0].given, Given::Text("http://db:80".to_owned()));
/// # Ok::<(), confident_cli::deployment::Refused>(())
/// ```
#[derive(Clone, Default)]
pub struct Request {
    pub(super) files: Vec<PathBuf>,
    pub(super) texts: HashMap<PathBuf, String>,
    pub(super) kind: Option<Kind>,
    pub(super) target: Option<String>,
    pub(super) variables: Vec<(String, String)>,
    pub(super) variables_files: Vec<PathBuf>,
    pub(super) root: Option<PathBuf>,
    pub(super) is_alone: bool,
}

impl Request {
    /// A further file: one more compose file that overrides those before it, more manifests, a drop-in.
    #[must_use]
    pub fn file(mut self, file: impl Into<PathBuf>) -> Self {
        self.files.push(file.into());
        self
    }

    /// What the file of this name holds, instead of what is on the disk. It is read only where the request or
    /// another file names it.
    #[must_use]
    pub fn text(mut self, name: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        self.texts.insert(name.into(), text.into());
        self
    }

    /// What the files are. Where it is not said, it is told from their names and their content.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// The service of a compose file, or the container of a manifest: `app`, `payments`, `payments/app` or
    /// `Deployment/payments/app`. Where there is only one, it need not be named.
    #[must_use]
    pub fn target(mut self, target: impl Into<String>) -> Self {
        self.target = Some(target.into());
        self
    }

    /// A variable for `${NAME}` in compose files, over that in `.env`.
    #[must_use]
    pub fn variable(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// A file with variables for `${NAME}` in compose files, instead of the `.env` beside the first one; as
    /// `docker compose --env-file` takes it.
    #[must_use]
    pub fn variables_file(mut self, file: impl Into<PathBuf>) -> Self {
        self.variables_files.push(file.into());
        self
    }

    /// The folder that is `/` to the unit of systemd: where `EnvironmentFile=` is looked for. Without it,
    /// such files are unseen.
    #[must_use]
    pub fn root(mut self, root: impl Into<PathBuf>) -> Self {
        self.root = Some(root.into());
        self
    }

    /// Reads no other file than those that are named here: what `env_file`, `extends`, `include` and
    /// `EnvironmentFile=` name is unseen. For files of strangers.
    #[must_use]
    pub fn alone(mut self) -> Self {
        self.is_alone = true;
        self
    }

    /// Reads the files.
    ///
    /// # Errors
    /// Files that cannot be read or are of no known kind, and a service or container that is not there or
    /// cannot be told from others. What is wrong with single values is in [`Deployment::problems`].
    pub fn read(&self) -> Result<Deployment, Refused> {
        if self.files.is_empty() {
            return Err(Refused::NoFile);
        }
        let mut files = Files::new(self);
        let mut texts = Vec::new();
        let mut unreadable = Vec::new();
        for path in &self.files {
            match files.named(path) {
                Ok(file) => texts.push(file),
                Err(unread) => unreadable.push(unread.at_start(path)),
            }
        }
        if !unreadable.is_empty() {
            return Err(Refused::Unreadable(unreadable));
        }
        let kind = match self.kind {
            Some(kind) => kind,
            None => kind_of(texts.iter().map(|file| (&*file.path, &*file.text)))?,
        };
        let mut deployment = match kind {
            Kind::EnvFile => env_file::read(&texts),
            Kind::Compose => compose::read(self, texts, &mut files)?,
            Kind::Kubernetes => kubernetes::read(self, &texts)?,
            Kind::Systemd => systemd::read(self, &texts, &mut files),
        };
        deployment.files = files.into_read();
        Ok(deployment)
    }
}

/// The one kind of all files.
fn kind_of<'t>(files: impl Iterator<Item = (&'t Path, &'t str)>) -> Result<Kind, Refused> {
    let mut kinds: Vec<(PathBuf, Kind)> = Vec::new();
    for (path, text) in files {
        let told = Kind::told_by(path, text);
        // A drop-in is called `override.conf`, and a further compose file may have nothing but `x-` parts.
        let kind = told.or(kinds.first().map(|(_, kind)| *kind));
        kinds.push((path.to_owned(), kind.ok_or_else(|| Refused::UnknownKind(path.to_owned()))?));
    }
    let Some((_, kind)) = kinds.first() else {
        return Err(Refused::NoFile);
    };
    if kinds.iter().all(|(_, other)| other == kind) { Ok(*kind) } else { Err(Refused::SeveralKinds(kinds)) }
}

impl fmt::Debug for Request {
    /// Shows no text and no value of a variable: either may be a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { files, texts, kind, target, variables, variables_files, root, is_alone } = self;
        f.debug_struct("Request")
            .field("files", files)
            .field("texts", &texts.keys())
            .field("kind", kind)
            .field("target", target)
            .field("variables", &variables.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("variables_files", variables_files)
            .field("root", root)
            .field("is_alone", is_alone)
            .finish()
    }
}
