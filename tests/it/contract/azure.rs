//! The query interface of Azure Monitor Log Analytics, and the places that give tokens for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::faults::{Connector, Fault, Outcome, common};
use super::logs::{self, Line, ROWS};
use super::server::{Asked, Fake, Reply};
use super::{Held, beta, collect};
use crate::support::Scratch;

const AZURE: Connector = Connector {
    source: "store",
    config: "[[source]]\nname = \"store\"\ntable = \"logs\"\nkind = \"azure-logs\"\nurl = \"{url}/az\"\nworkspace = \"00000000-1111-2222-3333-444444444444\"\nservice = \"api\"\nwindow = \"24h\"\n{limits}{login}",
    is_data: is_rows,
    good,
    rows: ROWS,
};

fn with_token(connector: Connector) -> Connector {
    Connector {
        config: "[[source]]\nname = \"store\"\ntable = \"logs\"\nkind = \"azure-logs\"\nurl = \"{url}/az\"\nworkspace = \"00000000-1111-2222-3333-444444444444\"\nservice = \"api\"\nwindow = \"24h\"\ntoken = { file = \"token\" }\n{limits}",
        ..connector
    }
}

fn is_query(asked: &Asked) -> bool {
    asked.path == "/az/v1/workspaces/00000000-1111-2222-3333-444444444444/query"
}

fn kql(asked: &Asked) -> String {
    asked.json()["query"].as_str().unwrap_or_default().to_owned()
}

fn is_count(asked: &Asked) -> bool {
    is_query(asked) && kql(asked).contains("summarize n = count()")
}

fn is_rows(asked: &Asked) -> bool {
    is_query(asked) && !is_count(asked)
}

fn good(asked: &Asked) -> Reply {
    let (from, to) = range(asked);
    answer(asked, &logs::small(from, to), plain)
}

/// The half-open range of the query, which the time span repeats.
fn range(asked: &Asked) -> (i64, i64) {
    let query = kql(asked);
    let times: Vec<&str> =
        query.split("datetime(").skip(1).map(|rest| rest.split(')').next().expect("a time")).collect();
    assert!(
        query.contains(&format!("TimeGenerated >= datetime({}) and TimeGenerated < datetime({})", times[0], times[1]))
    );
    assert_eq!(asked.json()["timespan"], format!("{}/{}", times[0], times[1]));
    let ns = |text: &str| i64::try_from(text.parse::<Timestamp>().expect("a time").as_nanosecond()).expect("64 bits");
    (ns(times[0]), ns(times[1]))
}

/// Line and bag of a row.
type Row = (String, Value);

fn plain(line: &Line) -> Row {
    (line.text.clone(), json!({"ContainerAppName_s": "api", "ContainerGroupName_s": "api--1", "Stream_s": "stdout"}))
}

/// The service keeps ticks of 100 ns.
fn answer(asked: &Asked, lines: &[Line], row: impl Fn(&Line) -> Row) -> Reply {
    assert_eq!((asked.method.as_str(), asked.header("content-type")), ("POST", "application/json"));
    assert!(asked.header("prefer").starts_with("wait="));
    let column = |name: &str, kind: &str| json!({"name": name, "type": kind});
    if is_count(asked) {
        let columns = [column("n", "long"), column("bytes", "long")];
        return Reply::json(
            &json!({"tables": [{"name": "PrimaryResult", "columns": columns, "rows": [[lines.len(), lines.len() * 300]]}]}),
        );
    }
    assert!(kql(asked).ends_with("| order by TimeGenerated asc"));
    let columns = [column("TimeGenerated", "datetime"), column("Line", "string"), column("Bag", "string")];
    let rows: Vec<Value> = lines
        .iter()
        .map(|line| {
            let (text, bag) = row(line);
            let at = Timestamp::from_nanosecond(i128::from(line.ns)).expect("a time");
            json!([format!("{at:.7}"), text, bag.to_string()])
        })
        .collect();
    Reply::json(&json!({"tables": [{"name": "PrimaryResult", "columns": columns, "rows": rows}]}))
}

fn edited(reply: &Reply, edit: impl Fn(&mut Value)) -> Reply {
    let mut body: Value = serde_json::from_slice(&reply.body).expect("JSON");
    edit(&mut body);
    Reply::json(&body)
}

