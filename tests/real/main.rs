//! The configurations of published programs, held against what their own sources say of them.
//!
//! The facts are in `tests/data/real/`; each module here writes one program's configuration as structs, and says for
//! every rule how it is expressed, and for every deliberate difference why. `cargo test --test real -- --nocapture`
//! prints the table.

mod crates_io;
mod docs_rs;
mod facts;
#[cfg(feature = "toml")]
mod layers;
mod program;
mod svix;

use program::{Expressed, Program};

const PROGRAMS: [&Program; 3] = [&svix::PROGRAM, &crates_io::PROGRAM, &docs_rs::PROGRAM];

#[test]
fn the_table_of_programs_is_what_we_say() {
    let mut table = format!(
        "{:11}  {:>8}  {:>5} = {:>11} + {:>9} + {:>8} + {:>11} + {:>13}\n",
        "program", "keys", "rules", "closed rule", "attribute", "presence", "application", "documentation"
    );
    for program in PROGRAMS {
        let count = |expressed| program.rules.iter().filter(|(_, found)| *found == expressed).count();
        table.push_str(&format!(
            "{:11}  {:>2} of {:>2}  {:>5} = {:>11} + {:>9} + {:>8} + {:>11} + {:>13}\n",
            program.name,
            program.covered(),
            program.keys().len(),
            program.rules.len(),
            count(Expressed::ClosedRule),
            count(Expressed::Attribute),
            count(Expressed::Presence),
            count(Expressed::Application),
            count(Expressed::Documentation),
        ));
    }
    println!("{table}");
    assert!(include_str!("table.txt").starts_with(&table), "table.txt is not this table");
}
