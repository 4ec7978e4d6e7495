//! The report model in, the appendices out: evidence register, coverage ledger, settings, glossary, waivers, redactions.

use super::block::{Block, Section};
use super::first_page::{missing, sentence};
use super::grid::{Grid, number};
use super::span::{Kind, Line, Span, bold, code, cut, grey, plain, prose, short};
use super::{Sheet, anchor, section, sections};
use crate::render::figures;
use crate::report::{Count, CoverageRow, EvidenceRow};

/// Rejected lines that are shown.
const SAMPLES: usize = 30;
/// Settings of fixed length whose middle says nothing.
const HASH: usize = 64;

/// All appendices.
#[must_use]
pub fn all(sheet: &Sheet<'_>) -> Vec<Section> {
    let mut all = vec![
        section("A", "Evidence register", register(sheet)),
        section("B", "Coverage ledger", coverage(sheet)),
        section("C", "Baseline card and settings", settings(sheet)),
        section("D", "Glossary", glossary(sheet)),
        section("E", "Waivers and attestation notes", notes(sheet)),
        section("F", "Redaction summary", redactions(sheet)),
    ];
    let others = sections::others(sheet);
    if !others.is_empty() {
        all.push(section("G", "Further exhibits", others));
    }
    all
}

fn note(text: &str) -> Block {
    Block::Note { line: vec![Span::words(Kind::Text, text)] }
}

fn heading(text: &str) -> Block {
    Block::Heading { text: vec![Span::words(Kind::Text, text)] }
}

fn register(sheet: &Sheet<'_>) -> Vec<Block> {
    let mut line =
        vec![Span::words(Kind::Text, "One row per verdict and exhibit, with the rows behind it in the packet’s ")];
    line.extend(code("evidence/"));
    line.push(Span::words(Kind::Text, " folder, one file per query. "));
    line.extend(code(&format!("cutover verify {}", cut(&sheet.report.meta.packet_name, 60))));
    line.push(Span::words(Kind::Text, " checks every hash offline. Hashes are the first 8 of 64 digits."));
    vec![Block::Note { line }, Block::Grid { grid: evidence(&sheet.report.evidence) }]
}

/// The register itself, each row where its id links to.
pub(in crate::render) fn evidence(rows: &[EvidenceRow]) -> Grid {
    let columns =
        [("Id", 0), ("Shows", 5), ("Query", 4), ("Window, UTC", 0), (">Rows", 0), (">Lines cited", 0), ("sha256", 0)];
    let mut grid = Grid::new(&columns, "No evidence was gathered.");
    let mut anchored = std::collections::BTreeSet::new();
    for row in rows {
        // A place that is linked to must have a name, and be the only one of it.
        let name = anchor(&row.id);
        let kind = if !name.is_empty() && anchored.insert(name.clone()) { Kind::Anchor } else { Kind::Code };
        grid.rows.push(vec![
            vec![Span::keyed(kind, &name, &row.id)],
            prose(&cut(&row.shows, 120)),
            code(&cut(&row.query, 60)),
            plain(&figures::days(&row.window)),
            number(row.rows),
            number(row.lines_cited),
            code(&row.sha256.chars().take(8).collect::<String>()),
        ]);
    }
    grid
}

fn coverage(sheet: &Sheet<'_>) -> Vec<Block> {
    let mut blocks = sources(
        &sheet.report.coverage,
        "What was read, how much of it was understood, and when each source was silent. A check that needs a source below \
         its threshold is NO-DATA, whatever the rest shows. A source without times has no coverage.",
    );
    blocks.push(heading("Whose requests these are"));
    blocks.push(note(
        "Requests of the beta by client, and how well the client is known. A: its own header, with a session or a user. B: \
         user agent, session, socket or route. C: time only; such a request has no client and enters no test. Probes and \
         bots are no clients and have no grade.",
    ));
    blocks.push(Block::Grid { grid: attribution(sheet) });
    blocks.push(heading("Rejected lines"));
    blocks.push(Block::Grid { grid: samples(&sheet.report.coverage, "signoff.json") });
    blocks
}

/// What each source gave, under a note, and when it was silent.
pub(in crate::render) fn sources(rows: &[CoverageRow], said: &str) -> Vec<Block> {
    let columns = [
        ("Source", 3),
        (">Lines", 0),
        (">Unread", 0),
        (">Repeats", 0),
        ("By day", 0),
        (">Covered", 0),
        ("Last row, UTC", 0),
    ];
    let mut grid = Grid::new(&columns, "No source is configured.");
    for row in rows {
        grid.rows.push(source(row));
    }
    let mut blocks = vec![note(said), Block::Grid { grid }];
    let before = blocks.len();
    blocks.extend(rows.iter().filter_map(silence));
    if blocks.len() == before && !rows.is_empty() {
        blocks.push(note("No source was silent, broke off or vanished."));
    }
    blocks
}

