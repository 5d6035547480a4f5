//! The load bench: from the environment of the process to a struct.

use confident_benches::generate::{Contender, environment};

use crate::{
    Effort, environment::among, programs::Programs, progress, report, setting::Setting, table::thousands,
    verify,
};

/// How many variables that are no keys the environment has.
const OTHERS: [usize; 2] = [50, 1000];

/// How many keys there are, and how many loads make a turn: the first of a turn finds the caches of the
/// processor full of what others left there, and should not decide. By hand, a turn takes about a millisecond, or more.
const SIZES: [(usize, u32); 3] = [(10, 1000), (100, 20), (1000, 4)];

pub(crate) fn run(effort: Effort) -> Result<(), String> {
    let programs = Programs::here()?;
    let built: Vec<(Contender, Result<(), String>)> = Contender::LOADERS
        .into_iter()
        .map(|contender| (contender, programs.build(contender, sizes(contender, effort))))
        .collect();
    let mut text = String::new();
    for (keys, times) in SIZES {
        for others in OTHERS {
            progress(&format!("{keys} keys, {others} other variables"));
            let candidates = built.iter().map(|(contender, outcome)| {
                let right = outcome.clone().and_then(|()| match sizes(*contender, effort) {
                    "" if keys == 1000 => {
                        Err("its 1,000 keys take minutes to compile (`--patient`)".to_owned())
                    }
                    _ => verify::environment_is_right(&programs, *contender, keys),
                });
                (*contender, right)
            });
            let candidates = candidates.collect();
            let setting = Setting {
                programs: &programs,
                effort,
                times,
                yardstick: (Contender::Hand, "to hand"),
                environment: &|contender| among(&environment(contender, keys), others),
                arguments: vec![keys.to_string()],
                name: &|contender| contender.name().to_owned(),
            };
            let table = setting.table(candidates)?;
            let (keys, others) = (thousands(keys as u128), thousands(others as u128));
            text.push_str(&format!("### {keys} keys among {others} other variables\n\n{table}"));
        }
    }
    report::publish("load", &text, effort.whole)
}

/// The feature that has a contender compile its 1,000 keys.
///
/// envy knows no groups. The code that serde derives for one struct of 1,000 fields drops, wherever one is
/// wrong, all that came before, and the compiler is minutes at it.
pub(crate) fn sizes(contender: Contender, effort: Effort) -> &'static str {
    match contender {
        Contender::Envy if !effort.patient => "",
        _ => "thousand",
    }
}
