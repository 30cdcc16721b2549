//! Who a user is.

use serde::Deserialize;

use super::claims::UserType;
use super::lenient::{flag, integer, number, text};
use crate::json::null_as_default;

/// Who a user is (`v1/me/profile`). The scopes of the access token decide what there is of it.
///
/// ```
/// use authing::jaccount::{Birthday, Profile};
///
/// let profile: Profile = serde_json::from_str(
///     r#"{"account": "ann", "birthday": {"birthYear": "2000", "birthMonth": 2, "birthDay": 29}}"#,
/// )?;
/// let birthday = Birthday::Date { year: Some(2000), month: Some(2), day: Some(29) };
/// assert_eq!(profile.birthday, Some(birthday));
/// assert_eq!(profile.mobile, None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Profile {
    /// The person, also with several accounts; accounts of groups have none.
    #[serde(deserialize_with = "text")]
    pub id: Option<String>,
    /// The name of the account, the same as `sub` in the ID token.
    #[serde(deserialize_with = "text")]
    pub account: Option<String>,
    /// The real name.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// What it is in the terms of the API: `canvas.profile`.
    #[serde(deserialize_with = "text")]
    pub kind: Option<String>,
    /// The number of the student or member of staff.
    #[serde(deserialize_with = "text")]
    pub code: Option<String>,
    /// What the user is to the university.
    pub user_type: Option<UserType>,
    /// The organisation the user belongs to.
    pub organize: Option<Named>,
    /// The school or department that organisation belongs to.
    pub top_organize: Option<Named>,
    /// The number of the class, for students.
    #[serde(deserialize_with = "text")]
    pub class_no: Option<String>,
    /// Pictures of the user.
    pub avatars: Option<Avatars>,
    /// When the user was born.
    pub birthday: Option<Birthday>,
    /// `male` or `female`.
    #[serde(deserialize_with = "text")]
    pub gender: Option<String>,
    /// The e-mail address.
    #[serde(deserialize_with = "text")]
    pub email: Option<String>,
    /// The time zone, as the API counts them.
    #[serde(deserialize_with = "number")]
    pub time_zone: Option<f64>,
    /// The number of the mobile phone.
    #[serde(deserialize_with = "text")]
    pub mobile: Option<String>,
    /// All that the user is to the university.
    #[serde(deserialize_with = "null_as_default")]
    pub identities: Vec<Identity>,
    /// The number of the identity document.
    #[serde(deserialize_with = "text")]
    pub card_no: Option<String>,
    /// The kind of identity document, as a code.
    #[serde(deserialize_with = "text")]
    pub card_type: Option<String>,
    /// An id of the user.
    #[serde(deserialize_with = "text")]
    pub union_id: Option<String>,
    /// The photograph of the account.
    #[serde(deserialize_with = "text")]
    pub account_photo_url: Option<String>,
}

/// Something that a user is to the university; one can be several things.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Identity {
    /// What it is in the terms of the API.
    #[serde(deserialize_with = "text")]
    pub kind: Option<String>,
    /// Whether it is the one that the profile speaks of.
    #[serde(deserialize_with = "flag")]
    pub is_default: Option<bool>,
    /// The number of the student or member of staff.
    #[serde(deserialize_with = "text")]
    pub code: Option<String>,
    /// What the user is in it.
    pub user_type: Option<UserType>,
    /// The same in Chinese.
    #[serde(deserialize_with = "text")]
    pub user_type_name: Option<String>,
    /// The organisation.
    pub organize: Option<Named>,
    /// The school or department that the organisation belongs to.
    pub top_organize: Option<Named>,
    /// The organisation that administers the user.
    pub mgt_organize: Option<Named>,
    /// The school or department that one belongs to.
    pub top_mgt_organize: Option<Named>,
    /// Whether it is in force, in the words of the API.
    #[serde(deserialize_with = "text")]
    pub status: Option<String>,
    /// Its end, as the API writes it.
    #[serde(deserialize_with = "text")]
    pub expire_date: Option<String>,
    /// When it was made, as the number that the API has for it.
    #[serde(deserialize_with = "integer")]
    pub create_date: Option<i64>,
    /// When it was changed, as the number that the API has for it.
    #[serde(deserialize_with = "integer")]
    pub update_date: Option<i64>,
    /// The number of the class, for students.
    #[serde(deserialize_with = "text")]
    pub class_no: Option<String>,
    /// The nationality, as a code.
    #[serde(deserialize_with = "text")]
    pub gjm: Option<String>,
    /// The subject, for students.
    pub major: Option<Named>,
    /// When the studies began, as the API writes it.
    #[serde(deserialize_with = "text")]
    pub admission_date: Option<String>,
    /// When the studies end, as the API writes it.
    #[serde(deserialize_with = "text")]
    pub graduate_date: Option<String>,
    /// The degree that is aimed at, as the API writes it.
    #[serde(deserialize_with = "text")]
    pub train_level: Option<String>,
    /// A finer kind of what the user is (`type`).
    #[serde(rename = "type")]
    pub identity_type: Option<Named>,
    /// A photograph.
    #[serde(deserialize_with = "text")]
    pub photo_url: Option<String>,
}

