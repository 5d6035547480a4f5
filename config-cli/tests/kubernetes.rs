//! Manifests of Kubernetes.

mod common;

use common::{of, problems, read, refused, settings};
use confident_cli::deployment::{Deployment, Given, Kind};

/// A pod with this container behind its name.
fn pod(container: &str) -> String {
    let container = container.replace('\n', "\n    ");
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec:\n  containers:\n  - name: c\n    {container}\n"
    )
}

fn env(env: &str) -> Deployment {
    read(Kind::Kubernetes, &pod(&format!("env: {env}")))
}

#[test]
fn every_workload_is_known() {
    let spec = "spec: {containers: [{name: c, env: [{name: A, value: a}]}]}";
    let workload = |kind: &str, spec: &str| {
        format!("apiVersion: x/v1\nkind: {kind}\nmetadata: {{name: w}}\nspec: {{template: {{{spec}}}}}\n")
    };
    for kind in ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "Rollout"] {
        let deployment = read(Kind::Kubernetes, &workload(kind, spec));
        assert_eq!(settings(&deployment), ["A=a"], "{kind}");
        assert_eq!(deployment.target, Some(format!("{kind}/w/c")));
        assert_eq!(deployment.settings[0].place.to_string(), "f:4:72");
    }
    let cron = format!(
        "kind: CronJob\nmetadata: {{name: w}}\nspec: {{jobTemplate: {{spec: {{template: {{{spec}}}}}}}}}"
    );
    assert_eq!(settings(&read(Kind::Kubernetes, &cron)), ["A=a"]);
    let pod = format!("kind: Pod\nmetadata: {{name: w}}\n{spec}");
    assert_eq!(settings(&read(Kind::Kubernetes, &pod)), ["A=a"]);
    let list = "kind: List\nitems:\n- kind: ConfigMap\n  metadata: {name: m}\n- kind: Pod\n  metadata: {name: w}\n  ";
    assert_eq!(settings(&read(Kind::Kubernetes, &format!("{list}{spec}"))), ["A=a"]);
}

#[test]
fn json_and_several_documents_are_read() {
    let json = r#"{"kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "env": [{"name": "A", "value": "1"}]}]}}"#;
    assert_eq!(settings(&read(Kind::Kubernetes, json)), ["A=1"]);
    let yaml = format!("# a\n---\n---\nkind: Service\nmetadata: {{name: s}}\n---\n{}...\n", pod("env: []"));
    assert_eq!(settings(&read(Kind::Kubernetes, &yaml)), [""; 0]);
}

#[test]
fn a_container_is_chosen_by_name() {
    let workload = |name: &str| {
        format!(
            "kind: Deployment\nmetadata: {{name: {name}}}\nspec:\n  template:\n    spec:\n      initContainers:\n      \
             - {{name: init, env: [{{name: I, value: {name}}}]}}\n      containers:\n      - {{name: app, env: \
             [{{name: A, value: {name}}}]}}\n"
        )
    };
    let one = of(&[("f.yaml", &workload("one"))]).kind(Kind::Kubernetes);
    assert_eq!(settings(&one.clone().read().expect("it can be read")), ["A=one"]);
    assert_eq!(settings(&one.clone().target("one").read().expect("it can be read")), ["A=one"]);
    assert_eq!(settings(&one.clone().target("init").read().expect("it can be read")), ["I=one"]);
    assert_eq!(
        refused(&one.target("ap")).to_string(),
        "`ap` is not there; choose from: Deployment/one/init, Deployment/one/app"
    );

    let both =
        of(&[("f.yaml", &format!("{}---\n{}", workload("one"), workload("two")))]).kind(Kind::Kubernetes);
    for target in ["two", "two/app", "Deployment/two", "Deployment/two/app"] {
        let deployment = both.clone().target(target).read().expect("it can be read");
        assert_eq!(settings(&deployment), ["A=two"], "{target}");
    }
    assert_eq!(
        refused(&both.target("app")).to_string(),
        "there are several to choose from: Deployment/one/app, Deployment/two/app"
    );
    let none = of(&[("f.yaml", "kind: Service\nmetadata: {name: s}")]).kind(Kind::Kubernetes);
    assert_eq!(refused(&none).to_string(), "nothing with containers is there, and no ConfigMap or Secret");
}

