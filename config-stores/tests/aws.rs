//! AWS: what it answers beside what is asked, and whom it is asked as.
#![cfg(feature = "aws")]

mod common;

use std::{path::PathBuf, time::Duration};

use common::{
    clocks,
    double::{Asked, Double, Reply, Trouble},
    kinds::{self, aws},
    one,
};
use confident::SecretString;
use confident_stores::{
    Ask, Clock, Credentials, Failure, Fault, ParameterStore, SecretsManager, Store, fuzzing,
    testing::ManualClock,
};
use serde_json::{Value, json};

const PLACE: &str = "shop/production/token";
const SECRET: &str = "hunter2-TOPSECRET";
const KEY: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn secrets(double: &Double) -> SecretsManager {
    let store = SecretsManager::in_region(aws::REGION).credentials(aws::credentials());
    store.endpoint(kinds::connection(double))
}

fn parameters(double: &Double) -> ParameterStore {
    let store = ParameterStore::in_region(aws::REGION).credentials(aws::credentials());
    store.endpoint(kinds::connection(double))
}

fn failure(outcome: Result<confident_stores::Entry, Failure>) -> Failure {
    let failure = outcome.expect_err("it is refused");
    assert!(!format!("{failure} {failure:?}").contains("TOPSECRET"), "{failure}");
    failure
}

#[test]
fn signatures_are_those_that_aws_publishes() {
    let at = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_440_938_160);
    let stamp = ("x-amz-date", "20150830T123600Z");
    let (host, iam) = (("host", "example.amazonaws.com"), ("host", "iam.amazonaws.com"));
    let form = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    /// The service, the request, its headers, its signature.
    type Case<'a> = (&'a str, [&'a str; 3], &'a [(&'static str, &'a str)], &'a str);
    let cases: [Case<'_>; 3] = [
        // `get-vanilla` and `post-vanilla` of the test suite.
        (
            "service",
            ["GET", "/", ""],
            &[host, stamp],
            "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
        ),
        (
            "service",
            ["POST", "/", ""],
            &[host, stamp],
            "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b",
        ),
        // The example of the documentation.
        (
            "iam",
            ["GET", "/", "Action=ListUsers&Version=2010-05-08"],
            &[form, iam, stamp],
            "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
        ),
    ];
    for (service, request, headers, signature) in cases {
        let who = ["AKIDEXAMPLE", KEY, "us-east-1", service];
        let header = fuzzing::aws::authorization(who, at, request, headers, b"");
        let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
        let wanted = format!(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/{service}/aws4_request, \
             SignedHeaders={}, Signature={signature}",
            names.join(";")
        );
        assert_eq!(header, wanted);
    }
}

#[test]
fn a_version_that_is_not_in_use_is_not_taken() {
    for stages in [json!(["AWSPREVIOUS"]), json!(["AWSPENDING", "mine"]), json!([])] {
        let double = Double::new(move |asked| {
            let mut secret = aws::secret(PLACE, SECRET);
            secret["VersionStages"] = stages.clone();
            match asked.json()["SecretIdList"].is_array() {
                true => aws::good(json!({"SecretValues": [secret], "Errors": []})),
                false => aws::good(secret),
            }
        });
        let failure = failure(one(&secrets(&double), PLACE));
        assert_eq!(failure.fault(), Fault::Malformed);
        assert!(failure.to_string().contains("AWSCURRENT"), "{failure}");
        double.forget();
        let places = [PLACE, "shop/production/key"];
        let outcomes = secrets(&double).read(&Ask::new("shop", None, &places));
        assert!(outcomes.iter().all(Result::is_err));
        // Together, and then by its stage.
        let asked = double.asked();
        assert_eq!(asked[1].json(), json!({"SecretId": PLACE, "VersionStage": "AWSCURRENT"}));
    }
}

