//! The interfaces of Elasticsearch and OpenSearch: what a server may answer beside good pages.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::faults::{Connector, Fault, Outcome, common};
use super::logs::{self, Line, ROWS};
use super::server::{Asked, Fake, Reply};
use super::{Held, beta, collect};

const ELASTIC: Connector = Connector {
    source: "store",
    config: "[[source]]\nname = \"store\"\ntable = \"logs\"\nkind = \"elasticsearch\"\nurl = \"{url}/es\"\nindex = \"logs-*\"\nservice = \"api\"\nwindow = \"24h\"\nlimit = 20\n{limits}",
    is_data: is_page,
    good,
    rows: ROWS,
};

const OPEN: Connector = Connector {
    config: "[[source]]\nname = \"store\"\ntable = \"logs\"\nkind = \"opensearch\"\nurl = \"{url}/es\"\nindex = \"logs-*\"\nservice = \"api\"\nwindow = \"24h\"\nlimit = 20\n{limits}",
    ..ELASTIC
};

fn is_page(asked: &Asked) -> bool {
    asked.path == "/es/_search"
}

fn is_count(asked: &Asked) -> bool {
    asked.path == "/es/logs-*/_count"
}

fn good(asked: &Asked) -> Reply {
    let (from, to) = range(&asked.json());
    answer(asked, &logs::small(from, to), |line| json!({"message": line.text}))
}

fn ns(text: &Value) -> i64 {
    let at: Timestamp = text.as_str().expect("a time").parse().expect("a time");
    i64::try_from(at.as_nanosecond()).expect("64 bits")
}

/// The range of a count or a page; nothing for other questions.
fn range(body: &Value) -> (i64, i64) {
    let range = &body["query"]["bool"]["filter"][0]["range"]["@timestamp"];
    if range.is_null() { (0, 0) } else { (ns(&range["gte"]), ns(&range["lt"])) }
}

/// Answers as a cluster of three shards does. A search context has another name after each page.
fn answer(asked: &Asked, lines: &[Line], document: impl Fn(&Line) -> Value) -> Reply {
    let shards = json!({"total": 3, "successful": 3, "skipped": 0, "failed": 0});
    let body = asked.json();
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/es/logs-*/_count") => Reply::json(&json!({"count": lines.len(), "_shards": shards})),
        ("POST", "/es/logs-*/_pit") => Reply::json(&json!({"id": "pit", "_shards": shards})),
        ("POST", "/es/logs-*/_search/point_in_time") => {
            assert_eq!(asked.field("allow_partial_pit_creation"), "false");
            Reply::json(&json!({"pit_id": "pit", "_shards": shards, "creation_time": 1}))
        }
        ("DELETE", "/es/_pit" | "/es/_search/point_in_time") => Reply::json(&json!({"succeeded": true})),
        ("POST", "/es/_search") => {
            assert_eq!(asked.field("allow_partial_search_results"), "false");
            let hits = page(&body, lines, document);
            let context = format!("{}+", body["pit"]["id"].as_str().expect("a context"));
            Reply::json(
                &json!({"pit_id": context, "took": 1, "timed_out": false, "_shards": shards, "hits": {"hits": hits}}),
            )
        }
        (method, path) => panic!("{method} {path}"),
    }
}

fn page(body: &Value, lines: &[Line], document: impl Fn(&Line) -> Value) -> Vec<Value> {
    let size = usize::try_from(body["size"].as_u64().expect("a size")).expect("small");
    let by_id = body["sort"][1].get("_id").is_some();
    let key = |n: usize| if by_id { json!(format!("id-{n:09}")) } else { json!(n) };
    let text = |line: &Line| format!("{:.9}", Timestamp::from_nanosecond(i128::from(line.ns)).expect("a time"));
    let behind = |(n, line): &(usize, &Line)| match body["search_after"].as_array() {
        None => true,
        Some(after) => {
            let second =
                if by_id { key(*n).as_str() > after[1].as_str() } else { key(*n).as_u64() > after[1].as_u64() };
            (line.ns, true) > (ns(&after[0]), !second)
        }
    };
    let hit = |(n, line): (usize, &Line)| {
        let mut source = document(line);
        source["@timestamp"] = json!(text(line));
        json!({"_index": "logs-1", "_id": format!("id-{}-{n}", line.ns), "_source": source, "sort": [text(line), key(n)]})
    };
    lines.iter().enumerate().filter(behind).take(size).map(hit).collect()
}

fn edited(reply: &Reply, edit: impl Fn(&mut Value)) -> Reply {
    let mut body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    edit(&mut body);
    Reply::json(&body)
}

fn hits(body: &mut Value) -> &mut Vec<Value> {
    body["hits"]["hits"].as_array_mut().expect("hits")
}

