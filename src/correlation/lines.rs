//! The `logs` frame in, typed lines out: each line once, in order of time, with its tester and session.

use std::collections::{BTreeMap, HashMap, HashSet};

use polars::prelude::{DataFrame, IntoColumn, NamedFrom, PolarsResult, Series};

use super::purpose::{Purpose, Routes};
use super::roster::Roster;

/// One log line, borrowed from the frame. Times are milliseconds UTC; those of devices are
/// put on the servers' clock once that is known.
#[derive(Debug, Clone, Copy, Default)]
pub struct Line<'a> {
    /// Row in the frame.
    pub row: usize,
    pub ts: i64,
    pub source: &'a str,
    pub service: &'a str,
    pub tier: &'a str,
    pub event: &'a str,
    pub client: Option<&'a str>,
    /// How well the client is known: A, B, or C where only the time speaks for one, which is then not named.
    pub grade: Option<&'a str>,
    /// The client whose request is nearest in time, where the grade is C.
    pub near: Option<&'a str>,
    pub platform: Option<&'a str>,
    pub tester: Option<usize>,
    pub build: Option<&'a str>,
    pub user: Option<&'a str>,
    pub owner: Option<&'a str>,
    pub role: Option<&'a str>,
    pub session: Option<&'a str>,
    pub socket: Option<&'a str>,
    pub request: Option<&'a str>,
    pub method: Option<&'a str>,
    pub route: Option<&'a str>,
    pub purpose: Option<Purpose>,
    pub status: Option<i64>,
    pub upstream: Option<i64>,
    pub ms: Option<f64>,
    pub rev: Option<i64>,
    pub reason: Option<&'a str>,
    pub message: Option<&'a str>,
    pub error_type: Option<&'a str>,
    pub file: &'a str,
    pub line: i64,
}

impl Line<'_> {
    /// Whether the answer was 2xx.
    #[must_use]
    pub fn ok(&self) -> bool {
        self.status.is_some_and(|s| (200..300).contains(&s))
    }

    /// Whether this is a request line of this tier.
    #[must_use]
    pub fn is_request(&self, tier: &str) -> bool {
        self.event == "request" && self.tier == tier
    }
}

/// Lines in order of time, and how many were repeated across files, by source.
#[derive(Debug)]
pub struct Lines<'a> {
    pub all: Vec<Line<'a>>,
    pub repeated: BTreeMap<String, u64>,
}

/// Names the sessions of launches that do not name their own, by where the launch stands, so that nothing that follows
/// one of them is lost.
///
/// # Errors
/// Only when a column of the schema is missing, which is a bug.
pub fn name_sessions(mut logs: DataFrame) -> PolarsResult<DataFrame> {
    let (event, session) = (logs.column("event")?.str()?, logs.column("session_key")?.str()?);
    let (file, line) = (logs.column("file")?.str()?, logs.column("line")?.i64()?);
    let nameless = |row: usize| event.get(row) == Some("app.launch") && session.get(row).is_none();
    if !(0..logs.height()).any(nameless) {
        return Ok(logs);
    }
    let name = |row: usize| match session.get(row) {
        None if nameless(row) => {
            Some(format!("{}:{}", file.get(row).unwrap_or_default(), line.get(row).unwrap_or_default()))
        }
        named => named.map(str::to_owned),
    };
    let named: Vec<Option<String>> = (0..logs.height()).map(name).collect();
    logs.with_column(Series::new("session_key".into(), named).into_column())?;
    Ok(logs)
}

/// Reads the frame.
///
/// # Errors
/// Only when a column of the schema is missing, which is a bug.
pub fn read<'a>(logs: &'a DataFrame, roster: &Roster, routes: &Routes) -> PolarsResult<Lines<'a>> {
    let mut lines = Lines { all: Vec::with_capacity(logs.height()), repeated: BTreeMap::new() };
    let mut seen: HashSet<(&str, i64, i64)> = HashSet::with_capacity(logs.height());
    let columns = Columns::of(logs)?;
    for row in 0..logs.height() {
        let Some(line) = columns.line(row, routes) else { continue };
        if columns.exact.get(row) == Some("exact")
            && !seen.insert((line.source, line.ts, columns.hash.get(row).unwrap_or_default()))
        {
            *lines.repeated.entry(line.source.to_owned()).or_default() += 1;
            continue;
        }
        lines.all.push(line);
    }
    name_testers(&mut lines.all, roster);
    carry_sessions(&mut lines.all);
    lines.all.sort_by_key(|line| line.ts);
    Ok(lines)
}