#[test]
fn another_secret_than_was_asked_for_is_not_taken() {
    type Change = fn(&mut Value);
    let changes: [(Change, bool); 9] = [
        (|_| {}, true),
        (|secret| secret["Name"] = json!("shop/staging/token"), false),
        (|secret| secret["SecretString"] = json!(["hunter2-TOPSECRET"]), false),
        (|secret| secret["SecretString"] = json!(7), false),
        (|secret| secret["SecretString"] = Value::Null, false),
        (|secret| secret["SecretBinary"] = json!("aGk="), false),
        (|secret| secret["VersionId"] = json!("hunter2-TOPSECRET \n"), false),
        (|secret| secret["VersionId"] = json!(""), false),
        (
            |secret| {
                secret["SecretBinary"] = json!("not base64 hunter2-TOPSECRET");
                secret["SecretString"] = Value::Null;
            },
            false,
        ),
    ];
    for (change, is_good) in changes {
        let double = Double::new(move |_| {
            let mut secret = aws::secret(PLACE, SECRET);
            change(&mut secret);
            if secret["Name"] != PLACE {
                secret["ARN"] =
                    json!("arn:aws:secretsmanager:eu-central-1:1:secret:shop/staging/token-a1B2c3");
            }
            aws::good(secret)
        });
        match one(&secrets(&double), PLACE) {
            Ok(_) => assert!(is_good),
            outcome => assert_eq!((failure(outcome).fault(), is_good), (Fault::Malformed, false)),
        }
    }
}

#[test]
fn what_keeps_one_secret_from_being_read_keeps_no_other() {
    let codes = [
        ("AccessDeniedException", "", Fault::Denied),
        ("DecryptionFailure", "", Fault::Denied),
        ("InvalidRequestException", "it was marked for deletion", Fault::Deleted),
        ("ResourceNotFoundException", "", Fault::Absent),
        ("InternalServiceError", "", Fault::Unavailable),
    ];
    for (code, message, fault) in codes {
        let double = Double::new(move |asked| {
            assert!(asked.json()["SecretIdList"].is_array(), "nothing is asked for twice");
            let error = json!({
                "SecretId": "b",
                "ErrorCode": code,
                "Message": format!("{message} hunter2-TOPSECRET"),
            });
            aws::good(json!({"SecretValues": [aws::secret("a", SECRET)], "Errors": [error]}))
        });
        let outcomes = secrets(&double).read(&Ask::new("shop", None, &["b", "a"]));
        let [b, a] = <[_; 2]>::try_from(outcomes).expect("there is one for each");
        assert!(a.is_ok());
        let failure = failure(b);
        assert_eq!((failure.fault(), failure.place()), (fault, Some("b")));
    }
}

#[test]
fn a_permission_for_several_that_is_missing_is_noticed_once() {
    let texts = ["a", "b"].map(|place| (place.to_owned(), "text".to_owned())).to_vec();
    let made = aws::secrets(texts);
    let double = made.double.expect("it is asked over a network");
    double.once(Trouble::Instead(aws::error("AccessDeniedException", "no")));
    let ask = Ask::new("shop", None, &["a", "b"]);
    for requests in [3, 2] {
        double.forget();
        assert!(made.store.read(&ask).iter().all(Result::is_ok));
        assert_eq!(double.asked().len(), requests);
    }
    // What goes wrong with the store itself is not asked for again and again.
    let places: Vec<String> = (0..45).map(|number| format!("place/{number}")).collect();
    let places: Vec<&str> = places.iter().map(String::as_str).collect();
    for store in [aws::secrets(Vec::new()), aws::parameters(Vec::new())] {
        let double = store.double.expect("it is asked over a network");
        double.always(Trouble::Instead(aws::error("ThrottlingException", "slow down")));
        let outcomes = store.store.read(&Ask::new("shop", None, &places));
        assert_eq!((outcomes.len(), double.asked().len()), (45, 1));
        assert!(outcomes.into_iter().all(|outcome| failure(outcome).fault() == Fault::Busy));
    }
}

