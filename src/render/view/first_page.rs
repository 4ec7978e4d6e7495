//! The report model in, page 1 out: facts, decision, reasons, verdict counts, triggers, what is missing, waivers.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::block::Fact;
use super::grid::{Grid, number};
use super::span::{Kind, Line, Span, bold, code, cut, grey, lead, plain, prose, short, state};
use super::{Sheet, link, named};
use crate::render::figures;
use crate::report::{Missing, Reason, Trigger, WaiverNote};
use crate::verdict::Call;

/// Reasons on page 1.
const REASONS: usize = 3;
/// Rows of the other lists on page 1; a face may show fewer where they would not fit.
const LISTED: usize = 6;

/// Page 1.
#[derive(Debug, Clone, Serialize)]
pub struct FirstPage {
    pub title: String,
    /// Three columns of facts.
    pub facts: Vec<Vec<Fact>>,
    /// The decision's words, and the name of its mark.
    pub call: String,
    pub call_key: String,
    pub sentence: Line,
    pub reasons: Vec<Line>,
    /// How many more reasons there are, and where; empty where there are none.
    pub more_reasons: Line,
    pub verdicts: Grid,
    pub verdicts_note: String,
    pub glance: Option<Glance>,
    pub triggers: Grid,
    pub missing: Grid,
    pub missing_in_all: usize,
    pub waivers: Vec<Line>,
    pub waivers_in_all: usize,
    pub notes: Vec<Line>,
    pub notes_in_all: usize,
    pub signer: String,
    /// What the signer can decide.
    pub choices: Vec<String>,
}

/// The chart of the window at a glance.
#[derive(Debug, Clone, Serialize)]
pub struct Glance {
    pub file: String,
    pub alt: String,
    pub title: String,
}

/// Page 1 of a report.
#[must_use]
pub fn of(sheet: &Sheet<'_>) -> FirstPage {
    let report = sheet.report;
    let decision = &report.decision;
    let more = decision.because.len().saturating_sub(REASONS);
    let mut more_reasons = Line::new();
    if more > 0 {
        let words = if more == 1 { "1 more reason: ".to_owned() } else { format!("{more} more reasons: ") };
        more_reasons.push(Span::words(Kind::Grey, &words));
        more_reasons.extend(link("2-checklist-matrix", "section 2"));
    }
    let chart = report.charts.first();
    let waivers = grouped(&report.waivers);
    FirstPage {
        title: cut(&named(&report.meta.stage_title, "Staged release"), 80),
        facts: facts(sheet),
        call: decision.call.word().to_owned(),
        call_key: match decision.call {
            Call::Go => "go",
            Call::NoGo => "no-go",
            Call::NotYet => "not-yet",
        }
        .to_owned(),
        sentence: prose(&cut(&decision.sentence, 230)),
        reasons: decision.because.iter().take(REASONS).map(|reason| reason_line(sheet, reason)).collect(),
        more_reasons,
        verdicts: verdicts(sheet),
        verdicts_note: verdicts_note(sheet),
        glance: chart.map(|c| Glance {
            file: format!("charts/{}.svg", c.id),
            alt: named(&c.alt, &c.title),
            title: format!("{}, {}", cut(&c.title, 60), cut(&c.subtitle, 100)),
        }),
        triggers: triggers(sheet, &report.triggers),
        missing: missing(&report.missing, LISTED, 150),
        missing_in_all: report.missing.len(),
        waivers_in_all: waivers.len(),
        waivers: waivers.iter().take(LISTED).map(waiver).collect(),
        notes: report.notes.iter().take(LISTED).map(|note| prose(&cut(&note.sentence, 220))).collect(),
        notes_in_all: report.notes.len(),
        signer: cut(&report.meta.owner, 40),
        choices: [Call::Go, Call::NoGo, Call::NotYet].map(|call| call.word().to_owned()).to_vec(),
    }
}

fn reason_line(sheet: &Sheet<'_>, reason: &Reason) -> Line {
    let mut line = lead(&cut(&reason.lead, 120));
    line.push(Span::words(Kind::Text, " "));
    line.extend(prose(&sentence(&cut(&reason.sentence, 220))));
    sheet.proven(line, &reason.evidence)
}

/// As many clauses of a sentence as fit; its first one is cut where it alone is too long.
pub(in crate::render) fn clauses(text: &str, most: usize) -> String {
    let mut said = String::new();
    for clause in text.split("; ") {
        let longer = if said.is_empty() { clause.to_owned() } else { format!("{said}; {clause}") };
        if longer.chars().count() > most {
            break;
        }
        said = longer;
    }
    if said.is_empty() { cut(text, most) } else { said }
}

/// A fragment as a sentence: a capital at its beginning where it is a plain word, a full stop at its end.
#[must_use]
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let word = text.split(' ').next().unwrap_or_default();
    let plain = word.chars().all(char::is_alphabetic) && !word.chars().skip(1).any(char::is_uppercase);
    let begun = if plain { format!("{first}{}", chars.as_str()) } else { text.to_owned() };
    let ends = begun.is_empty() || begun.ends_with(['.', '…', '?', '!', ':']);
    if ends { begun } else { format!("{begun}.") }
}

