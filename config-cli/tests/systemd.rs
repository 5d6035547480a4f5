//! Units of systemd.

mod common;

use common::{of, problems, read, settings};
use confident_cli::deployment::{Deployment, Given, Kind};

fn service(lines: &str) -> Deployment {
    read(Kind::Systemd, &format!("[Service]\n{lines}\n"))
}

#[test]
fn environment_has_words_with_quotes_and_escapes() {
    let cases: &[(&str, &[&str])] = &[
        ("A=1 B=2", &["A=1", "B=2"]),
        (r#""A=a b" 'B=c d' C="e f"g"#, &["A=a b", "B=c d", "C=e fg"]),
        (r#"A="x 'y'" B='x "y"'"#, &["A=x 'y'", r#"B=x "y""#]),
        (r"A=a\sb B=\x41\u00fc\101\t.", &["A=a b", "B=AüA\t."]),
        (r#""A=\"x\"""#, &[r#"A="x""#]),
        ("A=$B ${C} D=#x", &["A=$B", "D=#x"]),
        ("A=", &["A="]),
        ("A=b=c", &["A=b=c"]),
        ("A=50%% B=x%", &["A=50%", "B=x%"]),
    ];
    for (line, expected) in cases {
        assert_eq!(settings(&service(&format!("Environment={line}"))), *expected, "{line}");
    }
}

#[test]
fn specifiers_are_unknown() {
    let deployment = service("Environment=A=%n B=/run/%i C=c");
    assert_eq!(settings(&deployment), ["A?", "B?", "C=c"]);
}

#[test]
fn what_systemd_ignores_is_a_problem_with_its_place() {
    let deployment = service("Environment=A=1 B \"C=3\nEnvironment=1A=x D=\\q E=1\nnothing");
    assert_eq!(settings(&deployment), ["A=1"]);
    let not_assigned = "systemd ignores it: it is no `NAME=value`, with letters, digits and `_` in the name";
    assert_eq!(
        problems(&deployment),
        [
            "f:4:1: systemd ignores it: a line is `Name=value`".to_owned(),
            "f:2:19: systemd ignores the line: a quotation mark is not closed".into(),
            format!("f:2:17: {not_assigned}"),
            "f:3:20: systemd ignores the line: a backslash stands before a character that is no escape"
                .into(),
            format!("f:3:13: {not_assigned}"),
        ]
    );
}

#[test]
fn lines_go_on_behind_a_backslash() {
    let deployment =
        service("Environment=A=1 \\\n  # a comment\n  \"B=x \\\n y\" C=3\n; another\nEnvironment = D=4");
    assert_eq!(settings(&deployment), ["A=1", "B=x  y", "C=3", "D=4"]);
    let places: Vec<_> =
        deployment.settings.iter().map(|setting| (setting.place.line, setting.place.column)).collect();
    assert_eq!(places, [(2, 13), (4, 3), (5, 5), (7, 15)]);
}

#[test]
fn only_the_section_of_the_service_counts() {
    let text = "[Unit]\nEnvironment=A=1\nDescription=x \\\n[Service]\n[Service]\nEnvironment=B=1\n[Install]\nEnvironment=C=1\n";
    assert_eq!(settings(&read(Kind::Systemd, text)), ["B=1"]);
}

#[test]
fn an_empty_one_resets_and_drop_ins_follow() {
    let request = of(&[
        (
            "app.service",
            "[Service]\nEnvironment=A=1\nEnvironment=\nEnvironment=B=1 C=1\nPassEnvironment=P A\n",
        ),
        ("app.service.d/override.conf", "[Service]\nEnvironment=C=2\nUnsetEnvironment=P B=1 C=9\n"),
    ]);
    let deployment = request.file("app.service.d/override.conf").read().expect("it can be read");
    assert_eq!(settings(&deployment), ["A?", "C=1", "C=2"]);
    assert_eq!(deployment.settings[2].place.to_string(), "app.service.d/override.conf:2:13");
}

#[test]
fn environment_files_have_a_language_of_their_own() {
    let text = "# c\n; c\nA=1\n  B = two words  \nC=\"a\nb\\\"\\x\\\nc\" 'd'e  \nD=a\\ b\\\nc\nE=a # b\nF=$A \"q\"\nexport G=1\nH\nI=\n\
                J='x\\'\nK=a\\  \nL=last";
    let request = of(&[
        ("app.service", "[Service]\nEnvironmentFile=/etc/app.env\nEnvironment=A=0\n"),
        ("r/etc/app.env", text),
    ]);
    let deployment = request.root("r").read().expect("it can be read");
    assert_eq!(
        settings(&deployment),
        [
            "A=0",
            "A=1",
            "B=two words",
            "C=a\nb\"\\xcde",
            "D=a bc",
            "E=a # b",
            "F=$A \"q\"",
            "I=",
            "J=x\\",
            "K=a ",
            "L=last"
        ]
    );
    assert_eq!(deployment.settings[2].place.to_string(), "r/etc/app.env:4:7");
    let places: Vec<_> = deployment.problems.iter().map(|problem| problem.place.to_string()).collect();
    assert_eq!(places, ["r/etc/app.env:12:1", "r/etc/app.env:13:1"]);
}

#[test]
fn a_quote_that_is_not_closed_takes_the_rest() {
    let unit = "[Service]\nEnvironmentFile=/a\n";
    let deployment = of(&[("app.service", unit), ("r/a", "A=1\nB='x\nC=3\n")]).root("r").read();
    let deployment = deployment.expect("it can be read");
    assert_eq!(settings(&deployment), ["A=1", "B=x\nC=3\n"]);
    assert_eq!(deployment.problems[0].place.to_string(), "r/a:2:3");
}

#[test]
fn files_that_are_not_read_are_unseen() {
    let lines = "EnvironmentFile=/a\nEnvironmentFile=-/b\nEnvironmentFile=/c/*.env\nEnvironmentFile=/d/%n\nEnvironmentFile=e";
    let deployment = service(lines);
    let unseen: Vec<_> = deployment.unseen.iter().map(|unseen| &*unseen.what).collect();
    assert_eq!(
        unseen,
        [
            "the EnvironmentFile /a, for which no root is given",
            "the EnvironmentFile /b, which need not exist, for which no root is given",
            "the EnvironmentFile /c/*.env, which is a pattern",
            "the EnvironmentFile /d/%n, whose name has a specifier in it"
        ]
    );
    assert_eq!(
        problems(&deployment),
        ["f:6:17: systemd ignores it: the path of an EnvironmentFile begins with `/`"]
    );
    let root = std::env::temp_dir().join(format!("confident-cli-no-root-{}", std::process::id()));
    let text = "[Service]\nEnvironmentFile=/a\nEnvironmentFile=-/b\n";
    let deployment = Deployment::of_text("app.service", text).root(root).read().expect("it can be read");
    assert_eq!(deployment.unseen.len(), 2);
    assert_eq!(
        problems(&deployment),
        ["app.service:2:17: the EnvironmentFile /a does not exist, so the unit does not start"]
    );
}

#[test]
fn credentials_are_mounts() {
    let text = "[Service]\nLoadCredential=dsn:/etc/secrets/dsn\nLoadCredential=key\nSetCredential=token:hunter2\n\
                SetCredentialEncrypted=blob:abc\nLoadCredentialEncrypted=dsn:/etc/other\nImportCredential=app.*\n";
    let deployment = Deployment::of_text("app.service", text).read().expect("it can be read");
    let mounts: Vec<_> = deployment.mounts.iter().map(|mount| (&*mount.path, mount.given.clone())).collect();
    let reference = |what: &str| Given::Reference(what.to_owned());
    assert_eq!(
        mounts,
        [
            ("/run/credentials/app.service/dsn", reference("the credential `dsn`, from /etc/other")),
            ("/run/credentials/app.service/key", reference("the credential `key` of the machine")),
            ("/run/credentials/app.service/token", Given::Text("hunter2".into())),
            (
                "/run/credentials/app.service/blob",
                reference("the credential `blob`, which is encrypted in the unit")
            ),
            ("/run/credentials/app.service", reference("the credentials that `ImportCredential=` takes in")),
        ]
    );
    assert!(!format!("{deployment:?}").contains("hunter2"));
}
