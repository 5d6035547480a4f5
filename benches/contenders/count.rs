//! Counts what one load allocates: `KEYS [SYNTAX PATH]`.
//!
//! A program of its own, since counting makes every allocation slower.

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

include!("arguments.rs");

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (keys, input) = input(&words);
    // The first load may fill caches that stay.
    drop(contender::load(input, keys, 1, &mut || ()));
    let mut marks = Vec::with_capacity(2);
    let results = contender::load(input, keys, 1, &mut || marks.push(ALLOCATOR.stats()));
    let (before, after) = (marks[0], marks[1]);
    // A reallocation is a way to the allocator as well; its bytes are those that it asks for in addition.
    let allocations = after.allocations + after.reallocations - before.allocations - before.reallocations;
    println!("{allocations} {}", after.bytes_allocated - before.bytes_allocated);
    drop(results);
}
