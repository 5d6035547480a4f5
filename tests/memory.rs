//! What is left of a secret in the memory of the process: one copy while the settings live, none after.

#![cfg(all(target_os = "linux", feature = "toml", feature = "json", feature = "yaml"))]

mod common;
#[path = "common/memory.rs"]
mod memory;

use std::{collections::BTreeMap, fs, path::Path};

use confident::{
    Config, Dotenv, Env, Explanation, File, Memory, Overrides, Report, Root, SecretBox, SecretDir,
    SecretString,
};
use memory::{Given, copies};
use zeroize::Zeroizing;

/// One secret.
#[derive(Config)]
#[config(app = "payments")]
struct One {
    /// How it logs in.
    token: SecretString,
}

/// One secret, perhaps.
#[derive(Config)]
#[config(app = "payments")]
struct Perhaps {
    /// How it logs in.
    token: Option<SecretString>,
}

/// One secret with constraints.
#[derive(Config)]
#[config(app = "payments")]
struct Constrained {
    /// How it logs in.
    #[config(len = 1..=4096, pattern = "^[^ ]*$")]
    token: SecretString,
}

/// A list of secrets.
#[derive(Config)]
#[config(app = "payments")]
struct Several {
    /// How it logs in.
    tokens: Vec<SecretString>,
}

/// A list of secrets that merges.
#[derive(Config)]
#[config(app = "payments")]
struct Merged {
    /// How it logs in.
    #[config(merge)]
    tokens: Vec<SecretString>,
}

/// A map of secrets.
#[derive(Config)]
#[config(app = "payments")]
struct Named {
    /// How it logs in.
    tokens: BTreeMap<String, SecretString>,
}

/// A map of secrets that merges.
#[derive(Config)]
#[config(app = "payments")]
struct NamedMerged {
    /// How it logs in.
    #[config(merge)]
    tokens: BTreeMap<String, SecretString>,
}

/// A list of groups.
#[derive(Config)]
#[config(app = "payments")]
struct Grouped {
    /// Who there is.
    #[config(nested)]
    peers: Vec<Peer>,
}

/// A map of groups.
#[derive(Config)]
#[config(app = "payments")]
struct GroupedByName {
    /// Who there is.
    #[config(nested)]
    peers: BTreeMap<String, Peer>,
}

/// One of several.
#[derive(Config)]
struct Peer {
    /// Who it is.
    #[config(default = "nobody")]
    name: String,
    /// How it logs in.
    token: SecretString,
}

/// A secret of a type of its own.
#[derive(Config)]
#[config(app = "payments")]
struct Owned {
    /// How it logs in.
    token: SecretBox<String>,
}

/// A secret of numbers.
#[derive(Config)]
#[config(app = "payments")]
struct Bytes {
    /// What it signs with.
    signing_key: SecretBox<Vec<u8>>,
}

/// A secret that stands in its place.
#[derive(Config)]
#[config(app = "payments")]
struct Inline {
    /// What it signs with.
    signing_key: SecretBox<[u8; 64]>,
}

/// A secret next to a key that is none.
#[derive(Config)]
#[config(app = "payments")]
struct Two {
    /// How it logs in.
    token: SecretString,
    /// Where it listens.
    port: u16,
}

/// Loads from one file.
fn load<R: Root>(folder: &Path, file: &str) -> R {
    let path = folder.join(file);
    let loader = R::loader();
    let loader = if file.ends_with(".env") {
        loader.source(Dotenv::required(path))
    } else {
        loader.source(File::required(path))
    };
    loader.load().expect("the file has what is wanted")
}

/// What the file `secret` holds, without a copy: for values that the program gives.
fn given(folder: &Path) -> String {
    let bytes = fs::read(folder.join("secret")).expect("the test has written it");
    String::from_utf8(bytes).expect("it is ASCII")
}

