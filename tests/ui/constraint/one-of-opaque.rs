use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Version of the protocol.
    #[config(parse, one_of = ["1", "2"])]
    version: Version,
}

#[derive(Debug)]
struct Version;

impl std::str::FromStr for Version {
    type Err = String;

    fn from_str(_: &str) -> Result<Self, String> {
        Ok(Self)
    }
}

fn main() {}
