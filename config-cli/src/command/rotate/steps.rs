//! What a rotation does outside of the file.

use std::{
    fmt,
    io::Write,
    process::{Command, Stdio},
    time::SystemTime,
};

use confident_core::{ExposeSecret, SecretString};
use confident_stores::{
    audit::{Action, Event, Outcome, Trail},
    rotation::{Reason, Stage, Step, Steps},
};

use super::{Arguments, app_of, random};
use crate::{
    command::secret::{
        place::{Spot, Target},
        value,
    },
    escape::plain,
};

/// One rotation, as it is seen from outside of the file.
pub(super) struct Outside<'o> {
    pub(super) arguments: &'o Arguments,
    pub(super) target: &'o Target,
    pub(super) spot: &'o Spot<'o>,
    pub(super) trail: Option<&'o Trail>,
    /// What was done, and for which version.
    pub(super) done: Vec<(Step, String)>,
    /// How far it was when this began.
    pub(super) stage: Stage,
    pub(super) is_quiet: bool,
}

/// What is done in a step.
pub(super) enum Deed {
    Nothing,
    Something(String),
}

/// It is too early.
#[derive(Debug)]
pub(super) struct Later(pub(super) SystemTime);

impl fmt::Display for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it is too early before {}", humantime::format_rfc3339_seconds(self.0))
    }
}

impl std::error::Error for Later {}

impl Outside<'_> {
    /// What is done in a step, in words.
    pub(super) fn deed(&self, step: Step) -> Deed {
        let Arguments { given, bytes, apply, test, revoke, postgres, .. } = self.arguments;
        let command = |command: &Option<String>| command.as_ref().map(|command| format!("run: {command}"));
        let words = match (step, postgres) {
            (Step::Begin, Some(_)) => Some("make a password for the role that is not in use".to_owned()),
            (Step::Begin, None) if *given => {
                Some("keep the value that is given beside the current one".to_owned())
            }
            (Step::Begin, None) => {
                Some(format!("make a value of {bytes} random bytes, beside the current one"))
            }
            (Step::Apply, Some(_)) => Some("set the password of that role".to_owned()),
            (Step::Test, Some(_)) => Some("log in with it".to_owned()),
            (Step::Revoke, Some(_)) => Some("remove the password of the other role".to_owned()),
            (Step::Apply, None) => command(apply),
            (Step::Test, None) => command(test),
            (Step::Revoke, None) => command(revoke),
            (Step::Promote, _) => Some("make the next value the current one".to_owned()),
            (Step::Wait, _) => Some(self.waits_for()),
            (Step::Retire, _) => Some("forget the value before".to_owned()),
            _ => None,
        };
        words.map_or(Deed::Nothing, Deed::Something)
    }

    fn waits_for(&self) -> String {
        let overlap = humantime::format_duration(self.arguments.overlap_of(self.spot));
        #[cfg(feature = "fleet")]
        if let Some(fleet) = &self.arguments.fleet.fleet {
            return format!("wait until every instance in {fleet} has taken it");
        }
        format!("stop until the overlap of {overlap} is over")
    }

    /// Runs a command of the shell, which reads a value from its standard input.
    fn run(&self, step: Step, command: &str, text: &SecretString) -> Result<(), Reason> {
        let key = self.spot.key().unwrap_or(self.spot.path());
        let mut child = Command::new("sh")
            .args(["-c", command])
            .env("CONFIDENT_STEP", step.name())
            .env("CONFIDENT_KEY", key)
            .env("CONFIDENT_APP", app_of(self.target.manifest()))
            .env("CONFIDENT_PROFILE", self.target.profile().unwrap_or_default())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("the command cannot be run: {error}"))?;
        if let Some(mut input) = child.stdin.take() {
            // One that does not want to know it closes its input.
            let _ = input.write_all(text.expose_secret().as_bytes());
        }
        let status = child.wait().map_err(|error| format!("the command cannot be waited for: {error}"))?;
        if status.success() { Ok(()) } else { Err(format!("the command ended with {status}").into()) }
    }

    fn record(&self, step: Step, version: &str, outcome: Outcome) -> Result<(), Reason> {
        let Some(trail) = self.trail else { return Ok(()) };
        let event =
            Event::new(Action::Rotation, outcome).store("age").path(self.spot.path()).version(version);
        let event = self.spot.key().into_iter().fold(event, Event::key);
        trail
            .record(&event)
            .map_err(|error| format!("the step {} cannot be recorded: {error}", step.name()).into())
    }

    /// Records that it stopped. Whoever is told of that cannot do anything about a trail that cannot be written.
    pub(super) fn record_failure(&self, is_later: bool) {
        let version = self.done.last().map_or("", |(_, version)| version);
        if !is_later {
            let _ = self.record(Step::Begin, version, Outcome::Failed);
        }
    }

    /// Without a fleet, the overlap is waited for; not by waiting, as it may be days.
    fn wait_for_overlap(&self) -> Result<(), Reason> {
        let since = match &self.stage {
            Stage::Promoted { since: Some(since), .. } => *since,
            _ => SystemTime::now(),
        };
        match since.checked_add(self.arguments.overlap_of(self.spot)) {
            Some(end) if end > SystemTime::now() => Err(Box::new(Later(end))),
            _ => Ok(()),
        }
    }

    #[cfg(feature = "fleet")]
    fn wait_for_fleet(&self, place: &str, version: &str) -> Result<(), Reason> {
        use std::{
            thread,
            time::{Duration, Instant},
        };
        const PAUSE: Duration = Duration::from_millis(200);
        let of = &self.arguments.fleet;
        let fleet = of.access.fleet(place).map_err(|failure| failure.to_string())?;
        let Some(key) = self.spot.key() else {
            return Err("a fleet knows keys, and no places; say --program".into());
        };
        let (app, profile) = (app_of(self.target.manifest()), self.target.profile());
        let (start, mut told) = (Instant::now(), String::new());
        loop {
            let reading = fleet.read().map_err(|failure| format!("the fleet at {fleet} {failure}"))?;
            let uptake = reading.uptake(app, profile, key, version);
            if uptake.is_complete() {
                break;
            }
            let all = uptake.taken.len() + uptake.missing.len();
            let missing = uptake.missing.iter().map(|state| {
                format!("{} ({})", plain(&state.instance, false), reading.condition(state).name())
            });
            let missing: Vec<String> = missing.take(5).collect();
            let unread = match uptake.unknown {
                0 => String::new(),
                count => format!("; {count} states cannot be read"),
            };
            let said = match (all, &missing[..]) {
                (0, _) => format!("no instance of {app} publishes its state in {fleet}{unread}"),
                (_, missing) => {
                    let more = uptake.missing.len().saturating_sub(missing.len());
                    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                    let who = missing.join(", ");
                    format!(
                        "{} of {all} have taken version {version}, not {who}{more}{unread}",
                        uptake.taken.len()
                    )
                }
            };
            if start.elapsed() >= of.patience {
                return Err(format!("{said}; the value before is still good").into());
            }
            if !self.is_quiet && said != told {
                eprintln!("waiting: {said}");
                told = said;
            }
            thread::sleep(PAUSE);
        }
        thread::sleep(of.grace);
        Ok(())
    }
}