/// The secret with some characters as escapes, so that it has to be put together.
fn escaped(secret: &str) -> String {
    let escape = |(at, char): (usize, char)| match at % 12 {
        5 => format!("\\u{:04x}", u32::from(char)),
        _ => char.to_string(),
    };
    secret.chars().enumerate().map(escape).collect()
}

/// The bytes of the secret as numbers.
fn numbers(secret: &str) -> String {
    secret.bytes().map(|byte| byte.to_string()).collect::<Vec<_>>().join(",")
}

/// Claims that of what the first closure writes, the settings have one copy, and nothing is left of it after them.
macro_rules! one_copy {
    ($($name:ident: $prepare:expr => $load:expr;)*) => {$(
        #[test]
        fn $name() {
            let copies = copies($prepare, $load);
            assert!(copies.are(1, 0), "{copies:?}");
        }
    )*};
}

/// Claims that of what the first closure writes, nothing is left by what the second one does.
macro_rules! no_copy {
    ($($name:ident: $prepare:expr => $load:expr;)*) => {$(
        #[test]
        fn $name() {
            let copies = copies($prepare, $load);
            assert!(copies.are(0, 0), "{copies:?}");
        }
    )*};
}

fn write(name: &'static str, content: impl Fn(&str) -> String) -> impl FnOnce(&mut Given) {
    move |given| {
        given.file(name, &content(&given.secret));
    }
}

