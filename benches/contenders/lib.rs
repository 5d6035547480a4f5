//! One contender: its structs for 10, 100 and, with the feature `thousand`, 1,000 keys.
//!
//! The folders next to this file differ in nothing but what they depend on; `build.rs` writes the code.

// Nobody reads this code, and it must look as it would elsewhere, under other lints.
#![allow(dead_code, missing_docs, unreachable_pub, clippy::all, clippy::disallowed_methods)]

use std::{
    any::Any,
    fmt::Debug,
    hint::black_box,
    time::{Duration, Instant},
};

/// How long loads took all together, and what they gave, so that the caller decides when that is dropped.
pub struct Loads {
    pub took: Duration,
    pub results: Box<dyn Any>,
}

fn time<R: 'static, E: Debug>(loads: usize, load: impl Fn() -> Result<R, E>) -> Loads {
    let mut results = Vec::with_capacity(loads);
    let start = Instant::now();
    for _ in 0..loads {
        results.push(black_box(load().expect("the parent sets what the keys need")));
    }
    let took = start.elapsed();
    Loads { took, results: Box::new(results) }
}

include!(concat!(env!("OUT_DIR"), "/library.rs"));
