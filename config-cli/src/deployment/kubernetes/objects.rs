//! The objects of the manifests.

use std::{collections::HashMap, path::Path, rc::Rc, sync::Arc};

use crate::deployment::{Place, yaml::Node};

/// How deep lists of lists of objects may be nested.
const DEEPEST: usize = 4;

/// An object, with the file that it is in.
pub(super) struct Object {
    pub(super) file: Arc<Path>,
    pub(super) node: Rc<Node>,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) namespace: Option<String>,
}

/// All objects.
#[derive(Default)]
pub(super) struct Objects {
    all: Vec<Object>,
    /// Where the ConfigMaps and what makes Secrets are, by the name of what they make.
    config_maps: HashMap<String, Vec<usize>>,
    secrets: HashMap<String, Vec<usize>>,
}

/// What can be read.
pub(super) enum Target<'o> {
    Container(Container<'o>),
    /// The data of a ConfigMap or a Secret, where no container is in the files.
    Data(&'o Object),
}

/// A container of a workload.
pub(super) struct Container<'o> {
    pub(super) object: &'o Object,
    pub(super) name: &'o str,
    pub(super) is_init: bool,
    pub(super) node: &'o Node,
    pub(super) pod: &'o Node,
}

/// The keys of a Secret, as far as they are known.
pub(super) struct SecretKeys<'o> {
    pub(super) object: &'o Object,
    pub(super) keys: Vec<(&'o str, (u32, u32))>,
    /// Whether there may be more: what makes it asks a store.
    pub(super) is_open: bool,
}

impl Object {
    pub(super) fn place(&self, node: &Node) -> Place {
        Place::new(&self.file, node.at())
    }

    fn is_in_reach_of(&self, other: &Object) -> bool {
        match (&self.namespace, &other.namespace) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        }
    }

    /// What its pods are made of.
    fn pod(&self) -> Option<&Node> {
        match &*self.kind {
            "Pod" => self.node.path(&["spec"]),
            "CronJob" => self.node.path(&["spec", "jobTemplate", "spec", "template", "spec"]),
            "PodTemplate" => self.node.path(&["template", "spec"]),
            // Deployment, StatefulSet, DaemonSet, ReplicaSet, Job, and what others made after them.
            _ => self.node.path(&["spec", "template", "spec"]),
        }
        .filter(|spec| spec.field("containers").is_some_and(|containers| containers.list().is_some()))
    }
}

impl Objects {
    pub(super) fn add(&mut self, file: &Arc<Path>, node: Rc<Node>) {
        self.add_at(file, node, 0);
    }

    fn add_at(&mut self, file: &Arc<Path>, node: Rc<Node>, depth: usize) {
        let text =
            |names: &[&str]| node.path(names).and_then(|node| node.text()).map(|text| short(text).to_owned());
        let Some(kind) = text(&["kind"]) else { return };
        if let Some(items) = node.field("items").and_then(|items| items.list())
            && kind.ends_with("List")
            && depth < DEEPEST
        {
            for item in items {
                self.add_at(file, Rc::clone(item), depth + 1);
            }
            return;
        }
        let name = text(&["metadata", "name"]).or_else(|| text(&["metadata", "generateName"]));
        let name = name.unwrap_or_default();
        let made = match &*kind {
            "ConfigMap" => Some((&mut self.config_maps, name.clone())),
            "Secret" => Some((&mut self.secrets, name.clone())),
            "SealedSecret" => Some((
                &mut self.secrets,
                text(&["spec", "template", "metadata", "name"]).unwrap_or(name.clone()),
            )),
            "ExternalSecret" => {
                Some((&mut self.secrets, text(&["spec", "target", "name"]).unwrap_or(name.clone())))
            }
            _ => None,
        };
        if let Some((index, name)) = made {
            index.entry(name).or_default().push(self.all.len());
        }
        let namespace = text(&["metadata", "namespace"]);
        self.all.push(Object { file: Arc::clone(file), node, kind, name, namespace });
    }

