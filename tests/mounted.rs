//! Directories of secrets: which files are read, what is wrong with others, and that of a volume of
//! Kubernetes all values are of one generation.
#![cfg(unix)]

mod common;
#[path = "common/volume.rs"]
mod volume;

use std::{
    fs,
    os::unix::{
        fs::{PermissionsExt, symlink},
        process::CommandExt,
    },
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};

use common::Folder;
use confident::{Code, Config, Env, ExposeSecret, OnUnknown, Origin, Report, SecretDir, SecretString};
use volume::Volume;

/// A program.
#[derive(Config)]
#[config(app = "payments")]
#[allow(dead_code)]
struct Settings {
    /// How to log in.
    token: Option<SecretString>,
    /// Who it greets.
    #[config(default = "nobody")]
    name: String,
    /// Connections.
    #[config(nested)]
    pool: Pool,
    /// Others.
    #[config(nested)]
    peers: Vec<Pool>,
}

/// Connections.
#[derive(Config)]
struct Pool {
    /// How many may be open.
    #[config(default = 10)]
    max: u32,
}

fn load(folder: &Folder) -> Result<Settings, Report> {
    Settings::loader().source(SecretDir::new(&folder.0)).load()
}

/// The only problem of a load: its subject and what is said of it.
fn problem(folder: &Folder) -> (Code, String) {
    let report = load(folder).map(|_| ()).expect_err("something is wrong");
    let [problem] = report.problems() else { panic!("{report}") };
    (problem.code(), folder.plain(&format!("{} {}", problem.subject(), problem.message())))
}

#[test]
fn a_file_is_named_as_its_variable_or_its_path() {
    for name in ["PAYMENTS_POOL_MAX", "payments_pool_max", "pool.max"] {
        let folder = Folder::new();
        folder.file(name, "7\n");
        assert_eq!(load(&folder).expect("it is valid").pool.max, 7, "{name}");
    }
}

#[test]
fn one_line_break_at_the_end_is_no_part_of_the_value() {
    let folder = Folder::new();
    for (content, name) in [("ada\n", "ada"), ("ada\r\n", "ada"), ("ada\n\n", "ada\n"), (" ada ", " ada ")] {
        folder.file("name", content);
        assert_eq!(load(&folder).expect("it is valid").name, name);
    }
}

#[test]
fn two_files_of_one_key_are_a_conflict() {
    let folder = Folder::new();
    folder.file("PAYMENTS_TOKEN", "hunter2");
    folder.file("token", "hunter2");
    let (code, text) = problem(&folder);
    assert_eq!(code, Code::Conflict);
    assert_eq!(
        text,
        "PAYMENTS_TOKEN PAYMENTS_TOKEN and token are both in folder: remove one of them, because which of the two \
         counts would be a guess"
    );
}

#[test]
fn a_directory_that_is_not_there_has_nothing() {
    let folder = Folder::new();
    let source = SecretDir::new(folder.0.join("nowhere"));
    assert_eq!(Settings::loader().source(source).load().expect("it is valid").name, "nobody");
}

#[test]
fn a_file_in_the_place_of_the_directory_is_a_problem() {
    let folder = Folder::new();
    let source = SecretDir::new(folder.file("plain", "x"));
    let report = Settings::loader().source(source).load().map(|_| ()).expect_err("it is a file");
    assert_eq!(folder.plain(report.problems()[0].message()), "is not a directory");
}

#[test]
fn an_empty_file_is_an_empty_variable() {
    let folder = Folder::new();
    folder.file("name", "");
    folder.file("token", "\n");
    folder.file("pool.max", "");
    let settings = load(&folder).expect("it is valid");
    assert_eq!((&*settings.name, settings.token.is_none(), settings.pool.max), ("", true, 10));
}

#[test]
fn a_link_to_a_file_is_followed() {
    let folder = Folder::new();
    symlink(folder.file("elsewhere", "ada"), folder.0.join("name")).expect("the link can be made");
    assert_eq!(load(&folder).expect("it is valid").name, "ada");
}

