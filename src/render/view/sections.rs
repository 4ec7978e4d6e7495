//! The report model in, the numbered sections of the packet out, in the order in which a signer asks.

use super::block::{Block, Diff, DiffLine, Section};
use super::first_page::{platform, sentence};
use super::grid::{self, Grid, number};
use super::span::{Kind, Line, Span, bold, code, cut, grey, lead, mark, plain, prose, short};
use super::{Sheet, core, counted, feedback, matrix, named, section};
use crate::render::{figures, intervals, text};
use crate::report::{Check, DocumentChange, DrillRow};
use crate::verdict::Verdict;

/// Exhibits that a numbered section shows; any other one stands at the end.
const PLACED: &[&str] =
    &["ci", "probes", "environment", "mobile_errors", "auth_errors", "runtime_calls", "open_bugs", "stage4_gates"];
/// Rows of the change list.
const CHANGES: usize = 40;
/// Lines of one diff.
const DIFF_LINES: usize = 200;

/// All numbered sections.
#[must_use]
pub fn all(sheet: &Sheet<'_>) -> Vec<Section> {
    vec![
        section("1", "Scope", scope(sheet)),
        section("2", "Checklist matrix", matrix::blocks(sheet)),
        section("3", "Pre-flight and build", preflight(sheet)),
        section("4", "Core validation: testers and features", core::blocks(sheet)),
        section("5", "Drills", drills(sheet)),
        section("6", "Monitoring for the duration", monitoring(sheet)),
        section("7", "Safe-operator controls", controls(sheet)),
        section("8", "Feedback", feedback::blocks(sheet)),
        section("9", "Issues", issues(sheet)),
        section("10", "Document changes proposed", changes(sheet)),
        section("11", "Readiness for the next stage", readiness(sheet)),
    ]
}

/// Exhibits that no section knows: a team's own.
#[must_use]
pub fn others(sheet: &Sheet<'_>) -> Vec<Block> {
    let unknown = sheet.report.exhibits.iter().filter(|e| !PLACED.contains(&e.id.as_str()));
    unknown.flat_map(|e| exhibit(sheet, &e.id)).collect()
}

fn heading(text: &str) -> Block {
    Block::Heading { text: vec![Span::words(Kind::Text, text)] }
}

fn note(text: &str) -> Block {
    Block::Note { line: vec![Span::words(Kind::Text, text)] }
}

/// An exhibit with its title and what it is from; says so where the report has none.
fn exhibit(sheet: &Sheet<'_>, id: &str) -> Vec<Block> {
    let Some(exhibit) = sheet.report.exhibits.iter().find(|e| e.id == id) else { return Vec::new() };
    let title = prose(&named(&exhibit.title, &exhibit.id));
    let rows = counted(exhibit.row_count as usize, "row", "rows");
    let mut from = grey(&sentence(&format!("{rows} {}", cut(&exhibit.note, 160))));
    from.push(Span::words(Kind::Text, " "));
    from.extend(sheet.evidence(std::slice::from_ref(&exhibit.evidence)));
    vec![Block::Heading { text: title }, Block::Note { line: from }, Block::Grid { grid: grid::exhibit(exhibit) }]
}

/// Checks in words: verdict, then the sentence with its evidence.
fn words(sheet: &Sheet<'_>, checks: &[&Check], empty: &str) -> Block {
    let mut grid = Grid::new(&[("Verdict", 0), ("Finding", 1)], empty);
    for check in checks {
        let mut line = lead(&format!("{} {}.", cut(&check.item, 12), cut(&check.title, 100)));
        line.push(Span::words(Kind::Text, " "));
        line.extend(prose(&finding(check)));
        for veto in check.observed.iter().filter(|veto| !check.sentence.contains(veto.as_str())).take(3) {
            line.push(Span::words(Kind::Text, " "));
            line.extend(grey(&sentence(&cut(veto, 200))));
        }
        grid.rows.push(vec![mark(check.verdict), sheet.proven(line, &check.evidence)]);
    }
    Block::Grid { grid }
}

