//! `.env` files: agreement with other parsers, places of errors, and that no text of a line shows.

use std::{
    collections::BTreeMap,
    fmt::Debug,
    fs,
    path::{Path, PathBuf},
};

use confident::{
    BadLine, Code, Config, Dotenv, DotenvEntry, Env, ExposeSecret, OnUnknown, Report, SecretString,
};
use serde_json::Value as Json;

type Values = BTreeMap<String, String>;

fn values(entries: Vec<DotenvEntry>) -> Values {
    entries.into_iter().map(|entry| (entry.name, entry.value)).collect()
}

fn parse(text: &str) -> Values {
    values(Dotenv::parse(text).expect("the text is valid"))
}

fn expand(text: &str) -> Values {
    values(Dotenv::parse_expanding(text).expect("the text is valid"))
}

fn places(bad: &[BadLine]) -> Vec<(u32, u32)> {
    bad.iter().map(|bad| (bad.line, bad.column)).collect()
}

fn bad(text: &str) -> Vec<(u32, u32)> {
    places(&Dotenv::parse(text).expect_err("the text is not valid"))
}

/// A folder for the files of one test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("confident-dotenv-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("the folder can be made");
        Self(path)
    }

    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).expect("the file can be written");
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

mod peers {
    //! The cases of the parsers' own tests, and what those parsers say to texts on which they disagree.

    use super::*;

    /// Where this parser does not say what the parser that a case comes from says.
    struct Difference {
        id: &'static str,
        /// The places of the lines that are refused here.
        bad: &'static [(u32, u32)],
        /// What the other lines give here, where it is not what is expected.
        values: &'static [(&'static str, Option<&'static str>)],
        why: &'static str,
    }

    const fn differs(
        id: &'static str,
        bad: &'static [(u32, u32)],
        values: &'static [(&'static str, Option<&'static str>)],
        why: &'static str,
    ) -> Difference {
        Difference { id, bad, values, why }
    }

    const ESCAPES: &str = "a backslash before a, b, f, t or v in double quotes is refused: godotenv drops it, \
                           motdotla and Node keep it, python-dotenv reads it as C does, dotenvy refuses it";
    const ENVIRONMENT: &str =
        "$NAME names variables of the same file only: a file must mean the same everywhere";
    const UNDERSCORE: &str =
        "a name goes on past an underscore, as it does in a shell and for all other parsers";
    const BARE: &str =
        "bare values are what is there: of five parsers, only dotenvy reads backslashes in them";
    const HASH: &str = "a comment needs a blank before it, as for godotenv, dotenvy, python-dotenv and a shell: \
                        passwords and URLs have a # in them";
    const SKIPS: &str = "a line that is no assignment is refused, as by godotenv and dotenvy, not skipped: it may be \
                         a misspelled one";

    const DIFFERENCES: &[Difference] = &[
        differs("U0097", &[(1, 14)], &[("FOO", None)], ESCAPES),
        differs("U0098", &[(1, 16)], &[("FOO", None)], ESCAPES),
        differs("U0099", &[(1, 15)], &[("FOO", None)], ESCAPES),
        differs("U0100", &[(1, 1)], &[("", None)], "a value without a name belongs to no key"),
        differs("U0133", &[], &[("OPTION_F", Some(""))], ENVIRONMENT),
        differs("U0302", &[], &[("KEY6", Some("s\\ ix"))], BARE),
        differs(
            "U0307",
            &[(5, 19), (6, 16)],
            &[("KEY", Some("my\\ cool\\ value")), ("KEY4", None), ("KEY5", None)],
            "bare values are what is there, and only a comment may follow a closing quotation mark: of five \
             parsers, only dotenvy joins what stands next to each other",
        ),
        differs(
            "U0308",
            &[],
            &[("KEY", Some("my uncool value"))],
            "a bare value may have blanks in it, as for all parsers but dotenvy",
        ),
        differs("U0311", &[], &[("KEY4", Some("h\\8u"))], BARE),
        differs(
            "U0320",
            &[],
            &[("KEY", Some(">test_user_with_separator<>test_user}<>test_user{<"))],
            UNDERSCORE,
        ),
        differs("U0321", &[], &[("KEY", Some("><"))], ENVIRONMENT),
        differs("U0322", &[], &[("KEY", Some(">test_user<"))], ENVIRONMENT),
        differs("U0323", &[], &[("KEY2", Some("")), ("KEY", Some(">test_user<><"))], UNDERSCORE),
        differs("U0324", &[], &[("KEY2", Some("")), ("KEY", Some("><><"))], UNDERSCORE),
        differs("U0326", &[], &[(".KEY", Some("value"))], "most parsers take a name that begins with a dot"),
        differs("U0328", &[], &[("VALUE", Some(">\\f<"))], BARE),
        differs(
            "U0329",
            &[],
            &[(
                "INLINE_COMMENTS_SPACE",
                Some("inline comments start with a#number sign. no space required."),
            )],
            HASH,
        ),
        differs(
            "U0335",
            &[(58, 23), (60, 4)],
            &[
                (
                    "INLINE_COMMENTS_SPACE",
                    Some("inline comments start with a#number sign. no space required."),
                ),
                ("MULTI_NOT_VALID_QUOTE", None),
            ],
            "a quotation mark that is not closed and a line that is no assignment are refused, as by godotenv and \
             dotenvy; a comment needs a blank before it",
        ),
        differs("U0336", &[(1, 4), (3, 4), (6, 17), (7, 21)], &[], SKIPS),
    ];

