//! Structs that derive serde's `Deserialize`, and the crates that fill them.

use super::{
    Group,
    keys::{Key, Kind},
    structs,
};

/// No more than the derive.
pub(super) fn derive_alone(groups: &[Group]) -> String {
    structs(groups, (DERIVE, DERIVE), "", |_, key| field(key))
}

pub(super) fn figment(groups: &[Group]) -> String {
    let mut source = derive_alone(groups);
    source.push_str(
        r#"pub fn load() -> Result<Root, Box<figment::Error>> {
    let environment = figment::providers::Env::prefixed("BENCH_").split("__");
    figment::Figment::new().merge(environment).extract().map_err(Box::new)
}
"#,
    );
    source
}

pub(super) fn config(groups: &[Group]) -> String {
    let mut source = derive_alone(groups);
    source.push_str(
        r#"pub fn load() -> Result<Root, config::ConfigError> {
    let environment = config::Environment::with_prefix("BENCH")
        .prefix_separator("_")
        .separator("__")
        .try_parsing(true)
        .list_separator(",")
"#,
    );
    for group in groups {
        for key in group.keys.iter().filter(|key| key.kind == Kind::List) {
            source.push_str(&format!("        .with_list_parse_key(\"{}.{}\")\n", group.name, key.name));
        }
    }
    if !groups.iter().any(|group| group.keys.iter().any(|key| key.kind == Kind::List)) {
        // Once there is a separator, every text is a list unless some key is named.
        source.push_str("        .with_list_parse_key(\"none\")\n");
    }
    source.push_str(
        r#"        ;
    config::Config::builder().add_source(environment).build()?.try_deserialize()
}
"#,
    );
    source
}

pub(super) const DERIVE: &str = "#[derive(serde::Deserialize)]";

/// The attribute and the type of a field.
pub(super) fn field(key: &Key) -> (String, String) {
    let attribute = match key.kind {
        Kind::Duration => "#[serde(with = \"humantime_serde\")]",
        _ => "",
    };
    (attribute.to_owned(), key.kind.rust().to_owned())
}
