//! `confident secret`: age files of secrets, written and read.

mod editor;
pub(super) mod place;
pub(super) mod value;

use std::{
    ffi::OsString,
    fs::OpenOptions,
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use clap::{Args, Subcommand};
use confident_core::ExposeSecret;
use confident_stores::{AgeEdit, AgeFile, Identity, Listed, Recipients};
use serde::Serialize;

use super::Failure;
use crate::{Exit, escape::plain, output};
use place::{Of, Target};

/// What is done with the secrets.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write a secret, from the standard input or as it is typed; the value before is kept for a while
    Set(Set),
    /// Print a secret
    Get(Get),
    /// Show the places, their versions and dates, and no value
    List(List),
    /// Remove a secret, with all that is kept of it
    Remove(Remove),
    /// Change all secrets at once in an editor, in a file that is in memory only
    Edit(Edit),
    /// Encrypt the file for other recipients
    RotateKey(RotateKey),
    /// Make a key file of mode 0600, and print its recipient
    Keygen(Keygen),
}

/// Which file, and what opens it.
#[derive(Debug, Args)]
pub(super) struct In {
    /// The age file; {profile} and {app} in its name are filled in
    #[arg(long, value_name = "FILE", default_value = "secrets.{profile}.age")]
    file: String,
    #[command(flatten)]
    of: Of,
    /// The key file that opens it; CONFIDENT_AGE_IDENTITY_FILE or CONFIDENT_AGE_IDENTITY, where it is not said
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
    /// A passphrase opens it, which is asked for
    #[arg(long, conflicts_with = "identity")]
    passphrase: bool,
}

/// `set`.
#[derive(Debug, Args)]
pub(super) struct Set {
    #[command(flatten)]
    within: In,
    /// The key, by its path or its variable; without --program, the place in the file
    #[arg(value_name = "KEY")]
    name: String,
    /// Who a new file is encrypted for, several times for several; whoever has the identity, where it is not said
    #[arg(long, value_name = "AGE1..")]
    recipient: Vec<String>,
    /// How long the value before is kept, such as 7d; 0s for no time
    #[arg(long, value_name = "TIME", default_value = "1d", value_parser = humantime::parse_duration)]
    overlap: Duration,
    /// Write JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    open: InTheOpen,
}

/// A value where everybody sees it. It is taken, so that it is refused without being shown.
#[derive(Args)]
struct InTheOpen {
    #[arg(hide = true)]
    more: Vec<OsString>,
    #[arg(long, hide = true, num_args = 0..=1, aliases = ["secret", "password", "text", "token"])]
    value: Option<Option<OsString>>,
}

impl std::fmt::Debug for InTheOpen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InTheOpen")
    }
}

/// `get`.
#[derive(Debug, Args)]
pub(super) struct Get {
    #[command(flatten)]
    within: In,
    /// The key, by its path or its variable; without --program, the place in the file
    #[arg(value_name = "KEY")]
    name: String,
    /// Yes, show it
    #[arg(long)]
    reveal: bool,
    /// An earlier version that is kept, by its number
    #[arg(long, value_name = "NUMBER")]
    revision: Option<u64>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// `list`.
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    within: In,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// `remove`.
#[derive(Debug, Args)]
pub(super) struct Remove {
    #[command(flatten)]
    within: In,
    /// The key, by its path or its variable; without --program, the place in the file
    #[arg(value_name = "KEY")]
    name: String,
}

/// `edit`.
#[derive(Debug, Args)]
#[command(after_long_help = editor::HELP)]
pub(super) struct Edit {
    #[command(flatten)]
    within: In,
    /// How long the values before are kept, such as 7d; 0s for no time
    #[arg(long, value_name = "TIME", default_value = "1d", value_parser = humantime::parse_duration)]
    overlap: Duration,
}

/// `rotate-key`.
#[derive(Debug, Args)]
pub(super) struct RotateKey {
    #[command(flatten)]
    within: In,
    /// Who it is encrypted for from now on, and nobody else; several times for several
    #[arg(long, value_name = "AGE1..", required_unless_present = "new_passphrase")]
    recipient: Vec<String>,
    /// A passphrase opens it from now on, which is asked for
    #[arg(long, conflicts_with = "recipient")]
    new_passphrase: bool,
}

/// `keygen`.
#[derive(Debug, Args)]
pub(super) struct Keygen {
    /// The key file, which must not be there yet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Command {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        match self {
            Self::Set(arguments) => arguments.run(),
            Self::Get(arguments) => arguments.run(),
            Self::List(arguments) => arguments.run(),
            Self::Remove(arguments) => arguments.run(),
            Self::Edit(arguments) => arguments.run(),
            Self::RotateKey(arguments) => arguments.run(),
            Self::Keygen(arguments) => arguments.run(),
        }
    }
}

