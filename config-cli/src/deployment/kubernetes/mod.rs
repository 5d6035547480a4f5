//! Manifests of Kubernetes.

mod environment;
mod expand;
mod objects;
mod seen;
mod volumes;

use super::{
    Deployment, Kind, Refused, Request, Unreadable,
    files::Text,
    mix::Budget,
    yaml::{self, Room},
};
use environment::Environment;
use objects::{Objects, Target};
use seen::Seen;

pub(super) fn read(request: &Request, texts: &[Text]) -> Result<Deployment, Refused> {
    let mut objects = Objects::default();
    let mut room = Room::new();
    let mut unreadable = Vec::new();
    for text in texts {
        match yaml::documents(text, &mut room) {
            Ok(documents) => documents.into_iter().for_each(|node| objects.add(&text.path, node)),
            Err(fault) => unreadable.push(Unreadable { what: fault.what, place: text.place(fault.at) }),
        }
    }
    if !unreadable.is_empty() {
        return Err(Refused::Unreadable(unreadable));
    }
    let target = target(request.target.as_deref(), objects.targets())?;
    let mut deployment = Deployment::new(Kind::Kubernetes);
    deployment.target = Some(target.label());
    match &target {
        Target::Container(container) => {
            let mut seen = Seen::new(&objects, container.object);
            let mut budget = Budget::new();
            Environment::new(&mut seen, &mut deployment, &mut budget).container(container);
            volumes::read(&mut seen, container, &mut deployment, &mut budget);
        }
        Target::Data(data) => {
            let (mut seen, mut budget) = (Seen::new(&objects, data), Budget::new());
            Environment::new(&mut seen, &mut deployment, &mut budget).data(data);
        }
    }
    Ok(deployment)
}

/// The one container that is meant.
fn target<'o>(wanted: Option<&str>, targets: Vec<Target<'o>>) -> Result<Target<'o>, Refused> {
    let labels = |targets: &[Target<'_>]| targets.iter().map(Target::label).collect();
    if targets.is_empty() {
        return Err(Refused::NoTarget(Kind::Kubernetes));
    }
    let mut fitting: Vec<Target<'o>> = match wanted {
        None => targets,
        Some(wanted) => {
            let (fitting, other): (Vec<_>, Vec<_>) =
                targets.into_iter().partition(|target| target.is_called(wanted));
            if fitting.is_empty() {
                return Err(Refused::NoSuchTarget { wanted: wanted.to_owned(), targets: labels(&other) });
            }
            fitting
        }
    };
    // A container that is run before the others has to be named by itself.
    let main = fitting.iter().filter(|target| !target.is_init()).count();
    if fitting.len() > 1 && main == 1 {
        fitting.retain(|target| !target.is_init());
    }
    if fitting.len() > 1 {
        return Err(Refused::SeveralTargets(labels(&fitting)));
    }
    fitting.pop().ok_or(Refused::NoTarget(Kind::Kubernetes))
}
