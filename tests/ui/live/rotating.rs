//! What is rotated is live, and only what is rotated has an overlap.

use confident::{Config, Rotating, SecretString};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// It never changes.
    session_key: Rotating<SecretString>,
    /// It never changes either, if it is set.
    #[config(overlap = "1h")]
    link_key: Option<Rotating<SecretString>>,
    /// It has no value before the current one.
    #[config(live, overlap = "1h")]
    api_key: SecretString,
    /// No time.
    #[config(live, overlap = "0s")]
    first_key: Rotating<SecretString>,
    /// Not a time.
    #[config(live, overlap = "a while")]
    second_key: Rotating<SecretString>,
    /// A group has no overlap.
    #[config(nested, overlap = "1h")]
    group: Group,
}

/// A group.
#[derive(Config)]
struct Group {
    /// A key.
    #[config(live, overlap = "1h", default = 1)]
    limit: Rotating<u8>,
}

fn main() {}
