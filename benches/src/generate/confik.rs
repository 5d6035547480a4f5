//! confik.

use super::{Group, keys::Kind, structs};

pub(super) fn source(groups: &[Group]) -> String {
    let derive = "#[derive(confik::Configuration)]";
    let mut source = structs(groups, (derive, derive), "", |_, key| {
        let attribute = match key.kind {
            Kind::Duration => "#[confik(forward(serde(with = \"humantime_serde::option\")))]",
            _ => "",
        };
        (attribute.to_owned(), key.kind.rust().to_owned())
    });
    source.push_str(
        r#"pub fn load() -> Result<Root, confik::Error> {
    use confik::Configuration;
    Root::builder().override_with(confik::EnvSource::new().with_prefix("BENCH_")).try_build()
}
"#,
    );
    source
}
