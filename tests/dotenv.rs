//! `.env` files: agreement with other parsers, places of errors, and that no text of a line shows.

mod common;

use std::{collections::BTreeMap, fmt::Debug, fs, path::Path};

use common::Folder;
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
    const UNDERSCORE: &str = "a name goes on past an underscore, as it does in a shell and for godotenv";
    const BARE: &str =
        "bare values are what is there: of the four parsers that were run, only dotenvy reads backslashes";
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
            "bare values are what is there, and only a comment may follow a closing quotation mark: of the four \
             parsers that were run, only dotenvy joins what stands next to each other",
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

mod lines {
    //! What a line may be, and where it is at fault.

    use super::*;

    #[test]
    fn every_bad_line_is_reported_at_its_place() {
        let text = "GOOD=1\nno equals\n  =x\nA=`open\nB='x' y\nC=#x\nD=\"\\t\"\nE+F=1\nLAST=2\n";
        assert_eq!(bad(text), [(2, 4), (3, 3), (4, 3), (5, 7), (6, 3), (7, 4), (8, 2)]);
    }

    #[test]
    fn a_mistake_inside_a_value_of_several_lines_does_not_make_its_lines_entries() {
        assert_eq!(bad("A=\"one\ntwo \\t\nB=three\"\nC=4"), [(2, 5)]);
    }

    #[test]
    fn a_quotation_mark_that_is_not_closed_hides_no_other_line() {
        assert_eq!(bad("A='x\nB=1\nwrong\nC=`y"), [(1, 3), (3, 6), (4, 3)]);
    }

    #[test]
    fn columns_count_characters_and_are_those_of_the_value() {
        let entries = Dotenv::parse("A='é' # é\nexport  B =  \"x\"\nC=\nD=é\n").expect("it is valid");
        let places: Vec<_> = entries.iter().map(|entry| (entry.line, entry.column)).collect();
        assert_eq!(places, [(1, 3), (2, 14), (3, 3), (4, 3)]);
        let entries = Dotenv::parse("A=\"1\r\n2\r3\"\nB=x").expect("it is valid");
        assert_eq!((&*entries[0].value, entries[1].line), ("1\n2\n3", 4));
    }

    #[test]
    fn a_dollar_sign_means_nothing_unless_asked_for() {
        let text = "A=1\nB=$A\nC=\"${A}\"\nHASH=$2a$10$N9qo8uLOickgx2ZMRZoMye";
        assert_eq!(parse(text)["B"], "$A");
        assert_eq!(parse(text)["C"], "${A}");
        assert_eq!(expand(text)["C"], "1");
        assert_eq!(parse(text)["HASH"], "$2a$10$N9qo8uLOickgx2ZMRZoMye");
    }

    #[test]
    fn a_default_stands_in_for_what_is_absent_or_empty() {
        let values = expand("E=\nA=${X:-x y}\nB=${E:-e}\nC=${A:-no}\nD=\"${X:-}\"\nF=$E${A}$$ $ 5$");
        assert_eq!([&*values["A"], &values["B"], &values["C"], &values["D"]], ["x y", "e", "x y", ""]);
        assert_eq!(values["F"], "x y$$ $ 5$");
    }

    #[test]
    fn what_is_put_in_is_not_read_again() {
        assert_eq!(expand("A='$B \\n'\nB=1\nC=\"$A\"")["C"], "$B \\n");
    }

    #[test]
    fn an_expansion_that_is_not_finished_is_refused() {
        for text in
            ["A=${", "A=${}", "A=${X", "A=${X-y}", "A=\"${X:-y\"", "A=${1}", "A=${X:-${Y}}", "A=${X.Y}"]
        {
            let bad = Dotenv::parse_expanding(text).expect_err(text);
            assert!(bad[0].to_string().contains("$ is a dollar sign") || bad[0].what.contains("not closed"));
        }
    }

    #[test]
    fn values_that_double_line_by_line_end_before_memory_does() {
        let mut text = "V0=0123456789\n".to_owned();
        (1..64).for_each(|line| text.push_str(&format!("V{line}=$V{0}$V{0}\n", line - 1)));
        let bad = Dotenv::parse_expanding(&text).expect_err("2^63 times ten bytes");
        assert!(bad[0].what.contains("1 MiB"), "{}", bad[0]);
    }

