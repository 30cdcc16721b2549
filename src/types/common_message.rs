//! The answer of operations that have nothing to tell.

use serde::Deserialize;

use crate::error::Result;
use crate::json;
use crate::secret::Secret;

/// `CommonMessage`: code and message, either of which may be null.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct CommonMessage {
    code: Option<i64>,
    message: Option<String>,
}

impl CommonMessage {
    /// Success unless a code says otherwise.
    pub(crate) fn into_result(self, secrets: &[Secret]) -> Result<()> {
        match self.code {
            None | Some(200) => Ok(()),
            code => Err(json::api_error(code, self.message, None, secrets)),
        }
    }
}