#[test]
fn a_parameter_that_is_not_decrypted_is_not_taken() {
    let answer = |kind: &'static str, value: &'static str| {
        Double::new(move |asked| {
            assert_eq!(asked.json()["WithDecryption"], true);
            let parameter = json!({"Name": format!("/{PLACE}"), "Type": kind, "Value": value, "Version": 1});
            aws::good(json!({"Parameters": [parameter], "InvalidParameters": []}))
        })
    };
    for stored in ["kms:alias/aws/ssm:hunter2-TOPSECRET", "kms:default:hunter2-TOPSECRET"] {
        let failure = failure(one(&parameters(&answer("SecureString", stored)), PLACE));
        assert_eq!(failure.fault(), Fault::Malformed);
        assert!(failure.to_string().contains("decrypted"), "{failure}");
        // A text may begin so.
        assert!(one(&parameters(&answer("String", stored)), PLACE).is_ok());
    }
    assert!(one(&parameters(&answer("SecureString", "hunter2")), PLACE).is_ok());
}

#[test]
fn a_clock_that_is_wrong_is_told_of() {
    let (clock, own) = clocks();
    // In 2027, as the clock of the tests is.
    let dates = [
        ("Fri, 01 Jan 2027 00:00:30 GMT", None),
        ("Fri, 01 Jan 2027 00:04:00 GMT", None),
        ("Fri, 01 Jan 2027 01:30:00 GMT", Some("90 minutes behind")),
        ("Thu, 31 Dec 2026 22:00:00 GMT", Some("120 minutes ahead")),
        ("hunter2-TOPSECRET", None),
    ];
    assert_eq!(clock.elapsed(), Duration::ZERO);
    for (date, wanted) in dates {
        for name in ["InvalidSignatureException", "RequestTimeTooSkewed", "SignatureDoesNotMatch"] {
            let double = Double::new(move |_| aws::error(name, "no").header("Date", date));
            let failure = failure(one(&secrets(&double).clock(own.clone()), PLACE));
            assert_eq!(failure.fault(), Fault::Unauthenticated);
            let said = failure.to_string();
            assert_eq!(said.contains("clock"), wanted.is_some(), "{date}: {said}");
            assert!(wanted.is_none_or(|wanted| said.contains(wanted)), "{date}: {said}");
        }
    }
}

#[test]
fn a_region_leads_nowhere_else() {
    for region in ["", "evil.example/#", "eu-central-1.evil.example", "EU", "a@b", "eu central"] {
        let double = Double::new(|_| aws::good(aws::secret(PLACE, SECRET)));
        let store = SecretsManager::in_region(region).credentials(aws::credentials());
        let failure = failure(one(&store.endpoint(kinds::connection(&double)), PLACE));
        assert_eq!(failure.fault(), Fault::Refused, "{region}");
        assert!(double.asked().is_empty(), "{region}");
    }
}

#[test]
fn nobody_asks_for_anything() {
    let double = Double::new(|_| aws::good(aws::secret(PLACE, SECRET)));
    let store = SecretsManager::in_region(aws::REGION).endpoint(kinds::connection(&double));
    let failure = failure(one(&store, PLACE));
    assert_eq!(failure.fault(), Fault::Unauthenticated);
    assert!(failure.to_string().contains("from_environment"), "{failure}");
    assert!(double.asked().is_empty());
}

/// A store that accepts everybody but these keys, and what it was asked with.
fn accepting(refused: &'static [&'static str]) -> Double {
    Double::new(move |asked| {
        let header = asked.header("authorization").unwrap_or_default();
        if refused.iter().any(|key| header.contains(&format!("Credential={key}/"))) {
            return aws::error("ExpiredTokenException", "expired");
        }
        aws::unsigned(asked, "secretsmanager").unwrap_or_else(|| aws::good(aws::secret(PLACE, SECRET)))
    })
}

/// The ids of the keys and the tokens that a store was asked with.
fn keys(double: &Double) -> Vec<(String, Option<String>)> {
    let key = |asked: &Asked| {
        let header = asked.header("authorization").expect("it is signed");
        let id = header.split("Credential=").nth(1).and_then(|rest| rest.split('/').next());
        (id.expect("it has a key").to_owned(), asked.header("x-amz-security-token").map(str::to_owned))
    };
    double.asked().iter().map(key).collect()
}

