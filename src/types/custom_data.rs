//! User-defined fields and their values.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Number, Value, json};

use super::wire_enum::wire_enum;
use crate::json::without_nulls;
use crate::time::DateTime;

wire_enum! {
    /// The type of a user-defined field.
    pub enum FieldType {
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

/// A value of a user-defined field.
///
/// ```
/// use authing::CustomValue;
///
/// assert_eq!(CustomValue::from("SJTU"), CustomValue::String("SJTU".to_owned()));
/// assert_eq!(CustomValue::from(30), CustomValue::Number(30.into()));
/// assert_eq!(CustomValue::from(true), CustomValue::Boolean(true));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum CustomValue {
    /// Text.
    String(String),
    /// A number.
    Number(Number),
    /// True or false.
    Boolean(bool),
    /// A point in time.
    DateTime(DateTime),
    /// Any JSON value.
    Object(Value),
    /// One of several choices.
    Select(String),
    /// The text of a value whose type is not known, or that does not fit its type.
    Other(String),
}

/// A user-defined field of somebody or something, with its value.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CustomField {
    /// The key.
    pub key: String,
    /// The type.
    pub field_type: FieldType,
    /// The name for people.
    pub label: Option<String>,
    /// The value, if one is set.
    pub value: Option<CustomValue>,
}

/// The user-defined fields of one user.
///
/// ```
/// # use authing::{CustomData, CustomValue};
/// # fn show(data: &CustomData) {
/// if let Some(CustomValue::Number(age)) = data.get("age") {
///     println!("{age} years");
/// }
/// for field in data {
///     println!("{}: {:?}", field.key, field.value);
/// }
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomData {
    #[serde(deserialize_with = "without_nulls")]
    fields: Vec<CustomField>,
}

impl CustomData {
    /// The value of a field, if it has one.
    pub fn get(&self, key: &str) -> Option<&CustomValue> {
        self.fields.iter().find(|field| field.key == key)?.value.as_ref()
    }

    /// The fields in the server's order, those without a value too.
    pub fn fields(&self) -> &[CustomField] {
        &self.fields
    }

    /// Whether there are no fields.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }
}

impl<'a> IntoIterator for &'a CustomData {
    type Item = &'a CustomField;
    type IntoIter = std::slice::Iter<'a, CustomField>;

    fn into_iter(self) -> Self::IntoIter {
        self.fields.iter()
    }
}

impl CustomValue {
    /// The value as JSON, the way the wire takes it.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::String(text) | Self::Select(text) | Self::Other(text) => json!(text),
            Self::Number(number) => json!(number),
            Self::Boolean(boolean) => json!(boolean),
            Self::DateTime(time) => json!(time),
            Self::Object(value) => value.clone(),
        }
    }

    /// What writing takes: the JSON text of the value, so that a string carries quotes.
    pub(crate) fn to_json_text(&self) -> String {
        self.to_json().to_string()
    }

    /// Reads the text that the wire has for a value: text and choices as they are, dates as
    /// milliseconds or ISO 8601, the rest as JSON. What does not fit its type is kept as text.
    pub(crate) fn read(field_type: &FieldType, text: &str) -> Self {
        let other = || Self::Other(text.to_owned());
        match field_type {
            FieldType::String => Self::String(text.to_owned()),
            FieldType::Select => Self::Select(text.to_owned()),
            FieldType::Number => serde_json::from_str(text).map_or_else(|_| other(), Self::Number),
            FieldType::Boolean => text.parse().map_or_else(|_| other(), Self::Boolean),
            FieldType::Object => serde_json::from_str(text).map_or_else(|_| other(), Self::Object),
            FieldType::DateTime => DateTime::parse(text).map_or_else(other, Self::DateTime),
            FieldType::Unknown(_) => other(),
        }
    }

    /// The text that [`read`](Self::read) reads.
    fn to_text(&self) -> String {
        match self {
            Self::String(text) | Self::Select(text) | Self::Other(text) => text.clone(),
            Self::DateTime(time) => time.to_string(),
            value => value.to_json().to_string(),
        }
    }
}

/// `[{"key": …, "value": …}]` with raw values as JSON text: the form that registering, logging in
/// and creating a user take.
pub(crate) fn params(custom_data: &[(String, CustomValue)]) -> Value {
    if custom_data.is_empty() {
        return Value::Null;
    }
    let pairs: Vec<Value> = custom_data
        .iter()
        .map(|(key, value)| json!({ "key": key, "value": value.to_json() }))
        .collect();
    Value::String(Value::Array(pairs).to_string())
}

