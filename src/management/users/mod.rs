//! Users, as an administrator sees them.

mod access;
mod belonging;
mod custom_data;
mod inputs;
mod logins;
mod operations;

pub use self::access::ResourcePermission;
pub use self::belonging::IdentityProvider;
pub use self::inputs::{
    ListUsers, NewIdentity, NewUser, SearchUsers, SortBy, UserField, UserKey, UserUpdate,
};
pub use self::logins::{LoginStatusOf, RefreshedToken, UserLoginStatus};
use self::operations::{
    CREATE_USER, DELETE_USER, DELETE_USERS, FIND_USER, SEARCH_USER, USER_BATCH, USERS,
};
use crate::client::Client;
use crate::error::{Error, Result};
use crate::graphql::{Operation, Variables};
use crate::management::batch::in_batches;
use crate::object::Object;
use crate::operations::{UPDATE_USER, USER, is_user_exists};
use crate::paging::{List, Page};
use crate::types::{User, params};

/// The users of the pool: [`ManagementClient::users`](crate::ManagementClient::users).
#[derive(Clone, Debug)]
pub struct Users {
    client: Client,
    namespace: Option<String>,
}

impl Users {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone(), namespace: None }
    }

    /// All users, in the service's order. Nothing is sent before the list is read. GraphQL `users`.
    pub fn list(&self) -> List<User> {
        self.list_with(ListUsers::new())
    }

    /// All users, with options.
    ///
    /// ```no_run
    /// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
    /// use authing::{ListUsers, SortBy};
    ///
    /// let newest = ListUsers::new().sort_by(SortBy::CreatedAtDescending).with_custom_data();
    /// for user in admin.users().list_with(newest) {
    ///     println!("{:?}", user?.custom_data.get("school"));
    /// }
    /// # Ok::<(), authing::Error>(())
    /// ```
    pub fn list_with(&self, options: ListUsers) -> List<User> {
        self.paged(&USERS, options.members, options.custom_data)
    }

    /// The users who match a text, by user name, nickname, e-mail address, phone number or name.
    /// Nothing is sent before the list is read. GraphQL `searchUser`.
    pub fn search(&self, query: impl Into<String>) -> List<User> {
        self.search_with(SearchUsers::new(query))
    }

    /// The users who match a text, with options.
    pub fn search_with(&self, search: SearchUsers) -> List<User> {
        self.paged(&SEARCH_USER, search.members, search.custom_data)
    }

    fn paged(
        &self,
        operation: &'static Operation<Page<User>>,
        members: Object,
        custom_data: bool,
    ) -> List<User> {
        let client = self.client.clone();
        List::new(move |page, limit| {
            let variables = Variables::from(members.clone())
                .with("page", page)
                .with("limit", limit)
                .custom_data(custom_data);
            client.graphql(operation, variables)
        })
    }

    /// Creates a user. A password is encrypted on its way. GraphQL `createUser`.
    ///
    /// ```no_run
    /// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
    /// use authing::NewUser;
    ///
    /// let ann = NewUser::email("ann@example.com").password("s3cret!").nickname("Ann");
    /// let ann = admin.users().create(ann.custom_data([("school", "SJTU")]))?;
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a password that is too long for the key;
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example [`Error::is_already_exists`].
    pub fn create(&self, user: NewUser) -> Result<User> {
        let client = self.client.begin();
        let NewUser { mut members, password, custom_data, options, identity } = user;
        let mut variables = Variables::from(options)
            .with("params", params(&custom_data))
            .with("identity", identity)
            .custom_data(!custom_data.is_empty());
        if let Some(password) = password {
            members.set("password", client.encrypt(&password)?);
            variables = variables.hiding(&password);
        }
        client.graphql(&CREATE_USER, variables.with("userInfo", members))
    }

    /// Changes a user and returns the user as he is then. A password is encrypted on its way.
    /// GraphQL `updateUser`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`], [`Error::is_already_exists`], or
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a password that is too long for the key.
    pub fn update(&self, id: &str, update: UserUpdate) -> Result<User> {
        let client = self.client.begin();
        let UserUpdate { mut members, password } = update;
        let mut variables = Variables::new().with("id", self.client.named(id, UPDATE_USER.field)?);
        if let Some(password) = password {
            members.set("password", client.encrypt(&password)?);
            variables = variables.hiding(&password);
        }
        client.graphql(&UPDATE_USER, variables.with("input", members))
    }

    /// A user by id, user-defined values included, or none. GraphQL `user`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked. A user who does not exist is no error.
    pub fn detail(&self, id: &str) -> Result<Option<User>> {
        let variables = Variables::new().with("id", self.client.named(id, USER.field)?);
        self.client.graphql_or(&USER, variables.custom_data(true), absent_is_none)
    }

    /// A user by something else than the id, user-defined values included, or none. GraphQL
    /// `findUser`.
    ///
    /// ```no_run
    /// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
    /// use authing::UserKey;
    ///
    /// let ann = admin.users().find(UserKey::email("ann@example.com"))?;
    /// # Ok::<(), authing::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the server could not be asked. A user who does not exist is no error.
    pub fn find(&self, key: UserKey) -> Result<Option<User>> {
        let variables = Variables::from(key.into_members()).custom_data(true);
        self.client.graphql_or(&FIND_USER, variables, absent_is_none)
    }

    /// A user by the account at another identity provider, or none; newer Authing servers only.
    /// GraphQL `findUser`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked. A user who does not exist is no error.
    pub fn find_by_identity(&self, provider: &str, user_id_in_idp: &str) -> Result<Option<User>> {
        let identity = Object::new().with("provider", provider).with("userIdInIdp", user_id_in_idp);
        let variables = Variables::new().with("identity", identity).custom_data(true);
        self.client.graphql_or(&FIND_USER, variables, absent_is_none)
    }

    /// Whether a user exists. GraphQL `isUserExists`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn exists(&self, key: UserKey) -> Result<bool> {
        is_user_exists(&self.client, key)
    }

    /// Users by their ids: those who exist, in the service's order. GraphQL `userBatch`, as often
    /// as its limit of 80 users asks for, each time with the time limit of a call; without ids
    /// nothing is sent.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn batch_get<I>(&self, ids: I) -> Result<Vec<User>>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        self.batch_get_by(UserField::Id, ids)
    }

    /// Users by user name, phone number, e-mail address or external id: as
    /// [`batch_get`](Self::batch_get).
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn batch_get_by<I>(&self, field: UserField, values: I) -> Result<Vec<User>>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        let mut users = Vec::new();
        in_batches(&values, String::as_str, |values| {
            let variables =
                Variables::new().with("ids", values).with("type", field.as_str()).custom_data(true);
            users.extend(self.client.graphql(&USER_BATCH, variables)?);
            Ok(())
        })?;
        Ok(users)
    }

    /// Deletes a user. GraphQL `deleteUser`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`], or
    /// [`USER_MAY_NOT_BE_DELETED`](crate::codes::USER_MAY_NOT_BE_DELETED).
    pub fn delete(&self, id: &str) -> Result<()> {
        let id = self.client.named(id, DELETE_USER.field)?;
        self.client.command(&DELETE_USER, Variables::new().with("id", id))
    }

    /// Deletes several users; without ids nothing is sent. GraphQL `deleteUsers`, as often as 80
    /// users at a time ask for.
    ///
    /// # Errors
    ///
    /// As [`delete`](Self::delete); what was done is in [`BatchFailure`](crate::BatchFailure).
    pub fn delete_many<I>(&self, ids: I) -> Result<()>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let ids: Vec<String> = ids.into_iter().map(Into::into).collect();
        in_batches(&ids, String::as_str, |ids| {
            self.client.command(&DELETE_USERS, Variables::new().with("ids", ids))
        })
    }
}

/// The service says in two ways that there is nobody.
fn absent_is_none(error: Error) -> Result<Option<User>> {
    match error.code() {
        Some(crate::codes::USER_NOT_FOUND) => Ok(None),
        _ => Err(error),
    }
}

/// What the tests check against the schema.
#[cfg(test)]
pub(super) fn operations() -> Vec<&'static dyn crate::schema_tests::Checked> {
    [access::operations(), belonging::operations(), logins::operations(), operations::operations()]
        .concat()
}