one_copy! {
    a_text_in_toml_has_one_copy:
        write("a.toml", |secret| format!("token = \"{secret}\"\n")) => |folder| load::<One>(folder, "a.toml");
    a_text_in_toml_with_escapes_has_one_copy:
        write("a.toml", |secret| format!("token = \"\\n{}\"\n", escaped(secret))) => |folder| load::<One>(folder, "a.toml");
    a_text_in_toml_over_several_lines_has_one_copy:
        write("a.toml", |secret| format!("token = \"\"\"\r\n{}\\\r\n  {}\r\n\"\"\"\n", &secret[..32], &secret[32..]))
            => |folder| load::<One>(folder, "a.toml");
    a_text_in_yaml_without_quotes_has_one_copy:
        write("a.yaml", |secret| format!("token: {secret} # {secret}\n")) => |folder| load::<One>(folder, "a.yaml");
    a_text_in_yaml_without_quotes_over_several_lines_has_one_copy:
        write("a.yaml", |secret| format!("token: x{}\n  {secret}\n  é\n", "  line\n".repeat(400)))
            => |folder| load::<One>(folder, "a.yaml");
    a_text_in_yaml_in_single_quotes_has_one_copy:
        write("a.yaml", |secret| format!("token: 'it''s {secret}'\n")) => |folder| load::<One>(folder, "a.yaml");
    a_text_in_yaml_in_double_quotes_has_one_copy:
        write("a.yaml", |secret| format!("token: \"{secret}\"\n")) => |folder| load::<One>(folder, "a.yaml");
    a_text_in_yaml_with_escapes_has_one_copy:
        write("a.yaml", |secret| format!("token: \"\\n{}\"\n", escaped(secret))) => |folder| load::<One>(folder, "a.yaml");
    a_text_in_yaml_with_an_escaped_line_break_has_one_copy:
        write("a.yaml", |secret| format!("token: \"{}\\\r\n  {}\r\n  {}\"\n", &secret[..32], &secret[32..], "x ".repeat(400)))
            => |folder| load::<One>(folder, "a.yaml");
    a_literal_block_in_yaml_has_one_copy:
        write("a.yaml", |secret| format!("token: |\n  {secret}\n{}", "  line\n".repeat(400)))
            => |folder| load::<One>(folder, "a.yaml");
    a_folded_block_in_yaml_has_one_copy:
        write("a.yaml", |secret| format!("token: !!str >+2 # {secret}\n\n   {secret}\n{}", "  line\n".repeat(400)))
            => |folder| load::<One>(folder, "a.yaml");
    a_text_in_yaml_in_flow_style_has_one_copy:
        write("a.yaml", |secret| format!("{{\"token\":{secret}}}\n")) => |folder| load::<One>(folder, "a.yaml");
    a_text_in_yaml_for_which_an_alias_stands_has_one_copy:
        write("a.yaml", |secret| format!("- x\n- &{secret} {secret}\n- *{secret}\n- \"{}\"\n", escaped(secret))
            .replace("- x", "tokens:\n- x")) => |folder| load::<Several>(folder, "a.yaml").tokens.remove(1);
    a_short_text_in_yaml_has_one_copy:
        |given: &mut Given| {
            given.secret.truncate(24);
            given.file("a.yaml", &format!("token: {}\n", given.secret));
        } => |folder| load::<One>(folder, "a.yaml");
    a_text_in_json_has_one_copy:
        write("a.json", |secret| format!("{{\"token\": \"{secret}\"}}")) => |folder| load::<One>(folder, "a.json");
    a_text_in_json_with_escapes_has_one_copy:
        write("a.json", |secret| format!("{{\"token\": \"\\n{}\"}}", escaped(secret))) => |folder| load::<One>(folder, "a.json");
    a_bare_value_of_dotenv_has_one_copy:
        write("a.env", |secret| format!("PAYMENTS_TOKEN={secret} # a comment\n")) => |folder| load::<One>(folder, "a.env");
    a_quoted_value_of_dotenv_has_one_copy:
        write("a.env", |secret| format!("PAYMENTS_TOKEN='{secret}'\n")) => |folder| load::<One>(folder, "a.env");
    a_quoted_value_of_dotenv_with_escapes_has_one_copy:
        write("a.env", |secret| format!("PAYMENTS_TOKEN=\"\\n{}\\n{}\"\n", &secret[..32], &secret[32..]))
            => |folder| load::<One>(folder, "a.env");
    a_value_of_dotenv_that_was_put_in_has_one_copy:
        write("a.env", |secret| format!("A={}\nB={}\nPAYMENTS_TOKEN=\"$A${{B}}\"\n", &secret[..32], &secret[32..]))
            => |folder| {
                let dotenv = Dotenv::required(folder.join("a.env")).expand();
                One::loader().source(dotenv).load().expect("the file has it")
            };
    a_mounted_secret_has_one_copy:
        write("payments_token", |secret| format!("{secret}\n"))
            => |folder| One::loader().source(SecretDir::new(folder)).load().expect("the directory has it");
    a_file_that_a_variable_names_has_one_copy:
        write("secret", str::to_owned) => |folder| {
            One::loader().source(Env::from_pairs([("PAYMENTS_TOKEN_FILE", folder.join("secret"))])).load().expect("the file has it")
        };
    a_secret_in_an_option_has_one_copy:
        write("a.json", |secret| format!("{{\"token\": \"{}\"}}", escaped(secret))) => |folder| load::<Perhaps>(folder, "a.json");
    a_secret_with_constraints_has_one_copy:
        write("a.json", |secret| format!("{{\"token\": \"{}\"}}", escaped(secret))) => |folder| load::<Constrained>(folder, "a.json");
    a_list_of_a_document_has_one_copy:
        write("a.json", |secret| format!("{{\"tokens\": [\"x\", \"{}\"]}}", escaped(secret))) => |folder| load::<Several>(folder, "a.json");
    a_list_in_one_text_has_one_copy:
        write("a.env", |secret| format!("PAYMENTS_TOKENS=x,{secret},y\n")) => |folder| load::<Several>(folder, "a.env");
    a_list_in_one_text_with_quotes_has_one_copy:
        write("a.env", |secret| format!("PAYMENTS_TOKENS='x,\"\"\"{secret}\",y'\n")) => |folder| load::<Several>(folder, "a.env");
    a_list_as_json_in_one_text_has_one_copy:
        write("a.env", |secret| format!("PAYMENTS_TOKENS='[\"x\",\"{}\"]'\n", escaped(secret))) => |folder| load::<Several>(folder, "a.env");
    a_list_in_several_variables_has_one_copy:
        write("a.env", |secret| format!("PAYMENTS_TOKENS_0=x\nPAYMENTS_TOKENS_1={secret}\n")) => |folder| load::<Several>(folder, "a.env");
    a_list_that_merges_has_one_copy:
        |given: &mut Given| {
            given.file("a.json", &format!("{{\"tokens\": [\"x\", \"{}\"]}}", escaped(&given.secret)));
            given.file("b.env", "PAYMENTS_TOKENS='\"\"\"y\",z'\n");
        } => |folder| {
            let file = File::required(folder.join("a.json"));
            Merged::loader().source(file).source(Dotenv::required(folder.join("b.env"))).load().expect("both are valid")
        };
    a_list_that_merges_from_a_text_has_one_copy:
        |given: &mut Given| {
            given.file("a.json", "{\"tokens\": [\"x\"]}");
            given.file("b.env", &format!("PAYMENTS_TOKENS='\"\"\"{}\",z'\n", given.secret));
        } => |folder| {
            let file = File::required(folder.join("a.json"));
            Merged::loader().source(file).source(Dotenv::required(folder.join("b.env"))).load().expect("both are valid")
        };
    a_map_of_a_document_has_one_copy:
        write("a.json", |secret| format!("{{\"tokens\": {{\"x\": \"{}\"}}}}", escaped(secret))) => |folder| load::<Named>(folder, "a.json");
    a_map_in_one_text_has_one_copy:
        write("a.env", |secret| format!("PAYMENTS_TOKENS='x=y,\"z=\"\"{secret}\"'\n")) => |folder| load::<Named>(folder, "a.env");
    a_map_that_merges_has_one_copy:
        |given: &mut Given| {
            given.file("a.json", "{\"tokens\": {\"x\": \"y\"}}");
            given.file("b.env", &format!("PAYMENTS_TOKENS='\"z=\"\"{}\"'\n", given.secret));
        } => |folder| {
            let file = File::required(folder.join("a.json"));
            NamedMerged::loader().source(file).source(Dotenv::required(folder.join("b.env"))).load().expect("both are valid")
        };
    a_list_of_groups_of_a_document_has_one_copy:
        write("a.json", |secret| format!("{{\"peers\": [{{\"token\": \"x\"}}, {{\"token\": \"{}\"}}]}}", escaped(secret)))
            => |folder| load::<Grouped>(folder, "a.json");
    a_list_of_groups_of_variables_has_one_copy:
        write("a.env", |secret| format!("PAYMENTS_PEERS_0_TOKEN={secret}\n")) => |folder| load::<Grouped>(folder, "a.env");
    a_map_of_groups_has_one_copy:
        write("a.env", |secret| format!("PAYMENTS_PEERS_EU_TOKEN={secret}\n")) => |folder| load::<GroupedByName>(folder, "a.env");
    a_secret_of_a_type_of_its_own_has_one_copy:
        write("a.json", |secret| format!("{{\"token\": \"{}\"}}", escaped(secret))) => |folder| load::<Owned>(folder, "a.json");
    a_secret_of_numbers_has_one_copy:
        write("a.env", |secret| format!("PAYMENTS_SIGNING_KEY={}\n", numbers(secret))) => |folder| load::<Bytes>(folder, "a.env");
    a_secret_of_numbers_of_a_document_has_one_copy:
        write("a.json", |secret| format!("{{\"signing_key\": [{}]}}", numbers(secret))) => |folder| load::<Bytes>(folder, "a.json");
    a_secret_in_its_place_has_one_copy:
        write("a.json", |secret| format!("{{\"signing_key\": [{}]}}", numbers(secret))) => |folder| load::<Inline>(folder, "a.json");
    a_secret_in_its_place_from_a_text_has_one_copy:
        write("a.env", |secret| format!("PAYMENTS_SIGNING_KEY={}\n", numbers(secret))) => |folder| load::<Inline>(folder, "a.env");
    a_long_text_with_escapes_has_one_copy:
        |given: &mut Given| {
            let (secret, rest) = (&given.secret, "x".repeat(3000));
            let (escaped, half) = (escaped(secret), &secret[..32]);
            given.file("a.toml", &format!("tokens = [\"{escaped}{rest}\", \"\"\"\n\\tx\r\n{rest}\"\"\"]"));
            given.file("b.json", &format!("{{\"tokens\": [\"{escaped}{rest}\"]}}"));
            given.file("d.yaml", &format!("tokens: [\"{escaped}{rest}\", '{half}{rest}\n ''{half}']"));
            given.file("c.env", &format!("A={half}\nB={}\nPAYMENTS_TOKENS=\"$A${{B}}{rest}\\n\"", &secret[32..]));
        } => |folder| {
            let files = ["a.toml", "b.json", "d.yaml"].map(|file| File::required(folder.join(file)));
            let loader = files.into_iter().fold(Several::loader(), |loader, file| loader.source(file));
            loader.source(Dotenv::required(folder.join("c.env")).expand()).load().expect("all are valid")
        };
    an_override_has_one_copy:
        write("secret", str::to_owned) => |folder| {
            One::loader().source(Overrides::new().set("token", given(folder))).load().expect("it is set")
        };
    a_value_of_the_program_has_one_copy:
        write("secret", str::to_owned) => |folder| {
            One::loader().source(Memory::new("test").with("token", given(folder))).load().expect("it is set")
        };
    a_variable_of_the_program_has_one_copy:
        write("secret", str::to_owned) => |folder| {
            One::loader().source(Env::from_pairs([("PAYMENTS_TOKEN", Zeroizing::new(given(folder)).as_str())])).load().expect("it is set")
        };
    what_wins_over_other_sources_has_one_copy:
        |given: &mut Given| {
            given.file("a.toml", "token = \"x\"");
            given.file("payments_token", "y");
            given.file("b.env", &format!("PAYMENTS_TOKEN=\"\\n{}\"", given.secret));
        } => |folder| {
            let loader = One::loader().source(File::required(folder.join("a.toml"))).source(SecretDir::new(folder));
            loader.source(Dotenv::required(folder.join("b.env"))).load().expect("all are valid")
        };
}