    struct Case {
        id: String,
        peer: String,
        text: String,
        env: Values,
        mode: String,
        /// None where the text is refused.
        expected: Option<Values>,
        is_whole: bool,
        absent: Vec<String>,
    }

    fn lines(name: &str) -> Vec<Json> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name);
        let text = fs::read_to_string(path).expect("the data is there");
        text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
    }

    fn map(json: &Json) -> Values {
        let text = |json: &Json| json.as_str().expect("values are text").to_owned();
        json.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), text(value))).collect()
    }

    fn case(row: &Json) -> Case {
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        let expected = match (&row["expected"], &row["expected_subset"], &row["expected_error"]) {
            (whole @ Json::Object(_), Json::Null, Json::Null) => Some(map(whole)),
            (Json::Null, subset @ Json::Object(_), Json::Null) => Some(map(subset)),
            (Json::Null, Json::Null, Json::String(_)) => None,
            other => panic!("a case of another shape: {other:?}"),
        };
        let absent = row["expected_absent"].as_array().into_iter().flatten();
        Case {
            id: text("id"),
            peer: text("peer"),
            text: text("text"),
            env: map(&row["env"]),
            mode: row["options"]["mode"].as_str().unwrap_or_default().to_owned(),
            expected,
            is_whole: !row["expected"].is_null(),
            absent: absent.map(|name| name.as_str().expect("names are text").to_owned()).collect(),
        }
    }

    impl Case {
        /// What the text gives here, where its bad lines are left out, and their places. The variables of
        /// the environment win or lose as the case says.
        fn ours(&self) -> (Values, Vec<(u32, u32)>) {
            // The parsers that replace `$NAME` unasked.
            let expands = matches!(&*self.peer, "godotenv" | "dotenvy");
            let parse = if expands { Dotenv::parse_expanding } else { Dotenv::parse };
            let (mut values, bad) = match parse(&self.text) {
                Ok(entries) => (values(entries), Vec::new()),
                Err(bad) => {
                    let is_bad = |at: usize| bad.iter().any(|bad| bad.line as usize == at + 1);
                    let lines = self.text.split('\n').enumerate();
                    let rest: Vec<&str> =
                        lines.map(|(at, line)| if is_bad(at) { "" } else { line }).collect();
                    (values(parse(&rest.join("\n")).expect("only bad lines are bad")), places(&bad))
                }
            };
            if self.mode.starts_with("load into process env") {
                values.extend(self.env.clone());
            }
            (values, bad)
        }

        /// What is different here: names with what they have here.
        fn difference(&self, ours: &Values) -> Vec<(String, Option<String>)> {
            let none = Values::new();
            let expected = self.expected.as_ref().unwrap_or(&none);
            let mut different: Vec<_> = expected
                .iter()
                .filter(|(name, value)| ours.get(*name) != Some(value))
                .map(|(name, _)| (name.clone(), ours.get(name).cloned()))
                .collect();
            let is_extra = |name: &String| {
                let must_not_be = self.is_whole || self.expected.is_none() || self.absent.contains(name);
                must_not_be && !expected.contains_key(name)
            };
            let extra = ours.iter().filter(|(name, _)| is_extra(name));
            different.extend(extra.map(|(name, value)| (name.clone(), Some(value.clone()))));
            different.sort();
            different
        }

        fn agrees(&self) -> bool {
            let (ours, bad) = self.ours();
            match &self.expected {
                None => !bad.is_empty(),
                Some(_) => bad.is_empty() && self.difference(&ours).is_empty(),
            }
        }
    }

    #[test]
    fn every_case_of_other_parsers_is_read_as_they_do_but_for_a_table_of_differences() {
        let cases: Vec<Case> = lines("dotenv-cases.jsonl").iter().map(case).collect();
        assert_eq!(cases.len(), 114);
        let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
        for case in &cases {
            let difference = DIFFERENCES.iter().find(|difference| difference.id == case.id);
            counts.entry(&case.peer).or_default()[usize::from(difference.is_some())] += 1;
            let (ours, bad) = case.ours();
            match difference {
                None => assert!(case.agrees(), "{}: {:?} gives {ours:?}, {bad:?}", case.id, case.text),
                Some(Difference { id, bad: refused, values, why }) => {
                    assert!(!case.agrees(), "{id} is no difference");
                    assert_eq!(bad, *refused, "{id}");
                    let owned =
                        |(name, value): &(&str, Option<&str>)| ((*name).to_owned(), value.map(str::to_owned));
                    let mut values: Vec<_> = values.iter().map(owned).collect();
                    values.sort();
                    assert_eq!(case.difference(&ours), values, "{id}");
                    println!("{id} of {}: {why}", case.peer);
                }
            }
        }
        for (peer, [agree, differ]) in counts {
            println!("{peer}: {agree} cases agree, {differ} differ");
        }
    }

    /// What most of the parsers that were run say to the text, which this one does not.
    const AGAINST_MOST: &[(&str, &str)] = &[
        (
            "A=#foo",
            "empty, or a value to python-dotenv and a shell: it is refused, because a password may begin with a #",
        ),
        (
            "A=\"x\\$y\"",
            "no parser without $NAME takes \\$ for a dollar sign, but nobody means anything else by it",
        ),
        ("A :1", SKIPS),
        ("=x", SKIPS),
        ("A=`x", "a quotation mark that is not closed is refused, whichever it is"),
    ];

    #[test]
    fn what_most_parsers_say_to_a_text_is_said_here_but_for_a_table_of_differences() {
        let (mut agree, mut torn, mut differ) = (0, 0, Vec::new());
        for row in lines("dotenv-peers.jsonl") {
            let text = row["text"].as_str().expect("a text");
            let answers = ["motdotla", "node", "python_dotenv", "dotenvy"].map(|peer| &row[peer]);
            let most = answers.iter().find(|one| answers.iter().filter(|other| other == one).count() > 2);
            let ours = Dotenv::parse(text).map_or(Json::Null, |entries| {
                values(entries).into_iter().map(|(name, value)| (name, Json::String(value))).collect()
            });
            match most {
                None => torn += 1,
                Some(most) if **most == ours => agree += 1,
                Some(_) => differ.push(text.to_owned()),
            }
            if most.is_none_or(|most| **most != ours) {
                println!("{text:?}: {ours} here, {answers:?} there");
            }
        }
        for (text, why) in AGAINST_MOST {
            println!("against most: {text:?}: {why}");
        }
        let table: Vec<_> = AGAINST_MOST.iter().map(|(text, _)| *text).collect();
        assert_eq!(differ, table);
        println!(
            "of the texts, {agree} agree with most parsers, {} differ, {torn} have no majority",
            differ.len()
        );
    }

    #[test]
    fn cases_with_the_same_text_expect_the_same() {
        let mut answers: BTreeMap<(String, Values, String), Vec<Option<Values>>> = BTreeMap::new();
        for case in lines("dotenv-cases.jsonl").iter().map(case) {
            let seen = answers.entry((case.text, case.env, case.mode)).or_default();
            if !seen.contains(&case.expected) {
                seen.push(case.expected);
            }
        }
        let torn: Vec<_> = answers.iter().filter(|(_, answers)| answers.len() > 1).collect();
        assert!(torn.is_empty(), "{torn:?}");
        println!("{} different texts", answers.len());
    }
}

