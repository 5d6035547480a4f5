//! AWS by others: the server of moto, which verifies signatures and policies, and botocore, which makes signatures.
#![cfg(feature = "aws")]

mod common;

use std::{
    collections::BTreeSet,
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use common::{
    double::Double,
    kinds::{self, aws},
    one,
    peer::is_installed,
};
use confident::{Config, ExposeSecret, SecretString};
use confident_stores::{
    Ask, Clock, Credentials, Entry, Failure, Fault, ParameterStore, Paths, SecretsManager, Store,
    SystemClock, fuzzing,
    policy::{AwsRights, AwsService, Policy},
};
use proptest::{
    prelude::{Rng, RngExt},
    test_runner::{RngAlgorithm, TestRng},
};
use serde_json::{Value, json};

/// A program of Python that plays AWS, and asks as a client of AWS does.
struct Peer {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    address: String,
}

impl Peer {
    /// None where it is not installed. The server verifies signatures after so many requests.
    fn start(unverified: Option<u32>) -> Option<Self> {
        if !is_installed("python3", &["-c", "import moto.server, boto3"]) {
            return None;
        }
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/aws_peer.py");
        let mut command = Command::new("python3");
        command.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // What the machine is set up with is no part of the test.
        command.env("AWS_EC2_METADATA_DISABLED", "true").env_remove("AWS_PROFILE");
        if let Some(count) = unverified {
            command.env("INITIAL_NO_AUTH_ACTION_COUNT", count.to_string());
        }
        let mut child = command.spawn().expect("it is installed");
        let input = child.stdin.take().expect("it is a pipe");
        let output = BufReader::new(child.stdout.take().expect("it is a pipe"));
        let mut peer = Self { child, input, output, address: String::new() };
        peer.address = peer.line();
        Some(peer)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("it answers");
        assert!(!line.is_empty(), "it ended");
        line.trim_end().to_owned()
    }

    fn answer(&mut self, to: &Value) -> Value {
        writeln!(self.input, "{to}").expect("it listens");
        serde_json::from_str(&self.line()).expect("it answers in JSON")
    }

    /// Asks the server, as its client does.
    fn call(&mut self, who: &Key, service: &str, method: &str, arguments: Value) -> Value {
        let answer = self.answer(&json!({"call": [service, method, arguments], "as": [who.0, who.1]}));
        assert!(answer.get("ok").is_some(), "{service} {method}: {answer}");
        answer["ok"].clone()
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An id, and a key.
#[derive(Clone)]
struct Key(String, String);

impl Key {
    fn credentials(&self) -> Credentials {
        Credentials::fixed(self.0.clone(), SecretString::from(self.1.as_str()))
    }
}

/// A server that verifies signatures, and the key of who may do everything.
fn verifying() -> Option<(Peer, Key)> {
    let mut peer = Peer::start(Some(4))?;
    let nobody = Key("AKIANOBODY".to_owned(), "nothing".to_owned());
    let admin = user(&mut peer, &nobody, "admin", &["*"]);
    peer.call(&nobody, "iam", "get_user", json!({"UserName": "admin"}));
    let refused = peer.answer(
        &json!({"call": ["iam", "get_user", {"UserName": "admin"}], "as": ["AKIANOBODY", "nothing"]}),
    );
    assert_eq!(refused["status"], 403, "it verifies from now on: {refused}");
    Some((peer, admin))
}

/// A user who may do this.
fn user(peer: &mut Peer, by: &Key, name: &str, actions: &[&str]) -> Key {
    peer.call(by, "iam", "create_user", json!({"UserName": name}));
    let key = peer.call(by, "iam", "create_access_key", json!({"UserName": name}));
    let text = |name: &str| key["AccessKey"][name].as_str().expect("it is a text").to_owned();
    let statement = json!({"Effect": "Allow", "Action": actions, "Resource": "*"});
    let policy = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    let policy = json!({"UserName": name, "PolicyName": "all", "PolicyDocument": policy});
    peer.call(by, "iam", "put_user_policy", policy);
    Key(text("AccessKeyId"), text("SecretAccessKey"))
}

fn secrets(peer: &Peer, key: &Key) -> SecretsManager {
    SecretsManager::in_region(aws::REGION).credentials(key.credentials()).endpoint(peer.address.as_str())
}

fn parameters(peer: &Peer, key: &Key) -> ParameterStore {
    ParameterStore::in_region(aws::REGION).credentials(key.credentials()).endpoint(peer.address.as_str())
}

fn create(peer: &mut Peer, admin: &Key, name: &str, text: &str) -> String {
    let made =
        peer.call(admin, "secretsmanager", "create_secret", json!({"Name": name, "SecretString": text}));
    made["VersionId"].as_str().expect("it has a version").to_owned()
}

fn fault(outcome: Result<Entry, Failure>) -> Fault {
    outcome.expect_err("it is refused").fault()
}

/// A program.
#[derive(Config)]
#[config(app = "shop")]
struct Shop {
    /// A secret.
    token: SecretString,
    /// Another.
    key: Option<SecretString>,
}

/// The secrets of the program, and the version of the first.
fn load(store: impl Store, paths: &Paths) -> (String, Option<String>) {
    let source = store.source().paths(paths.clone());
    let shop = Shop::loader().profile("production").source(source).load();
    let shop = shop.unwrap_or_else(|report| panic!("{report}"));
    let text = |secret: &SecretString| secret.expose_secret().to_owned();
    (text(&shop.token), shop.key.as_ref().map(text))
}

/// Texts at places, one by one in the order of the places.
fn texts(outcomes: Vec<Result<Entry, Failure>>) -> Vec<Result<String, Fault>> {
    let text = |outcome: Result<Entry, Failure>| match outcome {
        Ok(entry) => Ok(load(Fixed(Mutex::new(Some(entry))), &Paths::default()).0),
        Err(failure) => Err(failure.fault()),
    };
    outcomes.into_iter().map(text).collect()
}

/// A store with one entry, which is given once.
struct Fixed(Mutex<Option<Entry>>);

impl Store for Fixed {
    fn kind(&self) -> &'static str {
        "aws"
    }

    fn name(&self) -> String {
        "one entry".to_owned()
    }

    fn read(&self, ask: &Ask<'_>) -> Vec<Result<Entry, Failure>> {
        let absent = |place: &str| Failure::new(Fault::Absent).at(place);
        let one = |place: &&str| match place.ends_with("/token") {
            true => self.0.lock().expect("nothing panics").take().ok_or_else(|| absent(place)),
            false => Err(absent(place)),
        };
        ask.places.iter().map(one).collect()
    }
}

#[test]
fn a_right_key_is_accepted_and_every_other_is_refused() {
    let Some((mut peer, admin)) = verifying() else { return };
    create(&mut peer, &admin, "shop/production/token", "hunter2");
    let put = json!({"Name": "/shop/production/token", "Value": "hunter3", "Type": "SecureString"});
    peer.call(&admin, "ssm", "put_parameter", put);
    let reader = user(&mut peer, &admin, "reader", SecretsManager::ACTIONS);
    let other = user(&mut peer, &admin, "other", ParameterStore::ACTIONS);
    let place = "shop/production/token";
    let read = |key: &Key| texts(vec![one(&secrets(&peer, key), place), one(&parameters(&peer, key), place)]);

    assert_eq!(read(&reader), [Ok("hunter2".to_owned()), Err(Fault::Denied)]);
    assert_eq!(read(&other), [Err(Fault::Denied), Ok("hunter3".to_owned())]);
    let wrong = Key(reader.0.clone(), admin.1.clone());
    let unknown = Key("AKIAOFNOBODY".to_owned(), reader.1.clone());
    for key in [&wrong, &unknown] {
        assert_eq!(read(key), [Err(Fault::Unauthenticated), Err(Fault::Unauthenticated)]);
    }
    // No message says more than that, least of all the keys.
    for key in [&wrong, &unknown, &other] {
        let report = Shop::loader().profile("production").source(secrets(&peer, key).source()).load();
        let report = report.expect_err("it is refused").to_string();
        assert!(!report.contains(&key.1) && !report.contains(&key.0), "{report}");
        assert!(!report.contains("hunter"), "{report}");
    }
}

#[test]
fn the_version_in_use_is_read_whatever_a_rotation_is_about_to_do() {
    let Some((mut peer, admin)) = verifying() else { return };
    let name = "shop/production/token";
    let first = create(&mut peer, &admin, name, "first");
    create(&mut peer, &admin, "shop/production/key", "other");
    let reader = user(&mut peer, &admin, "reader", SecretsManager::ACTIONS);
    let both = |peer: &Peer| load(secrets(peer, &reader), &Paths::default());
    assert_eq!(both(&peer), ("first".to_owned(), Some("other".to_owned())));

    let pending = json!({"SecretId": name, "SecretString": "second", "VersionStages": ["AWSPENDING"]});
    let second = peer.call(&admin, "secretsmanager", "put_secret_value", pending);
    let second = second["VersionId"].as_str().expect("it has a version").to_owned();
    assert_eq!(both(&peer).0, "first", "it is not in use yet");
    let waiting = secrets(&peer, &reader).stage("AWSPENDING");
    assert_eq!(texts(vec![one(&waiting, name)]), [Ok("second".to_owned())]);

    let promote = json!({
        "SecretId": name,
        "VersionStage": "AWSCURRENT",
        "MoveToVersionId": second,
        "RemoveFromVersionId": first,
    });
    peer.call(&admin, "secretsmanager", "update_secret_version_stage", promote);
    // The trap is there: whoever does not say which version gets the old one, also among several.
    let unsaid = peer.call(&admin, "secretsmanager", "get_secret_value", json!({"SecretId": name}));
    assert_eq!(unsaid["SecretString"], "first");
    let unsaid =
        peer.call(&admin, "secretsmanager", "batch_get_secret_value", json!({"SecretIdList": [name]}));
    assert_eq!(unsaid["SecretValues"][0]["SecretString"], "first");
    assert_eq!(both(&peer), ("second".to_owned(), Some("other".to_owned())));
    let entry = one(&secrets(&peer, &reader), name).expect("it is there");
    assert!(format!("{entry:?}").contains(&second), "its version is known: {entry:?}");
    let before = secrets(&peer, &reader).stage("AWSPREVIOUS");
    assert_eq!(texts(vec![one(&before, name)]), [Ok("first".to_owned())]);
    let before = secrets(&peer, &reader).before(name, &second).expect("it is there").expect("it is there");
    assert_eq!(texts(vec![Ok(before)]), [Ok("first".to_owned())]);
    assert!(format!("{entry:?}").contains("written: Some"), "when it was made is known: {entry:?}");
}

#[test]
fn several_secrets_are_read_together_or_one_by_one_where_that_is_denied() {
    let Some((mut peer, admin)) = verifying() else { return };
    let place = |number: usize| format!("shop/production/many/{number}");
    for number in (0..23).filter(|number| *number != 7) {
        create(&mut peer, &admin, &place(number), &format!("text {number}"));
    }
    let delete = json!({"SecretId": place(3), "RecoveryWindowInDays": 7});
    peer.call(&admin, "secretsmanager", "delete_secret", delete);
    let bytes = json!({"SecretId": place(5), "SecretBinary": "binary \u{1F511}"});
    peer.call(&admin, "secretsmanager", "put_secret_value", bytes);

    let places: Vec<String> = (0..23).map(place).collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    let ask = Ask::new("shop", Some("production"), &places);
    let wanted: Vec<Result<String, Fault>> = (0..23)
        .map(|number| match number {
            3 => Err(Fault::Deleted),
            5 => Ok("binary \u{1F511}".to_owned()),
            7 => Err(Fault::Absent),
            number => Ok(format!("text {number}")),
        })
        .collect();
    let all = user(&mut peer, &admin, "all", SecretsManager::ACTIONS);
    let single = user(&mut peer, &admin, "single", &["secretsmanager:GetSecretValue"]);
    for key in [all, single] {
        assert_eq!(texts(secrets(&peer, &key).read(&ask)), wanted);
    }
    // One place at a time says the same.
    let alone = |number: usize| texts(vec![one(&secrets(&peer, &admin), &place(number))]).remove(0);
    for number in [3, 5, 7, 8] {
        assert_eq!(alone(number), wanted[number], "{number}");
    }
}

#[test]
fn the_rights_that_are_written_for_a_program_are_enough_for_it() {
    let Some((mut peer, admin)) = verifying() else { return };
    create(&mut peer, &admin, "shop/production/token", "hunter2");
    create(&mut peer, &admin, "shop/production/key", "hunter3");
    for name in ["token", "key"] {
        let name = format!("/shop/production/{name}");
        let put = json!({"Name": name, "Value": "hunter4", "Type": "SecureString"});
        peer.call(&admin, "ssm", "put_parameter", put);
    }
    let services = [
        (AwsService::SecretsManager, SecretsManager::ACTIONS, "hunter3"),
        (AwsService::ParameterStore, ParameterStore::ACTIONS, "hunter4"),
    ];
    for (service, needed, text) in services {
        let mut rights = AwsRights::new(aws::REGION, "123456789012");
        rights.service = service;
        rights.key = Some("arn:aws:kms:eu-central-1:123456789012:key/k".to_owned());
        let policy = Policy::new(Shop::manifest(), "production", Paths::default()).aws(&rights);
        let policy: Value =
            serde_json::from_str(&policy.expect("the profile is a word")).expect("it is JSON");
        let statements = policy["Statement"].as_array().expect("there are statements");
        let actions: BTreeSet<&str> = statements
            .iter()
            .flat_map(|one| {
                one["Action"]
                    .as_str()
                    .into_iter()
                    .chain(one["Action"].as_array().into_iter().flatten().filter_map(Value::as_str))
            })
            .collect();
        assert_eq!(actions, needed.iter().copied().collect());
        // The server knows of actions, and of no resources.
        let actions: Vec<&str> = actions.into_iter().collect();
        let key = user(&mut peer, &admin, &format!("enough-{text}"), &actions);
        let source = match service {
            AwsService::SecretsManager => load(secrets(&peer, &key), &Paths::default()),
            _ => load(parameters(&peer, &key), &Paths::default()),
        };
        assert_eq!(source.1.as_deref(), Some(text));
        let asked = user(&mut peer, &admin, &format!("less-{text}"), &actions[..1]);
        let outcome = one(&secrets(&peer, &asked), "shop/production/token");
        assert_eq!(fault(outcome), Fault::Denied, "the test can see what is missing");
    }
}

#[test]
fn one_secret_has_many_keys() {
    let Some((mut peer, admin)) = verifying() else { return };
    let object = r#"{"token": "h\"u\u006eter2", "key": "\ud83d\udd11", "port": 1}"#;
    create(&mut peer, &admin, "shop/production", object);
    let texts = load(secrets(&peer, &admin), &Paths::new("{app}/{profile}#{path}"));
    assert_eq!(texts, ("h\"unter2".to_owned(), Some("\u{1F511}".to_owned())));
}

#[test]
fn parameters_are_read_in_tens_decrypted_and_by_their_versions() {
    let Some((mut peer, admin)) = verifying() else { return };
    let place = |number: usize| format!("shop/production/many/{number}");
    for number in (0..23).filter(|number| *number != 7) {
        let kind = ["SecureString", "String"][number % 2];
        let put =
            json!({"Name": format!("/{}", place(number)), "Value": format!("text {number}"), "Type": kind});
        peer.call(&admin, "ssm", "put_parameter", put);
    }
    let again =
        json!({"Name": format!("/{}", place(4)), "Value": "new", "Type": "SecureString", "Overwrite": true});
    peer.call(&admin, "ssm", "put_parameter", again);
    let reader = user(&mut peer, &admin, "reader", ParameterStore::ACTIONS);
    let places: Vec<String> = (0..23).map(place).collect();
    let mut places: Vec<&str> = places.iter().map(String::as_str).collect();
    // With the slash, and twice.
    let slash = format!("/{}", place(2));
    places.extend([slash.as_str(), places[2]]);
    let texts = texts(parameters(&peer, &reader).read(&Ask::new("shop", None, &places)));
    let wanted = (0..23).map(|number| match number {
        4 => Ok("new".to_owned()),
        7 => Err(Fault::Absent),
        number => Ok(format!("text {number}")),
    });
    let wanted: Vec<_> = wanted.chain([Ok("text 2".to_owned()), Ok("text 2".to_owned())]).collect();
    assert_eq!(texts, wanted);
    let entry = one(&parameters(&peer, &reader), &place(4)).expect("it is there");
    assert!(format!("{entry:?}").contains("\"2\""), "its version is known: {entry:?}");
    assert!(format!("{entry:?}").contains("written: Some"), "when it was made is known: {entry:?}");
    let before =
        parameters(&peer, &reader).before(&place(4), "2").expect("it is there").expect("it is there");
    assert_eq!(self::texts(vec![Ok(before)]), [Ok("text 4".to_owned())]);
    // The trap is there: who does not ask for it decrypted gets it in clear behind the name of a key.
    let stored = json!({"Names": [slash], "WithDecryption": false});
    let stored = peer.call(&admin, "ssm", "get_parameters", stored);
    assert_eq!(stored["Parameters"][0]["Value"], "kms:alias/aws/ssm:text 2");
}

#[test]
fn a_role_is_taken_for_the_token_of_another_authority() {
    // Moto wants a signature even where AWS wants none, so this server verifies nothing.
    let Some(mut peer) = Peer::start(None) else { return };
    let nobody = Key("AKIANOBODY".to_owned(), "nothing".to_owned());
    create(&mut peer, &nobody, "shop/production/token", "hunter2");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("token");
    std::fs::write(&file, "eyJhbGciOi.J9.x-_\n").expect("it can be written");
    let credentials = Credentials::from_pairs([
        ("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().expect("it is UTF-8")),
        ("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/shop"),
        ("AWS_ENDPOINT_URL_STS", &peer.address),
    ]);
    let store = SecretsManager::in_region(aws::REGION).credentials(credentials);
    let store = store.endpoint(peer.address.as_str());
    assert_eq!(texts(vec![one(&store, "shop/production/token")]), [Ok("hunter2".to_owned())]);
}

/// The names of the fields of an answer, and of what is in it.
fn shape(value: &Value, at: &str, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                names.insert(format!("{at}.{name}"));
                shape(value, &format!("{at}.{name}"), names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| shape(item, &format!("{at}[]"), names)),
        _ => {}
    }
}

#[test]
fn the_doubles_answer_as_another_implementation_does() {
    let Some((mut peer, admin)) = verifying() else { return };
    create(&mut peer, &admin, "shop/a", "text");
    peer.call(
        &admin,
        "ssm",
        "put_parameter",
        json!({"Name": "/shop/a", "Value": "text", "Type": "SecureString"}),
    );
    let content = vec![("shop/a".to_owned(), "text".to_owned())];
    let doubles = [
        ("secretsmanager", (aws::secrets)(content.clone()).double.expect("it is asked over a network")),
        ("ssm", (aws::parameters)(content).double.expect("it is asked over a network")),
    ];
    let cases = [
        (0, "get_secret_value", json!({"SecretId": "shop/a", "VersionStage": "AWSCURRENT"})),
        (0, "get_secret_value", json!({"SecretId": "shop/b", "VersionStage": "AWSCURRENT"})),
        (0, "batch_get_secret_value", json!({"SecretIdList": ["shop/a", "shop/b"]})),
        (1, "get_parameters", json!({"Names": ["/shop/a", "/shop/b"], "WithDecryption": true})),
    ];
    for (at, method, arguments) in cases {
        let (service, double) = &doubles[at];
        let mut ask = |address: &str| {
            let call = json!({"call": [service, method, arguments], "as": [admin.0, admin.1], "at": address});
            peer.answer(&call)
        };
        let address = double.address();
        let [played, real] = [ask(&address), ask("")];
        assert_eq!(played["error"], real["error"], "{method}: {played} {real}");
        if real.get("ok").is_none() {
            // The second trap: AWS has 400 for all of these, and the other one sometimes 404.
            assert_eq!((&played["status"], &real["status"]), (&json!(400), &json!(404)), "{method}");
            continue;
        }
        let [played, real] = [played, real].map(|answer| {
            let mut names = BTreeSet::new();
            shape(&answer["ok"], "", &mut names);
            names
        });
        assert_eq!(played, real, "{method}");
    }
}

/// A clock that stands still at some moment.
struct At(SystemTime);

impl Clock for At {
    fn now(&self) -> SystemTime {
        self.0
    }

    fn elapsed(&self) -> Duration {
        SystemClock.elapsed()
    }

    fn sleep(&self, duration: Duration) {
        SystemClock.sleep(duration);
    }

    fn random(&self) -> f64 {
        SystemClock.random()
    }
}

/// A text of these characters.
fn text(random: &mut TestRng, of: &str, length: std::ops::Range<usize>) -> String {
    let of: Vec<char> = of.chars().collect();
    let length = random.random_range(length);
    (0..length).map(|_| of[random.random_range(0..of.len())]).collect()
}

#[test]
fn signatures_are_those_of_another_implementation() {
    let Some(mut peer) = Peer::start(None) else { return };
    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[7; 32]);
    let letters = "abcdefghijklmnopqrstuvwxyz0123456789-";
    let base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";
    let double = Double::new(|_| aws::error("AccessDeniedException", "no"));
    for case in 0..200 {
        double.forget();
        let random = &mut random;
        let (id, key) =
            (text(random, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16..25), text(random, base64, 1..80));
        let token = random.random_bool(0.5).then(|| text(random, base64, 1..900));
        let region = text(random, letters, 1..20);
        let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(random.next_u32()));
        let credentials = match &token {
            None => Credentials::fixed(id.clone(), key.as_str().into()),
            Some(token) => Credentials::of_session(id.clone(), key.as_str().into(), token.as_str().into()),
        };
        let places = [text(random, "abc/\"\\\u{e9}\u{1F511} %", 1..60), text(random, letters, 1..40)];
        let places: Vec<&str> = places.iter().map(String::as_str).collect();
        let ask = Ask::new("shop", None, &places);
        let connection = kinds::connection(&double);
        let service = if case % 2 == 0 {
            let store = SecretsManager::in_region(region.as_str()).credentials(credentials);
            store.clock(At(moment)).endpoint(connection).read(&ask);
            "secretsmanager"
        } else {
            let store = ParameterStore::in_region(region.as_str()).credentials(credentials);
            store.clock(At(moment)).endpoint(connection).read(&ask);
            "ssm"
        };
        let asked = double.asked();
        assert_eq!(asked.len(), 3, "together, and one by one");
        for asked in &asked {
            let header = asked.header("authorization").expect("it is signed");
            let names = header.split("SignedHeaders=").nth(1).and_then(|rest| rest.split(',').next());
            let names = names.expect("it says what is signed");
            // Only what is signed: the other one signs all that it is given.
            let signed = asked
                .headers
                .iter()
                .filter(|(name, _)| names.split(';').any(|known| known.eq_ignore_ascii_case(name)));
            let mut headers: serde_json::Map<String, Value> =
                signed.map(|(name, value)| (name.to_ascii_lowercase(), json!(value))).collect();
            let date = headers.remove("x-amz-date").expect("it is signed");
            headers.insert("X-Amz-Date".to_owned(), date);
            // It adds the header of a token by itself.
            let mut sign = |body: &[u8]| {
                let who = json!([id, key, Value::Null, region, service]);
                peer.answer(&json!({"sign": {
                    "method": asked.method,
                    "url": format!("{}{}", double.address(), asked.target),
                    "headers": headers,
                    "body": STANDARD.encode(body),
                    "who": who,
                }}))
            };
            let theirs = sign(&asked.body);
            assert_eq!(theirs["headers"], names, "case {case}");
            let signature = theirs["signature"].as_str().expect("it is a text");
            assert!(header.ends_with(&format!("Signature={signature}")), "case {case}: {header} {theirs}");
            // The test can see a difference.
            let another = sign(&[&asked.body[..], b" "].concat());
            assert_ne!(another["signature"], theirs["signature"]);
        }
    }
}