/// The sentence of a check; a command at its beginning keeps its small letter.
fn finding(check: &Check) -> String {
    let said = cut(&check.sentence, 500);
    let command = said.split(' ').next().is_some_and(|word| check.title.contains(&format!("`{word}")));
    if command { format!("{said}.") } else { sentence(&said) }
}

fn scope(sheet: &Sheet<'_>) -> Vec<Block> {
    let report = sheet.report;
    let said = format!(
        "{} made {} in {}.",
        counted(report.scope.testers.len(), "tester", "testers"),
        counted(report.scope.requests as usize, "request", "requests"),
        counted(report.scope.sessions as usize, "session", "sessions"),
    );
    let columns = [
        ("Tester", 0),
        ("Device", 3),
        ("Platform", 2),
        ("Builds seen", 1),
        (">Sessions", 0),
        (">Requests", 0),
        (">Active days", 0),
        ("Last seen, UTC", 0),
    ];
    let mut testers = Grid::new(&columns, "The roster names no tester.");
    for row in &report.scope.testers {
        let version = row.os_version.trim_start_matches(|c: char| !c.is_ascii_digit());
        testers.rows.push(vec![
            bold(&cut(&row.tester, 12)),
            short(&row.device, 60),
            short(&format!("{} {version}", platform(&row.platform)), 40),
            if row.builds.is_empty() { grey("–") } else { short(&row.builds.join(", "), 40) },
            number(row.sessions),
            number(row.requests),
            number(row.active_days),
            row.last_seen.map_or_else(|| grey("never"), |at| plain(&figures::minute(at))),
        ]);
    }
    let columns = [("Time, UTC", 0), ("Kind", 0), ("What", 5), ("File and line", 3)];
    let mut changes = Grid::new(&columns, "Nothing changed inside the window: no deploy, flag, drill or distribution.");
    for row in &report.scope.changes {
        changes.rows.push(vec![
            plain(&figures::second(row.at)),
            short(&row.kind, 20),
            prose(&cut(&row.what, 200)),
            grey(&cut(&row.evidence, 120)),
        ]);
    }
    changes.keep(CHANGES, code("signoff.json"));
    vec![
        Block::Prose { line: plain(&said) },
        Block::Grid { grid: testers },
        heading("What changed in the window"),
        Block::Grid { grid: changes },
    ]
}

fn preflight(sheet: &Sheet<'_>) -> Vec<Block> {
    let mut blocks =
        vec![words(sheet, &sheet.checks_of(&["gate"]), "No check is bound to a line of the pre-flight gate.")];
    for id in ["ci", "probes", "environment"] {
        blocks.extend(exhibit(sheet, id));
    }
    blocks
}

/// Drills for all one by one; testers' own, which are many, gathered by title.
fn drills(sheet: &Sheet<'_>) -> Vec<Block> {
    let columns = [
        ("Drill", 4),
        ("From – to, UTC", 0),
        ("Testers", 0),
        (">Degraded after", 0),
        (">Recovered after", 0),
        ("Found in", 3),
    ];
    let mut grid =
        Grid::new(&columns, "No drill was found in the configuration, the audit events or the device notes.");
    let mut gathered: Vec<Vec<&DrillRow>> = Vec::new();
    for drill in &sheet.report.drills {
        let alike = |held: &&mut Vec<&DrillRow>| {
            drill.tester.is_some() && held[0].tester.is_some() && held[0].title == drill.title
        };
        match gathered.iter_mut().find(alike) {
            Some(held) => held.push(drill),
            None => gathered.push(vec![drill]),
        }
    }
    grid.rows = gathered.iter().map(|drills| drill_row(drills)).collect();
    grid.keep(40, code("signoff.json"));
    let said = "Times of the slowest tester who took part: from the start of the drill until the app said that it was \
                degraded, and from the end of the drill until live data was back.";
    let mut blocks = if grid.rows.is_empty() { Vec::new() } else { vec![note(said)] };
    blocks.push(Block::Grid { grid });
    blocks
}

