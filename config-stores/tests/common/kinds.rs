//! The stores, each with texts in it.

use std::{any::Any, time::Duration};

use confident_stores::{Connection, Fault, Store};

use super::double::{Asked, Double, Reply, Trouble};

/// Texts by place.
pub(crate) type Texts = Vec<(String, String)>;

/// A way to make a store of texts by place.
pub(crate) struct Kind {
    /// What `sources(..)` calls it.
    pub(crate) name: &'static str,
    pub(crate) make: fn(Texts) -> Made,
    /// How many requests it makes before it asks for a value: to log in.
    pub(crate) logins: usize,
    /// What this store alone answers where something is wrong.
    pub(crate) troubles: fn() -> Vec<(&'static str, Trouble, Fault)>,
}

impl Kind {
    /// How the store says that a place is denied, or that there is nothing.
    pub(crate) fn no(&self, status: u16) -> Reply {
        let troubles = (self.troubles)();
        let wanted = if status == 403 { Fault::Denied } else { Fault::Absent };
        let own = troubles.into_iter().find_map(|(_, trouble, fault)| match trouble {
            Trouble::Instead(reply) if fault == wanted => Some(reply),
            _ => None,
        });
        own.unwrap_or_else(|| Reply::text(status, "{}"))
    }
}

/// A store that was made.
pub(crate) struct Made {
    pub(crate) store: Box<dyn Store>,
    /// What it asks, where that is a server.
    pub(crate) double: Option<Double>,
    /// What must stay as long as the store.
    #[allow(dead_code)]
    pub(crate) folder: Option<Box<dyn Any>>,
}

/// How long a test waits for a store.
pub(crate) const PATIENCE: Duration = Duration::from_millis(300);

pub(crate) fn connection(double: &Double) -> Connection {
    Connection::to(double.address()).timeout(PATIENCE)
}

pub(crate) const KINDS: &[Kind] = &[
    #[cfg(feature = "age")]
    Kind { name: "age", make: age::made, logins: 0, troubles: Vec::new },
    #[cfg(feature = "etcd")]
    Kind { name: "etcd", make: etcd::made, logins: 0, troubles: etcd::troubles },
    #[cfg(all(feature = "command", unix))]
    Kind { name: "command", make: command::made, logins: 0, troubles: Vec::new },
];

/// A file for each text; the command prints one.
#[cfg(all(feature = "command", unix))]
pub(crate) mod command {
    use confident_stores::Command;

    use super::*;

    pub(crate) fn made(texts: Texts) -> Made {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for (place, text) in &texts {
            let file = folder.path().join(place);
            std::fs::create_dir_all(file.parent().expect("a place is in a folder")).expect("it can be made");
            std::fs::write(file, text).expect("it can be written");
        }
        let file = format!("{}/{{place}}", folder.path().display());
        // `cat` ends with 1 where the file is not there.
        let store = Box::new(Command::new("cat", [file]).absent(1));
        Made { store, double: None, folder: Some(Box::new(folder)) }
    }
}

#[cfg(feature = "age")]
pub(crate) mod age {
    use confident_stores::{AgeEdit, AgeFile, Identity};

    use super::*;

    pub(crate) fn made(texts: Texts) -> Made {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let identity = Identity::text(Identity::generate());
        let recipients = identity.recipients().expect("it has one");
        let path = folder.path().join("secrets.production.age");
        let mut edit = AgeEdit::create(path, recipients).expect("there is no file yet");
        for (place, text) in texts {
            edit.set(&place, text.into()).expect("it is a place");
        }
        edit.save().expect("it can be written");
        let path = folder.path().join("secrets.{profile}.age");
        let store = AgeFile::at(path.to_str().expect("it is UTF-8")).identity(identity);
        Made { store: Box::new(store), double: None, folder: Some(Box::new(folder)) }
    }
}

#[cfg(feature = "etcd")]
pub(crate) mod etcd {
    use base64::{Engine, engine::general_purpose::STANDARD};
    use confident_stores::Etcd;
    use serde_json::json;

    use super::*;

    pub(crate) fn made(texts: Texts) -> Made {
        let double = Double::new(move |asked| answer(&texts, asked));
        let store = Box::new(Etcd::at(connection(&double)));
        Made { store, double: Some(double), folder: None }
    }

    /// As etcd 3.5 answers by its gateway: numbers are texts, and what is 0 or empty is left out.
    fn answer(texts: &Texts, asked: &Asked) -> Reply {
        let decoded = |name: &str| {
            let text = asked.json()[name].as_str().map(|text| STANDARD.decode(text).expect("it is base64"));
            text.map(|bytes| String::from_utf8(bytes).expect("it is UTF-8"))
        };
        let Some(first) = decoded("key") else { return Reply::json(json!({"error": "bad"})).status(400) };
        let is_in = |place: &str| match decoded("range_end") {
            None => place == first,
            Some(end) => first.as_str() <= place && place < end.as_str(),
        };
        let found = texts.iter().filter(|(place, _)| is_in(place)).map(|(place, text)| {
            let (key, value) = (STANDARD.encode(place), STANDARD.encode(text));
            let mut found = json!({"key": key, "create_revision": "3", "mod_revision": "7", "version": "2"});
            if !text.is_empty() {
                found["value"] = value.into();
            }
            found
        });
        let found: Vec<_> = found.collect();
        let header = json!({"cluster_id": "1", "member_id": "2", "revision": "9", "raft_term": "2"});
        Reply::json(match found.len() {
            0 => json!({"header": header}),
            count => json!({"header": header, "kvs": found, "count": count.to_string()}),
        })
    }

    pub(crate) fn troubles() -> Vec<(&'static str, Trouble, Fault)> {
        let denied = json!({"error": "etcdserver: permission denied", "code": 7});
        vec![("no permission", Trouble::Instead(Reply::json(denied).status(403)), Fault::Denied)]
    }
}
