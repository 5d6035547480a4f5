//! What files are, and requests that are refused.

mod common;

use common::{of, refused};
use confident_cli::deployment::{Deployment, Kind, Refused};

#[test]
fn a_kind_is_told_by_name_or_content() {
    let cases = [
        (".env", "", Some(Kind::EnvFile)),
        ("prod.env", "", Some(Kind::EnvFile)),
        (".env.production", "", Some(Kind::EnvFile)),
        ("docker.env.sample", "", Some(Kind::EnvFile)),
        ("env.sample", "", Some(Kind::EnvFile)),
        ("app.service", "", Some(Kind::Systemd)),
        ("override.conf", "# x\n[Service]\nEnvironment=A=1\n", Some(Kind::Systemd)),
        ("compose.yaml", "services: {}", Some(Kind::Compose)),
        ("docker-compose.prod.yml", "", Some(Kind::Compose)),
        ("stack.yml", "x-a: 1\nservices:\n  a: {}\n", Some(Kind::Compose)),
        ("app.yaml", "---\napiVersion: v1\nkind: Pod\n", Some(Kind::Kubernetes)),
        ("app.json", "{\n  \"apiVersion\": \"v1\"\n}", Some(Kind::Kubernetes)),
        ("app.json", "{\"apiVersion\": \"v1\"}", Some(Kind::Kubernetes)),
        ("compose-deployment.yaml", "apiVersion: apps/v1\nkind: Deployment\n", Some(Kind::Kubernetes)),
        ("<stdin>", "apiVersion: v1\n", Some(Kind::Kubernetes)),
        ("<stdin>", "# x\nexport A=1\n", Some(Kind::EnvFile)),
        ("values.yaml", "replicas: 1\n", None),
        ("README.md", "# Read me", None),
    ];
    for (name, text, kind) in cases {
        assert_eq!(Kind::told_by(name.as_ref(), text), kind, "{name}");
    }
}

#[test]
fn what_cannot_be_told_is_refused_with_the_kinds() {
    let refused = refused(&of(&[("values.yaml", "a: 1")]));
    assert_eq!(
        refused.to_string(),
        "values.yaml: neither its name nor its content tells what it is; say one of env-file, compose, kubernetes, \
         systemd"
    );
}

#[test]
fn files_of_two_kinds_are_no_deployment() {
    let request = of(&[("a.env", "A=1"), ("b.service", "[Service]")]).file("b.service");
    assert_eq!(
        refused(&request).to_string(),
        "files of several kinds are no one deployment: a.env (env-file), b.service (systemd)"
    );
}

#[test]
fn a_file_that_is_not_there_or_is_no_file_is_refused() {
    let Refused::Unreadable(problems) =
        refused(&Deployment::of("no/such.env").file(env!("CARGO_MANIFEST_DIR")))
    else {
        panic!("the files are unreadable")
    };
    assert_eq!(problems[0].to_string(), "no/such.env:1:1: does not exist");
    assert_eq!(problems[1].what, "is a folder, not a file");
}

#[test]
fn text_that_is_not_utf_8_is_refused_with_its_place() {
    let path = std::env::temp_dir().join(format!("confident-cli-utf8-{}.env", std::process::id()));
    std::fs::write(&path, b"A=1\nB=\xc3\xbc\xff\n").expect("the file can be written");
    let Refused::Unreadable(problems) = refused(&Deployment::of(&path)) else { panic!("it is unreadable") };
    std::fs::remove_file(&path).expect("the file can be removed");
    assert_eq!((problems[0].place.line, problems[0].place.column), (2, 4));
    assert_eq!(problems[0].what, "is not UTF-8 text");
}