no_copy! {
    what_other_sources_win_over_has_no_copy:
        |given: &mut Given| {
            let escaped = escaped(&given.secret);
            given.file("a.json", &format!("{{\"token\": \"{escaped}\"}}"));
            given.file("b.env", &format!("PAYMENTS_TOKEN=\"\\n{}\"\nPAYMENTS_TOKEN='{0}'", given.secret));
            given.file("payments_token", &given.secret);
            given.file("secret", &given.secret);
        } => |folder| {
            let loader = One::loader().source(File::required(folder.join("a.json"))).source(SecretDir::new(folder));
            let loader = loader.source(Dotenv::required(folder.join("b.env")));
            let loader = loader.source(Memory::new("test").with("token", given(folder)));
            let pairs = [("PAYMENTS_TOKEN_FILE", folder.join("secret"))];
            loader.source(Env::from_pairs(pairs)).source(Overrides::new().set("token", "x")).load().expect("all are valid")
        };
    a_load_that_fails_leaves_no_copy:
        |given: &mut Given| {
            given.file("a.json", &format!("{{\"token\": \"{}\", \"port\": \"x\"}}", escaped(&given.secret)));
        } => |folder| -> Report {
            Two::loader().source(File::required(folder.join("a.json"))).load().expect_err("a port is a number")
        };
    a_secret_that_is_not_valid_leaves_no_copy:
        |given: &mut Given| {
            given.file("a.json", &format!("{{\"token\": \" {}\"}}", escaped(&given.secret)));
        } => |folder| -> Report {
            let file = File::required(folder.join("a.json"));
            Constrained::loader().source(file).load().expect_err("it has a blank")
        };
    a_document_that_cannot_be_read_leaves_no_copy:
        |given: &mut Given| {
            given.file("a.json", &format!("{{\"token\": \"{}\", \"port\" 1}}", escaped(&given.secret)));
            given.file("b.toml", &format!("token = '{}'\nport", given.secret));
            given.file("c.env", &format!("PAYMENTS_TOKEN=\"{}\" x\nPAYMENTS_PORT='", given.secret));
            given.file("d.yaml", &format!("token: {0}\nport: {0}: {0}\n", given.secret));
            given.file("e.yaml", &format!("token: \"{}\\ud800\"\n", given.secret));
        } => |folder| -> Report {
            let files = ["a.json", "b.toml", "d.yaml", "e.yaml"].map(|file| File::required(folder.join(file)));
            let loader = files.into_iter().fold(Two::loader(), |loader, file| loader.source(file));
            loader.source(Dotenv::required(folder.join("c.env"))).load().expect_err("nothing can be read")
        };
    an_explanation_has_no_copy:
        |given: &mut Given| {
            given.file("a.json", &format!("{{\"token\": \"{}\"}}", escaped(&given.secret)));
            given.file("b.env", &format!("PAYMENTS_TOKEN={}", given.secret));
        } => |folder| -> Explanation {
            One::loader().source(File::required(folder.join("a.json"))).source(Dotenv::required(folder.join("b.env"))).explain()
        };
}

