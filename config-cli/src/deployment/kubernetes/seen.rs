//! The ConfigMaps and Secrets that a container sees, each looked up once.

use std::{collections::HashMap, rc::Rc};

use super::objects::{Object, Objects, SecretKeys};
use crate::deployment::yaml::{Entry, Node};

/// A ConfigMap.
pub(super) struct ConfigMap<'o> {
    pub(super) object: &'o Object,
    keys: HashMap<&'o str, &'o Entry>,
}

/// What makes a Secret.
pub(super) struct Secret<'o> {
    pub(super) keys: SecretKeys<'o>,
    index: HashMap<&'o str, (u32, u32)>,
}

/// What an object sees.
pub(super) struct Seen<'o> {
    objects: &'o Objects,
    by: &'o Object,
    config_maps: HashMap<String, Option<Rc<ConfigMap<'o>>>>,
    secrets: HashMap<String, Option<Rc<Secret<'o>>>>,
}

impl<'o> ConfigMap<'o> {
    pub(super) fn new(object: &'o Object) -> Self {
        Self { object, keys: data(object).iter().map(|entry| (&*entry.name, entry)).collect() }
    }

    pub(super) fn key(&self, key: &str) -> Option<&'o Entry> {
        self.keys.get(key).copied()
    }
}

impl<'o> Secret<'o> {
    pub(super) fn new(keys: SecretKeys<'o>) -> Self {
        let index = keys.keys.iter().copied().collect();
        Self { keys, index }
    }

    /// Whether a key is not in it for sure.
    pub(super) fn lacks(&self, key: &str) -> bool {
        !self.keys.is_open && !self.index.contains_key(key)
    }
}

impl<'o> Seen<'o> {
    pub(super) fn new(objects: &'o Objects, by: &'o Object) -> Self {
        Self { objects, by, config_maps: HashMap::new(), secrets: HashMap::new() }
    }

    pub(super) fn config_map(&mut self, name: &str) -> Option<Rc<ConfigMap<'o>>> {
        if !self.config_maps.contains_key(name) {
            let found = self.objects.config_map(name, self.by).map(|object| Rc::new(ConfigMap::new(object)));
            self.config_maps.insert(name.to_owned(), found);
        }
        self.config_maps.get(name).cloned().flatten()
    }

    pub(super) fn secret(&mut self, name: &str) -> Option<Rc<Secret<'o>>> {
        if !self.secrets.contains_key(name) {
            let found = self.objects.secret(name, self.by).map(|keys| Rc::new(Secret::new(keys)));
            self.secrets.insert(name.to_owned(), found);
        }
        self.secrets.get(name).cloned().flatten()
    }
}

/// The texts of a ConfigMap.
pub(super) fn data(object: &Object) -> &[Entry] {
    object.node.path(&["data"]).and_then(Node::table).unwrap_or(&[])
}
