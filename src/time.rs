//! Dates, as far as the wire needs them: no time zones, no calendar but the Gregorian one.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A point in time with milliseconds, as user-defined fields of type DATETIME hold it.
///
/// It is read from ISO 8601 with a time zone, or from a count of milliseconds since 1970, and
/// written as ISO 8601 in UTC.
///
/// ```
/// use authing::DateTime;
///
/// let hired = DateTime::parse("2021-05-13T08:30:00+08:00").unwrap();
/// assert_eq!(hired.to_string(), "2021-05-13T00:30:00.000Z");
/// assert_eq!(hired, DateTime::from_unix_millis(1_620_865_800_000));
/// assert_eq!(DateTime::parse("yesterday"), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    unix_millis: i64,
}

impl DateTime {
    /// A point in time from milliseconds since 1970-01-01T00:00:00Z.
    pub fn from_unix_millis(unix_millis: i64) -> Self {
        Self { unix_millis }
    }

    /// Reads ISO 8601 (`2021-05-13T08:30:00.000Z`, `…+08:00`, or the date alone, at midnight UTC)
    /// or a count of milliseconds since 1970 in digits.
    pub fn parse(text: &str) -> Option<Self> {
        match text.parse() {
            Ok(unix_millis) => Some(Self { unix_millis }),
            Err(_) => parse_iso(text).map(Self::from_unix_millis),
        }
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub fn unix_millis(self) -> i64 {
        self.unix_millis
    }
}

impl From<SystemTime> for DateTime {
    fn from(time: SystemTime) -> Self {
        Self { unix_millis: unix_millis(time) }
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DAY: i64 = 86_400_000;
        let (year, month, day) = civil_from_days(self.unix_millis.div_euclid(DAY));
        let millis = self.unix_millis.rem_euclid(DAY);
        let (hour, minute) = (millis / 3_600_000, millis / 60_000 % 60);
        let (second, millis) = (millis / 1000 % 60, millis % 1000);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millis:03}Z")
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("expected an ISO 8601 date"))
    }
}

