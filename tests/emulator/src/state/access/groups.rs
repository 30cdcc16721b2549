//! Groups and their members.

use serde_json::Value;

use super::{Access, Target, is};
use crate::error::{ApiError, codes};

impl Access {
    pub(crate) fn group(&self, code: &str) -> Option<&Value> {
        self.groups.iter().find(|group| is(group, "code", code))
    }

    pub(crate) fn known_group(&self, code: &str) -> Result<&Value, ApiError> {
        self.group(code).ok_or_else(|| ApiError::new(codes::NOT_FOUND, "the group does not exist"))
    }

    pub(crate) fn enter_group(&mut self, user_id: &str, code: &str) {
        let member = (user_id.to_owned(), code.to_owned());
        if !self.group_members.contains(&member) {
            self.group_members.push(member);
        }
    }

    pub(crate) fn leave_group(&mut self, user_id: &str, code: &str) {
        self.group_members.retain(|(user, group)| user != user_id || group != code);
    }

    pub(crate) fn group_members(&self, code: &str) -> Vec<&str> {
        let of_group = self.group_members.iter().filter(|(_, group)| group == code);
        of_group.map(|(user, _)| user.as_str()).collect()
    }

    /// The codes of a user's groups.
    pub(crate) fn groups_of<'a>(&'a self, user_id: &'a str) -> impl Iterator<Item = &'a str> {
        let of_user = self.group_members.iter().filter(move |(user, _)| user == user_id);
        of_user.map(|(_, group)| group.as_str())
    }

    /// Gives a group another code, everywhere.
    pub(crate) fn rename_group(&mut self, code: &str, new_code: &str) {
        for (_, group) in self.group_members.iter_mut().filter(|(_, group)| group == code) {
            new_code.clone_into(group);
        }
        self.rename_target(&Target::new("GROUP", code), new_code, None);
    }

    pub(crate) fn delete_group(&mut self, code: &str) -> Result<(), ApiError> {
        self.known_group(code)?;
        self.groups.retain(|group| !is(group, "code", code));
        self.group_members.retain(|(_, group)| group != code);
        self.forget_target(&Target::new("GROUP", code));
        Ok(())
    }
}