fn store(double: &Double, credentials: Credentials, clock: &ManualClock) -> SecretsManager {
    let store = SecretsManager::in_region(aws::REGION).credentials(credentials);
    store.endpoint(kinds::connection(double)).clock(clock.clone())
}

/// What a machine or an agent gives: another pair of keys each time, which last for an hour.
fn given(number: usize, clock: &ManualClock) -> Value {
    let ends = fuzzing::aws::stamp(clock.now() + Duration::from_secs(3600));
    let (date, time) = (&ends[..8], &ends[9..15]);
    let ends = format!(
        "{}-{}-{}T{}:{}:{}Z",
        &date[..4],
        &date[4..6],
        &date[6..],
        &time[..2],
        &time[2..4],
        &time[4..]
    );
    json!({
        "AccessKeyId": format!("ASIA{number}"),
        "SecretAccessKey": format!("{KEY}{number}"),
        "Token": format!("token{number}"),
        "Expiration": ends,
        "RoleArn": "arn:aws:iam::123456789012:role/shop",
    })
}

/// The agent of a container. It wants a token, where there is one.
fn agent(clock: &ManualClock, token: Option<&'static str>) -> Double {
    let (clock, count) = (clock.clone(), std::sync::atomic::AtomicUsize::new(0));
    Double::new(move |asked| {
        if asked.target != "/v2/credentials/x?id=1" || asked.header("authorization") != token {
            return Reply::text(400, SECRET);
        }
        let number = count.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        Reply::json(given(number, &clock))
    })
}

fn of_agent(agent: &Double) -> Credentials {
    let address = format!("{}/v2/credentials/x?id=1", agent.address());
    Credentials::from_pairs([("AWS_CONTAINER_CREDENTIALS_FULL_URI", address)])
}

#[test]
fn credentials_are_got_anew_before_they_end() {
    let (clock, own) = clocks();
    let (agent, aws) = (agent(&own, None), accepting(&[]));
    let store = store(&aws, of_agent(&agent), &clock);
    // The minute, and which keys are used then.
    let minutes = [(0, 1), (30, 1), (54, 1), (56, 2), (100, 2), (112, 3)];
    let mut now = 0;
    for (minute, number) in minutes {
        clock.advance(Duration::from_secs(60 * (minute - now)));
        now = minute;
        aws.forget();
        assert!(one(&store, PLACE).is_ok(), "{minute}");
        assert_eq!(keys(&aws), [(format!("ASIA{number}"), Some(format!("token{number}")))], "{minute}");
    }
    assert_eq!(agent.asked().len(), 3);
    // While there are no others, the last ones serve until their end, and not longer.
    agent.always(Trouble::Close);
    clock.advance(Duration::from_secs(60 * 57));
    assert!(one(&store, PLACE).is_ok());
    clock.advance(Duration::from_secs(60 * 4));
    assert_eq!(failure(one(&store, PLACE)).fault(), Fault::Unreachable);
    agent.heal();
    assert!(one(&store, PLACE).is_ok());
}

#[test]
fn credentials_that_are_not_accepted_any_more_are_replaced_once() {
    let (clock, own) = clocks();
    let agent = agent(&own, None);
    let aws = accepting(&["ASIA1"]);
    let store_of_first = store(&aws, of_agent(&agent), &clock);
    assert!(one(&store_of_first, PLACE).is_ok());
    assert!(one(&store_of_first, PLACE).is_ok());
    let ids: Vec<String> = keys(&aws).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["ASIA1", "ASIA2", "ASIA2"]);

    let aws = accepting(&["ASIA3", "ASIA4", "ASIA5"]);
    let store_of_more = store(&aws, of_agent(&agent), &clock);
    assert_eq!(failure(one(&store_of_more, PLACE)).fault(), Fault::Unauthenticated);
    assert_eq!(aws.asked().len(), 2, "once");

    // Those that stay the same are not tried again.
    let aws = accepting(&["AKIDOFTHETESTS"]);
    assert_eq!(failure(one(&store(&aws, aws::credentials(), &clock), PLACE)).fault(), Fault::Unauthenticated);
    assert_eq!(aws.asked().len(), 1);
}