fn drill_row(drills: &[&DrillRow]) -> Vec<Line> {
    let first = drills[0];
    let begins = drills.iter().map(|d| d.window.from).min().unwrap_or(first.window.from);
    let ends = drills.iter().map(|d| d.window.to).max().unwrap_or(first.window.to);
    let testers = match &first.tester {
        None => figures::count(first.testers),
        Some(only) if drills.len() == 1 => cut(only, 12),
        Some(_) => format!("{}, each alone", drills.len()),
    };
    let slowest = |of: &dyn Fn(&DrillRow) -> Option<f64>| drills.iter().filter_map(|d| of(d)).reduce(f64::max);
    let time = |seconds: Option<f64>| seconds.map_or_else(|| grey("not seen"), |s| plain(&figures::duration(s)));
    let more = if drills.len() > 1 { format!(" and {} more", drills.len() - 1) } else { String::new() };
    vec![
        prose(&cut(&first.title, 100)),
        plain(&figures::nbsp(&format!("{} – {}", figures::second(begins), figures::clock(ends)))),
        plain(&testers),
        time(slowest(&|d| d.seconds_to_degrade)),
        time(slowest(&|d| d.seconds_to_recover)),
        grey(&format!("{}{more}", cut(&first.found_in, 100))),
    ]
}

fn monitoring(sheet: &Sheet<'_>) -> Vec<Block> {
    let checks = sheet.checks_of(&["monitor"]);
    let open: Vec<&str> = checks.iter().filter(|c| c.verdict != Verdict::Pass).map(|c| c.item.as_str()).collect();
    let said = match (checks.len(), open.len()) {
        (0, _) => "The runbook has no monitoring line that a check is bound to.".to_owned(),
        (n, 0) => format!("All {n} watch items pass for the duration of the beta."),
        (n, open_n) => {
            format!("{} of {n} watch items pass; {} cannot be called green for the duration.", n - open_n, list(&open))
        }
    };
    let mut blocks = vec![Block::Prose { line: plain(&said) }];
    let titles = |name: &str| match name {
        "ratios" => "Against all other clients, in beta and baseline",
        _ => "Against a fixed limit",
    };
    for (name, alt, _) in intervals::all(&sheet.report.watch) {
        blocks.push(heading(titles(name)));
        blocks.push(Block::Chart { file: format!("charts/{name}.svg"), alt });
    }
    blocks.push(heading("In words"));
    blocks.push(words(sheet, &checks, "No watch item is judged."));
    blocks.extend(robustness(sheet));
    blocks.push(heading("What happened when"));
    blocks.push(note("UTC. ▲ and dotted lines: deploys and builds; grey: drills; hatched: no observation."));
    for chart in &sheet.report.charts {
        blocks.push(Block::Chart { file: format!("charts/{}.svg", chart.id), alt: named(&chart.alt, &chart.title) });
    }
    if sheet.report.charts.is_empty() {
        blocks.push(note("There is no chart: no table of the evidence has what one needs."));
    }
    blocks.extend(exhibit(sheet, "mobile_errors"));
    blocks.extend(exhibit(sheet, "auth_errors"));
    blocks
}

/// Whether one tester, one way of counting, one drill or one day decides.
fn robustness(sheet: &Sheet<'_>) -> Vec<Block> {
    let rows = &sheet.report.watch.robust;
    if rows.is_empty() {
        return Vec::new();
    }
    let columns = [
        ("Item", 0),
        ("Most episodes", 2),
        ("Without this tester another verdict", 2),
        ("Raw errors, not episodes", 2),
        ("Drills put back", 2),
        (">Within days", 0),
        (">Others, beta / baseline", 1),
        (">e-value, highest", 0),
    ];
    let mut grid = Grid::new(&columns, "");
    let times = |x: Option<f64>| x.map_or_else(|| grey("–"), |x| plain(&format!("{x:.2}\u{a0}×")));
    let e = |x: Option<f64>| x.map_or_else(|| "∞".to_owned(), |x| format!("{x:.2}"));
    for row in rows {
        grid.rows.push(vec![
            bold(&cut(&format!("{} {}", row.item, row.series), 20)),
            short(&row.top, 80),
            short(&row.hinges_on, 40),
            short(&row.raw, 20),
            short(&row.drills, 20),
            times(row.in_days),
            times(row.since_baseline),
            plain(&format!("{}, {}", e(row.e_value), e(row.e_highest))),
        ]);
    }
    let said = "Printed beside the test that decides. The e-value may be looked at every day: 20 says investigate, 100 \
                roll back. Bounds of a pass are not corrected for the number of items; p-values of a failure are (Holm). That a tester stands out (Benjamini–Hochberg, q at most 0.10) is exploratory.";
    vec![heading("Does one tester, one way of counting, or one drill decide it?"), note(said), Block::Grid { grid }]
}

