//! User-defined fields, and their values for anything that can have them.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::batch::in_batches;
use super::one_or_more::OneOrMore;
use crate::client::Client;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::operations::{REMOVE_UDV, SET_UDV, SET_UDV_BATCH, UDV};
use crate::types::{CommonMessage, CustomData, CustomValue, FieldType, choice, pairs};

const UDF: Operation<Vec<UserDefinedField>> = Operation::query("udf")
    .arguments(&[("targetType", "UDFTargetType!")])
    .selecting("{ targetType dataType key label options }");

const SET_UDF: Operation<UserDefinedField> = Operation::mutation("setUdf")
    .arguments(&[
        ("targetType", "UDFTargetType!"),
        ("key", "String!"),
        ("dataType", "UDFDataType!"),
        ("label", "String!"),
        ("options", "String"),
    ])
    .selecting("{ targetType dataType key label options }");

const REMOVE_UDF: Operation<Option<CommonMessage>> = Operation::mutation("removeUdf")
    .arguments(&[("targetType", "UDFTargetType!"), ("key", "String!")])
    .selecting("{ code message }");

const UDF_VALUE_BATCH: Operation<Vec<TargetCustomData>> = Operation::query("udfValueBatch")
    .arguments(&[("targetType", "UDFTargetType!"), ("targetIds", "[String]!")])
    .selecting("{ targetId data { key dataType value label } }");

const SET_UDF_VALUE_BATCH: Operation<Option<CommonMessage>> =
    Operation::mutation("setUdfValueBatch")
        .arguments(&[("targetType", "UDFTargetType!"), ("input", "[SetUdfValueBatchInput!]!")])
        .selecting("{ code message }");

choice! {
    /// What can have user-defined fields.
    pub enum UdfTarget {
        /// Users, by id.
        User = "USER",
        /// Roles, by id.
        Role = "ROLE",
        /// Nodes of organisations, by id.
        Node = "NODE",
        /// Organisations, by id.
        Org = "ORG",
        /// The user pool, by id.
        UserPool = "USERPOOL",
        /// Permissions, by id.
        Permission = "PERMISSION",
        /// Applications, by id.
        Application = "APPLICATION",
    }
}

choice! {
    /// The type of a user-defined field to be made.
    pub enum UdfType {
        /// Text.
        String = "STRING",
        /// A number.
        Number = "NUMBER",
        /// A point in time.
        DateTime = "DATETIME",
        /// True or false.
        Boolean = "BOOLEAN",
        /// Any JSON value.
        Object = "OBJECT",
        /// One of several choices; newer Authing servers only.
        Select = "SELECT",
    }
}

/// A field that is defined in the user pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct UserDefinedField {
    /// What has it, such as `USER`.
    pub target_type: String,
    /// The type of its values.
    pub data_type: FieldType,
    /// The key.
    pub key: String,
    /// The name for people.
    pub label: Option<String>,
    /// The choices of a field of type [`FieldType::Select`], as JSON text.
    pub options: Option<String>,
}

/// The user-defined values of one of several targets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct TargetCustomData {
    /// Whose values.
    pub target_id: String,
    /// The values, by key; fields without a value are left out.
    pub data: CustomData,
}

/// User-defined fields: [`ManagementClient::udf`](crate::ManagementClient::udf).
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::{UdfTarget, UdfType};
///
/// admin.udf().set(UdfTarget::User, "school", UdfType::String, "School")?;
/// admin.udf().set_value(UdfTarget::User, "5f703fb5a8ea5c8b8a3e2a6b", "school", "SJTU")?;
/// for field in admin.udf().list(UdfTarget::User)? {
///     println!("{} is a {}", field.key, field.data_type);
/// }
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Udf {
    client: Client,
}

