//! What every part of the view is made from: the incident, its clock and its register; times in words.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::render::figures::{self, Zone};
use crate::render::view::Register;
use crate::render::view::block::Block;
use crate::render::view::span::{Kind, Line, Span, cut};
use crate::report::incident::{Clock, Incident};

/// Evidence ids beside one sentence.
const EVIDENCE: usize = 6;

/// What every part of the view is made from.
pub(in crate::render) struct Sheet<'i> {
    pub(super) incident: &'i Incident,
    pub(super) register: Register<'i>,
    zone: Zone,
}

impl<'i> Sheet<'i> {
    pub(in crate::render) fn of(incident: &'i Incident) -> Self {
        let zone = Zone::named(&incident.meta.display_zone);
        Sheet { incident, register: Register::of(&incident.evidence), zone }
    }

    /// The incident's id, which stands in headers and names.
    pub(in crate::render) fn id(&self) -> String {
        let id = cut(&self.incident.meta.id, 40);
        if id.is_empty() { "without an id".to_owned() } else { id }
    }

    /// The moment that offsets are counted from.
    pub(super) fn zero(&self) -> Option<Timestamp> {
        self.incident.times.first_bad.at.or(self.incident.times.started.at)
    }

    /// Whether there is a zone beside UTC.
    pub(super) fn local_is_shown(&self) -> bool {
        *self.zone.zone() != TimeZone::UTC
    }

    /// The zone's name over a column.
    pub(super) fn zone_name(&self) -> String {
        let name = cut(&self.incident.meta.zone_short, 12);
        if name.is_empty() { "Local".to_owned() } else { name }
    }

    /// `Evidence as of 2026-08-26 13:20 UTC (14:20 BST)`.
    pub(super) fn as_of(&self) -> String {
        format!("Evidence as of {}", self.zone.moment(self.incident.meta.as_of))
    }

    /// `09:14:40`, with its day where that is another one than the incident's; UTC.
    pub(in crate::render) fn utc(&self, at: Timestamp) -> String {
        let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
        let same = self.zero().is_some_and(|zero| day(zero) == day(at));
        figures::nbsp(&at.strftime(if same { "%H:%M:%S" } else { "%-d %b %H:%M:%S" }).to_string())
    }

    /// The same in the zone of the reader, beside UTC: its day only where that is another one.
    pub(super) fn local(&self, at: Timestamp) -> String {
        let local = at.to_zoned(self.zone.zone().clone());
        let same = local.date() == at.to_zoned(TimeZone::UTC).date();
        figures::nbsp(&local.strftime(if same { "%H:%M:%S" } else { "%-d %b %H:%M:%S" }).to_string())
    }

    /// `09:14:40 UTC (10:14:40 BST)`.
    pub(in crate::render) fn both(&self, at: Timestamp) -> String {
        let utc = self.utc(at);
        if !self.local_is_shown() {
            return figures::nbsp(&format!("{utc} UTC"));
        }
        let local = at.to_zoned(self.zone.zone().clone()).strftime("%H:%M:%S");
        figures::nbsp(&format!("{utc} UTC ({local} {})", self.zone_name()))
    }

    /// `+52:02` after the first bad event.
    pub(super) fn offset(&self, at: Timestamp) -> String {
        self.zero().map_or_else(String::new, |zero| offset(at.as_second() - zero.as_second()))
    }

    pub(super) fn proven(&self, sentence: Line, ids: &[String]) -> Line {
        // Of a place in a file its name is enough here; the data have its folder.
        let name = |id: &String| id.rsplit('/').next().unwrap_or_default().to_owned();
        let short: Vec<String> = ids.iter().take(EVIDENCE).map(|id| cut(&name(id), 80)).collect();
        self.register.proven(sentence, &short)
    }
}

/// `0:00`, `−3:42`, `+52:02`, `+4 h 02`, `−50 h`, `+12 d`.
pub(super) fn offset(seconds: i64) -> String {
    let sign = match seconds {
        0 => "",
        ..0 => "−",
        _ => "+",
    };
    let s = seconds.unsigned_abs();
    figures::nbsp(&match s {
        ..3600 => format!("{sign}{}:{:02}", s / 60, s % 60),
        3600..36_000 => format!("{sign}{} h {:02}", s / 3600, s % 3600 / 60),
        36_000..864_000 => format!("{sign}{} h", (s + 1800) / 3600),
        _ => format!("{sign}{} d", (s + 43_200) / 86_400),
    })
}

/// `exact`, `± 3 ms`, `minute`, `unchecked`.
pub(super) fn clock(clock: Clock) -> String {
    figures::nbsp(&match clock {
        Clock::Exact => "exact".to_owned(),
        Clock::Within { ms } if ms < 1000 => format!("± {ms} ms"),
        Clock::Within { ms } if ms < 60_000 => format!("± {} s", (ms + 500) / 1000),
        Clock::Within { ms } => format!("± {} min", (ms + 30_000) / 60_000),
        Clock::Minute => "minute".to_owned(),
        Clock::Unchecked => "unchecked".to_owned(),
    })
}

pub(super) fn note(text: &str) -> Block {
    Block::Note { line: vec![Span::words(Kind::Text, text)] }
}

pub(super) fn heading(text: &str) -> Block {
    Block::Heading { text: vec![Span::words(Kind::Text, text)] }
}

/// A cell whose value was not found; never empty, never a dash.
pub(super) fn missing() -> Line {
    vec![Span::keyed(Kind::Mark, "no-data", "MISSING")]
}

/// A value, or that it is missing.
pub(super) fn known(text: Option<&String>, most: usize) -> Line {
    match text.map(|text| cut(text, most)).filter(|text| !text.is_empty()) {
        Some(text) => vec![Span::words(Kind::Text, &text)],
        None => missing(),
    }
}

/// Lines below each other in one cell.
pub(super) fn stacked(lines: impl IntoIterator<Item = Line>) -> Line {
    let mut all = Line::new();
    for line in lines.into_iter().filter(|line| line.iter().any(|span| !span.text.is_empty())) {
        if !all.is_empty() {
            all.push(Span::words(Kind::Break, ""));
        }
        all.extend(line);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_have_the_unit_that_a_reader_thinks_in() {
        let said = [0, -222, 3122, 14_520, -180_000, 1_036_800].map(|s| offset(s).replace('\u{a0}', " "));
        assert_eq!(said, ["0:00", "−3:42", "+52:02", "+4 h 02", "−50 h", "+12 d"]);
    }

    #[test]
    fn clocks_say_how_sure_they_are() {
        let said = |c| clock(c).replace('\u{a0}', " ");
        assert_eq!(said(Clock::Within { ms: 3 }), "± 3 ms");
        assert_eq!(said(Clock::Within { ms: 1400 }), "± 1 s");
        assert_eq!(said(Clock::Minute), "minute");
    }
}
