//! Why a token is not to be trusted.

use std::error::Error as StdError;
use std::fmt;

use crate::error::{Error, ErrorKind};
use crate::oauth2::Algorithm;

/// Why a token was refused: the source of an error of kind
/// [`Verification`](crate::ErrorKind::Verification).
///
/// Every reason carries what was expected and what came instead. Times are seconds since 1970.
///
/// ```
/// use authing::oidc::VerificationFailure;
///
/// fn advice(error: &authing::Error) -> &'static str {
///     match VerificationFailure::of(error) {
///         Some(VerificationFailure::Expired { .. }) => "log in again",
///         Some(VerificationFailure::IssuedInFuture { .. }) => "set the clock of this machine",
///         Some(_) => "somebody tampers with tokens",
///         None => "it was something else",
///     }
/// }
/// # advice(&authing::AuthenticationClient::new(authing::Options::new()).unwrap_err());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerificationFailure {
    /// The token is longer than any honest one.
    TooLarge {
        /// Its length.
        bytes: usize,
        /// What is allowed.
        limit: usize,
    },
    /// It has not the three parts of a signed token; five parts are those of an encrypted one.
    Segments {
        /// How many it has.
        got: usize,
    },
    /// A part is no base64url, or has padding or stray bits (RFC 7515, section 2).
    Base64 {
        /// `header`, `payload` or `signature`.
        part: &'static str,
    },
    /// A part is no JSON object, names a member twice, or is nested too deeply.
    Json {
        /// `header` or `payload`.
        part: &'static str,
        /// What is wrong with it, without any value of it.
        reason: String,
    },
    /// It is signed with an algorithm that is not allowed here. `none` never is.
    Algorithm {
        /// What is allowed.
        expected: Vec<Algorithm>,
        /// What the token says.
        got: String,
    },
    /// It demands extensions, and none is known (`crit`, RFC 7515, section 4.1.11).
    CriticalHeader {
        /// The names it demands.
        names: Vec<String>,
    },
    /// It brings or names a key to verify itself with.
    HeaderKey {
        /// The header member: `jwk`, `jku`, `x5u` or `x5c`.
        member: &'static str,
    },
    /// It is another kind of token (`typ`).
    Type {
        /// The kind that is wanted.
        expected: &'static str,
        /// What the token says.
        got: Option<String>,
    },
    /// The issuer's key set has no key of this id that fits the algorithm.
    UnknownKey {
        /// The algorithm that the token says.
        algorithm: Algorithm,
        /// The key id that the token says.
        kid: Option<String>,
    },
    /// Several keys fit, and the token does not say which one (OIDC Core, section 10.1).
    AmbiguousKey {
        /// The key id that the token says.
        kid: Option<String>,
        /// How many keys fit.
        candidates: usize,
    },
    /// The key is too weak for its algorithm.
    WeakKey {
        /// The algorithm.
        algorithm: Algorithm,
        /// The bits that it needs.
        least: usize,
        /// The bits that the key has.
        bits: usize,
    },
    /// The signature is not that of the key over this token.
    Signature {
        /// The algorithm it was verified with.
        algorithm: Algorithm,
        /// The key it was verified with.
        kid: Option<String>,
    },
    /// A claim that every such token has is missing.
    MissingClaim {
        /// Its name.
        claim: &'static str,
    },
    /// A claim is of the wrong type.
    ClaimType {
        /// Its name.
        claim: &'static str,
        /// What it has to be.
        expected: &'static str,
        /// What it is.
        got: &'static str,
    },
    /// Somebody else issued it (`iss`).
    Issuer {
        /// The issuer that is trusted.
        expected: String,
        /// The issuer that the token says.
        got: String,
    },
    /// It is for somebody else (`aud`).
    Audience {
        /// Who we are.
        expected: String,
        /// Whom it is for.
        got: Vec<String>,
    },
    /// It is for us, and for somebody who is not trusted too (`aud`).
    UntrustedAudience {
        /// Who may be named beside us.
        trusted: Vec<String>,
        /// Who is, and is not trusted.
        got: String,
    },
    /// It was issued to another client, or does not say to which of several (`azp`).
    AuthorizedParty {
        /// Who we are.
        expected: String,
        /// Whom it says.
        got: Option<String>,
    },
    /// Its time is over.
    Expired {
        /// Its end.
        exp: i64,
        /// The time it was verified at.
        now: i64,
    },
    /// Its time has not come.
    NotYetValid {
        /// Its beginning.
        nbf: i64,
        /// The time it was verified at.
        now: i64,
    },
    /// It says that it was issued later than now: one of the clocks is wrong.
    IssuedInFuture {
        /// When it was issued.
        iat: i64,
        /// The time it was verified at.
        now: i64,
    },
    /// It was issued too long ago to be an answer to something of now.
    TooOld {
        /// When it was issued.
        iat: i64,
        /// The time it was verified at.
        now: i64,
        /// The seconds that are allowed between the two.
        limit: u64,
    },
    /// It does not belong to this login.
    Nonce {
        /// The nonce of this login; none where no token of a login was expected.
        expected: Option<String>,
        /// The nonce of the token.
        got: Option<String>,
    },
    /// The user signed in longer ago than was asked for.
    AuthenticationTooOld {
        /// When the user signed in.
        auth_time: i64,
        /// The time it was verified at.
        now: i64,
        /// The seconds that were asked for (`max_age`).
        max_age: u64,
    },
    /// The user did not sign in in one of the ways that were demanded (`acr`).
    AuthenticationContext {
        /// The ways that were demanded.
        expected: Vec<String>,
        /// The way that the token says.
        got: Option<String>,
    },
    /// The access token that came along is another one (`at_hash`).
    AccessTokenHash {
        /// The hash of the one that came along.
        expected: String,
        /// The hash that the token says.
        got: String,
    },
    /// The code that came along is another one (`c_hash`).
    CodeHash {
        /// The hash of the one that came along.
        expected: String,
        /// The hash that the token says.
        got: String,
    },
    /// It speaks of another user (`sub`).
    Subject {
        /// The user who is meant.
        expected: String,
        /// The user whom it names.
        got: String,
    },
    /// It speaks of another session (`sid`).
    SessionId {
        /// The session that is meant.
        expected: String,
        /// The session that it names.
        got: String,
    },
    /// It does not allow what is asked for.
    Scope {
        /// What has to be allowed.
        expected: String,
        /// What it allows.
        got: Vec<String>,
    },
    /// A logout token does not tell of a logout (`events`).
    LogoutEvent,
    /// A logout token came before.
    Replayed {
        /// Its id.
        jti: String,
    },
}

