//! How a program tests itself against its configuration. `cargo test --example testing` runs the tests.

use confident::{Config, SecretString};

/// A pool of workers.
#[derive(Config)]
#[config(app = "workers", rule(min <= max, "there cannot be fewer workers at most than at least"))]
struct Settings {
    /// Workers that are always there.
    #[config(default = 1)]
    min: u8,
    /// Workers that may be there.
    #[config(default = 4)]
    max: u8,
    /// Key of the queue.
    queue_token: SecretString,
}

/// How many workers there should be for this many jobs.
fn workers(settings: &Settings, jobs: usize) -> usize {
    jobs.clamp(settings.min.into(), settings.max.into())
}

fn main() -> Result<(), confident::Report> {
    let settings = Settings::fixture().load()?;
    println!("{settings:#?}\n{} workers for 3 jobs", workers(&settings, 3));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use confident::{Code, testing};

    #[test]
    fn there_are_never_more_workers_than_the_most() {
        let settings = Settings::fixture().set("max", 2).load().expect("the rest has placeholders");
        assert_eq!(workers(&settings, 9), 2);
    }

    #[test]
    fn fewer_at_most_than_at_least_is_refused() {
        let report = Settings::fixture().set("min", 5).load().expect_err("the rule is broken");
        assert_eq!(report.problems()[0].code(), Code::Rule);
    }

    #[test]
    fn the_key_of_the_queue_never_shows() {
        testing::secrets_never_show::<Settings>();
    }
}
