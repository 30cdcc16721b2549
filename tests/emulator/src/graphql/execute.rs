//! Validation and execution of a document, and the shape of its answer.

use std::sync::Mutex;

use apollo_compiler::introspection::check_max_depth;
use apollo_compiler::resolvers::{Execution, FieldError, ObjectValue, ResolveInfo, ResolvedValue};
use apollo_compiler::response::{JsonMap, JsonValue};
use serde_json::{Map, Value, json};

use super::document::to_json;
use super::{Answer, Document, schema};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::operations::{self, Arguments, Call};
use crate::server::locked;
use crate::state::State;

/// What the library puts before the messages of resolvers.
const LIBRARY_PREFIX: &str = "resolver error: ";

/// Marks a message that is the JSON text of a business error. The library's messages are text; on
/// the wire a business error's message is an object.
const BUSINESS_ERROR: char = '\u{1}';

/// Runs one request. Business errors answer HTTP 200, everything found before execution 400.
pub(crate) fn execute(state: &Mutex<State>, caller: &Caller, request: &Document) -> Answer {
    let schema = match schema() {
        Ok(schema) => schema,
        Err(message) => return Answer::refused_with("INTERNAL_SERVER_ERROR", &message),
    };
    let document = match request.ast.to_executable_validate(schema) {
        Ok(document) => document,
        Err(failed) => {
            let errors = failed.errors.iter().map(|error| to_json(&error.to_json())).collect();
            return Answer::refused("GRAPHQL_VALIDATION_FAILED", errors);
        }
    };
    let operation = match document.operations.get(request.operation_name.as_deref()) {
        Ok(operation) => operation,
        Err(error) => return Answer::refused_with("BAD_USER_INPUT", &error.message().to_string()),
    };
    let root = Root { name: operation.object_type().as_str(), context: Context { state, caller } };
    let executed = check_max_depth(&document, operation).and_then(|()| {
        Execution::new(schema, &document)
            .operation(operation)
            .raw_variable_values(&request.variables)
            .enable_schema_introspection(true)
            .execute_sync(&root)
    });
    match executed {
        Ok(response) => {
            let data = serde_json::to_value(response.data).unwrap_or_default();
            if response.errors.is_empty() {
                return Answer { status: 200, body: json!({ "data": data }) };
            }
            let errors: Vec<Value> = response.errors.iter().map(to_json).map(on_wire).collect();
            Answer { status: 200, body: json!({ "errors": errors, "data": data }) }
        }
        Err(error) => {
            let error = to_json(&error.to_graphql_error(&document.sources));
            Answer::refused("BAD_USER_INPUT", vec![error])
        }
    }
}

#[derive(Clone, Copy)]
struct Context<'a> {
    state: &'a Mutex<State>,
    caller: &'a Caller,
}

/// `Query` or `Mutation`.
struct Root<'a> {
    name: &'a str,
    context: Context<'a>,
}

impl ObjectValue for Root<'_> {
    fn type_name(&self) -> &str {
        self.name
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> Result<ResolvedValue<'a>, FieldError> {
        let name = format!("{}.{}", self.name, info.field_name());
        let operation = operations::operation(&name).ok_or_else(|| not_implemented(&name))?;
        let answer = self.context.call(info.arguments(), |call| {
            call.check_headers()?;
            let answer = operation(call)?;
            if self.name == "Mutation" {
                operations::management::logs::note(call, info.field_name(), &answer);
            }
            Ok(answer)
        })?;
        Ok(resolved(answer, info, self.context))
    }
}

/// An object of the answer: a JSON object and the name of its GraphQL type.
struct Record<'a> {
    type_name: String,
    members: Map<String, Value>,
    context: Context<'a>,
}

impl ObjectValue for Record<'_> {
    fn type_name(&self) -> &str {
        &self.type_name
    }

    fn resolve_field<'a>(
        &'a self,
        info: &'a ResolveInfo<'a>,
    ) -> Result<ResolvedValue<'a>, FieldError> {
        let name = format!("{}.{}", self.type_name, info.field_name());
        if let Some(member) = operations::member(&name) {
            let record = Value::Object(self.members.clone());
            let value = self.context.call(info.arguments(), |call| member(call, &record))?;
            return Ok(resolved(value, info, self.context));
        }
        match self.members.get(info.field_name()) {
            Some(value) => Ok(resolved(value.clone(), info, self.context)),
            // A plain member that a record lacks is unset; one of an object type would need work
            // that nobody has written yet, and null would be a lie.
            None if is_leaf(info) => Ok(ResolvedValue::null()),
            None => Err(not_implemented(&name)),
        }
    }
}

impl Context<'_> {
    fn call(
        &self,
        arguments: &JsonMap,
        run: impl FnOnce(&mut Call<'_>) -> Result<Value, ApiError>,
    ) -> Result<Value, FieldError> {
        let arguments = match serde_json::to_value(arguments) {
            Ok(Value::Object(members)) => Arguments::new(members),
            _ => Arguments::default(),
        };
        let mut state = locked(self.state);
        run(&mut Call { state: &mut state, caller: self.caller, arguments })
            .map_err(|error| FieldError { message: format!("{BUSINESS_ERROR}{}", error.to_json()) })
    }
}

fn resolved<'a>(value: Value, info: &ResolveInfo<'a>, context: Context<'a>) -> ResolvedValue<'a> {
    if is_leaf(info) && !value.is_array() {
        return ResolvedValue::Leaf(JsonValue::from(value));
    }
    match value {
        Value::Array(list) => {
            let list: Vec<_> = list.into_iter().map(|item| resolved(item, info, context)).collect();
            ResolvedValue::list(list)
        }
        Value::Object(members) => {
            let type_name = info.field_definition().ty.inner_named_type().to_string();
            ResolvedValue::object(Record { type_name, members, context })
        }
        leaf => ResolvedValue::Leaf(JsonValue::from(leaf)),
    }
}

/// Whether the field's type, or the type of its list's members, is a scalar or an enum.
fn is_leaf(info: &ResolveInfo<'_>) -> bool {
    let name = info.field_definition().ty.inner_named_type();
    info.schema().types.get(name).is_some_and(|found| found.is_scalar() || found.is_enum())
}

fn not_implemented(name: &str) -> FieldError {
    FieldError { message: format!("the emulator does not implement `{name}` yet") }
}

/// Gives an execution error the shape of the service: the message of a business error is an object.
fn on_wire(mut error: Value) -> Value {
    let message = error["message"].as_str().unwrap_or_default();
    let message = message.strip_prefix(LIBRARY_PREFIX).unwrap_or(message);
    error["message"] = match message.strip_prefix(BUSINESS_ERROR).map(serde_json::from_str) {
        Some(Ok(business)) => business,
        _ => json!(message),
    };
    error["extensions"] = json!({ "code": "INTERNAL_SERVER_ERROR" });
    error
}
