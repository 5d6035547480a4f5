//! Whom a store is trusted to be, and what nobody else may read.
#![cfg(feature = "etcd")]

mod common;

use std::{
    fs,
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use common::{
    double::{Double, Reply},
    one,
};
use confident_stores::{Connection, Etcd, Fault};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    RootCertStore, ServerConfig, ServerConnection, StreamOwned,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    server::WebPkiClientVerifier,
};

/// An authority, and what it signed, in files.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    certificate: rcgen::Certificate,
    folder: tempfile::TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("it needs no name");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key can be made");
        let certificate = params.self_signed(&key).expect("it signs itself");
        let folder = tempfile::tempdir().expect("a folder can be made");
        fs::write(folder.path().join("authority.pem"), certificate.pem()).expect("it can be written");
        Self { issuer: Issuer::new(params, key), certificate, folder }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    fn sign(&self, name: &str, is_expired: bool) -> (rcgen::Certificate, KeyPair) {
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("it is a name");
        if is_expired {
            params.not_before = date_time_ymd(2020, 1, 1);
            params.not_after = date_time_ymd(2021, 1, 1);
        }
        let key = KeyPair::generate().expect("a key can be made");
        (params.signed_by(&key, &self.issuer).expect("the authority signs"), key)
    }

    /// The files of a client's certificate.
    fn client(&self) -> (PathBuf, PathBuf) {
        let (certificate, key) = self.sign("client", false);
        let files = (self.folder.path().join("client.pem"), self.folder.path().join("client.key"));
        fs::write(&files.0, certificate.pem()).expect("it can be written");
        fs::write(&files.1, key.serialize_pem()).expect("it can be written");
        files
    }

    /// An etcd that shows a certificate, and wants one where `wants_client` says so.
    fn double(&self, name: &str, is_expired: bool, wants_client: bool) -> Double {
        let (certificate, key) = self.sign(name, is_expired);
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().expect("it has versions");
        let builder = if wants_client {
            let mut roots = RootCertStore::empty();
            roots.add(self.certificate.der().clone()).expect("it is a certificate");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.expect("it has a root"))
        } else {
            builder.with_no_client_auth()
        };
        let config = builder.with_single_cert(vec![certificate.der().clone()], key).expect("the key fits");
        let config = Arc::new(config);
        let secured =
            move |stream| Some(StreamOwned::new(ServerConnection::new(Arc::clone(&config)).ok()?, stream));
        Double::over(secured, |_| {
            Reply::text(200, r#"{"header":{},"kvs":[{"key":"YQ==","mod_revision":"1"}]}"#)
        })
    }
}

fn connection(double: &Double) -> Connection {
    Connection::to(format!("https://localhost:{}", double.port())).timeout(Duration::from_secs(20))
}

/// What comes of asking.
fn outcome(connection: Connection) -> Result<(), Fault> {
    one(&Etcd::at(connection), "a").map(drop).map_err(|failure| failure.fault())
}

#[test]
fn a_store_is_who_its_authority_says() {
    let authority = Authority::new();
    let good = authority.double("localhost", false, false);
    assert_eq!(outcome(connection(&good).authority(authority.file())), Ok(()));
    assert_eq!(good.asked().len(), 1);
    // Nobody else's word counts.
    let other = Authority::new();
    assert_eq!(outcome(connection(&good).authority(other.file())), Err(Fault::Untrusted));
    assert_eq!(outcome(connection(&good)), Err(Fault::Untrusted));
    assert_eq!(good.asked().len(), 1, "nothing is said to who is not trusted");
}

#[test]
fn an_expired_certificate_and_that_of_another_are_not_trusted() {
    let authority = Authority::new();
    for (name, is_expired, word) in
        [("localhost", true, "expired"), ("other.example", false, "not valid for name")]
    {
        let double = authority.double(name, is_expired, false);
        let etcd = Etcd::at(connection(&double).authority(authority.file()));
        let failure = one(&etcd, "a").expect_err("it is not trusted");
        assert_eq!(failure.fault(), Fault::Untrusted, "{failure}");
        assert!(failure.to_string().contains(word), "{failure}");
        assert!(double.asked().is_empty());
    }
}

#[test]
fn a_client_shows_its_certificate_where_the_store_wants_one() {
    let authority = Authority::new();
    let double = authority.double("localhost", false, true);
    let trusting = || connection(&double).authority(authority.file());
    let (chain, key) = authority.client();
    assert_eq!(outcome(trusting().client_certificate(&chain, &key)), Ok(()));
    assert!(outcome(trusting()).is_err());
    assert_eq!(
        outcome(trusting().client_certificate(&key, &chain)),
        Err(Fault::Refused),
        "the files are swapped"
    );
    assert_eq!(outcome(trusting().authority("/nowhere.pem")), Err(Fault::Refused));
}

#[test]
fn nothing_is_said_in_clear_over_a_network() {
    // These addresses are for documents, and nobody has them (RFC 5737, RFC 3849).
    for address in [
        "http://192.0.2.1:2379",
        "http://[2001:db8::1]:2379",
        "http://vault.example",
        "http://localhost.example",
    ] {
        let start = Instant::now();
        assert_eq!(outcome(Connection::to(address)), Err(Fault::Insecure), "{address}");
        assert!(start.elapsed() < Duration::from_secs(5), "nobody is asked");
    }
    let double =
        Double::new(|_| Reply::text(200, r#"{"header":{},"kvs":[{"key":"YQ==","mod_revision":"1"}]}"#));
    for host in ["127.0.0.1", "localhost"] {
        let address = format!("http://{host}:{}", double.port());
        assert_eq!(outcome(Connection::to(address)), Ok(()), "{host}");
    }
}

#[test]
fn an_address_has_no_credentials_in_it() {
    for address in ["https://root:hunter2@vault.example", "http://root:hunter2@127.0.0.1:1"] {
        let etcd = Etcd::at(address);
        let failure = one(&etcd, "a").expect_err("it is not asked");
        assert_eq!(failure.fault(), Fault::Refused);
        let said = format!("{failure} {etcd:?} {}", confident_stores::Store::name(&etcd));
        assert!(!said.contains("hunter2"), "{said}");
    }
    for address in ["", "vault.example", "ftp://vault.example", "/v1"] {
        assert_eq!(outcome(Connection::to(address)), Err(Fault::Refused), "{address}");
    }
}