#[test]
fn other_files_and_directories_are_ignored_unless_said_otherwise() {
    let folder = Folder::new();
    folder.file("other-program", "x");
    folder.file(".hidden", "x");
    folder.file("payments_pool_maxx", "x");
    fs::create_dir_all(folder.0.join("kubernetes.io/serviceaccount")).expect("the folder can be made");
    fs::create_dir_all(folder.0.join("..2026_11_22")).expect("the folder can be made");
    assert!(load(&folder).is_ok());
    let source = SecretDir::new(&folder.0).on_unknown(OnUnknown::Deny);
    let report = Settings::loader().source(source).load().map(|_| ()).expect_err("two are unknown");
    let text = folder.plain(&report.to_string());
    let lines: Vec<_> = text.lines().skip(2).collect();
    assert_eq!(
        lines.join("\n"),
        "  other-program             unknown\n      from folder\n  \
         payments_pool_maxx        unknown; did you mean PAYMENTS_POOL_MAX?\n      from folder"
    );
}

#[test]
fn files_that_cannot_be_read_are_problems_of_their_keys_alone() {
    let folder = Folder::new();
    let path = folder.0.join("token");
    let said = || problem(&folder).1;
    fs::create_dir(&path).expect("the folder can be made");
    assert_eq!(said(), "PAYMENTS_TOKEN the file folder/token is a directory, not a file");
    fs::remove_dir(&path).expect("it is there");
    let made = Command::new("mkfifo").arg(&path).status().expect("mkfifo runs");
    assert!(made.success());
    assert_eq!(said(), "PAYMENTS_TOKEN the file folder/token is not a plain file");
    fs::remove_file(&path).expect("it is there");
    symlink("/dev/zero", &path).expect("the link can be made");
    assert_eq!(said(), "PAYMENTS_TOKEN the file folder/token is not a plain file");
    fs::remove_file(&path).expect("it is there");
    folder.file("token", vec![b'x'; (1 << 20) + 1]);
    assert_eq!(said(), "PAYMENTS_TOKEN the file folder/token is larger than 1 MiB");
    folder.file("token", b"hunter2\xff");
    let (code, text) = problem(&folder);
    assert_eq!(code, Code::NotUnicode);
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_link_that_leads_nowhere_is_a_problem() {
    let folder = Folder::new();
    symlink("gone", folder.0.join("token")).expect("the link can be made");
    assert_eq!(problem(&folder).1, "folder lists the file token, which does not exist");
    let folder = Folder::new();
    symlink("..gone", folder.0.join("..data")).expect("the link can be made");
    assert_eq!(problem(&folder).1, "folder its link ..data leads nowhere");
}

#[test]
fn a_file_that_may_not_be_read_is_a_problem_without_its_content() {
    let folder = Folder::new();
    let path = folder.file("name", "hunter2");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("the mode can be set");
    // Root may read it all the same: a child that is somebody else tries.
    let mut child = child(&folder);
    if fs::read(&path).is_ok() {
        child.uid(65534).gid(65534);
    }
    let output = child.output().expect("the test runs");
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("it prints text"));
    let said = folder.plain(&said.concat());
    assert!(said.contains("the file folder/name may not be read by this process"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[test]
fn a_required_key_whose_file_cannot_be_read_is_not_reported_as_missing_too() {
    /// A program.
    #[derive(Config)]
    #[config(app = "strict")]
    #[allow(dead_code)]
    struct Strict {
        /// How to log in.
        token: SecretString,
    }

    let folder = Folder::new();
    fs::create_dir(folder.0.join("token")).expect("the folder can be made");
    let report = Strict::loader().source(SecretDir::new(&folder.0)).load().map(|_| ()).expect_err("no file");
    let codes: Vec<_> = report.problems().iter().map(|problem| problem.code()).collect();
    assert_eq!(codes, [Code::Unreadable]);
    fs::remove_dir(folder.0.join("token")).expect("it is there");
    let report = Strict::loader().source(SecretDir::new(&folder.0)).load().map(|_| ()).expect_err("no file");
    assert_eq!(report.problems()[0].code(), Code::Missing);
    assert!(folder.plain(&report.to_string()).contains("looked in: folder, "), "{report}");
}

#[test]
fn what_is_wrong_with_a_value_names_its_file() {
    let folder = Folder::new();
    folder.file("pool.max", "many");
    let report = load(&folder).map(|_| ()).expect_err("it is no number");
    let origin = report.problems()[0].origin().expect("it has one");
    assert_eq!(folder.plain(&origin.to_string()), "folder/pool.max");
    assert!(matches!(origin, Origin::WholeFile { kind: "directory", variable: None, .. }));
}

#[test]
fn later_sources_win_over_it() {
    let folder = Folder::new();
    folder.file("name", "file");
    let source = Settings::loader().source(SecretDir::new(&folder.0));
    let settings = source.source(Env::from_pairs([("PAYMENTS_NAME", "environment")])).load();
    assert_eq!(settings.expect("it is valid").name, "environment");
}

/// A child that loads from the folder as its credentials.
fn child(folder: &Folder) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the test is a file"));
    command.args(["--ignored", "--exact", "prints_the_name_from_credentials", "--nocapture"]);
    command.env("CREDENTIALS_DIRECTORY", &folder.0);
    command
}

#[test]
fn credentials_that_systemd_does_not_give_are_nothing() {
    let folder = Folder::new();
    folder.file("payments_name", "from systemd\n");
    let said = |child: &mut Command| {
        String::from_utf8(child.output().expect("the test runs").stdout).expect("it prints text")
    };
    let given = said(&mut child(&folder));
    assert!(given.contains("name: from systemd"), "{given}");
    let not_given = said(child(&folder).env_remove("CREDENTIALS_DIRECTORY"));
    assert!(not_given.contains("name: nobody"), "{not_given}");
}

#[test]
#[ignore = "the child of another test"]
fn prints_the_name_from_credentials() {
    let settings = Settings::loader().source(SecretDir::credentials()).load().expect("it is valid");
    println!("name: {}", settings.name);
}

/// A volume with the number of its generation in every file.
fn volume() -> Volume {
    Volume::new(
        &["first", "second", "third"]
            .map(|name| -> volume::File { (name, |generation| generation.to_string()) }),
    )
}

/// Three values of one generation. None is required: one that is overlooked would be zero.
#[derive(Config)]
#[config(app = "volume")]
struct Generation {
    /// The number of the generation.
    #[config(default = 0)]
    first: u64,
    /// The number of the generation.
    #[config(default = 0)]
    second: u64,
    /// The number of the generation.
    third: Option<SecretString>,
}

/// What reading while the volume changes gave.
#[derive(Debug, Default)]
struct Counts {
    swaps: u64,
    loads: u64,
    torn: u64,
    refused: u64,
    backwards: u64,
    naive: u64,
    naive_torn: u64,
}

/// Loads `loads` times, and reads the two files by their names as often, while the volume is swapped
/// as fast as can be.
fn read_while_swapped(loads: u64) -> Counts {
    let mut volume = volume();
    let path = volume.path().to_owned();
    let is_done = AtomicBool::new(false);
    let mut counts = Counts::default();
    thread::scope(|scope| {
        let writer = scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                volume.swap();
            }
            volume.generation
        });
        let mut last = 0;
        for _ in 0..loads {
            counts.loads += 1;
            match Generation::loader().source(SecretDir::new(&path)).load() {
                Ok(Generation { first, second, third }) => {
                    let third = third.map(|third| third.expose_secret().to_owned());
                    let is_whole = first == second && third == Some(first.to_string());
                    counts.torn += u64::from(!is_whole);
                    counts.backwards += u64::from(first < last);
                    last = first;
                }
                Err(report) => {
                    counts.refused += 1;
                    println!("{report}");
                }
            }
            let read = |key| fs::read_to_string(path.join(key)).ok();
            if let (Some(first), Some(second)) = (read("first"), read("second")) {
                counts.naive += 1;
                counts.naive_torn += u64::from(first != second);
            }
        }
        is_done.store(true, Ordering::Relaxed);
        counts.swaps = writer.join().expect("the writer does not panic");
    });
    counts
}