impl Steps for Outside<'_> {
    fn make(&mut self, current: Option<&SecretString>) -> Result<SecretString, Reason> {
        let text = match &self.arguments.postgres {
            Some(roles) => roles.next(current, &random(self.arguments.bytes)?)?,
            None if self.arguments.given => {
                value::given(&self.spot.to_string()).map_err(|failure| failure.to_string())?
            }
            None => random(self.arguments.bytes)?,
        };
        self.target.check(self.spot, &text).map_err(|failure| failure.to_string())?;
        Ok(text)
    }

    fn apply(&mut self, pending: &SecretString) -> Result<(), Reason> {
        match (&self.arguments.postgres, &self.arguments.apply) {
            (Some(roles), _) => Ok(roles.apply(pending)?),
            (None, Some(command)) => self.run(Step::Apply, command, pending),
            (None, None) => Ok(()),
        }
    }

    fn test(&mut self, pending: &SecretString) -> Result<(), Reason> {
        match (&self.arguments.postgres, &self.arguments.test) {
            (Some(roles), _) => Ok(roles.test(pending)?),
            (None, Some(command)) => self.run(Step::Test, command, pending),
            (None, None) => Ok(()),
        }
    }

    fn wait(&mut self, version: &str) -> Result<(), Reason> {
        #[cfg(feature = "fleet")]
        if let Some(place) = &self.arguments.fleet.fleet {
            return self.wait_for_fleet(place, version);
        }
        let _ = version;
        self.wait_for_overlap()
    }

    fn revoke(&mut self, previous: &SecretString) -> Result<(), Reason> {
        match (&self.arguments.postgres, &self.arguments.revoke) {
            (Some(roles), _) => Ok(roles.revoke(previous)?),
            (None, Some(command)) => self.run(Step::Revoke, command, previous),
            (None, None) => Ok(()),
        }
    }

    fn done(&mut self, step: Step, version: &str) -> Result<(), Reason> {
        self.done.push((step, version.to_owned()));
        if !self.is_quiet {
            let deed = match self.deed(step) {
                Deed::Something(deed) => plain(&deed, false),
                Deed::Nothing => return self.record(step, version, Outcome::Ok),
            };
            let mut out = anstream::stdout().lock();
            let said =
                writeln!(out, "{:8} version {version}: {deed}", step.name()).and_then(|()| out.flush());
            said.map_err(|error| format!("the output cannot be written: {error}"))?;
        }
        self.record(step, version, Outcome::Ok)
    }
}