#[test]
fn values_are_texts_and_everything_else_is_refused() {
    for yaml in ["1", "-1.5", "true", "True", "yes", "No", "on", "OFF", "y", "[a]", "{a: b}", "0x1F", ".inf"]
    {
        let deployment = env(&format!("[{{name: A, value: {yaml}}}, {{name: B, value: b}}]"));
        assert_eq!(settings(&deployment), ["B=b"], "{yaml}");
        assert_eq!(
            problems(&deployment),
            ["f:7:28: the API server refuses it: `value` is a text; put it in quotes"],
            "{yaml}"
        );
    }
    for (yaml, text) in
        [("'1'", "1"), ("\"true\"", "true"), ("2027-01-31", "2027-01-31"), ("1h", "1h"), ("!!str 1", "1")]
    {
        assert_eq!(settings(&env(&format!("[{{name: A, value: {yaml}}}]"))), [format!("A={text}")], "{yaml}");
    }
    assert_eq!(settings(&env("[{name: A}, {name: B, value: }, {name: C, value: ''}]")), ["A=", "B=", "C="]);
}

#[test]
fn variables_in_values_are_those_before() {
    let deployment =
        env("[{name: A, value: a}, {name: B, value: 'x$(A)y$(C)$$(A)$$z$'}, {name: C, value: '$(B'}, \
         {name: D, value: '$(DB_SERVICE_HOST)'}]");
    assert_eq!(settings(&deployment), ["A=a", "B=xay$(C)$(A)$z$", "C=$(B", "D?"]);
}

#[test]
fn references_make_what_they_stand_in_a_reference() {
    let deployment = env(
        "[{name: P, valueFrom: {secretKeyRef: {name: db, key: pw}}}, {name: U, value: 'pg://app:$(P)@db'}, \
         {name: F, valueFrom: {fieldRef: {fieldPath: status.podIP}}}, {name: G, value: 'http://$(F)'}, \
         {name: R, valueFrom: {resourceFieldRef: {resource: limits.cpu}}}, {name: M, valueFrom: {configMapKeyRef: \
         {name: m, key: k}}}, {name: V, value: 'vault:secret/data/a#b'}]",
    );
    let reference = "key `pw` of the Secret `db`";
    assert_eq!(
        settings(&deployment),
        [
            format!("P->{reference}"),
            format!("U->{reference}"),
            "F?".into(),
            "G?".into(),
            "R?".into(),
            "M?".into(),
            "V->a secret of Vault (`vault:`)".into()
        ]
    );
    assert_eq!(
        deployment.settings[5].given,
        Given::Unknown("it is the key `k` of the ConfigMap `m`, which is in none of the files".into())
    );
}

const DATA: &str = "\
---
kind: ConfigMap
metadata: {name: m}
data:
  A: map
  B: map
  N: 5
---
kind: Secret
metadata: {name: s}
data: {B: aHVudGVyMg==, C: aHVudGVyMg==}
stringData:
  D: hunter2
";