/// Milliseconds since 1970; a clock before it counts as 1970.
pub(crate) fn unix_millis(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// A date of HTTP, such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7; the obsolete forms
/// are not read), as milliseconds since 1970.
pub(crate) fn parse_http_date(text: &str) -> Option<i64> {
    const MONTHS: &str = "JanFebMarAprMayJunJulAugSepOctNovDec";
    let (_, date) = text.split_once(", ")?;
    let mut parts = date.strip_suffix(" GMT")?.split(' ');
    let day = digits(parts.next()?, 2)?;
    let name = parts.next().filter(|name| name.len() == 3)?;
    let month = MONTHS.find(name).filter(|at| at % 3 == 0)? / 3 + 1;
    let year = digits(parts.next()?, 4)?;
    let seconds = clock(parts.next()?)?;
    Some(days_from_civil(year, i64::try_from(month).ok()?, day)? * 86_400_000 + seconds * 1000)
}

fn parse_iso(text: &str) -> Option<i64> {
    let (date, time) = match text.split_once(['T', ' ']) {
        Some((date, time)) => (date, time),
        None => (text, "00:00:00Z"),
    };
    let mut parts = date.splitn(3, '-');
    let year = digits(parts.next()?, 4)?;
    let month = digits(parts.next()?, 2)?;
    let day = digits(parts.next()?, 2)?;

    let zone = time.find(['Z', 'z', '+', '-'])?;
    let (time, zone) = time.split_at(zone);
    let (time, fraction) = time.split_once(['.', ',']).unwrap_or((time, ""));
    let millis = days_from_civil(year, month, day)? * 86_400_000
        + clock(time)? * 1000
        + fraction_millis(fraction)?;
    Some(millis - offset_minutes(zone)? * 60_000)
}

/// `08:49:37` or `08:49` as seconds of the day; a leap second counts as the one before it.
fn clock(text: &str) -> Option<i64> {
    let mut parts = text.splitn(3, ':');
    let hour = digits(parts.next()?, 2).filter(|hour| *hour < 24)?;
    let minute = digits(parts.next()?, 2).filter(|minute| *minute < 60)?;
    let second = digits(parts.next().unwrap_or("00"), 2).filter(|second| *second <= 60)?;
    Some(hour * 3600 + minute * 60 + second.min(59))
}

fn fraction_millis(fraction: &str) -> Option<i64> {
    if fraction.is_empty() {
        return Some(0);
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{fraction:0<3}").get(..3)?.parse().ok()
}

fn offset_minutes(zone: &str) -> Option<i64> {
    if zone.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let (sign, zone) = match zone.strip_prefix('-') {
        Some(zone) => (-1, zone),
        None => (1, zone.strip_prefix('+')?),
    };
    let zone = zone.replace(':', "");
    let hours = digits(zone.get(..2)?, 2).filter(|hours| *hours < 24)?;
    let minutes = match zone.get(2..)? {
        "" => 0,
        minutes => digits(minutes, 2).filter(|minutes| *minutes < 60)?,
    };
    Some(sign * (hours * 60 + minutes))
}

fn digits(text: &str, count: usize) -> Option<i64> {
    let all = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    all.then(|| text.parse().ok()).flatten()
}

/// Days since 1970-01-01. Years start in March, so that the leap day is the last of its year.
fn days_from_civil(year: i64, month: i64, day: i64) -> Option<i64> {
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let year_from_march = year - i64::from(month <= 2);
    let era = year_from_march.div_euclid(400);
    let year_of_era = year_from_march.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    let days = era * 146_097 + day_of_era - 719_468;
    // The 31st of a month of 30 days comes back as another date.
    (civil_from_days(days) == (year, month, day)).then_some(days)
}

fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = (month_from_march + 2) % 12 + 1;
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_dates_are_read_with_every_kind_of_zone() {
        for (text, millis) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2021-05-13T08:30:00.123Z", 1_620_894_600_123),
            ("2021-05-13T08:30:00.1Z", 1_620_894_600_100),
            ("2021-05-13T08:30:00.123456789Z", 1_620_894_600_123),
            ("2021-05-13T16:30:00+08:00", 1_620_894_600_000),
            ("2021-05-13T16:30:00+0800", 1_620_894_600_000),
            ("2021-05-13 00:30:00-08", 1_620_894_600_000),
            ("2021-05-13", 1_620_864_000_000),
            ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("1969-12-31T23:59:59.999Z", -1),
            ("1620894600000", 1_620_894_600_000),
            ("-1", -1),
        ] {
            assert_eq!(DateTime::parse(text), Some(DateTime::from_unix_millis(millis)), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "T",
            "2021-",
            "2021-13-01",
            "2021-02-29",
            "2021-04-31",
            "2021-05-13T25:00:00Z",
            "2021-05-13T00:60:00Z",
            "2021-05-13T00:00:00",
            "2021-05-13T00:00:00.x1Z",
            "2021-05-13T00:00:00+99:00",
            "+021-05-13",
            "2021-5-13",
            "９999-01-01",
            "99999999999999999999",
        ] {
            assert_eq!(DateTime::parse(text), None, "{text}");
        }
    }

    #[test]
    fn display_and_parse_are_inverse_over_centuries() {
        for day in (-800_000..2_900_000).step_by(997) {
            let date = DateTime::from_unix_millis(day * 86_400_000 + 45_296_789);
            let text = date.to_string();
            if text.starts_with('-') || text.len() > 24 {
                continue;
            }
            assert_eq!(DateTime::parse(&text), Some(date), "{text}");
        }
    }

    #[test]
    fn http_dates_are_read() {
        assert_eq!(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777_000));
        for text in [
            "",
            "Sun, 06 Nov 1994",
            "Sun, 06 anF 1994 08:49:37 GMT",
            "Sun, 6 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(parse_http_date(text), None, "{text}");
        }
    }
}
