//! The environment of the process itself: the variables that cargo sets for a test.

use std::sync::Arc;

use confident::{Answers, Config, Env, OnUnknown, Source, Wanted};

/// What cargo says of a package.
#[derive(Config)]
#[config(app = "package", prefix = "CARGO_PKG")]
struct Package {
    /// Its name.
    name: String,
    /// Its version.
    version: String,
}

/// The same, in another order and with more.
#[derive(Config)]
#[config(app = "package", prefix = "CARGO_PKG")]
struct Other {
    /// What it is.
    description: String,
    /// Its version.
    version: String,
    /// Its name.
    name: String,
}

/// A source that two programs share.
struct Shared(Arc<Env>);

impl Source for Shared {
    fn kind(&self) -> &'static str {
        self.0.kind()
    }

    fn name(&self, wanted: &Wanted<'_>) -> String {
        self.0.name(wanted)
    }

    fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        self.0.find(wanted, answers);
    }

    fn on_unknown(&self) -> OnUnknown {
        OnUnknown::Ignore
    }

    fn peek(&self, wanted: &Wanted<'_>, variable: &str) -> Option<String> {
        self.0.peek(wanted, variable)
    }
}

#[test]
fn the_environment_of_the_process_is_read() {
    let env = Env::process().on_unknown(OnUnknown::Ignore);
    let package = Package::loader().source(env).load().expect("cargo sets the variables");
    assert_eq!((package.name.as_str(), package.version.as_str()), ("confident", env!("CARGO_PKG_VERSION")));
}

#[test]
fn two_programs_that_share_a_source_read_their_own_keys() {
    let env = Arc::new(Env::process());
    let package = Package::loader().source(Shared(Arc::clone(&env))).load().expect("cargo sets them");
    let other = Other::loader().source(Shared(env)).load().expect("cargo sets them");
    assert_eq!((&package.name, &package.version), (&other.name, &other.version));
    assert_eq!(other.name, "confident");
    assert_eq!(other.description, env!("CARGO_PKG_DESCRIPTION"));
}