impl VerificationFailure {
    /// The reason behind an error, if the error is about a token.
    pub fn of(error: &Error) -> Option<&Self> {
        let mut source = StdError::source(error);
        while let Some(error) = source {
            if let Some(failure) = error.downcast_ref() {
                return Some(failure);
            }
            source = error.source();
        }
        None
    }
}

impl StdError for VerificationFailure {}

impl From<VerificationFailure> for Error {
    fn from(failure: VerificationFailure) -> Self {
        Error::new(ErrorKind::Verification, failure.to_string()).with_source(failure)
    }
}

impl fmt::Display for VerificationFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { bytes, limit } => {
                write!(f, "the token has {bytes} bytes, more than {limit}")
            }
            Self::Segments { got: 5 } => f.write_str("the token is encrypted, expected signed"),
            Self::Segments { got } => write!(f, "the token has {got} parts, expected 3"),
            Self::Base64 { part } => write!(f, "the token's {part} is no base64url"),
            Self::Json { part, reason } => write!(f, "the token's {part} is broken: {reason}"),
            Self::Algorithm { expected, got } => {
                let expected: Vec<_> = expected.iter().map(|algorithm| algorithm.name()).collect();
                write!(f, "the token is signed with {got:?}, expected {}", expected.join(" or "))
            }
            Self::CriticalHeader { names } => {
                write!(f, "the token demands extensions that are not known: {names:?}")
            }
            Self::HeaderKey { member } => {
                write!(f, "the token brings its own key in its header (`{member}`)")
            }
            Self::Type { expected, got } => {
                write!(f, "the token is of type {}, expected {expected}", Shown(got))
            }
            Self::UnknownKey { algorithm, kid } => {
                write!(f, "the issuer has no {algorithm} key with the id {}", Shown(kid))
            }
            Self::AmbiguousKey { kid, candidates } => {
                let kid = Shown(kid);
                write!(f, "{candidates} keys of the issuer fit the token with the key id {kid}")
            }
            Self::WeakKey { algorithm, least, bits } => {
                write!(f, "the key has {bits} bits, {algorithm} needs at least {least}")
            }
            Self::Signature { algorithm, kid } => {
                write!(f, "the {algorithm} signature is not one of the key {}", Shown(kid))
            }
            Self::MissingClaim { claim } => write!(f, "the token has no `{claim}`"),
            Self::ClaimType { claim, expected, got } => {
                write!(f, "the token's `{claim}` is {got}, expected {expected}")
            }
            Self::Issuer { expected, got } => {
                write!(f, "the token is from {got:?}, expected {expected:?}")
            }
            Self::Audience { expected, got } => {
                write!(f, "the token is for {got:?}, expected {expected:?}")
            }
            Self::UntrustedAudience { trusted, got } => {
                write!(f, "the token is for {got:?} too, trusted are {trusted:?}")
            }
            Self::AuthorizedParty { expected, got } => {
                write!(f, "the token was issued to {}, expected {expected:?}", Shown(got))
            }
            Self::Expired { exp, now } => {
                write!(f, "the token expired at {exp}, {} s ago", now.saturating_sub(*exp))
            }
            Self::NotYetValid { nbf, now } => {
                write!(f, "the token is valid from {nbf}, in {} s", nbf.saturating_sub(*now))
            }
            Self::IssuedInFuture { iat, now } => {
                write!(f, "the token was issued at {iat}, {} s from now", iat.saturating_sub(*now))
            }
            Self::TooOld { iat, now, limit } => {
                let age = now.saturating_sub(*iat);
                write!(f, "the token was issued {age} s ago, more than {limit}")
            }
            Self::Nonce { expected: Some(_), got: None } => f.write_str("the token has no `nonce`"),
            Self::Nonce { expected: None, .. } => f.write_str("the token must not have a `nonce`"),
            Self::Nonce { .. } => f.write_str("the token's `nonce` is that of another login"),
            Self::AuthenticationTooOld { auth_time, now, max_age } => {
                let age = now.saturating_sub(*auth_time);
                write!(f, "the user signed in {age} s ago, more than {max_age}")
            }
            Self::AuthenticationContext { expected, got } => {
                write!(f, "the user signed in with `acr` {}, expected {expected:?}", Shown(got))
            }
            Self::AccessTokenHash { .. } => {
                f.write_str("the access token is not the one of the ID token (`at_hash`)")
            }
            Self::CodeHash { .. } => {
                f.write_str("the code is not the one of the ID token (`c_hash`)")
            }
            Self::Subject { expected, got } => {
                write!(f, "the answer is about the user {got:?}, expected {expected:?}")
            }
            Self::SessionId { expected, got } => {
                write!(f, "the answer is about the session {got:?}, expected {expected:?}")
            }
            Self::Scope { expected, got } => {
                write!(f, "the token allows {got:?}, expected {expected:?}")
            }
            Self::LogoutEvent => f.write_str("the token does not tell of a logout (`events`)"),
            Self::Replayed { jti } => write!(f, "the token {jti:?} came before"),
        }
    }
}

/// A value in quotes, or that there is none.
struct Shown<'a>(&'a Option<String>);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(value) => write!(f, "{value:?}"),
            None => f.write_str("(none)"),
        }
    }
}
