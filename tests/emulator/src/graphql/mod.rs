//! The GraphQL endpoint: documents are parsed, validated and executed against the service's schema.

mod document;
mod execute;

use apollo_compiler::Schema;
use apollo_compiler::validation::Valid;
use serde_json::{Value, json};
use std::sync::OnceLock;

pub(crate) use document::{Document, OperationNames};
pub(crate) use execute::execute;

/// The schema of the service, as its clients' documents show it.
const SDL: &str = include_str!("../../schema.graphql");

/// The parsed schema; the error says what is wrong with `schema.graphql`.
pub(crate) fn schema() -> Result<&'static Valid<Schema>, String> {
    static SCHEMA: OnceLock<Result<Valid<Schema>, String>> = OnceLock::new();
    SCHEMA
        .get_or_init(|| {
            Schema::parse_and_validate(SDL, "schema.graphql").map_err(|error| error.to_string())
        })
        .as_ref()
        .map_err(Clone::clone)
}

/// An answer of the endpoint: its HTTP status and its JSON body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Answer {
    /// A request refused before it is executed: HTTP 400, messages that are plain strings.
    pub(crate) fn refused(code: &str, errors: Vec<Value>) -> Self {
        let errors: Vec<Value> = errors
            .into_iter()
            .map(|mut error| {
                error["extensions"] = json!({ "code": code });
                error
            })
            .collect();
        Self { status: 400, body: json!({ "errors": errors }) }
    }

    pub(crate) fn refused_with(code: &str, message: &str) -> Self {
        Self::refused(code, vec![json!({ "message": message })])
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_schema_is_valid() {
        let schema = super::schema().unwrap();
        assert!(schema.get_object("Query").unwrap().fields.contains_key("accessToken"));
    }
}
