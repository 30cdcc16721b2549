//! A user's lessons.

use serde::Deserialize;

use super::lenient::{integer, number, text};
use super::profile::Named;
use crate::json::null_as_default;

/// A lesson: a course as it is held for one group of students (`v1/me/lessons`).
///
/// ```
/// use authing::jaccount::Lesson;
///
/// let lesson: Lesson = serde_json::from_str(
///     r#"{"name": "MA001-1", "course": {"name": "Calculus"}, "credits": 2.5, "classes": null}"#,
/// )?;
/// assert_eq!(lesson.credits, Some(2.5));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default)]
#[non_exhaustive]
pub struct Lesson {
    /// What it is called.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// What it is in the terms of the API.
    #[serde(deserialize_with = "text")]
    pub kind: Option<String>,
    /// Its id.
    #[serde(deserialize_with = "text")]
    pub bsid: Option<String>,
    /// Its number.
    #[serde(deserialize_with = "text")]
    pub code: Option<String>,
    /// The course that is held.
    pub course: Option<Course>,
    /// Who holds it.
    #[serde(deserialize_with = "null_as_default")]
    pub teachers: Vec<Teacher>,
    /// The organisation that offers it.
    pub organize: Option<Named>,
    /// How many hours it has.
    #[serde(deserialize_with = "number")]
    pub hours: Option<f64>,
    /// How many credits it gives.
    #[serde(deserialize_with = "number")]
    pub credits: Option<f64>,
    /// When and where it is held.
    #[serde(deserialize_with = "null_as_default")]
    pub classes: Vec<Class>,
}

/// A course.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
#[non_exhaustive]
pub struct Course {
    /// Its number.
    #[serde(deserialize_with = "text")]
    pub code: Option<String>,
    /// What it is called.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// What it is in the terms of the API.
    #[serde(deserialize_with = "text")]
    pub kind: Option<String>,
}

/// Who holds a lesson.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
#[non_exhaustive]
pub struct Teacher {
    /// The real name.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// What it is in the terms of the API.
    #[serde(deserialize_with = "text")]
    pub kind: Option<String>,
}

/// One class of a lesson.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
#[non_exhaustive]
pub struct Class {
    /// When it is.
    pub schedule: Option<Schedule>,
    /// Where it is.
    pub classroom: Option<Classroom>,
}

/// When a class is, in the numbers of the API, which does not say from where it counts.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
#[non_exhaustive]
pub struct Schedule {
    /// What it is in the terms of the API.
    #[serde(deserialize_with = "text")]
    pub kind: Option<String>,
    /// The week of the term.
    #[serde(deserialize_with = "integer")]
    pub week: Option<i64>,
    /// The day of the week.
    #[serde(deserialize_with = "integer")]
    pub day: Option<i64>,
    /// The period of the day.
    #[serde(deserialize_with = "integer")]
    pub period: Option<i64>,
    /// The beginning, as the API writes it.
    #[serde(deserialize_with = "text")]
    pub start: Option<String>,
    /// The end, as the API writes it.
    #[serde(deserialize_with = "text")]
    pub finish: Option<String>,
}

/// Where a class is.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
#[non_exhaustive]
pub struct Classroom {
    /// What it is called.
    #[serde(deserialize_with = "text")]
    pub name: Option<String>,
    /// What it is in the terms of the API.
    #[serde(deserialize_with = "text")]
    pub kind: Option<String>,
}
