//! Templates, and the one way in which text gets into a document.

use minijinja::{
    Environment, UndefinedBehavior, Value,
    syntax::SyntaxConfig,
    value::{Serde, ValueKind},
};
use serde::Serialize;

/// Whether text is escaped. Only a test that must see a document break leaves it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Escapes {
    On,
    Off,
}

/// How one format writes text.
pub(crate) struct Style {
    /// The template.
    pub(crate) template: &'static str,
    /// What is done to every text that a template writes without a filter. It must be right wherever the template may
    /// do that.
    pub(crate) escape: fn(&str) -> String,
    /// Filters for other places, such as a value or a cell.
    pub(crate) filters: &'static [Filter],
}

/// How text is written in one kind of place.
pub(crate) struct Filter {
    /// The name in templates.
    pub(crate) name: &'static str,
    /// The text as it stands there, with all that is around it.
    pub(crate) escaped: fn(&str) -> String,
    /// The same, as someone would write it who does not think of escapes.
    pub(crate) naive: fn(&str) -> String,
}

/// Fills the template in.
pub(crate) fn render(style: &'static Style, context: impl Serialize, escapes: Escapes) -> String {
    let mut environment = Environment::new();
    let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
    environment.set_syntax(syntax.expect("the delimiters are the usual ones"));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_formatter(move |out, _, value| {
        match value.as_str() {
            Some(text) if value.is_safe() || escapes == Escapes::Off => out.write_str(text)?,
            Some(text) => out.write_str(&(style.escape)(text))?,
            None => match value.kind() {
                ValueKind::Number | ValueKind::Bool => out.write_str(&value.to_string())?,
                // Nothing else has a text of its own; a list in a document is a mistake of its template.
                _ => return Err(minijinja::Error::new(minijinja::ErrorKind::BadEscape, "not a text")),
            },
        }
        Ok(())
    });
    for filter in style.filters {
        environment.add_filter(filter.name, move |text: &str| {
            let write = if escapes == Escapes::On { filter.escaped } else { filter.naive };
            Value::from_safe_string(write(text))
        });
    }
    let text = environment.render_str(style.template, Serde(context));
    let text = text.unwrap_or_else(|error| panic!("a template of our own is wrong: {error:#}"));
    format!("{}\n", text.trim_end())
}
