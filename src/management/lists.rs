//! How the modules get their lists and the parts of objects that they ask for.

use serde::de::DeserializeOwned;

use crate::client::Client;
use crate::error::{Error, Result};
use crate::graphql::{Operation, Variables};
use crate::json::Only;
use crate::paging::{List, Page};
use crate::rest::RestRequest;

/// One member of an object that may not exist.
pub(crate) type Part<T> = Option<Only<Option<T>>>;

impl Client {
    /// The list that an operation with `page` and `limit` answers.
    pub(crate) fn list<T: DeserializeOwned + 'static>(
        &self,
        operation: &'static Operation<Page<T>>,
        variables: Variables,
    ) -> List<T> {
        let client = self.clone();
        List::new(move |page, limit| {
            client.graphql(operation, variables.clone().with("page", page).with("limit", limit))
        })
    }

    /// The list that is a member of an object; `what` names the object in errors.
    pub(crate) fn list_within<T: DeserializeOwned + 'static>(
        &self,
        operation: &'static Operation<Part<Page<T>>>,
        variables: Variables,
        what: &'static str,
    ) -> List<T> {
        let client = self.clone();
        List::new(move |page, limit| {
            let variables = variables.clone().with("page", page).with("limit", limit);
            client.part(operation, variables, what)
        })
    }

    /// A member of an object, empty where it is null; `what` names the object in errors.
    pub(crate) fn part<T: DeserializeOwned + Default>(
        &self,
        operation: &Operation<Part<T>>,
        variables: Variables,
        what: &str,
    ) -> Result<T> {
        match self.graphql(operation, variables)? {
            Some(Only(part)) => Ok(part.unwrap_or_default()),
            None => Err(self.reported(Error::absent(what).with_operation(operation.field))),
        }
    }

    /// The list of an endpoint that takes `page` and `limit` in its query.
    pub(crate) fn rest_list<T: DeserializeOwned + 'static>(&self, request: RestRequest) -> List<T> {
        let client = self.clone();
        List::new(move |page, limit| {
            client.rest(&request.clone().query("page", page).query("limit", limit))
        })
    }

    /// An id or code, which cannot be empty: without one, some operations are about the caller,
    /// and some about everything.
    pub(crate) fn named<'a>(&self, name: &'a str, operation: &str) -> Result<&'a str> {
        match name {
            "" => {
                let error = Error::usage("an id or code is empty");
                Err(self.reported(error.with_operation(operation)))
            }
            name => Ok(name),
        }
    }
}