#[test]
fn whole_maps_and_secrets_are_taken_in() {
    let container = "envFrom:\n- configMapRef: {name: m}\n- secretRef: {name: s}\n- prefix: X_\n  secretRef: {name: s}\n\
                     - configMapRef: {name: no, optional: true}\n- {prefix: Y_, secretRef: {name: none}}\n\
                     env: [{name: D, value: own}, {name: E, value: $(A)}, {name: F, value: $(SOME)}]";
    let deployment = of(&[("f.yaml", &format!("{}{DATA}", pod(container)))]).kind(Kind::Kubernetes).read();
    let deployment = deployment.expect("it can be read");
    let key = |key: &str| format!("->key `{key}` of the Secret `s`");
    assert_eq!(
        settings(&deployment),
        [
            "A=map".to_owned(),
            "B=map".into(),
            format!("B{}", key("B")),
            format!("C{}", key("C")),
            format!("D{}", key("D")),
            format!("X_B{}", key("B")),
            format!("X_C{}", key("C")),
            format!("X_D{}", key("D")),
            "D=own".into(),
            "E=map".into(),
            "F?".into()
        ]
    );
    assert_eq!(deployment.settings[0].place.line, 19);
    let unseen: Vec<_> =
        deployment.unseen.iter().map(|unseen| (&*unseen.what, &*unseen.prefix, unseen.is_secret)).collect();
    assert_eq!(
        unseen,
        [("the ConfigMap `no`, which need not exist", "", false), ("the Secret `none`", "Y_", true)]
    );
    assert_eq!(
        problems(&deployment),
        ["f.yaml:21:6: the API server refuses it: a value of `data` is a text; put it in quotes"]
    );
}

#[test]
fn single_keys_are_looked_up() {
    let reference = |kind: &str, name: &str, key: &str, optional: bool| {
        format!("{{name: V, valueFrom: {{{kind}: {{name: {name}, key: {key}, optional: {optional}}}}}}}")
    };
    let cases = [
        (reference("configMapKeyRef", "m", "A", false), vec!["V=map"], 0),
        (reference("configMapKeyRef", "m", "no", false), vec![], 1),
        (reference("configMapKeyRef", "m", "no", true), vec![], 0),
        (reference("secretKeyRef", "s", "C", false), vec!["V->key `C` of the Secret `s`"], 0),
        (reference("secretKeyRef", "s", "no", false), vec![], 1),
        (reference("secretKeyRef", "s", "no", true), vec![], 0),
        (reference("secretKeyRef", "none", "x", false), vec!["V->key `x` of the Secret `none`"], 0),
    ];
    for (entry, expected, count) in cases {
        let text = format!("{}{DATA}", pod(&format!("env: [{entry}]")));
        let deployment = of(&[("f", &text)]).kind(Kind::Kubernetes).read().expect("it can be read");
        assert_eq!(settings(&deployment), expected, "{entry}");
        assert_eq!(deployment.problems.len(), count, "{entry}");
    }
}

#[test]
fn objects_of_other_namespaces_are_not_seen() {
    let map = |namespace: &str, value: &str| {
        format!("---\nkind: ConfigMap\nmetadata: {{name: m, namespace: {namespace}}}\ndata: {{A: {value}}}\n")
    };
    let pod = "kind: Pod\nmetadata: {name: p, namespace: one}\nspec: {containers: [{name: c, envFrom: [{configMapRef: {name: m}}]}]}\n";
    let text = format!("{pod}{}{}", map("one", "first"), map("two", "second"));
    assert_eq!(settings(&read(Kind::Kubernetes, &text)), ["A=first"]);
}

#[test]
fn sealed_and_external_secrets_have_keys() {
    let pod = pod(
        "envFrom: [{secretRef: {name: sealed}}, {secretRef: {name: external}}, {secretRef: {name: open}}]",
    );
    let text = format!(
        "{pod}---\nkind: SealedSecret\nmetadata: {{name: sealed}}\nspec: {{encryptedData: {{A: x}}}}\n---\n\
         kind: ExternalSecret\nmetadata: {{name: e}}\nspec: {{target: {{name: external}}, data: [{{secretKey: B}}]}}\n\
         ---\nkind: ExternalSecret\nmetadata: {{name: open}}\nspec: {{dataFrom: [{{extract: {{key: x}}}}]}}\n"
    );
    let deployment = of(&[("f", &text)]).kind(Kind::Kubernetes).read().expect("it can be read");
    assert_eq!(
        settings(&deployment),
        ["A->key `A` of the Secret `sealed`", "B->key `B` of the Secret `external`"]
    );
    assert_eq!(deployment.unseen[0].what, "the Secret `open`");
}

