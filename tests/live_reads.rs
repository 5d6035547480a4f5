//! Reading settings that are watched allocates nothing. Alone in its program, because the allocator is the program's.
#![cfg(feature = "live")]

mod common;

use std::{alloc::System, hint::black_box};

use confident::{Config, Env, Event, Watch};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// A program.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// How many may wait.
    #[config(default = 7, live)]
    queue: u64,
}

#[test]
fn a_read_allocates_nothing() {
    let watch = Watch::new().poll(common::NEVER).on_event(|_: &Event<'_>| {});
    let loader = Shop::loader().source(Env::from_pairs([("SHOP_QUEUE", "8")]));
    let shop = loader.watch_with(watch).expect("it is right");
    let mut reader = shop.reader();
    let calls = |work: &mut dyn FnMut()| {
        let region = Region::new(ALLOCATOR);
        work();
        let change = region.change();
        change.allocations + change.reallocations + change.deallocations
    };
    let mut read = || {
        for _ in 0..1000 {
            assert_eq!(black_box(&shop).current().queue + black_box(&mut reader).current().queue, 16);
        }
    };
    // The threads that watch begin while the first reads are made, and a thread that reads for the first time keeps a place.
    let fewest = (0..1000).map(|_| calls(&mut read)).min();
    assert_eq!(fewest, Some(0));
    // The control.
    assert!(calls(&mut || drop(shop.refresh().expect("it is right"))) > 0);
}
