//! Whether the user was verified to be a certain person or enterprise.

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::session::Session;
use crate::error::Result;
use crate::rest::RestRequest;
use crate::secret::Secret;
use crate::types::wire_enum;

wire_enum! {
    /// What a user was verified to be.
    pub enum PrincipalType {
        /// A person.
        Person = "P",
        /// An enterprise.
        Enterprise = "E",
    }
}

/// Who the user was verified to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Principal {
    /// The id of the verification.
    pub id: Option<String>,
    /// The user.
    pub user_id: Option<String>,
    /// The user pool.
    pub user_pool_id: Option<String>,
    /// A person or an enterprise.
    pub principal_type: Option<PrincipalType>,
    /// The name of the person or enterprise.
    pub principal_name: Option<String>,
    /// The identity number of the person or code of the enterprise, as far as the service shows it.
    #[serde(skip_serializing)]
    pub principal_code: Option<Secret>,
    /// When it was verified, ISO 8601.
    pub authentication_time: Option<String>,
    /// When the record was made, ISO 8601.
    pub created_at: Option<String>,
    /// When it was last changed, ISO 8601.
    pub updated_at: Option<String>,
}

/// Who the user says that he is: see [`Session::authenticate_principal`].
#[derive(Clone, Debug)]
pub struct PrincipalInput {
    principal_type: PrincipalType,
    name: String,
    id_card: Secret,
    ext: Secret,
}

impl PrincipalInput {
    /// A person, by name, number of the identity card and number of a bank card.
    pub fn person(
        name: impl Into<String>,
        id_card: impl Into<Secret>,
        bank_card: impl Into<Secret>,
    ) -> Self {
        Self {
            principal_type: PrincipalType::Person,
            name: name.into(),
            id_card: id_card.into(),
            ext: bank_card.into(),
        }
    }

    /// An enterprise, by name, registration code and the name of its legal person.
    pub fn enterprise(
        name: impl Into<String>,
        code: impl Into<Secret>,
        legal_person: impl Into<Secret>,
    ) -> Self {
        Self {
            principal_type: PrincipalType::Enterprise,
            name: name.into(),
            id_card: code.into(),
            ext: legal_person.into(),
        }
    }
}

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
        let PrincipalInput { principal_type, name, id_card, ext } = principal;
        let body = json!({
            "type": principal_type,
            "name": name,
            "idCard": id_card.expose(),
            "ext": ext.expose(),
        });
        let request = RestRequest::post(PRINCIPAL).json(body).hiding(&id_card).hiding(&ext);
        self.client.rest::<IgnoredAny>(&request).map(drop)
    }
}
