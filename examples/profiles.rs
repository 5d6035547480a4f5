//! Profiles: what differs between development, staging and production.
//!
//! ```text
//! cargo run --example profiles
//! SHOP_PROFILE=production cargo run --example profiles
//! SHOP_PROFILE=production SHOP_ERROR_SINK=https://errors.example.com SHOP_TOKEN=x cargo run --example profiles
//! SHOP_PROFILE=prod cargo run --example profiles
//! ```

use confident::{Config, SecretString};

/// A shop.
#[derive(Config)]
#[config(app = "shop", profiles("development", "staging", "production"))]
struct Settings {
    /// Where errors are reported to.
    #[config(format = "url", required_in("production"))]
    error_sink: Option<String>,

    /// Key of the payment provider.
    #[config(required_in("staging", "production"))]
    token: Option<SecretString>,

    /// Pages that show what the program knows of itself.
    #[config(default = false, forbidden_in("production"))]
    debug_pages: bool,
}

fn main() -> Result<(), confident::Report> {
    // The program names the profile that holds where nobody else does.
    let settings = Settings::loader().profile("development").load()?;
    println!("{settings:#?}");
    Ok(())
}
