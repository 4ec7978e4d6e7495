//! Loki's interface: what a server may answer beside good streams.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::faults::{Connector, Fault, Outcome, common};
use super::logs::{self, Line, ROWS};
use super::server::{Asked, Fake, Reply};
use super::{Held, beta, collect};

const LOKI: Connector = Connector {
    source: "store",
    config: "[[source]]\nname = \"store\"\ntable = \"logs\"\nkind = \"loki\"\nurl = \"{url}/logs\"\nservice = \"api\"\nwindow = \"24h\"\nquery = '{app=\"api\"}'\n{limits}",
    is_data,
    good,
    rows: ROWS,
};

fn is_data(asked: &Asked) -> bool {
    asked.path == "/logs/loki/api/v1/query_range"
}

fn good(asked: &Asked) -> Reply {
    if !is_data(asked) {
        return Reply::status(404);
    }
    let (from, to) = range(asked);
    answer(asked, &logs::small(from, to))
}

fn range(asked: &Asked) -> (i64, i64) {
    let ns = |name: &str| asked.field(name).parse().expect("nanoseconds");
    (ns("start"), ns("end"))
}

/// The first so many entries, by stream: text and JSON stand in two.
fn answer(asked: &Asked, lines: &[Line]) -> Reply {
    assert_eq!((asked.method.as_str(), asked.field("direction")), ("GET", "forward"));
    let categorized = asked.header("x-loki-response-encoding-flags") == "categorize-labels";
    let limit: usize = asked.field("limit").parse().expect("a number");
    let mut streams: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for line in lines.iter().take(limit) {
        let stream = if line.text.starts_with('{') { "stdout" } else { "stderr" };
        let more = json!({"structuredMetadata": {"container_id": "c0ffee"}, "parsed": {}});
        let entry = if categorized {
            json!([line.ns.to_string(), line.text, more])
        } else {
            json!([line.ns.to_string(), line.text])
        };
        streams.entry(stream).or_default().push(entry);
    }
    let result: Vec<Value> = streams
        .into_iter()
        .map(|(stream, values)| json!({"stream": {"app": "api", "stream": stream}, "values": values}))
        .collect();
    Reply::json(&json!({"status": "success", "data": {"resultType": "streams", "encodingFlags": ["categorize-labels"],
        "result": result, "stats": {"summary": {"execTime": 0.01}}}}))
}

fn edited(reply: &Reply, edit: impl Fn(&mut Value)) -> Reply {
    let mut body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    edit(&mut body);
    Reply::json(&body)
}

#[test]
fn every_fault_is_a_gap_or_overcome() {
    use Outcome::{Complete, Gap};
    let always = usize::MAX;
    let refused = |text: &'static str| move |_: Reply| Reply::text(400, "text/plain; charset=utf-8", text);
    let mut faults = common();
    faults.extend([
        Fault::new("a warning under 200", always, Gap("shard 3 is down"), |r| {
            edited(&r, |body| body["warnings"] = json!(["shard 3 is down"]))
        }),
        Fault::new("no lines", always, Gap("holds nothing"), |r| edited(&r, |body| body["data"]["result"] = json!([]))),
        Fault::new("streams twice", always, Complete, |r| {
            edited(&r, |body| {
                let one = body["data"]["result"][0].clone();
                body["data"]["result"] = json!([one, one]);
            })
        }),
        Fault::new("values of two parts", always, Complete, |r| {
            edited(&r, |body| {
                for value in body["data"]["result"][0]["values"].as_array_mut().expect("values") {
                    value.as_array_mut().expect("parts").pop();
                }
            })
        }),
        Fault::new("numbers instead of lines", always, Gap("must select lines"), |_| {
            Reply::json(&json!({"status": "success", "data": {"resultType": "matrix", "result": []}}))
        }),
        Fault::new(
            "a smaller limit of entries",
            1,
            Complete,
            refused("max entries limit per query exceeded, limit > max_entries_limit_per_query (5000 > 7)\n"),
        ),
        Fault::new(
            "a limit of entries that does not help",
            always,
            Gap("max entries limit"),
            refused("max entries limit per query exceeded, limit > max_entries_limit (5000 > 1)\n"),
        ),
        Fault::new(
            "a range that is too long, then shorter",
            2,
            Complete,
            refused("the query time range exceeds the limit (query length: 24h0m0s, limit: 12h0m0s)\n"),
        ),
        Fault::new(
            "older than it looks back",
            always,
            Gap("no longer available"),
            refused("this data is no longer available, it is past now - max_query_lookback (168h0m0s)\n"),
        ),
        Fault::new("a query it does not know", always, Gap("parse error"), refused("parse error at line 1, col 7\n")),
    ]);
    LOKI.under(faults);
}