fn source(row: &CoverageRow) -> Vec<Line> {
    let mut name = bold(&cut(&row.source, 40));
    name.push(Span::words(Kind::Grey, &format!(" {}", super::counted(row.files as usize, "file", "files"))));
    let days: Vec<String> =
        row.by_day.iter().take(31).map(|share| format!("{:.0}", share.clamp(0.0, 1.0) * 100.0)).collect();
    let short_days = row.by_day.iter().filter(|share| **share < 1.0).count();
    let said = match (row.by_day.len(), short_days) {
        (_, 0) => "every day".to_owned(),
        (all, n) => format!("{} of {all} days", all - n),
    };
    let strip = if days.is_empty() { grey("–") } else { vec![Span::keyed(Kind::Strip, &days.join(" "), &said)] };
    let covered = match row.covered {
        None => grey("–"),
        Some(share) if share < 1.0 => bold(&figures::percent(share)),
        Some(share) => plain(&figures::percent(share)),
    };
    vec![
        name,
        number(row.fetched),
        number(row.rejected),
        number(row.repeated),
        strip,
        covered,
        row.last_row.map_or_else(|| grey("–"), |at| plain(&figures::second(at))),
    ]
}

/// What is wrong with a source, where something is.
fn silence(row: &CoverageRow) -> Option<Block> {
    let mut parts: Vec<String> = row.gaps.iter().take(5).map(|gap| sentence(&cut(gap, 240))).collect();
    if row.truncated {
        parts.push("It breaks off before its end.".to_owned());
    }
    if !row.silent.is_empty() {
        let shown: Vec<String> = row.silent.iter().take(6).map(figures::stretch).collect();
        let more = row.silent.len().saturating_sub(6);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        parts.push(format!("Silent {}{more}.", shown.join(", ")));
    }
    if row.lost > 0 {
        parts.push(format!("{} could not be read.", super::counted(row.lost as usize, "record", "records")));
    }
    if !row.vanished.is_empty() {
        let files: Vec<String> = row.vanished.iter().take(5).map(|file| cut(file, 80)).collect();
        parts.push(format!("Collected before and no longer there: {}.", files.join(", ")));
    }
    if parts.is_empty() {
        return None;
    }
    let mut line = bold(&format!("{}.", cut(&row.source, 40)));
    line.push(Span::words(Kind::Text, " "));
    line.extend(plain(&parts.join(" ")));
    Some(Block::Callout { line })
}

fn attribution(sheet: &Sheet<'_>) -> Grid {
    let mut grid =
        Grid::new(&[("Client", 1), (">A", 0), (">B", 0), (">C", 0), (">No grade", 0)], "There were no requests.");
    for row in &sheet.report.attribution {
        grid.rows.push(vec![
            bold(&cut(&row.client, 40)),
            number(row.a),
            number(row.b),
            number(row.c),
            number(row.ungraded),
        ]);
    }
    grid
}

/// The first lines that were not understood; `rest` has all of them.
pub(in crate::render) fn samples(rows: &[CoverageRow], rest: &str) -> Grid {
    let columns = [("File and line", 4), ("Why", 3), ("Beginning of it", 6)];
    let mut grid = Grid::new(&columns, "None: every line was understood.");
    for row in rows {
        for (file, sample) in &row.samples {
            let place = if sample.line == 0 { file.clone() } else { format!("{file}:{}", sample.line) };
            grid.rows.push(vec![grey(&cut(&place, 120)), short(&sample.reason, 120), code(&cut(&sample.sample, 120))]);
        }
    }
    grid.keep(SAMPLES, code(rest));
    grid
}

fn settings(sheet: &Sheet<'_>) -> Vec<Block> {
    let said = format!(
        "The baseline is {}; everything below is in force for this packet and part of its id.",
        figures::span(&sheet.report.meta.baseline)
    );
    vec![note(&said), in_force(&sheet.report.settings)]
}

