//! Credentials that AWS gives for a time: for the token of another authority, to a container, to a machine.

use std::{path::PathBuf, sync::OnceLock, time::Duration};

use confident_core::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde_json::value::RawValue;
use ureq::http::{Method, Uri};
use zeroize::Zeroizing;

use super::{
    credentials::{Session, file, nobody},
    errors, region_host, time, xml,
};
use crate::{
    Connection, Failure, Fault,
    http::{Answer, Request, escape},
    json,
};

/// What answers on the machine itself answers soon.
const PATIENCE: Duration = Duration::from_secs(2);
const OF_ECS: &str = "http://169.254.170.2";
const OF_EC2: &str = "http://169.254.169.254";
const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

/// A role, for a token in a file.
pub(super) struct WebIdentity {
    pub(super) token_file: PathBuf,
    pub(super) role: String,
    pub(super) session: String,
    pub(super) endpoint: Option<String>,
}

impl WebIdentity {
    pub(super) fn session(&self, region: &str) -> Result<Session, Failure> {
        let token = file(&self.token_file)?;
        let Ok(token) = std::str::from_utf8(&token) else {
            return Err(nobody("the token of the web identity is no text"));
        };
        let token = token.trim();
        let endpoint = self.endpoint.clone().unwrap_or_else(|| region_host("sts", region));
        // Escaped, one byte becomes three.
        let size = 128 + 3 * (self.role.len() + self.session.len() + token.len());
        let mut body = Zeroizing::new(String::with_capacity(size));
        body.push_str("Action=AssumeRoleWithWebIdentity&Version=2011-06-15");
        for (name, text) in [
            ("&RoleArn=", self.role.as_str()),
            ("&RoleSessionName=", &self.session),
            ("&WebIdentityToken=", token),
        ] {
            body.push_str(name);
            escape(text, &mut body);
        }
        let body = Zeroizing::new(std::mem::take(&mut *body).into_bytes());
        let request = Request::post("/", body).content_type("application/x-www-form-urlencoded");
        let answer = Connection::to(endpoint).send(&request);
        let answer = answer
            .map_err(|failure| failure.detail("asked of STS, which gives the credentials of the role"))?;
        of_sts(&answer)
    }
}

/// The credentials in an answer of STS, which is XML.
pub(super) fn of_sts(answer: &Answer) -> Result<Session, Failure> {
    let malformed = || Failure::new(Fault::Malformed).detail("asked of STS, it is no XML with credentials");
    let document = xml::document(answer.body());
    let text = |name: &str| xml::only(document.as_ref()?, name);
    if !(200..300).contains(&answer.status) {
        let known = text("Code").and_then(errors::known);
        let failure = match known {
            Some((name, fault)) => Failure::new(fault).detail(name),
            None => answer.failure(),
        };
        if failure.fault().is_transient() || failure.fault() == Fault::Redirected {
            return Err(failure);
        }
        let name = known.map_or("an error of another name", |(name, _)| name);
        return Err(nobody(format!(
            "STS gives no credentials for the role: status {}, {name}",
            answer.status
        )));
    }
    let (Some(id), Some(secret), Some(token), Some(ends)) =
        (text("AccessKeyId"), text("SecretAccessKey"), text("SessionToken"), text("Expiration"))
    else {
        return Err(malformed());
    };
    Ok(Session {
        key_id: key_id(id).ok_or_else(malformed)?,
        secret: SecretString::from(secret),
        token: Some(SecretString::from(token)),
        ends: Some(time::of_credentials(ends).ok_or_else(malformed)?),
    })
}

/// What answers beside a container.
pub(super) struct Container {
    address: String,
    token: ContainerToken,
    connection: OnceLock<Connection>,
}

/// What a container shows to be given its credentials.
pub(super) struct ContainerToken {
    /// It is read each time: it changes.
    pub(super) file: Option<PathBuf>,
    pub(super) text: Option<SecretString>,
}

impl Container {
    /// At a path of ECS's own address.
    pub(super) fn at_path(path: &str, token: ContainerToken) -> Self {
        Self::at(&format!("{OF_ECS}/{}", path.trim_start_matches('/')), token)
    }

    pub(super) fn at(address: &str, token: ContainerToken) -> Self {
        Self { address: address.to_owned(), token, connection: OnceLock::new() }
    }

    pub(super) fn session(&self) -> Result<Session, Failure> {
        let (base, path) = split(&self.address)?;
        let connection = self.connection.get_or_init(|| Connection::to(base).timeout(PATIENCE).link_local());
        let of_file = self.token.file.as_deref().map(file).transpose()?;
        let token = match (&of_file, &self.token.text) {
            (Some(bytes), _) => std::str::from_utf8(bytes).ok().map(str::trim),
            (None, Some(text)) => Some(text.expose_secret()),
            (None, None) => None,
        };
        let request = Request::get(path);
        let request = match token {
            Some(token) => request.header("authorization", token),
            None => request,
        };
        let answer = connection.send(&request);
        let answer = answer.map_err(|failure| failure.detail("asked of the agent of the container"))?;
        match answer.status {
            200 => of_metadata(&answer),
            300..=399 | 429 | 500..=599 => Err(answer.failure()),
            status => {
                Err(nobody(format!("the agent of the container gives no credentials: status {status}")))
            }
        }
    }
}

