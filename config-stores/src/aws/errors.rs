//! What AWS means by the names of its errors. Statuses say little: most errors are 400.

use std::{borrow::Cow, time::Duration};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{time, xml};
use crate::{Failure, Fault, http::Answer};

/// The name of an error, and what it means for a store.
const ERRORS: &[(&str, Fault)] = &[
    ("ResourceNotFoundException", Fault::Absent),
    ("ParameterNotFound", Fault::Absent),
    ("ParameterVersionNotFound", Fault::Absent),
    ("AccessDeniedException", Fault::Denied),
    ("AccessDenied", Fault::Denied),
    ("NotAuthorized", Fault::Denied),
    ("UnauthorizedOperation", Fault::Denied),
    ("KMSAccessDeniedException", Fault::Denied),
    // The key that encrypts it: disabled, about to be deleted, or not granted.
    ("DecryptionFailure", Fault::Denied),
    ("InvalidKeyId", Fault::Denied),
    ("KMSDisabledException", Fault::Denied),
    ("KMSInvalidStateException", Fault::Denied),
    ("KMSNotFoundException", Fault::Denied),
    ("Throttling", Fault::Busy),
    ("ThrottlingException", Fault::Busy),
    ("ThrottledException", Fault::Busy),
    ("RequestThrottled", Fault::Busy),
    ("RequestThrottledException", Fault::Busy),
    ("RequestLimitExceeded", Fault::Busy),
    ("TooManyRequestsException", Fault::Busy),
    ("LimitExceededException", Fault::Busy),
    ("SlowDown", Fault::Busy),
    ("InternalServiceError", Fault::Unavailable),
    ("InternalServerError", Fault::Unavailable),
    ("InternalFailure", Fault::Unavailable),
    ("InternalError", Fault::Unavailable),
    ("ServiceUnavailable", Fault::Unavailable),
    ("ServiceUnavailableException", Fault::Unavailable),
    ("ServiceUnavailableError", Fault::Unavailable),
    ("IDPCommunicationError", Fault::Unavailable),
    ("RequestTimeout", Fault::Timeout),
    ("RequestTimeoutException", Fault::Timeout),
    ("ExpiredToken", Fault::Unauthenticated),
    ("ExpiredTokenException", Fault::Unauthenticated),
    ("RequestExpired", Fault::Unauthenticated),
    ("RequestTimeTooSkewed", Fault::Unauthenticated),
    ("UnrecognizedClientException", Fault::Unauthenticated),
    ("InvalidClientTokenId", Fault::Unauthenticated),
    ("InvalidAccessKeyId", Fault::Unauthenticated),
    ("InvalidToken", Fault::Unauthenticated),
    ("InvalidSignatureException", Fault::Unauthenticated),
    ("SignatureDoesNotMatch", Fault::Unauthenticated),
    ("IncompleteSignature", Fault::Unauthenticated),
    ("IncompleteSignatureException", Fault::Unauthenticated),
    ("MissingAuthenticationToken", Fault::Unauthenticated),
    ("MissingAuthenticationTokenException", Fault::Unauthenticated),
    ("AuthFailure", Fault::Unauthenticated),
    ("OptInRequired", Fault::Unauthenticated),
    ("InvalidIdentityToken", Fault::Unauthenticated),
    ("IDPRejectedClaim", Fault::Unauthenticated),
    ("RegionDisabledException", Fault::Unauthenticated),
    ("InvalidRequestException", Fault::Refused),
    ("InvalidParameterException", Fault::Refused),
    ("InvalidNextTokenException", Fault::Refused),
    ("ValidationException", Fault::Refused),
    ("ValidationError", Fault::Refused),
    ("UnknownOperationException", Fault::Refused),
    ("InvalidAction", Fault::Refused),
    ("NotImplemented", Fault::Refused),
];

/// So far a clock may be off, and AWS still accepts what it signs.
const TOLERATED: Duration = Duration::from_secs(5 * 60);

/// The name of an error as we write it, and what it means; `None` for one that is not known. What a server wrote goes no further.
pub(super) fn known(name: &str) -> Option<(&'static str, Fault)> {
    // `com.amazonaws.ssm#InternalServerError:http://internal.amazon.com/..`
    let name = name.rsplit_once('#').map_or(name, |(_, name)| name);
    let name = name.split(':').next().unwrap_or_default();
    ERRORS.iter().find(|(known, _)| *known == name).copied()
}

/// What an error means, of which AWS says the name and a sentence.
pub(super) fn meaning(name: &str, message: Option<&RawValue>) -> Option<Failure> {
    let (name, fault) = known(name)?;
    // One name for all that does not go with the state of a secret; that it was deleted is in the sentence only.
    let is_deleted =
        name == "InvalidRequestException" && message.is_some_and(|message| message.get().contains("delet"));
    if is_deleted {
        return Some(Failure::new(Fault::Deleted).detail("it is marked for deletion"));
    }
    Some(Failure::new(fault).detail(name))
}

/// What a bad answer means.
pub(super) fn failure(answer: &Answer, now: std::time::SystemTime) -> Failure {
    #[derive(Deserialize, Default)]
    struct Said<'a> {
        #[serde(rename = "__type", borrow)]
        name: Option<Cow<'a, str>>,
        #[serde(borrow)]
        message: Option<&'a RawValue>,
        #[serde(borrow, rename = "Message")]
        also_message: Option<&'a RawValue>,
    }
    let by_status = answer.failure();
    if by_status.fault() == Fault::Redirected {
        return by_status;
    }
    let said: Said<'_> = answer.json_of_any_name().unwrap_or_default();
    // A service says it in JSON; what stands in front of it may do so in a header, or in XML.
    let document = xml::document(answer.body());
    let name = said.name.as_deref();
    let name = name.or_else(|| answer.header("x-amzn-errortype"));
    let name = name.or_else(|| xml::only(document.as_ref()?, "Code")).unwrap_or_default();
    let failure = match meaning(name, said.message.or(said.also_message)) {
        Some(failure) => match by_status.pause() {
            Some(pause) => failure.retry_after(pause),
            None => failure,
        },
        None => by_status,
    };
    match (failure.fault(), skew(answer, now)) {
        (Fault::Unauthenticated, Some(skew)) => failure.detail(skew),
        _ => failure,
    }
}

/// How far the clock of the machine is off, where that may be the reason.
fn skew(answer: &Answer, now: std::time::SystemTime) -> Option<String> {
    let theirs = time::of_header(answer.header("date")?)?;
    let (off, word) = match now.duration_since(theirs) {
        Ok(ahead) => (ahead, "ahead of"),
        Err(behind) => (behind.duration(), "behind"),
    };
    (off > TOLERATED).then(|| {
        format!(
            "the clock of this machine is {} minutes {word} that of AWS, which makes signatures invalid",
            off.as_secs() / 60
        )
    })
}
