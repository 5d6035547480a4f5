//! For fuzz targets, and tests that share what they assert: what reads documents, without a load.

use crate::source::{Node, Shelf, Syntax, masked};

/// Reads a document in YAML. Where it cannot be read, the message has no place.
pub fn yaml<T>(document: &str, with: impl FnOnce(Result<Node<'_>, &'static str>) -> T) -> T {
    let shelf = Shelf::new(true);
    with(Syntax::Yaml.parse(document, &shelf).map_err(|unreadable| unreadable.what))
}

/// What the parser of YAML gets in the place of a document.
pub fn seen_of_yaml(document: &str) -> String {
    masked(document)
}
