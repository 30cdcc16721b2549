//! Why a message is not trusted.

use std::error::Error as _;

use crate::DateTime;
use crate::error::{Error, ErrorKind};
use crate::xml::XmlError;

/// Which check a message did not pass, with what was expected and what came.
///
/// It is the source of an [`Error`] of the kind [`ErrorKind::Verification`]:
///
/// ```
/// use authing::saml::VerificationFailure;
///
/// fn is_late(error: &authing::Error) -> bool {
///     matches!(VerificationFailure::of(error), Some(VerificationFailure::Expired { .. }))
/// }
/// ```
///
/// Texts that come from the message are as it had them: they may be anything.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerificationFailure {
    /// The message is larger than [`MAX_MESSAGE_SIZE`](super::MAX_MESSAGE_SIZE).
    #[error("the message has {size} bytes, {limit} are allowed")]
    Size {
        /// Bytes that came, as far as they were counted.
        size: usize,
        /// Bytes that are allowed.
        limit: usize,
    },
    /// A value is not in base64 (RFC 4648, section 4).
    #[error("{what} is not in base64")]
    Base64 {
        /// Which value.
        what: &'static str,
    },
    /// The message does not inflate (RFC 1951).
    #[error("the message is not compressed as HTTP-Redirect wants it")]
    Deflate,
    /// The message is no XML, or more than is read: declarations, depth, attributes.
    #[error("the message cannot be read: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: String,
    },
    /// A parameter is missing, given twice, or not encoded as it should be.
    #[error("the parameter `{name}` is missing, doubled or malformed")]
    Parameter {
        /// Its name.
        name: &'static str,
    },
    /// The message is of another kind.
    #[error("the message is `{got}`, not `{expected}`")]
    Message {
        /// The element that was expected.
        expected: &'static str,
        /// The root element that came.
        got: String,
    },
    /// The version is not 2.0.
    #[error("the version of {element} is {got:?}, not \"2.0\"")]
    Version {
        /// Which element.
        element: &'static str,
        /// Its version.
        got: Option<String>,
    },
    /// An element or attribute that must be there is not, or is there more than once.
    #[error("{parent} must have exactly one {name}")]
    Structure {
        /// Where it should be.
        parent: &'static str,
        /// What should be there.
        name: &'static str,
    },
    /// The identity provider says that it did not work.
    #[error("the identity provider answers {codes:?} {message:?}")]
    Status {
        /// The status code and those nested in it.
        codes: Vec<String>,
        /// The identity provider's text.
        message: Option<String>,
    },
    /// Two elements have the same ID.
    #[error("the ID {id:?} is given twice")]
    DuplicateId {
        /// The ID.
        id: String,
    },
    /// An element stands where it has no business: what could be mistaken for what was signed.
    #[error("{element} stands in `{parent}`")]
    Misplaced {
        /// What it is.
        element: &'static str,
        /// The element it is in.
        parent: String,
    },
    /// The message has several assertions, or none.
    #[error("there are {got} assertions, not one")]
    Assertions {
        /// How many.
        got: usize,
    },
    /// Neither the message nor what is read of it is signed, or not the part that has to be.
    #[error("{element} is not signed")]
    Unsigned {
        /// What had to be signed.
        element: &'static str,
    },
    /// A part of the signature is missing, doubled, or has no business there.
    #[error("the signature has not the form of SAML: {part}")]
    SignatureForm {
        /// Which part.
        part: &'static str,
    },
    /// A canonicalisation method or transform other than enveloped signature and exclusive
    /// canonical XML.
    #[error("the transform {got:?} is not allowed")]
    Transform {
        /// Its identifier.
        got: String,
    },
    /// A signature algorithm that is not accepted.
    #[error("the signature algorithm {got:?} is not accepted")]
    SignatureAlgorithm {
        /// Its identifier.
        got: String,
    },
    /// A digest algorithm that is not accepted.
    #[error("the digest algorithm {got:?} is not accepted")]
    DigestAlgorithm {
        /// Its identifier.
        got: String,
    },
    /// The signature is about another element than the one it stands in.
    #[error("the signature refers to {got:?}, not to {expected:?}")]
    Reference {
        /// The reference to the element.
        expected: String,
        /// The reference of the signature.
        got: Option<String>,
    },
    /// A namespace has a relative name, so that the element has no canonical form.
    #[error("the namespace name {got:?} is relative")]
    RelativeNamespace {
        /// The name.
        got: String,
    },
    /// The element is not the one that was signed.
    #[error("the digest is {got}, the signature is over {expected}")]
    Digest {
        /// In base64, what the signature says.
        expected: String,
        /// In base64, that of the element.
        got: String,
    },
    /// None of the keys in the metadata made the signature.
    #[error("none of the {keys} pinned keys made the {algorithm:?} signature")]
    Signature {
        /// How many keys were tried.
        keys: usize,
        /// The identifier of the algorithm.
        algorithm: String,
    },
    /// The message is from somebody else.
    #[error("the issuer of {element} is {got:?}, not {expected:?}")]
    Issuer {
        /// Which element.
        element: &'static str,
        /// The entity id in the metadata.
        expected: String,
        /// What the element says.
        got: Option<String>,
    },
    /// The message was sent somewhere else.
    #[error("the destination is {got:?}, not {expected:?}")]
    Destination {
        /// Where it should go.
        expected: String,
        /// Where it says it goes.
        got: Option<String>,
    },
    /// The assertion was made for another endpoint.
    #[error("the recipient is {got:?}, not {expected:?}")]
    Recipient {
        /// The assertion consumer service.
        expected: String,
        /// What the confirmation says.
        got: Option<String>,
    },
    /// The assertion was made for another service provider.
    #[error("the audience is {got:?}, not {expected:?}")]
    Audience {
        /// The service provider's entity id.
        expected: String,
        /// All that one restriction names.
        got: Vec<String>,
    },
    /// The message answers another request, or one although none was made.
    #[error("{element} is in response to {got:?}, not to {expected:?}")]
    InResponseTo {
        /// Which element.
        element: &'static str,
        /// The id of the request; none if it must not answer one.
        expected: Option<String>,
        /// What it says.
        got: Option<String>,
    },
    /// A time is missing or no time in UTC.
    #[error("{what} is {got:?}, which is no time")]
    Time {
        /// Which attribute.
        what: &'static str,
        /// Its value.
        got: Option<String>,
    },
    /// It is too early.
    #[error("{what} is {not_before}, and it is {now}")]
    NotYetValid {
        /// Which attribute.
        what: &'static str,
        /// Its value.
        not_before: DateTime,
        /// The time of the check.
        now: DateTime,
    },
    /// It is too late.
    #[error("{what} is {not_on_or_after}, and it is {now}")]
    Expired {
        /// Which attribute.
        what: &'static str,
        /// Its value.
        not_on_or_after: DateTime,
        /// The time of the check.
        now: DateTime,
    },
    /// No subject confirmation is of the method bearer.
    #[error("the subject is confirmed by {got:?}, not as bearer")]
    Confirmation {
        /// The methods there are.
        got: Vec<String>,
    },
    /// A condition that is not known, so that it cannot be met.
    #[error("the condition `{got}` is not known")]
    Condition {
        /// Its name.
        got: String,
    },
    /// The message or assertion was used before.
    #[error("{id:?} was used before")]
    Replayed {
        /// Its ID.
        id: String,
    },
    /// The replay cache could not take the ID.
    #[error("the replay cache cannot take {id:?}: {reason}")]
    ReplayCache {
        /// The ID.
        id: String,
        /// Why.
        reason: String,
    },
    /// Something is encrypted, and there is no key to decrypt it with.
    #[error("{element} is encrypted, and there is no decryption key")]
    NoDecryptionKey {
        /// What is encrypted.
        element: &'static str,
    },
    /// An encryption algorithm that is not accepted.
    #[error("the encryption algorithm {got:?} is not accepted")]
    EncryptionAlgorithm {
        /// Its identifier.
        got: String,
    },
    /// It does not decrypt. Why, nobody is told: that would help to decrypt it.
    #[error("{element} does not decrypt")]
    Decryption {
        /// What is encrypted.
        element: &'static str,
    },
    /// The user logged out in a message about another user or session.
    #[error("the message is about {got:?}, not about {expected:?}")]
    Subject {
        /// Who was expected.
        expected: String,
        /// Who the message is about.
        got: String,
    },
}

impl VerificationFailure {
    /// The failure behind an error, if it is one of this protocol.
    pub fn of(error: &Error) -> Option<&Self> {
        error.source()?.downcast_ref()
    }
}

impl From<VerificationFailure> for Error {
    fn from(failure: VerificationFailure) -> Self {
        Error::new(ErrorKind::Verification, failure.to_string()).with_source(failure)
    }
}

impl From<XmlError> for VerificationFailure {
    fn from(error: XmlError) -> Self {
        match error {
            XmlError::TooLarge { size, limit } => Self::Size { size, limit },
            error => Self::Malformed { reason: error.to_string() },
        }
    }
}

/// A check: whether it was passed.
pub(crate) type Check<T = ()> = std::result::Result<T, VerificationFailure>;
