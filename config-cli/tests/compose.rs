//! docker compose files.

mod common;

use common::{of, problems, read, refused, settings};
use confident_cli::deployment::{Deployment, Given, Kind};

/// The settings of one service with this `environment`.
fn environment(yaml: &str) -> Deployment {
    read(Kind::Compose, &format!("services: {{a: {{environment: {yaml}}}}}"))
}

fn value(text: &str, variables: &[(&str, &str)]) -> Given {
    let compose = format!("services:\n  a:\n    environment:\n      A: '{text}'\n");
    let mut request = Deployment::of_text("compose.yaml", compose).alone();
    for (name, value) in variables {
        request = request.variable(*name, *value);
    }
    let deployment = request.read().expect("it can be read");
    assert_eq!(problems(&deployment), [""; 0], "{text}");
    deployment.settings[0].given.clone()
}

#[test]
fn environment_is_a_table_or_a_list() {
    let deployment = environment("{A: x, B: '', C: }");
    assert_eq!(settings(&deployment), ["A=x", "B=", "C?"]);
    let deployment = environment("[A=x=y, B=, C]");
    assert_eq!(settings(&deployment), ["A=x=y", "B=", "C?"]);
}

#[test]
fn scalars_are_what_compose_makes_of_them() {
    let cases = [
        ("1", "1"),
        ("-7", "-7"),
        ("1.5", "1.5"),
        ("true", "true"),
        ("True", "true"),
        ("yes", "yes"),
        ("on", "on"),
        ("'007'", "007"),
        ("\"1_000\"", "1_000"),
        ("!!str 010", "010"),
        ("1.2.3", "1.2.3"),
        ("10s", "10s"),
        ("0xyz", "0xyz"),
        ("12:30", "12:30"),
    ];
    for (yaml, text) in cases {
        let deployment = environment(&format!("{{A: {yaml}}}"));
        assert_eq!(settings(&deployment), [format!("A={text}")], "{yaml}");
        assert_eq!(problems(&deployment), [""; 0], "{yaml}");
    }
}

#[test]
fn a_number_that_changes_is_a_problem() {
    let cases = [
        ("010", "8"),
        ("08", "8"),
        ("0x1F", "31"),
        ("0b11", "3"),
        ("0o17", "15"),
        ("1_000", "1000"),
        ("+5", "5"),
        ("1.10", "1.1"),
        ("3.0", "3"),
        ("1e3", "1000"),
        ("1000000.0", "1e+06"),
        ("12345678.5", "1.23456785e+07"),
        ("0.00001", "1e-05"),
        ("18446744073709551616", "1.8446744073709552e+19"),
        (".5", "0.5"),
        (".inf", "+Inf"),
        ("-0.0", "-0"),
    ];
    for (yaml, text) in cases {
        let deployment = environment(&format!("{{A: {yaml}}}"));
        assert_eq!(settings(&deployment), [format!("A={text}")], "{yaml}");
        assert_eq!(
            problems(&deployment),
            [
                "f:1:33: YAML takes it for a number, so the program gets another text than is written; put it in quotes"
            ],
            "{yaml}"
        );
    }
    let deployment = environment("{A: 2027-01-31}");
    assert_eq!(settings(&deployment), ["A?"]);
    assert_eq!(deployment.problems.len(), 1);
}

#[test]
fn what_is_no_value_is_a_problem_with_its_place() {
    let deployment = environment("{A: [x], B: {c: d}, C: e}");
    assert_eq!(settings(&deployment), ["C=e"]);
    let what = "a value of `environment` is a text, a number, a truth value or nothing";
    assert_eq!(problems(&deployment), [format!("f:1:33: {what}"), format!("f:1:41: {what}")]);

    let deployment = environment("[5, {A: b}, 'A =x', '=x', A hunter2, 'A: hunter2==', A:hunter2=, OK=1]");
    assert_eq!(settings(&deployment), ["OK=1"]);
    assert_eq!(deployment.problems.len(), 7);
    assert!(!format!("{deployment:?}").contains("hunter2"));
}