impl In {
    pub(super) fn target(&self) -> Result<Target, Failure> {
        self.of.target()
    }

    pub(super) fn path(&self, target: &Target) -> Result<PathBuf, Failure> {
        let file = AgeFile::at(&self.file);
        if self.file.contains("{app}") && target.app().is_none() {
            let what =
                format!("{} has the name of a program in it; name the program with --program", self.file);
            return Err(Failure::Said(what));
        }
        match (target.profile(), self.file.contains("{profile}")) {
            (None, true) => {
                let what = format!(
                    "the file is {}; name the profile with --profile, or the file with --file",
                    self.file
                );
                Err(Failure::Said(what))
            }
            (profile, _) => file
                .path(target.app().unwrap_or_default(), profile)
                .map_err(|failure| Failure::Said(format!("{}: {failure}", self.file))),
        }
    }

    pub(super) fn identity(&self) -> Result<Identity, Failure> {
        Ok(match (&self.identity, self.passphrase) {
            (Some(path), _) => Identity::file(path),
            (None, true) => Identity::passphrase(value::typed("passphrase")?),
            (None, false) => Identity::from_environment(),
        })
    }

    pub(super) fn open(&self, path: &Path) -> Result<AgeEdit, Failure> {
        AgeEdit::open(path, &self.identity()?).map_err(|failure| of_file(path, &failure))
    }
}

/// What is wrong with the age file, and what to do.
pub(super) fn of_file(path: &Path, failure: &confident_stores::Failure) -> Failure {
    let cure = failure.fault().cure();
    Failure::of_file(path, format!("{failure}; {cure}"))
}

impl Set {
    fn run(self) -> Result<Exit, Failure> {
        let Self { within, name, recipient, overlap, json, open } = self;
        if !open.more.is_empty() || open.value.is_some() || name.contains('=') {
            let what = "a value on the command line is seen by every user of the machine, and stays in the history of \
                 the shell; write it to the standard input, or type it when it is asked for";
            return Err(Failure::Said(what.to_owned()));
        }
        let target = within.target()?;
        let place = target.place(&name)?;
        let path = within.path(&target)?;
        let is_new = path.symlink_metadata().is_err();
        if !is_new && !recipient.is_empty() {
            let what = "is encrypted for others already; change for whom with `confident secret rotate-key`";
            return Err(Failure::of_file(&path, what));
        }
        // A value is only asked for where it can be written.
        let edit = if is_new { create(&within, &path, &recipient)? } else { within.open(&path)? };
        let text = value::given(&place.to_string())?;
        target.check(&place, &text)?;
        let mut edit = edit.overlap(overlap);
        let fails = |failure| of_file(&path, &failure);
        let revision = edit.set(place.path(), text).map_err(fails)?;
        let listed = edit.list().into_iter().find(|listed| listed.place == place.path());
        let recipients = edit.recipients().len();
        edit.save().map_err(fails)?;
        let mut out = anstream::stdout().lock();
        if json {
            output::json(&mut out, &listed.as_ref().map(ShownPlace::of))?;
            return Ok(Exit::Good);
        }
        let [path, place] = [path.display().to_string(), place.to_string()].map(|text| plain(&text, false));
        if is_new {
            let whom = match recipients {
                0 => "opened by the passphrase".to_owned(),
                1 => "for 1 recipient".to_owned(),
                many => format!("for {many} recipients"),
            };
            writeln!(out, "{path} is new, {whom}")?;
        }
        write!(out, "{place} is written to {path}, version {revision}")?;
        let before = listed.and_then(|listed| listed.previous.into_iter().next());
        match before.and_then(|before| before.until) {
            Some(until) => writeln!(out, "; the one before is kept until {until}")?,
            None => writeln!(out)?,
        }
        Ok(Exit::Good)
    }
}

