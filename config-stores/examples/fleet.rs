//! The instances of a program: what each has taken, what waits for a restart, and who has another value.
//!
//! ```sh
//! cargo run --example fleet
//! ```
//!
//! In life each instance is a process of its own, and people ask with the tool: `confident fleet DIR`, `confident drift
//! DIR`. Here all are in one process, with files in a temporary folder.

use std::{
    error::Error,
    fs,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use confident::{
    Config, File, Live, SecretString, Watch,
    stores::fleet::{Fleet, FleetKey, Reading},
};

/// The payments service.
#[derive(Config)]
#[config(app = "payments")]
#[allow(dead_code)] // nobody pays here
struct Settings {
    /// Requests in flight at once.
    #[config(default = 512, range = 1..=10_000, live)]
    concurrency: u16,
    /// Token of the bank.
    #[config(live)]
    bank_token: SecretString,
    /// Address that it listens on.
    #[config(default = "127.0.0.1:8080")]
    listen: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (states, shared, own) =
        (folder.path().join("states"), folder.path().join("a.toml"), folder.path().join("b.toml"));
    fs::create_dir(&states)?;
    fs::write(&shared, "bank_token = \"T0P-S3CR3T\"\n")?;
    // The third was forgotten when the token was last changed.
    fs::write(&own, "bank_token = \"the old one\"\n")?;

    // What a program does. The key is the same in all instances: CONFIDENT_FLEET_KEY_FILE names it.
    let start = |name: &str, file: &Path| -> Result<Live<Settings>, Box<dyn Error>> {
        let fleet = Fleet::directory(&states).instance(name).key(FleetKey::new(&[7; 32])?);
        let watch = Watch::new().publish_to(fleet).on_event(|_| {});
        Ok(Settings::loader().profile("production").source(File::required(file)).watch_with(watch)?)
    };
    let instances = [start("web-1", &shared)?, start("web-2", &shared)?, start("web-3", &own)?];
    show("all have started", &states, |reading| reading.instances.len() == 3)?;

    fs::write(&shared, "bank_token = \"T0P-S3CR3T\"\nconcurrency = 0\nlisten = \"[::1]:8080\"\n")?;
    let refused = instances.iter().filter(|live| live.refresh().is_err()).count();
    assert_eq!(refused, 2, "none is too few");
    show("a value that cannot be taken", &states, |reading| {
        reading.instances.iter().filter(|state| !state.causes.is_empty()).count() == 2
    })?;

    fs::write(&shared, "bank_token = \"T0P-S3CR3T\"\nconcurrency = 64\nlisten = \"[::1]:8080\"\n")?;
    instances.iter().try_for_each(|live| live.refresh().map(drop))?;
    show("and one that can", &states, |reading| {
        reading.instances.iter().filter(|state| state.generation == 2).count() == 2
    })
}

/// Prints what the instances say, as soon as it is there.
fn show(title: &str, states: &Path, is_there: impl Fn(&Reading) -> bool) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let reading = loop {
        let reading = Fleet::directory(states).read()?;
        if is_there(&reading) {
            break reading;
        }
        assert!(start.elapsed() < Duration::from_secs(60), "an instance does not say how it is");
        thread::sleep(Duration::from_millis(10));
    };
    println!("{title}");
    for state in &reading.instances {
        let token = state.key("bank_token").and_then(|key| key.fingerprint.as_deref()).unwrap_or("none");
        let condition = reading.condition(state).name();
        println!("  {} at generation {}: {condition}, token {token}", state.instance, state.generation);
    }
    Ok(())
}
