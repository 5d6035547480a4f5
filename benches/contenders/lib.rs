//! One contender: its structs for 10, 100 and, with the feature `thousand`, 1,000 keys.
//!
//! The folders next to this file differ in nothing but what they depend on; `build.rs` writes the code.

// Nobody reads this code, and it must look as it would elsewhere, under other lints.
#![allow(dead_code, missing_docs, unreachable_code, unreachable_pub, unused_variables)]
#![allow(clippy::all, clippy::disallowed_methods)]

use std::{any::Any, fmt::Debug, hint::black_box};

/// Where a load reads from.
#[derive(Clone, Copy)]
pub enum Input<'a> {
    /// The environment of the process.
    Environment,
    /// A file in this syntax.
    File { syntax: &'a str, path: &'a str },
}

const SET: &str = "the parent sets what the keys need";

/// Loads, and keeps what it gives, so that the caller decides when that is dropped.
fn keep<R: 'static, E: Debug>(
    loads: usize,
    mark: &mut dyn FnMut(),
    load: impl Fn() -> Result<R, E>,
) -> Box<dyn Any> {
    let mut results = Vec::with_capacity(loads);
    mark();
    for _ in 0..loads {
        results.push(black_box(load().expect(SET)));
    }
    mark();
    Box::new(results)
}

include!(concat!(env!("OUT_DIR"), "/library.rs"));
