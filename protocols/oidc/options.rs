//! Everything that can be set about a client.

use std::time::Duration;

use crate::oauth2::{self, Algorithm, ClientAuth, client_setters, dangerous_client_setters};

/// The options of a [`Client`](super::Client): a plain value.
///
/// ```
/// use authing::oidc::{Algorithm, ClientAuth, ClientOptions};
///
/// let auth = ClientAuth::basic("a-secret-of-at-least-32-characters");
/// let options = ClientOptions::new("client-id", auth, "https://me.example/cb")
///     .algorithms([Algorithm::RS256, Algorithm::HS256]);
/// ```
#[derive(Clone, Debug)]
pub struct ClientOptions {
    pub(super) oauth: oauth2::ClientOptions,
    pub(super) redirect_uri: String,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) trusted_audiences: Vec<String>,
    pub(super) leeway: Duration,
    pub(super) issuer_placeholder: Option<(String, String)>,
    pub(super) consents_to_offline_access: bool,
}

impl ClientOptions {
    /// The options of a client. A program on the user's machine takes `http://127.0.0.1/callback`
    /// as its redirect URI: see [`Client::login_from_cli`](super::Client::login_from_cli).
    pub fn new(
        client_id: impl Into<String>,
        auth: ClientAuth,
        redirect_uri: impl Into<String>,
    ) -> Self {
        Self {
            oauth: oauth2::ClientOptions::new(client_id, auth),
            redirect_uri: redirect_uri.into(),
            algorithms: Algorithm::ASYMMETRIC.to_vec(),
            trusted_audiences: Vec::new(),
            leeway: Duration::from_secs(60),
            issuer_placeholder: None,
            consents_to_offline_access: false,
        }
    }

    /// The algorithms that ID tokens may be signed with. HS256, HS384 and HS512 are verified with
    /// the client's secret alone, which then needs as many bits. Defaults to
    /// [`Algorithm::ASYMMETRIC`].
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Who may be in the audience of an ID token beside this client. Defaults to nobody.
    pub fn trusted_audiences<S: Into<String>>(
        mut self,
        audiences: impl IntoIterator<Item = S>,
    ) -> Self {
        self.trusted_audiences = audiences.into_iter().map(Into::into).collect();
        self
    }

    /// How far the clocks of provider and client may differ. Defaults to 60 seconds.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Takes a provider of many tenants, whose discovery document has a placeholder in its issuer:
    /// for Microsoft's `common` it is `{tenantid}`, and the claim `tid` stands in its place. Any
    /// tenant can then log in: look at the claim. Defaults to an issuer that matches exactly.
    pub fn issuer_placeholder(
        mut self,
        placeholder: impl Into<String>,
        claim: impl Into<String>,
    ) -> Self {
        self.issuer_placeholder = Some((placeholder.into(), claim.into()));
        self
    }

    /// Where the provider sends the user's browser back to, exactly as it is registered there.
    /// Defaults to what [`new`](Self::new) was given.
    pub fn redirect_uri(mut self, uri: impl Into<String>) -> Self {
        self.redirect_uri = uri.into();
        self
    }

    client_setters!();

    fn oauth(&mut self) -> &mut oauth2::ClientOptions {
        &mut self.oauth
    }
}

dangerous_client_setters!(ClientOptions);
