//! `confident fleet`.

use std::{
    io::{self, Write},
    net::SocketAddr,
};

use anstyle::{AnsiColor, Style};
use clap::{Args, ValueHint};
use confident_stores::fleet::{Fleet, Reading};

use super::Failure;
use crate::{
    Exit,
    escape::plain,
    fleet::{Bad, Choice, Instance, Overview, Program, drift::Drift, named, passed, serve},
    output::{self, paint},
};

/// Where instances say how they are.
#[derive(Debug, Args)]
pub(super) struct Place {
    /// A directory; or an etcd, as `etcd:https://host:2379`, and behind it the prefix of the keys, unless that is
    /// `/confident/fleet/`
    #[arg(value_name = "WHERE", value_hint = ValueHint::AnyPath)]
    place: String,
    #[command(flatten)]
    access: Access,
    /// Only the instances of this program
    #[arg(long, value_name = "NAME")]
    pub(super) app: Option<String>,
}

/// What is shown to the etcd of a fleet.
#[derive(Debug, Default, Args)]
pub(super) struct Access {
    /// The user of the etcd, whose password is in the file that `--password-file` names
    #[cfg(feature = "etcd")]
    #[arg(long, value_name = "NAME", requires = "password_file")]
    user: Option<String>,
    /// The file with the password of that user
    #[cfg(feature = "etcd")]
    #[arg(long, value_name = "FILE", requires = "user", value_hint = ValueHint::FilePath)]
    password_file: Option<std::path::PathBuf>,
    /// The authority of the etcd's certificate, in PEM; one that browsers trust, unless said
    #[cfg(feature = "etcd")]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    authority: Option<std::path::PathBuf>,
    /// The certificate to show to the etcd, with its key in the same file, in PEM
    #[cfg(feature = "etcd")]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    certificate: Option<std::path::PathBuf>,
}

impl Place {
    pub(super) fn fleet(&self) -> Result<Fleet, Failure> {
        self.access.fleet(&self.place)
    }
}

impl Access {
    /// The fleet in a directory, or in an etcd.
    pub(super) fn fleet(&self, place: &str) -> Result<Fleet, Failure> {
        match place.strip_prefix("etcd:") {
            None => Ok(Fleet::directory(place)),
            #[cfg(feature = "etcd")]
            Some(address) => self.etcd(address),
            #[cfg(not(feature = "etcd"))]
            Some(_) => Err(Failure::Said(
                "this tool was built without etcd; build it with the feature `etcd`".to_owned(),
            )),
        }
    }

    #[cfg(feature = "etcd")]
    fn etcd(&self, address: &str) -> Result<Fleet, Failure> {
        use confident_core::SecretString;
        use confident_stores::{Connection, Etcd};
        let scheme = address.find("://").map_or(0, |at| at + 3);
        let (address, prefix) = match address[scheme..].find('/') {
            Some(at) => (&address[..scheme + at], address[scheme + at + 1..].to_owned()),
            None => (address, String::new()),
        };
        let mut connection = Connection::to(address);
        if let Some(authority) = &self.authority {
            connection = connection.authority(authority);
        }
        if let Some(certificate) = &self.certificate {
            connection = connection.client_certificate(certificate, certificate);
        }
        let mut etcd = Etcd::at(connection);
        if let (Some(user), Some(file)) = (&self.user, &self.password_file) {
            let password = std::fs::read_to_string(file)
                .map_err(|error| Failure::of_file(file, format!("cannot be read: {error}")))?;
            let password = password.strip_suffix('\n').unwrap_or(&password);
            etcd = etcd.user(user, SecretString::from(password));
        }
        Ok(if prefix.is_empty() { Fleet::etcd(etcd) } else { Fleet::etcd_under(etcd, prefix) })
    }
}

/// What is read there.
pub(super) fn read(fleet: &Fleet) -> Result<Reading, Failure> {
    fleet.read().map_err(|failure| {
        let cure = failure.fault().cure();
        Failure::Said(format!("the fleet at {fleet} {failure}; {cure}"))
    })
}

/// What is shown of a fleet, and how.
#[derive(Debug, Args)]
#[command(after_help = "\
Exit codes:
  0  every instance has taken what its sources have
  1  an instance waits for a restart, has rejected something or is lost; there are none, or fewer than there should be; a
     state cannot be read
  2  an argument is wrong, or the place cannot be read")]
