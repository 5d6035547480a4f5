//! `confident rotate`: secrets of age files replaced while programs use them, step by step.

mod postgres;
mod scram;
mod steps;

use std::{
    io::Write,
    path::PathBuf,
    sync::Arc,
    time::{Duration, SystemTime},
};

use clap::{Args, ValueHint};
use confident_core::{
    __stores::{OVERLAP, overlap_of},
    How, Manifest, SecretString, Value,
};
use confident_stores::{
    AgePlace, Listed, Place,
    audit::{AuditKey, OnFailure, Trail, Who},
    rotation::{Rotate, Stage, Step, rotate},
};
use serde::Serialize;

use super::{
    Failure,
    secret::{
        In, of_file,
        place::{Spot, Target},
    },
};
use crate::{Exit, escape::plain, output};
use postgres::Roles;
use steps::{Deed, Later, Outside};

pub(super) const HELP: &str = "\
The steps, of which each is done whole or not at all; after a failure or a crash, the same command goes on:
  begin    the next value is made, and kept in the file beside the current one, where no program reads it
  apply    --apply or --postgres tells whoever checks the value of the next one; the current one stays valid
  test     --test or --postgres tries the next one; where it fails, nothing has changed for anyone
  promote  the next value becomes the current one
  wait     all instances in --fleet take it; without --fleet, until the overlap is over: run the command again then
  revoke   --revoke or --postgres tells whoever checks the value to forget the one before
  retire   the file forgets it, too

A command is run by `sh -c`. It reads the value from its standard input, never from an argument or a variable, and has
in its environment CONFIDENT_STEP (apply, test or revoke), CONFIDENT_KEY, CONFIDENT_APP and CONFIDENT_PROFILE. It may
be run again for the same value.

--postgres ROLE,ROLE is for a secret such as postgres://ROLE:PASSWORD@HOST/DATABASE. The role that is not in use gets a
new password, is tried, and takes over; then the password of the other is removed. `psql` does it, as the user that
its own variables say (PGHOST, PGUSER, PGPASSFILE, PGSERVICE, ..), who may alter both roles.";

/// What is rotated, and how.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(super) struct Arguments {
    #[command(flatten)]
    within: In,
    /// The key, by its path or its variable; without --program, the place in the file
    #[arg(value_name = "KEY", required_unless_present = "due")]
    name: Option<String>,
    /// All keys whose period, by `rotate` of the contract, is over, and those whose rotation stopped: for a scheduler
    #[arg(long, conflicts_with_all = ["name", "given", "postgres", "abandon"], requires = "program")]
    due: bool,
    /// Say what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Forget the next value, and leave all as it is
    #[arg(long, conflicts_with = "dry_run")]
    abandon: bool,
    /// The next value comes from the standard input, or is typed
    #[arg(long, conflicts_with = "postgres")]
    given: bool,
    /// The next value is made of so many random bytes, in base64 for addresses
    #[arg(long, value_name = "NUMBER", default_value_t = 32, value_parser = clap::value_parser!(u16).range(16..=1024))]
    bytes: u16,
    /// Tells whoever checks the value of the next one, which is on its standard input
    #[arg(long, value_name = "COMMAND", value_hint = ValueHint::CommandString)]
    apply: Option<String>,
    /// Tries the next value, which is on its standard input
    #[arg(long, value_name = "COMMAND", value_hint = ValueHint::CommandString)]
    test: Option<String>,
    /// Tells whoever checks the value to forget the one before, which is on its standard input
    #[arg(long, value_name = "COMMAND", value_hint = ValueHint::CommandString)]
    revoke: Option<String>,
    /// Two roles of a PostgreSQL that take turns; the secret is the address with which one of them logs in
    #[arg(long, value_name = "ROLE,ROLE", conflicts_with_all = ["apply", "test", "revoke"])]
    postgres: Option<Roles>,
    #[cfg(feature = "fleet")]
    #[command(flatten)]
    fleet: FleetOf,
    /// How long the value before is kept for those that do not know the next one; by `overlap` of the contract, or a day
    #[arg(long, value_name = "TIME", value_parser = humantime::parse_duration)]
    overlap: Option<Duration>,
    /// The audit trail in which every step is recorded
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    audit: Option<PathBuf>,
    /// The key of the trail; none, where it was begun without one
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, requires = "audit")]
    audit_key: Option<PathBuf>,
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// Whom the rotation waits for.
#[cfg(feature = "fleet")]
#[derive(Debug, Args)]
struct FleetOf {
    /// Where the instances say how they are, as `confident fleet` takes it: all of them must take the next value before
    /// the one before is revoked
    #[arg(long, value_name = "WHERE", requires = "program", value_hint = ValueHint::AnyPath)]
    fleet: Option<String>,
    #[command(flatten)]
    access: super::fleet::Access,
    /// How long they are waited for
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = humantime::parse_duration, requires = "fleet")]
    patience: Duration,
    /// How long after that the value before is valid, for what is under way
    #[arg(long, value_name = "TIME", default_value = "10s", value_parser = humantime::parse_duration, requires = "fleet")]
    grace: Duration,
}

