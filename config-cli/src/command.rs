//! The arguments of the tool, and what each command does with them.

mod audit;
mod check;
mod completions;
mod diff;
mod docs;
#[cfg(feature = "fleet")]
mod drift;
mod explain;
#[cfg(feature = "fleet")]
mod fleet;
mod manifest;
mod policy;
#[cfg(feature = "age")]
mod rotate;
#[cfg(feature = "age")]
mod secret;

use std::{
    fmt::Display,
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::{Args, Parser, Subcommand};
use confident_core::Manifest;

use crate::{Exit, escape::plain};

/// Reads the configuration manifest out of a binary, publishes it, and checks deployments against it.
///
/// The manifest is the contract of a program that is built with the crate `confident`: every key that it reads, with
/// all that is known of it. No program is run.
#[derive(Debug, Parser)]
#[command(name = "confident", version, after_help = Exit::HELP, max_term_width = 100)]
pub struct Confident {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show what a program says of its configuration, or publish it as JSON
    Manifest(OfFile<manifest::Arguments>),
    /// Write the documents of a program's configuration, or check that they are current
    Docs(OfFile<docs::Arguments>),
    /// Check a deployment against the contract of a program, without running it
    Check(OfFile<check::Arguments>),
    /// Say where the value of every key comes from, or all that is known of one key
    Explain(OfFile<explain::Arguments>),
    /// Compare two releases: what breaks for whoever deploys, and what to do first
    Diff(diff::Arguments),
    /// Write the smallest rights that serve a program in a store
    #[command(subcommand)]
    Policy(policy::Arguments),
    /// Verify or show the audit trail of a program: who asked for which value, and what came of it
    #[command(subcommand)]
    Audit(audit::Command),
    /// Show how the instances of a program are: what each has taken, what waits for a restart, what was rejected and why
    #[cfg(feature = "fleet")]
    Fleet(fleet::Arguments),
    /// Name each key whose value differs between instances, between profiles, or from what was approved
    #[cfg(feature = "fleet")]
    Drift(drift::Arguments),
    /// Write and read the secrets of an age file, which is encrypted at rest and may be committed
    #[cfg(feature = "age")]
    #[command(subcommand)]
    Secret(secret::Command),
    /// Replace a secret of an age file while programs use it, step by step; after a failure, go on where it stopped
    #[cfg(feature = "age")]
    Rotate(Box<rotate::Arguments>),
    /// Print completions for a shell
    Completions(completions::Shell),
    /// Print the man page of this tool
    Man,
}

/// Commands for the configuration of the program that has them as a subcommand.
///
/// # Example
/// ```
/// use clap::Parser;
/// use confident::Config;
/// use confident_cli::{ConfigCommand, Exit};
///
/// /// The payments service.
/// #[derive(Config)]
/// #[config(app = "payments")]
/// struct Settings {
///     /// Requests in flight at once.
///     #[config(default = 512)]
///     concurrency: u16,
/// }
///
/// #[derive(Parser)]
/// enum Arguments {
///     /// Serve requests
///     Serve,
///     /// Check, explain and document the configuration
///     #[command(subcommand)]
///     Config(ConfigCommand),
/// }
///
/// fn run(arguments: Arguments) -> Exit {
///     match arguments {
///         Arguments::Serve => Exit::Good,
///         Arguments::Config(command) => command.run(Settings::MANIFEST),
///     }
/// }
///
/// assert_eq!(run(Arguments::parse_from(["payments", "config", "check", "--environment"])), Exit::Good);
/// ```
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Show the configuration's manifest, or publish it as JSON
    Manifest(ManifestArguments),
    /// Write the documents of the configuration, or check that they are current
    Docs(DocsArguments),
    /// Check a deployment, or the environment of this process
    Check(CheckArguments),
    /// Say where the value of every key comes from, or all that is known of one key
    Explain(ExplainArguments),
}

/// The arguments of `manifest`.
#[derive(Debug, Args)]
pub struct ManifestArguments {
    #[command(flatten)]
    arguments: manifest::Arguments,
}

/// The arguments of `docs`.
#[derive(Debug, Args)]
pub struct DocsArguments {
    #[command(flatten)]
    arguments: docs::Arguments,
}

/// The arguments of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    #[command(flatten)]
    arguments: check::Arguments,
}

/// The arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    #[command(flatten)]
    arguments: explain::Arguments,
}

