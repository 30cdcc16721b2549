//! A relying party of one OpenID provider.

use std::sync::Arc;
use std::time::SystemTime;

use super::claims::IdTokenClaims;
use super::failure::VerificationFailure;
use super::jose::{JwkSet, Jws};
use super::key_cache::KeyCache;
use super::logout::ReplayGuard;
use super::options::ClientOptions;
use super::rules::{Expected, TokenRules};
use super::token_verifier::TokenVerifier;
use crate::deadline::Deadline;
use crate::error::{Error, Result};
use crate::http::Http;
use crate::oauth2::{
    self, ClientAuth, ServerMetadata, TIMEOUT, check_url, fetch_metadata, other_issuer,
};

/// A relying party of one OpenID provider. Make it once and clone it freely; threads share its
/// keys.
///
/// ```no_run
/// use authing::oidc::{Client, ClientAuth};
///
/// let auth = ClientAuth::basic("secret");
/// let rp = Client::discover("https://op.example.com", "id", auth, "https://me.example/cb")?;
///
/// let login = rp.login().scopes(["profile", "email"]).start();
/// // Send the browser to `login.url`, keep `login.pending`; when the browser comes back:
/// # let callback_url = "";
/// let tokens = rp.finish(callback_url, login.pending)?;
/// println!("{} logged in", tokens.claims().sub);
/// println!("to log out, go to {}", rp.logout_url(&tokens, "https://me.example/")?);
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Client {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    oauth: oauth2::Client,
    authorization_endpoint: String,
    redirect_uri: String,
    rules: TokenRules,
    consents_to_offline_access: bool,
    keys: Arc<KeyCache>,
    logout_tokens: ReplayGuard,
}

impl Client {
    /// Fetches the provider's discovery document and makes a client with it.
    ///
    /// `issuer` is the provider's URL exactly as the provider writes it, with or without a slash
    /// at the end.
    ///
    /// # Errors
    ///
    /// When the document cannot be had, is of another issuer
    /// ([`ErrorKind::Config`](crate::ErrorKind::Config)), or lacks what a login needs.
    pub fn discover(
        issuer: &str,
        client_id: impl Into<String>,
        auth: ClientAuth,
        redirect_uri: impl Into<String>,
    ) -> Result<Self> {
        Self::discover_with(issuer, ClientOptions::new(client_id, auth, redirect_uri))
    }

    /// Fetches the provider's discovery document and makes a client with options of its own.
    ///
    /// # Errors
    ///
    /// As [`discover`](Self::discover).
    pub fn discover_with(issuer: &str, options: ClientOptions) -> Result<Self> {
        let http = Http::new(&options.oauth.http, TIMEOUT)?;
        let placeholder = options.issuer_placeholder.as_ref();
        let metadata = discover(&http, issuer, options.oauth.plain_http, placeholder)?;
        Self::with_http(metadata, options, http)
    }

    /// Makes a client with metadata that is there already. Nothing is sent.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) when an endpoint that a login needs is
    /// missing, is no URL or has no TLS, or an option is malformed.
    pub fn new(metadata: ServerMetadata, options: ClientOptions) -> Result<Self> {
        let http = Http::new(&options.oauth.http, TIMEOUT)?;
        Self::with_http(metadata, options, http)
    }

