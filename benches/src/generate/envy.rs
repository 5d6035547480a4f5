//! envy.

use super::{Group, serde};

pub(super) fn source(groups: &[Group]) -> String {
    let mut source = format!("/// The service.\n{}\npub struct Root {{\n", serde::DERIVE);
    for group in groups {
        for key in &group.keys {
            let (attribute, of_type) = serde::field(key);
            source.push_str(&format!("    /// The {} of the {}.\n", key.words, group.words));
            source.push_str(&format!("    {attribute}\n    pub {}_{}: {of_type},\n", group.name, key.name));
        }
    }
    source.push_str("}\n\n");
    source.push_str(
        "pub fn load() -> Result<Root, envy::Error> {\n    envy::prefixed(\"BENCH_\").from_env()\n}\n",
    );
    source
}
