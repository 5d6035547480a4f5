//! What is written for Kubernetes is what its API takes.

#![allow(clippy::unwrap_used)] // a test that cannot go on may stop

use std::{fs, path::Path};

mod python;

const VALIDATOR: &str = "
import sys, yaml, kubernetes_validate
for document in yaml.safe_load_all(sys.stdin):
    try:
        kubernetes_validate.validate(document, kubernetes_validate.latest_version(), strict=True)
        print(document['kind'], 'is valid')
    except kubernetes_validate.ValidationError as error:
        print(document['kind'], 'is not valid:', error.message)
";

fn validate(yaml: &str) -> Option<Vec<String>> {
    let printed = python::python("kubernetes_validate", VALIDATOR, yaml, "documents for Kubernetes")?;
    Some(printed.lines().map(str::to_owned).collect())
}

#[test]
fn the_documents_of_real_programs_are_valid() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = [
        "../examples/documents/kubernetes.yaml",
        "tests/snapshots/crates-io/kubernetes.yaml",
        "tests/snapshots/docs-rs/kubernetes.yaml",
    ];
    for file in files {
        let yaml = fs::read_to_string(root.join(file)).unwrap();
        let Some(found) = validate(&yaml) else { return };
        assert_eq!(found, ["ConfigMap is valid", "Secret is valid", "Deployment is valid"], "{file}");
    }
}

#[test]
fn the_validator_sees_a_mistake() {
    let yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {PORT: 80}\n";
    let Some(found) = validate(yaml) else { return };
    assert!(found[0].starts_with("ConfigMap is not valid:"), "{found:?}");
}
