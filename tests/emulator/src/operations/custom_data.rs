//! Custom data: the fields (UDF) and their values (UDV).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Call, Operation, success};
use crate::error::{ApiError, codes};
use crate::state::{Bearer, FieldDefinition, State};

pub(crate) const OPERATIONS: &[(&str, Operation)] = &[
    ("Query.udf", udf),
    ("Mutation.setUdf", set_udf),
    ("Mutation.removeUdf", remove_udf),
    ("Query.udv", udv),
    ("Query.udfValueBatch", udf_value_batch),
    ("Mutation.setUdv", set_udv),
    ("Mutation.setUdvBatch", set_udv_batch),
    ("Mutation.setUdfValueBatch", set_udf_value_batch),
    ("Mutation.removeUdv", remove_udv),
];

fn udf(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let target_type = call.arguments.required("targetType");
    Ok(call.state.custom_data.of(target_type).map(FieldDefinition::record).collect())
}

fn set_udf(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let argument = |name| call.arguments.text(name).map(str::to_owned);
    let definition = FieldDefinition {
        target_type: argument("targetType").unwrap_or_default(),
        key: argument("key").unwrap_or_default(),
        data_type: argument("dataType").unwrap_or_default(),
        label: argument("label"),
        options: argument("options"),
    };
    let record = definition.record();
    call.state.custom_data.define(definition);
    Ok(record)
}

fn remove_udf(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let (target_type, key) =
        (call.arguments.required("targetType"), call.arguments.required("key"));
    if !call.state.custom_data.undefine(target_type, key) {
        return Err(undefined(key));
    }
    Ok(success("removed"))
}

fn udv(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (target_type, id) = target(call)?;
    values_record(call.state, &target_type, &id)
}

/// The values of many targets. A target without values has an empty list.
fn udf_value_batch(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let target_type = call.arguments.required("targetType");
    let ids = call.arguments.texts("targetIds");
    ids.iter()
        .map(|id| {
            let data = values_record(call.state, target_type, id)?;
            Ok(json!({ "targetId": id, "data": data }))
        })
        .collect()
}

fn set_udv(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (target_type, id) = target(call)?;
    let (key, value) = (call.arguments.required("key"), call.arguments.required("value"));
    let change = read_change(call.state, &target_type, key, Some(value))?;
    apply(call.state, &target_type, &id, vec![change])?;
    values_record(call.state, &target_type, &id)
}

/// Sets many values of one target, or none of them; a null value removes.
fn set_udv_batch(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (target_type, id) = target(call)?;
    let changes = call
        .arguments
        .list("udvList")
        .iter()
        .map(|pair| {
            let key = pair["key"].as_str().unwrap_or_default();
            read_change(call.state, &target_type, key, pair["value"].as_str())
        })
        .collect::<Result<_, _>>()?;
    apply(call.state, &target_type, &id, changes)?;
    values_record(call.state, &target_type, &id)
}

/// Sets values of many targets, up to the first that cannot be set.
fn set_udf_value_batch(call: &mut Call<'_>) -> Result<Value, ApiError> {
    call.require_management()?;
    let target_type = call.arguments.required("targetType");
    for entry in call.arguments.list("input") {
        let text = |name: &str| entry[name].as_str().unwrap_or_default();
        let change = read_change(call.state, target_type, text("key"), Some(text("value")))?;
        apply(call.state, target_type, text("targetId"), vec![change])?;
    }
    Ok(success("set"))
}

fn remove_udv(call: &mut Call<'_>) -> Result<Value, ApiError> {
    let (target_type, id) = target(call)?;
    let key = call.arguments.required("key").to_owned();
    apply(call.state, &target_type, &id, vec![(key, None)])?;
    values_record(call.state, &target_type, &id)
}

/// The target of the arguments. A user reaches the own values alone.
fn target(call: &Call<'_>) -> Result<(String, String), ApiError> {
    let target_type = call.arguments.required("targetType");
    let target_id = call.arguments.required("targetId");
    match call.bearer()? {
        Bearer::Management => {}
        Bearer::User { id, .. } if target_type == "USER" && id == target_id => {}
        Bearer::User { .. } => {
            let message = "the data does not belong to the current user";
            return Err(ApiError::new(codes::NOT_OWN_DATA, message));
        }
        Bearer::Step { .. } => return Err(ApiError::not_logged_in()),
    }
    Ok((target_type.to_owned(), target_id.to_owned()))
}

/// A key with its new value, or with none to remove it.
type Change = (String, Option<String>);

fn read_change(
    state: &State,
    target_type: &str,
    key: &str,
    json_text: Option<&str>,
) -> Result<Change, ApiError> {
    let field = state.custom_data.of(target_type).find(|field| field.key == key);
    let field = field.ok_or_else(|| undefined(key))?;
    Ok((key.to_owned(), json_text.map(|text| field.read_value(text)).transpose()?))
}

fn apply(
    state: &mut State,
    target_type: &str,
    id: &str,
    changes: Vec<Change>,
) -> Result<(), ApiError> {
    let values = match target_type {
        "USER" => {
            let user = state.users.get_mut(id).ok_or_else(ApiError::user_not_found)?;
            &mut user.custom_data
        }
        _ => state.custom_data.values_mut(target_type, id),
    };
    for (key, value) in changes {
        match value {
            Some(value) => values.insert(key, value),
            None => values.remove(&key),
        };
    }
    Ok(())
}

/// The values that are set, in the order in which their fields were defined.
fn values_record(state: &State, target_type: &str, id: &str) -> Result<Value, ApiError> {
    let none = BTreeMap::new();
    let values = match target_type {
        "USER" => &state.users.get(id).ok_or_else(ApiError::user_not_found)?.custom_data,
        _ => state.custom_data.values(target_type, id).unwrap_or(&none),
    };
    let fields = state.custom_data.of(target_type);
    Ok(fields
        .filter_map(|field| {
            Some(json!({
                "key": field.key,
                "dataType": field.data_type,
                "value": values.get(&field.key)?,
                "label": field.label,
            }))
        })
        .collect())
}

fn undefined(key: &str) -> ApiError {
    ApiError::new(codes::BAD_REQUEST, format!("the custom field {key} is not defined"))
}
