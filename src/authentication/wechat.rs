//! Logging in by the codes of WeChat.

use super::AuthenticationClient;
use super::login::signed_in;
use super::session::Session;
use crate::error::Result;
use crate::object::Object;
use crate::rest::RestRequest;
use crate::secret::Secret;
use crate::types::User;

const MINI_PROGRAM: &str = "/connections/social/wechat-miniprogram/auth";
const MINI_PROGRAM_BY_PHONE: &str = "/connections/social/wechat-miniprogram/auth-by-phone";

/// A code of WeChat and what goes with it: see [`AuthenticationClient::wechat_login_with`].
///
/// ```
/// use authing::WechatLogin;
///
/// let login = WechatLogin::mobile("CODE").lang("zh_CN");
/// let login = WechatLogin::mini_program("CODE").user_info("IV", "ENCRYPTED", "RAW");
/// ```
#[derive(Clone, Debug)]
pub struct WechatLogin {
    from: From,
    code: Secret,
    members: Object,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    Mobile,
    MiniProgram,
    MiniProgramPhone,
}

impl WechatLogin {
    /// The code that WeChat gave to a mobile app.
    /// `GET /connection/social/wechat:mobile/{user_pool_id}/callback`.
    pub fn mobile(code: impl Into<Secret>) -> Self {
        Self { from: From::Mobile, code: code.into(), members: Object::new() }
    }

    /// The code of `wx.login` in a mini-program.
    /// `POST /connections/social/wechat-miniprogram/auth`, as the vendor's mini-program SDK has it.
    pub fn mini_program(code: impl Into<Secret>) -> Self {
        Self { from: From::MiniProgram, code: code.into(), members: Object::new() }
    }

    /// The code of `wx.login` in a mini-program, with the encrypted phone number that its button
    /// gave. `POST /connections/social/wechat-miniprogram/auth-by-phone`, as the vendor's
    /// mini-program SDK has it.
    pub fn mini_program_phone(
        code: impl Into<Secret>,
        iv: impl Into<String>,
        encrypted_data: impl Into<String>,
    ) -> Self {
        let members =
            Object::new().with("iv", iv.into()).with("encryptedData", encrypted_data.into());
        Self { from: From::MiniProgramPhone, code: code.into(), members }
    }

    /// The user's profile as `wx.getUserInfo` gave it, for [`mini_program`](Self::mini_program)
    /// alone. Defaults to none.
    pub fn user_info(
        mut self,
        iv: impl Into<String>,
        encrypted_data: impl Into<String>,
        raw_data: impl Into<String>,
    ) -> Self {
        self.members.set("iv", iv.into());
        self.members.set("encryptedData", encrypted_data.into());
        self.members.set("rawData", raw_data.into());
        self
    }

    /// The country that WeChat told, for [`mobile`](Self::mobile) alone. Defaults to none.
    pub fn country(mut self, country: impl Into<String>) -> Self {
        self.members.set("country", country.into());
        self
    }

    /// The language that WeChat told, for [`mobile`](Self::mobile) alone. Defaults to none.
    pub fn lang(mut self, lang: impl Into<String>) -> Self {
        self.members.set("lang", lang.into());
        self
    }

    /// The state that WeChat gave back, for [`mobile`](Self::mobile) alone. Defaults to none.
    pub fn state(mut self, state: impl Into<String>) -> Self {
        self.members.set("state", state.into());
        self
    }

    fn taken(&self) -> (&'static [&'static str], &'static str) {
        match self.from {
            From::Mobile => (&["country", "lang", "state"], "logging in by WeChat mobile"),
            From::MiniProgram => {
                (&["iv", "encryptedData", "rawData"], "logging in by mini-program")
            }
            From::MiniProgramPhone => {
                (&["iv", "encryptedData"], "logging in by a mini-program's phone number")
            }
        }
    }
}

impl AuthenticationClient {
    /// Logs a user in by the code that WeChat gave to a mobile app: the short form of
    /// [`wechat_login_with`](Self::wechat_login_with).
    ///
    /// # Errors
    ///
    /// As there.
    pub fn wechat_login(&self, code: impl Into<Secret>) -> Result<Session> {
        self.wechat_login_with(WechatLogin::mobile(code))
    }

    /// Logs a user in by a code of WeChat. A code is good once, and so the request is never
    /// repeated by itself.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) for a mobile app's code without
    /// [`user_pool_id`](crate::Options::user_pool_id);
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for an option that does not go with the
    /// way of logging in; otherwise as [`login`](Self::login).
    pub fn wechat_login_with(&self, login: WechatLogin) -> Result<Session> {
        let (taken, way) = login.taken();
        super::way::check_options(&self.client, &login.members, taken, way)?;
        let WechatLogin { from, code, members } = login;
        let request = match from {
            From::Mobile => self.wechat_mobile(&code, &members)?,
            From::MiniProgram => {
                RestRequest::post(MINI_PROGRAM).json(members.with("code", code.expose()))
            }
            From::MiniProgramPhone => {
                RestRequest::post(MINI_PROGRAM_BY_PHONE).json(members.with("code", code.expose()))
            }
        };
        let request = request.hiding(&code);
        let user: User = self.client.rest(&request)?;
        signed_in(&self.client, user, &request.operation())
    }

    fn wechat_mobile(&self, code: &Secret, members: &Object) -> Result<RestRequest> {
        let mut request = RestRequest::get("/connection/social/wechat:mobile")
            .segment(self.client.user_pool_id()?)
            .segment("callback")
            .query("code", code.expose())
            .once();
        for (name, value) in members.texts() {
            request = request.query(name, value);
        }
        Ok(match self.client.known_app_id() {
            Some(app_id) => request.query("app_id", app_id),
            None => request,
        })
    }
}
