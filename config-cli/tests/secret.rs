//! `confident secret`, as it is run: no value by an argument, none in an output that was not asked for.

#![cfg(all(feature = "age", unix))]
#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

#[path = "../../config-stores/tests/common/terminal.rs"]
mod terminal;

use std::{
    fs,
    io::{Read, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::Duration,
};

use confident::{Config, ExposeSecret, SecretString};
use confident_stores::{AgeFile, Identity, Store};
use serde_json::Value;
use tempfile::TempDir;

/// The payments service.
#[derive(Config)]
#[config(app = "payments")]
#[allow(dead_code)]
struct Settings {
    /// Requests in flight at once.
    #[config(default = 512)]
    concurrency: u16,
    /// The database.
    #[config(nested)]
    database: Database,
    /// Token of the bank.
    #[config(len = 8..=64, alias = "BANK")]
    bank_token: SecretString,
}

/// A database.
#[derive(Config)]
#[allow(dead_code)]
struct Database {
    /// Its password.
    password: SecretString,
}

const SECRET: &str = "hunter2-TOPSECRET";
const PASSWORD: &str = "payments/production/database/password";

struct Folder {
    folder: TempDir,
    recipient: String,
}

/// A folder with the manifest of the program and a key file.
fn folder() -> Folder {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("payments.json"),
        confident_manifest::published(Settings::MANIFEST).unwrap(),
    )
    .unwrap();
    let recipient = good(&run(folder.path(), &["keygen", "--out", "key.txt"], "")).trim().to_owned();
    Folder { folder, recipient }
}

impl Folder {
    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn file(&self) -> PathBuf {
        self.path().join("secrets.production.age")
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        run(self.path(), arguments, input)
    }

    /// Of the program, in production.
    fn of_program(&self, command: &str, more: &[&str], input: &str) -> Output {
        let arguments = ["--program", "payments.json", "--profile", "production", "--identity", "key.txt"];
        self.run(&[&[command], &arguments[..], more].concat(), input)
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_confident"));
    command.arg("secret").args(arguments).current_dir(folder);
    for variable in ["CONFIDENT_AGE_IDENTITY", "CONFIDENT_AGE_IDENTITY_FILE", "VISUAL", "EDITOR"] {
        command.env_remove(variable);
    }
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(folder: &Path, arguments: &[&str], input: &str) -> Output {
    fed(command(folder, arguments).spawn().unwrap(), input)
}

fn fed(mut child: Child, input: &str) -> Output {
    // A tool that refuses before it reads has closed it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What it printed, where all went well.
fn good(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(text(&output.stderr), "");
    text(&output.stdout)
}

/// What it said, where it could not.
fn refused(output: &Output) -> String {
    let said = text(&output.stderr);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), String::new()), "{said}");
    assert!(said.starts_with("error: ") && !said.contains("TOPSECRET"), "{said}");
    said
}

