//! Documents of a configuration, as pure functions of its manifest.
//!
//! [`document`] writes one of the formats. [`View`] is what all of them are made from: the manifest with every name
//! spelled, every constraint in words, and the tables that are read across keys.
//!
//! A manifest is not trusted here. It may have been read from a file, and a comment in a program's source is no place
//! for markup: all text goes through the escape of its format, which each template has to be told to leave out.

mod env;
mod format;
mod grafana;
mod html;
mod json_schema;
mod kubernetes;
mod man;
mod markdown;
mod plain;
mod prometheus;
mod promql;
mod render;
mod runbook;
mod tables;
mod toml;
pub mod view;
mod yaml;

pub use format::Format;
pub use view::View;

use confident_core::Manifest;
use render::Escapes;

/// Writes the document of a manifest. The same manifest makes the same text.
///
/// # Example
/// ```
/// use confident_core::Root;
/// use confident_docs::{Format, document};
///
/// fn dotenv_example<R: Root>() -> String {
///     document(R::MANIFEST, Format::Env)
/// }
/// ```
pub fn document(manifest: &Manifest, format: Format) -> String {
    write(manifest, format, Escapes::On)
}

/// The style of the page, for pages of the tool beside it.
#[doc(hidden)]
pub const LOOK: &str = html::LOOK;

/// The script that lets who reads it choose between light and dark, for the same pages.
#[doc(hidden)]
pub const THEME: &str = html::THEME;

/// The document without any escape: for tests, which must see it break.
#[doc(hidden)]
pub fn document_without_escapes(manifest: &Manifest, format: Format) -> String {
    write(manifest, format, Escapes::Off)
}

fn write(manifest: &Manifest, format: Format, escapes: Escapes) -> String {
    let view = &View::of(manifest);
    match format {
        Format::Markdown => markdown::write(view, escapes),
        Format::Html => html::write(view, escapes),
        // Its values are data, which the library writes: there is no escape to leave out.
        Format::JsonSchema => json_schema::write(manifest, view),
        Format::Env => env::write(view, escapes),
        Format::Toml => toml::write(view, escapes),
        Format::Yaml => yaml::write(view, escapes),
        Format::Kubernetes => kubernetes::write(view, escapes),
        Format::Man => man::write(view, escapes),
        Format::Runbook => runbook::write(view, escapes),
        Format::Grafana => grafana::write(view, escapes),
        Format::Prometheus => prometheus::write(view, escapes),
    }
}
