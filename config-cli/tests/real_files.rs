//! The files of published programs.

mod common;

use std::path::PathBuf;

use common::{problems, settings};
use confident_cli::deployment::{Deployment, Given, Kind};

fn real(path: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/real", path].iter().collect()
}

#[test]
fn svix_has_no_jwt_secret_and_passwords_in_plain_text() {
    let deployment = Deployment::of(real("svix-server/docker-compose.yml")).target("backend").read();
    let deployment = deployment.expect("it can be read");
    assert_eq!(
        settings(&deployment),
        [
            "WAIT_FOR=true",
            "SVIX_REDIS_DSN=redis://redis:6379",
            "SVIX_DB_DSN=postgresql://postgres:postgres@pgbouncer/postgres"
        ]
    );
    assert!(deployment.setting("SVIX_JWT_SECRET").is_none());
    assert!(deployment.unseen.is_empty() && deployment.problems.is_empty());
    let place = &deployment.settings[2].place;
    assert_eq!((place.line, place.column), (15, 20));
}

#[test]
fn the_numbers_of_pgbouncer_are_texts() {
    let deployment = Deployment::of(real("svix-server/docker-compose.yml")).target("pgbouncer").read();
    let deployment = deployment.expect("it can be read");
    assert!(settings(&deployment).contains(&"MAX_CLIENT_CONN=500".to_owned()));
}

#[test]
fn the_development_file_of_svix_is_read_by_its_name() {
    let deployment = Deployment::of(real("svix-server/development.env")).read().expect("it can be read");
    assert_eq!((deployment.kind, deployment.settings.len()), (Kind::EnvFile, 7));
    assert!(deployment.problems.is_empty());
}

#[test]
fn docs_rs_merges_anchors_and_misses_its_env_file() {
    let request = Deployment::of(real("docs-rs/docker-compose.yml"));
    let refused = request.read().expect_err("no service is named").to_string();
    assert!(refused.ends_with(
        "web, registry-watcher, registry-watcher-cli, builder-a, builder-b, builder-cli, cli, db, s3, \
         opentelemetry, gui_tests"
    ));
    let deployment = request.clone().target("web").read().expect("it can be read");
    let counts = |name: &str| deployment.setting(name).map(|setting| setting.given.clone());
    assert_eq!(counts("DOCSRS_MIN_POOL_SIZE"), Some(Given::Text("2".to_owned())));
    assert_eq!(counts("RUST_BACKTRACE"), Some(Given::Text("true".to_owned())));
    assert_eq!(counts("DOCSRS_RENDER_THREADS"), Some(Given::Text("2".to_owned())));
    assert_eq!(deployment.setting("DOCSRS_PREFIX").expect("it is set").place.line, 69);
    assert_eq!(deployment.unseen.len(), 1);
    let problems = problems(&deployment);
    assert!(problems.len() == 1 && problems[0].ends_with(".docker.env does not exist"), "{problems:?}");

    // A truth value without quotes, which compose takes.
    let deployment = request.target("builder-a").read().expect("it can be read");
    assert_eq!(deployment.setting("DOCSRS_DOCKER").expect("it is set").given, Given::Text("true".to_owned()));
    assert_eq!(deployment.settings.len(), 17);
}

#[test]
fn docs_rs_with_its_sample_has_all() {
    let sample = std::fs::read_to_string(real("docs-rs/docker.env.sample")).expect("it is there");
    let request = Deployment::of(real("docs-rs/docker-compose.yml")).target("registry-watcher-cli");
    let deployment = request.text(real("docs-rs/.docker.env"), sample).read().expect("it can be read");
    assert_eq!(problems(&deployment), [""; 0]);
    let log: Vec<_> = deployment.settings.iter().filter(|setting| setting.name == "DOCSRS_LOG").collect();
    assert_eq!(log.len(), 2);
    let queued = deployment.setting("DOCSRS_MAX_QUEUED_REBUILDS").expect("it is set");
    assert_eq!(queued.given, Given::Text("10".to_owned()));
}