#[test]
fn a_secret_is_written_listed_and_printed_only_where_it_is_asked_for() {
    let folder = folder();
    let said = good(&folder.of_program("set", &["database.password"], &format!("{SECRET}\n")));
    assert_eq!(
        said,
        format!(
            "secrets.production.age is new, for 1 recipient\n{PASSWORD} is written to secrets.production.age, version 2\n"
        )
    );
    let said = good(&folder.of_program("set", &["PAYMENTS_DATABASE_PASSWORD"], "TOPSECRET-2"));
    assert!(said.contains("version 3; the one before is kept until 20"), "{said}");
    let said = good(&folder.of_program("set", &["BANK", "--json", "--overlap", "0s"], "TOPSECRET-token"));
    let json: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&json["place"], &json["revision"]), (&"payments/production/bank_token".into(), &4.into()));

    let list = good(&folder.of_program("list", &[], ""));
    assert!(list.contains(&format!("{PASSWORD}  version 3  20")) && list.contains("version 2  20"), "{list}");
    assert!(
        list.ends_with(&format!("secrets.production.age: 2 secrets; encrypted for {}\n", folder.recipient)),
        "{list}"
    );
    let json = good(&folder.of_program("list", &["--json"], ""));
    assert!(!format!("{list}{json}").contains("TOPSECRET"));
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["places"].as_array().unwrap().len(), 2);
    assert_eq!(json["places"][1]["previous"][0]["revision"], 2);

    let said = refused(&folder.of_program("get", &["database.password"], ""));
    assert_eq!(said, format!("error: {PASSWORD} is a secret; to print it, say --reveal\n"));
    let get = |more: &[&str]| {
        good(&folder.of_program("get", &[&["database.password", "--reveal"], more].concat(), ""))
    };
    assert_eq!((get(&[]), get(&["--revision", "2"])), ("TOPSECRET-2".to_owned(), SECRET.to_owned()));
    let json: Value = serde_json::from_str(&get(&["--json"])).unwrap();
    assert_eq!(json["text"], "TOPSECRET-2");
    refused(&folder.of_program("get", &["database.password", "--reveal", "--revision", "9"], ""));

    let said = good(&folder.of_program("remove", &["bank_token"], ""));
    assert!(said.contains("copies of the file still have it"), "{said}");
    refused(&folder.of_program("remove", &["bank_token"], ""));
    refused(&folder.of_program("get", &["bank_token", "--reveal"], ""));
}

#[test]
fn a_program_loads_what_the_tool_wrote() {
    let folder = folder();
    good(&folder.of_program("set", &["database.password"], SECRET));
    good(&folder.of_program("set", &["bank_token"], "12345678"));
    let template = folder.path().join("secrets.{profile}.age");
    let identity = Identity::file(folder.path().join("key.txt"));
    let source = AgeFile::at(template.to_str().unwrap()).identity(identity).source();
    let settings = Settings::loader().profile("production").source(source).load().unwrap();
    assert_eq!(settings.database.password.expose_secret(), SECRET);
}

#[test]
fn places_are_named_without_a_program() {
    let folder = folder();
    let arguments = |command| [command, "--file", "any.age", "--identity", "key.txt", "a/place"];
    let whole = "two\nlines\n\n";
    good(&folder.run(&arguments("set"), whole));
    let get = [&arguments("get")[..], &["--reveal"]].concat();
    assert_eq!(good(&folder.run(&get, "")), "two\nlines\n", "one line break is that of the pipe");
    let said = refused(&folder.run(&["list", "--identity", "key.txt"], ""));
    assert!(said.contains("name the profile with --profile, or the file with --file"), "{said}");
    let said = refused(&folder.run(&["list", "--file", "{app}.age", "--identity", "key.txt"], ""));
    assert!(said.contains("name the program with --program"), "{said}");
}

#[test]
fn a_value_that_breaks_the_contract_is_not_written_and_not_shown() {
    let folder = folder();
    let said = refused(&folder.of_program("set", &["bank_token"], "TOPSEC"));
    assert!(
        said.contains("bank_token") && said.contains("nothing was written") && !said.contains("TOPSEC"),
        "{said}"
    );
    assert!(!folder.file().exists());
    let said = refused(&folder.of_program("set", &["concurrency"], "7"));
    assert!(said.contains("does not look for concurrency in an age file"), "{said}");
    let said = refused(&folder.of_program("set", &["bank_tokn"], "12345678"));
    assert!(said.contains("has no such key; did you mean bank_token?"), "{said}");
    for (input, says) in [("", "is empty"), ("\n", "is empty")] {
        let said = refused(&folder.of_program("set", &["bank_token"], input));
        assert!(said.contains(says), "{said}");
    }
    let said = refused(&folder.of_program("set", &["bank_token"], &"TOPSECRET".repeat(200_000)));
    assert!(said.contains("is larger than 1 MiB"), "{said}");
    assert!(!folder.file().exists());
}

