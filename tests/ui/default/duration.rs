use std::time::Duration;

use confident::Config;

/// A service.
#[derive(Config)]
struct Settings {
    /// No unit.
    #[config(default = 30)]
    bare: Duration,
    /// No unit, as text.
    #[config(default = "30")]
    bare_text: Duration,
    /// A unit that does not exist.
    #[config(default = "30x")]
    unknown: Duration,
    /// A unit without a fixed length.
    #[config(default = "1month")]
    month: Duration,
    /// The wrong order.
    #[config(default = "30m1h")]
    order: Duration,
    /// Negative.
    #[config(default = "-5s")]
    negative: Duration,
    /// Another standard.
    #[config(default = "PT15M")]
    iso: Duration,
}

fn main() {}
