//! Section 2: the incident as a picture, then its rows, how each time is known, and where the minutes went.

use super::pictures;
use super::sheet::{Sheet, clock, heading, note, stacked};
use crate::render::figures;
use crate::render::view::block::Block;
use crate::render::view::counted;
use crate::render::view::first_page::sentence;
use crate::render::view::grid::Grid;
use crate::render::view::span::{Kind, Line, Span, bold, code, cut, grey, lead, plain, prose};
use crate::report::incident::{Kind as Of, Moment, Times, When};

/// Curated rows that the section shows.
const SHOWN: usize = 60;

/// The section's blocks.
pub(super) fn blocks(sheet: &Sheet<'_>) -> Vec<Block> {
    let incident = sheet.incident;
    let mut blocks = Vec::new();
    match pictures::alt_of_swimlane(incident) {
        Some(alt) => blocks.push(Block::Chart { file: "charts/timeline.svg".to_owned(), alt }),
        None => blocks.push(note("There is no picture: no time of the incident is known.")),
    }
    let curated: Vec<&Moment> = incident.timeline.iter().filter(|moment| moment.curated).collect();
    blocks.push(Block::Grid { grid: moments(sheet, &curated, SHOWN) });
    if !incident.timeline.is_empty() {
        blocks.push(note(&counts(curated.len(), incident.timeline.len())));
    }
    blocks.push(heading("The times, and how each is known"));
    blocks.push(Block::Grid { grid: times(sheet) });
    blocks.extend(onset(sheet));
    if let Some(alt) = pictures::alt_of_phases(incident) {
        let all: i64 = incident.phases.iter().map(|p| (p.to.as_second() - p.from.as_second()).max(0)).sum();
        blocks.push(heading(&format!("Where the {} went", figures::duration(all as f64))));
        blocks.push(Block::Chart { file: "charts/phases.svg".to_owned(), alt });
    }
    blocks
}

fn counts(curated: usize, all: usize) -> String {
    let rest = all.saturating_sub(curated);
    let shown = counted(curated, "curated row", "curated rows");
    match rest {
        0 => format!("{shown}, and no further event: Appendix B has the same list."),
        1 => format!("{shown}. 1 further event is in Appendix B."),
        n => format!("{shown}. {} further events are in Appendix B.", figures::count(n as u64)),
    }
}

/// Rows of the timeline, with the local time where there is one.
pub(super) fn moments(sheet: &Sheet<'_>, rows: &[&Moment], most: usize) -> Grid {
    let zone = format!(">{}", sheet.zone_name());
    let local = sheet.local_is_shown();
    let mut columns = vec![(">UTC", 0)];
    if local {
        columns.push((zone.as_str(), 0));
    }
    columns.extend([(">Onset", 0), ("Kind", 0), ("What happened", 9), ("Source, evidence", 7), ("Clock", 0)]);
    let mut grid = Grid::new(&columns, "Nothing is known to have happened.");
    for moment in rows.iter().take(most) {
        let weight = if turning(&sheet.incident.times, moment) { Kind::Bold } else { Kind::Text };
        let time = |text: String| vec![Span::words(weight, &text)];
        let end = |text: String| vec![Span::words(Kind::Text, &format!("– {text}"))];
        let mut cells =
            vec![stacked(std::iter::once(time(sheet.utc(moment.at))).chain(moment.to.map(|to| end(sheet.utc(to)))))];
        if local {
            cells.push(time(sheet.local(moment.at)));
        }
        let offset = sheet.offset(moment.at);
        cells.push(if weight == Kind::Bold { bold(&offset) } else { grey(&offset) });
        cells.push(kind(moment.kind));
        cells.push(what(moment));
        cells.push(source(sheet, moment));
        cells.push(grey(&clock(moment.clock)));
        grid.rows.push(cells);
    }
    if rows.len() > most {
        let more = format!("{} more: ", figures::count((rows.len() - most) as u64));
        grid.more = vec![Span::words(Kind::Grey, &more)];
        grid.more.extend(code("incident.json"));
    }
    grid
}

/// Whether a moment is one of the times that everything is counted by.
fn turning(times: &Times, moment: &Moment) -> bool {
    let all = [&times.first_bad, &times.first_report, &times.detected, &times.rolled_back, &times.recovered];
    !moment.lead.is_empty() && all.iter().any(|when| when.at == Some(moment.at))
}

fn kind(kind: Of) -> Line {
    vec![Span::keyed(Kind::Mark, &kind.word().to_lowercase(), kind.word())]
}

