//! URLs.

use std::fmt;

use url::Url;

use super::{Invalid, Value};
use crate::{
    grammar::{Format, How},
    manifest::Kind,
    report::without_password,
};

impl Value for Url {
    const KIND: &'static Kind = &Kind::Url;

    fn from_text(text: &str, _: &How) -> Result<Self, Invalid> {
        // Without the check, `localhost:80` would be a URL with the scheme `localhost`.
        if !Format::Url.holds(text) {
            return Err(Invalid::plain());
        }
        // Its errors are fixed sentences, without the text.
        Self::parse(text).map_err(|error| Invalid::foreign(&error))
    }

    fn show(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&without_password(self.as_str()), f)
    }
}