fn error(status: u16, kind: &str, reason: &str) -> Reply {
    let cause = json!({"type": kind, "reason": reason});
    let body = json!({"error": {"root_cause": [cause], "type": "search_phase_execution_exception", "reason": "all shards failed"}, "status": status});
    Reply { status, ..Reply::json(&body) }
}

fn of_pages() -> Vec<Fault> {
    use Outcome::{Complete, Gap};
    let always = usize::MAX;
    let expired = |_: Reply| error(404, "search_context_missing_exception", "No search context found for id [9]");
    let old = "No mapping found for [_shard_doc] in order to sort on";
    vec![
        Fault::new("timed out under 200", always, Gap("the search timed out"), |r| {
            edited(&r, |body| body["timed_out"] = json!(true))
        }),
        Fault::new("failed shards under 200", always, Gap("1 of 3 shards failed"), |r| {
            edited(&r, |body| body["_shards"]["failed"] = json!(1))
        }),
        Fault::new("a cluster left out under 200", always, Gap("1 clusters were not asked"), |r| {
            edited(&r, |body| body["_clusters"] = json!({"total": 2, "successful": 1, "skipped": 1}))
        }),
        Fault::new("an empty page, then good", 1, Complete, |r| edited(&r, |body| hits(body).clear())),
        Fault::new("empty pages", always, Gap("documents came"), |r| edited(&r, |body| hits(body).clear())),
        Fault::new("a document left out of a page", 1, Complete, |r| {
            edited(&r, |body| {
                hits(body).remove(0);
            })
        }),
        Fault::new("a document left out of every page", always, Gap("documents came"), |r| {
            edited(&r, |body| {
                if !hits(body).is_empty() {
                    hits(body).remove(0);
                }
            })
        }),
        Fault::new("documents twice", always, Complete, |r| {
            edited(&r, |body| {
                let same = hits(body).clone();
                hits(body).extend(same);
            })
        }),
        Fault::new("documents without _source", always, Gap("have no _source"), |r| {
            edited(&r, |body| {
                for hit in hits(body) {
                    hit.as_object_mut().expect("a hit").remove("_source");
                }
            })
        }),
        Fault::new("a context that expired, then good", 1, Complete, expired),
        Fault::new("contexts that expire", always, Gap("expired 3 times"), expired),
        Fault::new("no _shard_doc", 1, Complete, move |_| error(400, "query_shard_exception", old)),
        Fault::new("a query it does not know", always, Gap("query_shard_exception: Failed to parse"), |_| {
            error(400, "query_shard_exception", "Failed to parse query [a AND]")
        }),
        Fault::new("rejected, then good", 1, Complete, |_| error(429, "es_rejected_execution_exception", "queue full")),
    ]
}

#[test]
fn every_fault_of_elasticsearch_is_a_gap_or_overcome() {
    let mut faults = common();
    faults.extend(of_pages());
    ELASTIC.under(faults);
}

#[test]
fn every_fault_of_opensearch_is_a_gap_or_overcome() {
    OPEN.under(of_pages());
}

#[test]
fn a_count_that_is_wrong_is_a_gap() {
    let always = usize::MAX;
    let counting = Connector { is_data: is_count, ..ELASTIC };
    counting.under(vec![
        Fault::new("failed shards", always, Outcome::Gap("1 of 3 shards failed"), |r| {
            edited(&r, |body| body["_shards"]["failed"] = json!(1))
        }),
        Fault::new("no index", always, Outcome::Gap("has no index `logs-*`"), |r| {
            edited(&r, |body| body["_shards"]["total"] = json!(0))
        }),
        Fault::new("nothing", always, Outcome::Gap("holds nothing"), |r| edited(&r, |body| body["count"] = json!(0))),
        Fault::new("more than come", always, Outcome::Gap("documents came"), |r| {
            edited(&r, |body| body["count"] = json!(body["count"].as_u64().expect("a count") + 1))
        }),
        Fault::new("so many that it asks for less time", 1, Outcome::Complete, |r| {
            edited(&r, |body| body["count"] = json!(1_000_000))
        }),
    ]);
}

/// Search contexts that a server holds open, by their latest names.
#[derive(Default)]
struct Contexts {
    open: Vec<String>,
    opened: usize,
}