impl Udf {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone() }
    }

    /// The fields that a kind of target has. GraphQL `udf`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn list(&self, target: UdfTarget) -> Result<Vec<UserDefinedField>> {
        self.client.graphql(&UDF, of(target))
    }

    /// Defines a field, or changes what it is. GraphQL `setUdf`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn set(
        &self,
        target: UdfTarget,
        key: impl Into<String>,
        data_type: UdfType,
        label: impl Into<String>,
    ) -> Result<UserDefinedField> {
        let variables = of(target)
            .with("key", key.into())
            .with("dataType", data_type.as_str())
            .with("label", label.into());
        self.client.graphql(&SET_UDF, variables)
    }

    /// Defines a field whose values are one of several choices; newer Authing servers only. The
    /// choices are sent as the JSON text of a list, each with `value` and `label`. GraphQL `setUdf`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn set_select(
        &self,
        target: UdfTarget,
        key: impl Into<String>,
        label: impl Into<String>,
        choices: impl Into<OneOrMore>,
    ) -> Result<UserDefinedField> {
        let choices: Vec<Value> = choices
            .into()
            .as_slice()
            .iter()
            .map(|choice| json!({ "value": choice, "label": choice }))
            .collect();
        let variables = of(target)
            .with("key", key.into())
            .with("dataType", UdfType::Select.as_str())
            .with("label", label.into())
            .with("options", Value::Array(choices).to_string());
        self.client.graphql(&SET_UDF, variables)
    }

    /// Removes a field, and with it all its values. GraphQL `removeUdf`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when there is no such field.
    pub fn remove(&self, target: UdfTarget, key: impl Into<String>) -> Result<()> {
        self.client.command(&REMOVE_UDF, of(target).with("key", key.into()))
    }

    /// The values of one target, by its id. GraphQL `udv`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    #[doc(alias = "list_udv")]
    pub fn list_udf_value(&self, target: UdfTarget, id: &str) -> Result<CustomData> {
        values(&self.client, target, id)
    }

    /// The values of many targets, by their ids. GraphQL `udfValueBatch`, as often as 80 ids at a
    /// time ask for.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn list_udf_value_batch(
        &self,
        target: UdfTarget,
        ids: impl Into<OneOrMore>,
    ) -> Result<Vec<TargetCustomData>> {
        values_of_many(&self.client, target, &ids.into())
    }

    /// Sets one value of a target and returns all that it has then. GraphQL `setUdv`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the field is not defined, or is of another
    /// type.
    pub fn set_value(
        &self,
        target: UdfTarget,
        id: &str,
        key: impl Into<String>,
        value: impl Into<CustomValue>,
    ) -> Result<CustomData> {
        set_value(&self.client, target, id, key.into(), &value.into())
    }

    /// Sets several values of a target, or none if one cannot be set, and returns all that it has
    /// then. GraphQL `setUdvBatch`.
    ///
    /// # Errors
    ///
    /// As [`set_value`](Self::set_value).
    #[doc(alias = "set_udv_batch")]
    pub fn set_udf_value_batch<K: Into<String>, V: Into<CustomValue>>(
        &self,
        target: UdfTarget,
        id: &str,
        values: impl IntoIterator<Item = (K, V)>,
    ) -> Result<CustomData> {
        set_values(&self.client, target, id, values)
    }

    /// Removes one value of a target and returns those that are left. GraphQL `removeUdv`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn remove_value(&self, target: UdfTarget, id: &str, key: &str) -> Result<CustomData> {
        remove_value(&self.client, target, id, key)
    }
}

/// The values of one target.
pub(super) fn values(client: &Client, target: UdfTarget, id: &str) -> Result<CustomData> {
    client.graphql(&UDV, of(target).with("targetId", client.named(id, UDV.field)?))
}

/// The values of many targets.
pub(super) fn values_of_many(
    client: &Client,
    target: UdfTarget,
    ids: &OneOrMore,
) -> Result<Vec<TargetCustomData>> {
    let mut all = Vec::new();
    in_batches(ids.as_slice(), String::as_str, |ids| {
        all.extend(client.graphql(&UDF_VALUE_BATCH, of(target).with("targetIds", ids))?);
        Ok(())
    })?;
    Ok(all)
}

pub(super) fn set_value(
    client: &Client,
    target: UdfTarget,
    id: &str,
    key: String,
    value: &CustomValue,
) -> Result<CustomData> {
    let variables = of(target)
        .with("targetId", client.named(id, SET_UDV.field)?)
        .with("key", key)
        .with("value", value.to_json_text());
    Ok(client.graphql(&SET_UDV, variables)?.unwrap_or_default())
}

pub(super) fn set_values<K: Into<String>, V: Into<CustomValue>>(
    client: &Client,
    target: UdfTarget,
    id: &str,
    values: impl IntoIterator<Item = (K, V)>,
) -> Result<CustomData> {
    let list: Vec<Value> = pairs(values)
        .into_iter()
        .map(|(key, value)| json!({ "key": key, "value": value.to_json_text() }))
        .collect();
    let id = client.named(id, SET_UDV_BATCH.field)?;
    let variables = of(target).with("targetId", id).with("udvList", list);
    Ok(client.graphql(&SET_UDV_BATCH, variables)?.unwrap_or_default())
}

pub(super) fn set_values_of_many<I, K, V>(
    client: &Client,
    target: UdfTarget,
    values: impl IntoIterator<Item = (I, K, V)>,
) -> Result<()>
where
    I: Into<String>,
    K: Into<String>,
    V: Into<CustomValue>,
{
    let list: Vec<(String, Value)> = values
        .into_iter()
        .map(|(id, key, value)| {
            let (id, value) = (id.into(), value.into().to_json_text());
            let input = json!({ "targetId": id, "key": key.into(), "value": value });
            (id, input)
        })
        .collect();
    in_batches(
        &list,
        |(id, _)| id,
        |list| {
            let input: Vec<Value> = list.iter().map(|(_, input)| input.clone()).collect();
            client.command(&SET_UDF_VALUE_BATCH, of(target).with("input", input))
        },
    )
}

pub(super) fn remove_value(
    client: &Client,
    target: UdfTarget,
    id: &str,
    key: &str,
) -> Result<CustomData> {
    let id = client.named(id, REMOVE_UDV.field)?;
    let variables = of(target).with("targetId", id).with("key", key);
    Ok(client.graphql(&REMOVE_UDV, variables)?.unwrap_or_default())
}

fn of(target: UdfTarget) -> Variables {
    Variables::new().with("targetType", target.as_str())
}

/// What the tests check against the schema.
#[cfg(test)]
pub(super) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    vec![&REMOVE_UDF, &SET_UDF, &SET_UDF_VALUE_BATCH, &UDF, &UDF_VALUE_BATCH]
}