#[test]
fn volumes_of_data_are_mounts() {
    let text = format!(
        "kind: Pod\nmetadata: {{name: p}}\nspec:\n  enableServiceLinks: false\n  volumes:\n  - name: s\n    secret: {{secretName: s}}\n  - name: m\n    configMap: \
         {{name: m, items: [{{key: A, path: app/a.txt}}]}}\n  - {{name: no, secret: {{secretName: none}}}}\n  - {{name: tmp, emptyDir: {{}}}}\n  \
         - name: all\n    projected: {{sources: [{{secret: {{name: s, items: [{{key: C, path: c}}]}}}}, {{configMap: {{name: m}}}}]}}\n  containers:\n  - name: c\n    \
         volumeMounts:\n    - {{name: s, mountPath: /run/secrets/}}\n    - {{name: s, mountPath: /etc/d, subPath: D}}\n    - {{name: m, mountPath: /etc/m}}\n    \
         - {{name: no, mountPath: /no}}\n    - {{name: tmp, mountPath: /tmp}}\n    - {{name: all, mountPath: /all}}\n{DATA}"
    );
    let deployment = of(&[("f", &text)]).kind(Kind::Kubernetes).read().expect("it can be read");
    let mounts: Vec<_> = deployment.mounts.iter().map(|mount| (&*mount.path, mount.is_folder)).collect();
    assert_eq!(
        mounts,
        [
            ("/run/secrets/B", false),
            ("/run/secrets/C", false),
            ("/run/secrets/D", false),
            ("/etc/d", false),
            ("/etc/m/app/a.txt", false),
            ("/no", true),
            ("/all/c", false),
            ("/all/A", false),
            ("/all/B", false)
        ]
    );
    assert_eq!(deployment.mounts[3].given, Given::Reference("key `D` of the Secret `s`".into()));
    assert_eq!(deployment.mounts[4].given, Given::Text("map".into()));
    assert!(!deployment.has_service_links);
    assert!(env("[]").has_service_links);
}

#[test]
fn data_without_a_workload_is_a_target() {
    let request = of(&[("f", DATA)]).kind(Kind::Kubernetes);
    assert_eq!(refused(&request).to_string(), "there are several to choose from: ConfigMap/m, Secret/s");
    let deployment = request.clone().target("ConfigMap/m").read().expect("it can be read");
    assert_eq!(settings(&deployment), ["A=map", "B=map"]);
    assert_eq!(request.target("s").read().expect("it can be read").settings.len(), 3);
}

#[test]
fn what_the_api_server_refuses_is_a_problem() {
    let deployment =
        env("[{value: a}, {name: A, value: a, valueFrom: {fieldRef: {}}}, {name: B, valueFrom: {x: y}}]");
    assert_eq!(settings(&deployment), [""; 0]);
    assert_eq!(
        problems(&deployment),
        [
            "f:7:11: a variable of `env` has no `name`",
            "f:7:40: the API server refuses it: a variable has a `value` or a `valueFrom`, not both",
            "f:7:92: `valueFrom` is of no kind that is known"
        ]
    );
    let deployment = read(Kind::Kubernetes, &pod("env: {A: a}\nenvFrom: [{secretRef: {}}]"));
    assert_eq!(problems(&deployment), ["f:8:27: `secretRef` has a `name`", "f:7:10: `env` is a list"]);
}

#[test]
fn no_secret_of_the_files_is_in_a_debug_text() {
    let text = format!("{}{DATA}", pod("envFrom: [{secretRef: {name: s}}]"));
    let deployment = of(&[("f", &text)]).kind(Kind::Kubernetes).read().expect("it can be read");
    let shown = format!("{deployment:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("aHVudGVyMg"));
}