#[test]
fn a_file_that_is_shorter_than_a_line_has_one_copy() {
    let copies = copies(
        |given| {
            given.secret.truncate(24);
            given.file("payments_token", &given.secret);
        },
        |folder| One::loader().source(SecretDir::new(folder)).load().expect("the directory has it"),
    );
    assert!(copies.are(1, 0), "{copies:?}");
}

#[test]
fn a_variable_has_one_copy_besides_the_environment_itself() {
    let copies = copies(
        |given| given.variable("PAYMENTS_TOKEN", given.secret.clone()),
        |_| One::load().expect("the variable is set"),
    );
    assert!(copies.are(1, 0), "{copies:?}");
    // What the kernel was given at the start stays: `docs/limits.md`.
    assert_eq!(copies.environment, [1; 4]);
}

#[test]
fn many_long_variables_have_one_copy_besides_the_environment_itself() {
    let copies = copies(
        |given| {
            for number in 0..20 {
                given.variable(&format!("PAYMENTS_TOKENS_{number}"), "x".repeat(500));
            }
            given.variable("PAYMENTS_TOKENS_20", given.secret.clone());
            given.variable("PAYMENTS_TOKENS_21", "x".repeat(5000));
        },
        |_| Several::load().expect("the variables are set"),
    );
    assert!(copies.are(1, 0), "{copies:?}");
    assert_eq!(copies.environment, [1; 4]);
}

