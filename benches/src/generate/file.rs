//! Documents with the same values, and the functions that read them.

use super::{
    Contender,
    keys::{Value, groups},
};

/// The syntax of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Syntax {
    /// TOML.
    Toml,
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

impl Syntax {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Toml, Self::Json, Self::Yaml];

    /// The name, which is the extension of the file too.
    pub fn name(self) -> &'static str {
        match self {
            Self::Toml => "toml",
            Self::Json => "json",
            Self::Yaml => "yaml",
        }
    }
}

/// A document with so many keys.
pub fn document(syntax: Syntax, keys: usize) -> String {
    let groups: Vec<String> = groups(keys)
        .iter()
        .map(|group| {
            let keys: Vec<String> = group
                .keys
                .iter()
                .filter_map(|key| {
                    let value = match key.value() {
                        Value::Absent => return None,
                        Value::Text(text) => format!("{text:?}"),
                        Value::Bare(text) => text,
                        Value::List(items) => format!("{items:?}"),
                    };
                    Some(match syntax {
                        Syntax::Toml => format!("{} = {value}", key.name),
                        Syntax::Json => format!("    {:?}: {value}", key.name),
                        Syntax::Yaml => format!("  {}: {value}", key.name),
                    })
                })
                .collect();
            match syntax {
                Syntax::Toml => format!("[{}]\n{}\n", group.name, keys.join("\n")),
                Syntax::Json => format!("  {:?}: {{\n{}\n  }}", group.name, keys.join(",\n")),
                Syntax::Yaml => format!("{}:\n{}\n", group.name, keys.join("\n")),
            }
        })
        .collect();
    match syntax {
        Syntax::Toml | Syntax::Yaml => groups.join("\n"),
        Syntax::Json => format!("{{\n{}\n}}\n", groups.join(",\n")),
    }
}

/// `load_toml`, `load_json` or `load_yaml`.
pub(super) fn source(contender: Contender, syntax: Syntax) -> Option<String> {
    let (error, body) = match contender {
        Contender::Confident => (
            "confident::Report",
            "use confident::Config as _;\n    Root::loader().source(confident::File::required(path)).load()"
                .to_owned(),
        ),
        Contender::Figment => {
            let provider = match syntax {
                Syntax::Toml => "Toml",
                Syntax::Json => "Json",
                Syntax::Yaml => "Yaml",
            };
            (
                "Box<figment::Error>",
                format!(
                    "use figment::providers::Format as _;\n    \
                     let file = figment::providers::{provider}::file_exact(path);\n    \
                     figment::Figment::new().merge(file).extract().map_err(Box::new)"
                ),
            )
        }
        Contender::Config => (
            "config::ConfigError",
            "let file = config::File::from(std::path::Path::new(path));\n    \
             config::Config::builder().add_source(file).build()?.try_deserialize()"
                .to_owned(),
        ),
        Contender::Confique => (
            "confique::Error",
            "use confique::Config as _;\n    Root::builder().file(path).load()".to_owned(),
        ),
        Contender::SerdeDerive => {
            let parser = match syntax {
                Syntax::Toml => "toml::from_str",
                Syntax::Json => "serde_json::from_str",
                Syntax::Yaml => "serde_saphyr::from_str",
            };
            ("Box<dyn std::error::Error>", format!("Ok({parser}(&std::fs::read_to_string(path)?)?)"))
        }
        _ => return None,
    };
    let name = syntax.name();
    Some(format!("pub fn load_{name}(path: &str) -> Result<Root, {error}> {{\n    {body}\n}}\n"))
}
