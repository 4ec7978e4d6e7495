//! What changed since the earlier summary: verdicts, builds and deploys, new errors.

use std::collections::BTreeMap;

use super::history::Earlier;
use crate::config::Window;
use crate::judge::{Judged, plain};
use crate::queries::engine;
use crate::report::weekly::{Change, VerdictRow};
use crate::rules::count;
use crate::signatures;
use crate::verdict::Verdict;

/// Changes of one kind that are told.
const MOST: usize = 8;

/// Every check now and before, by the verdict as the summary shows it.
pub(super) fn verdicts(judged: &Judged, earlier: Option<&Earlier>) -> Vec<VerdictRow> {
    let row = |f: &crate::checks::Finding| VerdictRow {
        item: f.item.clone(),
        check: f.check.clone(),
        title: f.title.clone(),
        now: shown(f),
        before: earlier.and_then(|e| e.verdicts.get(&f.check).copied()),
    };
    judged.findings.iter().map(row).collect()
}

/// While the beta goes on, a word that nobody has given yet is pending; only the sign-off calls it missing
/// (statistics.md S1 rule 6).
pub(super) fn shown(finding: &crate::checks::Finding) -> Verdict {
    let waits = finding.verdict == Verdict::NoData && !finding.owed.is_empty() && finding.observed.is_empty();
    if waits { Verdict::Pending } else { finding.verdict }
}

/// The changes, verdicts first.
///
/// # Errors
/// When the logs cannot be read.
pub(super) fn of(judged: &Judged, rows: &[VerdictRow], window: Window) -> anyhow::Result<Vec<Change>> {
    let mut all = transitions(judged, rows);
    all.extend(releases(judged, window));
    all.extend(errors(judged, window)?);
    all.extend(conflicts(judged, rows));
    Ok(all)
}

/// Checks that went the same way for the same reason are one line.
fn transitions(judged: &Judged, rows: &[VerdictRow]) -> Vec<Change> {
    let mut by: BTreeMap<(Verdict, Verdict, String), Vec<&str>> = BTreeMap::new();
    for row in rows {
        let Some(before) = row.before.filter(|before| *before != row.now) else { continue };
        let finding = judged.findings.iter().find(|f| f.check == row.check);
        // What was not observed is a reason only for a verdict that it limits; a word may pass a line all the same.
        let unseen = |f: &crate::checks::Finding| f.observed.first().filter(|_| row.now == Verdict::NoData).cloned();
        let why = finding.map_or(row.title.clone(), |f| unseen(f).unwrap_or_else(|| f.sentence.clone()));
        by.entry((row.now, before, why)).or_default().push(&row.item);
    }
    let change = |((now, before, what), items): ((Verdict, Verdict, String), Vec<&str>)| Change {
        kind: "verdict".to_owned(),
        about: items.join(", "),
        what,
        before: Some(before),
        now: Some(now),
    };
    by.into_iter().map(change).collect()
}

/// Builds, deploys and flags of the week.
fn releases(judged: &Judged, window: Window) -> Vec<Change> {
    let change = |kind: &str, about: String, what: String| Change {
        kind: kind.to_owned(),
        about,
        what,
        before: None,
        now: None,
    };
    let audit = plain(&judged.tables, "audit");
    let at = |ms: i64| {
        jiff::Timestamp::from_millisecond(ms)
            .map_or_else(|_| String::new(), |t| t.strftime("%a %-d %b %H:%M UTC").to_string())
    };
    let mut all = Vec::new();
    for row in 0..audit.rows.len() {
        let Some(ts) = audit.cell(row, "ts").as_int().filter(|ts| window.holds(*ts)) else { continue };
        let target = audit.cell(row, "target").as_text().unwrap_or_default();
        match audit.cell(row, "action").as_text().unwrap_or_default() {
            "distribution.published" => {
                all.push(change("build", format!("Build {target}"), format!("offered to testers on {}", at(ts))));
            }
            "distribution.removed" => {
                all.push(change(
                    "build",
                    format!("Build {target}"),
                    format!("removed from distribution on {}", at(ts)),
                ));
            }
            "feature_flag.updated" => {
                all.push(change("flag", format!("Flag {target}"), format!("changed on {}", at(ts))))
            }
            _ => {}
        }
    }
    let deploys = judged.correlated.windows.deploys.iter().filter(|d| window.holds(d.finished));
    all.extend(deploys.map(|d| change("deploy", d.service.clone(), format!("{} live on {}", d.what, at(d.finished)))));
    all.truncate(2 * MOST);
    all
}

/// Templates of errors that were never seen before the week, the most frequent first.
fn errors(judged: &Judged, window: Window) -> anyhow::Result<Vec<Change>> {
    let sql = format!(
        "SELECT server_ts AS ts, status, error_type, message, file, line FROM logs \
         WHERE (tier = 'server' OR tier = 'device' AND event <> 'request') AND drill = 0 AND server_ts < {} AND (level IN ('error', 'fatal') OR status >= 500) \
         AND (client IS NULL OR client NOT IN ('probe', 'internal')) ORDER BY ts, file, line",
        window.to_ms()
    );
    let rows = engine::run(&judged.tables, &sql, &judged.literals)?;
    let text = |row: usize| {
        let cell = |name: &str| rows.cell(row, name).as_text().unwrap_or_default();
        let status = rows.cell(row, "status").as_int().map(|s| s.to_string()).unwrap_or_default();
        let message = cell("message").lines().next().unwrap_or_default().to_owned();
        [status, cell("error_type").to_owned(), message]
            .into_iter()
            .filter(|p| !p.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let texts: Vec<String> = (0..rows.rows.len()).map(text).collect();
    let mined = signatures::mine(&texts);
    let mut seen: BTreeMap<u32, (u64, bool)> = BTreeMap::new();
    for (row, signature) in mined.assignment.iter().enumerate() {
        let before = rows.cell(row, "ts").as_int().is_some_and(|ts| ts < window.from_ms());
        let held = seen.entry(*signature).or_default();
        held.0 += 1;
        held.1 |= before;
    }
    // In the first week of the evidence everything would be new.
    let began = rows.cell(0, "ts").as_int().is_none_or(|ts| ts >= window.from_ms());
    let mut new: Vec<(u64, &signatures::Signature)> = seen
        .iter()
        .filter(|(_, (_, before))| !before && !began)
        .filter_map(|(at, (n, _))| Some((*n, mined.signatures.get(*at as usize)?)))
        .collect();
    new.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.id.cmp(&b.1.id)));
    let change = |(n, s): (u64, &signatures::Signature)| Change {
        kind: "error".to_owned(),
        about: format!("Error {}", s.id.get(..8).unwrap_or(&s.id)),
        what: format!("new: {} ({} {})", s.template, count(n as f64), if n == 1 { "time" } else { "times" }),
        before: None,
        now: None,
    };
    Ok(new.into_iter().take(MOST).map(change).collect())
}

/// Conflicts that were none before.
fn conflicts(judged: &Judged, rows: &[VerdictRow]) -> Vec<Change> {
    let new = rows.iter().filter(|r| r.now == Verdict::Conflict && r.before.is_none());
    let sentence = |check: &str| judged.findings.iter().find(|f| f.check == check).map(|f| f.sentence.clone());
    let change = |r: &VerdictRow| Change {
        kind: "conflict".to_owned(),
        about: r.item.clone(),
        what: sentence(&r.check).unwrap_or_else(|| r.title.clone()),
        before: None,
        now: Some(r.now),
    };
    new.map(change).collect()
}
