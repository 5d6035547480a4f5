//! Wrong configurations do not compile, and the errors are as they should be; right ones compile
//! wherever they stand.
//!
//! A case is one mistake, or the forms of one mistake, in a folder by kind. `TRYBUILD=overwrite`
//! writes the `.stderr` files anew; read every line that changes as the person who made the mistake:
//! one error for each mistake, on the tokens at fault, with the way out at its end.

use std::{fs, path::Path};

/// The options of all features are in the cases.
#[cfg(all(
    feature = "foreign",
    feature = "live",
    feature = "pattern",
    feature = "serde",
    feature = "tracing",
    feature = "url"
))]
mod with_all_features {
    /// Without a case that passes, all are built by one `cargo check`: what is refused here is
    /// refused without code generation.
    #[test]
    fn wrong_configurations_do_not_compile() {
        let cases = trybuild::TestCases::new();
        for folder in super::folders().filter(|folder| *folder != "pass" && *folder != "feature") {
            cases.compile_fail(format!("tests/ui/{folder}/*.rs"));
        }
    }

    #[test]
    fn right_configurations_compile_wherever_they_stand() {
        trybuild::TestCases::new().pass("tests/ui/pass/*.rs");
    }
}

/// As most programs have it, where `syn` has the parts that the derive asks for and no others.
#[cfg(not(any(feature = "foreign", feature = "serde")))]
mod with_default_features {
    #[test]
    fn wrong_configurations_do_not_compile() {
        let cases = trybuild::TestCases::new();
        for folder in ["feature", "attribute", "constraint", "default", "rule"] {
            let is_case = |file: &String| file.ends_with(".rs") && !file.ends_with("url.rs");
            super::files(folder).filter(is_case).for_each(|case| cases.compile_fail(case));
        }
    }
}

#[test]
fn six_mistakes_are_six_errors() {
    let stderr = fs::read_to_string("tests/ui/many/six_mistakes.stderr").expect("the case has been run");
    let errors = stderr.lines().filter(|line| line.starts_with("error")).count();
    let aborting = stderr.lines().filter(|line| line.starts_with("error: aborting")).count();
    assert_eq!(errors - aborting, 6, "{stderr}");
}

#[test]
fn no_error_has_follow_on_errors_or_paths_of_a_machine() {
    let follow_on = ["erroneous constant", "inside `", "in this macro invocation", "E0282", "E0283"];
    for folder in folders() {
        for stderr in files(&folder).filter(|file| file.ends_with(".stderr")) {
            let text = fs::read_to_string(&stderr).expect("the file is text");
            for trace in follow_on {
                assert!(!text.contains(trace), "{stderr} has {trace}");
            }
            let is_absolute = |line: &str| line.trim_start().starts_with("--> /");
            assert!(!text.lines().any(is_absolute), "{stderr} has the path of a machine");
        }
    }
}

fn folders() -> impl Iterator<Item = String> {
    names(Path::new("tests/ui"))
}

fn files(folder: &str) -> impl Iterator<Item = String> {
    let folder = Path::new("tests/ui").join(folder);
    names(&folder).map(move |name| folder.join(name).display().to_string())
}

fn names(folder: &Path) -> impl Iterator<Item = String> + use<> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder is part of the repository")
        .map(|entry| entry.expect("the folder can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names.into_iter()
}