/// Something with an id and a name: an organisation, a subject.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
#[non_exhaustive]
pub struct Named {
    /// Its id.
    #[serde(deserialize_with = "text")]
    pub id: Option<String>,
    /// What it is called.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
}

/// Pictures of a user.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default, rename_all = "camelCase")]
#[non_exhaustive]
pub struct Avatars {
    /// A small one.
    #[serde(deserialize_with = "text")]
    pub uri_tiny: Option<String>,
    /// One of usual size.
    #[serde(deserialize_with = "text")]
    pub uri_normal: Option<String>,
    /// A large one.
    #[serde(deserialize_with = "text")]
    pub uri_large: Option<String>,
}

/// When a user was born: the API has it in two forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "WireBirthday")]
#[non_exhaustive]
pub enum Birthday {
    /// A date, of which parts may be missing.
    Date {
        /// The year.
        year: Option<i64>,
        /// The month, from 1.
        month: Option<i64>,
        /// The day of the month, from 1.
        day: Option<i64>,
    },
    /// A number, whose unit is not documented.
    Number(i64),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum WireBirthday {
    Number(i64),
    #[serde(rename_all = "camelCase")]
    Date {
        #[serde(default, deserialize_with = "integer")]
        birth_year: Option<i64>,
        #[serde(default, deserialize_with = "integer")]
        birth_month: Option<i64>,
        #[serde(default, deserialize_with = "integer")]
        birth_day: Option<i64>,
    },
}

impl From<WireBirthday> for Birthday {
    fn from(birthday: WireBirthday) -> Self {
        match birthday {
            WireBirthday::Number(number) => Self::Number(number),
            WireBirthday::Date { birth_year: year, birth_month: month, birth_day: day } => {
                Self::Date { year, month, day }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn birthdays_are_read_in_both_forms() {
        let read = |json| serde_json::from_str::<Profile>(json).map(|profile| profile.birthday);
        assert_eq!(
            read(r#"{"birthday": 951782400000}"#).unwrap(),
            Some(Birthday::Number(951_782_400_000))
        );
        let date = Birthday::Date { year: Some(2000), month: None, day: None };
        assert_eq!(
            read(r#"{"birthday": {"birthYear": 2000, "birthDay": ""}}"#).unwrap(),
            Some(date)
        );
        assert_eq!(read(r#"{"birthday": null}"#).unwrap(), None);
        assert!(read(r#"{"birthday": [2000]}"#).is_err());
    }

    #[test]
    fn what_is_not_documented_may_be_text_or_number_and_null_is_missing() {
        let identity: Identity = serde_json::from_str(
            r#"{"isDefault": "true", "code": 5190, "userType": "postphd", "createDate": "12",
                "expireDate": "", "gjm": null, "type": {"id": "010", "name": null}}"#,
        )
        .unwrap();
        assert_eq!(identity.is_default, Some(true));
        assert_eq!(identity.code.as_deref(), Some("5190"));
        assert_eq!(identity.user_type, Some(UserType::Unknown("postphd".to_owned())));
        assert_eq!((identity.create_date, identity.expire_date), (Some(12), None));
        let kind = Named { id: Some("010".to_owned()), name: None };
        assert_eq!(identity.identity_type, Some(kind));
        for json in [r#"{"code": {}}"#, r#"{"isDefault": "maybe"}"#, r#"{"createDate": "x"}"#] {
            assert!(serde_json::from_str::<Identity>(json).is_err(), "{json}");
        }
    }
}
