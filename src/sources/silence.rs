//! Records of a log store in, the silence before its first line out: a store that keeps less than it is asked for says
//! nothing of it.

use jiff::Timestamp;

use crate::config::{Source, Window};
use crate::evidence::FileRecord;

/// The silence before the first line, where it is odd: longer than every silence after it. Records are in the order of
/// time. A window that is not there or not
/// complete is told elsewhere, so it counts as heard.
pub(super) fn at_the_beginning(records: &[FileRecord], source: &Source) -> Option<Window> {
    let begin = records.first()?.window?.window.from;
    let (mut first, mut longest, mut heard, mut last_end) = (None, 0, begin, begin);
    for record in records {
        let pulled = record.window?;
        let window = pulled.window;
        if window.from != last_end {
            // Between the baseline and the beta nothing was asked.
            heard = window.from;
        }
        last_end = window.to;
        let times = match (record.ledger.first_ts, record.ledger.last_ts) {
            (Some(from), Some(to)) => Window::from_millis(from, to),
            _ if !pulled.complete => Some(window),
            _ => None,
        };
        let Some(times) = times else { continue };
        match first {
            None => first = Some(times.from),
            Some(_) => longest = longest.max(times.from.as_millisecond() - heard.as_millisecond()),
        }
        heard = heard.max(times.to);
    }
    let first = first?;
    let least = longest.max(source.heartbeat_s * 1000).max(length(records));
    let silence = first.as_millisecond() - begin.as_millisecond();
    (silence > least).then_some(Window { from: begin, to: first })
}

/// The longest window, in milliseconds: silences inside of one are not known.
fn length(records: &[FileRecord]) -> i64 {
    records.iter().filter_map(|r| r.window).map(|w| w.window.to_ms() - w.window.from_ms()).max().unwrap_or(0)
}

/// The end of what a store no longer gave when it was asked, where it gives only `lookback_ms` and the evidence shows
/// nothing older.
pub(super) fn out_of_reach(records: &[FileRecord], lookback_ms: i64) -> Option<Window> {
    let mut lost: Option<Window> = None;
    for record in records {
        let Some(pulled) = record.window else { continue };
        let reach = pulled.asked_ms - lookback_ms;
        let known = record.ledger.first_ts.is_some_and(|ts| ts < reach);
        if known || pulled.window.from_ms() >= reach {
            continue;
        }
        let to = Timestamp::from_millisecond(reach).ok()?.min(pulled.window.to);
        lost = Some(Window { from: lost.map_or(pulled.window.from, |w| w.from), to });
    }
    lost
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::config::SourceKind;
    use crate::coverage::Ledger;
    use crate::evidence::{PulledWindow, Stamp};
    use crate::tables::schema::TableName;

    const HOUR: i64 = 3_600_000;

    fn source() -> Source {
        Source {
            name: "logs".to_owned(),
            table: TableName::Logs,
            word: "loki".to_owned(),
            kind: SourceKind::Files { paths: Vec::new() },
            service: None,
            format: None,
            heartbeat_s: 900,
            zone: None,
            fields: BTreeMap::new(),
            patterns: Vec::new(),
        }
    }

    /// An hour from the epoch on with its first and last line, in minutes, asked for after ten days.
    fn hour(n: i64, lines: Option<(i64, i64)>) -> FileRecord {
        let at = |minute: i64| n * HOUR + minute * 60_000;
        let ledger = Ledger { first_ts: lines.map(|l| at(l.0)), last_ts: lines.map(|l| at(l.1)), ..Ledger::default() };
        let window = Window::from_millis(n * HOUR, (n + 1) * HOUR).expect("a window");
        FileRecord {
            source: "logs".to_owned(),
            table: TableName::Logs,
            file: n.to_string(),
            stamp: Stamp { bytes: 0, modified_ns: 0, tag: 0 },
            settings: String::new(),
            sha256: String::new(),
            part: None,
            rows: 0,
            ledger,
            redactions: BTreeMap::new(),
            vanished: false,
            window: Some(PulledWindow { window, asked_ms: 240 * HOUR, complete: true }),
        }
    }

    #[test]
    fn a_silence_longer_than_all_later_ones_is_odd() {
        let all = Some((0, 59));
        let quiet_nights: Vec<FileRecord> = (0..48).map(|n| hour(n, if n % 24 < 8 { None } else { all })).collect();
        assert_eq!(at_the_beginning(&quiet_nights, &source()), None, "the second night is as quiet as the first");
        let clipped: Vec<FileRecord> = (0..48).map(|n| hour(n, if n < 9 { None } else { all })).collect();
        assert_eq!(at_the_beginning(&clipped, &source()), Window::from_millis(0, 9 * HOUR));
        let never: Vec<FileRecord> = (0..3).map(|n| hour(n, None)).collect();
        assert_eq!(at_the_beginning(&never, &source()), None, "told elsewhere");
        assert_eq!(at_the_beginning(&[], &source()), None);
    }

    #[test]
    fn what_is_older_than_the_reach_is_lost_unless_lines_show_otherwise() {
        let records: Vec<FileRecord> = (0..48).map(|n| hour(n, None)).collect();
        let lost = out_of_reach(&records, 239 * HOUR + HOUR / 2).expect("half an hour");
        assert_eq!((lost.from_ms(), lost.to_ms()), (0, HOUR / 2));
        assert_eq!(out_of_reach(&records, 240 * HOUR), None);
        let there: Vec<FileRecord> = (0..2).map(|n| hour(n, Some((0, 59)))).collect();
        assert_eq!(out_of_reach(&there, HOUR), None);
    }
}