#[test]
fn a_value_on_the_command_line_is_refused_and_not_quoted() {
    let folder = folder();
    let with = format!("--value={SECRET}");
    let password = format!("--password={SECRET}");
    let pair = format!("database.password={SECRET}");
    let tries: [&[&str]; 7] = [
        &["database.password", SECRET],
        &["database.password", SECRET, SECRET],
        &["database.password", "--value", SECRET],
        &["database.password", &with],
        &["database.password", &password],
        &["database.password", "--token", SECRET],
        &[&pair],
    ];
    for more in tries {
        let said = refused(&folder.of_program("set", more, "other"));
        assert!(said.contains("a value on the command line is seen by every user"), "{more:?}: {said}");
    }
    // What it does not know at all, it does not repeat either.
    for option in ["--valeu", "--dsn", "--api-key"] {
        let output = folder.of_program("set", &["database.password", &format!("{option}={SECRET}")], "other");
        assert_eq!(output.status.code(), Some(2));
        assert!(!text(&output.stderr).contains("TOPSECRET"), "{}", text(&output.stderr));
    }
    assert!(!folder.file().exists());
}

#[test]
fn no_value_is_in_the_arguments_or_the_environment_of_a_process() {
    let folder = folder();
    let mut child = command(folder.path(), &["set", "--file", "a.age", "--identity", "key.txt", "place"])
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(SECRET.as_bytes()).unwrap();
    input.flush().unwrap();
    let read = |name: &str| {
        let mut bytes = Vec::new();
        let file = fs::File::open(format!("/proc/{}/{name}", child.id()));
        file.and_then(|mut file| file.read_to_end(&mut bytes))
            .map(|_| String::from_utf8_lossy(&bytes).into_owned())
    };
    // It takes a moment until a process has its arguments.
    let start = std::time::Instant::now();
    while read("cmdline").is_ok_and(|arguments| !arguments.contains("key.txt")) {
        assert!(start.elapsed() < Duration::from_secs(20), "the test can see it: {:?}", read("cmdline"));
        std::thread::sleep(Duration::from_millis(5));
    }
    if let (Ok(arguments), Ok(environment)) = (read("cmdline"), read("environ")) {
        assert!(!format!("{arguments}{environment}").contains("TOPSECRET"));
    }
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_identity_comes_from_the_environment_too() {
    let folder = folder();
    good(&folder.of_program("set", &["database.password"], SECRET));
    let key = fs::read_to_string(folder.path().join("key.txt")).unwrap();
    let list = |variables: &[(&str, &str)]| {
        let mut command = command(folder.path(), &["list", "--profile", "production"]);
        fed(command.envs(variables.iter().copied()).spawn().unwrap(), "")
    };
    assert!(good(&list(&[("CONFIDENT_AGE_IDENTITY_FILE", "key.txt")])).contains(PASSWORD));
    assert!(good(&list(&[("CONFIDENT_AGE_IDENTITY", &key)])).contains(PASSWORD));
    let both = [("CONFIDENT_AGE_IDENTITY", key.as_str()), ("CONFIDENT_AGE_IDENTITY_FILE", "key.txt")];
    assert!(refused(&list(&both)).contains("are both set; unset one of them"));
    assert!(refused(&list(&[])).contains("set CONFIDENT_AGE_IDENTITY_FILE to a key file"));
    assert!(refused(&list(&[("CONFIDENT_AGE_IDENTITY", SECRET)])).contains("has a line that is no key"));
    fs::set_permissions(folder.path().join("key.txt"), fs::Permissions::from_mode(0o644)).unwrap();
    let said = refused(&list(&[("CONFIDENT_AGE_IDENTITY_FILE", "key.txt")]));
    assert!(said.contains("its mode is 0644; run `chmod 600` on it"), "{said}");
}

#[test]
fn a_key_file_is_private_and_never_replaced() {
    let folder = folder();
    let key = folder.path().join("key.txt");
    assert_eq!(fs::metadata(&key).unwrap().permissions().mode() & 0o777, 0o600);
    let before = fs::read(&key).unwrap();
    assert!(text(&before).contains("AGE-SECRET-KEY-1") && !folder.recipient.contains("SECRET"));
    refused(&folder.run(&["keygen", "--out", "key.txt"], ""));
    assert_eq!(fs::read(&key).unwrap(), before);
}

#[test]
fn a_key_is_rotated() {
    let folder = folder();
    good(&folder.of_program("set", &["database.password"], SECRET));
    let next = good(&folder.run(&["keygen", "--out", "next.txt"], ""));
    let said = good(&folder.of_program("rotate-key", &["--recipient", next.trim()], ""));
    assert!(said.contains("the old key still opens old copies of it"), "{said}");
    let said = refused(&folder.of_program("list", &[], ""));
    assert!(said.contains("the file is not encrypted for this identity"), "{said}");
    let list = ["list", "--profile", "production", "--identity", "next.txt"];
    assert!(good(&folder.run(&list, "")).contains(next.trim()));
    let said = refused(&folder.of_program("set", &["bank_token", "--recipient", next.trim()], "12345678"));
    assert!(said.contains("confident secret rotate-key"), "{said}");
    let key = fs::read_to_string(folder.path().join("key.txt")).unwrap();
    let key = key.lines().last().unwrap();
    let said = refused(&folder.run(&["set", "--file", "new.age", "--recipient", key, "a"], "x"));
    assert!(said.contains("the key that opens files") && !said.contains(key), "{said}");
}

/// What every editor of these tests does first: it writes down how it was called.
const NOTES: &str = "#!/bin/sh
tr '\\0' '\\n' < /proc/self/cmdline > arguments
echo \"$1\" > seen
stat -c '%a' \"$1\" >> seen
";

/// An editor that does what the script says with the file `$1`.
fn edit(folder: &Folder, script: &str) -> Output {
    let editor = folder.path().join("editor.sh");
    fs::write(&editor, format!("{NOTES}{script}\n")).unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o700)).unwrap();
    let arguments = ["--program", "payments.json", "--profile", "production", "--identity", "key.txt"];
    let mut command = command(folder.path(), &[&["edit"], &arguments[..]].concat());
    fed(command.env("EDITOR", editor).spawn().unwrap(), "")
}

