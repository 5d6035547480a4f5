//! The environment of a container.

use std::collections::HashMap;

use super::{
    expand::{Found, expand},
    objects::{Container, Object, secret_keys},
    seen::{ConfigMap, Secret, Seen, data},
};
use crate::deployment::{
    Deployment, Given, Place, Unseen,
    mix::Budget,
    reference,
    scalar::{self, Scalar},
    yaml::{Entry, Node},
};

pub(super) struct Environment<'o, 'd> {
    seen: &'d mut Seen<'o>,
    deployment: &'d mut Deployment,
    budget: &'d mut Budget,
    /// What `$(NAME)` may name: what is set so far.
    known: HashMap<String, Given>,
    /// Whether the budget is used up, which is said once.
    is_over: bool,
}

const DATA: &str = "the API server refuses it: a value of `data` is a text; put it in quotes";
const VALUE: &str = "the API server refuses it: `value` is a text; put it in quotes";

impl<'o, 'd> Environment<'o, 'd> {
    pub(super) fn new(
        seen: &'d mut Seen<'o>,
        deployment: &'d mut Deployment,
        budget: &'d mut Budget,
    ) -> Self {
        Self { seen, deployment, budget, known: HashMap::new(), is_over: false }
    }

    /// The environment of a container: `envFrom`, and over it `env`.
    pub(super) fn container(&mut self, container: &Container<'o>) {
        let links = container.pod.field("enableServiceLinks");
        self.deployment.has_service_links = links.is_none_or(|links| !links.is_false());
        let object = container.object;
        for (field, read) in [("envFrom", Self::from as fn(&mut Self, _, _)), ("env", Self::entry)] {
            let Some(node) = container.node.field(field).filter(|node| !node.is_null()) else { continue };
            match node.list() {
                Some(items) => items.iter().for_each(|item| read(self, object, item)),
                None => self.deployment.problem(format!("`{field}` is a list"), object.place(node)),
            }
        }
    }

    /// The data of a ConfigMap or a Secret, as if all of it were taken in.
    pub(super) fn data(&mut self, object: &'o Object) {
        if object.kind == "ConfigMap" {
            self.config_map("", &ConfigMap::new(object));
        } else {
            self.secret("", &object.name, &Secret::new(secret_keys(object)));
        }
    }

    fn set(&mut self, name: String, given: Given, place: Place) {
        self.known.insert(name.clone(), given.clone());
        self.deployment.set(name, given, place);
    }

    /// An item of `envFrom`.
    fn from(&mut self, object: &'o Object, item: &'o Node) {
        let prefix = item.field("prefix").and_then(|prefix| prefix.text()).unwrap_or("");
        for (field, is_secret) in [("configMapRef", false), ("secretRef", true)] {
            let Some(node) = item.field(field) else { continue };
            let place = object.place(node);
            let Some(name) = node.field("name").and_then(|name| name.text()) else {
                self.deployment.problem(format!("`{field}` has a `name`"), place);
                continue;
            };
            let is_open = if is_secret {
                let found = self.seen.secret(name);
                if let Some(secret) = &found {
                    self.secret(prefix, name, secret);
                }
                found.is_none_or(|secret| secret.keys.is_open)
            } else {
                let found = self.seen.config_map(name);
                if let Some(config_map) = &found {
                    self.config_map(prefix, config_map);
                }
                found.is_none()
            };
            if is_open {
                let kind = if is_secret { "Secret" } else { "ConfigMap" };
                let optional = if is_optional(node) { ", which need not exist" } else { "" };
                let what = format!("the {kind} `{name}`{optional}");
                self.deployment.unseen.push(Unseen { what, prefix: prefix.to_owned(), is_secret, place });
            }
        }
    }

    fn config_map(&mut self, prefix: &str, config_map: &ConfigMap<'o>) {
        for entry in data(config_map.object) {
            let place = Place::new(&config_map.object.file, entry.node.at());
            if self.takes_in(prefix, &entry.name, &place)
                && let Some(given) = self.text_of_data(entry, &place)
            {
                self.set(format!("{prefix}{}", entry.name), given, place);
            }
        }
    }

    /// Whether there is room for one more entry from elsewhere.
    fn takes_in(&mut self, prefix: &str, text: &str, place: &Place) -> bool {
        let is_over = self.budget.spend(prefix.len()).and_then(|()| self.budget.entry(text)).is_err();
        if is_over && !std::mem::replace(&mut self.is_over, true) {
            self.deployment.problem(Budget::WHAT, place.clone());
        }
        !is_over
    }

    fn text_of_data(&mut self, entry: &Entry, place: &Place) -> Option<Given> {
        match scalar::of_kubernetes(&entry.node) {
            Some(Scalar::Text(text)) => self.takes_in("", &text, place).then(|| reference::given(text)),
            Some(Scalar::Null) => Some(Given::Text(String::new())),
            _ => {
                self.deployment.problem(DATA, place.clone());
                None
            }
        }
    }

    fn secret(&mut self, prefix: &str, name: &str, secret: &Secret<'o>) {
        for (key, at) in &secret.keys.keys {
            let place = Place::new(&secret.keys.object.file, *at);
            if self.takes_in(prefix, key, &place) && self.takes_in("", name, &place) {
                self.set(format!("{prefix}{key}"), key_of_secret(key, name), place);
            }
        }
    }

