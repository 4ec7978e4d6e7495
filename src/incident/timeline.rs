//! What happened when, from all sources, starting before the trigger; the few that a reader needs are curated, and the
//! rest is kept for the appendix.

use std::collections::BTreeSet;

use super::event::Event;
use super::leak::capital;
use super::record::Change;
use super::study::{HOUR_MS, MINUTE_MS, Study, end, lasting, ms, time};
use super::times::{containments, opened_entry, reports};
use crate::queries::engine;
use crate::report::incident::{Clock, Kind, Moment, Suspect, Times};

/// The timeline begins so long before the first bad event …
const BEFORE_MS: i64 = 24 * HOUR_MS;
/// … and ends so long after recovery.
const AFTER_MS: i64 = 6 * HOUR_MS;
/// First bad events of single testers that are curated.
const TESTERS: usize = 4;
/// Other errors, sockets and sessions in the list.
const OTHERS: usize = 400;

/// All moments, in order of time.
///
/// # Errors
/// When the logs cannot be read.
pub(super) fn of(study: &Study<'_>, times: &Times, suspects: &[Suspect]) -> anyhow::Result<Vec<Moment>> {
    let first = ms(&times.first_bad).or(ms(&times.rolled_back)).unwrap_or(study.plan.stage.beta.from_ms());
    let window = (first - BEFORE_MS, end(times, study.as_of).max(first) + AFTER_MS);
    let mut all = changes(study, suspects, first, window);
    all.extend(bad_events(study));
    all.extend(onset(times));
    all.extend(people(study, times, first));
    all.extend(responses(study, times, first));
    all.extend(audited(study, window));
    all.extend(recovery(study, times));
    all.extend(around(study, first, window)?);
    all.sort_by(|a, b| (a.at, a.kind, &a.text).cmp(&(b.at, b.kind, &b.text)));
    all.dedup_by(|a, b| a.at == b.at && a.text == b.text && a.lead == b.lead);
    Ok(all)
}

fn moment(at: i64, kind: Kind, curated: bool, lead: &str, text: String) -> Option<Moment> {
    Some(Moment {
        at: time(at)?,
        to: None,
        kind,
        curated,
        lead: lead.to_owned(),
        text,
        quote: String::new(),
        source: String::new(),
        evidence: Vec::new(),
        clock: Clock::Exact,
    })
}

fn from(moment: Option<Moment>, source: &str, place: &str, clock: Clock) -> Option<Moment> {
    moment.map(|m| Moment { source: source.to_owned(), evidence: vec![place.to_owned()], clock, ..m })
}

/// Deploys, builds, flags and maintenance modes; those that are suspects or come right before are curated.
fn changes(study: &Study<'_>, suspects: &[Suspect], first: i64, window: (i64, i64)) -> Vec<Moment> {
    let suspect = |c: &Change| suspects.iter().take(3).any(|s| s.name == c.name && s.at.as_millisecond() == c.at);
    let inside = |c: &&Change| (window.0..=window.1).contains(&c.at) || suspect(c);
    let row = |c: &Change| {
        let curated = c.undoes.is_none() && (suspect(c) || c.at <= first && c.at >= first - HOUR_MS);
        let lead = match c.kind {
            "deploy" => format!("{} live", capital(&c.name)),
            _ => capital(&c.name),
        };
        let mut text = String::new();
        if let Some(commit) = &c.commit {
            text.push_str(&format!("commit {}", commit.get(..8).unwrap_or(commit)));
        }
        if c.began < c.at {
            text.push_str(&format!(
                "{}begun {} before",
                if text.is_empty() { "" } else { ", " },
                lasting(c.at - c.began)
            ));
        }
        let source = if matches!(c.kind, "deploy" | "build") { "deploys" } else { "audit" };
        let clock = if c.kind == "deploy" { Clock::Within { ms: 1000 } } else { Clock::Exact };
        from(moment(c.at, Kind::Change, curated, &lead, text), source, &c.place, clock)
    };
    // What is undone is told as an action of the response, when it comes after the first bad event.
    let all = study.record.changes.iter().filter(inside).filter(|c| c.undoes.is_none() || c.at < first);
    all.filter_map(row).collect()
}

