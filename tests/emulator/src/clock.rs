//! The emulator's clock: the system's, moved forward by tests.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Reads the system clock and adds what tests have advanced it by.
#[derive(Debug, Default)]
pub(crate) struct Clock {
    ahead: Duration,
}

impl Clock {
    pub(crate) fn advance(&mut self, by: Duration) {
        self.ahead = self.ahead.saturating_add(by);
    }

    /// Seconds since the epoch, the unit of `exp` and `iat`.
    pub(crate) fn seconds(&self) -> u64 {
        self.since_epoch().as_secs()
    }

    /// The present moment as the wire writes it, such as `2026-01-31T23:59:59.123Z`.
    pub(crate) fn iso(&self) -> String {
        iso8601(self.since_epoch())
    }

    fn since_epoch(&self) -> Duration {
        // A system clock before 1970 reads as 1970: nothing here depends on dates that old.
        let system = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        system.saturating_add(self.ahead)
    }
}

/// Writes a moment since the epoch in ISO 8601 with milliseconds, in UTC.
pub(crate) fn iso8601(since_epoch: Duration) -> String {
    let seconds = since_epoch.as_secs();
    let (year, month, day) = civil_from_days(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let milliseconds = since_epoch.subsec_millis();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milliseconds:03}Z")
}

/// The Gregorian date of a day count since 1970-01-01 (Howard Hinnant's algorithm).
fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_iso_8601() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_709_251_199, "2024-02-29T23:59:59.000Z"),
            (4_102_444_800, "2100-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(iso8601(Duration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn the_clock_moves_by_what_it_is_advanced() {
        let mut clock = Clock::default();
        let before = clock.seconds();
        clock.advance(Duration::from_secs(3600));
        let moved = clock.seconds() - before;
        assert!((3600..3605).contains(&moved), "moved by {moved} s");
    }
}
