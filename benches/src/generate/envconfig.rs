//! envconfig.

use super::{Contender, Group, keys::Kind, structs};

pub(super) fn source(groups: &[Group]) -> String {
    let derive = "#[derive(Envconfig)]";
    let mut source = "use envconfig::Envconfig;\n\n".to_owned();
    source += &structs(groups, (derive, derive), "#[envconfig(nested)]", |group, key| {
        let variable = Contender::Envconfig.literal(group, key);
        let of_type = match key.kind {
            Kind::Duration => "humantime::Duration",
            Kind::List => "Items",
            kind => kind.rust(),
        };
        (format!("#[envconfig(from = {variable})]"), of_type.to_owned())
    });
    source.push_str(
        r#"/// A list, whose items commas separate.
pub struct Items(pub Vec<String>);

impl std::str::FromStr for Items {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.split(',').map(str::to_owned).collect()))
    }
}

pub fn load() -> Result<Root, envconfig::Error> {
    Root::init_from_env()
}
"#,
    );
    source
}