/// Every bad event; the first, the last, and the first of each tester are curated.
fn bad_events(study: &Study<'_>) -> Vec<Moment> {
    let spec = &study.case.events.spec;
    let n = study.case.bad.len();
    let mut met: BTreeSet<&str> = BTreeSet::new();
    let mut all = Vec::new();
    for (at, event) in study.case.bad_events().enumerate() {
        let who = event.tester.as_deref().or(event.user.as_deref()).unwrap_or("somebody");
        let says = Some(event.says.as_str()).filter(|s| !s.is_empty());
        let detail = [event.route.as_deref(), says].into_iter().flatten().collect::<Vec<_>>().join(", ");
        let new = met.insert(who);
        let (curated, lead) = match at {
            0 => (true, format!("First {}:", spec.one)),
            at if at + 1 == n => (true, format!("Last {}:", spec.one)),
            _ if new && met.len() <= TESTERS + 1 => (true, format!("First {} of {who}:", spec.one)),
            _ => (false, String::new()),
        };
        let text =
            if curated { format!("{who}, {detail}") } else { format!("{}: {who}, {detail}", capital(&spec.one)) };
        let source = [event.service.clone(), event.request.as_deref().map(|id| id.get(..8).unwrap_or(id).to_owned())];
        let source = source.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let clock = clock_of(study, event);
        all.extend(from(
            moment(event.ts, Kind::Signal, curated, &lead, text),
            &source,
            &format!("{}:{}", event.file, event.line),
            clock,
        ));
    }
    all
}

/// How sure the time of an event is: a server writes its own; a device's is as good as the comparison of its clock.
fn clock_of(study: &Study<'_>, event: &Event) -> Clock {
    if event.service.as_deref() != Some("device") {
        return Clock::Exact;
    }
    let roster = &study.judged.correlated.roster;
    let clock =
        event.tester.as_deref().and_then(|t| roster.by_name(t)).and_then(|t| study.judged.correlated.clocks.0.get(&t));
    clock.map_or(Clock::Unchecked, |_| Clock::Within { ms: 500 })
}

fn onset(times: &Times) -> Vec<Moment> {
    let Some(onset) = &times.onset else { return Vec::new() };
    let text = format!(
        "{} of {} before, {} of {} after; the change lies between {} and {} UTC (95 %)",
        onset.before.0,
        onset.before.1,
        onset.after.0,
        onset.after.1,
        onset.window.from.strftime("%H:%M:%S"),
        onset.window.to.strftime("%H:%M:%S"),
    );
    let clock = Clock::Within { ms: (onset.window.to_ms() - onset.window.from_ms()) / 2 };
    from(
        moment(onset.at.as_millisecond(), Kind::Signal, false, "The rate changes:", text),
        "change point",
        "times.onset",
        clock,
    )
    .into_iter()
    .collect()
}

/// Reports and the opened incident.
fn people(study: &Study<'_>, times: &Times, first: i64) -> Vec<Moment> {
    let last = ms(&times.last_bad).unwrap_or(study.as_of);
    let about = reports(study, first, last);
    let mut all = Vec::new();
    for (at, report) in about.iter().enumerate() {
        let who = study.code(&report.by);
        let severity = if report.severity.is_empty() { String::new() } else { format!(" ({})", report.severity) };
        let lead = format!("{who} reports{severity}:");
        let said = moment(report.at, Kind::Detection, at < 3, &lead, String::new());
        let said = said.map(|m| Moment { quote: report.text.clone(), ..m });
        all.extend(from(said, &report.channel, &report.place, Clock::Within { ms: 1000 }));
    }
    if let Some(entry) = opened_entry(study, first, last) {
        let mut text = [entry.text("severity"), entry.text("summary")].join(", ");
        if let Some(report) = ms(&times.first_report).filter(|at| *at < entry.at) {
            text.push_str(&format!("; {} after the first report", lasting(entry.at - report)));
        }
        let lead = format!("Incident {} opened", entry.target);
        let text = text.trim_start_matches(", ").to_owned();
        all.extend(from(moment(entry.at, Kind::Decision, true, &lead, text), "audit", &entry.place, Clock::Exact));
    }
    if let Some(at) = ms(&times.resolved) {
        let place = times.resolved.evidence.first().map_or("", String::as_str);
        all.extend(from(
            moment(at, Kind::Decision, true, "Incident marked resolved", String::new()),
            "audit",
            place,
            Clock::Exact,
        ));
    }
    all
}

/// Pulls, roll-backs, flags switched off, notices.
fn responses(study: &Study<'_>, times: &Times, first: i64) -> Vec<Moment> {
    let last = ms(&times.last_bad).unwrap_or(study.as_of);
    let mut all = Vec::new();
    for c in containments(study, first, last) {
        let source = if c.how == "rolled back" { "deploys" } else { "audit" };
        let clock = if c.how == "rolled back" { Clock::Within { ms: 1000 } } else { Clock::Exact };
        all.extend(from(moment(c.at, Kind::Action, true, &capital(&c.what), String::new()), source, &c.place, clock));
        let began = study
            .record
            .changes
            .iter()
            .find(|d| d.kind == "deploy" && d.at == c.at)
            .map(|d| (d.began, d.place.clone()));
        if let Some((began, place)) = began.filter(|(began, _)| *began < c.at) {
            let lead = format!("{} begins", capital(&c.what).replace("Rolled back", "Roll-back"));
            all.extend(from(
                moment(began, Kind::Action, false, &lead, String::new()),
                source,
                &place,
                Clock::Within { ms: 1000 },
            ));
        }
    }
    for e in study.record.entries_of("testers.notified").filter(|e| e.at >= first) {
        let text = [e.text("channel"), e.text("message")]
            .iter()
            .filter(|t| !t.is_empty())
            .copied()
            .collect::<Vec<_>>()
            .join(": ");
        all.extend(from(moment(e.at, Kind::Action, true, "Testers told", text), "audit", &e.place, Clock::Exact));
    }
    all
}

