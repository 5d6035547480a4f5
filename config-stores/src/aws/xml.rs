//! XML, in which AWS answers for roles, and what stands in front of its services tells errors.

use roxmltree::Document;

/// The document, if it is one of which nothing is copied: the tree borrows its texts from what was answered, but where
/// they have references in them.
pub(super) fn document(body: &[u8]) -> Option<Document<'_>> {
    let text = std::str::from_utf8(body).ok()?;
    if text.contains(['&', '\r']) || text.contains("<!") {
        return None;
    }
    Document::parse(text).ok()
}

/// The text of the only element of this name.
pub(super) fn only<'a>(document: &'a Document<'_>, name: &str) -> Option<&'a str> {
    let mut found = document.descendants().filter(|node| node.tag_name().name() == name);
    let (one, None) = (found.next()?, found.next()) else { return None };
    one.text().map(str::trim).filter(|text| !text.is_empty())
}
