use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// Level of the log.
    #[config(parse)]
    level: Level,
    /// Levels of the log.
    #[config(parse)]
    levels: Option<Vec<Level>>,
}

struct Level;

fn main() {}
