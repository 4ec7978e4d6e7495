//! ClickHouse's HTTP interface under the fault table. Real servers: `live::logs`.

use serde_json::json;

use super::faults::{Connector, Fault, Outcome, common};
use super::server::{Asked, Reply};

const TABLE: Connector = Connector {
    source: "table",
    config: "[[source]]\nname = \"table\"\ntable = \"logs\"\nkind = \"clickhouse\"\nurl = \"{url}\"\nwindow = \"24h\"\n{limits}",
    is_data: |asked| sql(asked).ends_with("FORMAT JSONEachRow") && !sql(asked).starts_with("DESCRIBE"),
    good,
    rows: 200,
};

fn sql(asked: &Asked) -> String {
    String::from_utf8_lossy(&asked.body).into_owned()
}

/// A row every second of the first hundred of each day.
fn good(asked: &Asked) -> Reply {
    let sql = sql(asked);
    if sql.starts_with("DESCRIBE") {
        let rows = [("Timestamp", "DateTime64(9)"), ("Body", "String"), ("ServiceName", "String")];
        let text: String =
            rows.iter().map(|(name, kind)| format!("{}\n", json!({"name": name, "type": kind}))).collect();
        return Reply::text(200, "application/x-ndjson", text);
    }
    let bound = |after: &str| -> i64 {
        let rest = sql.split_once(after).expect("a bound").1;
        rest.split(')').next().expect("a number").parse().expect("milliseconds")
    };
    let (from, to) = (bound(">= fromUnixTimestamp64Milli(toInt64("), bound("< fromUnixTimestamp64Milli(toInt64("));
    let day = from.div_euclid(86_400_000) * 86_400_000;
    let all: Vec<i64> = (0..100).map(|n| day + n * 1000).filter(|ms| (from..to).contains(ms)).collect();
    if sql.starts_with("SELECT count()") {
        return Reply::text(200, "text/tab-separated-values", format!("{}\n", all.len()));
    }
    let row = |ms: &i64| {
        let line = json!({"level": 30, "time": ms, "msg": "m"}).to_string();
        format!("{}\n", json!({"__ns": (ms * 1_000_000).to_string(), "Body": line, "ServiceName": "api"}))
    };
    Reply::text(200, "application/x-ndjson", all.iter().map(row).collect::<String>())
}

#[test]
fn every_fault_is_a_gap_or_overcome() {
    let always = usize::MAX;
    // No row under 200 is a window in which nothing was logged, unless the server counts some: that is a gap of its own.
    let others = ["nothing under 200", "half of the JSON under 200"];
    let mut faults: Vec<Fault> = common().into_iter().filter(|fault| !others.contains(&fault.name)).collect();
    let exception = |text: &'static str| move |_: Reply| Reply::text(500, "text/plain", text);
    faults.push(Fault::new("nothing under 200", always, Outcome::Gap("it counts 100 rows and gave 0"), |_| {
        Reply::text(200, "application/x-ndjson", "")
    }));
    faults.push(Fault::new(
        "rows are left out under 200",
        always,
        Outcome::Gap("it counts 100 rows and gave 99"),
        |mut r| {
            let end = r.body.iter().position(|b| *b == b'\n').map_or(0, |at| at + 1);
            r.body.drain(..end);
            r
        },
    ));
    faults.push(Fault::new(
        "an exception behind rows under 200",
        always,
        Outcome::Gap("in the middle of its answer"),
        |mut r| {
            r.body.extend_from_slice(b"Code: 395, e.displayText() = DB::Exception: it broke");
            r
        },
    ));
    faults.push(Fault::new(
        "a shard is down",
        always,
        Outcome::Gap("Code: 279"),
        exception("Code: 279, e.displayText() = DB::NetException: All connection tries failed."),
    ));
    faults.push(Fault::new(
        "too many queries, then room",
        1,
        Outcome::Complete,
        exception("Code: 202. DB::Exception: Too many simultaneous queries."),
    ));
    faults.push(Fault::new(
        "too much memory, then shorter windows",
        1,
        Outcome::Complete,
        exception("Code: 241. DB::Exception: Memory limit (for query) exceeded."),
    ));
    faults.push(Fault::new(
        "too much memory, always",
        always,
        Outcome::Gap("Code: 241"),
        exception("Code: 241. DB::Exception: Memory limit (for query) exceeded."),
    ));
    TABLE.under(faults);
}
