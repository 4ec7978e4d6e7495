//! Section 4: what the data show: signatures, single requests end to end, attributes, suspects; offered, not concluded.

use super::pictures;
use super::sheet::{Sheet, heading, note, stacked};
use crate::render::figures;
use crate::render::view::block::{Block, Fact};
use crate::render::view::first_page::sentence;
use crate::render::view::grid::{Grid, number};
use crate::render::view::named;
use crate::render::view::span::{Kind, Line, Span, bold, code, cut, grey, lead, plain, prose, short};
use crate::report::incident::{Answer, AttributeRow, Hop, Question, SignatureRow, Similar, Suspect, Way};

use super::first_page::id;

/// Rows of each table, and log lines of one request.
const SHOWN: usize = 20;
const LINES: usize = 40;

/// The section's blocks.
pub(super) fn blocks(sheet: &Sheet<'_>) -> Vec<Block> {
    let incident = sheet.incident;
    let mut blocks = vec![
        heading("4.1 Log signatures, during against before"),
        note(
            "A signature is a log line without what varies in it; its id is made of its words and is the same in every \
             report. The ratio compares rates, with a 95 % interval.",
        ),
        Block::Grid { grid: signatures(sheet) },
        heading("4.2 Single requests, end to end"),
    ];
    if incident.ways.is_empty() {
        blocks.push(note("No request of the incident could be followed: none has an id on more than one hop."));
    }
    for (at, way) in incident.ways.iter().enumerate() {
        blocks.extend(one_way(at, way));
    }
    blocks.push(heading("4.3 What distinguishes the failing"));
    blocks.push(note(&format!(
        "Share of {} among {}, with the value against without it. Shares have exact 95 % intervals (Clopper–Pearson), \
         ratios those of the exact conditional test; q is the p-value adjusted over all rows (Benjamini–Hochberg).",
        words(&incident.meta.bad, "bad events"),
        words(&incident.meta.unit, "all events"),
    )));
    blocks.push(Block::Grid { grid: attributes(&incident.attributes) });
    if let Some(alt) = pictures::alt_of_shares(incident) {
        blocks.push(Block::Chart { file: "charts/shares.svg".to_owned(), alt });
    }
    blocks.extend(explains(sheet));
    blocks.push(heading("4.5 Earlier incidents that look like it"));
    blocks.push(Block::Grid { grid: similar(&incident.similar) });
    blocks
}

fn words(text: &str, other: &str) -> String {
    let text = cut(text, 60);
    if text.is_empty() { other.to_owned() } else { text }
}

fn signatures(sheet: &Sheet<'_>) -> Grid {
    let columns = [
        ("Signature", 0),
        ("State", 0),
        ("Template, and where", 10),
        (">During", 0),
        (">Before", 0),
        (">Ratio, 95 %", 0),
        (">First, UTC", 0),
    ];
    let mut grid = Grid::new(&columns, "No log signature is new, surged or vanished.");
    for row in &sheet.incident.signatures {
        let state = cut(&row.state, 12);
        let told = [cut(&row.service, 30), cut(&row.level, 10), cut(&row.place, 80)];
        let told: Vec<&str> = told.iter().map(String::as_str).filter(|part| !part.is_empty()).collect();
        grid.rows.push(vec![
            code(&cut(&row.id, 12)),
            if state == "new" || state == "surged" { bold(&state) } else { grey(&state) },
            stacked([code(&cut(&row.template, 240)), grey(&told.join(" · "))]),
            number(row.during),
            number(row.before),
            ratio(row),
            row.first.map_or_else(|| grey("–"), |at| plain(&sheet.utc(at))),
        ]);
    }
    grid.keep(SHOWN, code("incident.json"));
    grid
}

fn ratio(row: &SignatureRow) -> Line {
    match row.ratio {
        Some(ratio) => stacked([plain(&times(ratio)), grey(&interval(row.low, row.high, times))]),
        None if row.low > 0.0 => grey(&interval(row.low, row.high, times)),
        None => grey("–"),
    }
}

/// `1.1 ×`, `27 ×`, `1,200 ×`.
fn times(x: f64) -> String {
    let text = if x >= 100.0 {
        figures::whole(x)
    } else if x >= 10.0 {
        format!("{x:.0}")
    } else {
        format!("{x:.1}")
    };
    figures::nbsp(&format!("{text} ×"))
}