/// A line's tester is that of its user; on a device, that of the file, or of whoever signed in most in it; at a gateway,
/// that of the same request elsewhere.
fn name_testers(lines: &mut [Line<'_>], roster: &Roster) {
    let mut of_file: HashMap<&str, Option<usize>> = HashMap::new();
    let mut signed_in: HashMap<&str, BTreeMap<usize, u64>> = HashMap::new();
    for line in lines.iter() {
        let user = line.user.and_then(|key| roster.by_user(key));
        if line.tier == "device" {
            of_file.entry(line.file).or_insert_with(|| roster.by_file(line.file));
            if let Some(tester) = user {
                *signed_in.entry(line.file).or_default().entry(tester).or_default() += 1;
            }
        }
    }
    for line in lines.iter_mut() {
        line.tester = if line.tier == "device" {
            let most = || Some(*signed_in.get(line.file)?.iter().max_by_key(|(_, n)| **n)?.0);
            of_file.get(line.file).copied().flatten().or_else(most)
        } else {
            line.user.and_then(|key| roster.by_user(key))
        };
    }
    let asked: HashMap<&str, usize> = lines.iter().filter_map(|l| Some((l.request?, l.tester?))).collect();
    for line in lines.iter_mut().filter(|l| l.tier == "gateway") {
        line.tester = line.tester.or_else(|| asked.get(line.request?).copied());
    }
}

/// On a device, what follows a launch belongs to the launch's session and build.
fn carry_sessions(lines: &mut [Line<'_>]) {
    let (mut file, mut session, mut build) = ("", None, None);
    for line in lines.iter_mut().filter(|l| l.tier == "device") {
        if line.file != file {
            (file, session, build) = (line.file, None, None);
        }
        if line.event == "app.launch" {
            (session, build) = (line.session, line.build);
        }
        line.session = line.session.or(session);
        line.build = line.build.or(build);
    }
}

type Texts<'a> = &'a polars::prelude::StringChunked;
type Ints<'a> = &'a polars::prelude::Int64Chunked;

struct Columns<'a> {
    exact: Texts<'a>,
    hash: Ints<'a>,
    ts: Ints<'a>,
    texts: Vec<Texts<'a>>,
    status: Ints<'a>,
    upstream: Ints<'a>,
    ms: &'a polars::prelude::Float64Chunked,
    rev: Ints<'a>,
    line: Ints<'a>,
}

const TEXTS: [&str; 21] = [
    "source",
    "service",
    "tier",
    "event",
    "client",
    "grade",
    "platform",
    "build",
    "user_key",
    "owner_key",
    "role",
    "session_key",
    "socket_id",
    "request_id",
    "method",
    "route",
    "reason",
    "message",
    "error_type",
    "file",
    "local_id",
];

impl<'a> Columns<'a> {
    fn of(logs: &'a DataFrame) -> PolarsResult<Self> {
        let texts: PolarsResult<Vec<Texts<'a>>> = TEXTS.iter().map(|name| logs.column(name)?.str()).collect();
        Ok(Columns {
            exact: logs.column("ts_quality")?.str()?,
            hash: logs.column("line_hash")?.i64()?,
            ts: logs.column("ts")?.i64()?,
            texts: texts?,
            status: logs.column("status")?.i64()?,
            upstream: logs.column("upstream_status")?.i64()?,
            ms: logs.column("duration_ms")?.f64()?,
            rev: logs.column("rev")?.i64()?,
            line: logs.column("line")?.i64()?,
        })
    }

    fn line(&self, row: usize, routes: &Routes) -> Option<Line<'a>> {
        let text = |at: usize| self.texts[at].get(row);
        Some(Line {
            row,
            ts: self.ts.get(row)?,
            source: text(0).unwrap_or_default(),
            service: text(1).unwrap_or_default(),
            tier: text(2).unwrap_or_default(),
            event: text(3).unwrap_or_default(),
            client: text(4),
            grade: text(5),
            near: None,
            platform: text(6),
            tester: None,
            build: text(7),
            user: text(8),
            owner: text(9),
            role: text(10),
            session: text(11),
            socket: text(12),
            request: text(13),
            method: text(14),
            route: text(15),
            purpose: text(15).and_then(|route| routes.purpose(route)),
            status: self.status.get(row),
            upstream: self.upstream.get(row),
            ms: self.ms.get(row),
            rev: self.rev.get(row),
            reason: text(16),
            message: text(17),
            error_type: text(18),
            file: text(19).unwrap_or_default(),
            line: self.line.get(row).unwrap_or_default(),
        })
    }
}
