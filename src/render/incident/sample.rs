//! Incidents for tests: a rich one, one with many testers, one of which nothing is known, and one that says a text
//! wherever evidence or people can put one.

use serde_json::{Value, json};

use crate::report::incident::Incident;

/// A leak of two testers, from a deploy to its rollback; nobody has written yet, and recovery is not known.
pub(crate) fn rich() -> Incident {
    of(&rich_value())
}

/// The same with `n` affected testers, the names of whose devices are long.
pub(crate) fn many(n: usize) -> Incident {
    let mut all = rich_value();
    let (tester, lane, quiet) =
        (all["affected"][0].clone(), all["picture"]["lanes"][0].clone(), all["over"]["testers"][0].clone());
    for (path, row) in [("affected", tester), ("lanes", lane), ("quiet", quiet)] {
        let rows = (1..=n).map(|at| {
            let mut row = row.clone();
            row["tester"] = format!("t{at:02}").into();
            row["device"] = "Samsung Galaxy Z Fold6 Ultra 5G (SM-F956B)".into();
            row
        });
        let rows = Value::Array(rows.collect());
        match path {
            "affected" => all["affected"] = rows,
            "lanes" => all["picture"]["lanes"] = rows,
            _ => all["over"]["testers"] = rows,
        }
    }
    of(&all)
}

/// An incident in a window of so many seconds whose pictures are full: hundreds of events, marks of one moment and at both
/// edges, long names, phases of no length, a bar of half a minute above one of a millisecond.
pub(crate) fn crowded(seconds: i64, impact_known: bool) -> Incident {
    let mut all = rich_value();
    let at = |part: f64| {
        let start: jiff::Timestamp = "2026-08-26T09:05:00Z".parse().expect("a time");
        let ms = start.as_millisecond() + (part * seconds as f64 * 1000.0) as i64;
        jiff::Timestamp::from_millisecond(ms).expect("a time").to_string()
    };
    let picture = &mut all["picture"];
    picture["window"] = json!({"from": at(0.0), "to": at(1.0)});
    picture["impact"] = if impact_known { json!({"from": at(0.1), "to": at(0.12)}) } else { Value::Null };
    picture["lanes"][0]["bad"] = (0..400).map(|n| at(0.1 + f64::from(n) * 0.002)).collect();
    picture["lanes"][0]["device"] = "Samsung Galaxy Z Fold6 Ultra 5G (SM-F956B), rooted".into();
    picture["more_lanes"] = 31.into();
    picture["live"] =
        json!(["trading-backend 1.20.0-rc.4, a deploy with a rather long name", {"from": at(0.02), "to": at(0.05)}]);
    let one_moment =
        (0..7).map(|n| json!([at(0.6 + f64::from(n) * 0.001), format!("mark {n} of the same minute, by somebody")]));
    let edges = [json!([at(0.01), "a very early mark with a long label"]), json!([at(0.995), "late"])];
    picture["marks"] = one_moment.chain(edges).collect();
    picture["bin_s"] = (seconds / 20).max(1).into();
    picture["bins"] =
        (0..20).map(|n| json!({"at": at(f64::from(n) / 20.0), "of": n * 370 % 5000, "bad": n % 7})).collect();
    let phase = |name: &str, from: f64, to: f64| json!({"name": name, "from": at(from), "to": at(to)});
    all["phases"] =
        json!([phase("not noticed", 0.1, 0.9), phase("decided, not pulled", 0.9, 0.9), phase("pulled", 0.9, 0.901)]);
    let hops = &mut all["ways"][0]["hops"];
    hops[0]["span"] = json!([0.4, 31_000.0]);
    hops[0]["uncertain_ms"] = 900.0.into();
    hops[1]["span"] = json!([0.0, 0.001]);
    hops[2]["name"] = "a-service-with-an-endless-name.internal.example".into();
    hops[2]["says"] = "503 after three retries, upstream closed the connection early".into();
    all["shares"][1]["label"] = "mobile, on 1.20.0 with the flag on and the old cache still warm".into();
    all["shares"][3]["high"] = 1.0.into();
    of(&all)
}

