//! A GraphQL request body: read once, for the record of requests and for execution.

use std::collections::HashSet;

use apollo_compiler::ast;
use apollo_compiler::parser::Parser;
use apollo_compiler::response::{GraphQLError, JsonMap, JsonValue};
use serde_json::{Value, json};

use super::Answer;

/// Documents nest at most this deep. Introspection by old clients takes about a dozen levels.
const DEEPEST: usize = 64;

/// Documents have at most this many tokens: clients' longest has under a thousand.
const LONGEST: usize = 10_000;

/// A request whose document is well-formed GraphQL.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) ast: ast::Document,
    pub(crate) operation_name: Option<String>,
    pub(crate) variables: JsonMap,
}

/// What a request asks for, as far as its document tells.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) struct OperationNames {
    /// The root fields of the operation.
    pub(crate) operations: Vec<String>,
    /// Variables that were sent but that the operation does not declare.
    pub(crate) unknown_variables: Vec<String>,
}

impl Document {
    /// Reads `{"query", "variables", "operationName"}`.
    pub(crate) fn read(body: &[u8]) -> Result<Self, Answer> {
        let refused = |message: &str| Answer::refused_with("BAD_REQUEST", message);
        let mut body: Value = serde_json::from_slice(body)
            .map_err(|error| refused(&format!("the body is not JSON: {error}")))?;
        if body.is_array() {
            return Err(refused("batches of operations are not supported"));
        }
        let Some(query) = body["query"].as_str() else {
            return Err(refused("the body has no text member `query`"));
        };
        let ast = parse(query)?;
        let operation_name = match &body["operationName"] {
            Value::Null => None,
            Value::String(name) => Some(name.clone()),
            _ => return Err(refused("`operationName` is not a text")),
        };
        let variables = match body.get_mut("variables").map(Value::take) {
            None | Some(Value::Null) => JsonMap::new(),
            Some(variables) => match JsonValue::from(variables) {
                JsonValue::Object(variables) => variables,
                _ => return Err(refused("`variables` is not an object")),
            },
        };
        Ok(Self { ast, operation_name, variables })
    }

    /// The names for the record of requests. Looks at the operation that would be executed.
    pub(crate) fn names(&self) -> OperationNames {
        let Some(operation) = self.operation() else { return OperationNames::default() };
        let mut operations = Vec::new();
        self.collect_fields(&operation.selection_set, &mut HashSet::new(), &mut operations);
        let declared = |name: &str| operation.variables.iter().any(|known| known.name == name);
        let unknown_variables = self
            .variables
            .keys()
            .filter(|name| !declared(name.as_str()))
            .map(|name| name.as_str().to_owned())
            .collect();
        OperationNames { operations, unknown_variables }
    }

    fn operation(&self) -> Option<&ast::OperationDefinition> {
        self.ast.definitions.iter().find_map(|definition| match definition {
            ast::Definition::OperationDefinition(operation) => match &self.operation_name {
                None => Some(&**operation),
                Some(name) => (operation.name.as_deref() == Some(name)).then_some(&**operation),
            },
            _ => None,
        })
    }

    fn collect_fields<'a>(
        &'a self,
        selections: &'a [ast::Selection],
        seen: &mut HashSet<&'a str>,
        fields: &mut Vec<String>,
    ) {
        for selection in selections {
            match selection {
                ast::Selection::Field(field) => {
                    if !fields.iter().any(|known| *known == field.name.as_str()) {
                        fields.push(field.name.to_string());
                    }
                }
                ast::Selection::InlineFragment(fragment) => {
                    self.collect_fields(&fragment.selection_set, seen, fields);
                }
                // A fragment is entered once: an invalid document may have a cycle of them.
                ast::Selection::FragmentSpread(spread) => {
                    if seen.insert(spread.fragment_name.as_str()) {
                        let fragment = self.fragment(&spread.fragment_name);
                        self.collect_fields(fragment, seen, fields);
                    }
                }
            }
        }
    }

    fn fragment(&self, name: &str) -> &[ast::Selection] {
        self.ast
            .definitions
            .iter()
            .find_map(|definition| match definition {
                ast::Definition::FragmentDefinition(fragment) if fragment.name == name => {
                    Some(fragment.selection_set.as_slice())
                }
                _ => None,
            })
            .unwrap_or(&[])
    }
}

fn parse(query: &str) -> Result<ast::Document, Answer> {
    Parser::new()
        .recursion_limit(DEEPEST)
        .token_limit(LONGEST)
        .parse_ast(query, "query.graphql")
        .map_err(|failed| {
            let errors = failed.errors.iter().map(|error| to_json(&error.to_json())).collect();
            Answer::refused("GRAPHQL_PARSE_FAILED", errors)
        })
}

/// An error of the library as the endpoint lists it.
pub(crate) fn to_json(error: &GraphQLError) -> Value {
    serde_json::to_value(error).unwrap_or_else(|_| json!({ "message": error.message }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: Value) -> Result<Document, Answer> {
        Document::read(body.to_string().as_bytes())
    }

    #[test]
    fn names_are_root_fields_and_undeclared_variables() {
        let document = read(json!({
            "query": "query A { a } mutation M($x: Int) { m(x: $x) { id } ...F ... { n } }
                      fragment F on Mutation { o ...F }",
            "operationName": "M",
            "variables": { "x": 1, "y": 2 },
        }));
        let names = document.unwrap().names();
        assert_eq!(names.operations, ["m", "o", "n"]);
        assert_eq!(names.unknown_variables, ["y"]);
    }

    #[test]
    fn what_is_not_a_request_is_refused_with_plain_messages() {
        for body in [
            json!([]),
            json!([{ "query": "{ a }" }]),
            json!("text"),
            json!({}),
            json!({ "query": 1 }),
            json!({ "query": "{" }),
            json!({ "query": "{ a }", "variables": [] }),
            json!({ "query": "{ a }", "operationName": 1 }),
            json!({ "query": "{ a ".repeat(100) + &"}".repeat(100) }),
            json!({ "query": format!("{{ {} }}", "a ".repeat(LONGEST)) }),
        ] {
            let answer = read(body.clone()).unwrap_err();
            assert_eq!(answer.status, 400);
            assert!(answer.body["errors"][0]["message"].is_string(), "{body}");
        }
        assert_eq!(Document::read(b"{\"query\"").unwrap_err().status, 400);
    }
}
