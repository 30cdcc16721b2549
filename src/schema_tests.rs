//! Every operation against the schema: the document is valid, the type of the answer takes
//! whatever the schema allows, and an Approw server is asked for nothing that it does not know.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use apollo_compiler::ast::Type;
use apollo_compiler::executable::{Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Schema};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::graphql::{Operation, Variables};

const SCHEMA: &str = include_str!("../tests/emulator/schema.graphql");

/// An operation of any answer.
pub(crate) trait Checked {
    fn field(&self) -> &'static str;

    /// The document with all that can be in it, or with what every server knows.
    fn document(&self, recent: bool) -> String;

    /// Whether it is never sent to a server that does not know it.
    fn is_recent_only(&self) -> bool;

    /// Reads an answer; returns the members that the type does not have.
    fn read(&self, answer: Value) -> Result<Vec<String>, serde_json::Error>;
}

impl<T: DeserializeOwned> Checked for Operation<T> {
    fn field(&self) -> &'static str {
        self.field
    }

    fn document(&self, recent: bool) -> String {
        let newer = self.newer_names().filter(|_| recent);
        let variables = newer.fold(Variables::new(), |variables, name| variables.with(name, true));
        self.document(&variables.custom_data(true), recent)
    }

    fn is_recent_only(&self) -> bool {
        self.is_recent_only()
    }

    fn read(&self, answer: Value) -> Result<Vec<String>, serde_json::Error> {
        let mut ignored = Vec::new();
        serde_ignored::deserialize::<_, _, T>(answer, |path| ignored.push(path.to_string()))?;
        Ok(ignored)
    }
}

fn operations() -> Vec<&'static dyn Checked> {
    [
        crate::authentication::operations(),
        crate::credential::operations(),
        crate::management::operations(),
        crate::operations::operations(),
    ]
    .concat()
}

fn schema() -> Valid<Schema> {
    Schema::parse_and_validate(SCHEMA, "schema.graphql").unwrap()
}

fn parse(schema: &Valid<Schema>, document: &str) -> Valid<ExecutableDocument> {
    ExecutableDocument::parse_and_validate(schema, document, "document")
        .unwrap_or_else(|error| panic!("{document}\n{error}"))
}

#[test]
fn every_operation_of_the_source_is_checked_here() {
    fn count(folder: &Path) -> usize {
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| match path.is_dir() {
                true => count(&path),
                false => {
                    let text = fs::read_to_string(&path).unwrap();
                    // Written apart, so that this line does not count.
                    let made = ["query", "mutation"].map(|kind| format!("Operation::{kind}(\""));
                    made.iter().map(|made| text.matches(made.as_str()).count()).sum()
                }
            })
            .sum()
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let made = count(&root.join("src"));
    let documents: BTreeSet<_> =
        operations().iter().map(|operation| operation.document(true)).collect();
    assert_eq!(operations().len(), made, "an operation is missing in its module's `operations`");
    assert_eq!(documents.len(), made, "two operations are the same");
}

#[test]
fn every_document_is_valid() {
    let schema = schema();
    for operation in operations() {
        for recent in [true, false] {
            parse(&schema, &operation.document(recent));
        }
    }
}

#[test]
fn every_answer_that_the_schema_allows_is_read_whole() {
    let schema = schema();
    for operation in operations() {
        let document = parse(&schema, &operation.document(true));
        let root = &document.operations.get(None).unwrap().selection_set;
        let field = root.root_fields(&document).next().unwrap();
        // An operation may rely on an answer where the schema would allow null for all of it.
        let kind = field.ty().clone().non_null();
        for sample in [Sample::Full, Sample::Nulls, Sample::NullItems, Sample::UnknownEnums] {
            let answer = sample.value(&schema, &document, &kind, &field.selection_set);
            match operation.read(answer.clone()) {
                Ok(ignored) => assert!(ignored.is_empty(), "{}: {ignored:?}", operation.field()),
                Err(error) => panic!("{}: {error} in {answer}", operation.field()),
            }
        }
    }
}

#[test]
fn a_user_has_every_member_of_the_schema_and_strangers_do_no_harm() {
    /// Every member of a type, with those of the types that it leads to in a few steps.
    fn members(schema: &Schema, name: &str, steps: usize) -> String {
        let ExtendedType::Object(object) = &schema.types[name] else { unreachable!("{name}") };
        let mut text = String::from("{");
        for (name, field) in &object.fields {
            let kind = field.ty.inner_named_type();
            let is_page = kind.starts_with("Paginated");
            match (&schema.types[kind], steps) {
                // What is left out is what an answer need not have.
                (ExtendedType::Object(_), 0) if is_page || !field.ty.is_non_null() => {}
                (ExtendedType::Object(_), _) => {
                    let steps = steps.saturating_sub(usize::from(!is_page));
                    text += &format!(" {name} {}", members(schema, kind, steps));
                }
                _ => text += &format!(" {name}"),
            }
        }
        text + " }"
    }
    let schema = schema();
    let text = format!("{{ user {} }}", members(&schema, "User", 3));
    assert!(text.contains("joinedAt") && text.contains("codePath"), "{text}");
    let document = parse(&schema, &text);
    let root = &document.operations.get(None).unwrap().selection_set;
    for sample in [Sample::Full, Sample::NullItems, Sample::UnknownEnums] {
        let answer = sample.object(&schema, &document, root)["user"].take();
        let mut ignored = Vec::new();
        let note = |path: serde_ignored::Path<'_>| ignored.push(path.to_string());
        serde_ignored::deserialize::<_, _, crate::User>(answer.clone(), note).unwrap();
        assert!(ignored.is_empty(), "{ignored:?}");

        let mut stranger = answer;
        stranger["isRoot"] = json!(true);
        stranger["identities"][0]["flavour"] = json!({"any": 1});
        serde_json::from_value::<crate::User>(stranger).unwrap();
    }
}

