//! docker compose files, as compose-go reads them.

mod interpolate;
mod project;
mod service;
mod variables;

use super::{Deployment, Kind, Refused, Request, files::Files, files::Text};
use project::Project;

pub(super) fn read(
    request: &Request,
    texts: Vec<Text>,
    files: &mut Files<'_>,
) -> Result<Deployment, Refused> {
    let mut project = Project::new(files, Deployment::new(Kind::Compose));
    project.load(request, texts)?;
    let name = target(request, project.services())?;
    let layers = project.layers(&name);
    project.deployment.target = Some(name);
    Ok(project.settle(&layers))
}

/// The one service that is meant.
fn target(request: &Request, mut names: Vec<String>) -> Result<String, Refused> {
    match &request.target {
        Some(wanted) if names.contains(wanted) => Ok(wanted.clone()),
        _ if names.is_empty() => Err(Refused::NoTarget(Kind::Compose)),
        Some(wanted) => Err(Refused::NoSuchTarget { wanted: wanted.clone(), targets: names }),
        None if names.len() == 1 => Ok(names.remove(0)),
        None => Err(Refused::SeveralTargets(names)),
    }
}
