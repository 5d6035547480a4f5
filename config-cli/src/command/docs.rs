//! `confident docs`.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use clap::{
    Args, ValueHint,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
};
use confident_core::Manifest;
use confident_docs::{Format, document};

use super::Failure;
use crate::{Exit, escape::plain};

/// Which documents, and where they are written.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The format, several times for several documents; all of them, where `--out` is a folder and none is named
    #[arg(long, value_name = "FORMAT", value_parser = formats())]
    format: Vec<Format>,
    /// The file of one document, or the folder of several; the standard output, where it is not said
    #[arg(long, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    out: Option<PathBuf>,
    /// Write nothing, and fail where a file is not what would be written: for CI
    #[arg(long, requires = "out")]
    check: bool,
}

fn formats() -> impl TypedValueParser<Value = Format> {
    let named = Format::ALL.map(|format| PossibleValue::new(format.name()).help(format.about()));
    PossibleValuesParser::new(named).try_map(|name| Format::named(&name).ok_or("no such format"))
}

impl Arguments {
    /// `command` is how the tool was called, up to these arguments.
    pub(super) fn run(self, manifest: &'static Manifest, command: &str) -> Result<Exit, Failure> {
        let Some(out) = &self.out else {
            let [format] = self.format[..] else {
                let what = "name one document with `--format`, or a folder for several with `--out`";
                return Err(Failure::Said(what.to_owned()));
            };
            anstream::stdout().lock().write_all(document(manifest, format).as_bytes())?;
            return Ok(Exit::Good);
        };
        let formats = if self.format.is_empty() { Format::ALL.to_vec() } else { self.format.clone() };
        let is_folder = formats.len() > 1 || out.is_dir() || ends_with_slash(out);
        let mut stale = Vec::new();
        for format in formats {
            let path = if is_folder { out.join(format.file_name()) } else { out.clone() };
            let text = document(manifest, format);
            if self.check {
                if !is_current(&path, &text)? {
                    stale.push((path, format));
                }
            } else {
                write(&path, &text)?;
            }
        }
        for (path, format) in &stale {
            let shown = plain(&path.display().to_string(), false);
            let cure = format!("{command} --format {format} --out {}", quoted(path));
            writeln!(
                anstream::stdout(),
                "{shown} is not what the manifest says; write it anew:\n  {}",
                plain(&cure, false)
            )?;
        }
        Ok(if stale.is_empty() { Exit::Good } else { Exit::Found })
    }
}

fn ends_with_slash(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b"/")
}

/// Whether the file holds the text.
fn is_current(path: &Path, text: &str) -> Result<bool, Failure> {
    match fs::read(path) {
        Ok(found) => Ok(found == text.as_bytes()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(Failure::of_file(path, format!("cannot be read: {error}"))),
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let fails = |error: io::Error| Failure::of_file(path, format!("cannot be written: {error}"));
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(fails)?;
    }
    fs::write(path, text).map_err(fails)
}

/// A path as a shell reads it.
pub(super) fn quoted(path: &Path) -> String {
    let text = path.to_string_lossy();
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "/._-+=:@%,".contains(char);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
