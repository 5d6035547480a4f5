//! Files, and directories of files, in TOML, JSON and YAML.

use std::path::{Path, PathBuf};

use super::{
    Answers, OnUnknown, Source, Wanted,
    document::{Places, Syntax},
    whole_file,
};

/// The largest file that is read: no configuration is larger.
const MOST: u64 = 16 << 20;

/// The most files of one directory that are read.
const MOST_FILES: usize = 1000;

const PROFILE: &str = "{profile}";

/// A file with a tree of keys, in TOML, JSON or YAML. Each of them is a Cargo feature.
///
/// `{profile}` in its name stands for the profile of the load. A name that no key reads is a problem,
/// unless [`File::on_unknown`] says otherwise. Lists and maps replace those of earlier sources as a
/// whole; everything else is decided key by key.
///
/// # Example
/// ```
/// use confident_core::{Config, Env, File, Report, Root};
///
/// fn load<R: Root>() -> Result<R, Report> {
///     R::loader()
///         .source(File::required("config/payments.toml"))
///         .source(File::optional("config/payments.{profile}.toml"))
///         .source(File::directory("/etc/payments/payments.d"))
///         .source(Env::process())
///         .load()
/// }
/// ```
///
/// # Errors
/// The report of the load says what is wrong with a file and where, and never quotes it: a required
/// file that does not exist, a file that cannot be read, is larger than 16 MiB, is no UTF-8 text or no
/// document of its syntax, a name of a file that does not tell its syntax, and a syntax whose feature
/// is off.
#[derive(Clone, Debug)]
pub struct File {
    path: PathBuf,
    is_required: bool,
    syntax: Option<Syntax>,
    on_unknown: OnUnknown,
}

impl File {
    /// A file that must exist. With `{profile}` in its name, a load needs a profile.
    pub fn required(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), is_required: true, syntax: None, on_unknown: OnUnknown::Deny }
    }

    /// A file that is read if it exists. With `{profile}` in its name, a load without a profile does
    /// not look for it.
    pub fn optional(path: impl Into<PathBuf>) -> Self {
        Self { is_required: false, ..Self::required(path) }
    }

    /// All files of a directory whose ending tells their syntax, in the order of their names: see
    /// [`DropIns`].
    pub fn directory(path: impl Into<PathBuf>) -> DropIns {
        DropIns { path: path.into(), on_unknown: OnUnknown::Deny }
    }

    /// The syntax, where the ending of the name does not tell it.
    #[must_use]
    pub fn syntax(mut self, syntax: Syntax) -> Self {
        self.syntax = Some(syntax);
        self
    }

    /// What it means that no key reads a name in the file: a problem, unless said otherwise.
    #[must_use]
    pub fn on_unknown(mut self, on_unknown: OnUnknown) -> Self {
        self.on_unknown = on_unknown;
        self
    }
}

impl Source for File {
    fn kind(&self) -> &'static str {
        "file"
    }

    fn name(&self, wanted: &Wanted<'_>) -> String {
        name(&self.path, wanted)
    }

    fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        match with_profile(&self.path, wanted) {
            Ok(Some(path)) => read(&path, self.syntax, self.is_required, answers),
            Ok(None) if self.is_required => {
                let what = "names the profile, but the load has none";
                answers.problem(&self.path.display().to_string(), what);
            }
            Ok(None) => {}
            Err(what) => answers.problem(&self.path.display().to_string(), what),
        }
    }

    fn files(&self, wanted: &Wanted<'_>) -> Vec<PathBuf> {
        with_profile(&self.path, wanted).ok().flatten().into_iter().collect()
    }

    fn on_unknown(&self) -> OnUnknown {
        self.on_unknown
    }
}

/// A directory of files, each with a part of the configuration: `payments.d`.
///
/// Read are its files whose names end with `.toml`, `.json`, `.yaml` or `.yml` and do not begin with a
/// dot, in the order of their names; later ones win, key by key. A directory that does not exist is an
/// empty one. `{profile}` in its name stands for the profile, as in that of a [`File`].
///
/// # Example
/// ```
/// use confident_core::{Config, File, OnUnknown, Report, Root};
///
/// fn load<R: Root>() -> Result<R, Report> {
///     R::loader().source(File::directory("/etc/payments/payments.d").on_unknown(OnUnknown::Warn)).load()
/// }
/// ```
///
/// # Errors
/// The report of the load says what is wrong with the directory and each of its files, as with a
/// [`File`].
#[derive(Clone, Debug)]
pub struct DropIns {
    path: PathBuf,
    on_unknown: OnUnknown,
}