#[test]
fn an_approw_server_is_asked_for_nothing_newer_than_itself() {
    let schema = schema();
    let newer = Newer::read();
    assert!(newer.members.contains(&("User".to_owned(), "phoneCountryCode".to_owned())));
    assert!(newer.arguments.contains(&("users".to_owned(), "excludeUsersInOrg".to_owned())));
    for operation in operations().into_iter().filter(|operation| !operation.is_recent_only()) {
        let text = operation.document(false);
        let document = parse(&schema, &text);
        let root = &document.operations.get(None).unwrap().selection_set;
        for argument in root.root_fields(&document).flat_map(|field| field.arguments.iter()) {
            let pair = (operation.field().to_owned(), argument.name.to_string());
            assert!(!newer.arguments.contains(&pair), "{pair:?} in {text}");
        }
        for field in root.all_fields(&document) {
            let parent = field_parent(&document, root, field.name.as_str());
            for parent in parent {
                let pair = (parent, field.name.to_string());
                assert!(!newer.members.contains(&pair), "{pair:?} in {text}");
            }
        }
    }
}

/// The types in which a document selects a field of this name.
fn field_parent(document: &ExecutableDocument, root: &SelectionSet, name: &str) -> Vec<String> {
    let fragments = document.fragments.values().map(|fragment| &fragment.selection_set);
    let mut open: Vec<&SelectionSet> = fragments.chain([root]).collect();
    let mut parents = Vec::new();
    while let Some(set) = open.pop() {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    if field.name == name {
                        parents.push(set.ty.to_string());
                    }
                    open.push(&field.selection_set);
                }
                Selection::InlineFragment(fragment) => open.push(&fragment.selection_set),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    parents
}

/// What the schema's comments call newer than an Approw server.
#[derive(Default)]
struct Newer {
    /// Type and member.
    members: HashSet<(String, String)>,
    /// Field and argument.
    arguments: HashSet<(String, String)>,
}

impl Newer {
    /// `# since DATE` stands above a member, `# argument NAME since DATE, …` above its field.
    fn read() -> Self {
        let mut newer = Self::default();
        let (mut parent, mut is_newer, mut arguments) = ("", false, Vec::new());
        for line in SCHEMA.lines().map(str::trim) {
            if let Some(comment) = line.strip_prefix("# ") {
                is_newer = comment.starts_with("since ");
                if let Some(list) = comment.strip_prefix("argument ") {
                    arguments =
                        list.split(", ").filter_map(|item| item.split(' ').next()).collect();
                }
                continue;
            }
            if let Some(rest) = line.strip_prefix("type ").or(line.strip_prefix("input ")) {
                parent = rest.split(' ').next().unwrap();
            } else if let Some(name) =
                line.split(['(', ':']).next().filter(|_| line.contains([':', '(']))
            {
                if is_newer {
                    newer.members.insert((parent.to_owned(), name.to_owned()));
                }
                for argument in arguments.drain(..) {
                    newer.arguments.insert((name.to_owned(), argument.to_owned()));
                }
            }
            is_newer = false;
        }
        newer
    }
}

/// A way to fill an answer.
#[derive(Clone, Copy, PartialEq)]
enum Sample {
    Full,
    /// Null wherever the schema allows it, lists empty.
    Nulls,
    /// Null in every list that may hold one.
    NullItems,
    UnknownEnums,
}

impl Sample {
    fn object(self, schema: &Schema, document: &ExecutableDocument, set: &SelectionSet) -> Value {
        let mut members = Map::new();
        for selection in &set.selections {
            match selection {
                Selection::Field(field) => {
                    let value = self.value(schema, document, field.ty(), &field.selection_set);
                    members.insert(field.response_key().to_string(), value);
                }
                Selection::FragmentSpread(spread) => {
                    let fragment = &document.fragments[&spread.fragment_name];
                    let Value::Object(more) =
                        self.object(schema, document, &fragment.selection_set)
                    else {
                        unreachable!()
                    };
                    members.extend(more);
                }
                Selection::InlineFragment(_) => unreachable!("the schema has no abstract types"),
            }
        }
        Value::Object(members)
    }

    fn value(
        self,
        schema: &Schema,
        document: &ExecutableDocument,
        kind: &Type,
        set: &SelectionSet,
    ) -> Value {
        if self == Self::Nulls && !kind.is_non_null() {
            return Value::Null;
        }
        if kind.is_list() {
            return match self {
                Self::Nulls => json!([]),
                Self::NullItems if !kind.item_type().is_non_null() => json!([null]),
                _ => json!([self.value(schema, document, kind.item_type(), set)]),
            };
        }
        match (kind.inner_named_type().as_str(), &schema.types[kind.inner_named_type()]) {
            (_, ExtendedType::Object(_)) => self.object(schema, document, set),
            (_, ExtendedType::Enum(kind)) => match self {
                Self::UnknownEnums => json!("SOMETHING_NEW"),
                _ => json!(kind.values.keys().next().unwrap()),
            },
            ("Int", _) => json!(7),
            ("Boolean", _) => json!(true),
            ("String", _) => json!("text"),
            (_, _) => json!({"any": ["value"]}),
        }
    }
}
