//! Pictures of the page, to be looked at: `cargo test -p confident-docs --test pictures -- --ignored`. They are written
//! to the folder that the variable `PICTURES` names.

#[allow(dead_code)] // each test uses a part of it
mod browser;
mod common;
mod large;
#[path = "../../examples/svix.rs"]
#[allow(dead_code)] // its `main`
mod svix;

use std::{fs, path::PathBuf};

use base64::{Engine, prelude::BASE64_STANDARD};
use browser::{Page, browser};
use confident::{Config, Manifest};
use confident_docs::{Format, document};
use serde_json::json;

#[test]
#[ignore = "for people"]
#[allow(clippy::disallowed_methods)] // the switch of a test, not configuration
fn pictures() {
    let folder = PathBuf::from(std::env::var_os("PICTURES").expect("PICTURES names a folder"));
    let Some(mut browser) = browser(1) else { return };
    let write = |name: &str, manifest: &Manifest| {
        let path = folder.join(format!("{name}.html"));
        fs::write(&path, document(manifest, Format::Html)).expect("it can be written");
        format!("file://{}", path.display())
    };
    let svix = write("svix", svix::Settings::manifest());
    let all = write("payments", common::Payments::manifest());
    let large = write("large", large::Fleet::manifest());
    let shot = |page: &mut Page<'_>, name: &str| {
        let data = page.call("Page.captureScreenshot", json!({ "format": "png" }));
        let bytes = BASE64_STANDARD.decode(data["data"].as_str().unwrap_or_default()).expect("it is base64");
        fs::write(folder.join(format!("{name}.png")), bytes).expect("it can be written");
    };
    let mut page = browser.page(1280, 900);
    for scheme in ["light", "dark"] {
        page.prefer(scheme);
        for (name, url) in [("svix", &svix), ("payments", &all), ("large", &large)] {
            page.open(url);
            shot(&mut page, &format!("{name}-{scheme}"));
            let at = |anchor: &str| format!("location.hash = {anchor:?}");
            for anchor in ["rules", "secrets", "profiles", "restarts", "types"] {
                if name != "large" {
                    page.get(&at(anchor));
                    shot(&mut page, &format!("{name}-{scheme}-{anchor}"));
                }
            }
        }
        page.open(&format!("{svix}#key-queue-type"));
        shot(&mut page, &format!("svix-{scheme}-key"));
        page.open(&format!("{all}#key-request-timeout"));
        shot(&mut page, &format!("payments-{scheme}-key"));
        page.open(&format!("{svix}#?q=redis&secret=yes"));
        page.get("document.querySelector('.tools').scrollIntoView()");
        page.click(".facet:nth-of-type(3) summary");
        shot(&mut page, &format!("svix-{scheme}-facets"));
        page.open(&format!("{large}#?q=timeout&owner=team-edge"));
        page.get("document.querySelector('.tools').scrollIntoView()");
        page.click(".facet:nth-of-type(1) summary");
        shot(&mut page, &format!("large-{scheme}-facets"));
        page.open(&format!("{large}#?q=nothing+like+that"));
        page.get("document.querySelector('.tools').scrollIntoView()");
        shot(&mut page, &format!("large-{scheme}-nothing"));
    }
    page.prefer("light");
    page.resize(390, 844);
    page.open(&svix);
    shot(&mut page, "phone-svix");
    page.open(&format!("{svix}#key-queue-type"));
    shot(&mut page, "phone-svix-key");
    page.open(&format!("{all}#key-database-url"));
    shot(&mut page, "phone-payments-key");
    page.open(&format!("{large}#?owner=team-edge"));
    page.get("scrollBy(0, document.querySelector('.facets').getBoundingClientRect().top - 120)");
    page.click(".facet:nth-of-type(4) summary");
    shot(&mut page, "phone-large-facets");
    page.resize(1280, 900);
    for (name, url) in [("svix", &svix), ("payments", &all)] {
        page.open(url);
        let data = page.call("Page.printToPDF", json!({ "paperWidth": 8.27, "paperHeight": 11.69 }));
        let bytes = BASE64_STANDARD.decode(data["data"].as_str().unwrap_or_default()).expect("it is base64");
        fs::write(folder.join(format!("{name}.pdf")), bytes).expect("it can be written");
    }
}
