//! Custom data (UDF): the defined fields, and how values reach their text form.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::error::{ApiError, codes};

/// A field that the pool's owner defined for users, roles and so on.
#[derive(Debug, Clone)]
pub(crate) struct FieldDefinition {
    pub(crate) target_type: String,
    pub(crate) key: String,
    pub(crate) data_type: String,
    pub(crate) label: Option<String>,
    pub(crate) options: Option<String>,
}

impl FieldDefinition {
    /// The answer `UserDefinedField`.
    pub(crate) fn record(&self) -> Value {
        json!({
            "targetType": self.target_type,
            "dataType": self.data_type,
            "key": self.key,
            "label": self.label,
            "options": self.options,
        })
    }

    /// Reads a value from its JSON text, the form of writing, into the form of reading.
    pub(crate) fn read_value(&self, json_text: &str) -> Result<String, ApiError> {
        let refused = |why: &str| {
            let message = format!("the value of the custom field {} is {why}", self.key);
            ApiError::new(codes::BAD_REQUEST, message)
        };
        let value: Value =
            serde_json::from_str(json_text).map_err(|_| refused("not the JSON text of a value"))?;
        let fits = match self.data_type.as_str() {
            "STRING" | "SELECT" => value.is_string(),
            "NUMBER" => value.is_number(),
            "BOOLEAN" => value.is_boolean(),
            "DATETIME" => value.is_string() || value.is_number(),
            _ => value.is_object() || value.is_array(),
        };
        if fits { Ok(text_of(&value)) } else { Err(refused(&format!("no {}", self.data_type))) }
    }
}

/// The defined fields, in the order of their definition.
#[derive(Debug, Default)]
pub(crate) struct CustomData {
    fields: Vec<FieldDefinition>,
    /// Values of targets other than users, by type and id of the target.
    values: HashMap<(String, String), BTreeMap<String, String>>,
}

impl CustomData {
    /// Defines a field, or defines it anew.
    pub(crate) fn define(&mut self, definition: FieldDefinition) {
        let same = |known: &FieldDefinition| {
            known.target_type == definition.target_type && known.key == definition.key
        };
        match self.fields.iter_mut().find(|known| same(known)) {
            Some(known) => *known = definition,
            None => self.fields.push(definition),
        }
    }

    /// Removes a definition; says whether there was one.
    pub(crate) fn undefine(&mut self, target_type: &str, key: &str) -> bool {
        let before = self.fields.len();
        self.fields.retain(|field| field.target_type != target_type || field.key != key);
        self.fields.len() < before
    }

    /// The values of a target that is no user.
    pub(crate) fn values(&self, target_type: &str, id: &str) -> Option<&BTreeMap<String, String>> {
        self.values.get(&(target_type.to_owned(), id.to_owned()))
    }

    pub(crate) fn values_mut(
        &mut self,
        target_type: &str,
        id: &str,
    ) -> &mut BTreeMap<String, String> {
        self.values.entry((target_type.to_owned(), id.to_owned())).or_default()
    }

    /// The fields of one kind of target, such as `USER`.
    pub(crate) fn of<'a>(
        &'a self,
        target_type: &'a str,
    ) -> impl Iterator<Item = &'a FieldDefinition> {
        self.fields.iter().filter(move |field| field.target_type == target_type)
    }

    /// Reads `params`, the JSON text of `[{"key","value"}]` with raw values, into the text form.
    ///
    /// Keys that are not defined for users are dropped, as the service does.
    pub(crate) fn read_params(&self, text: &str) -> Result<Vec<(String, String)>, ApiError> {
        let malformed = || {
            ApiError::new(
                codes::BAD_REQUEST,
                "params is not the JSON text of a list of {key, value}",
            )
        };
        let pairs: Vec<Value> = serde_json::from_str(text).map_err(|_| malformed())?;
        let mut values = Vec::new();
        for pair in &pairs {
            let key = pair.get("key").and_then(Value::as_str).ok_or_else(malformed)?;
            let value = pair.get("value").ok_or_else(malformed)?;
            if self.is_defined(key) {
                values.push((key.to_owned(), text_of(value)));
            }
        }
        Ok(values)
    }

    /// Reads the `udf` list of a register profile. The schema has text values there; a value that
    /// is the JSON text of a string, the form of other custom data inputs, loses its quotes.
    pub(crate) fn read_profile_udf(&self, list: &[Value]) -> Vec<(String, String)> {
        list.iter()
            .filter_map(|pair| {
                let key = pair["key"].as_str().filter(|key| self.is_defined(key))?;
                let value = pair["value"].as_str()?;
                let unquoted = serde_json::from_str::<String>(value);
                Some((key.to_owned(), unquoted.unwrap_or_else(|_| value.to_owned())))
            })
            .collect()
    }

    fn is_defined(&self, key: &str) -> bool {
        self.of("USER").any(|field| field.key == key)
    }
}

/// Strings are read as they are; everything else as its JSON text.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn defined(keys: &[&str]) -> CustomData {
        let mut custom_data = CustomData::default();
        for key in keys {
            custom_data.define(FieldDefinition {
                target_type: "USER".into(),
                key: (*key).into(),
                data_type: "STRING".into(),
                label: None,
                options: None,
            });
        }
        custom_data
    }

    #[test]
    fn params_keep_defined_keys_in_text_form() {
        let custom_data = defined(&["school", "age", "tags"]);
        let params = r#"[{"key":"school","value":"SJTU"},{"key":"age","value":20},
            {"key":"unknown","value":1},{"key":"tags","value":{"a":[true]}}]"#;
        let expected = [("school", "SJTU"), ("age", "20"), ("tags", r#"{"a":[true]}"#)];
        let values = custom_data.read_params(params).unwrap();
        let values: Vec<_> = values.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(values, expected);
    }

    #[test]
    fn params_that_are_not_a_list_of_pairs_are_refused() {
        for text in ["", "{}", "[1]", r#"[{"key":1,"value":2}]"#, r#"[{"key":"a"}]"#] {
            assert_eq!(defined(&["a"]).read_params(text).unwrap_err().code, 400, "{text}");
        }
    }

    #[test]
    fn defining_a_field_twice_replaces_it() {
        let custom_data = defined(&["a", "b", "a"]);
        assert_eq!(custom_data.of("USER").count(), 2);
        assert_eq!(custom_data.of("ROLE").count(), 0);
    }
}
