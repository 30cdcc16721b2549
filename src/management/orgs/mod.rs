//! Organisations and the departments in them.

mod operations;

use serde_json::{Value, json};

#[cfg(test)]
pub(super) use self::operations::operations;
use self::operations::{
    ADD_MEMBER, ADD_NODE, CHILDREN_NODES, CREATE_ORG, DELETE_NODE, DELETE_ORG, IS_ROOT_NODE,
    MOVE_MEMBERS, MOVE_NODE, NODE_AUTHORIZED_RESOURCES, NODE_AUTHORIZED_RESOURCES_BY_CODE,
    NODE_BY_CODE, NODE_BY_ID, NODE_ROLES, NODE_USERS, ORG, ORGS, REMOVE_MEMBER, ROOT_NODE,
    SEARCH_NODES, SET_MAIN_DEPARTMENT, UPDATE_NODE,
};
use super::batch::in_batches;
use super::one_or_more::OneOrMore;
use super::roles::{ASSIGN_ROLE, REVOKE_ROLE};
use crate::client::Client;
use crate::error::Result;
use crate::graphql::{Operation, Variables};
use crate::json::Only;
use crate::object::Object;
use crate::paging::{List, Page};
use crate::profile::text_setters;
use crate::rest::RestRequest;
use crate::types::{AuthorizedResource, ListAuthorizedResources, Node, Org, Role, User};

/// The organisations of the pool: [`ManagementClient::orgs`](crate::ManagementClient::orgs).
///
/// A department is a node of an organisation's tree, and is named by the node's id.
///
/// ```no_run
/// # let admin = authing::ManagementClient::new(authing::Options::from_env()?)?;
/// use authing::{NewNode, NewOrg};
///
/// let orgs = admin.orgs();
/// let school = orgs.create(NewOrg::new("School").code("school"))?;
/// let lab = NewNode::below(&school.root_node.id, "Laboratory").code("lab");
/// let lab = orgs.add_node(&school.id, lab)?;
/// orgs.add_members(&lab.id, ["5f703fb5a8ea5c8b8a3e2a6b"])?;
/// for user in orgs.list_members_below(&school.root_node.id) {
///     println!("{}", user?.id);
/// }
/// # Ok::<(), authing::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Orgs {
    client: Client,
    namespace: Option<String>,
}

impl Orgs {
    pub(super) fn new(client: &Client) -> Self {
        Self { client: client.clone(), namespace: None }
    }

    /// Departments with the roles and resources of another namespace, by its code. Defaults to the
    /// user pool's own, `default`, for roles, and to all for resources.
    pub fn in_namespace(mut self, namespace: impl Into<String>) -> Self {
        self.namespace = Some(namespace.into());
        self
    }

    /// All organisations with all their nodes. Nothing is sent before the list is read. GraphQL
    /// `orgs`.
    pub fn list(&self) -> List<Org> {
        self.client.list(&ORGS, Variables::new())
    }

    /// Creates an organisation with its root. GraphQL `createOrg`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when the code is taken.
    #[doc(alias = "create_org")]
    pub fn create(&self, org: NewOrg) -> Result<Org> {
        self.client.graphql(&CREATE_ORG, Variables::from(org.members))
    }

