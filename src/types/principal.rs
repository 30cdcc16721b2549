//! Whether a user was verified to be a certain person or enterprise.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::wire_enum::wire_enum;
use crate::rest::RestRequest;
use crate::secret::Secret;

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

/// Who a user says that he is, to be checked by the service against official records.
#[derive(Clone, Debug)]
pub struct PrincipalInput {
    pub(crate) principal_type: PrincipalType,
    pub(crate) name: String,
    pub(crate) id_card: Secret,
    pub(crate) ext: Secret,
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

    /// The request with its values, which go into the body and never into the address.
    pub(crate) fn into_body_of(self, request: RestRequest) -> RestRequest {
        let Self { principal_type, name, id_card, ext } = self;
        let body: Value = json!({
            "type": principal_type,
            "name": name,
            "idCard": id_card.expose(),
            "ext": ext.expose(),
        });
        request.json(body).hiding(&id_card).hiding(&ext)
    }
}
