//! Whether the user was verified to be a certain person or enterprise.

use super::session::Session;
use crate::error::Result;
use crate::rest::RestRequest;
use crate::types::{Principal, PrincipalInput};

const PRINCIPAL: &str = "/api/v2/users/principal_authentication";

impl Session {
    /// Who the user was verified to be, or none. `GET /api/v2/users/principal_authentication`.
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`](crate::Error::is_unauthorized) when the token is not, or no
    /// longer, valid.
    #[doc(alias = "detail")]
    pub fn principal(&self) -> Result<Option<Principal>> {
        self.client.rest(&RestRequest::get(PRINCIPAL))
    }

    /// Has the service verify who the user is. The numbers go into the body of the request, never
    /// into its address. `POST /api/v2/users/principal_authentication`.
    ///
    /// ```no_run
    /// # let app = authing::AuthenticationClient::new(authing::Options::from_env()?)?;
    /// # let session = app.session("TOKEN");
    /// use authing::PrincipalInput;
    ///
    /// session.authenticate_principal(PrincipalInput::enterprise("ACME", "CODE", "Ann Wang"))?;
    /// assert!(session.principal()?.is_some());
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when name and numbers do not belong together.
    pub fn authenticate_principal(&self, principal: PrincipalInput) -> Result<()> {
        self.client.rest_command(&principal.into_body_of(RestRequest::post(PRINCIPAL)))
    }
}
