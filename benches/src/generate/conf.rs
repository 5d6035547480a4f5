//! conf.

use super::{Group, keys::Kind, structs};

pub(super) fn source(groups: &[Group]) -> String {
    let derives = ("#[derive(conf::Conf)]", "#[derive(conf::Conf)]\n#[conf(env_prefix = \"BENCH_\")]");
    let mut source = structs(groups, derives, "#[conf(flatten, env_prefix)]", |_, key| {
        let attribute = match key.kind {
            Kind::Duration => "#[conf(env, value_parser = humantime::parse_duration)]",
            Kind::List => "#[conf(repeat, env)]",
            // As a flag, which a bool is without a word, it fails at run time where it has no switch.
            Kind::Bool => "#[conf(parameter, env)]",
            _ => "#[conf(env)]",
        };
        (attribute.to_owned(), key.kind.rust().to_owned())
    });
    source.push_str(
        r#"pub fn load() -> Result<Root, conf::Error> {
    use conf::Conf;
    Root::try_parse_from(["bench"], std::env::vars_os())
}
"#,
    );
    source
}
