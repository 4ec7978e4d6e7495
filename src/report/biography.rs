//! The logs and a request id in, the way of that request through all systems out.

use std::collections::BTreeSet;

use polars::prelude::{DataFrame, IdxCa, IdxSize};

use crate::correlation::Correlated;
use crate::judge::plain;
use crate::tables::table::Table;
use crate::tables::{Tables, frame};

/// One request, hop by hop.
#[derive(Debug, Clone)]
pub struct Biography {
    pub request_id: String,
    pub method: String,
    pub route: String,
    pub status: Option<i64>,
    /// A, B or C; none where nothing tells the client.
    pub grade: Option<String>,
    /// Whose request is nearest in time, where the grade is C.
    pub near_client: Option<String>,
    pub retries: i64,
    /// Who asked: tester, device, build, session.
    pub asked_by: String,
    /// Whose data came back, where the answer says so.
    pub answered_with: Option<String>,
    /// The answer belongs to somebody else than who asked.
    pub foreign_owner: bool,
    /// First time a server saw it, milliseconds UTC.
    pub at: i64,
    pub lanes: Vec<Lane>,
    /// Services with logs in the evidence that hold no line of it.
    pub silent: Vec<String>,
    pub lines: Vec<Line>,
}

/// One attempt at one hop. Times are milliseconds after the request's first moment, by the servers' clock.
#[derive(Debug, Clone)]
pub struct Lane {
    pub hop: String,
    pub from_ms: f64,
    pub to_ms: f64,
    /// What the hop's own clock said against the servers', in milliseconds, where that is known to be off.
    pub clock_ms: Option<i64>,
}

/// A log line of the request, or one that its device wrote right beside it.
#[derive(Debug, Clone)]
pub struct Line {
    pub hop: String,
    pub ts: i64,
    pub text: String,
    pub place: String,
}

/// Ids in the evidence that begin with `prefix`, in order; an exact one stands alone.
///
/// # Errors
/// Only on a frame without a column of the schema, which is a bug.
pub fn matching(tables: &Tables, prefix: &str) -> anyhow::Result<Vec<String>> {
    let Some(logs) = tables.frames.get("logs") else { return Ok(Vec::new()) };
    let ids = logs.column("request_id")?.str()?;
    let found: BTreeSet<&str> = ids.iter().flatten().filter(|id| id.starts_with(prefix)).collect();
    if found.contains(prefix) {
        return Ok(vec![prefix.to_owned()]);
    }
    Ok(found.into_iter().map(str::to_owned).collect())
}

/// Tells the biography of one request.
///
/// # Errors
/// Only on a frame without a column of the schema, which is a bug.
pub fn tell(tables: &Tables, correlated: &Correlated, id: &str) -> anyhow::Result<Option<Biography>> {
    let Some(logs) = tables.frames.get("logs") else { return Ok(None) };
    let own = rows_where(logs, |row, ids| ids.get(row) == Some(id))?;
    if own.rows.is_empty() {
        return Ok(None);
    }
    let requests = plain(tables, "requests");
    let known = (0..requests.rows.len()).find(|row| requests.cell(*row, "request_id").as_text() == Some(id));
    let fact = |name: &str| known.and_then(|row| requests.cell(row, name).as_text()).map(str::to_owned);
    let lanes = lanes(&own, correlated);
    let (user, owner) = (fact("user_key"), fact("owner_key"));
    let first = |name: &str| (0..own.rows.len()).find_map(|row| own.cell(row, name).as_text()).unwrap_or_default();
    let mut lines: Vec<Line> = (0..own.rows.len()).map(|row| line(&own, row)).collect();
    lines.extend(beside(logs, &own)?);
    lines.sort_by(|a, b| (a.ts, &a.place).cmp(&(b.ts, &b.place)));
    Ok(Some(Biography {
        request_id: id.to_owned(),
        method: first("method").to_owned(),
        route: first("route").to_owned(),
        status: known.and_then(|row| requests.cell(row, "status").as_int()),
        grade: fact("grade"),
        near_client: fact("near_client"),
        retries: known.and_then(|row| requests.cell(row, "retries").as_int()).unwrap_or(0),
        asked_by: asked_by(&own, correlated, user.as_deref()),
        answered_with: owner.as_deref().map(|owner| person(correlated, owner)),
        foreign_owner: owner.is_some() && user.is_some() && owner != user,
        at: lanes.1,
        lanes: lanes.0,
        silent: silent(logs, &own)?,
        lines,
    }))
}

/// Rows of the logs that a test on the request ids picks, as plain cells.
fn rows_where(logs: &DataFrame, is: impl Fn(usize, &polars::prelude::StringChunked) -> bool) -> anyhow::Result<Table> {
    let ids = logs.column("request_id")?.str()?;
    let rows: Vec<IdxSize> = (0..logs.height()).filter(|row| is(*row, ids)).map(|row| row as IdxSize).collect();
    Ok(frame::to_table(&logs.take(&IdxCa::from_vec("".into(), rows))?))
}