    /// The containers, or where there is none, what holds data.
    pub(super) fn targets(&self) -> Vec<Target<'_>> {
        let mut targets = Vec::new();
        for object in &self.all {
            let Some(pod) = object.pod() else { continue };
            for (field, is_init) in [("initContainers", true), ("containers", false)] {
                for node in pod.field(field).and_then(|nodes| nodes.list()).unwrap_or(&[]) {
                    let name = node.field("name").and_then(|name| name.text()).map_or("", short);
                    targets.push(Target::Container(Container { object, name, is_init, node, pod }));
                }
            }
        }
        if targets.is_empty() {
            let has_data = |object: &&Object| matches!(&*object.kind, "ConfigMap" | "Secret");
            targets.extend(self.all.iter().filter(has_data).map(Target::Data));
        }
        targets
    }

    /// The ConfigMap of this name that an object sees; the last one counts.
    pub(super) fn config_map(&self, name: &str, seen_by: &Object) -> Option<&Object> {
        self.last(&self.config_maps, name, seen_by)
    }

    /// The Secret of this name that an object sees.
    pub(super) fn secret(&self, name: &str, seen_by: &Object) -> Option<SecretKeys<'_>> {
        self.last(&self.secrets, name, seen_by).map(secret_keys)
    }

    fn last(&self, index: &HashMap<String, Vec<usize>>, name: &str, seen_by: &Object) -> Option<&Object> {
        let places = index.get(name)?.iter().rev();
        places.map(|at| &self.all[*at]).find(|object| object.is_in_reach_of(seen_by))
    }
}

/// A name, which Kubernetes wants to be shorter than this; errors list them.
fn short(name: &str) -> &str {
    const LONGEST: usize = 253;
    if name.len() > LONGEST { "" } else { name }
}

/// The keys of what makes a Secret.
pub(super) fn secret_keys(object: &Object) -> SecretKeys<'_> {
    let node = &object.node;
    let mut keys: Vec<(&str, (u32, u32))> = Vec::new();
    let fields: &[&[&str]] = match &*object.kind {
        "SealedSecret" => &[&["spec", "encryptedData"]],
        "ExternalSecret" => &[&["spec", "target", "template", "data"]],
        _ => &[&["data"], &["stringData"]],
    };
    for field in fields {
        let entries = node.path(field).and_then(Node::table).unwrap_or(&[]);
        keys.extend(entries.iter().map(|entry| (&*entry.name, entry.at())));
    }
    if object.kind == "ExternalSecret" && keys.is_empty() {
        for item in node.path(&["spec", "data"]).and_then(Node::list).unwrap_or(&[]) {
            if let Some(key) = item.field("secretKey")
                && let Some(name) = key.text()
            {
                keys.push((name, key.at()));
            }
        }
    }
    let is_open = object.kind == "ExternalSecret" && node.path(&["spec", "dataFrom"]).is_some();
    SecretKeys { object, keys, is_open }
}

impl Target<'_> {
    /// The name in full.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Container(Container { object, name, .. }) => {
                format!("{}/{}/{name}", object.kind, object.name)
            }
            Self::Data(object) => format!("{}/{}", object.kind, object.name),
        }
    }

    pub(super) fn is_init(&self) -> bool {
        matches!(self, Self::Container(Container { is_init: true, .. }))
    }

    /// Whether it is called so: by the container, the workload, or both.
    pub(super) fn is_called(&self, wanted: &str) -> bool {
        let parts: Vec<&str> = wanted.split('/').collect();
        match (self, &*parts) {
            (Self::Container(container), [one]) => *one == container.name || *one == container.object.name,
            (Self::Container(Container { object, name, .. }), [first, second]) => {
                (*first == object.name && second == name) || (*first == object.kind && *second == object.name)
            }
            (Self::Container(Container { object, name, .. }), [kind, workload, container]) => {
                *kind == object.kind && *workload == object.name && container == name
            }
            (Self::Data(object), [name]) => *name == object.name,
            (Self::Data(object), [kind, name]) => *kind == object.kind && *name == object.name,
            _ => false,
        }
    }
}
