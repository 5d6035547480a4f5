//! The files of a project: what includes and extends what.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
};

use super::variables::{self, Format};
use crate::deployment::{
    Deployment, Given, Place, Refused, Request, Unreadable, Unseen,
    files::{Files, Text, Unread, beside, folder},
    mix::Budget,
    reference,
    yaml::{self, Node, Room, Tag},
};

/// How long a chain of `extends` or `include` may be.
const LONGEST: usize = 32;

/// How many services may be extended for one: a chain that branches cannot be long.
const MOST_LAYERS: usize = 1024;

/// One document of a compose file.
pub(super) struct Source {
    pub(super) path: Arc<Path>,
    /// What its paths are relative to.
    pub(super) folder: PathBuf,
    pub(super) root: Rc<Node>,
    pub(super) variables: Rc<HashMap<String, Given>>,
}

/// What one file says of the service.
pub(super) struct Layer {
    pub(super) source: Rc<Source>,
    pub(super) service: Rc<Node>,
}

pub(super) struct Project<'f, 'r> {
    pub(super) files: &'f mut Files<'r>,
    pub(super) deployment: Deployment,
    pub(super) budget: Budget,
    pub(super) sources: Vec<Rc<Source>>,
    room: Room,
    /// The files that services of others are extended from.
    extended: HashMap<PathBuf, Vec<Rc<Source>>>,
}

impl Source {
    pub(super) fn place(&self, node: &Node) -> Place {
        Place::new(&self.path, node.at())
    }
}

impl<'f, 'r> Project<'f, 'r> {
    pub(super) fn new(files: &'f mut Files<'r>, deployment: Deployment) -> Self {
        Self {
            files,
            deployment,
            budget: Budget::new(),
            sources: Vec::new(),
            room: Room::new(),
            extended: HashMap::new(),
        }
    }

    pub(super) fn load(&mut self, request: &Request, texts: Vec<Text>) -> Result<(), Refused> {
        let base = texts.first().map(|file| folder(&file.path)).unwrap_or_default();
        let variables = Rc::new(self.variables_of_project(request, &base));
        let mut unreadable = Vec::new();
        for text in texts {
            let mut chain = Vec::new();
            match self.parse(&text, &base, &variables) {
                Ok(sources) => {
                    for source in sources {
                        self.include(&source, &mut chain);
                        self.sources.push(source);
                    }
                }
                Err(fault) => unreadable.push(fault),
            }
        }
        if unreadable.is_empty() { Ok(()) } else { Err(Refused::Unreadable(unreadable)) }
    }

    /// What `${NAME}` stands for: what the request says, then the `.env` of the project.
    fn variables_of_project(&mut self, request: &Request, base: &Path) -> HashMap<String, Given> {
        let given: HashMap<_, _> = request
            .variables
            .iter()
            .map(|(name, value)| (name.clone(), reference::given(value.clone())))
            .collect();
        let mut result = given.clone();
        let usual = [base.join(".env")];
        let is_usual = request.variables_files.is_empty();
        let paths: &[PathBuf] = if is_usual { &usual } else { &request.variables_files };
        for path in paths {
            let read = if is_usual { self.files.other(path) } else { self.files.named(path) };
            match read {
                Ok(file) => {
                    let entries = self.variables_in(&file, &result);
                    result.extend(entries.into_iter().filter(|(name, _)| !given.contains_key(name)));
                }
                Err(Unread::Missing | Unread::NotNamed) if is_usual => {}
                Err(unread) => self.deployment.problems.push(unread.at_start(path)),
            }
        }
        result
    }

    fn variables_in(&mut self, file: &Text, outer: &HashMap<String, Given>) -> Vec<(String, Given)> {
        let lookup = |name: &str| outer.get(name);
        let (found, bad) = variables::read(file, Format::Usual, &lookup, &|_| None, &mut self.budget);
        for (what, place) in bad {
            self.deployment.problem(what, place);
        }
        found.into_iter().map(|variable| (variable.name, variable.given)).collect()
    }