    /// An organisation with all its nodes. GraphQL `org`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn find_by_id(&self, id: &str) -> Result<Org> {
        self.client.graphql(&ORG, Variables::new().with("id", id))
    }

    /// Deletes an organisation with all its nodes. GraphQL `deleteOrg`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    #[doc(alias = "delete")]
    pub fn delete_by_id(&self, id: &str) -> Result<()> {
        let id = self.client.named(id, DELETE_ORG.field)?;
        self.client.command(&DELETE_ORG, Variables::new().with("id", id))
    }

    /// Adds a department. GraphQL `addNodeV2`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown organisation or parent.
    #[doc(alias = "create_node")]
    pub fn add_node(&self, org_id: &str, node: NewNode) -> Result<Node> {
        self.client.graphql(&ADD_NODE, Variables::from(node.members).with("orgId", org_id))
    }

    /// A department, or none. GraphQL `nodeById`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked. A department that does not exist is no error.
    pub fn node_by_id(&self, node_id: &str) -> Result<Option<Node>> {
        let id = self.client.named(node_id, NODE_BY_ID.field)?;
        self.client.graphql(&NODE_BY_ID, Variables::new().with("id", id))
    }

    /// A department by its code, or none. GraphQL `nodeByCode`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked. A department that does not exist is no error.
    pub fn node_by_code(&self, org_id: &str, code: &str) -> Result<Option<Node>> {
        let variables = Variables::new().with("orgId", org_id).with("code", code);
        self.client.graphql(&NODE_BY_CODE, variables)
    }

    /// Changes a department and returns it as it is then. GraphQL `updateNode`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn update_node(&self, node_id: &str, update: NodeUpdate) -> Result<Node> {
        self.client.graphql(&UPDATE_NODE, Variables::from(update.members).with("id", node_id))
    }

    /// Deletes a department. GraphQL `deleteNode`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api): it does not exist, is the root, or has
    /// departments below it.
    pub fn delete_node(&self, org_id: &str, node_id: &str) -> Result<()> {
        let variables = Variables::new().with("orgId", org_id).with("nodeId", node_id);
        self.client.command(&DELETE_NODE, variables)
    }

    /// Moves a department, with all below it, below another one, and returns the organisation as it
    /// is then. GraphQL `moveNode`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api): one of them does not exist, or the target lies
    /// below what is moved.
    pub fn move_node(&self, org_id: &str, node_id: &str, target_parent_id: &str) -> Result<Org> {
        let variables = Variables::new()
            .with("orgId", org_id)
            .with("nodeId", node_id)
            .with("targetParentId", target_parent_id);
        self.client.graphql(&MOVE_NODE, variables)
    }

    /// Whether a department is the root of an organisation. GraphQL `isRootNode`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn is_root_node(&self, org_id: &str, node_id: &str) -> Result<bool> {
        let variables = Variables::new().with("orgId", org_id).with("nodeId", node_id);
        Ok(self.client.graphql(&IS_ROOT_NODE, variables)?.unwrap_or_default())
    }

    /// The root of an organisation. GraphQL `rootNode`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn root_node(&self, org_id: &str) -> Result<Node> {
        self.client.graphql(&ROOT_NODE, Variables::new().with("orgId", org_id))
    }

    /// The departments directly below one. GraphQL `childrenNodes`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn list_children(&self, node_id: &str) -> Result<Vec<Node>> {
        self.client.graphql(&CHILDREN_NODES, Variables::new().with("nodeId", node_id))
    }

    /// The departments whose name has a text in it, in all organisations. GraphQL `searchNodes`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn search_nodes(&self, keyword: &str) -> Result<Vec<Node>> {
        self.client.graphql(&SEARCH_NODES, Variables::new().with("keyword", keyword))
    }

    /// The members of a department. Nothing is sent before the list is read. GraphQL `nodeById`.
    pub fn list_members(&self, node_id: &str) -> List<User> {
        let variables = Variables::new().with("id", node_id);
        self.client.list_within(&NODE_USERS, variables, "department")
    }

    /// The members of a department and of all below it, each once. Nothing is sent before the list
    /// is read. GraphQL `nodeById`.
    pub fn list_members_below(&self, node_id: &str) -> List<User> {
        let variables = Variables::new().with("id", node_id).with("includeChildrenNodes", true);
        self.client.list_within(&NODE_USERS, variables, "department")
    }

    /// Makes users members of a department. GraphQL `addMember`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found) for an unknown department or user; what
    /// was done is in [`BatchFailure`](crate::BatchFailure).
    pub fn add_members(&self, node_id: &str, user_ids: impl Into<OneOrMore>) -> Result<()> {
        self.members(&ADD_MEMBER, node_id, &user_ids.into(), None)
    }

    /// Makes users members of a department, and leaders of it. GraphQL `addMember`.
    ///
    /// # Errors
    ///
    /// As [`add_members`](Self::add_members).
    pub fn add_leaders(&self, node_id: &str, user_ids: impl Into<OneOrMore>) -> Result<()> {
        self.members(&ADD_MEMBER, node_id, &user_ids.into(), Some(true))
    }

    /// Makes users members of a department no more. GraphQL `removeMember`.
    ///
    /// # Errors
    ///
    /// As [`add_members`](Self::add_members).
    #[doc(alias = "delete_members")]
    pub fn remove_members(&self, node_id: &str, user_ids: impl Into<OneOrMore>) -> Result<()> {
        self.members(&REMOVE_MEMBER, node_id, &user_ids.into(), None)
    }

    /// Moves users from one department to another; newer Authing servers only. GraphQL
    /// `moveMembers`.
    ///
    /// # Errors
    ///
    /// As [`add_members`](Self::add_members), or [`ErrorKind::Usage`](crate::ErrorKind::Usage) in
    /// Approw mode.
    pub fn move_members(
        &self,
        user_ids: impl Into<OneOrMore>,
        source_node_id: &str,
        target_node_id: &str,
    ) -> Result<()> {
        in_batches(user_ids.into().as_slice(), String::as_str, |ids| {
            let variables = Variables::new()
                .with("userIds", ids)
                .with("sourceNodeId", source_node_id)
                .with("targetNodeId", target_node_id);
            self.client.command(&MOVE_MEMBERS, variables)
        })
    }

    /// Makes a department a user's main one. GraphQL `setMainDepartment`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when the user is no member of it.
    pub fn set_main_department(&self, user_id: &str, department_id: &str) -> Result<()> {
        let variables = Variables::new().with("userId", user_id);
        self.client.command(&SET_MAIN_DEPARTMENT, variables.with("departmentId", department_id))
    }

    /// The roles of a department; newer Authing servers only. The service answers all of them at
    /// once. GraphQL `nodeById`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found), or
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) in Approw mode.
    pub fn list_roles(&self, node_id: &str) -> Result<Page<Role>> {
        let variables = Variables::new().with("id", node_id);
        let variables = variables.with("namespace", self.namespace.as_deref());
        self.client.part(&NODE_ROLES, variables, "department")
    }

    /// Gives roles to a department, and so to its members. GraphQL `assignRole`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn add_roles(&self, node_id: &str, role_codes: impl Into<OneOrMore>) -> Result<()> {
        self.client.command(&ASSIGN_ROLE, self.node_roles(node_id, &role_codes.into()))
    }

    /// Takes roles from a department. GraphQL `revokeRole`.
    ///
    /// # Errors
    ///
    /// As [`add_roles`](Self::add_roles).
    pub fn remove_roles(&self, node_id: &str, role_codes: impl Into<OneOrMore>) -> Result<()> {
        self.client.command(&REVOKE_ROLE, self.node_roles(node_id, &role_codes.into()))
    }

    /// What a department gives access to. The service answers all of it at once. GraphQL
    /// `nodeById`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn list_authorized_resources(
        &self,
        node_id: &str,
        resources: ListAuthorizedResources,
    ) -> Result<Page<AuthorizedResource>> {
        let variables = self.resources(resources).with("id", node_id);
        self.client.part(&NODE_AUTHORIZED_RESOURCES, variables, "department")
    }

    /// What a department gives access to, by its code. GraphQL `nodeByCode`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn list_authorized_resources_by_code(
        &self,
        org_id: &str,
        code: &str,
        resources: ListAuthorizedResources,
    ) -> Result<Page<AuthorizedResource>> {
        let variables = self.resources(resources).with("orgId", org_id).with("code", code);
        self.client.part(&NODE_AUTHORIZED_RESOURCES_BY_CODE, variables, "department")
    }

    /// Imports an organisation from JSON: a tree of objects with `name`, `code` and `children`. The
    /// vendors document no more of it, nor what comes back. `POST /api/v2/orgs/import`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api) when the service will not have it.
    pub fn import_by_json(&self, tree: impl Into<Value>) -> Result<Value> {
        let body = json!({ "filetype": "json", "file": tree.into() });
        self.client.rest(&RestRequest::post("/api/v2/orgs/import").json(body))
    }

    /// Exports all organisations as JSON, whose form the vendors do not document.
    /// `GET /api/v2/orgs/export`.
    ///
    /// # Errors
    ///
    /// When the server could not be asked.
    pub fn export_all(&self) -> Result<Value> {
        self.client.rest(&RestRequest::get("/api/v2/orgs/export"))
    }

    /// Exports one organisation as JSON, whose form the vendors do not document.
    /// `GET /api/v2/orgs/export`.
    ///
    /// # Errors
    ///
    /// [`Error::is_not_found`](crate::Error::is_not_found).
    pub fn export_by_org_id(&self, org_id: &str) -> Result<Value> {
        // Without an id, it would be about all organisations.
        let org_id = self.client.named(org_id, "GET /api/v2/orgs/export")?;
        self.client.rest(&RestRequest::get("/api/v2/orgs/export").query("org_id", org_id))
    }

    /// Has the service fetch organisations from where they are kept.
    /// `POST /connections/enterprise/{provider}/start-sync`, `POST /api/v2/ad/sync`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Api`](crate::ErrorKind::Api), for example when nothing is set up.
    pub fn start_sync(&self, source: SyncSource) -> Result<()> {
        let enterprise = |provider| {
            let request = RestRequest::post("/connections/enterprise").segment(provider);
            request.segment("start-sync").json(json!({}))
        };
        self.client.rest_command(&match source {
            SyncSource::WechatWork => enterprise("wechatwork"),
            SyncSource::DingTalk => enterprise("dingtalk"),
            SyncSource::ActiveDirectory { connector_id } => {
                RestRequest::post("/api/v2/ad/sync").json(json!({ "connectionId": connector_id }))
            }
        })
    }

    fn members(
        &self,
        operation: &Operation<Only<String>>,
        node_id: &str,
        user_ids: &OneOrMore,
        is_leader: Option<bool>,
    ) -> Result<()> {
        let node_id = self.client.named(node_id, operation.field)?;
        in_batches(user_ids.as_slice(), String::as_str, |ids| {
            let variables = Variables::new().with("nodeId", node_id).with("userIds", ids);
            self.client.graphql(operation, variables.with("isLeader", is_leader)).map(drop)
        })
    }

    /// The service names departments by their ids here too, although it calls them codes.
    fn node_roles(&self, node_id: &str, role_codes: &OneOrMore) -> Variables {
        Variables::new()
            .with("namespace", self.namespace.as_deref())
            .with("roleCodes", role_codes.as_slice())
            .with("nodeCodes", vec![node_id])
    }

    fn resources(&self, resources: ListAuthorizedResources) -> Variables {
        let variables = Variables::from(resources.members);
        match &self.namespace {
            Some(namespace) => variables.with("namespace", namespace.as_str()),
            None => variables,
        }
    }
}

