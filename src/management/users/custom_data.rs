//! The user-defined values of users.

use super::Users;
use crate::error::Result;
use crate::management::udf::{self, UdfTarget};
use crate::management::{OneOrMore, TargetCustomData};
use crate::types::{CustomData, CustomValue};

/// User-defined values are typed by their field, dates included.
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::CustomValue;
///
/// let (ann, bob) = ("5f703fb5a8ea5c8b8a3e2a6b", "5f703fb5a8ea5c8b8a3e2a6c");
/// let users = admin.users();
/// users.set_udf_value(ann, [("school", CustomValue::from("SJTU")), ("age", 30.into())])?;
/// users.set_udf_value_batch([(ann, "age", 31), (bob, "age", 29)])?;
/// for user in users.udf_value_batch([ann, bob])? {
///     println!("{}: {:?}", user.target_id, user.data.get("age"));
/// }
/// # Ok::<(), authing::Error>(())
/// ```
impl Users {
    /// The values of a user, by key; fields without a value are left out. GraphQL `udv`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    #[doc(alias = "list_udv")]
    pub fn udf_value(&self, user_id: &str) -> Result<CustomData> {
        udf::values(&self.client, UdfTarget::User, user_id)
    }

    /// The values of many users. GraphQL `udfValueBatch`, as often as 80 users at a time ask for.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found); what was asked is in
    /// [`BatchFailure`](crate::BatchFailure).
    pub fn udf_value_batch(&self, user_ids: impl Into<OneOrMore>) -> Result<Vec<TargetCustomData>> {
        udf::values_of_many(&self.client, UdfTarget::User, &user_ids.into())
    }

    /// Sets one value of a user and returns all that he has then. GraphQL `setUdv`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the field is not defined, or is of another
    /// type.
    pub fn set_udv(
        &self,
        user_id: &str,
        key: impl Into<String>,
        value: impl Into<CustomValue>,
    ) -> Result<CustomData> {
        udf::set_value(&self.client, UdfTarget::User, user_id, key.into(), &value.into())
    }

    /// Sets several values of a user and returns all that he has then. GraphQL `setUdvBatch`.
    ///
    /// # Errors
    ///
    /// As [`set_udv`](Self::set_udv).
    pub fn set_udf_value<K: Into<String>, V: Into<CustomValue>>(
        &self,
        user_id: &str,
        values: impl IntoIterator<Item = (K, V)>,
    ) -> Result<CustomData> {
        udf::set_values(&self.client, UdfTarget::User, user_id, values)
    }

    /// Sets values of many users, as id, key and value. GraphQL `setUdfValueBatch`, as often as 80
    /// values at a time ask for; without values nothing is sent.
    ///
    /// # Errors
    ///
    /// As [`set_udv`](Self::set_udv); what was done is in [`BatchFailure`](crate::BatchFailure).
    pub fn set_udf_value_batch<I, K, V>(
        &self,
        values: impl IntoIterator<Item = (I, K, V)>,
    ) -> Result<()>
    where
        I: Into<String>,
        K: Into<String>,
        V: Into<CustomValue>,
    {
        udf::set_values_of_many(&self.client, UdfTarget::User, values)
    }

    /// Removes a value of a user and returns those that are left. GraphQL `removeUdv`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    #[doc(alias = "remove_udv")]
    pub fn remove_udf_value(&self, user_id: &str, key: &str) -> Result<CustomData> {
        udf::remove_value(&self.client, UdfTarget::User, user_id, key)
    }
}
