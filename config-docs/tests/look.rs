//! Prints a document, to be looked at.
mod common;
use confident::Config;
#[test]
#[ignore = "for people"]
fn look() {
    let name = option_env!("LOOK").unwrap_or("env");
    println!(
        "{}",
        confident_docs::document(common::Payments::manifest(), confident_docs::Format::named(name).unwrap())
    );
}
