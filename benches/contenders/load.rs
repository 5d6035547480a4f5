//! Loads as often as it is told.
//!
//! - `shown KEYS [SYNTAX PATH]` prints every value.
//! - `rounds KEYS [SYNTAX PATH]` reads a number of loads from each line of the standard input, and answers
//!   how many nanoseconds they took. What they gave is dropped after that.
//! - `once LOADS KEYS [SYNTAX PATH]` loads so often and ends, without dropping anything.

use std::time::Instant;

include!("arguments.rs");

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words[0].as_str() {
        "shown" => {
            let (keys, input) = input(&words[1..]);
            println!("{}", contender::shown(input, keys).expect("a size of this contender").join("\n"));
        }
        "rounds" => {
            let (keys, input) = input(&words[1..]);
            for line in std::io::stdin().lines() {
                let loads = line.expect("a line").parse().expect("a number of loads");
                let mut marks = Vec::with_capacity(2);
                let results = contender::load(input, keys, loads, &mut || marks.push(Instant::now()));
                println!("{}", marks[1].duration_since(marks[0]).as_nanos());
                drop(results);
            }
        }
        "once" => {
            let loads = words[1].parse().expect("a number of loads");
            let (keys, input) = input(&words[2..]);
            std::mem::forget(contender::load(input, keys, loads, &mut || ()));
        }
        other => panic!("no command {other}"),
    }
}
