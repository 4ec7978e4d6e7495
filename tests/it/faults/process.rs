//! What the team's tools say: CI, probes, the app's settings, deploys, documents, the rollback.

use serde_json::json;

use crate::worldgen::clock::{DAY, HOUR, MINUTE};
use crate::worldgen::faults::edit_files;
use crate::worldgen::faults::process::{self as fault, LINT, SMOKE, TYPECHECK, VERIFY};
use crate::worldgen::scenario::Fault;

use super::harness::Case;

const JOBS: &[(&str, &str)] = &[(VERIFY, "G1"), (LINT, "G2"), (SMOKE, "G3"), (TYPECHECK, "G12")];

pub(super) fn ci() -> Vec<Case> {
    let mut cases = Vec::new();
    for (job, item) in JOBS.iter().copied() {
        let case =
            Case::new(format!("{job} is red")).files(move |f| fault::concluded(f, job, "failure")).fails(&[item]);
        cases.push(if job == LINT { case.more() } else { case });
    }
    for ((job, item), conclusion) in JOBS.iter().copied().zip(["timed_out", "cancelled", "skipped", "neutral"]) {
        let case = Case::new(format!("{job} was {conclusion}")).files(move |f| fault::concluded(f, job, conclusion));
        let case = if conclusion == "timed_out" { case.fails(&[item]) } else { case.open(&[item]) };
        cases.push(if conclusion == "skipped" { case } else { case.more() });
    }
    for (job, item) in JOBS.iter().copied().take(2) {
        let case = Case::new(format!("{job} is green at another commit only"))
            .files(move |f| fault::other_commit(f, job))
            .open(&[item]);
        cases.push(if job == LINT { case.more() } else { case });
    }
    for (report, item) in [("verify", "G1"), ("lint", "G2"), ("smoke-release", "G3"), ("mobile-typecheck", "G12")] {
        let case = Case::new(format!("the report {report} holds a failure and its run is green"))
            .files(move |f| fault::report_fails(f, report))
            .fails(&[item]);
        cases.push(if report == "verify" { case } else { case.more() });
    }
    cases.extend([
        Case::new("the smoke run is not over").files(|f| fault::still_running(f, SMOKE)).open(&["G3"]),
        Case::new("verify was green and then red").files(|f| fault::again(f, VERIFY, "failure", 40)).fails(&["G1"]),
        Case::new("the contract step was not run").files(fault::no_contract_step).open(&["G3"]),
        Case::new("the contract step was skipped").files(fault::contract_step_skipped).open(&["G3"]),
        Case::new("the page of runs is one of several").files(fault::more_pages).open(&["G1", "G2", "G3", "G12"]),
        Case::new("there are no check runs")
            .files(|f| edit_files::remove(f, "ci/check-runs.json"))
            .open(&["G1", "G2", "G3", "G12"]),
    ]);
    cases
}

