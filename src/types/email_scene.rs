//! What an e-mail with a code is for.

use super::wire_enum::wire_enum;

wire_enum! {
    /// What an e-mail with a code is for. A code is good for its scene alone.
    pub enum EmailScene {
        /// Setting a new password.
        ResetPassword = "RESET_PASSWORD",
        /// Binding an address, and verifying it.
        VerifyEmail = "VERIFY_EMAIL",
        /// Changing an address: the old one and the new one.
        ChangeEmail = "CHANGE_EMAIL",
        /// A second factor.
        MfaVerify = "MFA_VERIFY",
        /// Any use; newer Authing servers only.
        VerifyCode = "VERIFY_CODE",
    }
}