/// What answers on a machine in EC2.
pub(super) struct Instance {
    pub(super) endpoint: Option<String>,
}

impl Instance {
    /// By a token, which a request that was smuggled through the program cannot get: the first version of the service,
    /// which has none, is never asked.
    pub(super) fn session(&self) -> Result<Session, Failure> {
        let (base, _) = split(self.endpoint.as_deref().unwrap_or(OF_EC2))?;
        let connection = Connection::to(base).timeout(PATIENCE).link_local();
        let asked = |request: &Request<'_>| -> Result<Answer, Failure> {
            let answer = connection.send(request);
            answer.map_err(|failure| match failure.fault() {
                Fault::Timeout | Fault::Unreachable => nobody(
                    "there are none in the variables or in the file of credentials, and the machine is none of EC2",
                ),
                _ => failure.detail("asked of the metadata of the machine"),
            })
        };
        let good = |answer: Answer, what: &'static str| match answer.status {
            200 => Ok(answer),
            300..=399 | 429 | 500..=599 => Err(answer.failure()),
            _ => Err(nobody(what)),
        };
        let request = Request::new(Method::PUT, "/latest/api/token")
            .header("x-aws-ec2-metadata-token-ttl-seconds", "300")
            .body(Vec::new());
        let token = good(asked(&request)?, "the machine gives no token for its metadata")?;
        let token = line(&token).ok_or_else(|| nobody("the machine gives no token for its metadata"))?;
        let get = |target: &str| asked(&Request::get(target).header("x-aws-ec2-metadata-token", token));
        let no_role = "the machine has no role";
        let role = good(get(ROLES)?, no_role)?;
        let role = line(&role).ok_or_else(|| nobody(no_role))?;
        let answer = good(get(&format!("{ROLES}{}", crate::http::escaped(role)))?, no_role)?;
        of_metadata(&answer)
    }
}

/// The first line of an answer, if it is one that could be part of a request.
fn line(answer: &Answer) -> Option<&str> {
    let line = std::str::from_utf8(answer.body()).ok()?.lines().next()?.trim();
    (!line.is_empty() && line.bytes().all(|byte| byte.is_ascii_graphic())).then_some(line)
}

/// The credentials in the JSON of an agent or a machine, whatever its content type says.
pub(super) fn of_metadata(answer: &Answer) -> Result<Session, Failure> {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Given<'a> {
        #[serde(borrow)]
        access_key_id: &'a RawValue,
        #[serde(borrow)]
        secret_access_key: &'a RawValue,
        #[serde(borrow)]
        token: &'a RawValue,
        #[serde(borrow)]
        expiration: &'a RawValue,
    }
    let malformed =
        || Failure::new(Fault::Malformed).detail("asked of the machine, it is no JSON with credentials");
    let given: Given<'_> = answer.json_of_any_name().map_err(|_| malformed())?;
    let text = |value: &RawValue| -> Result<Zeroizing<Vec<u8>>, Failure> {
        json::string(value.get()).filter(|text| !text.is_empty()).ok_or_else(malformed)
    };
    let secret = |value: &RawValue| -> Result<SecretString, Failure> {
        let text = text(value)?;
        std::str::from_utf8(&text).map(SecretString::from).map_err(|_| malformed())
    };
    let ends = text(given.expiration)?;
    let ends = std::str::from_utf8(&ends).ok().and_then(time::of_credentials).ok_or_else(malformed)?;
    let id = text(given.access_key_id)?;
    let id = std::str::from_utf8(&id).ok().and_then(key_id).ok_or_else(malformed)?;
    Ok(Session {
        key_id: id,
        secret: secret(given.secret_access_key)?,
        token: Some(secret(given.token)?),
        ends: Some(ends),
    })
}

/// The id of a key, if it is one: it becomes part of a header.
fn key_id(text: &str) -> Option<String> {
    let is_one = (1..=128).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_one.then(|| text.to_owned())
}

/// An address of this machine, and the path on it. Credentials are fetched from no other: whoever can set a variable
/// could otherwise send the token of a container anywhere.
fn split(address: &str) -> Result<(String, String), Failure> {
    let refused = |detail: &'static str| Failure::new(Fault::Refused).detail(detail);
    let uri: Uri = address.parse().map_err(|_| refused("the address of the credentials is none"))?;
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_here = match host.parse() {
        Ok(std::net::IpAddr::V4(address)) => address.is_loopback() || address.is_link_local(),
        Ok(std::net::IpAddr::V6(address)) => {
            // The addresses of the metadata of EC2 and EKS are unique local ones.
            address.is_loopback() || address.segments()[..2] == [0xfd00, 0x0ec2]
        }
        Err(_) => host == "localhost",
    };
    let (Some(scheme), Some(authority), true) = (uri.scheme_str(), uri.authority(), is_here) else {
        return Err(refused("credentials are fetched from addresses of this machine only"));
    };
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    Ok((format!("{scheme}://{authority}"), path.to_owned()))
}
