//! Which place of the file is meant, and whether a value may stand there.

use std::{borrow::Cow, ffi::OsStr, fmt, path::PathBuf};

use clap::Args;
use confident_core::{Answers, Code, ExposeSecret, Manifest, Provenance, SecretString, Source, Wanted};
use confident_stores::{Holds, Paths, Place};

use crate::command::{Failure, nearest, one_manifest};

/// What the store is called in the option `sources(..)`.
const KIND: &str = "age";

/// Whose secrets they are.
#[derive(Debug, Args)]
pub(in crate::command) struct Of {
    /// A program that was built with `confident`, or its manifest in JSON: keys are named by path or variable, and a
    /// value is checked before it is written
    #[arg(long, value_name = "PROGRAM")]
    program: Option<PathBuf>,
    /// Which manifest, where the program has several: the name of its `app`
    #[arg(long, value_name = "NAME", requires = "program")]
    app: Option<String>,
    /// The profile that the secrets are for
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Where the program looks for a key, if it says so itself by `Paths::new`
    #[arg(long, value_name = "TEMPLATE", requires = "program")]
    paths: Option<String>,
}

/// What a place is told by.
pub(in crate::command) struct Target {
    manifest: Option<&'static Manifest>,
    profile: Option<String>,
    places: Vec<Place>,
}

/// A place in the file.
pub(in crate::command) enum Spot<'t> {
    /// That of a key.
    Key(&'t Place),
    /// By its name alone.
    Named(String),
}

impl Of {
    pub(in crate::command) fn target(&self) -> Result<Target, Failure> {
        let Self { program, app, profile, paths } = self;
        let profile = profile.clone();
        let Some(program) = program else {
            return Ok(Target { manifest: None, profile, places: Vec::new() });
        };
        let manifest = one_manifest(program, app.as_deref())?;
        let paths = paths.clone().map_or_else(Paths::default, Paths::new);
        let Some(given) = profile.as_deref() else {
            let what =
                format!("the places of {} depend on the profile; name it with --profile", manifest.app);
            return Err(Failure::Said(what));
        };
        let places = paths.places(manifest, Some(given), KIND, Holds::Secrets);
        let places =
            places.map_err(|bad| Failure::Said(format!("the age file {}; {}", bad.what(), bad.cure())))?;
        Ok(Target { manifest: Some(manifest), profile, places })
    }
}

impl Target {
    pub(in crate::command) fn app(&self) -> Option<&'static str> {
        self.manifest.map(|manifest| manifest.app)
    }

    pub(in crate::command) fn manifest(&self) -> Option<&'static Manifest> {
        self.manifest
    }

    /// The places of the program's secrets.
    pub(in crate::command) fn places(&self) -> &[Place] {
        &self.places
    }

    pub(in crate::command) fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// The place that is meant. What does not name a key is not quoted: it may be a value.
    pub(in crate::command) fn place(&self, name: &str) -> Result<Spot<'_>, Failure> {
        let Some(manifest) = self.manifest else { return Ok(Spot::Named(name.to_owned())) };
        let is_it = |place: &&Place| {
            let entry = place.entry;
            entry.path == name || entry.variable == name || entry.key.aliases.contains(&name)
        };
        if let Some(place) = self.places.iter().find(is_it) {
            if place.field.is_some() {
                let what = format!(
                    "{} is a field of what is at {}; write the whole of it, without --program",
                    place.entry.path, place.path
                );
                return Err(Failure::Said(what));
            }
            return Ok(Spot::Key(place));
        }
        let app = manifest.app;
        if let Some(entry) = manifest.keys().find(|entry| entry.path == name || entry.variable == name) {
            let what = format!(
                "{app} does not look for {} in an age file; a key that is no secret says so by `sources(\"{KIND}\")`",
                entry.path
            );
            return Err(Failure::Said(what));
        }
        let names = self.places.iter().flat_map(|place| [place.entry.path, place.entry.variable]);
        Err(Failure::Said(format!("{app} has no such key{}", nearest(name, names))))
    }

    /// Whether the value may stand at the place.
    pub(in crate::command) fn check(&self, spot: &Spot<'_>, text: &SecretString) -> Result<(), Failure> {
        let (Spot::Key(place), Some(manifest), Some(profile)) = (spot, self.manifest, self.profile()) else {
            return Ok(());
        };
        let path = place.entry.path;
        let one = One { path, text: text.clone() };
        let checked = manifest.check().profile(profile).source(one).run();
        // Another key may be missing, and this one in a group that is not in use yet.
        let is_about_it =
            |code: Code| !matches!(code, Code::Missing | Code::Unused | Code::Rule | Code::Deprecated);
        let problem = checked
            .report
            .problems()
            .iter()
            .find(|problem| problem.path() == Some(path) && is_about_it(problem.code()));
        match problem {
            None => Ok(()),
            Some(problem) => {
                Err(Failure::Said(format!("{path}: {}; nothing was written", problem.message())))
            }
        }
    }

    /// The same for a place by its name.
    pub(in crate::command) fn check_place(&self, name: &str, text: &SecretString) -> Result<(), Failure> {
        match self.places.iter().find(|place| place.path == name) {
            Some(place) => self.check(&Spot::Key(place), text),
            None => Ok(()),
        }
    }
}

impl Spot<'_> {
    /// The path of the key, where it is known.
    pub(in crate::command) fn key(&self) -> Option<&'static str> {
        match self {
            Self::Key(place) => Some(place.entry.path),
            Self::Named(_) => None,
        }
    }

    /// Its name in the file.
    pub(in crate::command) fn path(&self) -> &str {
        match self {
            Self::Key(place) => &place.path,
            Self::Named(name) => name,
        }
    }
}

impl fmt::Display for Spot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.path())
    }
}

/// A source that has one value.
struct One {
    path: &'static str,
    text: SecretString,
}

impl Source for One {
    fn kind(&self) -> &'static str {
        KIND
    }

    fn name(&self, _: &Wanted<'_>) -> String {
        "the standard input".to_owned()
    }

    fn find<'a>(&'a self, _: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        let text = Cow::Borrowed(OsStr::new(self.text.expose_secret()));
        answers.value(self.path, text, Provenance::default());
    }
}