    #[test]
    fn debug_shows_places_only() {
        let entries = Dotenv::parse("PIN=hunter2\n").expect("it is valid");
        assert_eq!(format!("{entries:?}"), "[DotenvEntry at 1:5]");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "([A-Z =:'\"`#$\\\\{}\r\n]|\\PC){0,60}") {
            for result in [Dotenv::parse(&text), Dotenv::parse_expanding(&text)] {
                if let Err(bad) = result {
                    assert!(!bad.is_empty());
                    assert!(places(&bad).is_sorted());
                }
            }
        }

        #[test]
        fn any_value_without_line_breaks_can_be_written(value in "[^\r\n]{0,30}") {
            let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "\\$");
            assert_eq!(parse(&format!("A=\"{escaped}\""))["A"], value);
            assert_eq!(expand(&format!("A=\"{escaped}\""))["A"], value);
        }
    }
}

mod source {
    //! The file as a source of a load.

    use super::*;

    /// A program.
    #[derive(Config)]
    #[config(app = "payments")]
    #[allow(dead_code)]
    struct Settings {
        /// Who it greets.
        #[config(default = "nobody")]
        name: String,
        /// How to log in.
        token: Option<SecretString>,
        /// Whom it listens to.
        #[config(default = [])]
        peers: Vec<String>,
    }

    fn load(source: Dotenv) -> Result<Settings, Report> {
        Settings::loader().source(source).load()
    }

    fn report(source: Dotenv) -> Report {
        load(source).map(|_| ()).expect_err("something is wrong")
    }