fn interval(low: f64, high: Option<f64>, said: fn(f64) -> String) -> String {
    figures::nbsp(&match high {
        Some(high) => format!("{} – {}", said(low).replace("\u{a0}×", ""), said(high)),
        None => format!("{} and more", said(low)),
    })
}

/// A request: what it shows, the picture of its way, its lines.
fn one_way(at: usize, way: &Way) -> Vec<Block> {
    let fact = |name: &str, line: Line| Fact { name: name.to_owned(), values: vec![line] };
    let mut facts = vec![fact("Request", id(&way.request_id)), fact("Route", code(&cut(&way.route, 80)))];
    facts.extend(way.facts.iter().take(6).map(|(name, value)| fact(&cut(name, 24), short(value, 120))));
    let mut blocks = vec![
        heading(&format!("Request {}", at + 1)),
        Block::Facts { line: prose(&sentence(&cut(&way.sentence, 500))), facts },
    ];
    if let Some(alt) = pictures::alt_of_way(way) {
        blocks.push(Block::Chart { file: format!("charts/request-{}.svg", at + 1), alt });
    } else {
        let seen: Vec<String> = way.hops.iter().map(hop_said).collect();
        blocks.push(note(&sentence(&format!("No hop logged a time for it. {}", seen.join("; ")))));
    }
    let columns = [("Hop", 0), ("Logged, UTC", 0), ("What the line says", 8), ("File and line", 4)];
    let mut grid = Grid::new(&columns, "No line of it is in the evidence.");
    for (hop, line) in &way.lines {
        let time = line.at.map(|at| at.strftime("%H:%M:%S%.3f").to_string());
        grid.rows.push(vec![
            short(hop, 30),
            time.map_or_else(|| grey("unknown"), |time| plain(&time)),
            code(&cut(&line.text, 600)),
            grey(&cut(&line.place, 120)),
        ]);
    }
    let more = format!("cutover trace {}", cut(&way.request_id, 40));
    grid.keep(LINES, code(&more));
    blocks.push(Block::Grid { grid });
    blocks
}

fn hop_said(hop: &Hop) -> String {
    format!("{}: {}", cut(&hop.name, 30), words(&hop.absent, "not observed"))
}

fn attributes(rows: &[AttributeRow]) -> Grid {
    let columns = [
        ("Attribute", 2),
        ("Value", 4),
        (">With it", 0),
        (">Without", 0),
        (">Share with it, 95 %", 0),
        (">Ratio, 95 %", 0),
        (">q", 0),
    ];
    let mut grid =
        Grid::new(&columns, "No attribute could be compared: there is nothing bad, or nothing good, to compare.");
    for row in rows {
        let (share, low, high) = row.share;
        let of = |(bad, all): (u64, u64)| figures::nbsp(&format!("{} of {}", figures::count(bad), figures::count(all)));
        let told = row.q < 0.05 && row.low > 1.0;
        let value = cut(&row.value, 100);
        grid.rows.push(vec![
            grey(&cut(&row.attribute.replace('_', " "), 60)),
            if told { bold(&named(&value, "none")) } else { plain(&named(&value, "none")) },
            plain(&of(row.with)),
            plain(&of(row.without)),
            stacked([
                plain(&share_said(share)),
                grey(&figures::nbsp(&format!("{} – {}", share_said(low).replace("\u{a0}%", ""), share_said(high)))),
            ]),
            stacked([
                row.ratio.map_or_else(|| plain("only with it"), |ratio| plain(&times(ratio))),
                grey(&interval(row.low, row.high, times)),
            ]),
            grey(&q(row.q)),
        ]);
    }
    grid.keep(SHOWN, code("incident.json"));
    grid
}

/// A share with two significant figures.
pub(super) fn share_said(share: f64) -> String {
    let percent = share.clamp(0.0, 1.0) * 100.0;
    let text = match percent {
        p if p >= 9.95 || p == 0.0 => format!("{p:.0}"),
        p if p >= 0.995 => format!("{p:.1}"),
        p if p >= 0.0995 => format!("{p:.2}"),
        p => format!("{p:.3}"),
    };
    figures::nbsp(&format!("{text} %"))
}

