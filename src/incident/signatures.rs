//! Log signatures that are new, surged or vanished while it went wrong, against the time before.

use std::collections::BTreeMap;

use super::study::{HOUR_MS, MINUTE_MS, Study, time};
use crate::queries::engine;
use crate::report::incident::SignatureRow;
use crate::signatures;
use crate::statistics::{Rate, multiple, poisson};
use crate::tables::table::Table;

/// The time before that is compared: enough for a baseline, at most so long.
const BEFORE_MS: i64 = 7 * 24 * HOUR_MS;
/// A short incident is given some minutes, so that its log has lines.
const LEAST_MS: i64 = 5 * MINUTE_MS;
/// Adjusted p at which a rate counts as changed.
const CHANGED: f64 = 0.01;
/// Least ratio that is called a surge.
const SURGE: f64 = 2.0;
/// Rows that are shown of what changed.
const MOST: usize = 20;

/// Lines of one signature in the incident and before.
#[derive(Default)]
struct Tally {
    during: u64,
    before: u64,
    /// Row of its first line in the incident, else of its first at all.
    example: Option<usize>,
    first: Option<i64>,
}

/// The signatures that changed, those of errors first.
///
/// # Errors
/// When the logs cannot be read.
pub(super) fn of(study: &Study<'_>) -> anyhow::Result<Vec<SignatureRow>> {
    let Some((first, last)) = study.span() else { return Ok(Vec::new()) };
    let until = last.max(first + LEAST_MS);
    let from = first - BEFORE_MS;
    let rows = lines(study, from, until)?;
    let texts: Vec<String> = (0..rows.rows.len()).map(|row| text(&rows, row)).collect();
    let mined = signatures::mine(&texts);
    // The same words of two services are two signatures for on-call, with one id.
    let mut tallies: BTreeMap<(u32, &str), Tally> = BTreeMap::new();
    let (mut during, mut before) = (0u64, 0u64);
    for (row, signature) in mined.assignment.iter().enumerate() {
        let Some(ts) = rows.cell(row, "ts").as_int() else { continue };
        let service = rows.cell(row, "service").as_text().unwrap_or_default();
        let tally = tallies.entry((*signature, service)).or_default();
        if ts >= first {
            during += 1;
            tally.during += 1;
            if tally.first.is_none() {
                (tally.first, tally.example) = (Some(ts), Some(row));
            }
        } else {
            before += 1;
            tally.before += 1;
            tally.example.get_or_insert(row);
        }
    }
    let exposure = (during as f64, before as f64);
    let tested = |tally: &Tally| {
        let during = Rate { events: tally.during, exposure: exposure.0 };
        poisson::ratio(during, Rate { events: tally.before, exposure: exposure.1 }, 0.95)
    };
    let ratios: Vec<Option<poisson::Ratio>> = tallies.values().map(tested).collect();
    let p: Vec<f64> = ratios.iter().map(|r| r.map_or(1.0, |r| r.p_two_sided)).collect();
    let adjusted = multiple::benjamini_hochberg(&p);
    let mut all: Vec<(f64, SignatureRow)> = Vec::new();
    for (((key, tally), ratio), q) in tallies.iter().zip(ratios).zip(adjusted) {
        let state = state(tally, ratio.as_ref(), q, before);
        if state != "steady" {
            all.push((q, row(&rows, &mined, *key, tally, ratio, state)));
        }
    }
    all.sort_by(|(p, a), (q, b)| {
        let grave = |r: &SignatureRow| !matches!(r.level.as_str(), "error" | "fatal" | "warn");
        let rank = |r: &SignatureRow| ["new", "surged", "vanished"].iter().position(|s| *s == r.state);
        grave(a)
            .cmp(&grave(b))
            .then(rank(a).cmp(&rank(b)))
            .then(p.total_cmp(q))
            .then((&a.id, &a.service).cmp(&(&b.id, &b.service)))
    });
    all.truncate(MOST);
    Ok(all.into_iter().map(|(_, row)| row).collect())
}

/// Lines of servers and devices that say something: requests that failed, and everything that is no request.
fn lines(study: &Study<'_>, from: i64, until: i64) -> anyhow::Result<Table> {
    let sql = format!(
        "SELECT server_ts AS ts, service, level, event, status, error_type, reason, message, file, line FROM logs \
         WHERE server_ts >= {from} AND server_ts <= {until} AND (drill IS NULL OR drill = 0) \
         AND (tier IN ('server', 'device') AND event <> 'request' OR tier = 'server' AND status >= 400) ORDER BY ts, file, line"
    );
    engine::run(&study.judged.tables, &sql, &study.judged.literals)
}

/// What a line says: the error of a failed request, else its message.
fn text(rows: &Table, row: usize) -> String {
    let cell = |name: &str| rows.cell(row, name).as_text().unwrap_or_default();
    let first_line = |t: &str| t.lines().next().unwrap_or_default().to_owned();
    let parts: Vec<String> = match cell("event") {
        "request" => vec![
            rows.cell(row, "status").as_int().map(|s| s.to_string()).unwrap_or_default(),
            cell("error_type").to_owned(),
            cell("reason").to_owned(),
            first_line(cell("message")),
        ],
        event if cell("message").is_empty() => {
            vec![event.to_owned(), cell("reason").to_owned(), cell("error_type").to_owned()]
        }
        _ => vec![first_line(cell("message"))],
    };
    parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(" ")
}

fn state(tally: &Tally, ratio: Option<&poisson::Ratio>, q: f64, before: u64) -> &'static str {
    match (tally.during, tally.before, ratio) {
        // Without a time before, nothing can be new.
        (_, _, None) => "steady",
        (1.., 0, _) if before > 0 => "new",
        (0, _, Some(_)) if q <= CHANGED => "vanished",
        (1.., _, Some(r)) if q <= CHANGED && r.ratio.is_some_and(|x| x >= SURGE) => "surged",
        _ => "steady",
    }
}

fn row(
    rows: &Table,
    mined: &signatures::Mined,
    (signature, service): (u32, &str),
    tally: &Tally,
    ratio: Option<poisson::Ratio>,
    state: &str,
) -> SignatureRow {
    let known = mined.signatures.get(signature as usize);
    let example = tally.example.unwrap_or(0);
    let cell = |name: &str| rows.cell(example, name).as_text().unwrap_or_default();
    SignatureRow {
        id: known.map(|s| s.id.clone()).unwrap_or_default(),
        template: known.map(|s| s.template.clone()).unwrap_or_default(),
        state: state.to_owned(),
        service: service.to_owned(),
        level: cell("level").to_owned(),
        during: tally.during,
        before: tally.before,
        ratio: ratio.and_then(|r| r.ratio),
        low: ratio.map_or(0.0, |r| r.lower),
        high: ratio.map(|r| r.upper).filter(|high| high.is_finite()),
        first: tally.first.and_then(time),
        example: text(rows, example),
        place: format!("{}:{}", cell("file"), rows.cell(example, "line").as_int().unwrap_or(0)),
    }
}
