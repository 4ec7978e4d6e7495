//! Arguments of the command that prints ready files for schedulers.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

use crate::schedule::Platform;

fn platforms() -> impl TypedValueParser<Value = Platform> {
    let words = PossibleValuesParser::new(Platform::ALL.map(Platform::word));
    words.try_map(|word| Platform::named(&word).ok_or("no such platform"))
}

/// `cutover schedule`
#[derive(Debug, Args)]
pub struct Schedule {
    /// What starts the runs
    #[arg(value_parser = platforms())]
    pub platform: Platform,
    /// The daily judgement, which sends a fired rollback trigger at once, instead of the weekly summary
    #[arg(long)]
    pub daily: bool,
    /// Time of day, in the display zone
    #[arg(long, default_value = "07:00", value_name = "HH:MM", value_parser = time_of_day)]
    pub at: jiff::civil::Time,
    /// Day of the weekly run
    #[arg(long, default_value = "Mon", ignore_case = true, conflicts_with = "daily")]
    pub weekday: Day,
    /// The program, as the platform finds it; by default /usr/local/bin/cutover
    #[arg(long, value_name = "PATH")]
    pub binary: Option<String>,
    /// The container image, for kubernetes
    #[arg(long, default_value = concat!("cutover:", env!("CARGO_PKG_VERSION")), value_name = "NAME")]
    pub image: String,
    /// Write the files into this folder instead of printing them
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Replace files that are there already
    #[arg(long, requires = "out")]
    pub force: bool,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Day {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

impl From<Day> for jiff::civil::Weekday {
    fn from(day: Day) -> Self {
        use jiff::civil::Weekday;
        match day {
            Day::Mon => Weekday::Monday,
            Day::Tue => Weekday::Tuesday,
            Day::Wed => Weekday::Wednesday,
            Day::Thu => Weekday::Thursday,
            Day::Fri => Weekday::Friday,
            Day::Sat => Weekday::Saturday,
            Day::Sun => Weekday::Sunday,
        }
    }
}

fn time_of_day(text: &str) -> Result<jiff::civil::Time, String> {
    let wrong = || "write it as HH:MM, for example 07:00".to_owned();
    let (hour, minute) = text.split_once(':').filter(|(h, m)| h.len() <= 2 && m.len() == 2).ok_or_else(wrong)?;
    let number = |digits: &str| digits.parse::<i8>().ok().filter(|_| digits.bytes().all(|b| b.is_ascii_digit()));
    match (number(hour), number(minute)) {
        (Some(hour), Some(minute)) => jiff::civil::Time::new(hour, minute, 0, 0).map_err(|_| wrong()),
        _ => Err(wrong()),
    }
}