/// Where organisations are kept: see [`Orgs::start_sync`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SyncSource {
    /// WeChat Work.
    WechatWork,
    /// DingTalk.
    DingTalk,
    /// An Active Directory.
    ActiveDirectory {
        /// The id of the connector.
        connector_id: String,
    },
}

impl SyncSource {
    /// An Active Directory, by the id of its connector.
    pub fn active_directory(connector_id: impl Into<String>) -> Self {
        Self::ActiveDirectory { connector_id: connector_id.into() }
    }
}

/// An organisation to create: see [`Orgs::create`].
#[derive(Clone, Debug)]
pub struct NewOrg {
    members: Object,
}

impl NewOrg {
    /// An organisation by its name for people, which its root has too.
    pub fn new(name: impl Into<String>) -> Self {
        Self { members: Object::new().with("name", name.into()) }
    }

    text_setters! {
        /// The code of the root. Defaults to none.
        code = "code";
        /// A description for people. Defaults to none.
        description = "description";
    }
}

/// A department to add: see [`Orgs::add_node`].
#[derive(Clone, Debug)]
pub struct NewNode {
    members: Object,
}

impl NewNode {
    /// A department below another one, by its name for people.
    pub fn below(parent_node_id: impl Into<String>, name: impl Into<String>) -> Self {
        let members = Object::new().with("parentNodeId", parent_node_id.into());
        Self { members: members.with("name", name.into()) }
    }

    text_setters! {
        /// The code, unique in the organisation. Defaults to none.
        code = "code";
        /// A description for people. Defaults to none.
        description = "description";
        /// Names in other languages, as the JSON text of an object. Defaults to none.
        name_i18n = "nameI18n";
        /// Descriptions in other languages, as the JSON text of an object. Defaults to none.
        description_i18n = "descriptionI18n";
    }

    /// Its place among its siblings. Defaults to the service's choice.
    pub fn order(mut self, order: i32) -> Self {
        self.members.set("order", order);
        self
    }
}

/// What to change about a department; what is not set stays as it is. See [`Orgs::update_node`].
///
/// The service takes neither the order nor names in other languages here.
#[derive(Clone, Debug, Default)]
pub struct NodeUpdate {
    members: Object,
}

impl NodeUpdate {
    /// An update that changes nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    text_setters! {
        /// The name for people.
        name = "name";
        /// The code.
        code = "code";
        /// A description for people.
        description = "description";
    }
}