/// The first draft minutes after an alarm: a trigger and nothing else.
pub(crate) fn nothing() -> Incident {
    let unknown = json!({"at": null, "how": "no source tells it", "evidence": []});
    let names =
        ["started", "first_bad", "last_bad", "first_report", "detected", "rolled_back", "recovered", "resolved"];
    let times: serde_json::Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), unknown.clone())).collect();
    let mut all = rich_value();
    for list in [
        "others",
        "fired",
        "triggers",
        "steps",
        "next",
        "telling",
        "affected",
        "timeline",
        "phases",
        "attributes",
        "shares",
        "suspects",
        "signatures",
        "ways",
        "request_ids",
        "request_ids_others",
        "routes",
        "similar",
        "coverage",
        "evidence",
        "redactions",
        "settings",
    ] {
        all[list] = json!([]);
    }
    all["times"] = Value::Object(times);
    all["meta"]["completeness"] = Value::Null;
    all["missing"] =
        json!(["No device log was collected", "The gateway log breaks off at 09:10 UTC", "Nobody has set a severity"]);
    all["impact"] = json!({"summary": "An alarm reported that testers are affected; nothing of it is in the evidence yet.",
        "figures": [], "facts": []});
    all["leak"] = json!({"answer": "can't be excluded", "sentence": "no answer names an owner", "evidence": []});
    all["over"] = json!({"answer": "can't tell", "sentence": "nothing was observed since", "reopened": null, "testers": [],
        "next_look": "", "evidence": []});
    all["picture"] = json!({"window": null, "impact": null, "lanes": [], "more_lanes": 0, "live": null, "marks": [], "bins": [],
        "bin_s": 0, "counts": "", "finding": ""});
    all["cannot_tell"] = "".into();
    all["suspect"] = Value::Null;
    of(&all)
}

/// An incident with this text everywhere, and `n` rows in every list.
pub(crate) fn hostile(text: &str, n: usize) -> Incident {
    let mut all = rich_value();
    said_everywhere(&mut all, text, n, "");
    let written = |id: &str| json!({"id": id, "line": 3, "empty": false, "markdown": text, "blocks": words(text)});
    all["written"] = json!({"status": "in-review", "slots": [written("factors"), written("actions")], "kept": [written("impact")],
        "outside": [{"after": "timeline", "line": 9, "markdown": text, "blocks": words(text)}], "actions": [],
        "remarks": [{"slot": "factors", "line": 4, "words": text, "about": "blame", "sentence": text, "better": text}]});
    of(&all)
}

/// Every kind of part that a person can write.
pub(crate) fn words(text: &str) -> Value {
    let text: &str = &text.chars().take(3_000).collect::<String>();
    let run = |style: &str| {
        let mut run =
            json!({"text": text, "bold": false, "emphasis": false, "struck": false, "code": false, "link": ""});
        match style {
            "" => {}
            "link" => run["link"] = "https://example.test/a".into(),
            style => run[style] = true.into(),
        }
        run
    };
    let styles: Vec<Value> =
        ["", "bold", "emphasis", "struck", "code", "link"].iter().map(|style| run(style)).collect();
    let paragraph = json!({"kind": "paragraph", "runs": styles});
    let item = json!({"ticked": null, "blocks": [paragraph]});
    let nested =
        json!({"ticked": true, "blocks": [paragraph, {"kind": "list", "ordered": false, "start": 1, "items": [item]}]});
    json!([
        paragraph,
        {"kind": "heading", "level": 2, "runs": [run("")]},
        {"kind": "list", "ordered": true, "start": 3, "items": [item, nested]},
        {"kind": "quote", "blocks": [paragraph]},
        {"kind": "code", "lang": "", "text": format!("{text}\n{text}")},
        {"kind": "table", "head": [[run("")], [run("")]], "rows": [[[run("")], [run("bold")]]]},
        {"kind": "rule"},
    ])
}

fn of(value: &Value) -> Incident {
    serde_json::from_value(value.clone()).expect("the sample has the shape of an incident")
}

