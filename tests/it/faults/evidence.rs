//! Evidence that is missing never passes; evidence that is only oddly shipped does.

use crate::worldgen::clock::{DAY, HOUR, MINUTE, Span};
use crate::worldgen::faults::edit_files;
use crate::worldgen::faults::evidence::{self as fault, Shipped};
use crate::worldgen::scenario::Fault;
use crate::worldgen::truth::World;

use super::harness::Case;
use super::rates::COMPARED;

/// What rests on the backend's log, the app's calls included.
const API: &[&str] = &["R2", "R4", "S5.15", "S8.4", "S8.5", "S8.6", "M3"];
const GATEWAY: &[&str] = &["S8.4", "S8.5", "S8.6"];
const DEVICES: &[&str] = &["R1", "R3", "R4"];
const SIGN_IN: &[&str] = &["R1", "M2"];

/// What each tester did is shown by the same logs; words may stand in, and what must leave a trace may contradict them.
const PER_TESTER: &[&str] = &[
    "S1.4", "S1.5", "S2.1", "S2.2", "S2.3", "S2.4", "S2.5", "S3.3", "S3.4", "S3.5", "S4.2", "S4.4", "S4.6", "S4.7",
    "S5.1", "S5.2", "S5.4", "S5.5", "S5.7", "S5.8", "S5.10", "S5.11", "S5.13", "S6.1", "S6.4", "S6.6", "S6.7", "S7.2",
    "S7.3", "S7.4", "S8.1", "S8.2", "S8.3", "S9.0", "G5", "G6", "G9", "G10", "G11", "G15", "M6", "S5.3",
];

const MORE: &[&str] = &[
    "the gateway's log of a day breaks off",
    "the platform's log lacks a day",
    "the gateway's log is not there",
    "the gateway is silent for four hours in which testers are active",
    "the backend's files are there and empty",
    "there are no samples",
    "one tester's device log is empty",
    "crash reports are one page of several",
];

fn hours(w: &World<'_>, day: i64, from: i64, to: i64) -> Span {
    let at = w.since(day).from;
    Span { from: at + from * HOUR, to: at + to * HOUR }
}

