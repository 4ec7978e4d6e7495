//! A judged stage in, a parcel for each rollback trigger that fired out.

use jiff::Timestamp;

use super::{Occasion, Parcel, clean};
use crate::report::{Check, Report, Trigger};
use crate::verdict::Verdict;

/// A parcel for each trigger that fired and is not waived: what fired, what the runbook says to do, and how to go on.
#[must_use]
pub fn trigger_parcel(report: &Report) -> Vec<Parcel> {
    report.triggers.iter().filter(|t| t.verdict == Verdict::Fail).map(|t| parcel(report, t)).collect()
}

fn parcel(report: &Report, trigger: &Trigger) -> Parcel {
    let meta = &report.meta;
    let check = report.checks.iter().find(|c| c.id == trigger.check || c.item == trigger.check);
    let item = check.map_or(trigger.check.as_str(), |c| c.item.as_str());
    let began = check.and_then(first_event);
    let since = began.map_or_else(|| "in this beta".to_owned(), |at| format!("first at {at}"));
    let title = check.map_or(trigger.condition.as_str(), |c| c.title.as_str());
    let subject = format!("{} stage {}: rollback trigger {item} fired: {title}", meta.project, meta.stage_number);
    let facts = [
        ("Trigger", format!("{item}: {}", trigger.condition)),
        ("Runbook", trigger.action.clone()),
        ("Found", format!("{} ({since})", trigger.sentence)),
        ("Build", format!("{} ({})", meta.candidate, meta.cohort)),
        ("Owner", meta.owner.clone()),
        ("As of", meta.as_of.to_string()),
        ("Packet", meta.packet_id.clone()),
        ("Next", format!("cutover why {item} · cutover incident --trigger {item}")),
    ];
    let text: String = facts.iter().map(|(name, fact)| format!("{name}: {}\n", clean::line(fact, 1_000))).collect();
    let code = |fact: &str| clean::line(fact, 1_000).replace('`', "'");
    let markdown: String = facts.iter().map(|(name, fact)| format!("- **{name}**: `{}`\n", code(fact))).collect();
    Parcel {
        on: Occasion::Trigger,
        key: key(report, item),
        subject: clean::line(&subject, 200),
        text,
        markdown: format!("# Rollback trigger {item} fired\n\n{markdown}"),
        attachments: Vec::new(),
    }
}

/// One fired trigger of one candidate in one beta. Its first bad event is no part of it: lines that arrive late would
/// move that event, and the same trigger would go out twice.
fn key(report: &Report, item: &str) -> String {
    let meta = &report.meta;
    let begun = meta.window.from.to_zoned(jiff::tz::TimeZone::UTC).date();
    format!("s{}-{item}-b{}-{begun}", meta.stage_number, meta.candidate)
}

fn first_event(check: &Check) -> Option<Timestamp> {
    let times = (0..check.rows.rows.len()).filter_map(|row| check.rows.cell(row, "ts").as_int());
    Timestamp::from_millisecond(times.min()?).ok()
}