/// Arguments with the program that they are about.
#[derive(Debug, Args)]
struct OfFile<A: Args> {
    /// A program that was built with `confident`, or its manifest in JSON
    program: PathBuf,
    /// Which manifest, where the program has several: the name of its `app`
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    #[command(flatten)]
    arguments: A,
}

/// Why a command could not do what it was asked for.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What is wrong with a file or an argument.
    Said(String),
    /// The output cannot be written.
    Output(io::Error),
}

impl Failure {
    pub(crate) fn of_file(path: &Path, what: impl Display) -> Self {
        Self::Said(format!("{}: {what}", path.display()))
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Said(what) => f.write_str(what),
            Self::Output(error) => write!(f, "the output cannot be written: {error}"),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl Confident {
    /// Does what the arguments say.
    pub fn run(self) -> Exit {
        finish(match self.command {
            Command::Manifest(of) => of.with(|manifest, arguments| arguments.run(manifest)),
            Command::Docs(of) => {
                let app = of.app.as_ref().map_or_else(String::new, |app| format!(" --app {app}"));
                let command = format!("confident docs {}{app}", docs::quoted(&of.program));
                of.with(|manifest, arguments| arguments.run(manifest, &command))
            }
            Command::Check(of) => of.with(|manifest, arguments| arguments.run(manifest)),
            Command::Explain(of) => of.with(|manifest, arguments| arguments.run(manifest)),
            Command::Diff(arguments) => arguments.run(),
            #[cfg(feature = "age")]
            Command::Rotate(arguments) => arguments.run(),
            Command::Policy(arguments) => arguments.run(),
            Command::Audit(command) => command.run(),
            #[cfg(feature = "fleet")]
            Command::Fleet(arguments) => arguments.run(),
            #[cfg(feature = "fleet")]
            Command::Drift(arguments) => arguments.run(),
            #[cfg(feature = "age")]
            Command::Secret(command) => command.run(),
            Command::Completions(shell) => shell.run(),
            Command::Man => completions::man_page(),
        })
    }
}

impl ConfigCommand {
    /// Does what the arguments say, for the configuration with this manifest.
    pub fn run(self, manifest: &'static Manifest) -> Exit {
        finish(match self {
            Self::Manifest(ManifestArguments { arguments }) => arguments.run(manifest),
            Self::Docs(DocsArguments { arguments }) => {
                arguments.run(manifest, &format!("{} config docs", manifest.app))
            }
            Self::Check(CheckArguments { arguments }) => arguments.run(manifest),
            Self::Explain(ExplainArguments { arguments }) => arguments.run(manifest),
        })
    }
}

impl<A: Args> OfFile<A> {
    fn with(self, run: impl FnOnce(&'static Manifest, A) -> Result<Exit, Failure>) -> Result<Exit, Failure> {
        run(one_manifest(&self.program, self.app.as_deref())?, self.arguments)
    }
}

/// The manifest in a file; which one, where there are several.
fn one_manifest(path: &Path, app: Option<&str>) -> Result<&'static Manifest, Failure> {
    let found = confident_manifest::read(path).map_err(|error| Failure::of_file(path, error))?;
    let names: Vec<&str> = found.iter().map(|found| found.manifest.app).collect();
    let names = names.join(", ");
    let mut wanted = found.iter().filter(|found| app.is_none_or(|app| found.manifest.app == app));
    match (wanted.next(), wanted.next()) {
        (Some(only), None) => Ok(only.manifest),
        (Some(_), Some(_)) => {
            let what = format!("has several manifests; choose one of them with `--app`: {names}");
            Err(Failure::of_file(path, what))
        }
        (None, _) => {
            let app = app.unwrap_or_default();
            Err(Failure::of_file(path, format!("has no manifest of `{app}`; it has: {names}")))
        }
    }
}

/// The question whether the nearest of the names was meant; nothing, where there are none.
fn nearest<'n>(wanted: &str, names: impl Iterator<Item = &'n str>) -> String {
    let nearest = names.min_by_key(|known| strsim::damerau_levenshtein(known, wanted));
    nearest.map_or_else(String::new, |nearest| format!("; did you mean {nearest}?"))
}

fn finish(outcome: Result<Exit, Failure>) -> Exit {
    match outcome {
        Ok(exit) => exit,
        // Whoever reads the output has read enough.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Good,
        Err(failure) => {
            // Where even that cannot be written, the exit code says it.
            let _ = writeln!(anstream::stderr(), "error: {}", plain(&failure.to_string(), true));
            Exit::Failed
        }
    }
}