/// A gap; one kind is enough in every run, the others differ in the source.
fn gap(name: &str, open: &[&'static str]) -> Case {
    let case = Case::new(name).open(open).may(PER_TESTER).may(COMPARED);
    if MORE.contains(&name) { case.more() } else { case }
}

/// In the logs of servers and gateways.
pub(super) fn gaps_of_servers() -> Vec<Case> {
    vec![
        gap("the backend's log lacks a day", API).files(|f| edit_files::remove(f, "logs/backend/backend-2026-10-06")),
        gap("the gateway's log lacks a day", GATEWAY)
            .files(|f| edit_files::remove(f, "logs/gateway/api-access-2026-10-06")),
        gap("the platform's log lacks a day", SIGN_IN)
            .files(|f| edit_files::remove(f, "logs/platform/platform-service-2026-10-06")),
        gap("the backend's log of a day breaks off", API)
            .bytes(|f| fault::truncate(f, "logs/backend/backend-2026-10-06.log.gz")),
        gap("the gateway's log of a day breaks off", GATEWAY).files(|f| {
            fault::truncate(f, "logs/gateway/api-access-2026-10-05.log.gz".replace(".log", ".json.log").as_str())
        }),
        gap("the backend is silent for two hours in which testers are active", API)
            .told(|f, w| fault::silence(f, "logs/backend/", hours(w, 2, 13, 15))),
        gap("the gateway is silent for four hours in which testers are active", GATEWAY)
            .told(|f, w| fault::silence(f, "logs/gateway/api", hours(w, 2, 13, 17))),
        gap("the backend's log ends six hours early", API)
            .told(|f, w| fault::silence(f, "logs/backend/", hours(w, 2, 17, 24))),
        gap("one in a hundred lines of the backend is lost", API)
            .files(|f| fault::ship(f, "logs/backend/", Shipped::Lost, 100)),
        gap("the backend's log is not there", API)
            .files(|f| edit_files::remove(f, "logs/backend/"))
            .may(&["M2", "G13"]),
        gap("the gateway's log is not there", GATEWAY).files(|f| edit_files::remove(f, "logs/gateway/api")),
        gap("the platform's log is not there", SIGN_IN).files(|f| edit_files::remove(f, "logs/platform/")),
        gap("the backend's files are there and empty", API).files(|f| {
            for path in edit_files::paths(f, "logs/backend/") {
                edit_files::text(f, &path).clear();
            }
        }),
        gap("the backend's log has other days only", API).files(|f| {
            for path in edit_files::paths(f, "logs/backend/backend-2026-10-0") {
                if path.as_str() > "logs/backend/backend-2026-10-05" {
                    f.0.remove(&path);
                }
            }
        }),
    ]
}

/// In everything else.
pub(super) fn gaps() -> Vec<Case> {
    vec![
        gap("the samples lack six hours", &["M3"])
            .told(|f, w| fault::no_samples(f, "metrics/trading-backend", hours(w, 1, 9, 15))),
        gap("there are no samples", &["M3"]).files(|f| edit_files::remove(f, "metrics/")),
        gap("one tester's device log is not there", DEVICES).files(|f| edit_files::remove(f, "devices/t05")),
        gap("one tester's device log is empty", DEVICES)
            .files(|f| edit_files::text(f, "devices/t05-noa.levi.log").clear()),
        gap("one tester's device log ends after the first day", DEVICES)
            .told(|f, w| fault::silence(f, "devices/t02", w.since(1))),
        gap("there are no device logs", DEVICES).files(|f| edit_files::remove(f, "devices/")),
        gap("crash reports are not there", &["R3"])
            .files(|f| edit_files::remove(f, "testflight/betaFeedbackCrashSubmissions.json")),
        gap("crash reports are one page of several", &["R3"]).files(|f| {
            edit_files::json(f, "testflight/betaFeedbackCrashSubmissions.json", |v| {
                v["meta"]["paging"]["total"] = serde_json::json!(60);
            });
        }),
        gap("the client of many of the app's requests cannot be told", &["S5.15", "S8.4", "S8.5", "S8.6"])
            .files(|f| fault::unattributed(f, 16))
            .may(API)
            .may(&["M2"]),
        // Nothing says that the stop was planned, so its failing probes count.
        Case::new("there is no audit log")
            .files(|f| edit_files::remove(f, "audit-events.jsonl"))
            .fails(&["G6"])
            .may(PER_TESTER)
            .may(COMPARED)
            .may(&["M2", "G7", "G8"])
            .alone(),
    ]
}

/// One source's lines, shipped in a way that loses nothing.
pub(super) fn oddly_shipped() -> Vec<Case> {
    let mut cases = vec![
        Case::new("a device's clock is 90 s ahead")
            .scenario(|s| s.faults.push(Fault::DeviceClock { tester: 2, ahead: 90_000 })),
        Case::new("a device's clock is 90 s behind")
            .scenario(|s| s.faults.push(Fault::DeviceClock { tester: 0, ahead: -90_000 }))
            .more(),
        Case::new("a device's clock is 20 minutes ahead")
            .scenario(|s| s.faults.push(Fault::DeviceClock { tester: 3, ahead: 20 * MINUTE })),
        Case::new("yesterday's last lines are shipped again with today's").files(|f| {
            let text = edit_files::text(f, "logs/backend/backend-2026-10-06.log.gz").clone();
            let tail: Vec<&str> = text.lines().rev().take(200).collect();
            let more: String = tail.into_iter().rev().flat_map(|line| [line, "\n"]).collect();
            edit_files::append(f, "logs/backend/backend-2026-10-07", &more);
        }),
        Case::new("lines of the backend are out of order").files(|f| {
            let text = edit_files::text(f, "logs/backend/backend-2026-10-07.log");
            let mut all: Vec<&str> = text.lines().collect();
            all.chunks_mut(40).for_each(<[&str]>::reverse);
            *text = all.join("\n") + "\n";
        }),
        Case::new("a line of a megabyte")
            .told(|f, w| fault::long_line(f, "logs/backend/backend-2026-10-07", w.since(2).from + DAY / 2)),
        Case::new("the backend's logs have a byte order mark and two characters at each line's end")
            .bytes(|f| fault::bom_and_crlf(f, "logs/backend/")),
        Case::new("the devices' logs have a byte order mark and two characters at each line's end")
            .bytes(|f| fault::bom_and_crlf(f, "devices/")),
        Case::new("the tables have a byte order mark and two characters at each line's end").bytes(|f| {
            for path in ["testers.csv", "attestations.csv", "feedback.csv"] {
                fault::bom_and_crlf(f, path);
            }
        }),
    ];
    for (how, every) in [
        (Shipped::Twice, 20),
        (Shipped::Twice, 3),
        (Shipped::Torn, 60),
        (Shipped::Junk, 60),
        (Shipped::Undecodable, 30),
    ] {
        let case = Case::new(format!("one in {every} lines of the backend comes {how:?}"))
            .files(move |f| fault::ship(f, "logs/backend/", how, every));
        let case = match how {
            Shipped::Undecodable => case.bytes(|f| fault::undecodable(f, "logs/backend/")),
            _ => case,
        };
        cases.push(if every == 3 { case.more() } else { case });
    }
    cases.push(
        Case::new("every line of the gateway comes twice")
            .files(|f| fault::ship(f, "logs/gateway/api", Shipped::Twice, 1)),
    );
    cases
}