fn q(q: f64) -> String {
    if q < 0.001 { "< 0.001".to_owned() } else { format!("{q:.3}") }
}

/// The candidates by plain questions, and what speaks for and against each.
fn explains(sheet: &Sheet<'_>) -> Vec<Block> {
    let incident = sheet.incident;
    let mut blocks = vec![
        heading("4.4 What may explain it"),
        Block::Prose {
            line: prose(
                "Candidates are what changed or broke near the first bad event. They are ordered by plain questions, not by \
                 a score. An answer is evidence, and the cause stays a hypothesis until people write it in section 6.",
            ),
        },
        Block::Grid { grid: suspects(sheet) },
    ];
    if !incident.cannot_tell.is_empty() {
        let mut line = bold("What the numbers can’t say.");
        line.push(Span::words(Kind::Text, " "));
        line.extend(prose(&sentence(&cut(&incident.cannot_tell, 700))));
        blocks.push(Block::Note { line });
    }
    blocks
}

fn suspects(sheet: &Sheet<'_>) -> Grid {
    let suspects = &sheet.incident.suspects;
    let asked: Vec<String> = suspects
        .first()
        .map(|first| first.questions.iter().take(4).map(|question| cut(&question.text, 40)).collect())
        .unwrap_or_default();
    let mut columns = vec![("#", 0), ("Candidate", 5)];
    columns.extend(asked.iter().map(|text| (text.as_str(), 3)));
    let mut grid = Grid::new(&columns, "Nothing is known to have changed or broken near the first bad event.");
    for (at, suspect) in suspects.iter().enumerate() {
        let mut cells = vec![grey(&(at + 1).to_string()), candidate(sheet, suspect, at == 0)];
        cells.extend((0..asked.len()).map(|n| suspect.questions.get(n).map_or_else(|| grey("–"), answered)));
        grid.rows.push(cells);
    }
    grid.keep(SHOWN, code("incident.json"));
    grid
}

/// `Backend 1.20.0, live 09:10:58`, and how long before the first bad event.
fn candidate(sheet: &Sheet<'_>, suspect: &Suspect, first: bool) -> Line {
    let name = named(&cut(&suspect.name, 80), &suspect.kind);
    let mut line = if first { lead(&name) } else { prose(&name) };
    line.push(Span::words(Kind::Text, &format!(", {}", sheet.utc(suspect.at))));
    let since = sheet.zero().map(|zero| zero.as_second() - suspect.at.as_second());
    let when = since.map(|s| {
        let side = if s >= 0 { "before" } else { "after" };
        format!("{} {side} the first", figures::duration(s.unsigned_abs() as f64))
    });
    let commit = suspect.commit.as_ref().map(|commit| cut(commit, 8).trim_end_matches('…').to_owned());
    let told: Vec<String> = [Some(cut(&suspect.kind, 20)), commit, when].into_iter().flatten().collect();
    stacked([line, grey(&told.join(" · "))])
}

fn answered(question: &Question) -> Line {
    stacked([answer(question.answer), grey(&cut(&question.note, 80))])
}

/// An answer's mark and word.
pub(super) fn answer(answer: Answer) -> Line {
    let (key, word) = match answer {
        Answer::Yes => ("pass", "YES"),
        Answer::No => ("fail", "NO"),
        Answer::CannotTell => ("inconclusive", "CAN’T TELL"),
    };
    vec![Span::keyed(Kind::Mark, key, word)]
}

fn similar(rows: &[Similar]) -> Grid {
    let columns = [("Incident", 0), ("Title", 5), ("When, UTC", 0), (">In common", 0), ("What", 6), ("Report", 3)];
    let mut grid = Grid::new(&columns, "None among the reports that were found.");
    for row in rows {
        grid.rows.push(vec![
            bold(&cut(&row.id, 24)),
            short(&row.title, 100),
            row.at.map_or_else(|| grey("unknown"), |at| plain(&figures::minute(at))),
            plain(&figures::percent(row.overlap.clamp(0.0, 1.0))),
            short(&row.shared.join("; "), 240),
            code(&cut(&row.folder, 80)),
        ]);
    }
    grid.keep(SHOWN, code("incident.json"));
    grid
}