    /// An item of `env`.
    fn entry(&mut self, object: &'o Object, item: &'o Node) {
        let place = object.place(item);
        let Some(name) = item.field("name").and_then(|name| name.text()).filter(|name| !name.is_empty())
        else {
            return self.deployment.problem("a variable of `env` has no `name`", place);
        };
        let value = item.field("value").filter(|value| !value.is_null());
        let from = item.field("valueFrom").filter(|from| !from.is_null());
        let (given, place) = match (value, from) {
            (Some(value), Some(_)) => {
                let what = "the API server refuses it: a variable has a `value` or a `valueFrom`, not both";
                return self.deployment.problem(what, object.place(value));
            }
            (None, None) => (Some(Given::Text(String::new())), place),
            (Some(value), None) => (self.value(object, value), object.place(value)),
            (None, Some(from)) => {
                let place = object.place(from);
                match self.value_from(object, from, &place) {
                    Some((given, place)) => (Some(given), place),
                    None => (None, place),
                }
            }
        };
        if let Some(given) = given {
            self.set(name.to_owned(), given, place);
        }
    }

    fn value(&mut self, object: &Object, node: &Node) -> Option<Given> {
        let place = object.place(node);
        let Some(Scalar::Text(text)) = scalar::of_kubernetes(node) else {
            self.deployment.problem(VALUE, place);
            return None;
        };
        let (known, has_unseen) = (&self.known, !self.deployment.unseen.is_empty());
        let lookup = |name: &str| match known.get(name) {
            Some(given) => Found::Given(given),
            None if is_service_variable(name) => {
                Found::Unknown(format!("`{name}` is set by Kubernetes, for a service"))
            }
            None if has_unseen => Found::Unknown(format!("`{name}` may be set by what cannot be seen here")),
            None => Found::None,
        };
        match expand(&text, lookup, self.budget) {
            Ok(given) => Some(given),
            Err(_) => {
                self.deployment.problem(Budget::WHAT, place);
                None
            }
        }
    }

    /// What `valueFrom` gives, and where; none where it gives nothing.
    fn value_from(&mut self, object: &Object, from: &Node, place: &Place) -> Option<(Given, Place)> {
        let name_and_key = |node: &Node| -> Option<(String, String)> {
            Some((node.field("name")?.text()?.to_owned(), node.field("key")?.text()?.to_owned()))
        };
        const NAMED: &str = "it has a `name` and a `key`";
        if let Some(node) = from.field("secretKeyRef") {
            let Some((name, key)) = name_and_key(node) else {
                self.deployment.problem(NAMED, object.place(node));
                return None;
            };
            if self.seen.secret(&name).is_some_and(|secret| secret.lacks(&key)) {
                return self.missing(node, object, &format!("the Secret `{name}` has no key `{key}`"));
            }
            Some((key_of_secret(&key, &name), object.place(node)))
        } else if let Some(node) = from.field("configMapKeyRef") {
            let Some((name, key)) = name_and_key(node) else {
                self.deployment.problem(NAMED, object.place(node));
                return None;
            };
            let Some(config_map) = self.seen.config_map(&name) else {
                let why =
                    format!("it is the key `{key}` of the ConfigMap `{name}`, which is in none of the files");
                return Some((Given::Unknown(why), object.place(node)));
            };
            let Some(entry) = config_map.key(&key) else {
                return self.missing(node, object, &format!("the ConfigMap `{name}` has no key `{key}`"));
            };
            let place = Place::new(&config_map.object.file, entry.node.at());
            self.text_of_data(entry, &place).map(|given| (given, place))
        } else if let Some(node) = from.field("fieldRef") {
            let path = node.field("fieldPath").and_then(|path| path.text()).unwrap_or("a field");
            Some((Given::Unknown(format!("it is {path} of the pod")), object.place(node)))
        } else if let Some(node) = from.field("resourceFieldRef") {
            let path = node.field("resource").and_then(|path| path.text()).unwrap_or("a resource");
            Some((Given::Unknown(format!("it is {path} of the container")), object.place(node)))
        } else if let Some(node) = from.field("fileKeyRef") {
            Some((
                Given::Unknown("it is in a file that another container writes".to_owned()),
                object.place(node),
            ))
        } else {
            self.deployment.problem("`valueFrom` is of no kind that is known", place.clone());
            None
        }
    }

    /// A key that is not there: nothing is set where it is optional, and else the pod does not start.
    fn missing(&mut self, node: &Node, object: &Object, what: &str) -> Option<(Given, Place)> {
        if !is_optional(node) {
            let what = format!("the container does not start: {what}");
            self.deployment.problem(what, object.place(node));
        }
        None
    }
}

pub(super) fn key_of_secret(key: &str, name: &str) -> Given {
    Given::Reference(format!("key `{key}` of the Secret `{name}`"))
}

pub(super) fn is_optional(node: &Node) -> bool {
    node.field("optional").is_some_and(|optional| optional.is_true())
}

/// The names that Kubernetes gives to the variables of services.
fn is_service_variable(name: &str) -> bool {
    name.ends_with("_SERVICE_HOST") || name.contains("_SERVICE_PORT") || name.contains("_PORT_")
}
