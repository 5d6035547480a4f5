//! A binary carries its manifest through every way to build it, and a damaged one is told.

use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
    process::Command,
};

use confident::Config;
use confident_manifest::{Error, Found, read, read_from};
use proptest::prelude::*;

/// This test, which is a binary like any other.
#[derive(Config)]
#[config(app = "this-test")]
struct Settings {
    /// Requests in flight at once.
    #[config(default = 512)]
    concurrency: u16,
}

#[test]
fn this_test_carries_its_own() {
    let found = read(&std::env::current_exe().expect("it has a path")).expect("it carries one");
    let [Found { manifest, .. }] = &found[..] else { panic!("there is one root in this file") };
    assert_eq!(manifest.json(), Settings::MANIFEST.json());
    assert_eq!((manifest.crate_name, manifest.version), ("confident-manifest", env!("CARGO_PKG_VERSION")));
}

const LIBRARY: &str = r#"
//! A library with a root of its own.
use confident::Config;

/// What the library reads.
#[derive(Config)]
#[config(app = "library")]
pub struct Settings {
    /// How much is logged.
    #[config(default = "info")]
    pub level: String,
}
"#;

const PROGRAM: &str = r#"
use confident::Config;

/// What the program reads.
#[derive(Config)]
#[config(app = "program", profiles = ["production"])]
struct Settings {
    /// A token.
    #[config(required_in("production"))]
    token: Option<confident::SecretString>,
}

fn main() {
    let _ = Settings::load();
    let _ = library::Settings::load();
}
"#;

/// A program that calls nothing of the configuration: the linker sees no reason to keep it.
const IDLE: &str = r#"
/// What the program does not read yet.
#[derive(confident::Config)]
#[config(app = "idle")]
#[allow(dead_code)]
struct Settings {
    /// A switch.
    #[config(default = true)]
    on: bool,
}

fn main() {}
"#;

const MANIFEST: &str = r#"
[workspace]
members = [".", "library"]

[package]
name = "program"
version = "4.5.6"
edition = "2024"

[[bin]]
name = "idle"
path = "src/idle.rs"

[[bin]]
name = "program"
path = "src/main.rs"

[dependencies]
confident = { path = "CONFIDENT" }
library = { path = "library" }

[profile.smallest]
inherits = "release"
lto = "fat"
codegen-units = 1
opt-level = "z"
strip = true
panic = "abort"
"#;

fn write(root: &Path, name: &str, text: &str) {
    let path = root.join(name);
    fs::create_dir_all(path.parent().expect("it is in the folder")).expect("the folder can be made");
    fs::write(path, text).expect("the file can be written");
}

#[test]
fn it_survives_every_way_to_build() {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("carried");
    let confident = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    write(&root, "Cargo.toml", &MANIFEST.replace("CONFIDENT", &confident.display().to_string()));
    let library = MANIFEST.split("[[bin]]").next().unwrap_or_default().replace("program", "library");
    let library = library.replace("[workspace]\nmembers = [\".\", \"library\"]\n", "");
    let library = format!("{library}[dependencies]\nconfident = {{ path = \"{}\" }}\n", confident.display());
    write(&root, "library/Cargo.toml", &library);
    write(&root, "library/src/lib.rs", LIBRARY);
    write(&root, "src/main.rs", PROGRAM);
    write(&root, "src/idle.rs", IDLE);
    for profile in ["release", "smallest"] {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--offline", "--profile", profile])
            .current_dir(&root)
            .env("CARGO_TARGET_DIR", root.join("target"))
            .output()
            .expect("cargo runs");
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let found = read(&root.join("target").join(profile).join("program")).expect("it carries two");
        let mut apps: Vec<_> =
            found.iter().map(|found| (found.manifest.app, found.manifest.version)).collect();
        apps.sort_unstable();
        assert_eq!(apps, [("library", "4.5.6"), ("program", "4.5.6")], "in the profile {profile}");
        let found = read(&root.join("target").join(profile).join("idle")).expect("it carries its own");
        assert!(found.iter().any(|found| found.manifest.app == "idle"), "in the profile {profile}");
    }
}

/// A file with the manifest of this test at `at`.
fn file_with(before: usize, behind: usize) -> Vec<u8> {
    let carried = carried();
    [&vec![7; before][..], &carried[..], &vec![9; behind][..]].concat()
}

/// What this test carries, with its mark.
fn carried() -> Vec<u8> {
    let text = Settings::MANIFEST.json();
    let padded = text.len().div_ceil(16) * 16;
    let mut padded_text = text.as_bytes().to_vec();
    padded_text.resize(padded, b' ');
    let mut bytes = b"\xc5\x7fconf-manifest\x01".to_vec();
    bytes.extend((padded as u64).to_le_bytes());
    bytes.extend(confident_core::manifest::carried::checksum(&padded_text).to_le_bytes());
    bytes.extend(padded_text);
    bytes
}