fn rows(body: &mut Value) -> &mut Vec<Value> {
    body["tables"][0]["rows"].as_array_mut().expect("rows")
}

fn partial(body: &mut Value) {
    body["error"] = json!({"code": "PartialError", "message": "There were some errors when processing your query.",
        "details": [{"code": "EngineError", "message": "Something went wrong processing your query on the server.",
        "innererror": {"code": "-2133196797", "severity": 2, "message": "The results of this query exceed the set limit of 500000 records"}}]});
}

#[test]
fn every_fault_is_a_gap_or_overcome() {
    use Outcome::{Complete, Gap};
    let always = usize::MAX;
    let refused = |status: u16, code: &'static str, inner: &'static str| {
        move |_: Reply| {
            let error = json!({"error": {"message": "no", "code": code, "innererror": {"code": "SemanticError", "message": inner}}});
            Reply { status, ..Reply::json(&error) }
        }
    };
    let mut faults = common();
    faults.extend([
        Fault::new("an error beside the rows, then none", 1, Complete, |r| edited(&r, partial)),
        Fault::new("an error beside the rows", always, Gap("exceed the set limit"), |r| edited(&r, partial)),
        Fault::new("a row left out, then none", 1, Complete, |r| {
            edited(&r, |body| {
                rows(body).pop();
            })
        }),
        Fault::new("a row left out", always, Gap("rows came"), |r| {
            edited(&r, |body| {
                rows(body).pop();
            })
        }),
        Fault::new("no rows", always, Gap("rows came"), |r| edited(&r, |body| rows(body).clear())),
        Fault::new("rows twice", always, Complete, |r| {
            edited(&r, |body| {
                let same = rows(body).clone();
                rows(body).extend(same);
            })
        }),
        Fault::new("rows that stand for several", always, Gap("sampling"), |r| {
            edited(&r, |body| rows(body)[0][2] = json!("{\"ItemCount\":5}"))
        }),
        Fault::new("a row that is too short", always, Gap("not as many values"), |r| {
            edited(&r, |body| {
                rows(body)[0].as_array_mut().expect("a row").pop();
            })
        }),
        Fault::new("throttled without a time, then good", 1, Complete, |_| Reply::status(429)),
        Fault::new("504, then good", 1, Complete, |_| Reply::status(504)),
        Fault::new(
            "a table it does not know",
            always,
            Gap("Failed to resolve table"),
            refused(400, "BadArgumentError", "Failed to resolve table"),
        ),
        Fault::new(
            "no right to read",
            always,
            Gap("InsufficientAccessError"),
            refused(403, "InsufficientAccessError", "no access"),
        ),
    ]);
    with_token(AZURE).under(faults);
}

#[test]
fn a_count_that_is_wrong_is_a_gap() {
    let always = usize::MAX;
    with_token(Connector { is_data: is_count, ..AZURE }).under(vec![
        Fault::new("a workspace without data", always, Outcome::Gap("holds nothing"), |_| Reply {
            body: Vec::new(),
            ..Reply::status(204)
        }),
        Fault::new("more than come", always, Outcome::Gap("rows came"), |r| {
            edited(&r, |body| rows(body)[0][0] = json!(1000))
        }),
        Fault::new("so many that it asks for less time", 1, Outcome::Complete, |r| {
            edited(&r, |body| rows(body)[0][0] = json!(450_000))
        }),
        Fault::new("an error beside the count", always, Outcome::Gap("exceed the set limit"), |r| edited(&r, partial)),
    ]);
}

/// JSON as the platform explodes it: a column for each value, named by its path and its type.
fn exploded(line: &Line) -> Row {
    fn columns(path: &str, value: &Value, into: &mut Map<String, Value>) {
        match value {
            Value::Object(fields) => {
                for (key, value) in fields {
                    columns(&format!("{path}_{}", key.replace('-', "_")), value, into);
                }
            }
            Value::Number(n) => {
                into.insert(format!("{path}_d"), json!(n.as_f64()));
            }
            Value::Bool(yes) => {
                into.insert(format!("{path}_b"), json!(yes));
            }
            Value::Null => {}
            other => {
                into.insert(
                    format!("{path}_s"),
                    json!(other.as_str().map_or_else(|| other.to_string(), str::to_owned)),
                );
            }
        }
    }
    let mut bag = Map::new();
    match serde_json::from_str::<Value>(&line.text) {
        Ok(value) if value.is_object() => columns("Log", &value, &mut bag),
        _ => return as_text(line),
    }
    (String::new(), Value::Object(bag))
}