mod real_files {
    //! Files of published programs.

    use super::*;

    fn read(name: &str) -> String {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/real").join(name);
        fs::read_to_string(path).expect("the data is there")
    }

    #[test]
    fn crates_io() {
        let values = parse(&read("crates-io/env.sample"));
        assert_eq!(values.len(), 9);
        assert_eq!(values["SESSION_KEY"], "badkeyabcdefghijklmnopqrstuvwxyzabcdef");
        assert_eq!(values["WEB_ALLOWED_ORIGINS"], "http://localhost:8888,http://localhost:4200");
        assert_eq!(values["GH_CLIENT_SECRET"], "");
        // `$` means nothing unless asked for.
        assert_eq!(values["GIT_REPO_URL"], "file://$PWD/tmp/index-bare");
        assert_eq!(expand(&read("crates-io/env.sample"))["GIT_REPO_URL"], "file:///tmp/index-bare");
    }

    #[test]
    fn docs_rs() {
        let values = parse(&read("docs-rs/env.sample"));
        assert_eq!(values.len(), 12);
        assert_eq!(values["DOCSRS_LOG"], "docs_rs=debug,rustwide=info");
        assert_eq!(values["DOCSRS_DATABASE_URL"], "postgresql://cratesfyi:password@localhost:15432");
        let values = parse(&read("docs-rs/docker.env.sample"));
        assert_eq!(values.len(), 5);
        assert_eq!(values["DOCSRS_MAX_QUEUED_REBUILDS"], "10");
    }

    #[test]
    fn svix_server() {
        let values = parse(&read("svix-server/development.env"));
        assert_eq!(values.len(), 7);
        assert_eq!(values["DATABASE_URL"], "postgresql://postgres:postgres@localhost/postgres");
        assert_eq!(values["SVIX_RABBIT_DSN"], "amqp://xivs:xivs@127.0.0.1:5672/%2f");
    }
}
