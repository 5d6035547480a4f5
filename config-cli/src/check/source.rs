//! A deployment as a source: what a check asks in the place of the environment.

use std::{ffi::OsString, sync::Arc};

use confident_core::{Answers, KeyEntry, OnUnknown, Source, Wanted};

use crate::deployment::{self, Deployment, Kind};

/// What a deployment gives, as a source.
pub(super) struct Given {
    name: String,
    kind: Kind,
    settings: Vec<deployment::Setting>,
    mounts: Vec<deployment::Mount>,
}

/// Where secrets are mounted that are read without being named.
const SECRETS: [&str; 2] = ["/run/secrets/", "/run/credentials/"];

/// What a deployment is called.
pub(super) fn name(deployment: &Deployment) -> String {
    let files: Vec<String> = deployment.files.iter().map(|file| file.display().to_string()).collect();
    let first = files.first().map_or("-", String::as_str);
    match &deployment.target {
        Some(target) => format!("{first} ({target})"),
        None => first.to_owned(),
    }
}

impl Given {
    pub(super) fn new(deployment: &Deployment) -> Self {
        Self {
            name: name(deployment),
            kind: deployment.kind,
            settings: deployment.settings.clone(),
            mounts: deployment.mounts.clone(),
        }
    }

    /// The mounted secrets that a key reads, by its variable.
    fn mounted(&self, entry: &KeyEntry) -> Option<&deployment::Mount> {
        let names = [entry.variable.to_owned(), entry.variable.to_ascii_lowercase(), entry.path.to_owned()];
        self.mounts.iter().filter(|mount| !mount.is_folder).find(|mount| {
            let name = SECRETS.iter().find_map(|folder| mount.path.strip_prefix(folder));
            name.and_then(|name| name.rsplit('/').next()).is_some_and(|name| {
                names.iter().any(|known| known == name)
                    || entry.key.aliases.iter().any(|alias| alias.eq_ignore_ascii_case(name))
            })
        })
    }
}

impl Source for Given {
    fn kind(&self) -> &'static str {
        if self.kind == Kind::EnvFile { "dotenv" } else { "env" }
    }

    fn name(&self, _: &Wanted<'_>) -> String {
        self.name.clone()
    }

    fn on_unknown(&self) -> OnUnknown {
        OnUnknown::Deny
    }

    fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        for entry in wanted.keys().filter(|entry| entry.key.is_secret) {
            if let Some(mount) = self.mounted(&entry) {
                answers.file(&mount.place.file);
                answers.reference(OsString::from(entry.variable), mount.place.line, mount.place.column);
            }
        }
        let mut file = None;
        for setting in &self.settings {
            let deployment::Place { file: stands_in, line, column, .. } = &setting.place;
            // A file that comes again, behind another, overrides that one.
            if file.as_ref().is_none_or(|file| !Arc::ptr_eq(file, stands_in)) {
                answers.file(stands_in);
                file = Some(Arc::clone(stands_in));
            }
            match &setting.given {
                // A path: of the file, only the deployment knows.
                deployment::Given::Text(text) if names_a_file(wanted, &setting.name) && !text.is_empty() => {
                    answers.reference(OsString::from(&setting.name), *line, *column);
                }
                deployment::Given::Text(text) => {
                    answers.variable(OsString::from(&setting.name), OsString::from(text), *line, *column);
                }
                deployment::Given::Reference(_) | deployment::Given::Unknown(_) => {
                    answers.reference(OsString::from(&setting.name), *line, *column);
                }
            }
        }
    }

    fn peek(&self, _: &Wanted<'_>, variable: &str) -> Option<String> {
        let setting = self.settings.iter().rev().find(|setting| setting.name == variable)?;
        match &setting.given {
            deployment::Given::Text(text) => Some(text.clone()),
            deployment::Given::Reference(_) | deployment::Given::Unknown(_) => None,
        }
    }
}

/// Whether the variable names the file of a secret.
fn names_a_file(wanted: &Wanted<'_>, name: &str) -> bool {
    name.strip_suffix("_FILE").is_some_and(|of| {
        wanted
            .keys()
            .any(|entry| entry.key.is_secret && (entry.variable == of || entry.key.aliases.contains(&of)))
    })
}