#[test]
fn the_agent_of_a_container_is_shown_its_token() {
    let (clock, own) = clocks();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("token");
    std::fs::write(&file, "of the pod\n").expect("it can be written");
    let (agent, aws) = (agent(&own, Some("of the pod")), accepting(&[]));
    let address = format!("{}/v2/credentials/x?id=1", agent.address());
    let read = |name: &str, value: &str| {
        let pairs = [("AWS_CONTAINER_CREDENTIALS_FULL_URI", address.as_str()), (name, value)];
        one(&store(&aws, Credentials::from_pairs(pairs), &clock), PLACE)
    };
    assert!(read("AWS_CONTAINER_AUTHORIZATION_TOKEN", "of the pod").is_ok());
    assert!(read("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.to_str().expect("it is UTF-8")).is_ok());
    for (name, value) in [("HOME", "/nowhere"), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "another")] {
        assert_eq!(failure(read(name, value)).fault(), Fault::Unauthenticated);
    }
    // A token that would be more than one header is not sent.
    let smuggled = failure(read("AWS_CONTAINER_AUTHORIZATION_TOKEN", "of the pod\r\nX-Other: TOPSECRET"));
    assert_eq!(smuggled.fault(), Fault::Refused);
    assert_eq!(
        failure(read("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "/dev/zero")).fault(),
        Fault::Unauthenticated
    );
}

#[test]
fn credentials_are_fetched_from_this_machine_only() {
    let (clock, _own) = clocks();
    let aws = accepting(&[]);
    let elsewhere = [
        "http://evil.example/credentials",
        "https://evil.example/credentials",
        "http://10.0.0.1/credentials",
        "http://169.254.170.2.evil.example/",
        "http://127.0.0.1@evil.example/",
        "http://[2001:db8::1]/",
        "file:///etc/passwd",
        "/v2/credentials",
        "http://",
        "",
    ];
    for address in elsewhere {
        for name in ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_EC2_METADATA_SERVICE_ENDPOINT"] {
            // Nothing is as if nothing were said.
            let pairs = [(name, address), ("AWS_EC2_METADATA_DISABLED", "false")];
            if address.is_empty() {
                continue;
            }
            let failure = failure(one(&store(&aws, Credentials::from_pairs(pairs), &clock), PLACE));
            assert_eq!(failure.fault(), Fault::Refused, "{name}={address}: {failure}");
        }
    }
    assert!(aws.asked().is_empty());
}

#[test]
fn a_machine_is_asked_by_the_second_version_of_its_metadata_only() {
    let (clock, own) = clocks();
    let aws = accepting(&[]);
    const ROLES: &str = "/latest/meta-data/iam/security-credentials/";
    let machine = Double::new(move |asked| {
        let has_token = asked.header("x-aws-ec2-metadata-token") == Some("of-the-session");
        match (asked.method.as_str(), asked.target.strip_prefix(ROLES)) {
            ("PUT", None) if asked.target == "/latest/api/token" => {
                assert!(asked.header("x-aws-ec2-metadata-token-ttl-seconds").is_some());
                Reply::text(200, "of-the-session").header("Content-Type", "text/plain")
            }
            ("GET", _) if !has_token => Reply::text(401, SECRET),
            ("GET", Some("")) => Reply::text(200, "shop\nother").header("Content-Type", "text/plain"),
            // Its JSON is not said to be JSON.
            ("GET", Some("shop")) => Reply::json(given(1, &own)).header("Content-Type", "text/plain"),
            _ => Reply::text(404, SECRET),
        }
    });
    let credentials = || Credentials::from_pairs([("AWS_EC2_METADATA_SERVICE_ENDPOINT", machine.address())]);
    assert!(one(&store(&aws, credentials(), &clock), PLACE).is_ok());
    assert_eq!(keys(&aws), [("ASIA1".to_owned(), Some("token1".to_owned()))]);
    assert_eq!(machine.asked().len(), 3);

    for trouble in [
        Trouble::Instead(Reply::text(403, SECRET)),
        Trouble::Instead(Reply::text(404, SECRET)),
        Trouble::Instead(Reply::text(405, SECRET)),
        Trouble::Instead(Reply::text(200, "")),
        Trouble::Instead(Reply::text(200, "two words")),
        Trouble::Close,
    ] {
        machine.forget();
        machine.once(trouble);
        let failure = failure(one(&store(&aws, credentials(), &clock), PLACE));
        assert_eq!(failure.fault(), Fault::Unauthenticated);
        let methods: Vec<String> = machine.asked().into_iter().map(|asked| asked.method).collect();
        assert_eq!(methods, ["PUT"], "without a token nothing is asked");
    }
    let is_off = [
        ("AWS_EC2_METADATA_DISABLED", "True".to_owned()),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", machine.address()),
    ];
    machine.forget();
    let failure = failure(one(&store(&aws, Credentials::from_pairs(is_off), &clock), PLACE));
    assert_eq!((failure.fault(), machine.asked().len()), (Fault::Unauthenticated, 0));
}

/// The answer of STS, as its documents have it.
fn of_sts(id: &str) -> String {
    format!(
        r#"<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
  <AssumeRoleWithWebIdentityResult>
    <SubjectFromWebIdentityToken>system:serviceaccount:shop:shop</SubjectFromWebIdentityToken>
    <Audience>sts.amazonaws.com</Audience>
    <AssumedRoleUser>
      <Arn>arn:aws:sts::123456789012:assumed-role/shop/confident</Arn>
      <AssumedRoleId>AROACLKWSDQRAOEXAMPLE:confident</AssumedRoleId>
    </AssumedRoleUser>
    <Credentials>
      <SessionToken>AQoDYXdzEE0a8ANXXX//EXAMPLE==</SessionToken>
      <SecretAccessKey>{KEY}</SecretAccessKey>
      <Expiration>2027-01-01T01:00:00Z</Expiration>
      <AccessKeyId>{id}</AccessKeyId>
    </Credentials>
    <Provider>arn:aws:iam::123456789012:oidc-provider/oidc.eks.example</Provider>
  </AssumeRoleWithWebIdentityResult>
  <ResponseMetadata><RequestId>ad4156e9-bce1-11e2-82e6-6b6efEXAMPLE</RequestId></ResponseMetadata>
</AssumeRoleWithWebIdentityResponse>
"#
    )
}

#[test]
fn a_role_is_taken_for_a_token_which_is_read_each_time() {
    let (clock, _own) = clocks();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file: PathBuf = folder.path().join("token");
    let sts = Double::new(|asked| {
        let body = String::from_utf8(asked.body.clone()).expect("it is text");
        let token = body.split("&WebIdentityToken=").nth(1).expect("there is a token");
        assert_eq!(
            body.split("&WebIdentityToken=").next(),
            Some(
                "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fshop&RoleSessionName=confident"
            )
        );
        assert_eq!(asked.header("content-type"), Some("application/x-www-form-urlencoded"));
        assert_eq!(asked.header("authorization"), None);
        Reply::text(200, of_sts(&token.replace("%2B", "").to_uppercase())).header("Content-Type", "text/xml")
    });
    let aws = accepting(&[]);
    let pairs = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", file.to_str().expect("it is UTF-8").to_owned()),
        ("AWS_ROLE_ARN", "arn:aws:iam::1:role/shop".to_owned()),
        ("AWS_ENDPOINT_URL_STS", sts.address()),
    ];
    let store = store(&aws, Credentials::from_pairs(pairs), &clock);
    assert_eq!(failure(one(&store, PLACE)).fault(), Fault::Unauthenticated, "there is no file yet");
    std::fs::write(&file, "first+\n").expect("it can be written");
    assert!(one(&store, PLACE).is_ok());
    assert!(one(&store, PLACE).is_ok());
    std::fs::write(&file, "second").expect("it can be written");
    clock.advance(Duration::from_secs(3595));
    assert!(one(&store, PLACE).is_ok());
    let ids: Vec<String> = keys(&aws).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["FIRST", "FIRST", "SECOND"]);
    assert!(keys(&aws).iter().all(|(_, token)| token.as_deref() == Some("AQoDYXdzEE0a8ANXXX//EXAMPLE==")));
}

