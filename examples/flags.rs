//! A feature flag that goes from off to a quarter of the tenants to everybody, by a change of a file.
//!
//! ```text
//! cargo run --example flags --features live,toml
//! ```

use std::{error::Error, fs, sync::mpsc, time::Duration};

use confident::{Config, File, Flag, Live, Watch, live};

/// The shop.
#[derive(Config)]
#[config(app = "shop")]
struct Settings {
    /// Whether one click buys.
    #[config(default = "off", live, owner = "team-checkout", review_by = "2999-12-31")]
    express: Flag,
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::temp_dir().join(format!("confident-flags-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let file = folder.join("shop.toml");
    fs::write(&file, "express = \"off\"\n")?;

    // Changes are told by the system; what comes before it tells is found by looking.
    let watch = Watch::new().poll(Duration::from_millis(200));
    let settings: Live<Settings> = Settings::loader().source(File::required(&file)).watch_with(watch)?;
    let (changed, changes) = mpsc::channel();
    let told = settings.on_change([live!(Settings: express)], move |_| {
        // Nobody listens any more once the program ends.
        let _ = changed.send(());
    });

    report(&settings);
    for text in ["25%, allow tenant-2", "on, deny tenant-3", "off"] {
        // As a whole, in one step: nobody ever reads half of it.
        let new = folder.join("shop.toml.new");
        fs::write(&new, format!("express = \"{text}\"\n"))?;
        fs::rename(&new, &file)?;
        changes.recv_timeout(Duration::from_secs(60))?;
        report(&settings);
    }
    drop(told);
    fs::remove_dir_all(&folder)?;
    Ok(())
}

/// What a request would ask.
fn report(settings: &Live<Settings>) {
    let express = &settings.current().express;
    let on: Vec<String> =
        (1..=8).map(|n| format!("tenant-{n}")).filter(|tenant| express.is_on_for(tenant)).collect();
    println!("{express}: on for {}", if on.is_empty() { "nobody".to_owned() } else { on.join(" ") });
}