fn as_text(line: &Line) -> Row {
    (line.text.clone(), json!({"Stream_s": "stdout", "TenantId": "0"}))
}

fn of_the_sample(row: fn(&Line) -> Row) -> impl Fn(&Asked, &[Line]) -> Reply + Send + Sync + 'static {
    move |asked, lines| {
        assert_eq!(asked.header("authorization"), "Bearer t0ken");
        let (from, to) = range(asked);
        let tick = |ns: i64| ns.div_euclid(100) * 100;
        let inside: Vec<Line> = lines.iter().filter(|l| (from..to).contains(&tick(l.ns))).cloned().collect();
        answer(asked, &inside, row)
    }
}

const SAMPLE: &str = "kind  = \"azure-logs\"\nurl   = \"{url}/az\"\ntoken = { file = \"token\" }\nwindow = \"1h\"\nworkspace = \"00000000-1111-2222-3333-444444444444\"";

#[test]
fn the_backend_log_of_a_beta_gives_the_verdicts_of_its_files() {
    logs::judges_as_files_do(SAMPLE, of_the_sample(as_text));
}

#[test]
fn exploded_json_gives_the_verdicts_of_the_files_too() {
    logs::judges_as_files_do(&format!("{SAMPLE}\nquery = \"MyLogs_CL // all of them\""), of_the_sample(exploded));
}

/// A fake that also gives tokens: `t1`, `t2` and so on, each for so many seconds; it takes none before the `first`.
fn giving(seconds: u64, first: usize) -> (Fake, Arc<AtomicUsize>) {
    let given = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&given);
    let fake = Fake::start(move |asked| {
        if is_query(asked) {
            let known = (first..100).any(|n| asked.header("authorization") == format!("Bearer t{n}"));
            return if known { good(asked) } else { Reply::status(401) };
        }
        let token = format!("t{}", count.fetch_add(1, Ordering::Relaxed) + 1);
        let now: Timestamp = "2026-06-01T00:00:00Z".parse().expect("a time");
        let end = now.as_second() + i64::try_from(seconds).expect("small");
        match asked.path.as_str() {
            "/ad/common/oauth2/v2.0/token" => {
                Reply::json(&json!({"token_type": "Bearer", "expires_in": seconds, "access_token": token}))
            }
            "/msi" => {
                Reply::json(&json!({"access_token": token, "expires_on": end.to_string(), "token_type": "Bearer"}))
            }
            "/metadata/identity/oauth2/token" => Reply::json(
                &json!({"access_token": token, "expires_in": seconds.to_string(), "expires_on": end.to_string()}),
            ),
            path => panic!("{path}"),
        }
    });
    (fake, given)
}

fn config(fake: &Fake, login: &str) -> Scratch {
    let login = login.replace("{url}", &fake.url());
    beta(&AZURE.config.replace("{url}", &fake.url()).replace("{limits}", "attempts = 3\n").replace("{login}", &login))
}

const SECRET: &str =
    "tenant = \"common\"\nclient-id = \"c1\"\nclient-secret = { file = \"token\" }\nauthority = \"{url}/ad\"\n";

fn complete(scratch: &Scratch) {
    let held = Held::of(scratch, "store");
    assert_eq!((held.rows, held.gaps), (ROWS, Vec::new()));
}

#[test]
fn an_application_gets_a_token_by_its_secret_or_by_that_of_its_platform() {
    let (fake, given) = giving(3600, 1);
    let scratch = config(&fake, SECRET);
    collect(&scratch).ends(0);
    complete(&scratch);
    assert_eq!(given.load(Ordering::Relaxed), 1, "one token for all");
    let asked = fake.asked().into_iter().find(|a| a.path.starts_with("/ad/")).expect("a token");
    let form: Vec<(&str, &str)> = asked.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        form,
        [
            ("grant_type", "client_credentials"),
            ("client_id", "c1"),
            ("scope", "https://api.loganalytics.io/.default"),
            ("client_secret", "t0ken")
        ]
    );

    let (fake, _) = giving(3600, 1);
    let scratch = config(&fake, &SECRET.replace("client-secret", "federated-token"));
    collect(&scratch).ends(0);
    complete(&scratch);
    let asked = fake.asked().into_iter().find(|a| a.path.starts_with("/ad/")).expect("a token");
    assert_eq!(asked.field("client_assertion"), "t0ken");
    assert_eq!(asked.field("client_assertion_type"), "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
}

