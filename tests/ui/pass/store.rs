use confident::{Config, SecretString};

/// A service.
#[derive(Config)]
#[config(app = "service")]
struct Settings {
    /// A path of one segment.
    #[config(store = "age:one")]
    a: String,
    /// A path with every kind of character.
    #[config(store = "vault:..a/.b/c..d/E-f_9.../{app}/x-{profile}.{app}{profile}#a/b:c.{d}-é", max_stale = "1h30m")]
    b: SecretString,
    /// A store among the sources.
    #[config(store = "aws:a", sources("env", "aws"), max_stale = "1ns")]
    c: SecretString,
    /// Another store among the sources.
    #[config(max_stale = "10m", sources("env", "etcd"))]
    d: u16,
    /// Without a word about sources.
    #[config(store = "command:a", max_stale = "52w")]
    e: Option<u16>,
    /// And in the last kind of store.
    #[config(store = "etcd:a/b")]
    f: String,
}

fn main() {
    let key = |path: &str| {
        let mut keys = Settings::MANIFEST.keys();
        keys.find(|entry| entry.path == path).expect("it is a key").key
    };
    assert_eq!(key("c").store(), Some("aws:a"));
    assert_eq!(key("c").max_stale(), Some("1ns"));
    assert_eq!(key("d").store(), None);
    assert_eq!(key("a").max_stale(), None);
}
