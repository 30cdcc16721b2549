//! The user-defined values of the signed-in user.

use serde_json::json;

use super::session::Session;
use crate::error::Result;
use crate::graphql::Variables;
use crate::operations::{REMOVE_UDV, SET_UDV, SET_UDV_BATCH, UDV};
use crate::types::{CustomData, CustomValue, pairs};

/// User-defined values are typed by their field, dates included. What is returned is the data as
/// the service has it then.
///
/// ```no_run
/// # let app = authing::AuthenticationClient::new(authing::Options::from_env()?)?;
/// # let session = app.session("TOKEN");
/// use authing::{CustomValue, DateTime};
///
/// session.set_udv("school", "SJTU")?;
/// session.set_udf_value([
///     ("age", CustomValue::from(30)),
///     ("hired", DateTime::from_unix_millis(1_620_894_600_000).into()),
/// ])?;
/// if let Some(CustomValue::DateTime(hired)) = session.list_udv()?.get("hired") {
///     println!("hired at {hired}");
/// }
/// session.remove_udv("school")?;
/// # Ok::<(), authing::Error>(())
/// ```
impl Session {
    /// The user's values, by key; fields without a value are left out. GraphQL `udv`.
    ///
    /// # Errors
    ///
    /// [`Error::is_unauthorized`](crate::Error::is_unauthorized) when the token is not, or no
    /// longer, valid.
    #[doc(alias = "get_udf_value")]
    pub fn list_udv(&self) -> Result<CustomData> {
        self.client.graphql(&UDV, self.target()?)
    }

    /// Sets one value. GraphQL `setUdv`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the field is not defined in the user pool, or
    /// is of another type.
    pub fn set_udv(
        &self,
        key: impl Into<String>,
        value: impl Into<CustomValue>,
    ) -> Result<CustomData> {
        let variables =
            self.target()?.with("key", key.into()).with("value", value.into().to_json_text());
        Ok(self.client.graphql(&SET_UDV, variables)?.unwrap_or_default())
    }

    /// Sets several values at once. GraphQL `setUdvBatch`.
    ///
    /// # Errors
    ///
    /// As [`set_udv`](Self::set_udv).
    pub fn set_udf_value<K: Into<String>, V: Into<CustomValue>>(
        &self,
        values: impl IntoIterator<Item = (K, V)>,
    ) -> Result<CustomData> {
        let list: Vec<_> = pairs(values)
            .into_iter()
            .map(|(key, value)| json!({ "key": key, "value": value.to_json_text() }))
            .collect();
        let variables = self.target()?.with("udvList", list);
        Ok(self.client.graphql(&SET_UDV_BATCH, variables)?.unwrap_or_default())
    }

    /// Removes one value. GraphQL `removeUdv`.
    ///
    /// # Errors
    ///
    /// As [`list_udv`](Self::list_udv).
    #[doc(alias = "remove_udf_value")]
    pub fn remove_udv(&self, key: impl Into<String>) -> Result<CustomData> {
        let variables = self.target()?.with("key", key.into());
        Ok(self.client.graphql(&REMOVE_UDV, variables)?.unwrap_or_default())
    }

    /// These operations name their user, although they work for the token's alone.
    fn target(&self) -> Result<Variables> {
        Ok(Variables::new().with("targetType", "USER").with("targetId", self.user_id()?))
    }
}