#[test]
fn a_container_and_a_machine_get_tokens_by_their_identity() {
    let (fake, _) = giving(3600, 1);
    let scratch = config(&fake, "client-id = \"c2\"\n");
    let run = |name: &str, value: &str, more: (&str, &str)| {
        let mut command = scratch.command(&["collect"]);
        command.env("CUTOVER_NOW", "2026-06-01T00:00:00Z").env(name, value).env(more.0, more.1);
        assert!(command.output().expect("a run").status.success());
        complete(&scratch);
    };
    run("IDENTITY_ENDPOINT", &format!("{}/msi", fake.url()), ("IDENTITY_HEADER", "h1"));
    let asked = fake.asked().into_iter().find(|a| a.path == "/msi").expect("a token");
    assert_eq!((asked.header("x-identity-header"), asked.field("client_id")), ("h1", "c2"));
    assert_eq!((asked.field("resource"), asked.field("api-version")), ("https://api.loganalytics.io", "2019-08-01"));

    std::fs::remove_dir_all(scratch.path().join(".cutover")).expect("the evidence");
    run("AZURE_POD_IDENTITY_AUTHORITY_HOST", &fake.url(), ("IDENTITY_ENDPOINT", ""));
    let asked = fake.asked().into_iter().find(|a| a.path.starts_with("/metadata")).expect("a token");
    assert_eq!(
        (asked.header("metadata"), asked.field("resource"), asked.field("client_id")),
        ("true", "https://api.loganalytics.io", "c2")
    );
}

#[test]
fn a_token_that_is_not_taken_is_renewed_once() {
    let (fake, given) = giving(3600, 2);
    let scratch = config(&fake, SECRET);
    collect(&scratch).ends(0);
    complete(&scratch);
    assert_eq!(given.load(Ordering::Relaxed), 2);

    let (fake, given) = giving(3600, 50);
    let scratch = config(&fake, SECRET);
    collect(&scratch).ends(0);
    let gaps = Held::of(&scratch, "store").gaps;
    assert!(gaps.len() == 1 && gaps[0].contains("answered 401") && !gaps[0].contains("t2"), "{gaps:?}");
    assert!(given.load(Ordering::Relaxed) <= 4, "it does not ask for tokens for ever");
}

#[test]
fn a_token_near_its_end_is_renewed_before_it_is_used() {
    let (fake, given) = giving(200, 1);
    let scratch = config(&fake, SECRET);
    collect(&scratch).ends(0);
    complete(&scratch);
    assert_eq!(given.load(Ordering::Relaxed), fake.asked().iter().filter(|a| is_query(a)).count());
}

#[test]
fn no_token_is_a_gap_that_says_why_and_holds_no_secret() {
    let refuse = |asked: &Asked| {
        assert!(!is_query(asked), "it is not asked without a token");
        let said = "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1";
        Reply { status: 401, ..Reply::json(&json!({"error": "invalid_client", "error_description": said})) }
    };
    let fake = Fake::start(refuse);
    let scratch = config(&fake, SECRET);
    collect(&scratch).ends(0);
    let gaps = Held::of(&scratch, "store").gaps;
    assert!(
        gaps.len() == 1
            && gaps[0].ends_with("gives no token, invalid_client: AADSTS7000215: Invalid client secret provided."),
        "{gaps:?}"
    );
    assert!(!gaps[0].contains("t0ken"));
    assert!(fake.asked().len() <= 2, "a refusal is final: {}", fake.asked().len());
}

#[test]
fn credentials_that_do_not_go_together_are_refused_where_they_stand() {
    let fake = Fake::start(good);
    for login in ["tenant = \"t\"\n", "client-secret = { file = \"token\" }\n", "tenant = \"t\"\nclient-id = \"c\"\n"] {
        let run = collect(&config(&fake, login)).ends(2);
        assert!(run.err().contains("these credentials do not go together"), "{}", run.err());
    }
    assert!(fake.asked().is_empty());
}
