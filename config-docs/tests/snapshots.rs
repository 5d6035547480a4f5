//! The documents of published programs, as they stand in the repository.
//!
//! `UPDATE_SNAPSHOTS=1 cargo test -p confident-docs` writes them anew. Those of svix-server are the sample of what a
//! team publishes, and stand among the examples.

#[path = "../../tests/real/crates_io/settings.rs"]
#[allow(dead_code)] // the binaries that are not looked at here
mod crates_io;
#[path = "../../tests/real/docs_rs/settings.rs"]
mod docs_rs;
#[path = "../../examples/svix.rs"]
#[allow(dead_code)] // its `main`
mod svix;

use std::{fs, path::Path};

use confident::{Config, Manifest};
use confident_docs::{Format, document};

#[allow(clippy::disallowed_methods)] // the switch of a test, not configuration
fn assert_snapshots(manifest: &Manifest, folder: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    for format in Format::ALL {
        let path = folder.join(format.file_name());
        let found = document(manifest, format);
        if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
            fs::create_dir_all(&folder).expect("the folder of snapshots can be made");
            fs::write(&path, &found).expect("the folder of snapshots can be written");
        }
        let wanted = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            found == wanted,
            "{} is not what {format} of {} is now; UPDATE_SNAPSHOTS=1 writes it anew",
            path.display(),
            manifest.app,
        );
    }
}

#[test]
fn documents_of_svix_server() {
    assert_snapshots(svix::Settings::manifest(), "../examples/documents");
}

#[test]
fn documents_of_crates_io() {
    assert_snapshots(crates_io::Server::manifest(), "tests/snapshots/crates-io");
}

#[test]
fn documents_of_docs_rs() {
    assert_snapshots(docs_rs::Settings::manifest(), "tests/snapshots/docs-rs");
}
