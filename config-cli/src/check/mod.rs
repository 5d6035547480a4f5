//! A deployment, held against the manifest of the program.
//!
//! The manifest checks the deployment the way the program would load it: the same precedence, coercion, constraints,
//! rules and messages. What is more here: a secret in plain text where a reference belongs, and what whoever runs the
//! deployment would refuse.
//!
//! ```
//! use confident::Config;
//! use confident_cli::{check::Inputs, deployment::Deployment};
//!
//! /// The payments service.
//! #[derive(Config)]
//! #[config(app = "payments")]
//! struct Settings {
//!     /// Requests in flight at once.
//!     #[config(default = 512, range = 1..)]
//!     concurrency: u16,
//! }
//!
//! let compose = "services: {web: {environment: {PAYMENTS_CONCURRENCY: 0, PAYMENTS_CONCURENCY: 1}}}";
//! let deployment = Deployment::of_text("compose.yaml", compose).read().expect("it is a compose file");
//! let found = Inputs::default().deployment(deployment).check(Settings::MANIFEST);
//! let codes: Vec<_> = found.findings.iter().map(|finding| finding.code).collect();
//! assert_eq!(codes, ["constraint", "unknown"]);
//! ```

mod source;

use std::{
    path::{Path, PathBuf},
    time::SystemTime,
};

use confident_core::{Checked, Code, Explanation, File, KeyEntry, Manifest, Origin, Problem};

use self::source::Given;
use crate::{
    deployment::{self, Deployment, Kind},
    finding::{Finding, Findings, Place, Severity},
};

/// What a program would read, in the order of precedence: what comes later wins.
#[derive(Default)]
pub struct Inputs {
    profile: Option<String>,
    files: Vec<PathBuf>,
    deployments: Vec<Deployment>,
    environment: bool,
    today: Option<SystemTime>,
}

impl Inputs {
    /// The profile for which is checked.
    #[must_use]
    pub fn profile(mut self, profile: impl Into<String>) -> Self {
        self.profile = Some(profile.into());
        self
    }

    /// A configuration file of the program: TOML, JSON or YAML. `{profile}` in its name is the profile.
    #[must_use]
    pub fn file(mut self, file: impl Into<PathBuf>) -> Self {
        self.files.push(file.into());
        self
    }

    /// What a deployment gives to the program.
    #[must_use]
    pub fn deployment(mut self, deployment: Deployment) -> Self {
        self.deployments.push(deployment);
        self
    }

    /// The environment of this process too.
    #[must_use]
    pub fn environment(mut self) -> Self {
        self.environment = true;
        self
    }

    /// What is wrong at this moment, in place of now: what has expired by then.
    #[must_use]
    pub fn today(mut self, moment: SystemTime) -> Self {
        self.today = Some(moment);
        self
    }

    /// Checks all of it.
    pub fn check(&self, manifest: &'static Manifest) -> Findings {
        let Checked { report, explanation, .. } = self.run(manifest);
        let mut findings = Vec::new();
        for deployment in &self.deployments {
            findings.extend(deployment.problems.iter().map(refused));
        }
        let problems = report.problems().iter().map(|problem| (Severity::Error, problem));
        let warnings = report.warnings().iter().map(|problem| (Severity::Warning, problem));
        for (severity, problem) in problems.chain(warnings) {
            findings.push(self.finding(severity, problem));
        }
        findings.extend(self.open_secrets(manifest, &explanation));
        findings.extend(self.service_links(manifest));
        findings.sort_by(|left, right| order(left).cmp(&order(right)));
        Findings {
            app: manifest.app,
            version: manifest.version,
            fingerprint: manifest.fingerprint(),
            profile: report.profile().map(str::to_owned),
            looked_at: self.names(),
            findings,
        }
    }

    /// Where the value of every key comes from.
    pub fn explain(&self, manifest: &'static Manifest) -> Explanation {
        self.run(manifest).explanation
    }

    fn run(&self, manifest: &'static Manifest) -> Checked {
        let mut check = manifest.check();
        if let Some(profile) = &self.profile {
            check = check.profile(profile);
        }
        for file in &self.files {
            check = check.source(File::required(file));
        }
        for deployment in &self.deployments {
            check = check.source(Given::new(deployment));
        }
        if self.environment {
            check = check.source(confident_core::Env::process());
        }
        if let Some(today) = self.today {
            check = check.today(today);
        }
        check.run()
    }

    /// What was looked at.
    fn names(&self) -> Vec<String> {
        let files = self.files.iter().map(|file| file.display().to_string());
        let deployments = self.deployments.iter().map(source::name);
        let environment = self.environment.then(|| "environment".to_owned());
        files.chain(deployments).chain(environment).collect()
    }

    /// A problem of the load that there would be.
    fn finding(&self, mut severity: Severity, problem: &Problem) -> Finding {
        let mut notes = problem.notes().to_vec();
        let mut place = problem.origin().and_then(place_of);
        if problem.code() == Code::Missing {
            place = self.place_to_set();
            if let Some(unseen) = self.unseen(problem.subject()) {
                severity = Severity::Note;
                notes.push(format!("{} may set it, and cannot be seen from here", unseen.what));
            }
        }
        // The place has a line of its own.
        notes.retain(|note| place.is_none() || !note.starts_with("from ") || note.contains(", over "));
        Finding {
            severity,
            code: problem.code().as_str(),
            subject: problem.subject().to_owned(),
            message: problem.message().to_owned(),
            notes,
            key: problem.path().map(str::to_owned),
            owner: problem.key().and_then(|key| key.owner()),
            place,
        }
    }