/// Everything else that was audited in the time; sign-ins and exports are not listed one by one.
fn audited(study: &Study<'_>, window: (i64, i64)) -> Vec<Moment> {
    let told = |action: &str| {
        let known = ["incident.", "distribution.", "feature_flag.", "testers.", "auth.", "export."];
        known.iter().any(|lead| action.starts_with(lead))
    };
    let inside = |e: &&super::record::Entry| (window.0..=window.1).contains(&e.at) && !told(&e.action);
    let row = |e: &super::record::Entry| {
        let drill = if e.drill || e.action.starts_with("drill.") { ", planned" } else { "" };
        let lead = format!("{}{drill}", e.action);
        from(moment(e.at, Kind::Change, false, &lead, e.target.clone()), "audit", &e.place, Clock::Exact)
    };
    study.record.entries.iter().filter(inside).filter_map(row).collect()
}

fn recovery(study: &Study<'_>, times: &Times) -> Vec<Moment> {
    let Some(at) = ms(&times.recovered) else { return Vec::new() };
    let spec = &study.case.events.spec;
    let place = times.recovered.evidence.first().map_or("", String::as_str);
    let text = format!(
        "{}; {} after the last {}",
        times.recovered.how,
        lasting(at - ms(&times.last_bad).unwrap_or(at)),
        spec.one
    );
    from(moment(at, Kind::Recovery, true, "Recovered:", text), "logs", place, Clock::Minute).into_iter().collect()
}

/// What else the systems showed in the hour before, in the impact and in the hour after: errors of other kinds, sockets
/// that were lost, crashes, exceptions.
fn around(study: &Study<'_>, first: i64, window: (i64, i64)) -> anyhow::Result<Vec<Moment>> {
    let (from_ms, to_ms) = (first - HOUR_MS, window.1 - AFTER_MS + HOUR_MS);
    let sql = format!(
        "SELECT server_ts AS ts, tier, service, event, level, tester, route, status, error_type, message, reason, file, line FROM logs \
         WHERE server_ts >= {from_ms} AND server_ts <= {to_ms} \
         AND (event = 'server.started' OR client = {{{{ cohort }}}} AND (event = 'request' AND status >= 500 OR event LIKE 'app.exception' \
         OR event LIKE 'app.native_crash' OR event LIKE 'nav.blank_screen' OR event LIKE 'positions.stale' OR event LIKE '%failed' \
         OR event LIKE 'socket.disconnected' OR event LIKE 'net.offline' OR event LIKE 'net.degraded')) \
         ORDER BY ts, file, line"
    );
    let rows = engine::run(&study.judged.tables, &sql, &study.judged.literals)?;
    let hits: BTreeSet<(&str, i64)> = study.case.bad_events().map(|e| (e.file.as_str(), e.line)).collect();
    let mut met: BTreeSet<String> = BTreeSet::new();
    let mut all = Vec::new();
    for row in 0..rows.rows.len() {
        let text = |name: &str| rows.cell(row, name).as_text().unwrap_or_default();
        let (file, line) = (text("file"), rows.cell(row, "line").as_int().unwrap_or(0));
        let Some(ts) = rows.cell(row, "ts").as_int() else { continue };
        if hits.contains(&(file, line)) || all.len() >= OTHERS {
            continue;
        }
        let what = match text("event") {
            "request" => format!("{} on {}", rows.cell(row, "status").as_int().unwrap_or(0), text("route")),
            event => event.to_owned(),
        };
        let new = met.insert(format!("{} {what}", text("service")));
        let detail =
            ["error_type", "reason", "message"].iter().map(|n| text(n)).find(|t| !t.is_empty()).unwrap_or_default();
        let lead = if new { format!("First {what}:") } else { format!("{what}:") };
        let said = format!(
            "{}{}",
            text("tester"),
            if detail.is_empty() {
                String::new()
            } else {
                format!(" · {}", detail.lines().next().unwrap_or_default())
            }
        );
        let clock = if text("tier") == "device" { Clock::Within { ms: 500 } } else { Clock::Exact };
        // An error of its own kind that first shows while it goes wrong may belong to it or not: a reader should see it.
        let curated = new
            && text("event") == "request"
            && ts >= first - 5 * MINUTE_MS
            && ts <= window.1 - AFTER_MS
            && met.len() <= TESTERS;
        all.extend(from(
            moment(ts, Kind::Signal, curated, &lead, said),
            text("service"),
            &format!("{file}:{line}"),
            clock,
        ));
    }
    Ok(all)
}
