//! What the tests of deployments need.

use confident_cli::deployment::{Deployment, Given, Kind, Refused, Request};

/// A request for texts, of which the first is named, and nothing on the disk is read.
#[allow(dead_code)] // not every test needs all of it
pub(crate) fn of(texts: &[(&str, &str)]) -> Request {
    let mut request = Request::default().file(texts[0].0).alone();
    for (name, text) in texts {
        request = request.text(*name, *text);
    }
    request
}

/// What a single text gives.
#[allow(dead_code)]
pub(crate) fn read(kind: Kind, text: &str) -> Deployment {
    Deployment::of_text("f", text).kind(kind).alone().read().expect("it can be read")
}

/// The settings in short: `NAME=text`, `NAME->reference`, `NAME?` and the place.
#[allow(dead_code)]
pub(crate) fn settings(deployment: &Deployment) -> Vec<String> {
    let short = |given: &Given| match given {
        Given::Text(text) => format!("={text}"),
        Given::Reference(what) => format!("->{what}"),
        Given::Unknown(_) => "?".to_owned(),
    };
    deployment.settings.iter().map(|setting| format!("{}{}", setting.name, short(&setting.given))).collect()
}

/// The problems, with their places.
#[allow(dead_code)]
pub(crate) fn problems(deployment: &Deployment) -> Vec<String> {
    deployment.problems.iter().map(ToString::to_string).collect()
}

/// Why a request is refused.
#[allow(dead_code)]
pub(crate) fn refused(request: &Request) -> Refused {
    request.read().expect_err("it is refused")
}
