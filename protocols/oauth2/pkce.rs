//! Proof key for code exchange (RFC 7636).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::crypto::{self, Hash};
use crate::error::{Error, Result};
use crate::secret::Secret;

/// A code verifier: who redeems a code shows that he is the one who asked for it.
///
/// Logins make one by themselves; it is here for programs that put their requests together.
///
/// ```
/// use authing::oauth2::{CodeChallengeMethod, CodeVerifier};
///
/// // The example of RFC 7636, appendix B.
/// let verifier = CodeVerifier::from_text("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")?;
/// assert_eq!(
///     verifier.challenge(CodeChallengeMethod::S256),
///     "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
/// );
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeVerifier(Secret);

/// How the challenge is made from the verifier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum CodeChallengeMethod {
    /// Its SHA-256.
    #[default]
    S256,
    /// The verifier itself: for servers that know nothing better. Who sees the request can redeem
    /// the code.
    Plain,
}

impl CodeVerifier {
    /// A new one: 256 bits from the operating system, 43 characters.
    pub fn generate() -> Self {
        Self(Secret::new(crypto::random_token()))
    }

    /// One that is there already.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) when it has not 43 to 128 characters out of
    /// `A-Z a-z 0-9 - . _ ~` (RFC 7636, section 4.1).
    pub fn from_text(text: impl Into<Secret>) -> Result<Self> {
        let text = text.into();
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        match (43..=128).contains(&text.expose().len()) && text.expose().bytes().all(is_allowed) {
            true => Ok(Self(text)),
            false => Err(Error::usage(
                "a code verifier has 43 to 128 characters out of letters, digits and `-._~`",
            )),
        }
    }

    /// What goes into the authorization request.
    pub fn challenge(&self, method: CodeChallengeMethod) -> String {
        match method {
            CodeChallengeMethod::S256 => {
                let digest = crypto::digest(Hash::Sha256, self.0.expose().as_bytes());
                URL_SAFE_NO_PAD.encode(digest)
            }
            CodeChallengeMethod::Plain => self.0.expose().to_owned(),
        }
    }

    /// What goes into the token request.
    pub fn secret(&self) -> &Secret {
        &self.0
    }
}

impl CodeChallengeMethod {
    /// The name on the wire: `S256` or `plain`.
    pub fn name(self) -> &'static str {
        match self {
            Self::S256 => "S256",
            Self::Plain => "plain",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verifiers_are_long_enough_and_never_the_same() {
        let verifier = CodeVerifier::generate();
        assert!(CodeVerifier::from_text(verifier.secret()).is_ok());
        assert_ne!(verifier, CodeVerifier::generate());
        for text in ["", &"a".repeat(42), &"a".repeat(129), &"ä".repeat(43)] {
            assert!(CodeVerifier::from_text(text).is_err());
        }
    }
}
