//! What the layers of a service give to it.

use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};

use super::{
    interpolate::{interpolate, not_set},
    project::{Layer, Project, Source},
    variables::{self, Format},
};
use crate::deployment::{
    Deployment, Given, Place,
    files::{MOST_FILES, Unread, beside},
    mix::Budget,
    scalar::{self, Scalar},
    yaml::{Entry, Node, Tag},
};

/// A variable of `environment`.
struct Variable {
    name: String,
    given: Given,
    place: Place,
}

/// A file of `env_file`.
struct EnvFile {
    path: String,
    is_required: bool,
    format: Format,
    source: Rc<Source>,
    node: Rc<Node>,
}

/// The mounts of a service: which of the top-level tables they are from.
#[derive(Clone, Copy)]
enum Mounted {
    Secrets,
    Configs,
}

const NO_TEXT: &str = "a value of `environment` is a text, a number, a truth value or nothing";
const NUMBER: &str =
    "YAML takes it for a number, so the program gets another text than is written; put it in quotes";
const DATE: &str = "YAML takes it for a date, which compose writes out in another form; put it in quotes";
const LIST_NAME: &str = "an item of the list `environment` is `NAME=value`, or `NAME` for a variable that is passed on, \
                         with letters, digits, `_`, `.` and `-` in the name";
const LIST_ITEM: &str = "an item of the list `environment` is a text: `- NAME=value`";

impl Project<'_, '_> {
    /// What the layers give together.
    pub(super) fn settle(mut self, layers: &[Layer]) -> Deployment {
        let mut environment = Vec::new();
        let mut env_files = Vec::new();
        for layer in layers {
            if let Some(node) = layer.service.field("environment") {
                self.environment(&layer.source, node, &mut environment);
            }
            if let Some(node) = layer.service.field("env_file") {
                self.env_files(&layer.source, node, &mut env_files);
            }
        }
        self.read_env_files(&env_files, &environment);
        for Variable { name, given, place } in environment {
            self.deployment.set(name, given, place);
        }
        for (mounted, field) in [(Mounted::Secrets, "secrets"), (Mounted::Configs, "configs")] {
            // What a later layer resets.
            let kept = layers
                .iter()
                .rposition(|layer| layer.service.field(field).is_some_and(|node| node.tag != Tag::None));
            for layer in &layers[kept.unwrap_or(0)..] {
                if let Some(node) = layer.service.field(field) {
                    self.mounts(&layer.source, node, mounted);
                }
            }
        }
        self.deployment
    }

    fn environment(&mut self, source: &Source, node: &Node, environment: &mut Vec<Variable>) {
        if node.tag != Tag::None {
            environment.clear();
        }
        if node.tag == Tag::Reset || node.is_null() {
            return;
        }
        if let Some(entries) = node.table() {
            let is_reset = |entry: &&Entry| entry.node.tag == Tag::Reset;
            let reset: HashSet<&str> = entries.iter().filter(is_reset).map(|entry| &*entry.name).collect();
            if !reset.is_empty() {
                environment.retain(|variable| !reset.contains(&*variable.name));
            }
            for entry in entries.iter().filter(|entry| !is_reset(entry)) {
                // Compose gives null to what is not set; the place is then that of the name.
                let at = if entry.node.is_null() { entry.at() } else { entry.node.at() };
                let place = Place::new(&source.path, at);
                if let Some(given) = self.value(source, &entry.name, &entry.node, &place) {
                    environment.push(Variable { name: entry.name.to_string(), given, place });
                }
            }
        } else if let Some(items) = node.list() {
            for item in items {
                self.item(source, item, environment);
            }
        } else {
            self.deployment.problem("`environment` is a table or a list", source.place(node));
        }
    }

