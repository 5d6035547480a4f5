//! The file bench: 1,000 keys of TOML, JSON and YAML.

use confident_benches::generate::{Contender, Syntax, document};

use crate::{Effort, environment::among, programs::Programs, progress, report, setting::Setting, verify};

const KEYS: usize = 1000;

/// Those that read files; the bare parsers are the yardstick.
const CONTENDERS: [Contender; 5] = [
    Contender::SerdeDerive,
    Contender::Confident,
    Contender::Figment,
    Contender::Config,
    Contender::Confique,
];

pub(crate) fn run(effort: Effort) -> Result<(), String> {
    let programs = Programs::here()?;
    let built: Vec<(Contender, Result<(), String>)> =
        CONTENDERS.map(|contender| (contender, programs.build(contender, "thousand,files"))).into();
    let mut text = String::new();
    for syntax in Syntax::ALL {
        progress(&format!("{KEYS} keys of {}", syntax.name()));
        let path = programs.scratch()?.join(format!("keys.{}", syntax.name()));
        std::fs::write(&path, document(syntax, KEYS))
            .map_err(|error| format!("{}: {error}", path.display()))?;
        let path = path.display().to_string();
        let candidates = built.iter().map(|(contender, outcome)| {
            let file = (syntax.name(), path.as_str());
            let right =
                outcome.clone().and_then(|()| verify::file_is_right(&programs, *contender, KEYS, file));
            (*contender, right)
        });
        let candidates = candidates.collect();
        let setting = Setting {
            programs: &programs,
            effort,
            times: 4,
            yardstick: (Contender::SerdeDerive, "to the bare parser"),
            environment: &|_| among(&[], 50),
            arguments: vec![KEYS.to_string(), syntax.name().to_owned(), path.clone()],
            name: &|contender| name(contender, syntax),
        };
        let title = syntax.name().to_uppercase();
        text.push_str(&format!("### 1,000 keys of {title}\n\n{}", setting.table(candidates)?));
    }
    report::publish("files", &text, effort.whole)
}

/// The bare parsers by their own names.
fn name(contender: Contender, syntax: Syntax) -> String {
    let name = match (contender, syntax) {
        (Contender::SerdeDerive, Syntax::Toml) => "toml + serde",
        (Contender::SerdeDerive, Syntax::Json) => "serde_json",
        (Contender::SerdeDerive, Syntax::Yaml) => "serde-saphyr",
        _ => contender.name(),
    };
    name.to_owned()
}