/// Replaces every text that is neither a time nor a word of a closed set, and repeats every list's first row.
fn said_everywhere(value: &mut Value, text: &str, n: usize, name: &str) {
    const FIXED: [&str; 11] = [
        "schema",
        "tool_version",
        "display_zone",
        "answer",
        "verdict",
        "state",
        "kind",
        "by_day",
        "class",
        "as_of",
        "packet_id",
    ];
    match value {
        Value::String(old) => {
            let time = old.len() >= 20 && old.ends_with('Z') && old.starts_with("20");
            if !time && !FIXED.contains(&name) {
                *old = text.to_owned();
            }
        }
        Value::Array(rows) => {
            rows.iter_mut().for_each(|row| said_everywhere(row, text, n, name));
            // Pairs are no lists.
            let pair = rows.len() == 2 && (rows[0].is_string() || rows[1].is_string() || rows[0].is_number());
            let triple = rows.len() == 3 && rows[0].is_number();
            if let (false, false, Some(first)) = (pair, triple, rows.first().cloned()) {
                *rows = vec![first; n];
            }
        }
        Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| said_everywhere(value, text, n, name)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn rich_value() -> Value {
    let mut all = json!({});
    for part in [identity(), course(), impact(), cause(), people(), picture(), ledgers()] {
        let (Value::Object(all), Value::Object(part)) = (&mut all, part) else { continue };
        all.extend(part);
    }
    all
}

fn at(time: &str) -> String {
    format!("2026-08-26T{time}Z")
}

fn when(time: &str, how: &str) -> Value {
    json!({"at": at(time), "how": how, "evidence": ["E-031"]})
}

fn identity() -> Value {
    let trigger = |check: &str, condition: &str, verdict: &str, state: &str| {
        json!({"check": check, "condition": condition, "action": "Remove immediately + page oncall", "verdict": verdict,
            "state": state, "sentence": "15 foreign owners in 7,637 answers that name an owner", "coverage": 1.0,
            "evidence": ["E-031"]})
    };
    json!({
        "meta": {"schema": "cutover/incident/1", "tool_version": "0.1.0", "id": "INC-601",
            "title": "Testers were shown other people’s data", "severity": "SEV1", "severity_from": "audit event",
            "project": "ByteLyst Trading", "stage_title": "Mobile internal beta", "stage_number": 3,
            "packet_id": "0123456789ab", "window": {"from": "2026-08-24T00:00:00Z", "to": "2026-08-28T00:00:00Z"},
            "as_of": at("13:20:00"), "display_zone": "Europe/London", "zone_short": "BST", "cohort": "mobile",
            "builds": ["42"], "owner": "lucia.ortega", "completeness": 0.962, "one": "foreign owner", "bad": "foreign owners",
            "unit": "answers that name an owner"},
        "chosen": "trigger R2 fired in this window, and the build was pulled 27 s after its last bad event",
        "others": ["503 answers on /api/account, 25 Aug 09:06 – 09:22 UTC: a drill"],
        "missing": ["No page of on-call is recorded", "The network type: the app does not log it"],
        "fired": ["R2"],
        "triggers": [
            trigger("r1_sign_in_fails", "Sign-in or session restore fails", "pass", "NOT FIRED"),
            trigger("r2_tenant_leak", "Tenant data leak — tester sees another user's data", "fail", "FIRED"),
            trigger("r3_launch_crash", "App crashes on launch for any tester", "pass", "NOT FIRED"),
            trigger("r4_stale_data", "App shows incorrect or stale positions/history vs. web", "no-data", "CANNOT EXCLUDE"),
            trigger("r5_error_rate", "Backend error rate increases after mobile connections are established", "pass", "NOT FIRED"),
        ],
    })
}

fn course() -> Value {
    let moment = |time: &str, kind: &str, lead: &str, text: &str, curated: bool| {
        json!({"at": at(time), "to": null, "kind": kind, "curated": curated, "lead": lead, "text": text, "quote": "",
            "source": "trading-backend, device", "evidence": ["E-031"], "clock": {"kind": "within", "ms": 3}})
    };
    let mut build = moment("09:14:40", "change", "", "Build 42 goes to TestFlight and Play", true);
    build["at"] = "2026-08-24T07:02:00Z".into();
    build["clock"] = json!({"kind": "exact"});
    let mut report = moment("09:35:38", "detection", "t02 files a Blocker:", "", true);
    report["quote"] =
        "I can see positions that are NOT mine (another account!). Pulled to refresh and they were gone.".into();
    let mut more = moment("09:36:10", "signal", "", "Three more foreign owners after the report", true);
    more["to"] = at("09:41:00").into();
    let step = |id: &str, text: &str, state: &str, time: Option<&str>, said: &str| {
        json!({"id": id, "text": text, "state": state, "at": time.map(at), "sentence": said, "evidence": ["E-035"],
            "out_of_order": id == "RS4"})
    };
    json!({
        "times": {
            "started": when("09:14:00", "the minute of the first bad event"),
            "first_bad": when("09:14:40", "the first answer with a foreign owner"),
            "onset": {"at": at("09:14:40"), "window": {"from": at("09:11:20"), "to": at("09:14:41")},
                "method": "binary segmentation of a Bernoulli series, likelihood-ratio interval", "before": [0, 685], "after": [15, 56]},
            "last_bad": when("10:06:42", "the last answer with a foreign owner"),
            "first_report": when("09:35:38", "feedback of t02"),
            "detected": when("09:35:38", "as the first report: no incident was opened before"),
            "rolled_back": when("10:07:09", "distribution removed in both stores"),
            "recovered": {"at": null, "how": "no tester read positions since, so no good observation", "evidence": []},
            "resolved": when("13:17:09", "audit event"),
            "to_detect_s": 1258, "to_mitigate_s": 1891, "to_recover_s": null, "impact_s": 3122, "response_s": 2131},
        "timeline": [
            build,
            moment("09:10:58", "change", "Backend 1.20.0 live", "(7f928e1, after 1.19.0)", true),
            moment("09:14:40", "signal", "First foreign owner:", "t02 gets the positions of t09", true),
            moment("09:18:47", "signal", "", "503 on /api/account for t06, market-data socket hang up; retry 200 after 1.0 s", true),
            report, more,
            moment("09:55:04", "decision", "Incident INC-601 opened,", "SEV 1. 19 min after the report", true),
            moment("10:07:09", "action", "Build 42 removed", "from TestFlight and Play", true),
            moment("10:22:37", "recovery", "", "Last request of build 42", true),
            moment("10:01:00", "signal", "", "socket of t06 disconnects: transport close", false),
        ],
        "phases": [
            {"name": "not noticed", "from": at("09:14:40"), "to": at("09:35:38")},
            {"name": "reported, no decision", "from": at("09:35:38"), "to": at("09:55:04")},
            {"name": "decided, not pulled", "from": at("09:55:04"), "to": at("10:07:09")},
            {"name": "pulled, cause still live", "from": at("10:07:09"), "to": at("10:11:09")},
        ],
        "steps": [
            step("RS1", "Remove the beta build from TestFlight / Play Internal Testing", "done", Some("10:07:09"), "removed in both stores"),
            step("RS2", "Notify testers to uninstall or stop using the app", "done", Some("10:11:09"), "9 of 9 told by e-mail"),
            step("RS3", "File an incident report — include device, OS version, Expo logs, and `x-request-id` from any correlated backend errors",
                "pending", None, "this report"),
            step("RS4", "Do not modify Cosmos state as first-response rollback", "not seen", None, "no change of Cosmos is recorded, and nobody attested it"),
            step("RS5", "Resolve the root cause before re-attempting the beta", "not done", None, "no ticket is linked"),
        ],
        "next": [{"what": "Compare positions caching in 1.19.1 and 1.20.0 (`c75f1c6..7f928e1`)", "owner": "aisha.bello", "due": "27 Aug 12:00 UTC"},
            {"what": "Find and tell the 8 owners", "owner": "omar.haddad", "due": ""}],
    })
}

fn impact() -> Value {
    let figure = |name: &str, value: &str, unit: &str, note: &str| json!({"name": name, "value": value, "unit": unit, "note": note, "evidence": ["E-031"]});
    let quiet = |tester: &str, straggler: bool| {
        json!({"tester": tester, "device": "iPhone 14", "os_version": "iOS 18.3.2", "build": "42", "last": at("10:22:37"),
            "to_zero_s": 928, "requests_after": 23, "straggler": straggler, "came_back": false})
    };
    json!({
        "impact": {"summary": "On 26 Aug 2026, from 09:14 to 10:06 UTC (10:14 to 11:06 BST), two of nine beta testers received position lists that belong to other accounts. The answers were well formed and had status 200, so no error counter moved.",
            "figures": [figure("minutes of impact", "52", "min", "of impact, 09:14:40 – 10:06:42"),
                figure("requests", "15", "", "foreign owners, of 56 position reads"),
                figure("testers", "2 of 9", "", "testers: t02 (iPhone 14), t06 (Pixel 6a)"),
                figure("time to detect", "21", "min", "to detect: t02 told us, no alarm did"),
                figure("time to mitigate", "32", "min", "from the report to the pull")],
            "facts": [figure("sessions", "6 of 41", "", "at least one foreign owner; at most 12 cannot be excluded"),
                figure("other clients", "0 of 32", "", "web reads of positions on 1.20.0; rules out more than 8.9 % (95 %)")]},
        "leak": {"answer": "yes", "sentence": "8 accounts were shown to 2 testers; 5 are testers, 1 is the release owner, 2 are not on the roster. Position lists only; no credential was in an answer",
            "evidence": ["E-031", "E-035"]},
        "over": {"answer": "yes, as far as can be seen", "sentence": "no foreign owner since 10:06:42 UTC. After the rollback only 10 mobile position reads were made, too few to prove the fix (rules out more than 26 %)",
            "reopened": null, "testers": [quiet("t02", false), quiet("t06", true)], "next_look": "the runbook asks for 24 h of quiet: look again at 27 Aug 10:23 UTC",
            "evidence": ["E-035"]},
    })
}

fn cause() -> Value {
    let question = |text: &str, answer: &str, note: &str| json!({"text": text, "answer": answer, "note": note});
    let suspect = |kind: &str, name: &str, time: &str, clean: &str| {
        json!({"kind": kind, "name": name, "at": at(time), "deployment_id": null, "commit": null, "service": null, "flag": null,
            "build": null, "questions": [question("Before the first?", "yes", ""), question("Covers all?", "yes", "15 of 15"),
                question("Clean until it came?", clean, "0 bad of 685 before"), question("Stops when undone?", "can't tell", "0 bad of 10 after")],
            "supporting": ["all 15 foreign owners came on 1.20.0, none of 685 before it"],
            "contradicting": ["web made 32 position reads on 1.20.0, and none was foreign"], "evidence": ["E-031"]})
    };
    let mut first = suspect("deploy", "backend 1.20.0", "09:10:58", "yes");
    first["deployment_id"] = "dep-118".into();
    first["commit"] = "7f928e1c2d".into();
    let share = |label: &str, bad: u64, of: u64, high: f64, main: bool, cohort: bool| {
        let share = bad as f64 / of as f64;
        json!({"label": label, "bad": bad, "of": of, "share": share, "low": share * 0.63, "high": high, "main": main, "cohort": cohort})
    };
    json!({
        "attributes": [
            {"attribute": "deploy", "value": "backend 1.20.0", "with": [15, 56], "without": [0, 695], "share": [0.268, 0.17, 0.38],
                "ratio": null, "low": 44.0, "high": null, "q": 0.00001},
            {"attribute": "os_version", "value": "iOS 18.3.2", "with": [11, 240], "without": [4, 511], "share": [0.0458, 0.023, 0.08],
                "ratio": 5.86, "low": 1.7, "high": 25.2, "q": 0.008},
        ],
        "shares": [share("mobile, before 1.20.0", 0, 685, 0.0044, false, true), share("mobile, on 1.20.0", 15, 56, 0.38, true, true),
            share("web, on 1.20.0", 0, 32, 0.089, false, false), share("mobile, after the rollback", 0, 10, 0.259, false, true)],
        "suspect": "7f928e1c2d", "suspects": [first, suspect("build", "App build 42", "07:02:00", "no"), suspect("flag", "Flag `mobile.beta` on", "06:54:00", "no")],
        "cannot_tell": "web made 32 position reads on 1.20.0 and none was foreign; that rules out (95 %) a rate above 8.9 %, against 27 % on mobile",
        "signatures": [{"id": "a41f09c2", "template": "positions cache hit key=<*> age=<*>", "state": "new", "service": "trading-backend",
            "level": "info", "during": 48, "before": 0, "ratio": null, "low": 12.0, "high": null, "first": at("09:11:02"),
            "example": "positions cache hit key=all age=12", "place": "logs/backend/2026-08-26.log:740"}],
        "similar": [{"id": "INC-540", "title": "Stale positions after a deploy", "at": "2026-06-02T08:00:00Z", "folder": "incident-s2-2026-06-02",
            "overlap": 0.42, "shared": ["positions cache hit key=<*> age=<*>"]}],
    })
}

fn people() -> Value {
    let line = |text: &str| json!({"at": at("09:14:39"), "text": text, "place": "devices/t02.log:535"});
    let ids: Vec<String> = (0..11).map(|n| format!("4c6d7d2d-794c-403a-be46-d386aac45{n:03}")).collect();
    let hop = |name: &str, detail: &str, span: Option<(f64, f64)>, says: &str, absent: &str, fault: &str| {
        json!({"name": name, "detail": detail, "span": span, "uncertain_ms": 3.0, "says": says, "clock": "clock +6 ± 3 ms",
            "absent": absent, "fault": fault})
    };
    json!({
        "telling": [
            {"request_id": ids[0], "at": at("09:14:39.880"), "asked": "t02 → t09", "why": "the first; 3 min 42 s after the deploy"},
            {"request_id": ids[5], "at": at("09:40:43.068"), "asked": "t02 → not on the roster", "why": "5 min after t02’s report, 26 min before the pull"},
            {"request_id": ids[9], "at": at("10:06:42.212"), "asked": "t06 → t02", "why": "the last; the pull came 27 s later"},
        ],
        "affected": [
            {"tester": "t02", "platform": "ios", "device": "iPhone 14", "os_version": "iOS 18.3.2", "build": "42", "routes": ["GET /api/positions"],
                "request_ids": ids, "excerpt": [line("[api] GET /api/positions 200 42ms 4c6d7d2d"), line("[positions] rendered rows=3 rev=1743")],
                "events": 11, "of": 36, "first": at("09:14:40"), "last": at("10:01:00"), "missing": []},
            {"tester": "t06", "platform": "android", "device": "Pixel 6a", "os_version": null, "build": "42", "routes": ["GET /api/positions"],
                "request_ids": ["e28cb690-794c-403a-be46-d386aac4545d"], "excerpt": [], "events": 4, "of": 20, "first": at("09:19:48"),
                "last": at("10:06:42"), "missing": ["OS version: the roster has none", "device log: none was collected"]},
        ],
        "ways": [{"request_id": ids[0], "route": "GET /api/positions",
            "sentence": "The token belongs to t02, the data to t09; only the backend could know",
            "facts": [["Asked by", "t02, session cb3994ad"], ["Answered with", "t09, revision 1743"], ["Grade", "A: id on three hops"]],
            "zero": at("09:14:39.841"), "zero_clock": "gateway clock",
            "hops": [hop("Device", "t02, iPhone 14", Some((6.0, 48.0)), "200 in 42 ms", "", ""),
                hop("Gateway", "nginx", Some((0.0, 42.0)), "200, 4,903 bytes", "", ""),
                hop("trading-backend", "1.20.0, pod xdshm", Some((-1.0, 39.0)), "200, rev 1743", "", "user t02, owner t09: here the data became someone else’s"),
                hop("platform-service", "token check", None, "none expected", "not called: the token is checked in the backend", ""),
                hop("Cosmos", "positions", None, "NO-DATA", "not observed: reads under 100 ms are logged 1 in 50", "")],
            "lines": [["Device", line("[api] GET /api/positions 200 42ms 4c6d7d2d")], ["trading-backend", line("{\"level\":30,\"req\":{\"method\":\"GET\"},\"auth\":{\"userId\":\"t02\"},\"result\":{\"ownerId\":\"t09\"}}")]]}],
        "request_ids": ids, "request_ids_others": [], "routes": ["GET /api/positions"],
        "message": {"summary": "Some of you saw positions of another account this morning.",
            "what_happened": "From 10:14 to 11:06 BST the app showed some testers positions that were not theirs. We have removed the app from TestFlight and Play.",
            "what_we_are_doing": "We are looking for the reason. Please delete the app; we will write again before there is a new one."},
        "written": {"status": "draft", "slots": [], "kept": [], "outside": [], "actions": [], "remarks": []},
    })
}

fn picture() -> Value {
    let bad = |times: &[&str]| times.iter().map(|time| at(time)).collect::<Vec<_>>();
    let bins: Vec<Value> = [6, 31, 24, 17, 8, 0, 12, 22, 35, 28, 12, 30, 42, 20, 3, 0, 0, 0]
        .iter()
        .enumerate()
        .map(|(n, of)| {
            let minute = 8 * 60 + n * 10;
            let bad = if (7..=12).contains(&n) { 3.min(*of) } else { 0 };
            json!({"at": at(&format!("{:02}:{:02}:00", minute / 60, minute % 60)), "of": of, "bad": bad})
        })
        .collect();
    json!({"picture": {
        "window": {"from": at("09:05:00"), "to": at("10:30:00")},
        "impact": {"from": at("09:14:40"), "to": at("10:06:42")},
        "lanes": [{"tester": "t02", "device": "iPhone 14", "bad": bad(&["09:14:40", "09:16:40", "09:20:20", "09:28:30", "09:30:30", "09:34:40", "09:36:10", "09:38:50", "09:40:43", "09:59:00", "10:01:00"])},
            {"tester": "t06", "device": "Pixel 6a", "bad": bad(&["09:19:48", "09:27:30", "10:02:40", "10:06:42"])}],
        "more_lanes": 0,
        "live": ["backend 1.20.0", {"from": at("09:10:58"), "to": at("10:11:09")}],
        "marks": [[at("09:35:38"), "t02 reports"], [at("09:55:04"), "incident opened"], [at("10:07:09"), "pull"], [at("10:11:09"), "rollback done, testers told"]],
        "bins": bins, "bin_s": 600, "counts": "Requests from build 42",
        "finding": "No session of build 42 since 10:22: 2 h 58 min; web goes on, so the log was listening",
    }})
}

fn ledgers() -> Value {
    let row = |id: &str| {
        json!({"id": id, "shows": "Owners that are not the user", "query": "r2_tenant_leak", "window": {"from": "2026-08-24T00:00:00Z", "to": "2026-08-28T00:00:00Z"},
            "rows": 15, "lines_cited": 15, "sha256": "abcdef0123456789", "file": "evidence/r2_tenant_leak.json"})
    };
    let source = json!({"source": "backend", "table": "logs", "files": 11, "fetched": 22_623, "parsed": 22_489, "repeated": 122, "rejected": 1,
        "lost": 1, "truncated": true, "covered": 0.96, "by_day": [1.0, 0.9, 1.0], "silent": [{"from": at("02:00:00"), "to": at("02:20:00")}],
        "attributed": 0.98, "last_row": at("13:19:00"), "gaps": ["metrics were refused"], "samples": [["logs/backend/2026-08-26.log", {"line": 3, "class": "lost", "reason": "no time", "sample": "x"}]],
        "vanished": ["logs/old.log"]});
    json!({
        "coverage": [source], "evidence": [row("E-031"), row("E-035")],
        "redactions": [{"name": "token", "count": 31}], "settings": [["bin", "60 s"]],
    })
}