    fn parse(
        &mut self,
        text: &Text,
        folder: &Path,
        variables: &Rc<HashMap<String, Given>>,
    ) -> Result<Vec<Rc<Source>>, Unreadable> {
        let documents = yaml::documents(text, &mut self.room)
            .map_err(|fault| Unreadable { what: fault.what, place: text.place(fault.at) })?;
        let source = |root| {
            let (path, variables) = (Arc::clone(&text.path), Rc::clone(variables));
            Rc::new(Source { path, folder: folder.to_owned(), root, variables })
        };
        Ok(documents.into_iter().map(source).collect())
    }

    /// Takes in the files that a file includes, before it.
    fn include(&mut self, source: &Rc<Source>, chain: &mut Vec<Arc<Path>>) {
        let Some(included) = source.root.field("include") else { return };
        let Some(items) = included.list() else {
            return self.deployment.problem("`include` is a list", source.place(included));
        };
        if chain.contains(&source.path) || chain.len() >= LONGEST {
            let what = "`include` goes round in a circle, or is too long";
            return self.deployment.problem(what, source.place(included));
        }
        chain.push(Arc::clone(&source.path));
        for item in items {
            let named = item.field("path").unwrap_or(item);
            let paths: Vec<&Rc<Node>> = named.list().map_or(vec![named], |items| items.iter().collect());
            let mut base = None;
            for path in paths {
                let Some(name) = self.path_in(source, path) else { continue };
                let path_of_file = beside(&source.folder, &name);
                let base = base.get_or_insert_with(|| {
                    match item.field("project_directory").and_then(|node| node.text()) {
                        Some(directory) => beside(&source.folder, directory),
                        None => folder(&path_of_file),
                    }
                });
                let base = base.clone();
                let variables = self.variables_of_included(source, item, &base);
                let Some(text) = self.other(source, path, &path_of_file, "the file") else { continue };
                match self.parse(&text, &base, &variables) {
                    Ok(sources) => {
                        for source in sources {
                            self.include(&source, chain);
                            self.sources.push(source);
                        }
                    }
                    Err(fault) => self.deployment.problems.push(fault),
                }
            }
        }
        chain.pop();
    }

    /// The variables of the project, and under them those of the included file's own folder.
    fn variables_of_included(
        &mut self,
        source: &Rc<Source>,
        item: &Node,
        base: &Path,
    ) -> Rc<HashMap<String, Given>> {
        let named: Vec<PathBuf> = match item.field("env_file") {
            None => vec![base.join(".env")],
            Some(node) => node
                .list()
                .map_or_else(|| vec![&**node], |items| items.iter().map(|item| &**item).collect())
                .into_iter()
                .filter_map(|node| node.text().map(|path| beside(&source.folder, path)))
                .collect(),
        };
        let mut result = (*source.variables).clone();
        for path in named {
            if let Ok(file) = self.files.other(&path) {
                for (name, given) in self.variables_in(&file, &result) {
                    result.entry(name).or_insert(given);
                }
            }
        }
        Rc::new(result)
    }

    /// A path that a node of the source names.
    pub(super) fn path_in(&mut self, source: &Source, node: &Node) -> Option<String> {
        let place = source.place(node);
        let Some(text) = node.text() else {
            self.deployment.problem("a path is a text", place);
            return None;
        };
        match super::interpolate::interpolate(text, &|name| source.variables.get(name), &mut self.budget) {
            Ok(Given::Text(path)) => Some(path),
            Ok(Given::Unknown(why) | Given::Reference(why)) => {
                self.unseen(format!("a file whose path is not known: {why}"), place);
                None
            }
            Err(what) => {
                self.deployment.problem(what, place);
                None
            }
        }
    }

    /// A file that a node names. One that cannot be read is a problem there.
    pub(super) fn other(&mut self, source: &Source, node: &Node, path: &Path, what: &str) -> Option<Text> {
        let unread = match self.files.other(path) {
            Ok(text) => return Some(text),
            Err(unread) => unread,
        };
        let place = source.place(node);
        let shown = format!("{what} {}", path.display());
        match unread {
            Unread::Missing => self.deployment.problem(format!("{shown} does not exist"), place.clone()),
            Unread::NotNamed => {}
            Unread::Faulty(what, (1, 1)) => {
                self.deployment.problem(format!("{shown} {what}"), place.clone());
            }
            Unread::Faulty(..) => self.deployment.problems.push(unread.at_start(path)),
        }
        self.unseen(shown, place);
        None
    }

