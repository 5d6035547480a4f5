//! Flags in a deployment that is checked: their texts, and the day on which they expire.

#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

use std::{fs, path::PathBuf, process::Command};

use confident::{Config, Flag};

/// The shop.
#[derive(Config)]
#[config(app = "shop")]
#[allow(dead_code)] // only its manifest is read
struct Settings {
    /// Whether one click buys.
    #[config(default = "off", live, owner = "team-checkout", review_by = "2999-01-31")]
    express: Flag,
}

/// The exit code of a check of this text, and what it says.
fn check(test: &str, text: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("flags").join(test);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("shop.json"), confident_manifest::published(Settings::MANIFEST).unwrap()).unwrap();
    fs::write(folder.join("shop.env"), format!("SHOP_EXPRESS={text}\n")).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_confident"))
        .args(["check", "shop.json", "--env-file", "shop.env"])
        .args(arguments)
        .current_dir(&folder)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
}

#[test]
fn a_flag_is_read_without_its_program() {
    let (code, said) = check("right", "'25%, allow alice, until 2027-01-31'", &[]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = check("wrong", "25", &[]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("error[invalid] SHOP_EXPRESS \"25\" is not a flag such as off"), "{said}");
    assert!(said.contains("a share has a percent sign, such as 25%"), "{said}");
}

#[test]
fn an_expired_flag_fails_a_check_from_the_day_after_on() {
    for (today, wanted) in [("2999-01-31", Some(0)), ("2999-02-01", Some(1)), ("3000-01-01", Some(1))] {
        let (code, said) = check(today, "on", &["--today", today]);
        assert_eq!(code, wanted, "{today}: {said}");
        let finding = "error[expired] SHOP_EXPRESS is a flag that expired on 2999-01-31";
        assert_eq!(said.contains(finding), wanted == Some(1), "{said}");
        assert_eq!(said.contains("owner team-checkout"), wanted == Some(1), "{said}");
    }
    for format in ["json", "github", "sarif"] {
        let (code, said) = check(format, "on", &["--today", "2999-02-01", "--format", format]);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains("expired on 2999-01-31"), "{said}");
    }
}

#[test]
fn a_day_that_there_is_not_is_refused() {
    for text in ["2999-02-29", "tomorrow", ""] {
        let (code, said) = check("no-day", "on", &["--today", text]);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("a date is a day that there is, such as 2027-01-31"), "{said}");
    }
}