/// What came of one key, for machines.
#[derive(Serialize)]
struct Outcome<'o> {
    place: &'o str,
    key: Option<&'o str>,
    version: Option<String>,
    is_done: bool,
    /// The steps that were done, in their order.
    steps: Vec<&'static str>,
    /// The step that is not done.
    stopped_at: Option<&'static str>,
    reason: Option<String>,
    /// When it can be gone on with, where it is a matter of time.
    again_after: Option<String>,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let target = self.within.target()?;
        let path = self.within.path(&target)?;
        let identity = Arc::new(self.within.identity()?);
        let listed = confident_stores::AgeEdit::open(&path, &identity)
            .map_err(|failure| of_file(&path, &failure))?
            .list();
        let trail = self.trail(&target)?;
        let mut out = anstream::stdout().lock();
        let spots = match &self.name {
            Some(name) => vec![target.place(name)?],
            None => due(&target, &listed),
        };
        let (mut outcomes, mut exit) = (Vec::new(), Exit::Good);
        for spot in &spots {
            let place =
                AgePlace::new(&path, Arc::clone(&identity), spot.path()).overlap(self.overlap_of(spot));
            let Some(known) = listed.iter().find(|listed| listed.place == spot.path()) else {
                let what =
                    format!("has nothing at {spot}; write the first value with `confident secret set`");
                return Err(Failure::of_file(&path, what));
            };
            if self.abandon {
                place.abandon().map_err(|failure| of_file(&path, &failure))?;
                writeln!(out, "{}: the next value is forgotten", plain(spot.path(), false))?;
                continue;
            }
            let outside = Outside {
                arguments: &self,
                target: &target,
                spot,
                trail: trail.as_ref(),
                done: Vec::new(),
                stage: known.stage.clone(),
                is_quiet: self.json,
            };
            if self.dry_run {
                outcomes.push(plan(&mut out, &outside, known, self.json)?);
                if self.due {
                    exit = Exit::Found;
                }
                continue;
            }
            let (outcome, is_good) = one(&mut out, &place, outside, self.json)?;
            if !is_good {
                exit = Exit::Found;
            }
            outcomes.push(outcome);
        }
        if self.json {
            output::json(&mut out, &outcomes)?;
        } else if self.due && spots.is_empty() {
            writeln!(out, "nothing is due")?;
        }
        Ok(exit)
    }

    /// How long the value before is kept.
    fn overlap_of(&self, spot: &Spot<'_>) -> Duration {
        let by_contract = || match spot {
            Spot::Key(place) => overlap_of(place.entry.key),
            Spot::Named(_) => None,
        };
        self.overlap.or_else(by_contract).unwrap_or(OVERLAP)
    }

    fn trail(&self, target: &Target) -> Result<Option<Trail>, Failure> {
        let Some(path) = &self.audit else { return Ok(None) };
        let said = |error: &dyn std::fmt::Display| Failure::Said(error.to_string());
        let opening = match &self.audit_key {
            Some(key) => Trail::keyed(path, AuditKey::file(key).map_err(|error| said(&error))?),
            None => Trail::unkeyed(path),
        };
        let who =
            target.manifest().map_or_else(|| Who::new("confident"), Who::of).instance("confident rotate");
        let who = match target.profile() {
            Some(profile) => who.profile(profile),
            None => who,
        };
        let trail = opening.open(OnFailure::Closed).map_err(|error| said(&error))?;
        Ok(Some(trail.by(who)))
    }
}

/// The places whose period is over, or whose rotation stopped.
fn due<'t>(target: &'t Target, listed: &[Listed]) -> Vec<Spot<'t>> {
    let is_due = |place: &&Place| {
        let known = listed.iter().find(|listed| listed.place == place.path);
        known.is_some_and(|known| known.stage != Stage::Idle || is_over(place.entry.key.rotate(), known))
    };
    target.places().iter().filter(is_due).map(Spot::Key).collect()
}