fn create(within: &In, path: &Path, recipient: &[String]) -> Result<AgeEdit, Failure> {
    let recipients = if recipient.is_empty() {
        if within.passphrase {
            Recipients::passphrase(value::chosen("passphrase")?)
        } else {
            within.identity()?.recipients().map_err(|failure| {
                Failure::of_file(
                    path,
                    format!("is new, and nobody is named with --recipient, and it {failure}"),
                )
            })?
        }
    } else {
        Recipients::of(recipient).map_err(|failure| Failure::Said(format!("--recipient {failure}")))?
    };
    AgeEdit::create(path, recipients).map_err(|failure| of_file(path, &failure))
}

impl Get {
    fn run(self) -> Result<Exit, Failure> {
        let Self { within, name, reveal, revision, json } = self;
        let target = within.target()?;
        let place = target.place(&name)?;
        if !reveal {
            let what = format!("{place} is a secret; to print it, say --reveal");
            return Err(Failure::Said(what));
        }
        let path = within.path(&target)?;
        let edit = within.open(&path)?;
        let text = edit.reveal(place.path(), revision).ok_or_else(|| {
            let version = revision.map_or_else(String::new, |revision| format!("version {revision} of "));
            Failure::of_file(
                &path,
                format!("has nothing at {version}{place}; `confident secret list` shows what it has"),
            )
        })?;
        let text = text.expose_secret();
        if json {
            output::json(
                &mut std::io::stdout().lock(),
                &serde_json::json!({ "place": place.path(), "text": text }),
            )?;
            return Ok(Exit::Good);
        }
        // As it is: whoever asks for it wants all of it, and nothing more.
        let mut out = std::io::stdout().lock();
        if out.is_terminal() {
            writeln!(out, "{}", plain(text, true))?;
        } else {
            out.write_all(text.as_bytes())?;
        }
        Ok(Exit::Good)
    }
}

/// A file as it is listed in JSON.
#[derive(Serialize)]
struct ShownFile<'a> {
    file: String,
    revision: u64,
    recipients: &'a [String],
    places: Vec<ShownPlace<'a>>,
}

#[derive(Serialize)]
struct ShownPlace<'a> {
    place: &'a str,
    revision: u64,
    written: &'a str,
    previous: Vec<ShownVersion<'a>>,
}

#[derive(Serialize)]
struct ShownVersion<'a> {
    revision: u64,
    written: &'a str,
    until: Option<&'a str>,
}

impl<'a> ShownPlace<'a> {
    fn of(listed: &'a Listed) -> Self {
        let previous = listed.previous.iter().map(|version| ShownVersion {
            revision: version.revision,
            written: &version.written,
            until: version.until.as_deref(),
        });
        Self {
            place: &listed.place,
            revision: listed.current.revision,
            written: &listed.current.written,
            previous: previous.collect(),
        }
    }
}

impl List {
    fn run(self) -> Result<Exit, Failure> {
        let Self { within, json } = self;
        let path = within.path(&within.target()?)?;
        let edit = within.open(&path)?;
        let listed = edit.list();
        let mut out = anstream::stdout().lock();
        if json {
            let file = ShownFile {
                file: path.display().to_string(),
                revision: edit.revision(),
                recipients: edit.recipients(),
                places: listed.iter().map(ShownPlace::of).collect(),
            };
            output::json(&mut out, &file)?;
            return Ok(Exit::Good);
        }
        let width = listed.iter().map(|listed| listed.place.chars().count()).max().unwrap_or(0);
        for listed in &listed {
            let place = plain(&listed.place, false);
            let current = &listed.current;
            writeln!(out, "{place:width$}  version {}  {}", current.revision, current.written)?;
            for before in &listed.previous {
                let until = before.until.as_deref().unwrap_or_default();
                writeln!(
                    out,
                    "{:width$}  version {}  {}, kept until {until}",
                    "", before.revision, before.written
                )?;
            }
        }
        let whom = match edit.recipients() {
            [] => "a passphrase opens it".to_owned(),
            recipients => format!("encrypted for {}", plain(&recipients.join(", "), false)),
        };
        let count =
            if listed.len() == 1 { "1 secret".to_owned() } else { format!("{} secrets", listed.len()) };
        writeln!(out, "{}: {count}; {whom}", plain(&path.display().to_string(), false))?;
        Ok(Exit::Good)
    }
}