/// Of 100,000 loads none is torn. In memory (`TMPDIR=/dev/shm`) the volume is swapped 23,000 times a
/// second, and the control tears 15 times as often.
#[test]
fn values_of_a_volume_are_of_one_generation_while_it_is_swapped() {
    let counts = read_while_swapped(100_000);
    println!("{counts:?}");
    assert_eq!((counts.torn, counts.backwards), (0, 0), "{counts:?}");
    // A load gives up, with a problem, where the scheduler keeps it from every quiet moment of its quarter
    // of a second: on a busy machine once in some hundred thousand loads, which is no torn one.
    assert!(counts.refused < counts.loads / 1000, "{counts:?}");
    assert!(counts.naive_torn > 0, "the control does not tear: {counts:?}");
}

#[test]
fn a_load_waits_for_a_generation_that_is_being_replaced() {
    let volume = volume();
    let data = volume.path().join("..data");
    fs::remove_file(&data).expect("it is there");
    symlink("..gone", &data).expect("the link can be made");
    let restored = thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(5));
            let link = volume.path().join("..data_tmp");
            symlink(volume.name(), &link).expect("the link can be made");
            fs::rename(&link, &data).expect("the link can be renamed");
        });
        Generation::loader().source(SecretDir::new(volume.path())).load()
    });
    assert_eq!(restored.expect("it is there again").first, 1);
}