/// Why the parser must not see texts.
#[test]
fn what_the_parser_of_yaml_puts_together_is_left_behind() {
    let copies = copies(
        write("a.yaml", |secret| format!("token: |\n  {secret}\n{}", "  line\n".repeat(400))),
        |folder| {
            let text = fs::read_to_string(folder.join("a.yaml")).map(Zeroizing::new);
            let text = text.expect("the test has written it");
            saphyr_parser::Parser::new_from_str(&text).for_each(|event| drop(event.map(wiped)));
        },
    );
    assert!(copies.are_left(), "{copies:?}");
}

/// Wipes the text of an event.
fn wiped((event, _): (saphyr_parser::Event<'_>, saphyr_parser::Span)) {
    if let saphyr_parser::Event::Scalar(text, ..) = event {
        Zeroizing::new(text.into_owned());
    }
}

/// A third-party struct.
#[cfg(feature = "foreign")]
#[derive(Config)]
#[config(app = "payments")]
#[allow(dead_code)]
struct ThirdParty {
    /// What it reads.
    #[config(foreign)]
    broker: Broker,
}

/// What a third party reads.
#[cfg(feature = "foreign")]
#[derive(Debug, serde::Deserialize)]
#[allow(dead_code)]
struct Broker {
    password: String,
}

/// A limit, which `docs/limits.md` names.
#[cfg(feature = "foreign")]
#[test]
fn what_a_third_party_struct_reads_stays_behind() {
    let copies = copies(write("a.env", |secret| format!("PAYMENTS_BROKER_PASSWORD={secret}\n")), |folder| {
        load::<ThirdParty>(folder, "a.env")
    });
    assert!(copies.are_left(), "{copies:?}");
}

#[test]
fn a_plain_text_is_found_after_it_was_dropped() {
    #[allow(clippy::redundant_closure)] // by a closure of the test, the child finds the test
    let copies = copies(write("secret", str::to_owned), |folder| given(folder));
    assert_eq!(copies.live, [1; 4], "{copies:?}");
    assert!(copies.are_left(), "{copies:?}");
}

#[test]
fn what_a_text_has_grown_out_of_is_found_though_it_was_wiped() {
    let copies = copies(write("secret", str::to_owned), |folder| {
        let (mut text, mut between) = (Zeroizing::new(String::new()), Vec::new());
        for char in Zeroizing::new(given(folder)).chars() {
            text.push(char);
            // So that there is no room behind the text.
            between.push(Box::new(0));
        }
        text
    });
    assert!(copies.are_left(), "{copies:?}");
}

/// A secret that is replaced, and accepted for a second more.
#[cfg(feature = "live")]
#[derive(Config)]
#[config(app = "payments")]
struct Brief {
    /// How it logs in.
    #[config(live, overlap = "1s")]
    token: confident::Rotating<SecretString>,
}

/// The same, for an hour.
#[cfg(feature = "live")]
#[derive(Config)]
#[config(app = "payments")]
struct Lasting {
    /// How it logs in.
    #[config(live, overlap = "1h")]
    token: confident::Rotating<SecretString>,
}

/// Watches a folder of secrets, in which the secret is replaced, until there is this generation.
#[cfg(feature = "live")]
fn replaced<R: Root + Send + Sync + 'static>(folder: &Path, generation: u64) -> confident::Live<R> {
    let watch = confident::Watch::new().poll(common::NEVER).on_event(|_| {});
    let settings = R::loader().source(SecretDir::new(folder)).watch_with(watch).expect("the secret is right");
    fs::write(folder.join("PAYMENTS_TOKEN"), "another").expect("the folder can be written to");
    let mut seen = 1;
    while seen < generation {
        let next = settings.changed_since(seen).wait_for(std::time::Duration::from_secs(60));
        seen = next.expect("there is another generation").generation();
    }
    // Whoever replaced the last one has it for a moment more. This one waits for its turn.
    settings.refresh().expect("the secrets are right");
    settings
}

#[cfg(feature = "live")]
#[test]
fn nothing_is_left_of_a_secret_whose_overlap_is_over() {
    let copies = copies(write("PAYMENTS_TOKEN", str::to_owned), |folder| replaced::<Brief>(folder, 3));
    assert!(copies.are(0, 0), "{copies:?}");
}

/// Proves that the test above looks: the program has it, and what it makes the next generations of.
#[cfg(feature = "live")]
#[test]
fn a_secret_in_its_overlap_is_there_twice_and_goes_with_the_settings() {
    let copies = copies(write("PAYMENTS_TOKEN", str::to_owned), |folder| replaced::<Lasting>(folder, 2));
    assert!(copies.are(2, 0), "{copies:?}");
}