    /// The only problem of a load, without the folder in its text.
    fn problem(folder: &Folder, source: Dotenv) -> String {
        let report = report(source);
        assert_eq!(report.problems().len(), 1, "{report}");
        let text = report.to_string().replace(&*folder.0.to_string_lossy(), "folder");
        let lines: Vec<&str> = text.lines().skip(2).map(str::trim).collect();
        lines.join("\n").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn values_come_with_their_place() {
        let folder = Folder::new();
        let path = folder.file(".env", "PAYMENTS_PEERS=\"a,b\"\nexport PAYMENTS_NAME = ada # her name\n");
        let settings = load(Dotenv::required(&path)).expect("it is valid");
        assert_eq!((&*settings.name, settings.peers.len()), ("ada", 2));
        folder.file(".env", "PAYMENTS_PEERS=\"a,b\"\nPAYMENTS_NAM=ada\n");
        assert_eq!(
            problem(&folder, Dotenv::required(&path)),
            "PAYMENTS_NAM unknown; did you mean PAYMENTS_NAME? from folder/.env:2:14"
        );
    }

    #[test]
    fn later_sources_win_over_it_and_it_wins_over_earlier_ones() {
        let folder = Folder::new();
        let path = folder.file(".env", "PAYMENTS_NAME=file\n");
        let env = || Env::from_pairs([("PAYMENTS_NAME", "environment")]);
        let name = |loaded: Result<Settings, Report>| loaded.expect("it is valid").name;
        let file = || Dotenv::required(&path);
        assert_eq!(name(Settings::loader().source(file()).source(env()).load()), "environment");
        assert_eq!(name(Settings::loader().source(env()).source(file()).load()), "file");
    }

    #[test]
    fn the_last_value_of_a_name_counts() {
        let folder = Folder::new();
        let path =
            folder.file(".env", "PAYMENTS_PEERS_0=a\nPAYMENTS_NAME=1\nPAYMENTS_PEERS_0=b\nPAYMENTS_NAME=2\n");
        let settings = load(Dotenv::required(path)).expect("it is valid");
        assert_eq!((&*settings.name, &*settings.peers), ("2", &["b".to_owned()][..]));
    }

    #[test]
    fn variables_of_other_programs_are_ignored_and_its_own_must_be_known() {
        let folder = Folder::new();
        let path = folder.file(".env", "OTHER=1\nPAYMENTS_X=1\n");
        assert_eq!(report(Dotenv::required(&path)).problems()[0].code(), Code::Unknown);
        let warned = Settings::loader().source(Dotenv::required(&path).on_unknown(OnUnknown::Warn));
        assert_eq!(warned.load_with_warnings().expect("it is valid").warnings.len(), 1);
        let ignored = Settings::loader().source(Dotenv::required(&path).on_unknown(OnUnknown::Ignore));
        assert_eq!(ignored.load_with_warnings().expect("it is valid").warnings.len(), 0);
    }

    #[test]
    fn every_bad_line_is_in_the_report_and_so_is_what_else_is_wrong() {
        let folder = Folder::new();
        let path = folder.file(".env", "hunter2\nPAYMENTS_NAM=1\nPAYMENTS_TOKEN='hunter2\n");
        let report = report(Dotenv::required(path));
        let text = report.to_string().replace(&*folder.0.to_string_lossy(), "folder");
        let lines: Vec<_> = text.lines().skip(2).collect();
        assert_eq!(
            lines.join(" ").split_whitespace().collect::<Vec<_>>().join(" "),
            "folder/.env `=` is expected after the name, which is made of ASCII letters, digits, `_`, `.` and `-` \
             from folder/.env:1:8 \
             folder/.env the quotation mark is not closed \
             from folder/.env:3:16 \
             PAYMENTS_NAM unknown; did you mean PAYMENTS_NAME? \
             from folder/.env:2:14"
        );
    }

    #[test]
    fn messages_tell_the_way_out() {
        let said = |text: &str| Dotenv::parse(text).expect_err("it is not valid")[0].to_string();
        assert_eq!(
            said("A=\"\\t\""),
            "1:4: a backslash before a, b, f, t or v in double quotes is a control character to some parsers and \
             itself to others: write \\\\ for a backslash, and a control character as it is"
        );
        assert_eq!(
            said("A=#1"),
            "1:3: a # right behind `=` is a comment to some parsers and a value to others: put the value in \
             quotes, or a blank before the comment"
        );
    }

    #[test]
    fn an_optional_file_may_be_absent_and_a_required_one_may_not() {
        let folder = Folder::new();
        let path = folder.0.join("nothing.env");
        assert_eq!(load(Dotenv::optional(&path)).expect("it is valid").name, "nobody");
        assert_eq!(problem(&folder, Dotenv::required(&path)), "folder/nothing.env does not exist");
    }

    #[test]
    fn what_is_no_file_of_text_is_a_problem_even_where_it_is_optional() {
        let folder = Folder::new();
        fs::create_dir(folder.0.join("dir")).expect("the folder can be made");
        let optional = |name: &str| problem(&folder, Dotenv::optional(folder.0.join(name)));
        assert_eq!(optional("dir"), "folder/dir is a directory, not a file");
        folder.file("large", vec![b'#'; (1 << 20) + 1]);
        assert_eq!(optional("large"), "folder/large is larger than 1 MiB");
        folder.file("latin", b"# one\nA=\xff\n");
        assert_eq!(optional("latin"), "folder/latin is not UTF-8 text from folder/latin:2:3");
    }

    #[test]
    fn one_mebibyte_is_not_too_much() {
        let folder = Folder::new();
        let path = folder.file("full", vec![b'#'; 1 << 20]);
        assert!(load(Dotenv::required(path)).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_fifo_is_not_waited_for() {
        let folder = Folder::new();
        let path = folder.0.join("fifo");
        let made = std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo runs");
        assert!(made.success());
        assert_eq!(problem(&folder, Dotenv::optional(&path)), "folder/fifo is not a plain file");
        assert_eq!(problem(&folder, Dotenv::optional("/dev/zero")), "/dev/zero is not a plain file");
    }

    #[test]
    fn the_profile_of_the_load_is_in_the_path() {
        let folder = Folder::new();
        folder.file(".env.staging", "PAYMENTS_NAME=staging\n");
        let path = folder.0.join(".env.{profile}");
        let staging = Settings::loader().profile("staging").source(Dotenv::required(&path)).load();
        assert_eq!(staging.expect("it is valid").name, "staging");
        assert_eq!(load(Dotenv::optional(&path)).expect("it is valid").name, "nobody");
        assert_eq!(
            problem(&folder, Dotenv::required(&path)),
            "folder/.env.{profile} names the profile, but the load has none"
        );
    }

    #[test]
    fn a_profile_does_not_lead_to_another_directory() {
        let folder = Folder::new();
        folder.file("other", "PAYMENTS_NAME=stolen\n");
        fs::create_dir(folder.0.join("env")).expect("the folder can be made");
        let path = folder.0.join("env/{profile}");
        for profile in ["../other", "..", "a/b", "a\\b", "a b"] {
            let report = Settings::loader().profile(profile).source(Dotenv::optional(&path)).load();
            assert!(report.map(|_| ()).expect_err(profile).to_string().contains("names the profile, which"));
        }
    }

    #[test]
    fn the_file_may_name_the_profile() {
        let folder = Folder::new();
        let path = folder.file(".env", "PAYMENTS_PROFILE=staging\n");
        folder.file(".env.staging", "PAYMENTS_NAME=staging\n");
        let loader = Settings::loader().source(Dotenv::required(path));
        let loader = loader.source(Dotenv::required(folder.0.join(".env.{profile}")));
        assert_eq!(loader.load().expect("it is valid").name, "staging");
    }

    #[test]
    fn the_process_environment_is_neither_written_nor_read() {
        let folder = Folder::new();
        let path = folder.file(".env", "PAYMENTS_NAME=\"$PATH\"\nCONFIDENT_DOTENV_TEST=1\n");
        let settings = load(Dotenv::required(path).expand()).expect("it is valid");
        assert_eq!(settings.name, "");
        #[allow(clippy::disallowed_methods)] // what the test is about
        let written = std::env::var_os("CONFIDENT_DOTENV_TEST");
        assert!(written.is_none());
    }

    #[test]
    fn a_secret_in_a_file_that_it_names_comes_from_it() {
        /// A program that takes its secret from the environment alone.
        #[derive(Config)]
        #[config(app = "strict")]
        #[allow(dead_code)]
        struct Strict {
            /// How to log in.
            #[config(sources("env"))]
            token: SecretString,
        }

        let folder = Folder::new();
        let secret = folder.file("token", "hunter2\n");
        let path = folder
            .file(".env", format!("PAYMENTS_TOKEN_FILE={0}\nSTRICT_TOKEN_FILE={0}\n", secret.display()));
        let token = load(Dotenv::required(&path)).expect("it is valid").token.expect("it is set");
        assert_eq!(token.expose_secret(), "hunter2");
        let report =
            Strict::loader().source(Dotenv::required(&path)).load().map(|_| ()).expect_err("not env");
        assert_eq!(report.problems()[0].code(), Code::WrongSource, "{report}");
    }

    #[test]
    fn a_password_with_a_dollar_sign_stays_as_it_is() {
        let folder = Folder::new();
        let path = folder.file(".env", "PAYMENTS_TOKEN=$2a$10$N9qo8uLO\n");
        let token = load(Dotenv::required(path)).expect("it is valid").token.expect("it is set");
        assert_eq!(token.expose_secret(), "$2a$10$N9qo8uLO");
    }
}

mod secrecy {
    //! No text of the file is in anything that a load says.

    use super::*;

    /// A program with secrets.
    #[derive(Config)]
    #[config(app = "vaulty")]
    #[allow(dead_code)]
    struct Settings {
        /// A password.
        password: SecretString,
        /// A number.
        pin: confident::SecretBox<u32>,
        /// Text with a format.
        #[config(format = "url")]
        database_url: SecretString,
        /// Several.
        #[config(separator = ";")]
        tokens: Vec<SecretString>,
        /// How often it tries again.
        #[config(default = 3)]
        retries: u32,
    }

    /// What looks for a leak: no part of it is a word of a message.
    const SECRET: &str = "hunter2TOPSECRET";

    const FILE: &str = "# The secrets.\n\
        OTHER=\"${NOBODY:-hunter2TOPSECRET}\" # hunter2TOPSECRET\n\
        VAULTY_PASSWORD=\"hunter2TOPSECRET\\n\"\n\
        VAULTY_PIN=hunter2TOPSECRET=\n\
        export VAULTY_DATABASE_URL='postgres://u:hunter2TOPSECRET@db/x'\n\
        VAULTY_RETRIES: 5\n\
        VAULTY_TOKENS=`hunter2TOPSECRET;\nhunter2TOPSECRET`\n";

    fn said(result: Result<confident::Loaded<Settings>, Report>) -> String {
        match result {
            Ok(loaded) => format!("{:?} {:#?} {:?}", loaded.settings, loaded.settings, loaded.warnings),
            Err(report) => {
                let json = serde_json::to_string(&report).expect("a report is JSON");
                let parts = report.problems().iter().chain(report.warnings()).map(|problem| {
                    let subject = (problem.subject(), problem.message(), problem.notes(), problem.origin());
                    format!("{problem:?} {subject:?}")
                });
                format!("{report} {report:?} {json} {}", parts.collect::<Vec<_>>().join(" "))
            }
        }
    }

    fn say(value: &impl Debug) -> String {
        format!("{value:?} {value:#?}")
    }

    /// Whether a long enough part of the secret shows: a mutation may have broken it in two.
    fn shows(text: &str) -> bool {
        SECRET.as_bytes().windows(7).any(|part| text.contains(std::str::from_utf8(part).expect("ASCII")))
    }

    #[test]
    fn no_one_byte_mutation_of_a_file_makes_a_secret_show() {
        let folder = Folder::new();
        let (mut count, mut refused) = (0, 0);
        for at in 0..FILE.len() {
            for with in [
                None,
                Some(b'"'),
                Some(b'\''),
                Some(b'`'),
                Some(b'='),
                Some(b'#'),
                Some(b'\\'),
                Some(b'\n'),
                Some(b'$'),
                Some(b'_'),
                Some(b':'),
                Some(0xff),
            ] {
                let mut bytes = FILE.as_bytes().to_vec();
                match with {
                    Some(byte) => bytes[at] = byte,
                    None => drop(bytes.remove(at)),
                }
                let path = folder.file(".env", &bytes);
                let mut source = Dotenv::required(&path);
                if at % 2 == 0 {
                    source = source.expand();
                }
                let result = Settings::loader().source(source).load_with_warnings();
                refused += usize::from(result.as_ref().is_err_and(|report| {
                    report.problems().iter().any(|problem| problem.code() == Code::Unreadable)
                }));
                let mut text = said(result);
                if let Ok(file) = std::str::from_utf8(&bytes) {
                    text.push_str(&say(&Dotenv::parse(file)));
                    text.push_str(&say(&Dotenv::parse_expanding(file)));
                }
                assert!(!shows(&text), "byte {at} as {with:?}: {text}");
                count += 1;
            }
        }
        println!("{count} mutations, of which {refused} make bad lines");
        assert!(count >= 3000 && refused >= 300, "{count} {refused}");
    }

    /// The control: what is looked for is found where it is shown.
    #[test]
    fn a_secret_that_shows_is_seen() {
        /// A program that takes its secret for a plain number.
        #[derive(Config)]
        #[config(app = "vaulty")]
        #[allow(dead_code)]
        struct Plain {
            /// A number.
            #[config(default = 1)]
            pin: u32,
        }

        let folder = Folder::new();
        let path = folder.file(".env", FILE);
        let report = Plain::loader().source(Dotenv::required(path)).load().expect_err("the pin is no number");
        assert!(shows(&report.to_string()), "{report}");
    }

    #[test]
    fn a_line_is_no_part_of_the_value_before_it_where_a_line_break_or_quotation_mark_is_missing() {
        let folder = Folder::new();
        for line in [
            "VAULTY_RETRIES=5VAULTY_PIN=hunter2TOPSECRET",
            "VAULTY_RETRIES=\"5\nVAULTY_PIN=hunter2TOPSECRET\n# 5\"",
            "VAULTY_RETRIES=VAULTY_PASSWORD_FILE = hunter2TOPSECRET",
            "VAULTY_RETRIES=\u{e9}export VAULTY_TOKENS: hunter2TOPSECRET",
        ] {
            let path = folder.file(".env", line);
            let report = Settings::loader().source(Dotenv::required(path)).load().expect_err("it is joined");
            assert_eq!(report.problems()[0].code(), Code::Unreadable, "{report}");
            assert!(!shows(&report.to_string()), "{report}");
        }
        let path = folder.file(".env", "VAULTY_PASSWORD=xVAULTY_PI=1\nVAULTY_TOKENS='VAULTY_PIN=1'\n");
        let report = Settings::loader().source(Dotenv::required(path)).load().expect_err("keys are missing");
        assert!(report.problems().iter().all(|problem| problem.code() == Code::Missing), "{report}");
    }

    #[test]
    fn a_name_that_may_hold_a_value_is_cut() {
        let folder = Folder::new();
        let path = folder.file(".env", "VAULTY_PINhunter2TOPSECRET=\nVAULTY_RETRIESS=1\n");
        let report = Settings::loader().source(Dotenv::required(path)).load().expect_err("much is wrong");
        let unknown = report.problems().iter().filter(|problem| problem.code() == Code::Unknown);
        let subjects: Vec<_> = unknown.map(|problem| problem.subject()).collect();
        assert_eq!(subjects, ["VAULTY_PIN...", "VAULTY_RETRIESS"]);
    }
}