#[test]
fn addresses_times_and_files_are_read_as_others_read_them() {
    let Some(mut peer) = Peer::start(None) else { return };
    let regions = [
        "eu-central-1",
        "us-east-1",
        "cn-north-1",
        "us-gov-west-1",
        "eusc-de-east-1",
        "us-iso-east-1",
        "us-isob-east-1",
        "eu-isoe-west-1",
        "us-isof-south-1",
        "il-central-1",
    ];
    for service in ["secretsmanager", "ssm"] {
        let pairs: Vec<_> = regions.iter().map(|region| [service, region]).collect();
        let theirs = peer.answer(&json!({ "addresses": pairs }));
        let ours: Vec<String> = regions.iter().map(|region| fuzzing::aws::address(service, region)).collect();
        assert_eq!(theirs, json!(ours));
    }

    let mut random = TestRng::from_seed(RngAlgorithm::ChaCha, &[8; 32]);
    // Up to the year 2999, and the ends of the days around every 29th of February.
    let mut seconds: Vec<u64> = (0..500).map(|_| random.random_range(0..32_472_144_000)).collect();
    seconds.extend((1972..2100).map(|year| (year - 1970) * 31_556_952 + 5_097_600));
    let theirs = peer.answer(&json!({ "stamps": seconds }));
    for (seconds, theirs) in seconds.iter().zip(theirs.as_array().expect("it is a list")) {
        let moment = SystemTime::UNIX_EPOCH + Duration::from_secs(*seconds);
        assert_eq!(theirs[0], fuzzing::aws::stamp(moment));
        for text in [&theirs[1], &theirs[2]] {
            let text = text.as_str().expect("it is a text");
            assert_eq!(fuzzing::aws::moment(text), Some(moment), "{text}");
        }
    }

    let pair = "aws_access_key_id = AKIA1\naws_secret_access_key=a+b/c=\n";
    let files = [
        format!("[default]\n{pair}"),
        format!(
            "# a comment\n[other]\naws_access_key_id=x\n\n[default]\n{pair}; more\naws_session_token = t=\n"
        ),
        format!("[default] # words\n{pair}aws_session_token = with # a mark\n"),
        format!("[default]\nregion = eu-central-1\ns3 =\n  aws_access_key_id = nested\n{pair}"),
        "[default]\naws_access_key_id =\naws_secret_access_key = \n".to_owned(),
        "[default]\nAWS_ACCESS_KEY_ID = AKIA2\naws_secret_access_key = x ; y\n".to_owned(),
        "[other]\naws_access_key_id = AKIA3\n".to_owned(),
        "[profile default]\naws_access_key_id = AKIA3\n".to_owned(),
        "[default]\r\naws_access_key_id = AKIA4\r\naws_secret_access_key = z\r\n".to_owned(),
        String::new(),
    ];
    for file in files {
        let theirs = peer.answer(&json!({ "profile": [file, "default"] }));
        let ours = json!(fuzzing::aws::of_profile(&file, "default"));
        assert_eq!(ours, theirs, "{file}");
    }
}

#[test]
fn a_server_that_went_away_is_told_of() {
    let Some(mut peer) = Peer::start(None) else { return };
    let nobody = Key("AKIANOBODY".to_owned(), "nothing".to_owned());
    create(&mut peer, &nobody, "shop/production/token", "hunter2");
    let store = Arc::new(secrets(&peer, &nobody));
    assert!(one(&store, "shop/production/token").is_ok());
    drop(peer);
    assert_eq!(fault(one(&store, "shop/production/token")), Fault::Unreachable);
}
