//! clap.

use super::{Contender, Group, keys::Kind, structs};

pub(super) fn source(groups: &[Group]) -> String {
    let derives = ("#[derive(clap::Args)]", "#[derive(clap::Parser)]");
    let mut source = structs(groups, derives, "#[command(flatten)]", |group, key| {
        let variable = Contender::Clap.literal(group, key);
        let id = format!("{}_{}", group.name, key.name);
        let flag = id.replace('_', "-");
        let more = match key.kind {
            Kind::Bool => ", action = clap::ArgAction::Set",
            Kind::Duration => ", value_parser = humantime::parse_duration",
            Kind::I64 => ", allow_negative_numbers = true",
            Kind::List => ", value_delimiter = ','",
            _ => "",
        };
        let attribute = format!("#[arg(id = \"{id}\", long = \"{flag}\", env = {variable}{more})]");
        (attribute, key.kind.rust().to_owned())
    });
    source.push_str(
        r#"pub fn load() -> Result<Root, clap::Error> {
    use clap::Parser;
    Root::try_parse_from(["bench"])
}
"#,
    );
    source
}
