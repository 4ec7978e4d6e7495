//! The words, letters and numbers that logs use for how bad something is, to six levels.

use crate::ingest::json_line::level_word;

/// The level that a word or a letter of a log stands for.
#[must_use]
pub fn of_word(word: &str) -> Option<&'static str> {
    if let Some(level) = level_word(word) {
        return Some(level);
    }
    if word.len() == 1 {
        return of_letter(word.as_bytes()[0]);
    }
    Some(match word.to_ascii_lowercase().as_str() {
        "finer" | "finest" | "trce" | "verb" => "trace",
        "fine" | "config" | "dbug" | "dbg" | "debug1" | "debug2" | "debug3" | "debug4" | "debug5" | "http" => "debug",
        "informational" | "inf" | "default" | "note" | "success" | "system" | "statement" => "info",
        "wrn" => "warn",
        "severe" | "failure" | "eror" => "error",
        "fault" | "emergency" | "ftl" | "dpanic" | "crit_alert" | "assert" => "fatal",
        _ => return None,
    })
}

/// The level of a single upper-case letter (logcat, glog, many short layouts).
#[must_use]
pub fn of_letter(letter: u8) -> Option<&'static str> {
    Some(match letter {
        b'V' | b'T' => "trace",
        b'D' => "debug",
        b'I' | b'N' => "info",
        b'W' => "warn",
        b'E' => "error",
        b'F' | b'C' | b'A' => "fatal",
        _ => return None,
    })
}

/// The level of a syslog severity, 0 to 7 (RFC 5424, table 2).
#[must_use]
pub fn of_severity(severity: i64) -> Option<&'static str> {
    Some(match severity {
        0..=2 => "fatal",
        3 => "error",
        4 => "warn",
        5 | 6 => "info",
        7 => "debug",
        _ => return None,
    })
}

/// The level of an OpenTelemetry severity number, 1 to 24.
#[must_use]
pub fn of_severity_number(number: i64) -> Option<&'static str> {
    const NAMES: [&str; 6] = ["trace", "debug", "info", "warn", "error", "fatal"];
    let at = usize::try_from(number.checked_sub(1)? / 4).ok()?;
    NAMES.get(at).copied().filter(|_| number >= 1)
}

/// The level of a number under a key `level`: pino and bunyan count in tens, syslog and GELF from 0 to 7.
#[must_use]
pub fn of_number(number: i64) -> Option<&'static str> {
    Some(match number {
        0..=7 => return of_severity(number),
        10..20 => "trace",
        20..30 => "debug",
        30..40 => "info",
        40..50 => "warn",
        50..60 => "error",
        60..100 => "fatal",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_of_many_systems_are_six() {
        for (word, level) in [
            ("NOTICE", "info"),
            ("CRITICAL", "fatal"),
            ("SEVERE", "error"),
            ("Warning", "warn"),
            ("V", "trace"),
            ("Fault", "fatal"),
            ("FINE", "debug"),
        ] {
            assert_eq!(of_word(word), Some(level), "{word}");
        }
        assert_eq!(of_word("hello"), None);
        assert_eq!((of_number(30), of_number(3), of_number(1000)), (Some("info"), Some("error"), None));
        assert_eq!(
            (of_severity_number(9), of_severity_number(24), of_severity_number(25)),
            (Some("info"), Some("fatal"), None)
        );
        assert_eq!((of_severity_number(0), of_severity_number(i64::MIN)), (None, None));
    }
}
