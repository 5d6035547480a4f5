//! What is refused of the whole tree is refused by `cargo check`, before any code is generated, with
//! groups of other modules and of another crate.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// Groups of the library of the package; nothing is wrong with them.
const LIBRARY: &str = r#"
//! Groups.

/// A database.
#[derive(confident::Config)]
pub struct Database {
    /// Connection string of the database.
    pub url: confident::SecretString,
    /// Port of the database.
    #[config(default = 5432)]
    pub port: u16,
}

/// A replica.
#[derive(confident::Config)]
pub struct Replica {
    /// Port of the replica.
    #[config(default = 5433)]
    pub port: u16,
}
"#;

/// Roots over these groups: the fields of `Settings`, other modules, and what the compiler says.
const ROOTS: &[(&str, &str, &str, Option<&str>)] = &[
    (
        "right",
        "/// The database.
        #[config(nested)]
        database: checked::Database,
        /// The replica.
        #[config(nested)]
        replica: checked::Replica,",
        "",
        None,
    ),
    (
        "two_modules",
        "/// The database.
        #[config(nested(prefix = \"DB\"))]
        database: checked::Database,
        /// The replica.
        #[config(nested)]
        db: own::Replica,",
        "/// A replica.
        #[derive(confident::Config)]
        pub struct Replica {
            /// Port of the replica.
            pub port: u16,
        }",
        Some("`database.port` and `db.port` would both read the variable `SERVICE_DB_PORT`"),
    ),
    (
        "file_twin",
        "/// The database.
        #[config(nested)]
        database: checked::Database,
        /// A file.
        database_url_file: String,",
        "",
        Some(
            "`database.url` and `database_url_file` would both read the variable `SERVICE_DATABASE_URL_FILE`",
        ),
    ),
    (
        "alias",
        "/// The database.
        #[config(nested)]
        database: checked::Database,
        /// The port.
        #[config(alias = \"SERVICE_DATABASE_PORT\")]
        port: u16,",
        "",
        Some("`database.port` and `port` would both read the variable `SERVICE_DATABASE_PORT`"),
    ),
    (
        "system_variable",
        "/// The host.
        #[config(nested)]
        host: own::Host,",
        "/// A host.
        #[derive(confident::Config)]
        pub struct Host {
            /// Where programs are found.
            #[config(env = \"PATH\")]
            pub programs: String,
        }",
        Some("`host.programs` would read `PATH`, which belongs to the system"),
    ),
    (
        "nested_default",
        "/// The pool.
        #[config(nested)]
        pool: own::Pool,",
        "/// A pool.
        #[derive(confident::Config)]
        pub struct Pool {
            /// Connections that may be opened.
            #[config(default = 0, range = 1..)]
            pub max: u32,
        }",
        Some("\"0\" is not in 1.."),
    ),
    (
        "hardening",
        "/// The database.
        #[config(nested)]
        database: checked::Database,",
        "",
        Some("`hardening = \"standard\"` wants more to be said of the secret `database.url`"),
    ),
];

#[test]
fn facts_of_the_whole_tree_need_no_code_generation() {
    let package = package();
    for (name, _, _, wanted) in ROOTS {
        let output = check(&package, name);
        let said = String::from_utf8_lossy(&output.stderr);
        let errors =
            said.lines().filter(|line| line.starts_with("error") && !line.contains("could not compile"));
        match wanted {
            None => assert!(output.status.success(), "the control {name} does not compile:\n{said}"),
            Some(wanted) => {
                assert!(!output.status.success(), "{name} compiles");
                assert!(said.contains(wanted), "{name}: no {wanted:?} in:\n{said}");
                assert_eq!(errors.count(), 1, "{name} has other errors:\n{said}");
            }
        }
    }
}

/// The compiler refuses constants that take two million steps, with a lint that a program would have to
/// switch off.
#[test]
fn a_thousand_keys_are_proved_in_few_steps() {
    let package = package();
    let types = [
        ("u16", "default = 8080, range = 1..=65535"),
        ("String", "default = \"service\", len = 1..=64"),
        ("Vec<String>", "default = [\"a\", \"b\"]"),
        ("std::time::Duration", "default = \"30s\", range = \"1s\"..=\"5m\""),
        ("confident::SecretString", "owner = \"team\", rotate = \"90d\""),
    ];
    let mut program = String::from("#![allow(dead_code)]\n");
    let mut groups = String::new();
    for group in 0..100 {
        program += &format!("/// A group.\n#[derive(confident::Config)]\nstruct Group{group} {{\n");
        for key in 0..10 {
            let (ty, options) = types[key % types.len()];
            program += &format!("/// A key.\n#[config({options})]\nkey_number_{key}: {ty},\n");
        }
        program += "}\n";
        groups += &format!("/// A group.\n#[config(nested)]\ngroup_number_{group}: Group{group},\n");
    }
    program += &format!(
        "/// A service.\n#[derive(confident::Config)]\n#[config(app = \"service\", hardening = \"standard\")]\n\
         struct Settings {{\n{groups}}}\nfn main() {{}}\n"
    );
    write(&package.join("src/bin/thousand.rs"), &program);
    let output = check(&package, "thousand");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What has not changed is not compiled again.
fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).ok().as_deref() != Some(text) {
        fs::write(path, text).expect("the folder for tests can be written");
    }
}

/// Writes the package.
fn package() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("checked");
    fs::create_dir_all(folder.join("src/bin")).expect("the folder for tests can be written");
    let write = |path: &str, text: &str| write(&folder.join(path), text);
    let root = env!("CARGO_MANIFEST_DIR");
    let manifest = format!(
        "[package]\nname = \"checked\"\nversion = \"1.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nconfident = {{ path = {root:?} }}\n\n[workspace]\n"
    );
    write("Cargo.toml", &manifest);
    if let Ok(lock) = fs::read_to_string(Path::new(root).join("Cargo.lock"))
        && !folder.join("Cargo.lock").exists()
    {
        write("Cargo.lock", &lock);
    }
    write("src/lib.rs", LIBRARY);
    for (name, fields, module, _) in ROOTS {
        let hardening = if *name == "hardening" { "standard" } else { "baseline" };
        let program = format!(
            "/// A service.\n#[derive(confident::Config)]\n\
             #[config(app = \"service\", hardening = \"{hardening}\")]\n\
             pub struct Settings {{\n{fields}\n}}\n\nmod own {{\n{module}\n}}\n\nfn main() {{}}\n"
        );
        write(&format!("src/bin/{name}.rs"), &program);
    }
    folder
}

fn check(package: &Path, name: &str) -> Output {
    Command::new(env!("CARGO"))
        .args(["check", "--offline", "--quiet", "--color=never", "--bin", name])
        .current_dir(package)
        .env("CARGO_TARGET_DIR", package.join("target"))
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .expect("cargo runs the tests, so it is there")
}
