//! A source that has what a test says, and the patience of tests.
#![allow(dead_code)] // each test takes what it needs

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant, SystemTime},
};

use confident::{Answers, Provenance, Source, Wanted};

/// A source of which a test says what it has.
#[derive(Clone, Default)]
pub(crate) struct Told(Arc<Mutex<Texts>>);

#[derive(Default)]
struct Texts {
    texts: BTreeMap<String, String>,
    version: u64,
    is_away: bool,
    /// What was there before, and until when it counts.
    previous: BTreeMap<String, (String, SystemTime)>,
    asked: u64,
    asked_anew: u64,
}

impl Told {
    pub(crate) fn with(texts: &[(&str, &str)]) -> Self {
        let told = Self::default();
        texts.iter().for_each(|(path, text)| told.set(path, text));
        told
    }

    pub(crate) fn set(&self, path: &str, text: &str) {
        self.set_all(&[(path, text)]);
    }

    /// Sets several texts at once, as a source does that has all of them or none.
    pub(crate) fn set_all(&self, all: &[(&str, &str)]) {
        let mut texts = self.0.lock().expect("nothing panics");
        texts.version += 1;
        texts.texts.extend(all.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    }

    /// Says what was at the path before, and until when that counts.
    pub(crate) fn before(&self, path: &str, text: &str, ends: SystemTime) {
        let previous = (text.to_owned(), ends);
        self.0.lock().expect("nothing panics").previous.insert(path.to_owned(), previous);
    }

    pub(crate) fn forget(&self, path: &str) {
        self.0.lock().expect("nothing panics").previous.remove(path);
    }

    /// How often it was asked, and how often because something was denied.
    pub(crate) fn asked(&self) -> (u64, u64) {
        let texts = self.0.lock().expect("nothing panics");
        (texts.asked, texts.asked_anew)
    }

    pub(crate) fn unset(&self, path: &str) {
        self.0.lock().expect("nothing panics").texts.remove(path);
    }

    pub(crate) fn away(&self, is_away: bool) {
        self.0.lock().expect("nothing panics").is_away = is_away;
    }
}

impl Source for Told {
    fn kind(&self) -> &'static str {
        "vault"
    }

    fn name(&self, _: &Wanted<'_>) -> String {
        "the test".to_owned()
    }

    fn find<'a>(&'a self, wanted: &Wanted<'_>, answers: &mut Answers<'_, 'a>) {
        let mut texts = self.0.lock().expect("nothing panics");
        texts.asked += 1;
        texts.asked_anew += u64::from(wanted.asks_anew());
        if texts.is_away {
            answers.problem("the test", "is away");
            return;
        }
        for (path, text) in &texts.texts {
            let kept = answers.keep(text.as_bytes().to_vec());
            let text = std::str::from_utf8(kept).expect("it was text");
            let provenance = Provenance::at(path.as_str()).version(texts.version.to_string());
            answers.value(path, OsStr::new(text).into(), provenance);
            if let Some((previous, ends)) = texts.previous.get(path) {
                let kept = answers.keep(previous.as_bytes().to_vec());
                let previous = std::str::from_utf8(kept).expect("it was text");
                answers.previous(path, OsStr::new(previous).into(), *ends);
            }
        }
    }
}

/// Waits until something holds, but not for ever.
pub(crate) fn until(what: &str, holds: impl Fn() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        thread::sleep(Duration::from_millis(2));
    }
}
