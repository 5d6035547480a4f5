//! What documents say of a flag: how it is written, who answers for it, and when it expires.

use confident::{Config, Flag, Manifest};
use confident_docs::Format;

/// A shop.
#[derive(Config)]
#[config(app = "shop")]
#[allow(dead_code)] // only its manifest is read
struct Settings {
    /// Whether one click buys.
    #[config(default = "25%, allow alice", live, owner = "team-checkout", review_by = "2099-01-31")]
    express: Flag,
    /// Whether the search is new. It has no default.
    #[config(live, owner = "team-search", review_by = "2099-02-28")]
    search: Flag,
    /// Largest tax.
    #[config(default = 19, review_by = "2099-03-31")]
    tax: u8,
}

fn written(format: Format) -> String {
    let manifest: &Manifest = Settings::MANIFEST;
    confident_docs::document(manifest, format)
}

#[test]
fn a_document_says_when_a_flag_expires_and_when_another_key_is_reviewed() {
    let markdown = written(Format::Markdown);
    for line in [
        "- expires: 2099-01-31",
        "- expires: 2099-02-28",
        "- looked at again by: 2099-03-31",
        "- type: [flag](#type-flag)",
    ] {
        assert!(markdown.contains(line), "no {line} in {markdown}");
    }
    assert!(markdown.contains("a share of those for whom it is asked"));
    let html = written(Format::Html);
    assert_eq!(html.matches("<dt>Expires</dt>").count(), 2);
    assert_eq!(html.matches("<dt>Review by</dt>").count(), 1);
}

#[test]
fn a_file_to_fill_in_has_a_flag_as_it_is_read() {
    let env = written(Format::Env);
    assert!(env.contains("\n#SHOP_EXPRESS='25%, allow alice'\n"), "{env}");
    let toml = written(Format::Toml);
    assert!(toml.contains("\n#express = \"25%, allow alice\"\n"), "{toml}");
}
