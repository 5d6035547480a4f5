//! What every contender is generated from.

use std::collections::BTreeSet;

use confident_benches::generate::{Contender, Syntax, document, environment, expected, source};

const ALL: [Contender; 13] = {
    let mut all = [Contender::SerdeDerive; 13];
    let mut at = 0;
    while at < Contender::LOADERS.len() {
        all[at] = Contender::LOADERS[at];
        at += 1;
    }
    all
};

#[test]
fn names_find_their_contenders() {
    for contender in ALL {
        assert_eq!(Contender::named(contender.name()), Some(contender));
    }
}

#[test]
fn no_two_keys_have_one_variable() {
    for contender in ALL {
        let variables = environment(contender, 1000);
        let names: BTreeSet<&String> = variables.iter().map(|(name, _)| name).collect();
        assert_eq!(names.len(), variables.len(), "{}", contender.name());
        assert!(names.iter().all(|name| name.starts_with("BENCH_")));
    }
}

#[test]
fn every_second_optional_key_is_not_set() {
    let absent = expected(1000).iter().filter(|value| *value == "None").count();
    let optional = expected(1000).iter().filter(|value| value.starts_with("Some(")).count() + absent;
    assert_eq!((absent, optional), (91, 182));
    assert_eq!(environment(Contender::Hand, 1000).len(), 1000 - absent);
}

#[test]
fn sources_have_a_field_for_every_key() {
    for contender in ALL {
        let source = source(contender, 100);
        let fields = source
            .lines()
            .filter(|line| line.trim_start().starts_with("pub "))
            .filter(|line| line.ends_with(','));
        let groups = if contender == Contender::Envy { 0 } else { 10 };
        assert_eq!(fields.count(), 100 + groups, "{}", contender.name());
    }
}

#[test]
fn documents_set_the_keys_that_have_a_value() {
    let set = expected(1000).iter().filter(|value| *value != "None").count();
    assert_eq!(document(Syntax::Toml, 1000).lines().filter(|line| line.contains(" = ")).count(), set);
    assert_eq!(document(Syntax::Yaml, 1000).lines().filter(|line| line.starts_with("  ")).count(), set);
    assert_eq!(document(Syntax::Json, 1000).lines().filter(|line| line.starts_with("    ")).count(), set);
}