impl DropIns {
    /// What it means that no key reads a name in a file: a problem, unless said otherwise.
    #[must_use]
    pub fn on_unknown(mut self, on_unknown: OnUnknown) -> Self {
        self.on_unknown = on_unknown;
        self
    }
}

impl Source for DropIns {
    fn kind(&self) -> &'static str {
        "file"
    }

    fn name(&self, wanted: &Wanted<'_>) -> String {
        name(&self.path, wanted)
    }

    fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        let files = match with_profile(&self.path, wanted) {
            Ok(Some(path)) => files_of(&path),
            Ok(None) => Ok(Vec::new()),
            Err(what) => Err(what.to_owned()),
        };
        match files {
            Ok(files) => files.iter().for_each(|path| read(path, None, true, answers)),
            Err(what) => answers.problem(&name(&self.path, wanted), &what),
        }
    }

    fn files(&self, wanted: &Wanted<'_>) -> Vec<PathBuf> {
        with_profile(&self.path, wanted).ok().flatten().into_iter().collect()
    }

    fn on_unknown(&self) -> OnUnknown {
        self.on_unknown
    }
}

/// The files of a directory that are read, in the order of their names.
fn files_of(directory: &Path) -> Result<Vec<PathBuf>, String> {
    let unread = |error| whole_file::Unread::from(error);
    let entries = match std::fs::read_dir(directory).map_err(unread) {
        Ok(entries) => entries,
        Err(unread) if unread.is_missing => return Ok(Vec::new()),
        Err(unread) => return Err(unread.reason),
    };
    let mut files = Vec::new();
    for entry in entries {
        let name = entry.map_err(|error| unread(error).reason)?.file_name();
        let path = directory.join(&name);
        // What begins with a dot is an editor's, or the machinery of a mounted Kubernetes volume.
        if name.as_encoded_bytes().starts_with(b".") || !Syntax::is_told_by(&path) || path.is_dir() {
            continue;
        }
        if files.len() == MOST_FILES {
            return Err(format!("holds more than {MOST_FILES} files"));
        }
        files.push(path);
    }
    files.sort_unstable();
    Ok(files)
}

pub(super) fn name(path: &Path, wanted: &Wanted<'_>) -> String {
    let path = with_profile(path, wanted).ok().flatten().unwrap_or_else(|| path.to_owned());
    path.display().to_string()
}

/// The path with the profile in it; nothing where it names the profile and there is none.
pub(super) fn with_profile(path: &Path, wanted: &Wanted<'_>) -> Result<Option<PathBuf>, &'static str> {
    let Some(text) = path.to_str().filter(|text| text.contains(PROFILE)) else {
        return Ok(Some(path.to_owned()));
    };
    let Some(profile) = wanted.profile() else { return Ok(None) };
    // A profile comes from the environment: it names a file here, and must not lead elsewhere.
    let is_plain = |char: char| char.is_alphanumeric() || matches!(char, '-' | '_' | '.');
    if profile.starts_with('.') || !profile.chars().all(is_plain) {
        return Err("names the profile, which is not made of letters, digits, - and _");
    }
    Ok(Some(text.replace(PROFILE, profile).into()))
}

fn read(path: &Path, syntax: Option<Syntax>, is_required: bool, answers: &mut Answers<'_, '_>) {
    let subject = path.display().to_string();
    let bytes = match whole_file::bytes(path, MOST, |_| Ok(())) {
        Ok(bytes) => answers.keep(bytes),
        Err(unread) if unread.is_missing && !is_required => return,
        Err(unread) => return answers.problem(&subject, &unread.reason),
    };
    let syntax = match syntax.map_or_else(|| Syntax::of_path(path), Ok) {
        Ok(syntax) => syntax,
        Err(what) => return answers.problem(&subject, what),
    };
    answers.file(path);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text),
        Err(error) => {
            let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default();
            let (line, column) = Places::new(valid).of(valid.len());
            return answers.problem_at("is not UTF-8 text", line, column);
        }
    };
    match syntax.parse(text, answers.shelf()) {
        Ok(root) => answers.kept_document(root),
        Err(unreadable) => answers.problem_at(unreadable.what, unreadable.line, unreadable.column),
    }
}
