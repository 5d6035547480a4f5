//! `confident check`.

use std::path::PathBuf;

use clap::{Args, ValueHint};
use confident_core::{Manifest, grammar::date::Date};

use super::Failure;
use crate::{
    Exit, Severity,
    check::Inputs,
    deployment::{Deployment, Kind, Request},
    output::{self, Format},
};

/// What is checked, and how it is written.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(super) given: Given,
    /// How the findings are written
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    format: Format,
    /// The same as `--format json`
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// What has expired by this day, in place of today
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Date>,
    /// Let warnings fail the check too
    #[arg(long)]
    deny_warnings: bool,
}

/// What a program would read. What comes later in this list wins.
#[derive(Debug, Args)]
#[command(next_help_heading = "What the program would read; the later in this list wins")]
pub(crate) struct Given {
    /// A configuration file of the program: TOML, JSON or YAML
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    file: Vec<PathBuf>,
    /// A file of NAME=value lines
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    env_file: Vec<PathBuf>,
    /// A docker compose file; several are merged
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    compose: Vec<PathBuf>,
    /// Manifests of Kubernetes; ConfigMaps and Secrets may stand in other files
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    kubernetes: Vec<PathBuf>,
    /// A unit of systemd, with its drop-ins
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    systemd: Vec<PathBuf>,
    /// The environment of this process
    #[arg(long)]
    environment: bool,
    /// The compose service or the container, where there are several
    #[arg(long, visible_aliases = ["service", "container"], value_name = "NAME")]
    target: Option<String>,
    /// A variable for `${NAME}` in compose files
    #[arg(long = "variable", value_name = "NAME=VALUE", value_parser = assignment)]
    variables: Vec<(String, String)>,
    /// The profile of the deployment, such as production
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

fn day(text: &str) -> Result<Date, &'static str> {
    Date::parse(text).map_err(|fault| fault.hint)
}

fn assignment(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

impl Arguments {
    pub(super) fn run(self, manifest: &'static Manifest) -> Result<Exit, Failure> {
        if self.given.is_nothing() {
            let what = "nothing to check; name what the program would read: --compose, --kubernetes, --systemd, \
                        --env-file, --file, or --environment";
            return Err(Failure::Said(what.to_owned()));
        }
        let inputs = self.given.inputs()?;
        let inputs = self.today.iter().fold(inputs, |inputs, today| inputs.today(today.begin()));
        let findings = inputs.check(manifest);
        let format = if self.json { Format::Json } else { self.format };
        output::write(&mut anstream::stdout().lock(), &findings, format)?;
        let is_bad = findings.count(Severity::Error) > 0
            || (self.deny_warnings && findings.count(Severity::Warning) > 0);
        Ok(if is_bad { Exit::Found } else { Exit::Good })
    }
}

impl Given {
    pub(super) fn is_nothing(&self) -> bool {
        let files = [&self.file, &self.env_file, &self.compose, &self.kubernetes, &self.systemd];
        files.iter().all(|files| files.is_empty()) && !self.environment
    }

    /// Reads all of it.
    pub(super) fn inputs(&self) -> Result<Inputs, Failure> {
        let mut inputs = Inputs::default();
        if let Some(profile) = &self.profile {
            inputs = inputs.profile(profile);
        }
        for file in &self.file {
            inputs = inputs.file(file);
        }
        let of_kind = [
            (&self.env_file, Kind::EnvFile),
            (&self.compose, Kind::Compose),
            (&self.kubernetes, Kind::Kubernetes),
            (&self.systemd, Kind::Systemd),
        ];
        for (files, kind) in of_kind {
            let Some((first, more)) = files.split_first() else { continue };
            let request = more.iter().fold(Deployment::of(first).kind(kind), Request::file);
            let request = match &self.target {
                Some(target) if kind != Kind::EnvFile => request.target(target),
                _ => request,
            };
            let request =
                self.variables.iter().fold(request, |request, (name, value)| request.variable(name, value));
            let deployment = request.read().map_err(|refused| match refused {
                crate::deployment::Refused::Unreadable(_) => Failure::Said(refused.to_string()),
                refused => Failure::of_file(first, format!("{refused} (choose with `--target`)")),
            })?;
            inputs = inputs.deployment(deployment);
        }
        if self.environment {
            inputs = inputs.environment();
        }
        Ok(inputs)
    }
}