#[test]
fn only_credentials_in_good_order_are_taken_from_xml() {
    let good = of_sts("ASIA1");
    let read = |status: u16, text: &str| fuzzing::aws::of_sts(status, text.as_bytes());
    assert_eq!(read(200, &good).expect("it is good")[1], KEY);
    let broken = [
        good.replace("<AccessKeyId>", "<AccessKeyId>A</AccessKeyId><AccessKeyId>"),
        good.replace("<AccessKeyId>ASIA1", "<AccessKeyId>"),
        good.replace("ASIA1", "ASIA&#49;"),
        good.replace("ASIA1", "ASIA/1"),
        good.replace("ASIA1", "<b>ASIA1</b>"),
        good.replace("2027-01-01T01:00:00Z", "tomorrow"),
        good.replace("<SessionToken>", "<Token>"),
        format!("<!DOCTYPE x [<!ENTITY a \"b\">]>{good}"),
        good[..good.len() / 2].to_owned(),
        String::new(),
        "{}".to_owned(),
    ];
    for text in broken {
        let failure = read(200, &text).expect_err("it is broken");
        assert_eq!(failure.fault(), Fault::Malformed, "{text}");
        assert!(!failure.to_string().contains(KEY), "{failure}");
    }
    let error = |code: &str| {
        format!(
            "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{SECRET}</Message></Error></ErrorResponse>"
        )
    };
    let errors = [
        (400, "InvalidIdentityToken", Fault::Unauthenticated),
        (400, "ExpiredTokenException", Fault::Unauthenticated),
        (403, "AccessDenied", Fault::Unauthenticated),
        (400, "IDPCommunicationError", Fault::Unavailable),
        (400, "Throttling", Fault::Busy),
        (400, SECRET, Fault::Unauthenticated),
        (503, SECRET, Fault::Unavailable),
    ];
    for (status, code, fault) in errors {
        let failure = read(status, &error(code)).expect_err("it is an error");
        assert_eq!(failure.fault(), fault, "{code}");
        assert!(!failure.to_string().contains("TOPSECRET"), "{failure}");
    }
}

