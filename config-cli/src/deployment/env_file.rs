//! `.env` files, as the programs themselves read them.

use confident_core::Dotenv;

use super::{Deployment, Kind, files::Text, reference};

pub(super) fn read(files: &[Text]) -> Deployment {
    let mut deployment = Deployment::new(Kind::EnvFile);
    for file in files {
        let (entries, bad) = Dotenv::parse_every_line(&file.text);
        for bad in bad {
            deployment.problem(bad.what, file.place((bad.line, bad.column)));
        }
        for entry in entries {
            let place = file.place((entry.line, entry.column));
            deployment.set(entry.name, reference::given(entry.value), place);
        }
    }
    deployment
}