/// Every attempt at every hop, and the moment that counts as zero. A line is written when its hop is done.
fn lanes(own: &Table, correlated: &Correlated) -> (Vec<Lane>, i64) {
    let mut seen: Vec<(String, f64, f64, Option<i64>)> = Vec::new();
    for row in 0..own.rows.len() {
        let Some(ts) = own.cell(row, "ts").as_int() else { continue };
        let device = own.cell(row, "tier").as_text() == Some("device");
        let tester = own.cell(row, "tester").as_text().and_then(|code| correlated.roster.by_name(code));
        let end = if device { correlated.clocks.server_time(ts, tester) } else { ts };
        let took = own.cell(row, "duration_ms").as_float().unwrap_or(0.0);
        let clock = (end != ts).then_some(ts - end);
        seen.push((hop(own, row), end as f64 - took, end as f64, clock));
    }
    let zero = seen.iter().map(|(_, from, _, _)| *from).fold(f64::INFINITY, f64::min);
    seen.sort_by(|a, b| order(&a.0).cmp(&order(&b.0)).then(a.1.total_cmp(&b.1)));
    let lanes = seen.into_iter().map(|(hop, from, to, clock_ms)| Lane {
        hop,
        from_ms: from - zero,
        to_ms: to - zero,
        clock_ms,
    });
    (lanes.collect(), if zero.is_finite() { zero as i64 } else { 0 })
}

fn order(hop: &str) -> u8 {
    match hop {
        "device" => 0,
        hop if hop.starts_with("gateway") => 1,
        _ => 2,
    }
}

/// What to call the hop of a line: a server goes by its service.
fn hop(own: &Table, row: usize) -> String {
    let service = own.cell(row, "service").as_text().unwrap_or("service");
    match own.cell(row, "tier").as_text() {
        Some("device") => "device".to_owned(),
        Some("gateway") if service.starts_with("gateway") => service.to_owned(),
        Some("gateway") => format!("gateway {service}"),
        _ => service.to_owned(),
    }
}

fn line(own: &Table, row: usize) -> Line {
    let text = |name: &str| own.cell(row, name).as_text().unwrap_or_default();
    let number = |name: &str| own.cell(row, name).as_float();
    let mut parts = Vec::new();
    if !text("method").is_empty() {
        parts.push(format!("{} {}", text("method"), text("route")));
    }
    parts.extend(number("status").map(|s| format!("{s}")));
    parts.extend(number("duration_ms").map(|ms| format!("in {ms:.0} ms")));
    parts.extend(number("upstream_status").map(|s| format!("upstream {s}")));
    parts.extend(number("rev").map(|rev| format!("revision {rev}")));
    for name in ["reason", "error_type"] {
        if !text(name).is_empty() {
            parts.push(text(name).to_owned());
        }
    }
    if text("method").is_empty() || !text("error_type").is_empty() {
        parts.push(text("message").to_owned());
    }
    let place = format!("{}:{}", text("file"), own.cell(row, "line").as_int().unwrap_or(0));
    Line { hop: hop(own, row), ts: own.cell(row, "ts").as_int().unwrap_or(0), text: parts.join(" · "), place }
}

/// Lines that a device wrote right behind one of the request: what the app made of the answer.
fn beside(logs: &DataFrame, own: &Table) -> anyhow::Result<Vec<Line>> {
    let device = |row: &usize| own.cell(*row, "tier").as_text() == Some("device");
    let wanted: BTreeSet<(&str, i64)> = (0..own.rows.len())
        .filter(device)
        .filter_map(|row| Some((own.cell(row, "file").as_text()?, own.cell(row, "line").as_int()?)))
        .flat_map(|(file, line)| [(file, line + 1), (file, line + 2)])
        .collect();
    let (files, numbers) = (logs.column("file")?.str()?, logs.column("line")?.i64()?);
    let near = rows_where(logs, |row, ids| {
        let place = files.get(row).zip(numbers.get(row));
        ids.get(row).is_none() && place.is_some_and(|place| wanted.contains(&place))
    })?;
    Ok((0..near.rows.len()).map(|row| line(&near, row)).collect())
}

/// Services that have logs and did not write a line of the request.
fn silent(logs: &DataFrame, own: &Table) -> anyhow::Result<Vec<String>> {
    let seen: BTreeSet<&str> = (0..own.rows.len()).filter_map(|row| own.cell(row, "service").as_text()).collect();
    let all: BTreeSet<&str> = logs.column("service")?.str()?.iter().flatten().collect();
    Ok(all.difference(&seen).map(|name| (*name).to_owned()).collect())
}

fn asked_by(own: &Table, correlated: &Correlated, user: Option<&str>) -> String {
    let first = |name: &str| (0..own.rows.len()).find_map(|row| own.cell(row, name).as_text());
    let tester = first("tester").and_then(|code| correlated.roster.testers.iter().find(|t| t.code == code));
    let mut parts = vec![match (tester, user) {
        (Some(t), _) => t.code.clone(),
        (None, Some(user)) => user.to_owned(),
        (None, None) => "unknown".to_owned(),
    }];
    parts.extend(tester.map(|t| format!("{}, {}", t.device, t.os_version)));
    parts.extend(first("client").map(str::to_owned));
    parts.extend(first("build").map(|build| format!("build {build}")));
    parts.extend(first("session_key").map(|session| format!("session {}", session.get(..8).unwrap_or(session))));
    parts.join(" · ")
}

/// A tester's code, or the pseudonym of anybody else.
fn person(correlated: &Correlated, key: &str) -> String {
    correlated.roster.by_user(key).and_then(|t| correlated.roster.code(t)).unwrap_or(key).to_owned()
}