fn facts(sheet: &Sheet<'_>) -> Vec<Vec<Fact>> {
    let meta = &sheet.report.meta;
    let fact = |name: &str, values: Vec<Line>| Fact { name: name.to_owned(), values };
    let known = |text: Option<&String>| text.map_or_else(|| grey("not known"), |t| short(t, 40));
    let build = match &meta.app_version {
        Some(version) if version.contains(&meta.candidate) => version.clone(),
        Some(version) => format!("{version} ({})", meta.candidate),
        None => meta.candidate.clone(),
    };
    let before: Vec<&str> = meta.builds.iter().map(String::as_str).filter(|b| *b != meta.candidate).collect();
    let build = if before.is_empty() { build } else { format!("{build}, after {}", before.join(", ")) };
    let commit =
        meta.commit.as_ref().map_or_else(|| grey("not known"), |c| code(&c.chars().take(8).collect::<String>()));
    let scope = &sheet.report.scope;
    let exposure = format!("{} requests, {} sessions", figures::count(scope.requests), figures::count(scope.sessions));
    let channels = if meta.channels.is_empty() { grey("not known") } else { short(&meta.channels.join(", "), 50) };
    let hash = &meta.packet_sha256;
    let hash = format!("{}…{}", hash.get(..12).unwrap_or(hash), hash.get(hash.len().saturating_sub(6)..).unwrap_or(""));
    vec![
        vec![
            fact("Build", vec![short(&build, 50)]),
            fact("Commit", vec![commit]),
            fact("Environment", vec![known(meta.environment.as_ref())]),
        ],
        vec![
            fact("Testers", vec![plain(&testers(sheet))]),
            fact("Exposure", vec![plain(&exposure)]),
            fact("Channel", vec![channels]),
        ],
        vec![fact("Window", window(sheet)), fact("Packet", vec![code(&format!("sha256 {hash}"))])],
    ]
}

/// `9 of 9: 4 ios, 5 android`.
fn testers(sheet: &Sheet<'_>) -> String {
    let testers = &sheet.report.scope.testers;
    let active = testers.iter().filter(|t| t.sessions > 0).count();
    let mut platforms: Vec<(&str, usize)> = Vec::new();
    for tester in testers {
        match platforms.iter_mut().find(|(name, _)| *name == tester.platform) {
            Some((_, n)) => *n += 1,
            None => platforms.push((&tester.platform, 1)),
        }
    }
    let parts: Vec<String> = platforms.iter().take(4).map(|(name, n)| format!("{n} {}", platform(name))).collect();
    if parts.is_empty() {
        "none on the roster".to_owned()
    } else {
        format!("{active} of {}: {}", testers.len(), parts.join(", "))
    }
}

/// A platform as its makers write it.
#[must_use]
pub fn platform(name: &str) -> String {
    match name {
        "ios" => "iOS".to_owned(),
        "android" => "Android".to_owned(),
        other => cut(other, 20),
    }
}

/// The window in UTC, then its offset in the display zone.
fn window(sheet: &Sheet<'_>) -> Vec<Line> {
    let window = &sheet.report.meta.window;
    let utc = |at: Timestamp, format: &str| at.strftime(format).to_string();
    let midnight = window.from_ms() % 86_400_000 == 0 && window.to_ms() % 86_400_000 == 0;
    let from = utc(window.from, if midnight { "%Y-%m-%d" } else { "%Y-%m-%d %H:%M" });
    let same_year = utc(window.from, "%Y") == utc(window.to, "%Y");
    let to = utc(window.to, if same_year { "%m-%d %H:%M UTC" } else { "%Y-%m-%d %H:%M UTC" });
    let mut lines = vec![plain(&figures::nbsp(&format!("{from} – {to}")))];
    let zone = sheet.zone.zone();
    if *zone != TimeZone::UTC {
        let local = window.to.to_zoned(zone.clone()).strftime("%H:%M %Z").to_string();
        let name = cut(&sheet.report.meta.display_zone, 30).replace('_', " ");
        lines.push(grey(&format!("{local}, {name}")));
    }
    lines
}

/// Verdicts of checks by effect, with their sum.
fn verdicts(sheet: &Sheet<'_>) -> Grid {
    let heads = ["Fail", "Conflict", "No-data", "Inconcl.", "Pending", "Waived", "Pass"];
    let mut columns = vec![("Checks", 1)];
    let named: Vec<String> = heads.iter().map(|head| format!(">{head}")).collect();
    columns.extend(named.iter().map(|name| (name.as_str(), 0)));
    let mut grid = Grid::new(&columns, "No check was judged.");
    let mut sum = [0u64; 8];
    for (effect, row) in &sheet.report.counts.by_effect {
        let name = match effect.as_str() {
            "trigger" => "Triggers",
            "blocker" => "Blockers",
            "hold" => "Holds",
            "action" => "Actions",
            _ => "Advisory",
        };
        let mut cells = vec![plain(&figures::nbsp(&format!("{name} ({})", row.iter().sum::<u64>())))];
        for (at, n) in row.iter().take(heads.len()).enumerate() {
            sum[at] += n;
            // What stops or delays a GO is bold; passes are the expected.
            cells.push(if *n > 0 && at < 5 { bold(&figures::count(*n)) } else { number(*n) });
        }
        sum[7] += row[7];
        grid.rows.push(cells);
    }
    if !grid.rows.is_empty() {
        let mut cells = vec![bold(&figures::nbsp(&format!("Total ({})", sum.iter().sum::<u64>())))];
        cells.extend(sum.iter().take(heads.len()).map(|n| bold(&figures::count(*n))));
        grid.rows.push(cells);
    }
    grid
}