    pub(super) fn unseen(&mut self, what: String, place: Place) {
        self.deployment.unseen.push(Unseen { what, prefix: String::new(), is_secret: false, place });
    }

    /// The names of all services.
    pub(super) fn services(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        for source in &self.sources {
            let services = source.root.field("services").and_then(|services| services.table()).unwrap_or(&[]);
            for service in services.iter().filter(|service| seen.insert(Rc::clone(&service.name))) {
                names.push(service.name.to_string());
            }
        }
        names
    }

    /// What the files say of a service, those that are overridden first.
    pub(super) fn layers(&mut self, name: &str) -> Vec<Layer> {
        let mut layers = Vec::new();
        for source in self.sources.clone() {
            if let Some(service) = source.root.path(&["services"]).and_then(|services| services.field(name)) {
                self.extend(&source, name, &Rc::clone(service), &mut Vec::new(), &mut layers);
            }
        }
        layers
    }

    /// Adds what the service extends, and then the service.
    fn extend(
        &mut self,
        source: &Rc<Source>,
        name: &str,
        service: &Rc<Node>,
        chain: &mut Vec<(Arc<Path>, String)>,
        layers: &mut Vec<Layer>,
    ) {
        if service.tag != Tag::None {
            layers.clear();
        }
        if service.tag == Tag::Reset || service.is_null() {
            return;
        }
        if service.table().is_none() {
            return self.deployment.problem("a service is a table", source.place(service));
        }
        if let Some(extends) = service.field("extends").filter(|node| node.tag != Tag::Reset) {
            let link = (Arc::clone(&source.path), name.to_owned());
            if chain.contains(&link) {
                return self.deployment.problem("`extends` goes round in a circle", source.place(extends));
            }
            if chain.len() >= LONGEST || layers.len() >= MOST_LAYERS {
                let what = format!("`extends` is a chain of more than {LONGEST} services");
                return self.deployment.problem(what, source.place(extends));
            }
            chain.push(link);
            self.extend_base(source, extends, chain, layers);
            chain.pop();
        }
        layers.push(Layer { source: Rc::clone(source), service: Rc::clone(service) });
    }

    fn extend_base(
        &mut self,
        source: &Rc<Source>,
        extends: &Rc<Node>,
        chain: &mut Vec<(Arc<Path>, String)>,
        layers: &mut Vec<Layer>,
    ) {
        let Some(name) = extends.field("service").unwrap_or(extends).text() else {
            return self.deployment.problem("`extends` names a service", source.place(extends));
        };
        let sources = match extends.field("file") {
            None => vec![Rc::clone(source)],
            Some(node) => {
                let Some(path) = self.path_in(source, node) else { return };
                let path = beside(&source.folder, &path);
                match self.sources_of(source, node, path) {
                    Some(sources) => sources,
                    None => return,
                }
            }
        };
        let base = sources.iter().rev().find_map(|source| {
            let service = source.root.path(&["services"])?.field(name)?;
            Some((Rc::clone(source), Rc::clone(service)))
        });
        match base {
            Some((source, service)) => self.extend(&source, name, &service, chain, layers),
            None => {
                let what = "the service that `extends` names is not there";
                self.deployment.problem(what, source.place(extends));
            }
        }
    }

    /// The documents of a file that a service is extended from.
    fn sources_of(&mut self, source: &Rc<Source>, node: &Node, path: PathBuf) -> Option<Vec<Rc<Source>>> {
        if let Some(sources) = self.extended.get(&path) {
            return Some(sources.clone());
        }
        let text = self.other(source, node, &path, "the file")?;
        let sources = match self.parse(&text, &folder(&path), &source.variables) {
            Ok(sources) => sources,
            Err(fault) => {
                self.deployment.problems.push(fault);
                Vec::new()
            }
        };
        self.extended.insert(path, sources.clone());
        Some(sources)
    }
}