#[test]
fn the_first_place_with_credentials_counts() {
    let (clock, own) = clocks();
    let folder = tempfile::tempdir().expect("a folder can be made");
    std::fs::create_dir(folder.path().join(".aws")).expect("it can be made");
    let home = folder.path().to_str().expect("it is UTF-8").to_owned();
    let section =
        |name: &str, id: &str| format!("[{name}]\naws_access_key_id = {id}\naws_secret_access_key = {KEY}\n");
    let file = section("default", "AKIADEFAULT") + &section("work", "AKIAWORK") + "[role]\nrole_arn = x\n";
    std::fs::write(folder.path().join(".aws").join("credentials"), file).expect("it can be written");
    let other = folder.path().join("other");
    std::fs::write(&other, section("default", "AKIAOTHER")).expect("it can be written");
    let other = other.to_str().expect("it is UTF-8").to_owned();
    let (agent, aws) = (agent(&own, None), accepting(&[]));
    let address = format!("{}/v2/credentials/x?id=1", agent.address());

    let keys_in_variables = [("AWS_ACCESS_KEY_ID", "AKIAVARIABLE"), ("AWS_SECRET_ACCESS_KEY", KEY)];
    let container = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", address.as_str());
    let home = ("HOME", home.as_str());
    let no_home = ("HOME", "/nowhere");
    let profile = |name: &'static str| ("AWS_PROFILE", name);
    let shared = ("AWS_SHARED_CREDENTIALS_FILE", other.as_str());
    /// The variables, and which key is found, or a word of why none is.
    type Case<'a> = (Vec<(&'a str, &'a str)>, Result<&'a str, &'a str>);
    let cases: [Case<'_>; 11] = [
        ([&keys_in_variables[..], &[home, container, profile("work")]].concat(), Ok("AKIAVARIABLE")),
        (vec![home, container], Ok("AKIADEFAULT")),
        (vec![home, container, profile("work")], Ok("AKIAWORK")),
        (vec![home, container, profile("nobody")], Err("no section [nobody]")),
        (vec![home, container, profile("role")], Err("section [role]")),
        (vec![home, shared], Ok("AKIAOTHER")),
        (vec![no_home, container], Ok("ASIA1")),
        (vec![no_home, container, profile("work")], Err("cannot be read")),
        (vec![keys_in_variables[0], home], Err("AWS_SECRET_ACCESS_KEY is not set")),
        (vec![keys_in_variables[1], home], Err("AWS_ACCESS_KEY_ID is not set")),
        (vec![("AWS_EC2_METADATA_DISABLED", "true"), no_home], Err("there are none")),
    ];
    for (pairs, wanted) in cases {
        aws.forget();
        let credentials = Credentials::from_pairs(pairs.clone());
        assert!(!format!("{credentials:?}").contains(KEY), "{credentials:?}");
        let outcome = one(&store(&aws, credentials, &clock), PLACE);
        match wanted {
            Ok(id) => {
                outcome.unwrap_or_else(|failure| panic!("{pairs:?}: {failure}"));
                assert_eq!(keys(&aws)[0].0, id, "{pairs:?}");
            }
            Err(word) => {
                let failure = failure(outcome);
                assert_eq!(failure.fault(), Fault::Unauthenticated, "{pairs:?}");
                assert!(failure.to_string().contains(word), "{pairs:?}: {failure}");
                assert!(aws.asked().is_empty());
            }
        }
    }
    let of_file = Credentials::from_file(&other, "default");
    assert!(one(&store(&aws, of_file, &clock), PLACE).is_ok());
}