impl Remove {
    fn run(self) -> Result<Exit, Failure> {
        let Self { within, name } = self;
        let target = within.target()?;
        let place = target.place(&name)?;
        let path = within.path(&target)?;
        let mut edit = within.open(&path)?;
        if !edit.remove(place.path()) {
            return Err(Failure::of_file(&path, format!("has nothing at {place}")));
        }
        edit.save().map_err(|failure| of_file(&path, &failure))?;
        let what = format!("{place} is not in {} any more; copies of the file still have it", path.display());
        writeln!(anstream::stdout(), "{}", plain(&what, false))?;
        Ok(Exit::Good)
    }
}

impl Edit {
    fn run(self) -> Result<Exit, Failure> {
        let Self { within, overlap } = self;
        let target = within.target()?;
        let path = within.path(&target)?;
        let identity = within.identity()?;
        let open = || AgeEdit::open(&path, &identity).map_err(|failure| of_file(&path, &failure));
        // Nobody is kept from writing while someone thinks: what was read is compared with what is there then.
        let (revision, texts) = {
            let edit = open()?;
            let texts = edit.list().into_iter().filter_map(|listed| {
                let text = edit.reveal(&listed.place, None)?;
                Some((listed.place, text))
            });
            (edit.revision(), texts.collect())
        };
        let changes = editor::changes(&texts)?;
        if changes.is_empty() {
            writeln!(anstream::stdout(), "nothing was changed")?;
            return Ok(Exit::Good);
        }
        for (place, text) in &changes {
            if let Some(text) = text {
                target.check_place(place, text)?;
            }
        }
        let mut edit = open()?.overlap(overlap);
        if edit.revision() != revision {
            let what = "was changed by someone else meanwhile, and nothing was written; edit it again";
            return Err(Failure::of_file(&path, what));
        }
        let (mut written, mut removed) = (0, 0);
        for (place, text) in changes {
            match text {
                Some(text) => {
                    edit.set(&place, text).map_err(|failure| of_file(&path, &failure))?;
                    written += 1;
                }
                None => {
                    edit.remove(&place);
                    removed += 1;
                }
            }
        }
        edit.save().map_err(|failure| of_file(&path, &failure))?;
        let path = plain(&path.display().to_string(), false);
        writeln!(anstream::stdout(), "{path}: {written} written, {removed} removed")?;
        Ok(Exit::Good)
    }
}

impl RotateKey {
    fn run(self) -> Result<Exit, Failure> {
        let Self { within, recipient, new_passphrase } = self;
        let path = within.path(&within.target()?)?;
        let mut edit = within.open(&path)?;
        let recipients = if new_passphrase {
            Recipients::passphrase(value::chosen("new passphrase")?)
        } else {
            Recipients::of(&recipient).map_err(|failure| Failure::Said(format!("--recipient {failure}")))?
        };
        edit.rotate_key(recipients);
        edit.save().map_err(|failure| of_file(&path, &failure))?;
        let path = plain(&path.display().to_string(), false);
        writeln!(
            anstream::stdout(),
            "{path} is encrypted anew; the old key still opens old copies of it, also those in the history of a \
             repository: where that key was lost, write new values, too"
        )?;
        Ok(Exit::Good)
    }
}

impl Keygen {
    fn run(self) -> Result<Exit, Failure> {
        let Self { out } = self;
        let fails = |error: std::io::Error| Failure::of_file(&out, format!("cannot be written: {error}"));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&out).map_err(fails)?;
        let key = Identity::generate();
        let recipients = Identity::text(key.clone()).recipients();
        let recipients = recipients.map_err(|failure| Failure::of_file(&out, failure))?;
        let [recipient] = recipients.keys() else {
            return Err(Failure::of_file(&out, "a key has one recipient"));
        };
        let write = |file: &mut std::fs::File| {
            writeln!(file, "# opens what is encrypted for {recipient}")?;
            file.write_all(key.expose_secret().as_bytes())?;
            writeln!(file)?;
            file.sync_all()
        };
        write(&mut file).map_err(fails)?;
        writeln!(anstream::stdout(), "{recipient}")?;
        Ok(Exit::Good)
    }
}
