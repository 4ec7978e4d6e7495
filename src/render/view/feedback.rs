//! Feedback rows in, counts by triage and the testers' own words out.

use std::collections::BTreeMap;

use super::block::{Block, Quote};
use super::grid::{Grid, number};
use super::span::{Kind, Line, Span, bold, cut, short};
use super::{Sheet, counted};
use crate::render::figures;
use crate::report::FeedbackRow;

/// Quotes of the section.
const QUOTES: usize = 40;
/// Characters of a quote.
const LONGEST: usize = 500;

/// The section's blocks.
#[must_use]
pub fn blocks(sheet: &Sheet<'_>) -> Vec<Block> {
    let rows = &sheet.report.feedback;
    if rows.is_empty() {
        let none = "No feedback reached the form or the stores in the window.";
        return vec![Block::Note { line: vec![Span::words(Kind::Text, none)] }];
    }
    let undecided = rows.iter().filter(|row| row.triage.is_none()).count();
    let people = rows.iter().map(|row| row.tester.as_str()).collect::<std::collections::BTreeSet<_>>().len();
    let said = format!(
        "{} from {}; {}.",
        counted(rows.len(), "entry", "entries"),
        counted(people, "tester", "testers"),
        if undecided == 0 { "all are triaged".to_owned() } else { format!("{undecided} without a triage decision") }
    );
    let mut blocks =
        vec![Block::Prose { line: vec![Span::words(Kind::Text, &said)] }, Block::Grid { grid: triage(rows) }];
    blocks.push(Block::Heading { text: vec![Span::words(Kind::Text, "In their words")] });
    let mut ordered: Vec<&FeedbackRow> = rows.iter().collect();
    // What nobody has decided on is what the signer has to read.
    ordered.sort_by_key(|row| row.triage.is_some());
    blocks.extend(ordered.iter().take(QUOTES).map(|row| Block::Quote { quote: quote(row) }));
    if rows.len() > QUOTES {
        let mut line = vec![Span::words(Kind::Text, &format!("{} more: ", rows.len() - QUOTES))];
        line.push(Span::words(Kind::Code, "signoff.json"));
        blocks.push(Block::Note { line });
    }
    blocks
}

/// Triage decisions by severity.
fn triage(rows: &[FeedbackRow]) -> Grid {
    let severity =
        |row: &FeedbackRow| if row.severity.is_empty() { "no severity".to_owned() } else { cut(&row.severity, 16) };
    let mut heads: Vec<String> = Vec::new();
    for row in rows {
        if !heads.contains(&severity(row)) && heads.len() < 6 {
            heads.push(severity(row));
        }
    }
    let named: Vec<String> = heads.iter().map(|head| format!(">{head}")).collect();
    let mut columns = vec![("Triage", 1)];
    columns.extend(named.iter().map(|name| (name.as_str(), 0)));
    columns.push((">All", 0));
    let mut grid = Grid::new(&columns, "");
    let mut by_triage: BTreeMap<&str, Vec<&FeedbackRow>> = BTreeMap::new();
    for row in rows {
        by_triage.entry(row.triage.as_deref().unwrap_or("no decision yet")).or_default().push(row);
    }
    for (triage, of) in by_triage {
        let mut cells = vec![short(triage, 40)];
        cells.extend(heads.iter().map(|head| number(of.iter().filter(|row| severity(row) == *head).count() as u64)));
        cells.push(bold(&figures::count(of.len() as u64)));
        grid.rows.push(cells);
    }
    grid
}

fn quote(row: &FeedbackRow) -> Quote {
    let (lang, rtl) = script(&row.text);
    let text = cut(&row.text, LONGEST);
    Quote {
        text: if text.is_empty() { "(no text)".to_owned() } else { text },
        lang: lang.to_owned(),
        rtl,
        about: about(row),
    }
}

fn about(row: &FeedbackRow) -> Line {
    let mut line = bold(&cut(&row.tester, 12));
    let at = row.at.map(figures::minute).map_or_else(String::new, |at| format!("{at} UTC"));
    let parts = [&row.screen, &row.severity, &at, &row.channel].map(|part| cut(part, 30));
    let told: Vec<&str> = parts.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
    line.push(Span::words(Kind::Grey, &format!(" {}", told.join(" · "))));
    let triage = match (&row.triage, &row.issue) {
        (Some(triage), Some(issue)) => format!(" → {}, {}", cut(triage, 40), cut(issue, 20)),
        (Some(triage), None) => format!(" → {}", cut(triage, 40)),
        (None, _) => " → no decision yet".to_owned(),
    };
    line.push(Span::words(Kind::Grey, &triage));
    line
}

/// Language and direction of a quote by its first strong letter.
pub(in crate::render) fn script(text: &str) -> (&'static str, bool) {
    let first = text.chars().find(|c| c.is_alphabetic()).unwrap_or('a');
    match first {
        '\u{590}'..='\u{5ff}' | '\u{fb1d}'..='\u{fb4f}' => ("he", true),
        '\u{600}'..='\u{7bf}' | '\u{8a0}'..='\u{8ff}' | '\u{fb50}'..='\u{fdff}' | '\u{fe70}'..='\u{feff}' => {
            ("ar", true)
        }
        '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' => ("ja", false),
        '\u{400}'..='\u{52f}' => ("ru", false),
        _ => ("en", false),
    }
}
