//! todo
use crate::{render::Escapes, view::View};
pub(crate) fn write(_: &View, _: Escapes) -> String {
    String::new()
}