/// What the counts do not say: passes without machine evidence, checks that do not apply.
fn verdicts_note(sheet: &Sheet<'_>) -> String {
    let mut parts = Vec::new();
    match sheet.report.counts.attested_only {
        0 => {}
        1 => parts.push("1 pass rests on people’s word alone.".to_owned()),
        n => parts.push(format!("{n} passes rest on people’s word alone.")),
    }
    match sheet.report.counts.by_effect.iter().map(|(_, row)| row[7]).sum::<u64>() {
        0 => {}
        1 => parts.push("1 check does not apply and is not in the columns.".to_owned()),
        n => parts.push(format!("{n} checks do not apply and are not in the columns.")),
    }
    parts.join(" ")
}

/// The triggers in runbook order; where there are too many, those that are not quiet come first.
fn triggers(sheet: &Sheet<'_>, triggers: &[Trigger]) -> Grid {
    let columns = [("Condition, as in the runbook", 34), ("Evidence", 42), (">Coverage", 0), ("State", 0)];
    let mut grid = Grid::new(&columns, "The runbook has no rollback triggers.");
    let mut ordered: Vec<&Trigger> = triggers.iter().collect();
    if ordered.len() > LISTED {
        ordered.sort_by_key(|trigger| trigger.verdict);
    }
    for trigger in ordered {
        let coverage = trigger.coverage.map_or_else(|| grey("–"), |share| plain(&figures::percent(share)));
        grid.rows.push(vec![
            prose(&cut(&trigger.condition, 300)),
            sheet.proven(prose(&sentence(&clauses(&trigger.sentence, 200))), &trigger.evidence),
            coverage,
            state(trigger.verdict, &trigger.state),
        ]);
    }
    grid.keep(LISTED, link("2-checklist-matrix", "section 2"));
    grid
}

/// What is missing, who owes it, by when.
#[must_use]
pub fn missing(missing: &[Missing], most: usize, longest: usize) -> Grid {
    let mut grid = Grid::new(&[("What", 6), ("Owner", 2), ("Due", 3)], "Nothing.");
    for row in missing {
        let checks = cut(&row.checks.join(", "), 60);
        let mut what = prose(&cut(&row.what, longest));
        what.push(Span::new(Kind::Grey, &format!("({checks})")));
        what.insert(what.len() - 1, Span::words(Kind::Text, " "));
        grid.rows.push(vec![what, plain(&owners(&row.owner)), short(&row.due, 60)]);
    }
    grid.keep(most, link("e-waivers-and-attestation-notes", "appendix E"));
    grid
}

/// Many owners, shortened to the first and how many more.
fn owners(owner: &str) -> String {
    let names: Vec<&str> = owner.split(", ").collect();
    match names.as_slice() {
        [first, second, third, .., _] => {
            format!("{}, {}, {} and {} more", cut(first, 20), cut(second, 20), cut(third, 20), names.len() - 3)
        }
        _ => cut(owner, 60),
    }
}

/// Waivers that one person gave for one reason stand in one line, so that page 1 has room for all.
fn grouped(waivers: &[WaiverNote]) -> Vec<WaiverNote> {
    let mut groups: Vec<WaiverNote> = Vec::new();
    for waiver in waivers {
        let same = |g: &&mut WaiverNote| {
            (&g.state, &g.by, &g.until, &g.reason, &g.why)
                == (&waiver.state, &waiver.by, &waiver.until, &waiver.reason, &waiver.why)
        };
        match groups.iter_mut().find(same) {
            Some(group) => {
                group.item = format!("{}, {}", group.item, waiver.item);
                group.covers.extend(waiver.covers.iter().cloned());
            }
            None => groups.push(waiver.clone()),
        }
    }
    groups
}

fn waiver(waiver: &WaiverNote) -> Line {
    let mut line = bold(&cut(&waiver.item, 120));
    let by = format!(" {} until {}, by {}: ", waiver.state, cut(&waiver.until, 20), cut(&waiver.by, 40));
    line.push(Span::words(Kind::Text, &by));
    line.extend(short(&waiver.reason, 160));
    // An id says nothing to a signer where it is not the check's own.
    let own = waiver.covers.iter().any(|covered| waiver.item.split(", ").any(|item| covered.starts_with(item)));
    if !own && !waiver.covers.is_empty() {
        line.extend(grey(&format!(" Covers {}.", cut(&waiver.covers.join("; "), 160))));
    }
    if waiver.state != "in force" {
        line.extend(grey(&format!(" {}", sentence(&cut(&waiver.why, 160)))));
    }
    line
}