#[test]
fn each_context_is_asked_by_its_latest_name_and_closed_also_after_an_error() {
    let contexts = Arc::new(Mutex::new(Contexts::default()));
    let held = Arc::clone(&contexts);
    let fake = Fake::start(move |asked| {
        let mut held = held.lock().expect("no panic");
        let body = asked.json();
        match (asked.method.as_str(), asked.path.as_str()) {
            ("POST", "/es/logs-*/_pit") => {
                held.opened += 1;
                let name = format!("c{}", held.opened);
                held.open.push(name.clone());
                return Reply::json(&json!({"id": name}));
            }
            ("POST", "/es/_search") => {
                let name = body["pit"]["id"].as_str().expect("a context").to_owned();
                let Some(at) = held.open.iter().position(|open| *open == name) else {
                    return error(404, "search_context_missing_exception", &name);
                };
                if range(&body).0 >= 1_777_680_000_000_000_000 {
                    return error(400, "illegal_argument_exception", "no");
                }
                held.open[at] = format!("{name}+");
            }
            ("DELETE", _) => {
                let name = body["id"].as_str().expect("a context").to_owned();
                let before = held.open.len();
                held.open.retain(|open| *open != name);
                assert!(held.open.len() < before, "{name} is not open");
            }
            _ => {}
        }
        good(asked)
    });
    let scratch = beta(&ELASTIC.config.replace("{url}", &fake.url()).replace("{limits}", ""));
    collect(&scratch).ends(0);
    let found = Held::of(&scratch, "store");
    assert_eq!(found.rows, ROWS / 2, "the first day is whole");
    assert!(found.gaps.len() == 1 && found.gaps[0].contains("illegal_argument_exception: no"), "{:?}", found.gaps);
    let contexts = contexts.lock().expect("no panic");
    assert_eq!((contexts.opened, contexts.open.as_slice()), (2, [].as_slice()));
}

#[test]
fn a_server_that_gives_the_first_page_for_ever_ends_as_a_gap() {
    let fake = Fake::start(|asked| {
        let mut asked = asked.clone();
        let mut body = asked.json();
        if let Some(fields) = body.as_object_mut() {
            fields.remove("search_after");
            asked.body = body.to_string().into_bytes();
        }
        good(&asked)
    });
    let scratch =
        beta(&ELASTIC.config.replace("limit = 20", "limit = 1").replace("{url}", &fake.url()).replace("{limits}", ""));
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "store");
    assert!(
        held.rows < ROWS && held.gaps.iter().any(|gap| gap.contains("1 of 3 documents came")),
        "{} {:?}",
        held.rows,
        held.gaps
    );
}

#[test]
fn the_backend_log_of_a_beta_gives_the_verdicts_of_its_files() {
    let source =
        "kind  = \"elasticsearch\"\nurl   = \"{url}/es\"\nindex = \"logs-*\"\nlimit = 40\nquery = \"service:backend\"";
    logs::judges_as_files_do(source, |asked, lines| {
        let body = asked.json();
        let (from, to) = range(&body);
        let inside: Vec<Line> = lines.iter().filter(|l| (from..to).contains(&l.ns)).cloned().collect();
        if !body["query"].is_null() {
            assert_eq!(body["query"]["bool"]["filter"][1]["query_string"]["query"], "service:backend");
        }
        // Shipped as text, or taken apart on the way in.
        answer(asked, &inside, |line| match serde_json::from_str::<Value>(&line.text) {
            Ok(document) if document.is_object() && line.text.len() % 2 == 0 => document,
            _ => json!({"event": {"original": line.text}, "message": "something else", "agent": {"type": "filebeat"}}),
        })
    });
}

#[test]
fn opensearch_gives_the_verdicts_of_the_files_too() {
    let source = "kind  = \"opensearch\"\nurl   = \"{url}/es\"\nindex = \"logs-*\"";
    logs::judges_as_files_do(source, |asked, lines| {
        let (from, to) = range(&asked.json());
        let inside: Vec<Line> = lines.iter().filter(|l| (from..to).contains(&l.ns)).cloned().collect();
        answer(asked, &inside, |line| json!({"log": format!("{}\n", line.text), "stream": "stdout"}))
    });
}

#[test]
fn credentials_come_in_the_three_forms_and_not_together() {
    for (login, header) in [
        ("api-key = { file = \"key\" }", "ApiKey aWQ6a2V5"),
        ("token = { file = \"key\" }", "Bearer id:key"),
        ("user = \"u\"\npassword = { file = \"key\" }", "Basic dTppZDprZXk="),
    ] {
        let fake = Fake::start(good);
        let scratch = beta(&ELASTIC.config.replace("{url}", &fake.url()).replace("{limits}", login));
        scratch.write("key", "id:key\n");
        collect(&scratch).ends(0);
        assert!(
            !fake.asked().is_empty() && fake.asked().iter().all(|a| a.header("authorization") == header),
            "{login}"
        );
    }
    let both = "api-key = { file = \"key\" }\ntoken = { file = \"key\" }";
    let scratch = beta(&ELASTIC.config.replace("{url}", "http://127.0.0.1:1").replace("{limits}", both));
    assert!(collect(&scratch).ends(2).err().contains("these credentials do not go together"));
}
