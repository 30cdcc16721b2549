//! Phone numbers.

/// A phone number, with its country code where the server needs one.
///
/// Text is a phone number without a country code, so that most calls need no `Phone`.
///
/// ```
/// use authing::{Login, Phone};
///
/// let login = Login::phone_code("13800000000", "123456");
/// let login = Login::phone_code(Phone::new("5550100").country_code("+1"), "123456");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Phone {
    pub(super) number: String,
    pub(super) country_code: Option<String>,
}

impl Phone {
    /// A number as the user pool has it.
    pub fn new(number: impl Into<String>) -> Self {
        Self { number: number.into(), country_code: None }
    }

    /// The country code, such as `+86`; newer Authing servers only. Defaults to the one that the
    /// server has for the pool.
    pub fn country_code(mut self, country_code: impl Into<String>) -> Self {
        self.country_code = Some(country_code.into());
        self
    }
}

impl From<&str> for Phone {
    fn from(number: &str) -> Self {
        Self::new(number)
    }
}

impl From<String> for Phone {
    fn from(number: String) -> Self {
        Self::new(number)
    }
}

impl From<&Phone> for Phone {
    fn from(phone: &Phone) -> Self {
        phone.clone()
    }
}