fn what(moment: &Moment) -> Line {
    let mut line = if moment.lead.is_empty() { Line::new() } else { lead(&cut(&moment.lead, 160)) };
    let text = prose(&cut(&moment.text, 400));
    if !line.is_empty() && !text.is_empty() {
        line.push(Span::words(Kind::Text, " "));
    }
    line.extend(text);
    let quote = cut(&moment.quote, 300);
    if !quote.is_empty() {
        line.push(Span::words(Kind::Text, if line.is_empty() { "“" } else { " “" }));
        line.push(Span::new(Kind::Text, &quote));
        line.push(Span::words(Kind::Text, "”"));
    }
    line
}

fn source(sheet: &Sheet<'_>, moment: &Moment) -> Line {
    stacked([plain(&cut(&moment.source, 80)), sheet.proven(Line::new(), &moment.evidence)])
}

/// Every time of the incident with its reason; an unknown one says why it is unknown.
fn times(sheet: &Sheet<'_>) -> Grid {
    let local = format!(">{}", sheet.zone_name());
    let mut columns = vec![("Time", 0), (">UTC", 0)];
    if sheet.local_is_shown() {
        columns.push((local.as_str(), 0));
    }
    columns.extend([(">Onset", 0), ("How it is known, or why not", 1)]);
    let mut grid = Grid::new(&columns, "");
    for (name, when) in named(&sheet.incident.times) {
        let mut cells = vec![bold(name)];
        match when.at {
            Some(at) => {
                cells.push(plain(&sheet.utc(at)));
                if sheet.local_is_shown() {
                    cells.push(plain(&sheet.local(at)));
                }
                cells.push(grey(&sheet.offset(at)));
            }
            None => {
                cells.push(vec![Span::keyed(Kind::Mark, "no-data", "UNKNOWN")]);
                if sheet.local_is_shown() {
                    cells.push(grey("–"));
                }
                cells.push(grey("–"));
            }
        }
        let how = cut(&when.how, 300);
        let how = if how.is_empty() { grey("No reason is given.") } else { prose(&sentence(&how)) };
        cells.push(sheet.proven(how, &when.evidence));
        grid.rows.push(cells);
    }
    for (name, seconds) in durations(&sheet.incident.times) {
        let value = seconds.map_or_else(
            || vec![Span::keyed(Kind::Mark, "no-data", "UNKNOWN")],
            |s| plain(&figures::duration(s as f64)),
        );
        let mut cells = vec![grey(name), value];
        cells.extend(vec![grey("–"); if sheet.local_is_shown() { 2 } else { 1 }]);
        cells.push(grey(if seconds.is_some() { "" } else { "One of its two ends is unknown." }));
        grid.rows.push(cells);
    }
    grid
}

/// The times in the order in which they should come.
fn named(times: &Times) -> [(&'static str, &When); 8] {
    [
        ("First bad minute", &times.started),
        ("First bad event", &times.first_bad),
        ("First report", &times.first_report),
        ("Detected", &times.detected),
        ("Last bad event", &times.last_bad),
        ("Rolled back", &times.rolled_back),
        ("Recovered", &times.recovered),
        ("Resolved", &times.resolved),
    ]
}

fn durations(times: &Times) -> [(&'static str, Option<i64>); 5] {
    [
        ("Impact, first to last bad event", times.impact_s),
        ("Time to detect", times.to_detect_s),
        ("Time to mitigate, from detection", times.to_mitigate_s),
        ("Time to recover, from the first", times.to_recover_s),
        ("Response, from detection to its last step", times.response_s),
    ]
}

/// Where the change lies, and by which method.
fn onset(sheet: &Sheet<'_>) -> Vec<Block> {
    let Some(onset) = &sheet.incident.times.onset else {
        return vec![note(
            "No change point was sought or found: the first bad event is the only sign of when it began.",
        )];
    };
    let said = format!(
        "The change lies at {}, with 95 % confidence between {} and {}: before it {} of {} were bad, from then on {} of {}. {}",
        sheet.both(onset.at),
        sheet.utc(onset.window.from),
        sheet.utc(onset.window.to),
        figures::count(onset.before.0),
        figures::count(onset.before.1),
        figures::count(onset.after.0),
        figures::count(onset.after.1),
        sentence(&cut(&onset.method, 300)),
    );
    vec![Block::Note { line: vec![Span::new(Kind::Text, &said)] }]
}
