//! JSON objects in which no member comes twice: two readers of one token must not see different
//! claims (RFC 7515, section 4; RFC 7519, section 4).

use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Number, Value};

pub(crate) type Object = Map<String, Value>;

/// Reads an object; on failure says why, without quoting it.
pub(super) fn parse_object(json: &[u8]) -> Result<Object, String> {
    let mut deserializer = serde_json::Deserializer::from_slice(json);
    let value = Unique.deserialize(&mut deserializer).map_err(|error| reason(&error))?;
    deserializer.end().map_err(|error| reason(&error))?;
    match value {
        Value::Object(members) => Ok(members),
        _ => Err("it is no object".to_owned()),
    }
}

/// What serde says, without the values it quotes.
fn reason(error: &serde_json::Error) -> String {
    let reason = error.to_string();
    match (reason.find('"'), reason.rfind('"')) {
        (Some(start), Some(end)) if start < end => {
            format!("{}…{}", &reason[..start], &reason[end + 1..])
        }
        _ => reason,
    }
}

/// A value of any type, each object of which has distinct members.
struct Unique;

impl<'de> DeserializeSeed<'de> for Unique {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element_seed(Self)? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = entries.next_key::<Name>()? {
            let value = entries.next_value_seed(Self)?;
            if members.insert(name.0, value).is_some() {
                return Err(A::Error::custom("a member comes twice"));
            }
        }
        Ok(Value::Object(members))
    }
}

#[derive(Deserialize)]
struct Name(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_serde_reads_is_read_the_same() {
        for json in [
            "{}",
            r#"{"a":null,"b":[true,-1,18446744073709551615,1.5,"x\u0041"],"c":{"a":{}}}"#,
            r#" {"é" : "\ud83d\ude00"} "#,
        ] {
            let expected: Value = serde_json::from_str(json).unwrap();
            assert_eq!(Value::Object(parse_object(json.as_bytes()).unwrap()), expected, "{json}");
        }
    }

    #[test]
    fn members_that_come_twice_are_refused_at_any_depth_and_in_any_spelling() {
        for json in
            [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"{"x":[{"y":{"a":1,"b":2,"a":3}}]}"#]
        {
            let reason = parse_object(json.as_bytes()).unwrap_err();
            assert!(reason.starts_with("a member comes twice"), "{reason}");
        }
    }

    #[test]
    fn broken_and_deeply_nested_json_is_refused_without_quoting_it() {
        let deep = format!("{{\"a\":{}", "[".repeat(100_000));
        for json in ["", "[]", "\"hush\"", "1", "{\"a\":hush}", "{} {}", "{\"a\":1,}", &deep] {
            let reason = parse_object(json.as_bytes()).unwrap_err();
            assert!(!reason.contains("hush"), "{reason}");
        }
        assert!(parse_object(b"{\"a\":\"\xff\"}").is_err());
        assert!(parse_object(b"\xef\xbb\xbf{}").is_err());
    }
}
