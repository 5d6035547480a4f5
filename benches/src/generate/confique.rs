//! confique.

use super::{Contender, Group, keys::Kind, structs};

pub(super) fn source(groups: &[Group]) -> String {
    let derive = "#[derive(confique::Config)]";
    let mut source = structs(groups, (derive, derive), "#[config(nested)]", |group, key| {
        let variable = Contender::Confique.literal(group, key);
        let more = match key.kind {
            Kind::Duration => ", deserialize_with = humantime_serde::deserialize",
            Kind::List => ", parse_env = confique::env::parse::list_by_comma",
            _ => "",
        };
        (format!("#[config(env = {variable}{more})]"), key.kind.rust().to_owned())
    });
    source.push_str(
        r#"pub fn load() -> Result<Root, confique::Error> {
    use confique::Config;
    Root::builder().env().load()
}
"#,
    );
    source
}