#[test]
fn the_backend_log_of_a_beta_gives_the_verdicts_of_its_files() {
    // Small answers, so that busy hours are asked for in pieces.
    let source = "kind  = \"loki\"\nurl   = \"{url}/logs\"\nquery = '{app=\"api\"}'\ntenant = \"a|b\"\nlimit = 40";
    logs::judges_as_files_do(source, |asked, lines| {
        assert_eq!(asked.header("x-scope-orgid"), "a|b");
        if !is_data(asked) {
            return Reply::status(404);
        }
        let (from, to) = range(asked);
        let inside: Vec<Line> = lines.iter().filter(|l| (from..to).contains(&l.ns)).cloned().collect();
        answer(asked, &inside)
    });
}

/// A beta whose store holds 100 lines in one nanosecond, and a limit of 60 entries.
fn crowded(asked: &Asked) -> Reply {
    if !is_data(asked) {
        return Reply::status(404);
    }
    let (from, to) = range(asked);
    let mut lines = logs::small(from, to);
    let ns = 1_777_600_800_000_000_123;
    if (from..to).contains(&ns) {
        lines.extend((0..100).map(|n| Line { ns, text: format!("burst {n}") }));
    }
    answer(asked, &lines)
}

#[test]
fn more_entries_in_one_nanosecond_than_the_limit_are_a_gap_and_the_rest_is_whole() {
    let fake = Fake::start(crowded);
    let scratch = beta(&LOKI.config.replace("{url}", &fake.url()).replace("{limits}", "limit = 60\n"));
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "store");
    assert_eq!(held.gaps, ["more rows than the system gives at once"]);
    assert_eq!(held.rows, ROWS + 60);
    let narrow = held.records.iter().find(|r| r["ledger"]["truncated"] == true).expect("the piece");
    assert_eq!(
        narrow["window"]["window"]["to"], "2026-05-01T02:00:00.000000124Z",
        "one nanosecond is all that is not whole"
    );
    assert!(fake.asked().len() < 150, "{}", fake.asked().len());
}

#[test]
fn what_the_server_clips_without_a_word_is_a_gap() {
    // It looks back to 2 May 06:00 when it is asked on 1 June, and its answers are empty before.
    let clip = |asked: &Asked| {
        if !is_data(asked) {
            return Reply::json(&json!({"limits": {"max_query_lookback": "29d18h", "retention_period": "0s"}}));
        }
        let (from, to) = range(asked);
        answer(asked, &logs::small(from.max(1_777_701_600_000_000_000), to))
    };
    let hourly = LOKI.config.replace("24h", "1h").replace("{limits}", "");
    let fake = Fake::start(clip);
    let scratch = beta(&hourly.replace("{url}", &fake.url()));
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "store");
    assert_eq!(held.gaps.len(), 1);
    assert!(
        held.gaps[0].starts_with("2026-05-01T00:00:00Z to 2026-05-02T06:00:00Z: 127.0.0.1 does not look back"),
        "{:?}",
        held.gaps
    );
    assert_eq!(held.rows, 36);

    // A server that does not tell its limits: the silence is longer than all later ones.
    let fake = Fake::start(move |asked| if is_data(asked) { clip(asked) } else { Reply::status(404) });
    let scratch = beta(&hourly.replace("{url}", &fake.url()));
    collect(&scratch).ends(0);
    let gaps = Held::of(&scratch, "store").gaps;
    assert!(gaps.len() == 1 && gaps[0].contains("not known whether 127.0.0.1 keeps lines that long"), "{gaps:?}");

    // One that says that it keeps and gives everything: the service was quiet.
    let fake = Fake::start(move |asked| {
        let limits = json!({"limits": {"max_query_lookback": "0s", "retention_period": "744h"}});
        if is_data(asked) { clip(asked) } else { Reply::json(&limits) }
    });
    let scratch = beta(&hourly.replace("{url}", &fake.url()));
    collect(&scratch).ends(0);
    assert_eq!(Held::of(&scratch, "store").gaps, [""; 0]);
}

#[test]
fn a_query_that_computes_is_refused_where_it_stands() {
    let scratch = beta(
        &LOKI
            .config
            .replace("{app=\"api\"}", "rate({app=\"api\"}[5m])")
            .replace("{limits}", "")
            .replace("{url}", "http://127.0.0.1:1"),
    );
    let run = collect(&scratch).ends(2);
    assert!(run.err().contains("this is no log query"), "{}", run.err());
}
