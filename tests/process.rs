//! The environment of the process itself: the variables that cargo sets for a test.

use std::sync::Arc;

use confident::{Config, Env, OnUnknown};

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

#[test]
fn the_environment_of_the_process_is_read() {
    let env = Env::process().on_unknown(OnUnknown::Ignore);
    let package = Package::loader().source(env).load().expect("cargo sets the variables");
    assert_eq!((package.name.as_str(), package.version.as_str()), ("confident", env!("CARGO_PKG_VERSION")));
}

#[test]
fn two_programs_that_share_a_source_read_their_own_keys() {
    let env = Arc::new(Env::process().on_unknown(OnUnknown::Ignore));
    let package = Package::loader().source(Arc::clone(&env)).load().expect("cargo sets them");
    let other = Other::loader().source(env).load().expect("cargo sets them");
    assert_eq!((&package.name, &package.version), (&other.name, &other.version));
    assert_eq!(other.name, "confident");
    assert_eq!(other.description, env!("CARGO_PKG_DESCRIPTION"));
}
