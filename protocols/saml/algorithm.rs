//! The identifiers of algorithms, and which of them are accepted.

use crate::crypto::{DigestMethod, SignatureMethod};

pub(crate) const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
pub(crate) const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
pub(crate) const EXCLUSIVE_WITH_COMMENTS: &str =
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments";
pub(crate) const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const ECDSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";
const ECDSA_SHA384: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384";

/// What is accepted although it should not be.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Weaknesses {
    pub(crate) sha1: bool,
    pub(crate) short_rsa: bool,
}

impl Weaknesses {
    /// The signature method of an identifier (RFC 9231), if it is accepted.
    pub(crate) fn signature_method(self, identifier: &str) -> Option<SignatureMethod> {
        use DigestMethod::*;
        use SignatureMethod::*;
        Some(match identifier {
            RSA_SHA256 => RsaPkcs1(Sha256),
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => RsaPkcs1(Sha384),
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => RsaPkcs1(Sha512),
            "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1" => RsaPss(Sha256),
            "http://www.w3.org/2007/05/xmldsig-more#sha384-rsa-MGF1" => RsaPss(Sha384),
            "http://www.w3.org/2007/05/xmldsig-more#sha512-rsa-MGF1" => RsaPss(Sha512),
            ECDSA_SHA256 => EcdsaP256,
            ECDSA_SHA384 => EcdsaP384,
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1" if self.sha1 => RsaPkcs1(Sha1),
            _ => return None,
        })
    }

    /// The digest method of an identifier, if it is accepted.
    pub(crate) fn digest_method(self, identifier: &str) -> Option<DigestMethod> {
        Some(match identifier {
            SHA256 => DigestMethod::Sha256,
            "http://www.w3.org/2001/04/xmldsig-more#sha384" => DigestMethod::Sha384,
            "http://www.w3.org/2001/04/xmlenc#sha512" => DigestMethod::Sha512,
            "http://www.w3.org/2000/09/xmldsig#sha1" if self.sha1 => DigestMethod::Sha1,
            _ => return None,
        })
    }
}

/// The identifier of a method that this crate signs with.
pub(crate) fn identifier(method: SignatureMethod) -> &'static str {
    match method {
        SignatureMethod::EcdsaP256 => ECDSA_SHA256,
        SignatureMethod::EcdsaP384 => ECDSA_SHA384,
        SignatureMethod::RsaPkcs1(_) | SignatureMethod::RsaPss(_) => RSA_SHA256,
    }
}