/// Settings by name, folded where a face can.
pub(in crate::render) fn in_force(settings: &[(String, String)]) -> Block {
    let mut grid = Grid::new(&[("Setting", 2), ("Value", 5)], "No settings.");
    for (name, value) in settings {
        let shown = if value.len() == HASH && value.chars().all(|c| c.is_ascii_hexdigit()) {
            code(value)
        } else {
            short(value, 400)
        };
        grid.rows.push(vec![code(&cut(name, 60)), shown]);
    }
    Block::Folded { summary: "All settings".to_owned(), grid }
}

fn glossary(sheet: &Sheet<'_>) -> Vec<Block> {
    let mut grid = Grid::new(&[("Check", 0), ("Title", 4), ("Rule", 0), ("Means", 7)], "No checks.");
    for row in &sheet.report.glossary {
        grid.rows.push(vec![
            bold(&cut(&row.check, 12)),
            prose(&cut(&row.title, 120)),
            grey(&cut(&row.rule.replace('_', " "), 20)),
            prose(&cut(&row.means, 400)),
        ]);
    }
    vec![note("What each check asks, from its definition."), Block::Folded { summary: "All checks".to_owned(), grid }]
}

fn notes(sheet: &Sheet<'_>) -> Vec<Block> {
    let report = sheet.report;
    let columns = [("Item", 0), ("By", 2), ("Until", 0), ("State", 0), ("Reason", 4), ("Covers, or why not", 4)];
    let mut waivers = Grid::new(&columns, "No waiver is configured.");
    for row in &report.waivers {
        waivers.rows.push(vec![
            bold(&cut(&row.item, 20)),
            short(&row.by, 40),
            plain(&figures::nbsp(&cut(&row.until, 20))),
            short(&row.state, 20),
            short(&row.reason, 300),
            short(&if row.why.is_empty() { row.covers.join("; ") } else { sentence(&row.why) }, 300),
        ]);
    }
    let mut grid = Grid::new(&[("About", 0), ("Note", 1)], "Nothing to note about this run.");
    for row in &report.notes {
        grid.rows.push(vec![short(&row.about, 20), prose(&cut(&row.sentence, 400))]);
    }
    grid.keep(200, code("signoff.json"));
    let mut blocks = vec![heading("Waivers"), Block::Grid { grid: waivers }, heading("Notes"), Block::Grid { grid }];
    blocks.push(heading("What judges each line of the runbook"));
    blocks.push(Block::Grid { grid: bindings(sheet) });
    if !report.missing.is_empty() {
        blocks.push(heading("Missing, in full"));
        blocks.push(Block::Grid { grid: missing(&report.missing, 200, 300) });
    }
    blocks
}

/// The lines by what judges them, each with its checks.
fn bindings(sheet: &Sheet<'_>) -> Grid {
    let words = [
        ("machine", "Machine evidence alone"),
        ("either", "Machine evidence or a word"),
        ("both", "Machine evidence and a word"),
        ("attested", "A person’s word"),
        ("manual", "A person’s word, declared by the team"),
        ("action", "Nothing: an action, declared by the team"),
        ("out-of-scope", "Nothing: out of scope, declared by the team"),
        ("unbound", "Nothing knows it: unbound"),
    ];
    let mut grid =
        Grid::new(&[("Judged by", 2), (">Lines", 0), ("Which, with their checks", 6)], "There are no lines.");
    for (word, said) in words {
        let items: Vec<_> = sheet.report.items.iter().filter(|item| item.binding == word).collect();
        let names = |id: &String| sheet.report.checks.iter().find(|c| c.id == *id).map(|c| c.item.clone());
        let named = items.iter().map(|item| {
            let checks: Vec<String> = item.checks.iter().filter_map(names).filter(|name| *name != item.id).collect();
            if checks.is_empty() { item.id.clone() } else { format!("{} ({})", item.id, checks.join(", ")) }
        });
        if !items.is_empty() {
            let named = named.collect::<Vec<_>>().join(", ");
            grid.rows.push(vec![plain(said), number(items.len() as u64), short(&named, 4_000)]);
        }
    }
    grid
}

fn redactions(sheet: &Sheet<'_>) -> Vec<Block> {
    redacted(&sheet.report.redactions)
}

/// What was replaced, by kind.
pub(in crate::render) fn redacted(counts: &[Count]) -> Vec<Block> {
    let mut grid = Grid::new(&[("Kind", 1), (">Replaced", 0)], "Nothing was redacted.");
    for row in counts {
        grid.rows.push(vec![short(&row.name, 40), number(row.count)]);
    }
    vec![
        note("Replaced before anything was stored or shown, by kind. Testers stand by code, staff by handle."),
        Block::Grid { grid },
    ]
}
