//! Who may do what: grants of resources, policies, and their evaluation.

use serde_json::{Value, json};

use super::{Access, DEFAULT_NAMESPACE, is};

/// Somebody or something that has permissions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// `USER`, `ROLE`, `GROUP`, `ORG` or `AK_SK`.
    pub(crate) kind: String,
    /// An id, or the code of a role or group.
    pub(crate) id: String,
}

impl Target {
    pub(crate) fn new(kind: &str, id: &str) -> Self {
        Self { kind: kind.to_owned(), id: id.to_owned() }
    }

    pub(crate) fn user(id: &str) -> Self {
        Self::new("USER", id)
    }
}

/// A resource that a target may use.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(crate) target: Target,
    pub(crate) namespace: String,
    /// The members of `AuthorizedResource`.
    pub(crate) resource: Value,
}

/// A policy that a target has.
#[derive(Debug, Clone)]
pub(crate) struct Assignment {
    pub(crate) namespace: String,
    pub(crate) policy: String,
    pub(crate) target: Target,
    pub(crate) enabled: bool,
    /// Whether members of departments below have it too.
    pub(crate) inherited: bool,
}

/// What a policy says of a resource.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) namespace: String,
    pub(crate) resource: String,
    pub(crate) actions: Vec<String>,
    pub(crate) allows: bool,
}

/// A target of a user's, and whether it is so by a department below it alone.
struct Subject {
    target: Target,
    /// The namespace of a role.
    namespace: Option<String>,
    from_below: bool,
}

impl Access {
    /// Everything whose permissions are a user's too: the user, the groups and departments, the
    /// departments above those, and the roles of all of them.
    fn subjects(&self, user_id: &str) -> Vec<Subject> {
        let plain = |target, from_below| Subject { target, namespace: None, from_below };
        let mut subjects = vec![plain(Target::user(user_id), false)];
        for group in self.groups_of(user_id) {
            subjects.push(plain(Target::new("GROUP", group), false));
        }
        for own in self.nodes_of(user_id) {
            for node in self.ways_of(own) {
                subjects.push(plain(Target::new("ORG", node), node != own));
            }
        }
        let holders: Vec<Target> = subjects.iter().map(|one| one.target.clone()).collect();
        subjects.extend(self.role_codes(&holders).into_iter().map(|(namespace, code)| Subject {
            target: Target::new("ROLE", &code),
            namespace: Some(namespace),
            from_below: false,
        }));
        subjects
    }

    /// The targets of a grant's holder: the target alone, but for users.
    fn subjects_of(&self, target: &Target, namespace: Option<&str>) -> Vec<Subject> {
        match target.kind.as_str() {
            "USER" => self.subjects(&target.id),
            _ => {
                let namespace = (target.kind == "ROLE")
                    .then(|| namespace.unwrap_or(DEFAULT_NAMESPACE).to_owned());
                vec![Subject { target: target.clone(), namespace, from_below: false }]
            }
        }
    }

    /// What a target may use, with what a user has by group, department and role: every resource
    /// once, with all its actions.
    pub(crate) fn resources(
        &self,
        target: &Target,
        namespace: Option<&str>,
        resource_type: Option<&str>,
    ) -> Vec<Value> {
        let subjects = self.subjects_of(target, namespace);
        let mut found: Vec<(&str, Value)> = Vec::new();
        for grant in self.grants.iter().filter(|grant| {
            let held =
                subjects.iter().any(|subject| subject.holds(&grant.target, &grant.namespace));
            held && namespace.is_none_or(|namespace| grant.namespace == namespace)
                && resource_type.is_none_or(|kind| is(&grant.resource, "type", kind))
        }) {
            let same = found.iter_mut().find(|(namespace, known)| {
                *namespace == grant.namespace && known["code"] == grant.resource["code"]
            });
            let actions = grant.resource["actions"].as_array();
            match (same.and_then(|(_, known)| known["actions"].as_array_mut()), actions) {
                (Some(known), Some(more)) => {
                    let new: Vec<_> = more.iter().filter(|a| !known.contains(a)).cloned().collect();
                    known.extend(new);
                }
                _ => found.push((&grant.namespace, grant.resource.clone())),
            }
        }
        found.into_iter().map(|(_, resource)| resource).collect()
    }

    /// Whether something allows, and whether something forbids a user an action.
    pub(crate) fn verdict(
        &self,
        user_id: &str,
        namespace: &str,
        resource: &str,
        action: &str,
    ) -> (bool, bool) {
        let subjects = self.subjects(user_id);
        let about = |statement: &Statement| {
            statement.namespace == namespace
                && glob(&statement.resource, resource)
                && statement.actions.iter().any(|pattern| glob(pattern, action))
        };
        let holds = |target: &Target, inherited: bool| {
            subjects.iter().any(|subject| {
                subject.holds(target, namespace) && (inherited || !subject.from_below)
            })
        };
        let mut said: Vec<bool> = self
            .assignments
            .iter()
            .filter(|given| given.enabled && given.namespace == namespace)
            .filter(|given| holds(&given.target, given.inherited))
            .flat_map(|given| self.statements(namespace, &given.policy))
            .filter(about)
            .map(|statement| statement.allows)
            .collect();
        let allowed = self.allowed.iter().filter(|(target, _)| holds(target, true));
        said.extend(allowed.filter(|(_, one)| about(one)).map(|(_, one)| one.allows));
        let granted = self.resources(&Target::user(user_id), Some(namespace), None);
        said.extend(granted.iter().filter_map(|grant| {
            let mut actions = grant["actions"].as_array()?.iter().filter_map(Value::as_str);
            let is_it = is(grant, "code", resource) && actions.any(|own| glob(own, action));
            is_it.then_some(true)
        }));
        (said.contains(&true), said.contains(&false))
    }