/// The pairs of a caller as the inputs keep them.
pub(crate) fn pairs<K: Into<String>, V: Into<CustomValue>>(
    custom_data: impl IntoIterator<Item = (K, V)>,
) -> Vec<(String, CustomValue)> {
    custom_data.into_iter().map(|(key, value)| (key.into(), value.into())).collect()
}

impl From<&str> for CustomValue {
    fn from(text: &str) -> Self {
        Self::String(text.to_owned())
    }
}

impl From<String> for CustomValue {
    fn from(text: String) -> Self {
        Self::String(text)
    }
}

impl From<bool> for CustomValue {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

impl From<i32> for CustomValue {
    fn from(number: i32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u32> for CustomValue {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<u64> for CustomValue {
    fn from(number: u64) -> Self {
        Self::Number(number.into())
    }
}

impl From<f64> for CustomValue {
    /// What JSON has no number for, such as infinity, becomes text.
    fn from(number: f64) -> Self {
        match Number::from_f64(number) {
            Some(number) => Self::Number(number),
            None => Self::Other(number.to_string()),
        }
    }
}

impl From<i64> for CustomValue {
    fn from(number: i64) -> Self {
        Self::Number(number.into())
    }
}

impl From<Number> for CustomValue {
    fn from(number: Number) -> Self {
        Self::Number(number)
    }
}

impl From<DateTime> for CustomValue {
    fn from(time: DateTime) -> Self {
        Self::DateTime(time)
    }
}

impl From<Value> for CustomValue {
    fn from(value: Value) -> Self {
        Self::Object(value)
    }
}

/// A field on the wire.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireField {
    key: String,
    value: Option<String>,
    label: Option<String>,
    data_type: FieldType,
}

impl Serialize for CustomField {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        WireField {
            key: self.key.clone(),
            value: self.value.as_ref().map(CustomValue::to_text),
            label: self.label.clone(),
            data_type: self.field_type.clone(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for CustomField {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let WireField { key, value, label, data_type } = WireField::deserialize(deserializer)?;
        let value = value.map(|text| CustomValue::read(&data_type, &text));
        Ok(Self { key, field_type: data_type, label, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_by_their_type_and_come_back_the_same() {
        let date = DateTime::from_unix_millis(1_620_894_600_000);
        for (kind, text, value) in [
            ("STRING", "5", CustomValue::from("5")),
            ("NUMBER", "5", CustomValue::from(5)),
            ("NUMBER", "5.25", CustomValue::Number(Number::from_f64(5.25).unwrap())),
            ("BOOLEAN", "true", CustomValue::from(true)),
            ("BOOLEAN", "false", CustomValue::from(false)),
            ("BOOLEAN", "yes", CustomValue::Other("yes".to_owned())),
            ("DATETIME", "2021-05-13T08:30:00.000Z", CustomValue::from(date)),
            ("OBJECT", r#"{"a":[1]}"#, CustomValue::from(json!({"a": [1]}))),
            ("SELECT", "red", CustomValue::Select("red".to_owned())),
            ("COLOR", "red", CustomValue::Other("red".to_owned())),
            ("NUMBER", "many", CustomValue::Other("many".to_owned())),
        ] {
            let wire = json!([{"key": "k", "value": text, "label": null, "dataType": kind}]);
            let data: CustomData = serde_json::from_value(wire.clone()).unwrap();
            assert_eq!(data.get("k"), Some(&value), "{kind} {text}");
            assert_eq!(serde_json::to_value(&data).unwrap(), wire);
        }
        assert_eq!(CustomValue::read(&FieldType::DateTime, "1620894600000"), date.into());
    }

    #[test]
    fn a_field_without_a_value_is_a_field() {
        let wire = json!([{"key": "k", "value": null, "label": "K", "dataType": "NUMBER"}]);
        let data: CustomData = serde_json::from_value(wire).unwrap();
        assert_eq!((data.get("k"), data.fields().len()), (None, 1));
    }

    #[test]
    fn params_are_json_text_with_raw_values() {
        let data = pairs([("a", CustomValue::from("x")), ("b", 1.into()), ("c", true.into())]);
        let text = r#"[{"key":"a","value":"x"},{"key":"b","value":1},{"key":"c","value":true}]"#;
        assert_eq!(params(&data), json!(text));
        assert_eq!(params(&[]), Value::Null);
    }
}