/// `M1, M4 and M5`.
fn list(items: &[&str]) -> String {
    match items {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

/// What the app could do, and what it did: the checks of the runbook section about operator controls, then the calls.
fn controls(sheet: &Sheet<'_>) -> Vec<Block> {
    let about = |c: &&Check| {
        let line = sheet.report.items.iter().find(|item| item.checks.contains(&c.id));
        line.is_some_and(|item| item.section.to_lowercase().contains("operator controls"))
    };
    let checks: Vec<&Check> = sheet.report.checks.iter().filter(about).collect();
    let mut blocks = vec![words(sheet, &checks, "The runbook has no section about operator controls.")];
    let calls = exhibit(sheet, "runtime_calls");
    if calls.is_empty() {
        blocks.push(note("The calls of the running app were not gathered."));
    }
    blocks.extend(calls);
    blocks
}

fn issues(sheet: &Sheet<'_>) -> Vec<Block> {
    let checks: Vec<&Check> = sheet.report.checks.iter().filter(|c| c.id.contains("open_bugs")).collect();
    let mut blocks = vec![words(sheet, &checks, "No check looks at open issues.")];
    let at = format!("Issues as of {}.", sheet.zone.moment(sheet.report.meta.as_of));
    blocks.push(note(&at));
    blocks.extend(exhibit(sheet, "open_bugs"));
    blocks
}

fn changes(sheet: &Sheet<'_>) -> Vec<Block> {
    let edits = &sheet.report.edits;
    if edits.is_empty() {
        return vec![note("No document is named in the configuration, so nothing is proposed.")];
    }
    let mut grid = Grid::new(&[("Document", 2), ("Change", 4), ("State", 0), ("Why", 3)], "");
    for edit in edits {
        grid.rows.push(vec![
            code(&cut(&edit.file, 60)),
            prose(&cut(&edit.what, 120)),
            short(&edit.state, 20),
            prose(&sentence(&cut(&edit.reason, 200))),
        ]);
    }
    let mut blocks = vec![Block::Grid { grid }];
    blocks.extend(edits.iter().filter(|edit| !edit.diff.is_empty()).map(|edit| Block::Diff { diff: diff(edit) }));
    blocks
}

fn diff(edit: &DocumentChange) -> Diff {
    let all: Vec<String> = edit.diff.lines().map(text::verbatim).collect();
    let mut lines: Vec<DiffLine> = all.iter().take(DIFF_LINES).map(|line| diff_line(line)).collect();
    if all.len() > DIFF_LINES {
        lines.push(DiffLine {
            sign: "head".to_owned(),
            text: format!("{} more lines: docs.patch", all.len() - DIFF_LINES),
        });
    }
    let text = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
    Diff { lines, text }
}

fn diff_line(line: &str) -> DiffLine {
    let sign = match line {
        _ if line.starts_with("+++") || line.starts_with("---") => "head",
        _ if line.starts_with("@@") => "hunk",
        _ if line.starts_with('+') => "add",
        _ if line.starts_with('-') => "del",
        _ => "same",
    };
    DiffLine { sign: sign.to_owned(), text: line.to_owned() }
}

fn readiness(sheet: &Sheet<'_>) -> Vec<Block> {
    let checks = sheet.checks_of(&["next"]);
    let mut blocks = vec![words(sheet, &checks, "No check is bound to a line about the next stage.")];
    blocks.extend(exhibit(sheet, "stage4_gates"));
    blocks
}