    pub(crate) fn policy(&self, namespace: &str, code: &str) -> Option<&Value> {
        let mut known = self.policies.iter().filter(|policy| is(policy, "namespace", namespace));
        known.find(|policy| is(policy, "code", code))
    }

    fn statements(&self, namespace: &str, policy: &str) -> Vec<Statement> {
        let statements = self.policy(namespace, policy).and_then(|p| p["statements"].as_array());
        let read = |statement: &Value| Statement {
            namespace: namespace.to_owned(),
            resource: statement["resource"].as_str().unwrap_or_default().to_owned(),
            actions: statement["actions"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(|action| action.as_str().map(str::to_owned))
                .collect(),
            // A statement without effect allows.
            allows: statement["effect"] != "DENY",
        };
        statements.into_iter().flatten().map(read).collect()
    }

    /// Lets a target use a resource; a grant that it has is replaced.
    pub(crate) fn grant(&mut self, target: Target, namespace: &str, resource: Value) {
        self.revoke(&target, namespace, resource["code"].as_str().unwrap_or_default());
        self.grants.push(Grant { target, namespace: namespace.to_owned(), resource });
    }

    pub(crate) fn revoke(&mut self, target: &Target, namespace: &str, code: &str) {
        self.grants.retain(|grant| {
            grant.target != *target
                || grant.namespace != namespace
                || !is(&grant.resource, "code", code)
        });
    }

    pub(crate) fn resource(&self, namespace: &str, code: &str) -> Option<&Value> {
        let mut known = self.resources.iter().filter(|one| is(one, "namespace", namespace));
        known.find(|resource| is(resource, "code", code))
    }

    /// Takes everything from a target that is gone.
    pub(crate) fn forget_target(&mut self, target: &Target) {
        self.role_holders.retain(|(holder, _)| holder != target);
        self.grants.retain(|grant| grant.target != *target);
        self.assignments.retain(|given| given.target != *target);
        self.allowed.retain(|(holder, _)| holder != target);
    }

    /// Takes everything from a role that is gone.
    pub(crate) fn forget_role(&mut self, namespace: &str, code: &str) {
        let role = Target::new("ROLE", code);
        self.grants.retain(|one| one.target != role || one.namespace != namespace);
        self.assignments.retain(|one| one.target != role || one.namespace != namespace);
        self.allowed.retain(|(target, one)| *target != role || one.namespace != namespace);
    }

    /// Gives a target another code; a role only in its namespace.
    pub(crate) fn rename_target(&mut self, old: &Target, new: &str, namespace: Option<&str>) {
        let here = |other: &str| namespace.is_none_or(|namespace| namespace == other);
        let grants = self.grants.iter_mut().filter(|one| here(&one.namespace));
        let given = self.assignments.iter_mut().filter(|one| here(&one.namespace));
        let allowed = self.allowed.iter_mut().filter(|(_, one)| here(&one.namespace));
        let holders = self.role_holders.iter_mut().map(|(target, _)| target);
        let targets = grants
            .map(|one| &mut one.target)
            .chain(given.map(|one| &mut one.target))
            .chain(allowed.map(|(target, _)| target))
            .chain(holders);
        for target in targets.filter(|target| *target == old) {
            new.clone_into(&mut target.id);
        }
    }

    /// The record of an assignment, as `PolicyAssignment` has it.
    pub(crate) fn assignment_record(assignment: &Assignment) -> Value {
        json!({
            "code": assignment.policy,
            "targetType": assignment.target.kind,
            "targetIdentifier": assignment.target.id,
        })
    }
}

impl Subject {
    /// Whether it is a target. A role is one in its own namespace alone.
    fn holds(&self, target: &Target, namespace: &str) -> bool {
        self.target == *target && self.namespace.as_deref().is_none_or(|own| own == namespace)
    }
}

/// Whether a text is what a pattern says, in which `*` stands for any text.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return pattern == text };
    let Some(text) = text.strip_prefix(start) else { return false };
    text.char_indices().map(|(at, _)| at).chain([text.len()]).any(|at| glob(rest, &text[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (pattern, text, fits) in [
            ("books", "books", true),
            ("books", "book", false),
            ("*", "", true),
            ("books:*", "books:1", true),
            ("books:*", "book:1", false),
            ("*:read", "books:read", true),
            ("b*s:*d", "books:read", true),
            ("b*x", "books", false),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
        }
    }
}