#[test]
fn variables_are_put_in() {
    let variables: &[(&str, &str)] = &[("SET", "s"), ("EMPTY", ""), ("OTHER", "o")];
    let cases = [
        ("$SET", "s"),
        ("${SET}", "s"),
        ("a${SET}b$SET-c", "asbs-c"),
        ("$$SET $${SET}", "$SET ${SET}"),
        ("$1 $ $(x) a$", "$1 $ $(x) a$"),
        ("${SET:-d}", "s"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${NO:-d}", "d"),
        ("${NO-d}", "d"),
        ("${NO:-}", ""),
        ("${NO:-a b:c-d?e+f}", "a b:c-d?e+f"),
        ("${SET:?e}", "s"),
        ("${EMPTY?e}", ""),
        ("${SET:+x}", "x"),
        ("${EMPTY:+x}", ""),
        ("${EMPTY+x}", "x"),
        ("${NO+x}", ""),
        ("${NO:-${SET}}", "s"),
        ("${NO:-${NO:-${OTHER}}}!", "o!"),
        ("${NO:-{\"a\": {}}}", "{\"a\": {}}"),
        ("${SET:+${OTHER}}", "o"),
    ];
    for (text, expected) in cases {
        assert_eq!(value(text, variables), Given::Text(expected.to_owned()), "{text}");
    }
    for text in ["$NO", "${NO}", "a${NO}", "${NO?e}", "${NO:?e}", "${EMPTY:?e}", "${NO:-$NO}"] {
        assert!(matches!(value(text, variables), Given::Unknown(_)), "{text}");
    }
}

#[test]
fn what_is_no_variable_is_a_problem() {
    for text in ["${", "${}", "${1}", "${A!b}", "${A b}", "${A:}", "x${A"] {
        let deployment = environment(&format!("{{A: '{text}', B: b}}"));
        assert_eq!(settings(&deployment), ["B=b"], "{text}");
        assert_eq!(deployment.problems.len(), 1, "{text}");
    }
}

#[test]
fn a_reference_stays_one_when_it_is_put_in() {
    let variables: &[(&str, &str)] = &[("PASSWORD", "op://prod/db/password")];
    for text in ["$PASSWORD", "postgres://app:${PASSWORD}@db", "postgres://app:${PASSWORD}@${NO}"] {
        assert!(matches!(value(text, variables), Given::Reference(_)), "{text}");
    }
}

#[test]
fn the_env_file_of_the_project_gives_variables_but_sets_none() {
    let request = of(&[
        ("app/compose.yaml", "services: {a: {environment: {A: $X, B: $Y, C: , D: '${Z}'}}}"),
        ("app/.env", "X=1\nY=2\nC=3\nZ=\"a b\" # c\n"),
    ]);
    let deployment = request.variable("Y", "given").read().expect("it can be read");
    assert_eq!(settings(&deployment), ["A=1", "B=given", "C=3", "D=a b"]);
}

#[test]
fn other_files_of_variables_replace_it() {
    let request = of(&[
        ("compose.yaml", "services: {a: {environment: {A: $X}}}"),
        (".env", "X=1"),
        ("prod.env", "X=2"),
    ]);
    let deployment = request.variables_file("prod.env").read().expect("it can be read");
    assert_eq!(settings(&deployment), ["A=2"]);
}

#[test]
fn environment_is_over_env_files() {
    let compose = "services:\n  a:\n    env_file: [one.env, {path: ./two.env, required: false}]\n    environment: {A: env}\n";
    let request =
        of(&[("d/compose.yaml", compose), ("d/one.env", "A=1\nB=1\n"), ("d/two.env", "B=2\nC=2\n")]);
    let deployment = request.read().expect("it can be read");
    assert_eq!(settings(&deployment), ["A=1", "B=1", "B=2", "C=2", "A=env"]);
    assert_eq!(deployment.setting("B").expect("it is set").place.to_string(), "d/two.env:1:3");
    assert_eq!(deployment.setting("A").expect("it is set").place.to_string(), "d/compose.yaml:4:22");
}

#[test]
fn env_files_are_read_as_compose_reads_them() {
    let text = "# c\nexport A=1 # c\nB: 2\nC='$X'\nD=\"$X\\n\\$x\"\nE=${A}-${F}-${NO:-n}\nX=late\nPASSED\nG=a#b\n\
                H=\"x\" I=y\nJ=\"two\nlines\"\nK=\nM=a\\nb\n";
    let compose = "services: {a: {env_file: a.env, environment: {F: env}}}";
    let deployment = of(&[("compose.yaml", compose), ("a.env", text), (".env", "X=x\nPASSED=p")]).read();
    let deployment = deployment.expect("it can be read");
    assert_eq!(problems(&deployment), [""; 0]);
    let expected = [
        "A=1",
        "B=2",
        "C=$X",
        "D=x\n$x",
        "E=1-env-n",
        "X=late",
        "PASSED=p",
        "G=a#b",
        "H=x",
        "I=y",
        "J=two\nlines",
        "K=",
        "M=a\\nb",
        "F=env",
    ];
    assert_eq!(settings(&deployment), expected);
    assert_eq!(deployment.settings[9].place.to_string(), "a.env:10:9");
}

#[test]
fn bad_lines_of_env_files_are_problems_and_the_others_count() {
    let compose = "services: {a: {env_file: a.env}}";
    let deployment = of(&[("compose.yaml", compose), ("a.env", "A B=1\nC\"=1\nD=\"x\nE=1\nF=${\n")]).read();
    let deployment = deployment.expect("it can be read");
    assert_eq!(settings(&deployment), ["E=1"]);
    let places: Vec<_> = deployment.problems.iter().map(|problem| problem.place.to_string()).collect();
    assert_eq!(places, ["a.env:1:1", "a.env:2:2", "a.env:3:3", "a.env:5:3"]);
}

#[test]
fn a_raw_env_file_has_no_language() {
    let compose = "services: {a: {env_file: [{path: a.env, format: raw}]}}";
    let deployment = of(&[("compose.yaml", compose), ("a.env", "A='x' # $Y\n\n# c\n  B= b\nC\n")]).read();
    assert_eq!(settings(&deployment.expect("it can be read")), ["A='x' # $Y", "B= b", "C?"]);
}

#[test]
fn a_missing_env_file_is_a_problem_where_it_is_required_and_unseen_in_any_case() {
    let path = std::env::temp_dir().join(format!("confident-cli-missing-{}", std::process::id()));
    let file = path.join("compose.yaml");
    let compose = "services: {a: {env_file: [no.env, {path: none.env, required: false}]}}";
    let deployment = Deployment::of_text(&file, compose).read().expect("it can be read");
    let shown = |text: &str| text.replace(&*path.to_string_lossy(), "d");
    let problems: Vec<_> = problems(&deployment).iter().map(|text| shown(text)).collect();
    assert_eq!(problems, ["d/compose.yaml:1:27: the env_file d/no.env does not exist"]);
    let unseen: Vec<_> = deployment.unseen.iter().map(|unseen| shown(&unseen.what)).collect();
    assert_eq!(unseen, ["the env_file d/no.env", "the env_file d/none.env, which need not exist"]);
}

#[test]
fn alone_reads_nothing_else() {
    let deployment =
        of(&[("compose.yaml", "services: {a: {env_file: /etc/passwd, extends: {file: x, service: y}}}")]);
    let deployment = deployment.read().expect("it can be read");
    assert_eq!(settings(&deployment), [""; 0]);
    assert_eq!(problems(&deployment), [""; 0]);
    let unseen: Vec<_> = deployment.unseen.iter().map(|unseen| &*unseen.what).collect();
    assert_eq!(unseen, ["the file x", "the env_file /etc/passwd"]);
}

#[test]
fn a_service_is_chosen_by_name() {
    let compose = "services: {web: {environment: {A: 1}}, db: {environment: {A: 2}}}";
    let request = of(&[("compose.yaml", compose)]);
    assert_eq!(refused(&request).to_string(), "there are several to choose from: web, db");
    assert_eq!(refused(&request.clone().target("wb")).to_string(), "`wb` is not there; choose from: web, db");
    let deployment = request.target("db").read().expect("it can be read");
    assert_eq!((settings(&deployment), deployment.target.as_deref()), (vec!["A=2".to_owned()], Some("db")));
    assert_eq!(refused(&of(&[("compose.yaml", "services: {}")])).to_string(), "no service is there");
}

#[test]
fn anchors_merge_keys_and_extensions_are_followed() {
    let compose = "\
x-common: &common
  A: common
  B: common
x-more: &more {B: more, C: more}
x-service: &service
  environment:
    <<: [*common, *more]
    D: &d deep
services:
  a:
    <<: *service
  b:
    environment:
      <<: *common
      B: own
      E: *d
";
    let request = of(&[("compose.yaml", compose)]);
    let deployment = request.clone().target("a").read().expect("it can be read");
    assert_eq!(settings(&deployment), ["D=deep", "A=common", "B=common", "C=more"]);
    let deployment = request.target("b").read().expect("it can be read");
    assert_eq!(settings(&deployment), ["B=own", "E=deep", "A=common"]);
    assert_eq!(deployment.settings[2].place.to_string(), "compose.yaml:2:6");
    assert_eq!(deployment.settings[1].place.line, 8);
}

#[test]
fn services_extend_others() {
    let compose = "\
services:
  base: {environment: {A: base, B: base}, env_file: base.env}
  mid: {extends: base, environment: [B=mid, C=mid]}
  a:
    extends: {service: mid}
    environment: {C: a}
  b:
    extends: {file: other/common.yaml, service: shared}
    environment: {X: b}
";
    let other = "services: {shared: {environment: {X: shared, Y: shared}, env_file: shared.env}}";
    let request = of(&[
        ("compose.yaml", compose),
        ("base.env", "E=base"),
        ("other/common.yaml", other),
        ("other/shared.env", "E=other"),
    ]);
    let deployment = request.clone().target("a").read().expect("it can be read");
    assert_eq!(settings(&deployment), ["E=base", "A=base", "B=base", "B=mid", "C=mid", "C=a"]);
    let deployment = request.target("b").read().expect("it can be read");
    assert_eq!(settings(&deployment), ["E=other", "X=shared", "Y=shared", "X=b"]);
    assert_eq!(deployment.settings[1].place.to_string(), "other/common.yaml:1:38");
}

#[test]
fn circles_end() {
    let compose = "services: {a: {extends: b, environment: {A: 1}}, b: {extends: a, environment: {B: 1}}}";
    let deployment = of(&[("compose.yaml", compose)]).target("a").read().expect("it can be read");
    assert_eq!(problems(&deployment), ["compose.yaml:1:25: `extends` goes round in a circle"]);

    let one = "services: {a: {extends: {file: two.yaml, service: a}}}";
    let two = "services: {a: {extends: {file: one.yaml, service: a}}}";
    let deployment =
        of(&[("one.yaml", one), ("two.yaml", two)]).kind(Kind::Compose).read().expect("it can be read");
    assert_eq!(deployment.problems.len(), 1);

    let deployment = of(&[("compose.yaml", "include: [compose.yaml]\nservices: {a: {}}")]).read();
    assert_eq!(
        problems(&deployment.expect("it can be read")),
        ["compose.yaml:1:10: `include` goes round in a circle, or is too long"]
    );

    let deployment = of(&[("compose.yaml", "services: {a: {extends: no}}")]).read().expect("it can be read");
    assert_eq!(problems(&deployment), ["compose.yaml:1:25: the service that `extends` names is not there"]);
}

#[test]
fn later_files_are_merged_over_earlier_ones() {
    let one = "services: {a: {environment: {A: 1, B: 1, C: 1}, env_file: one.env}}";
    let two = "services: {a: {environment: [B=2], env_file: [two.env]}}";
    let three = "services: {a: {environment: {A: !reset null, D: 3}}}";
    let texts = [
        ("compose.yaml", one),
        ("two.yaml", two),
        ("three.yaml", three),
        ("one.env", "E=1"),
        ("two.env", "E=2"),
    ];
    let request = of(&texts).file("two.yaml").file("three.yaml");
    let deployment = request.clone().read().expect("it can be read");
    assert_eq!(settings(&deployment), ["E=1", "E=2", "B=1", "C=1", "B=2", "D=3"]);
    let request =
        request.text("three.yaml", "services: {a: {environment: !override {D: 3}, env_file: !reset []}}");
    assert_eq!(settings(&request.read().expect("it can be read")), ["D=3"]);
}

#[test]
fn includes_bring_services_with_the_variables_of_their_folder() {
    let compose = "include: [sub/compose.yaml]\nservices: {a: {environment: {A: $X}}}";
    let sub = "services: {b: {environment: {A: $X, B: $Y}, env_file: b.env}}";
    let request = of(&[
        ("compose.yaml", compose),
        (".env", "X=root"),
        ("sub/compose.yaml", sub),
        ("sub/.env", "X=sub\nY=sub"),
        ("sub/b.env", "E=sub"),
    ]);
    let deployment = request.target("b").read().expect("it can be read");
    assert_eq!(settings(&deployment), ["E=sub", "A=root", "B=sub"]);
}

#[test]
fn secrets_and_configs_are_mounts() {
    let compose = "\
services:
  a:
    secrets: [dsn, {source: key, target: tls.key}, {source: key, target: /etc/key}]
    configs: [app, {source: inline, target: /etc/app.toml}]
secrets:
  dsn: {file: ./dsn.txt}
  key: {external: true}
configs:
  app: {environment: APP}
  inline: {content: 'port = ${PORT:-80}'}
";
    let deployment = of(&[("compose.yaml", compose)]).read().expect("it can be read");
    let mounts: Vec<_> =
        deployment.mounts.iter().map(|mount| (&*mount.path, mount.given.clone(), mount.place.line)).collect();
    let reference = |what: &str| Given::Reference(what.to_owned());
    assert_eq!(
        mounts,
        [
            ("/run/secrets/dsn", reference("the secret file ./dsn.txt"), 3),
            ("/run/secrets/tls.key", reference("the secret `key`, which is kept elsewhere"), 3),
            ("/etc/key", reference("the secret `key`, which is kept elsewhere"), 3),
            ("/app", reference("the variable `APP` of whoever starts compose"), 4),
            ("/etc/app.toml", Given::Text("port = 80".to_owned()), 4),
        ]
    );
    let deployment = read(Kind::Compose, "services: {a: {secrets: [no]}}");
    assert_eq!(
        problems(&deployment),
        ["f:1:26: the secret that is named here is not among `secrets` of the files"]
    );
}

#[test]
fn yaml_that_is_none_is_refused_without_its_text() {
    let cases = [
        ("services: {a: [hunter2}", "not valid YAML"),
        ("a: hunter2\na: 1", "a name is there twice"),
        ("a: &x [*x]", "an alias stands inside"),
        ("a: *hunter2", "an alias stands for nothing"),
        ("a: {<<: hunter2}", "a merge key"),
        ("{{ if hunter2 }}\na: 1", "template"),
        ("[a]: 1", "a name is not a text"),
    ];
    for (yaml, expected) in cases {
        let refused = refused(&Deployment::of_text("f", yaml).kind(Kind::Compose)).to_string();
        assert!(refused.contains(expected) && !refused.contains("hunter2"), "{yaml}: {refused}");
    }
}
