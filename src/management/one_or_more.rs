//! A list that cannot be empty.

use crate::error::{Error, Result};

/// One or more ids, codes or other items, for calls that the service refuses without any.
///
/// A single one, or an array of them, converts by itself, so that `"ann"` and `["ann", "bob"]` are
/// written as they are; an array without members does not compile. A list whose length is only
/// known at run time goes through [`new`](Self::new).
///
/// ```
/// use authing::OneOrMore;
///
/// let ids = vec!["ann".to_owned(), "bob".to_owned()];
/// assert_eq!(OneOrMore::new(&ids)?.as_slice(), ids);
/// assert!(OneOrMore::new([""; 0]).is_err());
/// let one: OneOrMore = "ann".into();
/// assert_eq!(one.as_slice(), ["ann"]);
/// # Ok::<(), authing::Error>(())
/// ```
///
/// ```compile_fail
/// let nobody: authing::OneOrMore = [""; 0].into();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct OneOrMore<T = String>(Vec<T>);

impl OneOrMore {
    /// Ids or codes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a list without items.
    pub fn new<I>(items: I) -> Result<Self>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        Self::of(items.into_iter().map(Into::into))
    }
}

impl<T> OneOrMore<T> {
    /// Items of any type.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) for a list without items.
    pub fn of(items: impl IntoIterator<Item = T>) -> Result<Self> {
        let items: Vec<T> = items.into_iter().collect();
        match items.is_empty() {
            true => Err(Error::usage("the list is empty, and this needs at least one item")),
            false => Ok(Self(items)),
        }
    }

    /// The items.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }

    /// The items.
    pub fn into_vec(self) -> Vec<T> {
        self.0
    }
}

impl<T> From<T> for OneOrMore<T> {
    fn from(item: T) -> Self {
        Self(vec![item])
    }
}

impl<T, const N: usize> From<[T; N]> for OneOrMore<T> {
    fn from(items: [T; N]) -> Self {
        const { assert!(N > 0, "the list is empty") };
        Self(items.into())
    }
}

impl From<&str> for OneOrMore {
    fn from(item: &str) -> Self {
        Self(vec![item.to_owned()])
    }
}

impl From<&String> for OneOrMore {
    fn from(item: &String) -> Self {
        Self(vec![item.clone()])
    }
}

impl<const N: usize> From<[&str; N]> for OneOrMore {
    fn from(items: [&str; N]) -> Self {
        items.map(str::to_owned).into()
    }
}

impl<const N: usize> From<[&String; N]> for OneOrMore {
    fn from(items: [&String; N]) -> Self {
        items.map(String::clone).into()
    }
}