pub(super) fn probes() -> Vec<Case> {
    const NO_FLAG: &str = r#"{"version":31,"flags":{"tabs.marketplace":false,"polling.fallback":true}}"#;
    let day = |w: &crate::worldgen::truth::World<'_>, d: i64| w.since(d).from;
    vec![
        Case::new("the service is down for two probes")
            .told(move |f, w| fault::unhealthy(f, day(w, 2) + 11 * HOUR, 2, 500))
            .fails(&["G6"]),
        Case::new("the service is down for six hours of the night")
            .told(move |f, w| fault::unhealthy(f, day(w, 1), 72, 503))
            .fails(&["G6"])
            .may(&["G15"]),
        Case::new("the service does not answer").told(move |f, w| fault::unhealthy(f, day(w, 0), 9, 0)).fails(&["G6"]),
        Case::new("one probe in thirty fails")
            .told(move |f, w| fault::sometimes_unhealthy(f, day(w, 0), 30))
            .fails(&["G6"]),
        Case::new("the socket is out of reach from outside")
            .told(move |f, w| fault::unreachable(f, day(w, 0), 10_000, "refused"))
            .fails(&["G7"]),
        Case::new("the socket is out of reach from outside for half an hour")
            .told(move |f, w| fault::unreachable(f, day(w, 2) + 8 * HOUR, 2, "timeout"))
            .fails(&["G7"]),
        Case::new("the socket is probed from inside only").files(fault::only_inside).open(&["G7"]),
        Case::new("a flag is missing from the answer")
            .told(move |f, w| fault::flags(f, day(w, 0), NO_FLAG))
            .fails(&["G8"]),
        Case::new("a flag is missing since the last day")
            .told(move |f, w| fault::flags(f, day(w, 2), NO_FLAG))
            .fails(&["G8"]),
        Case::new("the flags are a page of HTML")
            .told(move |f, w| fault::flags(f, day(w, 0), "<html><body>Bad gateway</body></html>"))
            .fails(&["G8"]),
        Case::new("the flags name their keys outside of the flags")
            .told(move |f, w| {
                fault::flags(f, day(w, 0), r#"{"error":"no \"tabs.marketplace\", no \"tabs.membership\""}"#)
            })
            .fails(&["G8"]),
        Case::new("the flags are not probed")
            .files(|f| edit_files::drop_lines(f, "probes/", |l| l.contains("feature_flags")))
            .open(&["G8"]),
        Case::new("nothing is probed").files(|f| edit_files::remove(f, "probes/")).open(&["G6", "G7", "G8"]),
        Case::new("the probes are those of another deployment")
            .files(|f| edit_files::replace(f, "probes/", "api.trading.harbour.example", "staging.harbour.example"))
            .fails(&["G11"])
            .may(&["G6", "G7", "G8"]),
        Case::new("the probes end a day early")
            .told(move |f, w| {
                let last = crate::worldgen::clock::iso(day(w, 2));
                edit_files::drop_lines(f, "probes/", |l| l.contains("\"ts\":\"2026-10-07") && !l.contains(&last));
            })
            .open(&["G6", "G7", "G8"]),
    ]
}

pub(super) fn healthy() -> Vec<Case> {
    let day = |w: &crate::worldgen::truth::World<'_>, d: i64| w.since(d).from;
    vec![
        Case::new("one probe fails").told(move |f, w| fault::unhealthy(f, day(w, 2) + 11 * HOUR, 1, 500)),
        Case::new("a service was restarted once")
            .told(move |f, w| fault::crash_loop(f, "2026-10-07", day(w, 2) + 11 * HOUR, 1, MINUTE)),
        Case::new("verify was red and then green").files(|f| fault::again(f, VERIFY, "failure", -40)),
        Case::new("the old build was taken away when the new one was out").told(move |f, w| {
            fault::audit(f, day(w, 2), "distribution.removed", ("build", "7"), json!({}));
        }),
        Case::new("more flags than are known").told(move |f, w| {
            let body = r#"{"version":32,"flags":{"tabs.marketplace":true,"tabs.membership":true,"tabs.new":true}}"#;
            fault::flags(f, day(w, 1), body);
        }),
        Case::new("the addresses end in a slash").files(|f| {
            fault::setting(f, "devices/", "EXPO_PUBLIC_TRADING_API_URL", "https://api.trading.harbour.example/");
            fault::setting(f, "devices/", "EXPO_PUBLIC_PLATFORM_URL", "https://platform.harbour.example/");
        }),
        Case::new("another product is in maintenance").told(move |f, w| {
            let at = day(w, 1) + 15 * HOUR;
            fault::audit(f, at, "maintenance.enabled", ("product", "harbour-notes"), json!({ "drill": false }));
        }),
    ]
}

pub(super) fn settings() -> Vec<Case> {
    let product: &[&str] = &["G9"];
    let platform: &[&str] = &["G10"];
    let api: &[&str] = &["G11"];
    let mut cases = Vec::new();
    for (devices, name, value, items) in [
        ("devices/", "EXPO_PUBLIC_PRODUCT_ID", "harbour-trading", product),
        ("devices/t04", "EXPO_PUBLIC_PRODUCT_ID", "harbour-notes", product),
        ("devices/", "EXPO_PUBLIC_PRODUCT_ID", "", product),
        ("devices/t05", "EXPO_PUBLIC_PLATFORM_URL", "http://localhost:4000", platform),
        ("devices/", "EXPO_PUBLIC_PLATFORM_URL", "http://platform.harbour.example", platform),
        ("devices/", "EXPO_PUBLIC_PLATFORM_URL", "https://10.0.2.2:4000", platform),
        ("devices/", "EXPO_PUBLIC_PLATFORM_URL", "https://platform.harbour.example/api", platform),
        ("devices/", "EXPO_PUBLIC_PLATFORM_URL", "https://platform-staging.harbour.example", platform),
        ("devices/t02", "EXPO_PUBLIC_PLATFORM_URL", "https://platform-staging.harbour.example", platform),
        ("devices/", "EXPO_PUBLIC_PLATFORM_URL", "", platform),
        ("devices/t01", "EXPO_PUBLIC_TRADING_API_URL", "http://192.168.1.20:3001", api),
        ("devices/", "EXPO_PUBLIC_TRADING_API_URL", "https://api.trading.harbour.example/api", api),
        ("devices/", "EXPO_PUBLIC_TRADING_API_URL", "https://api.trading.harbour.example/api/", api),
        ("devices/", "EXPO_PUBLIC_TRADING_API_URL", "http://api.trading.harbour.example", api),
        ("devices/", "EXPO_PUBLIC_TRADING_API_URL", "https://api.staging.harbour.example", api),
        ("devices/t05", "EXPO_PUBLIC_TRADING_API_URL", "https://api.staging.harbour.example", api),
        ("devices/", "EXPO_PUBLIC_TRADING_API_URL", "undefined", api),
    ] {
        let case = Case::new(format!("{name} is {value:?} in {devices}"))
            .files(move |f| fault::setting(f, devices, name, value))
            .fails(items)
            .may(&["S2.4", "G6"]);
        let first = ["harbour-trading", "http://localhost:4000", "https://api.trading.harbour.example/api"];
        let staging = value.contains("staging") && devices == "devices/";
        cases.push(if first.contains(&value) || staging { case } else { case.more() });
    }
    cases
}

/// A build that is pulled in the afternoon of the last day, and how long after that the testers were told.
fn pulled(name: &str, told: Option<i64>, quiet: bool) -> Case {
    let told = move |at: i64| told.map_or(at - 10 * DAY, |after| at + after);
    Case::new(name)
        .scenario(move |s| {
            let at = s.beta.to - 10 * HOUR;
            if quiet {
                s.slots.retain(|slot| slot.from < at);
            }
            s.faults.push(Fault::Incident {
                opened: at - 20 * MINUTE,
                removed: at,
                notified: told(at),
                resolved: at + 3 * HOUR,
                summary: "the app shows old prices",
            });
        })
        .call(cutover::verdict::Call::NotYet)
        .alone()
        .may(&["M1", "M2", "M5", "S9.0", "F1", "S9.4", "R5"])
}

pub(super) fn rollback() -> Vec<Case> {
    vec![
        pulled("an orderly rollback", Some(12 * MINUTE), true).passes(&["RS1", "RS2", "RS4"]),
        pulled("the testers are told two hours after a rollback", Some(2 * HOUR), true).fails(&["RS2"]),
        pulled("the testers are not told of a rollback", None, true).open(&["RS2"]).more(),
        pulled("the pulled build is in use for hours", Some(12 * MINUTE), false).fails(&["RS1"]),
        pulled("somebody changes the database after a rollback", Some(12 * MINUTE), true)
            .told(|f, w| {
                let at = w.beta().to - 9 * HOUR;
                fault::audit(f, at, "cosmos.item.deleted", ("container", "positions"), json!({}));
            })
            .fails(&["RS4"])
            .more(),
    ]
}

/// What the documents say of the stage before.
pub(super) fn stage_before() -> Vec<Case> {
    vec![
        Case::new("the stage before has an open box")
            .files(|f| fault::stage_before_open(f, "Every operator"))
            .fails(&["P0"])
            .may(&["G4"]),
        Case::new("the stage before is not signed off")
            .files(|f| fault::stage_before_open(f, "Stage 2 signed off"))
            .fails(&["P0"])
            .may(&["G4", "G5"]),
        Case::new("the operations document calls the stage before unfinished")
            .files(|f| {
                edit_files::replace(
                    f,
                    "docs/OPERATIONS.md",
                    "Web internal adoption | Complete",
                    "Web internal adoption | In progress",
                )
            })
            .fails(&["G4"])
            .may(&["G5"]),
        Case::new("the roadmap has the stage before open")
            .files(|f| {
                edit_files::replace(f, "docs/ROADMAP.md", "- [x] Web internal adoption", "- [ ] Web internal adoption")
            })
            .fails(&["G4"])
            .more(),
        Case::new("the stage before fired a trigger").files(fault::stage_before_fired).fails(&["G4"]),
        Case::new("the runbook of the stage before is not there")
            .files(|f| edit_files::remove(f, "docs/CUTOVER_WEB.md"))
            .open(&["P0", "G4"])
            .may(&["G5"]),
    ]
}

/// Deliveries of the candidate to its channels.
pub(super) fn deliveries() -> Vec<Case> {
    vec![
        Case::new("the candidate is in one channel only")
            .files(|f| {
                fault::one_channel(f, "play-internal");
                crate::worldgen::faults::paper::silent(f, "", "Internal distribution channel ready");
            })
            .open(&["G13"]),
        Case::new("the channels offer different commits as the candidate")
            .files(|f| {
                edit_files::json(f, "deploys.json", |value| {
                    let all = value.as_array_mut().expect("deploys");
                    let mine = |d: &&mut serde_json::Value| {
                        d["environment"] == "play-internal" && d["payload"]["build"] == "8"
                    };
                    all.iter_mut().find(mine).expect("the delivery")["sha"] = json!("e".repeat(40));
                });
            })
            .fails(&["G13"])
            .may(&["G1", "G2", "G3", "G12"]),
        Case::new("the candidate could not be delivered to one channel")
            .files(|f| {
                edit_files::json(f, "deploys.json", |value| {
                    let all = value.as_array_mut().expect("deploys");
                    let mine = |d: &&mut serde_json::Value| {
                        d["environment"] == "play-internal" && d["payload"]["build"] == "8"
                    };
                    all.iter_mut().find(mine).expect("the delivery")["statuses"][0]["state"] = json!("failure");
                });
            })
            .fails(&["G13"]),
    ]
}

/// Deploys of the service.
pub(super) fn deploys() -> Vec<Case> {
    let day = |w: &crate::worldgen::truth::World<'_>, d: i64| w.since(d).from;
    vec![
        Case::new("the deploys before the beta failed").files(|f| fault::deploys(f, "failure")).fails(&["G5"]),
        Case::new("the deploys before the beta are not over").files(|f| fault::deploys(f, "in_progress")).open(&["G5"]),
        Case::new("there is no record of deploys")
            .files(|f| edit_files::remove(f, "deploys.json"))
            .open(&["G1", "G2", "G3", "G5", "G12"])
            .may(&["G13", "F1"]),
        Case::new("the service was not deployed between the web cutover and the beta")
            .files(|f| {
                edit_files::json(f, "deploys.json", |value| {
                    value.as_array_mut().expect("deploys").retain(|d| d["payload"]["service"] != "trading-backend");
                });
            })
            .open(&["G5"]),
        Case::new("the last deploy before the beta was a roll-back")
            .files(|f| {
                edit_files::json(f, "deploys.json", |value| {
                    let all = value.as_array_mut().expect("deploys");
                    let mut services = all.iter_mut().filter(|d| d["payload"]["service"] == "trading-backend");
                    let newest = services.next().expect("a deploy");
                    let older = services.next().expect("an older deploy")["id"].clone();
                    newest["payload"]["rollback_of"] = older;
                });
            })
            .fails(&["G5"]),
        Case::new("later deploys have made the older ones inactive").files(|f| {
            edit_files::json(f, "deploys.json", |value| {
                let all = value.as_array_mut().expect("deploys");
                let at = json!("2026-10-05T05:30:00Z");
                for deploy in all.iter_mut().filter(|d| d["payload"]["service"] == "trading-backend") {
                    let statuses = deploy["statuses"].as_array_mut().expect("statuses");
                    statuses.insert(0, json!({ "state": "inactive", "created_at": at }));
                }
            });
        }),
        Case::new("the service is down for two probes after older deploys became inactive")
            .files(|f| {
                edit_files::json(f, "deploys.json", |value| {
                    let all = value.as_array_mut().expect("deploys");
                    for deploy in all.iter_mut() {
                        let statuses = deploy["statuses"].as_array_mut().expect("statuses");
                        statuses.insert(0, json!({ "state": "inactive", "created_at": "2026-10-07T23:00:00Z" }));
                    }
                });
            })
            .told(move |f, w| fault::unhealthy(f, day(w, 2) + 11 * HOUR, 2, 500))
            .fails(&["G6"]),
    ]
}

/// The service, the web, and who decides.
pub(super) fn operations() -> Vec<Case> {
    let day = |w: &crate::worldgen::truth::World<'_>, d: i64| w.since(d).from;
    vec![
        Case::new("a crash loop")
            .told(move |f, w| fault::crash_loop(f, "2026-10-07", day(w, 2) + 11 * HOUR, 5, 4 * MINUTE))
            .fails(&["G5"]),
        Case::new("nobody owns the rollback")
            .files(fault::no_owner)
            .files(|f| crate::worldgen::faults::paper::mute(f, "clara.nyberg"))
            .fails(&["G17"])
            .may(&["G16", "S9.2", "S9.3"]),
        Case::new("the web fails for the last day")
            .truth(|w| {
                use crate::worldgen::faults::rates::{Of, errors};
                errors(w, Of::Web, w.since(2), 400, 500, None);
            })
            .fails(&["G15"])
            .may(&["R5", "S9.4"]),
        Case::new("nothing of the web on the last day")
            .truth(|w| {
                let since = w.beta().to - DAY;
                let calls =
                    w.calls_where(|w, c| c.at >= since && w.who(c).is_some_and(|(_, client)| client.name() == "web"));
                w.unask(&calls);
            })
            .files(|f| crate::worldgen::faults::paper::silent(f, "", "Web dashboard remains fully"))
            .open(&["G15"])
            .may(&["S5.5", "S5.8", "S5.11"]),
    ]
}
