//! Days, times of day and points in time as SQL sees them (spec/jdbc.md sections 3 and 4).
//!
//! Input → output: texts and milliseconds of the program or the database → a [`Moment`] in UTC →
//! the text that is stored, the text and the milliseconds that the program reads. Time zones other
//! than an offset are not understood: SQL texts do not name them.

use jiff::SignedDuration;
use jiff::civil::{Date, DateTime, Time};

use super::failure::Failure;

/// The SQL types with days or times.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MomentKind {
    Date,
    Time,
    Timestamp,
}

/// A value of one of these types, in UTC. A time of day lies on 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment {
    kind: MomentKind,
    at: DateTime,
}

const EPOCH: Date = Date::constant(1970, 1, 1);

impl Moment {
    /// The moment that lies `millis` after the epoch; `None` beyond the calendar.
    pub fn of_millis(kind: MomentKind, millis: i64) -> Option<Self> {
        let at = EPOCH
            .to_datetime(Time::midnight())
            .checked_add(SignedDuration::from_millis(millis))
            .ok()?;
        let at = match kind {
            MomentKind::Date => at.date().to_datetime(Time::midnight()),
            MomentKind::Time => EPOCH.to_datetime(at.time()),
            MomentKind::Timestamp => at,
        };
        Some(Self { kind, at })
    }

    /// Reads the text of a parameter.
    pub fn of_parameter(kind: MomentKind, text: &str) -> Result<Self, Failure> {
        let bad = |message: String| Failure::application(message);
        match kind {
            MomentKind::Date => {
                if text.len() < 10 {
                    return Err(bad(format!("invalid date string {text} to parse")));
                }
            }
            MomentKind::Time => {
                if text.len() < 8 {
                    return Err(bad(format!(
                        "time string of {text} can not be less than 8 characters"
                    )));
                }
            }
            MomentKind::Timestamp => {
                if text.len() < 19 {
                    return Err(bad(format!(
                        "datetime string of {text} can not be less than 19 characters"
                    )));
                }
            }
        }
        let word = match kind {
            MomentKind::Date => "date",
            MomentKind::Time => "time",
            MomentKind::Timestamp => "datetime",
        };
        Self::parse(kind, text)
            .ok_or_else(|| bad(format!("invalid {word} format {text} specified")))
    }

    /// Reads ISO text; a blank may stand for the `T`.
    pub fn parse(kind: MomentKind, text: &str) -> Option<Self> {
        let at = match kind {
            MomentKind::Date => {
                let date: Date = text.get(..10)?.parse().ok()?;
                let rest = text.get(10..)?;
                // A database may keep a time behind the day.
                if !rest.starts_with(['T', ' ']) {
                    offset_seconds(rest)?;
                }
                date.to_datetime(Time::midnight())
            }
            MomentKind::Time => {
                let time = if text.len() > 11 && text.is_char_boundary(11) && is_day(text) {
                    text.get(11..)?
                } else {
                    text
                };
                let at = clock(EPOCH, time)?;
                EPOCH.to_datetime(at.time())
            }
            MomentKind::Timestamp => {
                let date: Date = text.get(..10)?.parse().ok()?;
                match text.get(10..11) {
                    None => date.to_datetime(Time::midnight()),
                    Some("T" | " ") => clock(date, text.get(11..)?)?,
                    Some(_) => return None,
                }
            }
        };
        Some(Self { kind, at })
    }

    /// The text that a database column takes.
    pub fn to_sql(self) -> String {
        match self.kind {
            MomentKind::Date => self.at.date().to_string(),
            MomentKind::Time => clock_text(self.at.time()),
            MomentKind::Timestamp => {
                format!("{} {}", self.at.date(), clock_text(self.at.time()))
            }
        }
    }

    /// The text that a string field reads.
    pub fn to_text(self) -> String {
        match self.kind {
            MomentKind::Date => self.at.date().to_string(),
            MomentKind::Time => format!("{}Z", clock_text(self.at.time())),
            MomentKind::Timestamp => {
                format!("{}T{}Z", self.at.date(), clock_text(self.at.time()))
            }
        }
    }

    /// Milliseconds since the epoch.
    pub fn to_millis(self) -> i64 {
        let since = self.at.duration_since(EPOCH.to_datetime(Time::midnight()));
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    }
}

