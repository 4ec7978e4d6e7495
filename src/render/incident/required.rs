//! Section 1, the block that the runbook demands: per affected tester the device, OS, build, log excerpt and request ids.

use super::first_page::id;
use super::sheet::{Sheet, heading, known, missing, note, stacked};
use crate::render::figures;
use crate::render::view::block::Block;
use crate::render::view::first_page::{platform, sentence};
use crate::render::view::grid::Grid;
use crate::render::view::span::{Kind, Line, Span, bold, code, cut, grey, plain};
use crate::render::view::{counted, named};
use crate::report::incident::Affected;

/// Testers, lines of a device and ids that the report shows; the data have all.
const TESTERS: usize = 200;
const BEGINNING: usize = 2;
const LINES: usize = 12;
const IDS: usize = 200;

/// The section's blocks.
pub(super) fn blocks(sheet: &Sheet<'_>) -> Vec<Block> {
    let affected = &sheet.incident.affected;
    let mut blocks = vec![Block::Grid { grid: testers(sheet) }];
    blocks.push(note(&missing_said(affected)));
    if affected.is_empty() {
        return blocks;
    }
    blocks.push(heading("x-request-ids, by tester"));
    blocks.push(Block::Grid { grid: request_ids(sheet) });
    blocks.push(note(&ids_said(sheet)));
    blocks.push(heading("Device logs, from the first affected moment"));
    blocks.push(Block::Grid { grid: excerpts(sheet) });
    blocks
}

fn testers(sheet: &Sheet<'_>) -> Grid {
    let columns = [
        ("Tester", 0),
        ("Device", 4),
        ("OS", 3),
        ("Build", 0),
        ("Route, request ids", 4),
        ("Device log, first affected lines", 9),
    ];
    let mut grid = Grid::new(&columns, "No affected tester is known: see what is missing at the top.");
    for row in sheet.incident.affected.iter().take(TESTERS) {
        let system = match (&row.platform, &row.os_version) {
            (Some(name), Some(version)) => {
                let number = version.trim_start_matches(|c: char| !c.is_ascii_digit());
                let number = if number.is_empty() { version.as_str() } else { number };
                plain(&format!("{} {}", platform(name), cut(number, 24)))
            }
            (_, version) => known(version.as_ref(), 30),
        };
        grid.rows.push(vec![
            bold(&named(&cut(&row.tester, 14), "unknown")),
            known(row.device.as_ref(), 48),
            system,
            known(row.build.as_ref(), 24),
            routes(row),
            beginning(row),
        ]);
    }
    grid.keep(TESTERS, code("incident.json"));
    grid
}

fn routes(row: &Affected) -> Line {
    let mut lines: Vec<Line> = row.routes.iter().take(2).map(|route| code(&cut(route, 60))).collect();
    if row.routes.len() > 2 {
        lines.push(grey(&format!("{} more routes", row.routes.len() - 2)));
    }
    if row.routes.is_empty() {
        lines.push(missing());
    }
    lines.push(match row.request_ids.len() {
        0 => {
            let mut line = missing();
            line.push(Span::words(Kind::Grey, " no request id"));
            line
        }
        n => grey(&figures::nbsp(&counted(n, "id, below", "ids, below"))),
    });
    stacked(lines)
}

fn beginning(row: &Affected) -> Line {
    if row.excerpt.is_empty() {
        return missing();
    }
    stacked(row.excerpt.iter().take(BEGINNING).map(|line| code(&cut(&line.text, 96))))
}

/// What the block lacks, by tester; said, too, where it lacks nothing.
fn missing_said(affected: &[Affected]) -> String {
    let lacks = |row: &&Affected| !row.missing.is_empty();
    let said: Vec<String> = affected
        .iter()
        .filter(lacks)
        .take(12)
        .map(|row| format!("{}: {}", cut(&row.tester, 14), cut(&row.missing.join(", "), 160)))
        .collect();
    let rest = affected.iter().filter(lacks).count().saturating_sub(said.len());
    let rest = if rest > 0 { format!("; {rest} more testers lack something") } else { String::new() };
    match (affected.is_empty(), said.is_empty()) {
        (true, _) => {
            "The runbook asks for device, OS version, app build, device log and request ids of each affected tester."
                .to_owned()
        }
        (_, true) => "Nothing that the runbook asks for is missing.".to_owned(),
        _ => sentence(&format!("Missing, and not invented: {}{rest}", said.join("; "))),
    }
}

fn request_ids(sheet: &Sheet<'_>) -> Grid {
    let columns =
        [("Tester", 0), (">Bad of all", 0), ("First and last, UTC", 0), ("x-request-id, in order of time", 1)];
    let mut grid = Grid::new(&columns, "No request id is known.");
    for row in &sheet.incident.affected {
        let shown = row.request_ids.iter().take(IDS);
        let mut line = Line::new();
        for text in shown {
            line.extend(id(text));
            line.push(Span::words(Kind::Text, " "));
        }
        if row.request_ids.len() > IDS {
            let more = format!("{} more: incident.json", figures::count((row.request_ids.len() - IDS) as u64));
            line.push(Span::words(Kind::Grey, &more));
        }
        if row.request_ids.is_empty() {
            line = missing();
        }
        let times = [row.first, row.last].map(|at| at.map(|at| plain(&sheet.utc(at))));
        let times: Vec<Line> = times.into_iter().flatten().collect();
        grid.rows.push(vec![
            bold(&named(&cut(&row.tester, 14), "unknown")),
            plain(&figures::nbsp(&format!("{} of {}", figures::count(row.events), figures::count(row.of)))),
            if times.is_empty() { grey("unknown") } else { stacked(times) },
            line,
        ]);
    }
    grid.keep(TESTERS, code("incident.json"));
    grid
}

fn ids_said(sheet: &Sheet<'_>) -> String {
    let incident = sheet.incident;
    let others = match incident.request_ids_others.len() {
        0 => "No request of another client is among them.".to_owned(),
        1 => "1 more request is of another client; its id is in incident.json.".to_owned(),
        n => {
            format!("{} more requests are of other clients; their ids are in incident.json.", figures::count(n as u64))
        }
    };
    format!("{} in all. {others}", counted(incident.request_ids.len(), "request id", "request ids"))
}

fn excerpts(sheet: &Sheet<'_>) -> Grid {
    let columns = [("Tester", 0), ("Time, UTC", 0), ("Line, as stored", 8), ("File and line", 4)];
    let mut grid = Grid::new(&columns, "No line of a device log is in the evidence.");
    for row in sheet.incident.affected.iter().take(TESTERS) {
        for line in row.excerpt.iter().take(LINES) {
            grid.rows.push(vec![
                bold(&named(&cut(&row.tester, 14), "unknown")),
                line.at.map_or_else(|| grey("unknown"), |at| plain(&sheet.utc(at))),
                code(&cut(&line.text, 300)),
                grey(&cut(&line.place, 120)),
            ]);
        }
    }
    grid.keep(TESTERS, code("incident.json"));
    grid
}