    /// Makes a client whose requests another one carries.
    pub(super) fn with_http(
        metadata: ServerMetadata,
        options: ClientOptions,
        http: Http,
    ) -> Result<Self> {
        let ClientOptions { mut oauth, redirect_uri, algorithms, .. } = options;
        oauth.redirect_uri = Some(redirect_uri.clone());
        let missing = |name| Error::config(name, "is not among the provider's metadata");
        let authorization_endpoint = metadata
            .authorization_endpoint
            .clone()
            .ok_or_else(|| missing("authorization_endpoint"))?;
        metadata.token_endpoint.as_ref().ok_or_else(|| missing("token_endpoint"))?;
        if algorithms.is_empty() {
            return Err(Error::config("algorithms", "is empty: no token could be verified"));
        }
        if redirect_uri.is_empty() {
            return Err(Error::config("redirect_uri", "is missing, and a login needs it"));
        }
        let rules = TokenRules {
            issuer: metadata.issuer.clone(),
            client_id: oauth.client_id.clone(),
            algorithms,
            client_secret: oauth.auth.secret().cloned(),
            secret_may_be_short: false,
            trusted_audiences: options.trusted_audiences,
            leeway: options.leeway,
            issuer_placeholder: options.issuer_placeholder,
        };
        let keys = Arc::new(KeyCache::new(metadata.jwks_uri.clone()));
        let logout_tokens = ReplayGuard::default();
        let oauth = oauth2::Client::with_http(metadata, oauth, http)?;
        let shared = Shared {
            oauth,
            authorization_endpoint,
            redirect_uri,
            rules,
            consents_to_offline_access: options.consents_to_offline_access,
            keys,
            logout_tokens,
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The OAuth side of the client: tokens for machines and devices, introspection, revocation.
    pub fn oauth(&self) -> &oauth2::Client {
        &self.shared.oauth
    }

    /// What the provider says about itself.
    pub fn metadata(&self) -> &ServerMetadata {
        self.oauth().metadata()
    }

    /// Verifies an ID token that came in another way than through a login of this client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Verification`](crate::ErrorKind::Verification) with a [`VerificationFailure`];
    /// otherwise when the provider's keys cannot be had.
    pub fn verify_id_token(&self, token: &str, expected: &Expected) -> Result<IdTokenClaims> {
        self.verified(token, |keys, now| self.rules().check_id_token(token, keys, expected, now))
    }

    /// A verifier of access tokens that this provider issues for an API, the `audience`. It shares
    /// the client's keys.
    pub fn token_verifier(&self, audience: impl Into<String>) -> TokenVerifier {
        TokenVerifier::new(self.oauth().clone(), self.shared.keys.clone(), audience.into())
    }

    pub(super) fn authorization_endpoint(&self) -> &str {
        &self.shared.authorization_endpoint
    }

    pub(super) fn redirect_uri(&self) -> &str {
        &self.shared.redirect_uri
    }

    /// Whether the provider wants the user to consent each time that `offline_access` is asked for.
    pub(super) fn consents_to_offline_access(&self) -> bool {
        self.shared.consents_to_offline_access
    }

    pub(super) fn rules(&self) -> &TokenRules {
        &self.shared.rules
    }

    pub(super) fn logout_tokens(&self) -> &ReplayGuard {
        &self.shared.logout_tokens
    }

    /// Runs a check with the provider's keys.
    pub(super) fn verified<T>(
        &self,
        token: &str,
        check: impl Fn(&JwkSet, SystemTime) -> Result<T, VerificationFailure>,
    ) -> Result<T> {
        let (oauth, rules) = (self.oauth(), self.rules());
        verified(oauth, &self.shared.keys, rules, token, oauth.deadline(), check)
    }
}

/// Runs a check with the issuer's keys; once more with newer ones if they may be too old for it.
pub(super) fn verified<T>(
    oauth: &oauth2::Client,
    cache: &KeyCache,
    rules: &TokenRules,
    token: &str,
    deadline: Deadline,
    check: impl Fn(&JwkSet, SystemTime) -> Result<T, VerificationFailure>,
) -> Result<T> {
    // What is no token leads to no request, and what our secret verifies needs no keys.
    let algorithm = Jws::parse(token, &rules.algorithms)?.algorithm;
    if algorithm.is_symmetric() {
        return Ok(check(&JwkSet::empty(), oauth.now())?);
    }
    let keys = cache.keys(oauth, &deadline)?;
    match check(&keys, oauth.now()) {
        Err(VerificationFailure::UnknownKey { .. } | VerificationFailure::Signature { .. }) => {
            let newer = cache.newer_keys(oauth, &deadline, &keys)?;
            Ok(check(&newer, oauth.now())?)
        }
        outcome => Ok(outcome?),
    }
}

/// Fetches the discovery document of an issuer and checks that it is the issuer's
/// (OIDC Discovery, section 4).
pub(super) fn discover(
    http: &Http,
    issuer: &str,
    plain_http: bool,
    placeholder: Option<&(String, String)>,
) -> Result<ServerMetadata> {
    let url = check_url("issuer", issuer, plain_http)?;
    if url.query().is_some() {
        return Err(Error::config("issuer", "has a query"));
    }
    let base = issuer.strip_suffix('/').unwrap_or(issuer);
    let metadata = fetch_metadata(http, &format!("{base}/.well-known/openid-configuration"))?;
    let fits = match placeholder {
        None => metadata.issuer == issuer,
        Some((placeholder, _)) => fits_template(issuer, &metadata.issuer, placeholder),
    };
    match fits {
        true => Ok(metadata),
        false => Err(other_issuer(issuer, &metadata.issuer)),
    }
}

/// Whether an issuer is the template with one part of a path in place of the placeholder.
fn fits_template(issuer: &str, template: &str, placeholder: &str) -> bool {
    let Some((before, after)) = template.split_once(placeholder) else { return false };
    let part = issuer.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
    // The placeholder has to be in the path: nobody else's host may fit.
    before.matches('/').count() >= 3
        && part.is_some_and(|part| !part.is_empty() && !part.contains(['/', '?', '#']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_stands_for_one_part_of_the_path_alone() {
        let fits = |issuer, template| fits_template(issuer, template, "{t}");
        assert!(fits("https://a.example/common/v2", "https://a.example/{t}/v2"));
        assert!(!fits("https://a.example/a/b/v2", "https://a.example/{t}/v2"));
        assert!(!fits("https://a.example//v2", "https://a.example/{t}/v2"));
        assert!(!fits("https://a.example/x", "https://a.example/x"));
        assert!(!fits("https://evil.example/v2", "https://{t}/v2"));
    }
}
