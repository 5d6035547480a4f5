//! What watching does to the process: threads and signals. Alone in its program, because both are the process's.
#![cfg(all(feature = "live", feature = "toml", target_os = "linux"))]

mod common;

use std::{
    fs,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use common::Folder;
use confident::{Config, Event, File, Watch};

/// A program.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// How long a request may take.
    #[config(default = "30s", live)]
    timeout: Duration,
}

fn threads() -> usize {
    fs::read_dir("/proc/self/task").expect("every process has threads").count()
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// One test, because the other would count its threads.
#[test]
fn no_thread_outlives_the_last_handle_and_a_hangup_reads_anew() {
    let folder = Folder::new();
    let file = folder.file("shop.toml", "timeout = '1s'\n");
    let before = threads();
    for round in 0..20 {
        let watch = Watch::new().poll(common::NEVER).hangup().on_event(|_: &Event<'_>| {});
        let shop = Shop::loader().source(File::required(&file)).watch_with(watch).expect("it is right");
        let other = shop.clone();
        drop(shop);
        until("something watches", || threads() > before);
        // What is read stays as it is when nobody watches any more.
        let mut reader = other.reader();
        if round == 0 {
            hangup_reads_anew(&other, &file);
        }
        drop(other);
        assert!(reader.current().timeout > Duration::ZERO);
        until("a thread is left", || threads() == before);
    }
}

fn hangup_reads_anew(shop: &confident::Live<Shop>, file: &std::path::Path) {
    let refreshes = shop.status().refreshes;
    let process = std::process::id().to_string();
    let sent = Command::new("kill").args(["-HUP", &process]).status().expect("it is installed");
    assert!(sent.success());
    until("the signal is heard", || shop.status().refreshes > refreshes);
    assert_eq!(shop.current().generation(), 1, "nothing changed");
    fs::write(file, "timeout = '2s'\n").expect("it can be written");
    until("it is seen", || shop.current().timeout == Duration::from_secs(2));
}
