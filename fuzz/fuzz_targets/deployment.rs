//! Deployments of every kind: they are read or refused, and what they say is in their text.
#![no_main]

use confident_cli::deployment::{Deployment, Kind, LARGEST_FILE, MOST_EXPANDED, MOST_MOUNTS, Refused};
use libfuzzer_sys::fuzz_target;

/// What parts a text into files: the one that is named, and one that it may name.
const BREAK: &str = "\u{c}";

fuzz_target!(|text: &str| {
    let (first, second) = text.split_once(BREAK).unwrap_or((text, ""));
    for kind in Kind::ALL {
        let request = Deployment::of_text("f", first).kind(kind).alone().root("r").text("g", second).text("r/g", second);
        match request.clone().text(".env", second).read() {
            Ok(deployment) => hold(&deployment, first, second),
            Err(Refused::SeveralTargets(targets) | Refused::NoSuchTarget { targets, .. }) => {
                for target in targets.iter().take(4) {
                    if let Ok(deployment) = request.clone().target(target).read() {
                        hold(&deployment, first, second);
                    }
                }
            }
            Err(refused) => assert!(!refused.to_string().is_empty()),
        }
    }
    let _ = Deployment::of_text("f", first).alone().read();
});

/// What holds of every deployment.
fn hold(deployment: &Deployment, first: &str, second: &str) {
    let lines = first.split(['\n', '\r']).count().max(second.split(['\n', '\r']).count());
    let places = deployment.settings.iter().map(|setting| &setting.place);
    let places = places.chain(deployment.problems.iter().map(|problem| &problem.place));
    let places = places.chain(deployment.mounts.iter().map(|mount| &mount.place));
    for place in places {
        assert!(place.line >= 1 && place.line as usize <= lines.max(1), "{place}");
        assert!(place.column >= 1, "{place}");
    }
    assert!(deployment.mounts.len() <= MOST_MOUNTS);
    assert!(format!("{deployment:?}").len() < MOST_EXPANDED + LARGEST_FILE as usize);
}