pub(super) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// Only the instances of this profile; several times for several
    #[arg(long, value_name = "NAME")]
    profile: Vec<String>,
    /// How many instances there should be, at least: fewer are a finding, as one that has died leaves no trace in etcd
    #[arg(long, value_name = "NUMBER")]
    expect: Option<usize>,
    /// Write JSON
    #[arg(long, conflicts_with = "serve")]
    json: bool,
    /// Serve a local page that updates by itself, until the tool is interrupted
    #[arg(long)]
    serve: bool,
    /// Where the page is served; with the port 0, the system chooses one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0", requires = "serve")]
    listen: SocketAddr,
    /// Serve to other machines, too: whoever reaches the address sees the page, which has no value in it
    #[arg(long, requires = "serve")]
    open: bool,
}

impl Arguments {
    pub(super) fn run(self) -> Result<Exit, Failure> {
        let fleet = self.place.fleet()?;
        let choice = Choice { app: self.place.app, profiles: self.profile };
        let overview = |reading: &Reading| Overview::new(fleet.to_string(), reading, &choice, self.expect);
        if self.serve {
            if !self.listen.ip().is_loopback() && !self.open {
                let what = "is not of this machine alone; add `--open` if others may see the page";
                return Err(Failure::Said(format!("{} {what}", self.listen)));
            }
            return serve::serve(self.listen, || read(&fleet).map(|reading| overview(&reading)));
        }
        let overview = overview(&read(&fleet)?);
        let mut out = anstream::stdout().lock();
        if self.json {
            output::json(&mut out, &overview)?;
        } else {
            text(&mut out, &overview)?;
        }
        Ok(if overview.is_good { Exit::Good } else { Exit::Found })
    }
}

fn text(out: &mut impl Write, overview: &Overview) -> io::Result<()> {
    for of in &overview.programs {
        program(out, of)?;
    }
    bad(out, &overview.bad)?;
    let Drift { differences, .. } = &overview.drift;
    let count = overview.count();
    let s = |count: usize| if count == 1 { "" } else { "s" };
    write!(out, "{}: {count} instance{}", plain(&overview.place, false), s(count))?;
    if let Some(expected) = overview.expected.filter(|expected| count < *expected) {
        write!(out, ", and there should be {expected}")?;
    }
    if !differences.is_empty() {
        let subjects: Vec<&str> = differences.iter().map(|difference| &*difference.of.subject).collect();
        let subjects = plain(&subjects.join(", "), false);
        write!(out, "; `confident drift` says who differs in: {subjects}")?;
    }
    writeln!(out)
}

fn program(out: &mut impl Write, of: &Program) -> io::Result<()> {
    let Program { app, profile, counts, instances, keys } = of;
    let name = plain(&named(app, profile.as_deref()), false);
    writeln!(out, "{}: {}", paint(Style::new().bold(), &name), counts.sentence())?;
    let heads = ["instance", "version", "generation", "state", "age", "heard of"].map(str::to_owned);
    let row = |instance: &Instance| {
        [
            plain(&instance.instance, false),
            plain(&instance.version, false),
            instance.generation.to_string(),
            instance.condition.to_owned(),
            passed(instance.age),
            format!("{} ago", passed(instance.silent)),
        ]
    };
    let rows: Vec<[String; 6]> = std::iter::once(heads).chain(instances.iter().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..6).map(width).collect();
    for (number, row) in rows.iter().enumerate() {
        write!(out, " ")?;
        for (column, text) in row.iter().enumerate() {
            // A style is no part of a width, and nothing stands behind the last column.
            let fill = if column == 5 { 0 } else { widths[column] - text.chars().count() };
            let style = match (number, column) {
                (0, _) => Style::new().dimmed(),
                (_, 3) => style_of(text),
                _ => Style::new(),
            };
            write!(out, " {}{}", paint(style, text), " ".repeat(fill))?;
        }
        writeln!(out)?;
    }
    let width = keys.iter().map(|key| key.path.chars().count()).max().unwrap_or_default();
    for key in keys {
        let path = paint(Style::new().bold(), &format!("{:<width$}", plain(&key.path, false)));
        writeln!(out, "  {path}  {}", plain(&key.sentence, false))?;
    }
    writeln!(out)
}

fn style_of(condition: &str) -> Style {
    match condition {
        "applied" => AnsiColor::Green.on_default(),
        "pending" => AnsiColor::Yellow.on_default(),
        _ => AnsiColor::Red.on_default().bold(),
    }
}

/// What cannot be read.
pub(super) fn bad(out: &mut impl Write, bad: &[Bad]) -> io::Result<()> {
    for Bad { name, reason } in bad {
        let head = paint(AnsiColor::Red.on_default().bold(), "error[bad-state]");
        writeln!(out, "{head} {} {}", paint(Style::new().bold(), &plain(name, false)), plain(reason, false))?;
    }
    if bad.is_empty() { Ok(()) } else { writeln!(out) }
}