/// Whether a value is older than its period says.
fn is_over(period: Option<&str>, known: &Listed) -> bool {
    let period = period.and_then(|period| Duration::from_text(period, &How::PLAIN).ok());
    let written = humantime::parse_rfc3339(&known.current.written).ok();
    let (Some(period), Some(written)) = (period, written) else { return false };
    SystemTime::now().duration_since(written).is_ok_and(|age| age >= period)
}

/// Rotates one place, and tells of it.
fn one<'o>(
    out: &mut impl Write,
    place: &AgePlace,
    mut outside: Outside<'o>,
    is_json: bool,
) -> Result<(Outcome<'o>, bool), Failure> {
    let spot = outside.spot;
    let ended = rotate(place, &mut outside);
    let mut outcome = Outcome {
        place: spot.path(),
        key: spot.key(),
        version: outside.done.last().map(|(_, version)| version.clone()),
        is_done: ended.is_ok(),
        steps: outside.done.iter().map(|(step, _)| step.name()).collect(),
        stopped_at: None,
        reason: None,
        again_after: None,
    };
    let shown = plain(spot.path(), false);
    match ended {
        Ok(version) => {
            if !is_json {
                writeln!(out, "{shown}: version {version} is in use, and the one before is gone")?;
            }
            outcome.version = Some(version);
            Ok((outcome, true))
        }
        Err(stopped) => {
            let later = stopped.reason.downcast_ref::<Later>().map(|later| later.0);
            let reason = plain(&stopped.reason.to_string(), true);
            outside.record_failure(later.is_some());
            (outcome.stopped_at, outcome.reason) = (Some(stopped.step.name()), Some(reason.clone()));
            outcome.again_after = later.map(|moment| humantime::format_rfc3339_seconds(moment).to_string());
            if !is_json {
                match &outcome.again_after {
                    Some(moment) => writeln!(
                        out,
                        "{shown}: the next value is in use, and the one before is good until {moment}; run this again then, to \
                         revoke it"
                    )?,
                    None => writeln!(
                        out,
                        "{shown}: stopped at the step {}: {reason}; run this again to go on{}",
                        stopped.step.name(),
                        if stopped.step <= Step::Test {
                            ", or with --abandon to forget the next value"
                        } else {
                            ""
                        }
                    )?,
                }
            }
            let is_good = outcome.again_after.is_some();
            Ok((outcome, is_good))
        }
    }
}

/// Says what would be done.
fn plan<'o>(
    out: &mut impl Write,
    outside: &Outside<'o>,
    known: &Listed,
    is_json: bool,
) -> Result<Outcome<'o>, Failure> {
    let first = match outside.stage {
        Stage::Pending(_) => Step::Apply,
        Stage::Promoted { .. } => Step::Wait,
        _ => Step::Begin,
    };
    let left: Vec<Step> = Step::ALL.into_iter().filter(|step| *step >= first).collect();
    if !is_json {
        let shown = plain(outside.spot.path(), false);
        let (revision, written) = (known.current.revision, &known.current.written);
        writeln!(out, "{shown}: version {revision} of {written}; nothing is done, this would be:")?;
        for step in &left {
            if let Deed::Something(deed) = outside.deed(*step) {
                writeln!(out, "  {:8} {}", step.name(), plain(&deed, false))?;
            }
        }
    }
    Ok(Outcome {
        place: outside.spot.path(),
        key: outside.spot.key(),
        version: Some(known.current.revision.to_string()),
        is_done: false,
        steps: Vec::new(),
        stopped_at: Some(first.name()),
        reason: Some("nothing is done in a dry run".to_owned()),
        again_after: None,
    })
}

/// A value of random bytes.
fn random(bytes: u16) -> Result<SecretString, String> {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let mut drawn = zeroize::Zeroizing::new(vec![0; usize::from(bytes)]);
    getrandom::fill(&mut drawn).map_err(|error| format!("the system has no random bytes: {error}"))?;
    Ok(SecretString::from(URL_SAFE_NO_PAD.encode(&*drawn)))
}

/// What a fleet calls the program.
fn app_of(manifest: Option<&'static Manifest>) -> &'static str {
    manifest.map_or("", |manifest| manifest.app)
}
