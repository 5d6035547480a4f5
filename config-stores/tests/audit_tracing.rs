//! Records as events of `tracing`.

#![cfg(feature = "tracing")]
#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

use std::{
    collections::BTreeMap,
    fmt, fs,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};

use confident_stores::audit::{Action, AuditKey, Entries, Event, OnFailure, Outcome, Trail, Who};
use tracing::{
    Level, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

type Fields = BTreeMap<String, String>;

/// Keeps the events that it is told of.
#[derive(Clone, Default)]
struct Listener(Arc<Mutex<Vec<(Level, Fields)>>>);

struct Visitor<'a>(&'a mut Fields);

impl Visit for Visitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "confident::audit"
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &tracing::Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Visitor(&mut fields));
        self.0.lock().unwrap().push((*event.metadata().level(), fields));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

#[test]
fn who_listens_is_told_what_is_in_the_file() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("audit-tracing");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("audit.jsonl");
    let trail = Trail::keyed(&path, AuditKey::new(&[7; 32]).unwrap()).open(OnFailure::Open).unwrap();
    let trail = trail.by(Who::new("payments").version("1.4.0").instance("web-1").profile("production"));
    let event = Event::new(Action::Access, Outcome::Ok).key("database_url").store("vault").path("a/b");
    let event = event.version("7").duration(Duration::from_micros(12)).value(b"hunter2");
    let listener = Listener::default();
    tracing::subscriber::with_default(listener.clone(), || {
        trail.record_all(&[event, Event::new(Action::Refresh, Outcome::Denied).key("queue_url")]).unwrap();
        fs::rename(&folder, folder.with_extension("away")).unwrap();
        trail.record(&event).unwrap();
        fs::rename(folder.with_extension("away"), &folder).unwrap();
    });
    let told = listener.0.lock().unwrap();
    let levels: Vec<Level> = told.iter().map(|(level, _)| *level).collect();
    assert_eq!(levels, [Level::INFO, Level::WARN, Level::INFO, Level::ERROR]);

    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let written: BTreeMap<String, serde_json::Value> = serde_json::from_str(lines[1]).unwrap();
    let fields = &told[0].1;
    for (name, value) in &written {
        // How the file is bound is no part of what happened.
        if !["previous", "mac", "more"].contains(&name.as_str()) {
            let expected = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            assert_eq!(fields.get(name), Some(&expected), "{name}");
        }
    }
    assert!(fields.contains_key("fingerprint") && fields["sequence"] == "2", "{fields:?}");
    assert_eq!(told[1].1["sequence"], "3");
    // One that the file does not have has no number, and is told all the same.
    assert!(!told[2].1.contains_key("sequence"));
    assert!(told[3].1["message"].contains("audit.jsonl"), "{:?}", told[3]);
    assert!(!format!("{told:?}").contains("hunter2"));
    assert_eq!(Entries::new(text.as_bytes()).count(), 3);
}
