//! The least conceivable work.

use super::{
    Contender, Group,
    hand::plain_structs,
    keys::{Key, Kind},
};

/// One pass over the block. The parent sets the variables in the order of the keys, so it is known which
/// name comes next.
pub(super) fn source(groups: &[Group]) -> String {
    let mut source = plain_structs(groups);
    let names: String =
        all(groups).map(|(group, key)| format!("    {},\n", Contender::Limit.literal(group, key))).collect();
    let count = all(groups).count();
    source.push_str(&format!("static NAMES: [&str; {count}] = [\n{names}];\n\n"));
    source.push_str(
        r#"fn required(text: Option<&'static str>) -> Result<&'static str, &'static str> {
    text.ok_or("a variable is not set")
}

fn parsed<T: std::str::FromStr>(text: Option<&'static str>) -> Result<T, &'static str> {
    required(text)?.parse().map_err(|_| "a variable does not parse")
}

fn duration(text: Option<&'static str>) -> Result<std::time::Duration, &'static str> {
    let seconds = required(text)?.strip_suffix('s').ok_or("no unit")?;
    Ok(std::time::Duration::from_secs(seconds.parse().map_err(|_| "a duration does not parse")?))
}

pub fn load() -> Result<Root, &'static str> {
    let mut values = [None; NAMES.len()];
    limit_environ::find_in_order(b"BENCH_", &NAMES, &mut values)?;
    let mut values = values.into_iter();
    let mut next = || values.next().flatten();
    Ok(Root {
"#,
    );
    for group in groups {
        source.push_str(&format!("        {}: {} {{\n", group.name, group.type_name));
        for key in &group.keys {
            let value = match key.kind {
                Kind::Text => "required(next())?.to_owned()",
                Kind::OptionalText => "next().map(str::to_owned)",
                Kind::OptionalU32 => "next().map(|text| parsed(Some(text))).transpose()?",
                Kind::Duration => "duration(next())?",
                Kind::List => "required(next())?.split(',').map(str::to_owned).collect()",
                _ => "parsed(next())?",
            };
            source.push_str(&format!("            {}: {value},\n", key.name));
        }
        source.push_str("        },\n");
    }
    source.push_str("    })\n}\n");
    source
}

fn all(groups: &[Group]) -> impl Iterator<Item = (&Group, &Key)> {
    groups.iter().flat_map(|group| group.keys.iter().map(move |key| (group, key)))
}
