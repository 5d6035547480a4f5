//! The Secrets and ConfigMaps that are mounted into a container.

use std::{collections::HashMap, rc::Rc};

use super::{
    environment::{is_optional, key_of_secret},
    objects::Container,
    seen::{Seen, data},
};
use crate::deployment::{
    Deployment, Given, Place,
    mix::Budget,
    reference,
    scalar::{self, Scalar},
    yaml::Node,
};

/// A part of a volume.
struct Part {
    /// Its path in the volume; that of the volume itself where its files are not known.
    path: String,
    is_folder: bool,
    given: Given,
    place: Place,
}

pub(super) fn read(
    seen: &mut Seen<'_>,
    container: &Container<'_>,
    deployment: &mut Deployment,
    budget: &mut Budget,
) {
    let mounts = container.node.field("volumeMounts").and_then(|mounts| mounts.list()).unwrap_or(&[]);
    let volumes = container.pod.field("volumes").and_then(|volumes| volumes.list()).unwrap_or(&[]);
    let named = |volume: &'_ Rc<Node>| Some((volume.field("name")?.text()?.to_owned(), Rc::clone(volume)));
    let volumes: HashMap<String, Rc<Node>> = volumes.iter().filter_map(named).collect();
    for mount in mounts {
        let text = |field: &str| mount.field(field).and_then(|node| node.text());
        let (Some(name), Some(folder)) = (text("name"), text("mountPath")) else { continue };
        let Some(volume) = volumes.get(name) else { continue };
        for part in parts(seen, container, volume, budget) {
            let Some(path) = mounted(folder, text("subPath"), &part) else { continue };
            let Part { is_folder, given, place, .. } = part;
            if deployment.is_full_of_mounts(&place) {
                return;
            }
            deployment.mount(path, is_folder, given, place);
        }
    }
}

/// Where a part of a volume is seen, if it is.
fn mounted(folder: &str, sub_path: Option<&str>, part: &Part) -> Option<String> {
    let folder = folder.trim_end_matches('/');
    match sub_path {
        // A file of the volume in place of the folder.
        Some(sub_path) if part.path == sub_path || part.is_folder => Some(folder.to_owned()),
        Some(sub_path) => {
            let rest = part.path.strip_prefix(sub_path)?.strip_prefix('/')?;
            Some(format!("{folder}/{rest}"))
        }
        None if part.path.is_empty() => Some(folder.to_owned()),
        None => Some(format!("{folder}/{}", part.path)),
    }
}

fn parts(seen: &mut Seen<'_>, container: &Container<'_>, volume: &Node, budget: &mut Budget) -> Vec<Part> {
    if let Some(secret) = volume.field("secret") {
        return of_secret(seen, container, secret, "secretName", budget);
    }
    if let Some(config_map) = volume.field("configMap") {
        return of_config_map(seen, container, config_map, budget);
    }
    let mut parts = Vec::new();
    for source in volume.path(&["projected", "sources"]).and_then(Node::list).unwrap_or(&[]) {
        if let Some(secret) = source.field("secret") {
            parts.extend(of_secret(seen, container, secret, "name", budget));
        } else if let Some(config_map) = source.field("configMap") {
            parts.extend(of_config_map(seen, container, config_map, budget));
        }
    }
    parts
}

/// The paths that `items` gives to keys; none where all keys are mounted by their names.
fn items(node: &Node) -> Option<Vec<(String, String)>> {
    let items = node.field("items")?.list()?;
    let text = |item: &Node, field: &str| item.field(field).and_then(|node| node.text()).map(str::to_owned);
    Some(items.iter().filter_map(|item| Some((text(item, "key")?, text(item, "path")?))).collect())
}

fn of_secret(
    seen: &mut Seen<'_>,
    container: &Container<'_>,
    node: &Node,
    field: &str,
    budget: &mut Budget,
) -> Vec<Part> {
    let Some(name) = node.field(field).and_then(|name| name.text()) else { return Vec::new() };
    let place = container.object.place(node);
    let part = |key: &str, path: &str, place: Place| Part {
        path: path.to_owned(),
        is_folder: false,
        given: key_of_secret(key, name),
        place,
    };
    if let Some(items) = items(node) {
        let items = items
            .iter()
            .take_while(|(key, path)| budget.entry(key).and_then(|()| budget.entry(path)).is_ok());
        return items.map(|(key, path)| part(key, path, place.clone())).collect();
    }
    let found = seen.secret(name);
    let mut parts = Vec::new();
    if found.as_ref().is_none_or(|secret| secret.keys.is_open) {
        let optional = if is_optional(node) { ", which need not exist" } else { "" };
        let given = Given::Reference(format!("the Secret `{name}`{optional}"));
        parts.push(Part { path: String::new(), is_folder: true, given, place });
    }
    if let Some(secret) = found {
        let file = &secret.keys.object.file;
        let keys = secret.keys.keys.iter().take_while(|(key, _)| budget.entry(key).is_ok());
        parts.extend(keys.map(|(key, at)| part(key, key, Place::new(file, *at))));
    }
    parts
}

fn of_config_map(
    seen: &mut Seen<'_>,
    container: &Container<'_>,
    node: &Node,
    budget: &mut Budget,
) -> Vec<Part> {
    let Some(name) = node.field("name").and_then(|name| name.text()) else { return Vec::new() };
    let place = container.object.place(node);
    let unknown = || Given::Unknown(format!("the ConfigMap `{name}` is in none of the files"));
    let items = items(node);
    let Some(config_map) = seen.config_map(name) else {
        let part = |path: String, is_folder| Part { path, is_folder, given: unknown(), place: place.clone() };
        return match items {
            Some(items) => items
                .into_iter()
                .take_while(|(_, path)| budget.entry(path).is_ok())
                .map(|(_, path)| part(path, false))
                .collect(),
            None => vec![part(String::new(), true)],
        };
    };
    let mut parts = Vec::new();
    let chosen: Vec<(&str, &str)> = match &items {
        Some(items) => items.iter().map(|(key, path)| (&**key, &**path)).collect(),
        None => data(config_map.object).iter().map(|entry| (&*entry.name, &*entry.name)).collect(),
    };
    for (key, path) in chosen {
        let Some(entry) = config_map.key(key) else { continue };
        let Some(Scalar::Text(text)) = scalar::of_kubernetes(&entry.node) else { continue };
        if budget.entry(&text).is_err() {
            break;
        }
        let place = Place::new(&config_map.object.file, entry.node.at());
        parts.push(Part { path: path.to_owned(), is_folder: false, given: reference::given(text), place });
    }
    parts
}