#[test]
fn a_file_that_changed_is_read_when_its_keys_are_refused() {
    let (clock, _own) = clocks();
    let folder = tempfile::tempdir().expect("a folder can be made");
    let file = folder.path().join("credentials");
    let write = |id: &str| {
        let text = format!("[default]\naws_access_key_id={id}\naws_secret_access_key={KEY}\n");
        std::fs::write(&file, text).expect("it can be written");
    };
    write("AKIAOLD");
    let aws = accepting(&["AKIAOLD"]);
    let store = store(&aws, Credentials::from_file(&file, "default"), &clock);
    assert_eq!(failure(one(&store, PLACE)).fault(), Fault::Unauthenticated);
    write("AKIANEW");
    assert!(one(&store, PLACE).is_ok());
    assert!(one(&store, PLACE).is_ok());
    let ids: Vec<String> = keys(&aws).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["AKIAOLD", "AKIAOLD", "AKIANEW", "AKIANEW"]);
}

#[test]
fn nothing_shows_a_key() {
    let token = SecretString::from("the token TOPSECRET");
    let credentials = Credentials::of_session("AKIA1", "the key TOPSECRET".into(), token);
    let stores = (
        SecretsManager::in_region(aws::REGION).credentials(credentials.clone()),
        ParameterStore::in_region(aws::REGION).credentials(credentials.clone()),
    );
    let shown = format!("{credentials:?} {stores:?} {} {}", stores.0.name(), stores.1.name());
    assert!(shown.contains("AWS Secrets Manager in eu-central-1"), "{shown}");
    assert!(!shown.contains("TOPSECRET") && !shown.contains("AKIA1"), "{shown}");
}