    /// The value of a table.
    fn value(&mut self, source: &Source, name: &str, node: &Node, place: &Place) -> Option<Given> {
        Some(match scalar::of_compose(node) {
            Some(Scalar::Null) => self.pass_on(source, name),
            Some(Scalar::Text(text)) => return self.interpolated(source, &text, place),
            Some(Scalar::Bool(value)) => Given::Text(value.to_string()),
            Some(Scalar::Number(text)) => {
                if node.text() != Some(&text) {
                    self.deployment.problem(NUMBER, place.clone());
                }
                Given::Text(text)
            }
            Some(Scalar::Date) => {
                self.deployment.problem(DATE, place.clone());
                Given::Unknown(DATE.to_owned())
            }
            None => {
                self.deployment.problem(NO_TEXT, place.clone());
                return None;
            }
        })
    }

    /// An item of a list: `NAME=value`, or `NAME` that is passed on.
    fn item(&mut self, source: &Source, item: &Node, environment: &mut Vec<Variable>) {
        let place = source.place(item);
        let Some(Scalar::Text(text)) = scalar::of_compose(item) else {
            return self.deployment.problem(LIST_ITEM, place);
        };
        let (name, value) = match assignment(&text) {
            Some((name, value)) => (name, Some(value)),
            None => (&*text, None),
        };
        let name = match self.interpolated(source, name, &place) {
            Some(Given::Text(name)) => name,
            Some(Given::Unknown(why) | Given::Reference(why)) => {
                return self.unseen(format!("a variable whose name is not known: {why}"), place);
            }
            None => return,
        };
        // Compose takes nearly all, but `- PASSWORD hunter2` would be a name, and names are shown.
        if name.is_empty() || !name.bytes().all(is_of_name) {
            return self.deployment.problem(LIST_NAME, place);
        }
        let given = match value {
            None => Some(self.pass_on(source, &name)),
            Some(value) => self.interpolated(source, value, &place),
        };
        environment.extend(given.map(|given| Variable { name, given, place }));
    }

    /// A variable that is named without a value: that of the project, or else of whoever starts compose.
    fn pass_on(&mut self, source: &Source, name: &str) -> Given {
        match source.variables.get(name) {
            Some(given) => {
                self.budget.copy(given).unwrap_or_else(|_| Given::Unknown(Budget::WHAT.to_owned()))
            }
            None => Given::Unknown(not_set(name)),
        }
    }

    fn interpolated(&mut self, source: &Source, text: &str, place: &Place) -> Option<Given> {
        match interpolate(text, &|name| source.variables.get(name), &mut self.budget) {
            Ok(given) => Some(given),
            Err(what) => {
                self.deployment.problem(what, place.clone());
                None
            }
        }
    }

    fn env_files(&mut self, source: &Rc<Source>, node: &Rc<Node>, files: &mut Vec<EnvFile>) {
        if node.tag != Tag::None {
            files.clear();
        }
        if node.tag == Tag::Reset || node.is_null() {
            return;
        }
        let items = node.list().map_or_else(|| vec![node], |items| items.iter().collect());
        for item in items {
            let Some(path) = self.path_in(source, item.field("path").unwrap_or(item)) else { continue };
            let is_required = item.field("required").is_none_or(|required| !required.is_false());
            let format = match item.field("format").and_then(|format| format.text()) {
                None | Some(".env") => Format::Usual,
                Some("raw") => Format::Raw,
                Some(_) => {
                    self.deployment
                        .problem("the format of an `env_file` is `raw`, or not said", source.place(item));
                    continue;
                }
            };
            let file =
                EnvFile { path, is_required, format, source: Rc::clone(source), node: Rc::clone(item) };
            // A file that is there twice is read where it is first.
            let path = beside(&file.source.folder, &file.path);
            let same = |other: &EnvFile| beside(&other.source.folder, &other.path) == path;
            match files.iter().position(same) {
                Some(first) => files[first] = file,
                None if files.len() < MOST_FILES => files.push(file),
                None => {
                    let what = format!("a service has more than {MOST_FILES} env_files");
                    return self.deployment.problem(what, source.place(item));
                }
            }
        }
    }

