//! The members of a profile that registering, creating and updating a user have in common.

/// Setters of text members of an input that keeps them in an `Object` named `members`.
macro_rules! text_setters {
    ($( $(#[$doc:meta])* $setter:ident = $member:literal; )*) => {
        $(
            $(#[$doc])*
            pub fn $setter(mut self, value: impl Into<String>) -> Self {
                self.members.set($member, value.into());
                self
            }
        )*
    };
}

/// The setters of a profile, for an input that keeps them in an `Object` named `members`.
macro_rules! profile_setters {
    () => {
        $crate::profile::text_setters! {
            /// The nickname.
            nickname = "nickname";
            /// The URL of the picture.
            photo = "photo";
            /// The company.
            company = "company";
            /// The full name.
            name = "name";
            /// The given name.
            given_name = "givenName";
            /// The family name.
            family_name = "familyName";
            /// The middle name.
            middle_name = "middleName";
            /// The URL of the profile page.
            profile = "profile";
            /// The name that the user wants to be called by.
            preferred_username = "preferredUsername";
            /// The URL of the web site.
            website = "website";
            /// The gender: `M`, `F` or `U` (unknown).
            gender = "gender";
            /// The date of birth.
            birthdate = "birthdate";
            /// The time zone, such as `Asia/Shanghai`.
            zoneinfo = "zoneinfo";
            /// The language, such as `zh-CN`.
            locale = "locale";
            /// The address.
            address = "address";
            /// The whole address, for a label.
            formatted = "formatted";
            /// Street and number.
            street_address = "streetAddress";
            /// The town.
            locality = "locality";
            /// The region.
            region = "region";
            /// The postal code.
            postal_code = "postalCode";
            /// The country.
            country = "country";
            /// The browser.
            browser = "browser";
            /// The device.
            device = "device";
            /// What a social provider told, as JSON text.
            oauth = "oauth";
        }
    };
}

pub(crate) use {profile_setters, text_setters};
