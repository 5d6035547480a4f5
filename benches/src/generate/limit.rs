//! The least conceivable work.

use super::{
    Contender, Group,
    hand::{construction, plain_structs},
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
    Root::load(&mut values.into_iter())
}

"#,
    );
    let parameter = (
        "values: &mut std::array::IntoIter<Option<&'static str>, { NAMES.len() }>",
        "&'static str",
        "values",
    );
    source.push_str(&construction(groups, parameter, |_, kind| match kind {
        Kind::Text => "required(values.next().flatten())?.to_owned()".to_owned(),
        Kind::OptionalText => "values.next().flatten().map(str::to_owned)".to_owned(),
        Kind::OptionalU32 => "values.next().flatten().map(|text| parsed(Some(text))).transpose()?".to_owned(),
        Kind::Duration => "duration(values.next().flatten())?".to_owned(),
        Kind::List => "required(values.next().flatten())?.split(',').map(str::to_owned).collect()".to_owned(),
        _ => "parsed(values.next().flatten())?".to_owned(),
    }));
    source
}

fn all(groups: &[Group]) -> impl Iterator<Item = (&Group, &Key)> {
    groups.iter().flat_map(|group| group.keys.iter().map(move |key| (group, key)))
}
