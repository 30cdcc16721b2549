//! Verification codes that went out by text message or e-mail.

use rand::Rng as _;

use crate::error::{ApiError, codes};
use crate::record::{Channel, Message};

/// How long a code in a text message is good, in seconds: the figure of the vendors' documents.
const SMS_LIFETIME: u64 = 60;

/// How long a code in an e-mail is good, in seconds. The documents are silent.
const EMAIL_LIFETIME: u64 = 300;

/// The scene of text messages: `sms/send` has none, one code is good for every use.
pub(crate) const SMS_SCENE: &str = "VERIFY_CODE";

/// Every message that went out, and the codes of those that are still good.
#[derive(Debug, Default)]
pub(crate) struct Verification {
    messages: Vec<Message>,
    open: Vec<OpenCode>,
    /// Phones with the time of the message that they last got.
    last_sms: Vec<(String, u64)>,
}

#[derive(Debug)]
struct OpenCode {
    message: Message,
    expires_at: u64,
}

/// One text message per minute to a phone: the figure of the vendors' documents.
const SMS_PAUSE: u64 = 60;

impl Verification {
    pub(crate) fn messages(&self) -> &[Message] {
        &self.messages
    }

    /// Refuses a text message that follows another one to the same phone too closely.
    pub(crate) fn check_pause(&mut self, phone: &str, now: u64) -> Result<(), ApiError> {
        self.last_sms.retain(|(_, sent)| now < sent.saturating_add(SMS_PAUSE));
        if self.last_sms.iter().any(|(to, _)| to == phone) {
            let message = "a code was sent to this phone less than a minute ago";
            return Err(ApiError::new(codes::SYSTEM_BUSY, message));
        }
        self.last_sms.push((phone.to_owned(), now));
        Ok(())
    }

    /// Sends a new code, which replaces an earlier one for the same use.
    pub(crate) fn send(&mut self, channel: Channel, to: &str, scene: &str, now: u64) {
        let message = Message {
            channel,
            to: to.to_owned(),
            code: format!("{:06}", rand::rngs::OsRng.gen_range(0..1_000_000)),
            scene: scene.to_owned(),
        };
        let lifetime = match channel {
            Channel::Sms => SMS_LIFETIME,
            Channel::Email => EMAIL_LIFETIME,
        };
        self.open.retain(|open| !is_for(&open.message, channel, to, &[scene]));
        self.open
            .push(OpenCode { message: message.clone(), expires_at: now.saturating_add(lifetime) });
        self.messages.push(message);
    }

    /// Uses a code up, if it is right and was sent for one of the scenes.
    pub(crate) fn redeem(
        &mut self,
        channel: Channel,
        to: &str,
        scenes: &[&str],
        code: &str,
        now: u64,
    ) -> Result<(), ApiError> {
        let found = self.open.iter().position(|open| {
            is_for(&open.message, channel, to, scenes) && open.message.code == code
        });
        let Some(found) = found else {
            return Err(ApiError::new(codes::WRONG_CODE, "wrong verification code"));
        };
        if self.open.remove(found).expires_at <= now {
            return Err(ApiError::new(codes::CODE_EXPIRED, "the verification code is expired"));
        }
        Ok(())
    }
}

fn is_for(message: &Message, channel: Channel, to: &str, scenes: &[&str]) -> bool {
    message.channel == channel
        && message.to.eq_ignore_ascii_case(to)
        && scenes.contains(&message.scene.as_str())
}
