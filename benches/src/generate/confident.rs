//! This project.

use super::{Group, structs};

pub(super) fn source(groups: &[Group]) -> String {
    let mut source = structs(
        groups,
        ("#[derive(confident::Config)]", "#[derive(confident::Config)]\n#[config(app = \"bench\")]"),
        "#[config(nested)]",
        |_, key| (String::new(), key.kind.rust().to_owned()),
    );
    source.push_str("pub fn load() -> Result<Root, confident::Report> {\n    use confident::Config as _;\n    Root::load()\n}\n");
    source
}