    /// What may set a variable, and cannot be seen from here.
    fn unseen(&self, variable: &str) -> Option<&deployment::Unseen> {
        let mut unseen = self.deployments.iter().flat_map(|deployment| &deployment.unseen);
        unseen.find(|unseen| variable.starts_with(&unseen.prefix))
    }

    /// The file in which something that is missing belongs.
    fn place_to_set(&self) -> Option<Place> {
        let deployment = self.deployments.last().and_then(|deployment| deployment.files.first());
        let file = deployment.map(|file| file.to_path_buf()).or_else(|| self.files.last().cloned())?;
        Some(Place { file, line: 1, column: 1 })
    }

    /// Secrets whose text stands in a deployment or a file.
    fn open_secrets(&self, manifest: &'static Manifest, explanation: &Explanation) -> Vec<Finding> {
        let mut findings = Vec::new();
        for key in explanation.keys.iter().filter(|key| key.is_secret) {
            for value in key.value.iter().chain(&key.shadowed).chain(&key.merged) {
                let Origin::File { path, .. } = &value.origin else { continue };
                if value.is_elsewhere {
                    continue;
                }
                // A `.env` beside the code is how people develop: whether it is committed, git knows.
                let kind = self.kind_of(path);
                let severity = if kind == Some(Kind::EnvFile) { Severity::Warning } else { Severity::Error };
                let owner = manifest.key(&key.path).and_then(|entry| entry.key.owner());
                let notes = vec![
                    format!("refer to it instead: {}", reference_to(&key.variable, kind)),
                    "and rotate it: whoever could read the file may have it".to_owned(),
                ];
                findings.push(Finding {
                    severity,
                    code: "open-secret",
                    subject: key.variable.clone(),
                    message: "is a secret, and stands in plain text".to_owned(),
                    notes,
                    key: Some(key.path.clone()),
                    owner,
                    place: place_of(&value.origin),
                });
            }
        }
        findings
    }

    /// Keys whose variable Kubernetes may set by itself, for a Service of that name.
    fn service_links(&self, manifest: &'static Manifest) -> Vec<Finding> {
        if !self.deployments.iter().any(|deployment| deployment.has_service_links) {
            return Vec::new();
        }
        let taken = |variable: &str| {
            ["_PORT", "_SERVICE_HOST", "_SERVICE_PORT"].iter().any(|end| variable.ends_with(end))
        };
        let is_set =
            |variable: &str| self.deployments.iter().any(|deployment| deployment.setting(variable).is_some());
        let at_risk = manifest.keys().filter(|entry| taken(entry.variable) && !is_set(entry.variable));
        let finding = |entry: KeyEntry| Finding {
            severity: Severity::Note,
            code: "service-links",
            subject: entry.variable.to_owned(),
            message: "may be set by Kubernetes, to the address of a Service of that name".to_owned(),
            notes: vec!["say `enableServiceLinks: false` in the pod".to_owned()],
            key: Some(entry.path.to_owned()),
            owner: entry.key.owner(),
            place: self.place_to_set(),
        };
        at_risk.map(finding).collect()
    }

    /// What kind of deployment the file belongs to, if it is not a file of the program's own.
    fn kind_of(&self, file: &Path) -> Option<Kind> {
        let holds = |deployment: &&Deployment| deployment.files.iter().any(|found| **found == *file);
        self.deployments.iter().find(holds).map(|deployment| deployment.kind)
    }
}

/// How a deployment of this kind refers to a secret.
fn reference_to(variable: &str, kind: Option<Kind>) -> String {
    match kind {
        Some(Kind::Compose) => {
            let name = variable.to_ascii_lowercase();
            format!("`secrets: [{name}]`, and {variable}_FILE=/run/secrets/{name}, or {variable}=${{..}}")
        }
        Some(Kind::Kubernetes) => "`valueFrom: {secretKeyRef: {name: .., key: ..}}`".to_owned(),
        Some(Kind::Systemd) => format!("`LoadCredential={}:..`", variable.to_ascii_lowercase()),
        Some(Kind::EnvFile) | None => {
            format!("{variable}_FILE=.. with a file that is not committed, or a store")
        }
    }
}

/// The worst first, then in the order of the files.
fn order(finding: &Finding) -> impl Ord + '_ {
    let place = finding.place.as_ref().map(|place| (&place.file, place.line, place.column));
    (finding.severity, place.is_none(), place)
}

/// What whoever runs the deployment will refuse.
fn refused(problem: &deployment::Unreadable) -> Finding {
    let place = &problem.place;
    Finding {
        severity: Severity::Error,
        code: "deployment",
        subject: place.file.display().to_string(),
        message: problem.what.clone(),
        notes: Vec::new(),
        key: None,
        owner: None,
        place: Some(Place { file: place.file.to_path_buf(), line: place.line, column: place.column }),
    }
}

fn place_of(origin: &Origin<'_>) -> Option<Place> {
    match origin {
        Origin::File { path, line, column, .. } if *line > 0 => {
            Some(Place { file: path.to_path_buf(), line: *line, column: *column })
        }
        Origin::File { path, .. } => Some(Place { file: path.to_path_buf(), line: 1, column: 1 }),
        _ => None,
    }
}