#[test]
fn problems_name_the_file_in_the_volume_and_not_in_its_generation() {
    let volume = volume();
    fs::write(volume.path().join("..data/first"), "many").expect("the file can be written");
    let loaded = Generation::loader().source(SecretDir::new(volume.path())).load();
    let report = loaded.map(|_| ()).expect_err("it is no number");
    assert_eq!(volume.folder.plain(&report.problems()[0].notes()[0]), "from folder/first");
}

#[test]
fn nothing_that_kubernetes_adds_to_a_volume_is_unknown() {
    let volume = volume();
    let source = SecretDir::new(volume.path()).on_unknown(OnUnknown::Deny);
    assert!(Generation::loader().source(source).load().is_ok());
}

/// Two halves of one generation, in different files.
#[cfg(feature = "toml")]
#[derive(Config)]
#[config(app = "volume")]
struct Halves {
    /// The number of the generation.
    first: u64,
    /// The number of the generation.
    second: u64,
}

/// How many of so many loads are torn, and how many find no whole generation, while the volume is swapped every
/// millisecond; the last number is that of a reader who opens the files one after the other.
#[cfg(feature = "toml")]
fn torn_halves(
    loads: u32,
    loader: impl Fn(&std::path::Path) -> confident::Loader<Halves>,
) -> (u32, u32, u32) {
    let files: [volume::File; 3] = [
        ("first", |generation| generation.to_string()),
        ("a.toml", |generation| format!("first = {generation}\n")),
        ("b.toml", |generation| format!("second = {generation}\n")),
    ];
    let mut volume = Volume::new(&files);
    let path = volume.path().to_owned();
    let is_done = AtomicBool::new(false);
    let (mut torn, mut refused, mut naive) = (0, 0, 0);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_done.load(Ordering::Relaxed) {
                volume.swap();
                thread::sleep(Duration::from_millis(1));
            }
        });
        let (start, mut done) = (std::time::Instant::now(), 0);
        // On a busy machine the control needs longer.
        while done < loads || (naive == 0 && start.elapsed() < Duration::from_secs(60)) {
            done += 1;
            match loader(&path).load() {
                Ok(Halves { first, second }) => torn += u32::from(first != second),
                Err(_) => refused += 1,
            }
            let read = |name| fs::read_to_string(path.join(name)).ok();
            if let (Some(first), Some(second)) = (read("a.toml"), read("b.toml")) {
                naive += u32::from(first.trim_start_matches("first") != second.trim_start_matches("second"));
            }
        }
        is_done.store(true, Ordering::Relaxed);
    });
    (torn, refused, naive)
}

#[cfg(feature = "toml")]
#[test]
fn several_sources_that_read_one_volume_read_one_generation() {
    use confident::File;

    let secrets_and_file = |path: &std::path::Path| {
        Halves::loader().source(SecretDir::new(path)).source(File::required(path.join("b.toml")))
    };
    let two_files = |path: &std::path::Path| {
        Halves::loader()
            .source(File::required(path.join("a.toml")))
            .source(File::required(path.join("b.toml")))
    };
    let drop_ins = |path: &std::path::Path| Halves::loader().source(File::directory(path));
    let mut naive_torn = 0;
    for (number, counts) in
        [torn_halves(5000, secrets_and_file), torn_halves(5000, two_files), torn_halves(5000, drop_ins)]
            .into_iter()
            .enumerate()
    {
        println!("{number}: {counts:?}");
        let (torn, refused, naive) = counts;
        assert_eq!(torn, 0);
        assert!(refused < 50, "{refused}");
        naive_torn += naive;
    }
    assert!(naive_torn > 0, "the control does not tear");
}