fn is_day(text: &str) -> bool {
    text.get(..10)
        .is_some_and(|day| day.parse::<Date>().is_ok())
}

/// `HH:mm[:ss[.fff]][zone]` on a day, moved to UTC.
fn clock(date: Date, text: &str) -> Option<DateTime> {
    let end = text
        .find(|c: char| !(c.is_ascii_digit() || c == ':' || c == '.'))
        .unwrap_or(text.len());
    let (time, zone) = text.split_at_checked(end)?;
    let time: Time = time.parse().ok()?;
    let offset = offset_seconds(zone)?;
    date.to_datetime(time)
        .checked_sub(SignedDuration::from_secs(offset))
        .ok()
}

/// Seconds east of Greenwich of ``, `Z`, `+05:30`, `+0530` or `+05`.
fn offset_seconds(zone: &str) -> Option<i64> {
    if zone.is_empty() || zone == "Z" || zone == "z" {
        return Some(0);
    }
    let (sign, digits) = match zone.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.len() {
        2 => (digits, "0"),
        4 => digits.split_at_checked(2)?,
        5 => digits.split_once(':')?,
        _ => return None,
    };
    let hours: i64 = hours
        .parse()
        .ok()
        .filter(|hours| (0..=18).contains(hours))?;
    let minutes: i64 = minutes.parse().ok().filter(|m| (0..60).contains(m))?;
    Some(sign * (hours * 3600 + minutes * 60))
}

fn clock_text(time: Time) -> String {
    format!(
        "{:02}:{:02}:{:02}.{:03}",
        time.hour(),
        time.minute(),
        time.second(),
        time.millisecond()
    )
}

#[cfg(test)]
mod tests {
    use super::{Moment, MomentKind};

    fn moment(kind: MomentKind, text: &str) -> Moment {
        Moment::of_parameter(kind, text).expect("a good text")
    }

    #[test]
    fn texts_are_moved_to_utc() {
        let at = moment(MomentKind::Timestamp, "2017-01-25T16:33:55.5+05:30");
        assert_eq!(at.to_text(), "2017-01-25T11:03:55.500Z");
        assert_eq!(at.to_sql(), "2017-01-25 11:03:55.500");
        let time = moment(MomentKind::Time, "01:00:00+02:00");
        assert_eq!(time.to_text(), "23:00:00.000Z");
        assert_eq!(
            moment(MomentKind::Date, "2017-05-23Z").to_sql(),
            "2017-05-23"
        );
    }

    #[test]
    fn stored_texts_and_numbers_are_read_back() {
        for kind in [MomentKind::Date, MomentKind::Time, MomentKind::Timestamp] {
            let at = Moment::of_millis(kind, 1_485_362_035_123).expect("a moment");
            assert_eq!(Moment::parse(kind, &at.to_sql()), Some(at));
            assert_eq!(Moment::of_millis(kind, at.to_millis()), Some(at));
        }
        let at = Moment::parse(MomentKind::Timestamp, "2020-02-03 04:05:06").expect("a moment");
        assert_eq!(at.to_text(), "2020-02-03T04:05:06.000Z");
    }

    #[test]
    fn bad_texts_have_the_words_of_their_kind() {
        let message = |kind, text| {
            Moment::of_parameter(kind, text)
                .expect_err("a bad text")
                .message()
                .to_owned()
        };
        assert_eq!(
            message(MomentKind::Date, "2017"),
            "invalid date string 2017 to parse"
        );
        assert_eq!(
            message(MomentKind::Date, "2017/05/23"),
            "invalid date format 2017/05/23 specified"
        );
        assert_eq!(
            message(MomentKind::Time, "12:00"),
            "time string of 12:00 can not be less than 8 characters"
        );
        assert_eq!(
            message(MomentKind::Timestamp, "2017-01-25x16:33:55"),
            "invalid datetime format 2017-01-25x16:33:55 specified"
        );
    }

    #[test]
    fn any_text_is_read_without_a_fault() {
        for text in [
            "é23456789é12",
            "0000000000000000000000",
            "2017-13-25",
            "😀😀😀😀😀",
        ] {
            for kind in [MomentKind::Date, MomentKind::Time, MomentKind::Timestamp] {
                assert!(Moment::parse(kind, text).is_none());
            }
        }
        assert!(Moment::of_millis(MomentKind::Timestamp, i64::MAX).is_none());
    }
}