#[test]
fn an_editor_changes_all_at_once_and_nothing_stays() {
    if !Path::new("/dev/shm").is_dir() {
        eprintln!("SKIPPED: a test needs /dev/shm, which is not there");
        return;
    }
    let folder = folder();
    good(&folder.of_program("set", &["database.password"], SECRET));
    good(&folder.of_program("set", &["bank_token"], "12345678"));
    let get = |key: &str| good(&folder.of_program("get", &[key, "--reveal"], ""));
    assert_eq!(good(&edit(&folder, "true")), "nothing was changed\n");
    let said =
        good(&edit(&folder, &format!("cp \"$1\" \"$1~\"; sed -i 's/{SECRET}/TOPSECRET-\\\\u00e9/' \"$1\"")));
    assert_eq!(said, "secrets.production.age: 1 written, 0 removed\n");
    assert_eq!(get("database.password"), "TOPSECRET-\u{e9}");
    let seen = fs::read_to_string(folder.path().join("seen")).unwrap();
    let [path, mode] = seen.lines().collect::<Vec<_>>()[..] else { panic!("{seen}") };
    assert!(path.starts_with("/dev/shm/confident-") && mode == "600", "{seen}");
    assert!(!Path::new(path).parent().unwrap().exists(), "it is removed, with what is beside it");
    assert!(!fs::read_to_string(folder.path().join("arguments")).unwrap().contains("TOPSECRET"));
    for (script, says) in [
        ("exit 3", "ended with exit status: 3; nothing was written"),
        ("echo 'TOPSECRET {' > \"$1\"", "is no JSON of texts by place, at line 1, column 1"),
        ("echo '{\"a\": \"TOPSECRET\", \"a\": \"x\"}' > \"$1\"", "is no JSON of texts by place"),
        ("echo '{\"a\": [\"TOPSECRET\"]}' > \"$1\"", "is no JSON of texts by place"),
        ("rm \"$1\"", "cannot be read; nothing was written"),
        ("sed -i 's/12345678/TOPSEC/' \"$1\"", "bank_token: "),
    ] {
        let said = refused(&edit(&folder, script));
        assert!(said.contains(says), "{script}: {said}");
    }
    assert_eq!(
        (get("bank_token"), get("database.password")),
        ("12345678".to_owned(), "TOPSECRET-\u{e9}".to_owned())
    );
    let said = good(&edit(
        &folder,
        "echo '{\"payments/production/bank_token\": \"87654321\", \"x\": \"y\"}' > \"$1\"",
    ));
    assert_eq!(said, "secrets.production.age: 2 written, 1 removed\n");
    // Who wrote meanwhile is not overwritten.
    let tool = env!("CARGO_BIN_EXE_confident");
    let meanwhile = format!(
        "printf 99999999 | {tool} secret set --profile production --identity key.txt x >/dev/null; echo '{{}}' > \"$1\""
    );
    let said = refused(&edit(&folder, &meanwhile));
    assert!(said.contains("was changed by someone else meanwhile"), "{said}");
    assert_eq!(get("bank_token"), "87654321");
    let left = fs::read_dir("/dev/shm").unwrap().filter_map(Result::ok);
    let left: Vec<_> =
        left.map(|entry| entry.path()).filter(|path| path.join("secrets.json").exists()).collect();
    assert!(!left.contains(&PathBuf::from(path).parent().unwrap().to_owned()), "{left:?}");
}

