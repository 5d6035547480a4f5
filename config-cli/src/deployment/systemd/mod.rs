//! Units of systemd, as systemd.exec(5) and systemd.syntax(7) have it.

mod env_file;
mod unit;
mod words;

use std::{collections::HashSet, path::Path};

use super::{
    Deployment, Given, Kind, Place, Request, Unseen,
    files::{Files, Text, Unread},
    reference,
};
use unit::Directive;

const SPECIFIER: &str = "it has a specifier of systemd (%) in it; %% is a percent sign";
const NO_NAME: &str = "systemd ignores it: a name has only letters, digits and `_` in it";
const NOT_ASSIGNED: &str =
    "systemd ignores it: it is no `NAME=value`, with letters, digits and `_` in the name";

pub(super) fn read(request: &Request, texts: &[Text], files: &mut Files<'_>) -> Deployment {
    let mut reading = Reading {
        request,
        files,
        deployment: Deployment::new(Kind::Systemd),
        unit: texts.first().map(|text| name_of(&text.path)).unwrap_or_default(),
        passed: Vec::new(),
        assigned: Vec::new(),
        named: Vec::new(),
        unset: HashSet::new(),
        is_full: false,
    };
    for text in texts {
        for directive in unit::service(text, &mut reading.deployment) {
            reading.directive(text, &directive);
        }
    }
    reading.settle()
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// A variable that is set, or one that is taken away.
struct Variable {
    name: String,
    given: Given,
    place: Place,
}

/// A file of `EnvironmentFile=`.
struct Named {
    path: String,
    is_required: bool,
    place: Place,
}

struct Reading<'a, 'r> {
    request: &'a Request,
    files: &'a mut Files<'r>,
    deployment: Deployment,
    unit: String,
    /// What `PassEnvironment=`, `Environment=` and `EnvironmentFile=` have so far: an empty one resets.
    passed: Vec<Variable>,
    assigned: Vec<Variable>,
    named: Vec<Named>,
    unset: HashSet<String>,
    is_full: bool,
}

impl Reading<'_, '_> {
    fn directive(&mut self, text: &Text, directive: &Directive) {
        let is_reset = directive.value.is_empty();
        match &*directive.name {
            "Environment" if is_reset => self.assigned.clear(),
            "EnvironmentFile" if is_reset => self.named.clear(),
            "PassEnvironment" if is_reset => self.passed.clear(),
            "UnsetEnvironment" if is_reset => self.unset.clear(),
            "LoadCredential" | "LoadCredentialEncrypted" | "SetCredential" | "SetCredentialEncrypted"
                if is_reset => {}
            "Environment" => {
                for (word, place) in self.words(text, directive) {
                    self.assign(&word, place);
                }
            }
            "PassEnvironment" => {
                for (name, place) in self.words(text, directive) {
                    if !is_name(&name) {
                        self.deployment.problem(NO_NAME, place);
                        continue;
                    }
                    let why = format!("`{name}` is passed on from the environment of the service manager");
                    self.passed.push(Variable { name, given: Given::Unknown(why), place });
                }
            }
            "UnsetEnvironment" => {
                let words = self.words(text, directive);
                self.unset.extend(words.into_iter().map(|(word, _)| word));
            }
            "EnvironmentFile" => {
                let place = directive.place(text);
                let path = directive.value.strip_prefix('-');
                let is_required = path.is_none();
                let path = path.unwrap_or(&directive.value).to_owned();
                self.named.push(Named { path, is_required, place });
            }
            "LoadCredential" | "LoadCredentialEncrypted" | "SetCredential" | "SetCredentialEncrypted"
                if !self.is_full =>
            {
                self.is_full = self.deployment.is_full_of_mounts(&directive.place(text));
                self.credential(text, directive);
            }
            "ImportCredential" => {
                let what = "the credentials that `ImportCredential=` takes in".to_owned();
                let place = directive.place(text);
                let path = format!("/run/credentials/{}", self.unit);
                self.deployment.mount(path, true, Given::Reference(what), place);
            }
            _ => {}
        }
    }

    fn words(&mut self, text: &Text, directive: &Directive) -> Vec<(String, Place)> {
        let mut words = Vec::new();
        let mut places = directive.places();
        for word in words::of(&directive.value) {
            match word {
                Ok((at, word)) => words.push((word, text.place(places.of(at)))),
                Err((at, what)) => self.deployment.problem(what, text.place(places.of(at))),
            }
        }
        words
    }

    /// `NAME=value`, in which specifiers count.
    fn assign(&mut self, word: &str, place: Place) {
        match word.split_once('=') {
            Some((name, value)) if is_name(name) => {
                let given = match without_specifiers(value) {
                    Some(value) => reference::given(value),
                    None => Given::Unknown(SPECIFIER.to_owned()),
                };
                self.assigned.push(Variable { name: name.to_owned(), given, place });
            }
            _ => self.deployment.problem(NOT_ASSIGNED, place),
        }
    }

    /// `NAME:what`: a file in the folder of credentials of the unit.
    fn credential(&mut self, text: &Text, directive: &Directive) {
        let place = directive.place(text);
        let (name, rest) = match directive.value.split_once(':') {
            Some((name, rest)) => (name, Some(rest)),
            None => (&*directive.value, None),
        };
        let given = match (&*directive.name, rest) {
            ("SetCredential", Some(value)) => reference::given(value.to_owned()),
            ("SetCredentialEncrypted", Some(_)) => {
                Given::Reference(format!("the credential `{name}`, which is encrypted in the unit"))
            }
            ("LoadCredential" | "LoadCredentialEncrypted", Some(path)) if !path.is_empty() => {
                Given::Reference(format!("the credential `{name}`, from {path}"))
            }
            ("LoadCredential" | "LoadCredentialEncrypted", _) => {
                Given::Reference(format!("the credential `{name}` of the machine"))
            }
            _ => return self.deployment.problem(format!("`{}=` takes `NAME:value`", directive.name), place),
        };
        let path = format!("/run/credentials/{}/{name}", self.unit);
        self.deployment.mount(path, false, given, place);
    }

    /// What all directives give together: files are over assignments, and those over what is passed on.
    fn settle(mut self) -> Deployment {
        let mut all = std::mem::take(&mut self.passed);
        all.append(&mut self.assigned);
        for named in std::mem::take(&mut self.named) {
            self.file(&named, &mut all);
        }
        all.retain(|variable| {
            let is_this_unset = match &variable.given {
                Given::Text(text) if !self.unset.is_empty() => {
                    self.unset.contains(&format!("{}={text}", variable.name))
                }
                _ => false,
            };
            !is_this_unset && !self.unset.contains(&variable.name)
        });
        for Variable { name, given, place } in all {
            self.deployment.set(name, given, place);
        }
        self.deployment
    }

    fn file(&mut self, named: &Named, all: &mut Vec<Variable>) {
        let Named { path, is_required, place } = named;
        let optional = if *is_required { "" } else { ", which need not exist" };
        let unseen = |deployment: &mut Deployment, why: &str| {
            let what = format!("the EnvironmentFile {path}{optional}{why}");
            let place = place.clone();
            deployment.unseen.push(Unseen { what, prefix: String::new(), is_secret: false, place });
        };
        if path.contains('%') {
            return unseen(&mut self.deployment, ", whose name has a specifier in it");
        }
        if path.contains(['*', '?', '[']) {
            return unseen(&mut self.deployment, ", which is a pattern");
        }
        if !path.starts_with('/') {
            let what = "systemd ignores it: the path of an EnvironmentFile begins with `/`";
            return self.deployment.problem(what, place.clone());
        }
        let Some(root) = &self.request.root else {
            return unseen(&mut self.deployment, ", for which no root is given");
        };
        let inside = root.join(path.trim_start_matches('/'));
        match self.files.other(&inside) {
            Ok(text) => {
                let (variables, bad) = env_file::read(&text);
                for (what, at) in bad {
                    self.deployment.problem(what, text.place(at));
                }
                all.extend(variables);
            }
            Err(Unread::Missing) if *is_required => {
                let what = format!("the EnvironmentFile {path} does not exist, so the unit does not start");
                self.deployment.problem(what, place.clone());
                unseen(&mut self.deployment, "");
            }
            Err(Unread::Missing | Unread::NotNamed) => unseen(&mut self.deployment, ""),
            Err(unread) => {
                self.deployment.problems.push(unread.at_start(&inside));
                unseen(&mut self.deployment, "");
            }
        }
    }
}

/// Whether systemd takes the text for the name of a variable.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The text with `%%` as a percent sign; none where a specifier is in it.
fn without_specifiers(text: &str) -> Option<String> {
    let mut result = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(char) = characters.next() {
        if char != '%' {
            result.push(char);
            continue;
        }
        match characters.next() {
            Some('%') => result.push('%'),
            Some(letter) if letter.is_ascii_alphabetic() => return None,
            other => {
                result.push('%');
                result.extend(other);
            }
        }
    }
    Some(result)
}