fn read_bytes(bytes: &[u8]) -> Result<Vec<Found>, Error> {
    read_from(&mut Cursor::new(bytes))
}

#[test]
fn it_is_found_wherever_it_stands() {
    // Around the borders of the pieces in which a file is read.
    for before in [0, 1, (1 << 20) - 20, (1 << 20) - 15, (1 << 20) - 1, 1 << 20, (2 << 20) - 8, 5 << 20] {
        let found = read_bytes(&file_with(before, 100)).expect("it is there");
        assert_eq!(found.len(), 1, "behind {before} bytes");
    }
}

#[test]
fn nothing_is_found_where_nothing_is() {
    for bytes in [&b""[..], b"\x7fELF", &vec![0; 3 << 20], b"hello"] {
        assert!(matches!(read_bytes(bytes), Err(Error::None)));
    }
    assert!(matches!(read_bytes(b" {\"format\":"), Err(Error::Format(_))));
    assert!(matches!(read(Path::new("/no/such/file")), Err(Error::Io(_))));
}

#[test]
fn what_is_cut_or_changed_is_told() {
    let whole = file_with(10, 0);
    for length in [10 + 16, 10 + 31, 10 + 32, whole.len() - 1] {
        let error = read_bytes(&whole[..length]).expect_err("it is cut");
        assert!(matches!(error, Error::Broken { at: 10, .. }), "{error}");
        assert!(error.to_string().contains("the file ends"), "{error}");
    }
    for at in 10 + 16..whole.len() {
        let mut changed = whole.clone();
        changed[at] ^= 0x10;
        assert!(read_bytes(&changed).is_err(), "byte {at} was changed, and nobody noticed");
    }
}

#[test]
fn a_hostile_length_or_many_marks_take_no_memory() {
    let mut bytes = carried();
    bytes[16..24].copy_from_slice(&u64::MAX.to_le_bytes());
    assert!(matches!(read_bytes(&bytes), Err(Error::Broken { .. })));
    bytes[16..24].copy_from_slice(&(16_u64 << 20).to_le_bytes());
    assert!(matches!(read_bytes(&bytes), Err(Error::Broken { .. })));
    let marks = b"\xc5\x7fconf-manifest\x01".repeat(100_000);
    assert!(matches!(read_bytes(&marks), Err(Error::TooMany)));
}

#[test]
fn hostile_json_gets_an_error() {
    let json = Settings::MANIFEST.json();
    let deep = json.replacen("{\"kind\":\"integer\"", &"{\"kind\":\"list\",\"item\":".repeat(10_000), 1);
    let large = format!("{{\"format\":1,\"app\":\"{}\"", "x".repeat(17 << 20));
    for text in [deep.as_str(), &large, "{}", "{\"format\":1}"] {
        assert!(read_bytes(text.as_bytes()).is_err());
    }
    for (from, to, says) in [
        ("\"prefix\":\"THIS_TEST\"", "\"prefix\":\"A;B\"", "a prefix"),
        ("\"field\":\"concurrency\"", "\"field\":\"a\\nb\"", "a segment"),
        ("\"app\":\"this-test\"", "\"app\":\"a\\u001b[2J\"", "the name of the program"),
        ("\"bits\":16", "\"bits\":17", "a width that there is not"),
        ("\"default\":\"512\"", "\"default\":\"512\",\"secret\":true", "a secret has a default"),
        (
            "}]}",
            "}],\"rules\":[{\"message\":\"\",\"source\":\"\",\"operands\":[],\"expression\":{\"operand\":7}}]}",
            "an operand that it does not name",
        ),
        ("}]}", "}],\"choice\":true}", "the key of a choice has no words"),
    ] {
        let hostile = json.replacen(from, to, 1);
        assert_ne!(hostile, json, "{from}");
        let error = read_bytes(hostile.as_bytes()).expect_err(says).to_string();
        assert!(error.contains(says), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2000), at in 0_usize..2000) {
        let mut file = bytes;
        let at = at.min(file.len());
        file.splice(at..at, *b"\xc5\x7fconf-manifest\x01");
        let _ = read_bytes(&file);
    }

    #[test]
    fn no_mutation_of_a_manifest_makes_it_panic(at in any::<prop::sample::Index>(), with in ".{0,8}", cut in 0_usize..40) {
        let json = Settings::MANIFEST.json();
        let at = at.index(json.len());
        let mut bytes = json.as_bytes()[..at].to_vec();
        bytes.extend_from_slice(with.as_bytes());
        bytes.extend_from_slice(&json.as_bytes()[(at + cut).min(json.len())..]);
        if let Ok(found) = read_bytes(&bytes) {
            // Whatever was read can be walked, and published.
            for entry in found[0].manifest.keys() {
                let _ = (entry.variable, entry.path, entry.key.kind.expected());
            }
            let _ = confident_manifest::published(found[0].manifest);
        }
    }
}