/// Runs the tool on a terminal.
fn typed(folder: &Folder, arguments: &[&str], lines: &[&str]) -> Option<(String, Option<i32>)> {
    let line = format!("{} secret {}", env!("CARGO_BIN_EXE_confident"), arguments.join(" "));
    terminal::typed(folder.path(), &line, lines)
}

#[test]
fn a_value_that_is_typed_is_not_shown() {
    let folder = folder();
    let set = ["set", "--file", "a.age", "--identity", "key.txt", "place"];
    let Some((shown, code)) = typed(&folder, &set, &[SECRET, SECRET]) else { return };
    assert_eq!(code, Some(0), "{shown}");
    assert!(
        shown.contains("place: ") && shown.contains("once more: ") && !shown.contains("TOPSECRET"),
        "{shown}"
    );
    let get = ["get", "--file", "a.age", "--identity", "key.txt", "place", "--reveal"];
    assert_eq!(good(&folder.run(&get, "")), SECRET);
    let (shown, code) = typed(&folder, &set, &[SECRET, "TOPSECRET-2"]).unwrap();
    assert_eq!(code, Some(2), "{shown}");
    assert!(
        shown.contains("is not twice the same; nothing was written") && !shown.contains("TOPSECRET"),
        "{shown}"
    );
    // The test can see what a terminal shows.
    let (shown, _) = typed(&folder, &get, &[]).unwrap();
    assert!(shown.contains(SECRET), "{shown}");
}

#[test]
fn a_passphrase_is_typed() {
    let folder = folder();
    let set = ["set", "--file", "p.age", "--passphrase", "place"];
    let pass = "correct-horse-TOPSECRET";
    let Some((shown, code)) = typed(&folder, &set, &[pass, pass, "text", "text"]) else { return };
    assert_eq!(code, Some(0), "{shown}");
    let get = ["get", "--file", "p.age", "--passphrase", "place", "--reveal"];
    let (shown, code) = typed(&folder, &get, &[pass]).unwrap();
    assert!(code == Some(0) && shown.contains("text") && !shown.contains("TOPSECRET"), "{shown}");
    let (shown, code) = typed(&folder, &get, &["wrong"]).unwrap();
    assert!(code == Some(2) && shown.contains("the passphrase does not open the file"), "{shown}");
}
