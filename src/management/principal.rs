//! Whether users were verified to be certain persons or enterprises.

use crate::client::Client;
use crate::error::Result;
use crate::rest::RestRequest;
use crate::types::{Principal, PrincipalInput};

/// Verified identities: [`ManagementClient::principal`](crate::ManagementClient::principal).
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::PrincipalInput;
///
/// let person = PrincipalInput::person("Ann", "11010519491231002X", "6217000010012345678");
/// admin.principal().authenticate("5f703fb5a8ea5c8b8a3e2a6b", person)?;
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Principals {
    client: Client,
}

impl Principals {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// Who a user was verified to be, or none.
    /// `GET /api/v2/users/{user}/management/principal_authentication`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown user.
    pub fn detail(&self, user_id: &str) -> Result<Option<Principal>> {
        self.client.rest(&of(RestRequest::get, user_id))
    }

    /// Has the service verify who a user is. The numbers go into the body of the request, never
    /// into its address. `POST /api/v2/users/{user}/management/principal_authentication`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when name and numbers do not belong together.
    pub fn authenticate(&self, user_id: &str, principal: PrincipalInput) -> Result<()> {
        self.client.rest_command(&principal.into_body_of(of(RestRequest::post, user_id)))
    }
}

fn of(method: fn(&str) -> RestRequest, user_id: &str) -> RestRequest {
    method("/api/v2/users")
        .segment(user_id)
        .segment("management")
        .segment("principal_authentication")
}
