//! `.env` files.

mod common;

use common::{problems, read, settings};
use confident_cli::deployment::{Deployment, Given, Kind};

#[test]
fn every_bad_line_is_a_problem_and_the_others_count() {
    let deployment = read(Kind::EnvFile, "A=1\nB 2\nC=\"3\nexport D='4'\n\nE=#5\n");
    assert_eq!(settings(&deployment), ["A=1", "D=4"]);
    let places: Vec<_> = deployment.problems.iter().map(|problem| problem.place.to_string()).collect();
    assert_eq!(places, ["f:2:3", "f:3:3", "f:6:3"]);
}

#[test]
fn the_last_of_a_name_counts_and_the_others_are_kept() {
    let deployment = read(Kind::EnvFile, "A=1\nA=2\n");
    assert_eq!(settings(&deployment), ["A=1", "A=2"]);
    let counts = deployment.setting("A").expect("it is set");
    assert_eq!((counts.given.clone(), counts.place.line), (Given::Text("2".into()), 2));
}

#[test]
fn later_files_are_over_earlier_ones() {
    let deployment = Deployment::of_text(".env", "A=1").text("prod.env", "A=2").file("prod.env").read();
    let deployment = deployment.expect("it can be read");
    assert_eq!(deployment.setting("A").expect("it is set").place.to_string(), "prod.env:1:3");
    assert_eq!(deployment.files.len(), 2);
}

#[test]
fn references_are_told_from_texts() {
    let references = [
        "vault:secret/data/app#dsn",
        "vault://secret/app",
        ">>vault:secret/data/app#dsn",
        "postgres://app:${vault:secret/data/db#password}@db",
        "op://prod/app/dsn",
        "arn:aws:secretsmanager:eu-central-1:1234:secret:dsn",
        "arn:aws-cn:secretsmanager:cn-north-1:1234:secret:dsn",
        "arn:aws:ssm:eu-central-1:1234:parameter/dsn",
        "ref+vault://secret/app#/dsn",
        "secretref+awssm://dsn",
        "secret://app/dsn",
        "gcp:secretmanager:projects/1/secrets/dsn",
        "berglas://bucket/dsn",
        "sm://project/dsn",
        "ENC[AES256_GCM,data:x,iv:y,tag:z,type:str]",
    ];
    for text in references {
        let deployment = read(Kind::EnvFile, &format!("A='{text}'"));
        assert!(matches!(deployment.settings[0].given, Given::Reference(_)), "{text}");
    }
    let texts =
        ["hunter2", "", "vault:", "ref+echo://hunter2", "arn:aws:s3:::bucket", "https://op://x", "arn:x"];
    for text in texts {
        let deployment = read(Kind::EnvFile, &format!("A='{text}'"));
        assert_eq!(deployment.settings[0].given, Given::Text(text.to_owned()));
    }
}

#[test]
fn no_value_is_in_a_debug_text_or_a_problem() {
    let text = "A=hunter2\nB hunter2\nC=\"hunter2\nD='vault:hunter2'\n";
    let request = Deployment::of_text("f.env", text).variable("V", "hunter2");
    assert!(!format!("{request:?}").contains("hunter2"));
    let deployment = request.read().expect("it can be read");
    assert!(!format!("{deployment:?}").contains("hunter2"));
    assert!(!problems(&deployment).join("\n").contains("hunter2"));
}
