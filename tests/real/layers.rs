//! svix-server's own files together: its defaults, its development variables, its compose file. And
//! docs.rs's compose file, which sets names that nothing reads.

use confident::{Config, Dotenv, Env, File};

use super::{facts, svix};

/// The variables of the service `backend` in svix-server's compose file.
const COMPOSE: [(&str, &str); 3] = [
    ("WAIT_FOR", "true"),
    ("SVIX_REDIS_DSN", "redis://redis:6379"),
    ("SVIX_DB_DSN", "postgresql://postgres:postgres@pgbouncer/postgres"),
];

fn loader() -> confident::Loader<svix::Settings> {
    let folder = "tests/data/real/svix-server";
    svix::Settings::loader()
        .source(File::required(format!("{folder}/config.default.toml")))
        .source(Dotenv::required(format!("{folder}/development.env")))
        .source(Env::from_pairs(COMPOSE))
}

#[test]
fn the_files_of_svix_server_load_together() {
    let text =
        std::fs::read_to_string("tests/data/real/svix-server/docker-compose.yml").expect("the file is there");
    for (name, value) in COMPOSE {
        assert!(text.contains(&format!("{name}: \"{value}\"")), "{name} is in the compose file");
    }
    if let Err(report) = loader().load_with_warnings() {
        panic!("{report}");
    }
}

#[test]
fn their_explanation_is_the_snapshot() {
    let found = loader().explain().to_string();
    let path = "tests/real/svix-explain.txt";
    if facts::updates_snapshots() {
        std::fs::write(path, &found).expect("the snapshot can be written");
    }
    let wanted = std::fs::read_to_string(path).expect("the snapshot is part of the repository");
    assert_eq!(found, wanted, "UPDATE_SNAPSHOTS=1 writes it anew");
    for secret in ["postgres:postgres", "xivs"] {
        assert!(!found.contains(secret), "{found}");
    }
}