    fn read_env_files(&mut self, files: &[EnvFile], environment: &[Variable]) {
        let environment: HashMap<&str, &Given> =
            environment.iter().map(|variable| (&*variable.name, &variable.given)).collect();
        let mut earlier: HashMap<String, Given> = HashMap::new();
        for file in files {
            let path = beside(&file.source.folder, &file.path);
            let place = file.source.place(&file.node);
            let text = if file.is_required {
                self.other(&file.source, &file.node, &path, "the env_file")
            } else {
                match self.files.other(&path) {
                    Ok(text) => Some(text),
                    Err(Unread::Missing | Unread::NotNamed) => {
                        self.unseen(format!("the env_file {}, which need not exist", path.display()), place);
                        None
                    }
                    Err(unread) => {
                        self.deployment.problems.push(unread.at_start(&path));
                        None
                    }
                }
            };
            let Some(text) = text else { continue };
            let variables = &file.source.variables;
            let (found, bad) = variables::read(
                &text,
                file.format,
                &|name| variables.get(name).or_else(|| environment.get(name).copied()),
                &|name| earlier.get(name),
                &mut self.budget,
            );
            for (what, place) in bad {
                self.deployment.problem(what, place);
            }
            for variable in found {
                earlier.insert(variable.name.clone(), variable.given.clone());
                self.deployment.set(variable.name, variable.given, variable.place);
            }
        }
    }

    fn mounts(&mut self, source: &Rc<Source>, node: &Node, mounted: Mounted) {
        if node.tag == Tag::Reset {
            return;
        }
        for item in node.list().unwrap_or(&[]) {
            let Some(name) = item.field("source").unwrap_or(item).text() else {
                self.deployment.problem("a secret or a config is named by a text", source.place(item));
                continue;
            };
            let target = item.field("target").and_then(|target| target.text());
            let path = match (mounted, target) {
                (_, Some(target)) if target.starts_with('/') => target.to_owned(),
                (Mounted::Secrets, target) => format!("/run/secrets/{}", target.unwrap_or(name)),
                (Mounted::Configs, target) => format!("/{}", target.unwrap_or(name)),
            };
            let place = source.place(item);
            if self.deployment.is_full_of_mounts(&place) {
                return;
            }
            let given = self.mounted(name, mounted, &place);
            self.deployment.mount(path, false, given, place);
        }
    }

    /// What is in a secret or a config of this name.
    fn mounted(&mut self, name: &str, mounted: Mounted, place: &Place) -> Given {
        let (field, word) = match mounted {
            Mounted::Secrets => ("secrets", "secret"),
            Mounted::Configs => ("configs", "config"),
        };
        let said = self.sources.iter().rev().find_map(|source| {
            let node = source.root.path(&[field])?.field(name)?;
            Some((Rc::clone(source), Rc::clone(node)))
        });
        let Some((source, node)) = said else {
            let what = format!("the {word} that is named here is not among `{field}` of the files");
            self.deployment.problem(what, place.clone());
            return Given::Reference(format!("the {word} `{name}`"));
        };
        let place = source.place(&node);
        let from = |what: &str| node.field(what).and_then(|node| node.text()).map(str::to_owned);
        if let Some(text) = from("content")
            && let Some(given) = self.interpolated(&source, &text, &place)
        {
            return given;
        }
        if let Some(variable) = from("environment") {
            return match (source.variables.get(&variable), mounted) {
                (Some(given), Mounted::Configs) => {
                    self.budget.copy(given).unwrap_or_else(|_| Given::Unknown(Budget::WHAT.to_owned()))
                }
                _ => Given::Reference(format!("the variable `{variable}` of whoever starts compose")),
            };
        }
        Given::Reference(match from("file") {
            Some(file) => format!("the {word} file {file}"),
            None => format!("the {word} `{name}`, which is kept elsewhere"),
        })
    }
}

/// Whether the name of a variable in a list may have this in it.
fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

/// The name and the value, parted by the first `=` that is not in `${..}`.
fn assignment(text: &str) -> Option<(&str, &str)> {
    let mut open = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => open += 1,
            b'}' => open = open.saturating_sub(1),
            b'=' if open == 0 => return Some((&text[..at], &text[at + 1..])),
            _ => {}
        }
    }
    text.split_once('=')
}
