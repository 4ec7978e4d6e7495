//! Google's token service and the Play Developer Reporting API as their published description has them. The service
//! account's key is made by `openssl` for each run.

use std::process::Command;
use std::sync::{Arc, LazyLock};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use cutover::tables::schema::TableName;
use ring::signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RsaKeyPair, UnparsedPublicKey};
use serde_json::{Value, json};

use super::faults::{Fault, Outcome};
use super::server::{Asked, Fake, Manner, Reply};
use super::{Held, beta, collect, rows};
use crate::live::process::needed;
use crate::support::Scratch;

const NOW: i64 = 1_780_272_000;

/// A private key as PEM, and its public half; nothing where `openssl` is not installed.
static KEY: LazyLock<Option<(String, Vec<u8>)>> = LazyLock::new(|| {
    let made = Command::new(needed("openssl")?)
        .args(["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
        .output()
        .expect("a key");
    let pem = String::from_utf8(made.stdout).expect("text");
    let der =
        STANDARD.decode(pem.lines().filter(|line| !line.starts_with("-----")).collect::<String>()).expect("base64");
    let pair = RsaKeyPair::from_pkcs8(&der).expect("a key");
    Some((pem, pair.public_key().as_ref().to_vec()))
});

/// What Google counts of the app's testers.
#[derive(Clone)]
struct Play {
    /// Day of May, build, crash rate as it stands in the answer.
    rows: Vec<(i8, u32, Option<&'static str>)>,
    /// The first day of May without figures.
    latest: i8,
}

impl Play {
    fn answer(&self, asked: &Asked) -> Reply {
        if asked.path == "/token" {
            return token(asked);
        }
        if asked.header("authorization") != "Bearer ya29.s3cret" {
            return refusal(401, "UNAUTHENTICATED");
        }
        match asked.path.as_str() {
            "/v1beta1/apps/com.acme.app/crashRateMetricSet" => {
                let day = |period: &str, day: i8| json!({"aggregationPeriod": period, "latestEndTime": date(day)});
                Reply::json(&json!({"name": "apps/com.acme.app/crashRateMetricSet",
                    "freshnessInfo": {"freshnesses": [day("HOURLY", 28), day("DAILY", self.latest)]}}))
            }
            "/v1beta1/apps/com.acme.app/crashRateMetricSet:query" => self.page(&asked.json()),
            _ => refusal(404, "NOT_FOUND"),
        }
    }

    fn page(&self, body: &Value) -> Reply {
        let spec = &body["timelineSpec"];
        assert_eq!((&body["userCohort"], &body["dimensions"]), (&json!("APP_TESTERS"), &json!(["versionCode"])));
        assert_eq!(
            (spec["aggregationPeriod"].as_str(), spec["startTime"]["timeZone"]["id"].as_str()),
            (Some("DAILY"), Some("America/Los_Angeles"))
        );
        assert!(spec["startTime"].get("hours").is_none(), "hours must not stand there");
        let end = spec["endTime"]["day"].as_i64().expect("a day");
        if spec["endTime"]["month"] != 5 || end > i64::from(self.latest) {
            return refusal(400, "INVALID_ARGUMENT");
        }
        let from: usize = body["pageToken"].as_str().map_or(0, |token| token.parse().expect("a token"));
        let row = |(day, build, rate): &(i8, u32, Option<&str>)| {
            let rate = rate.map(|rate| json!({"metric": "crashRate", "decimalValue": {"value": rate}}));
            let users = json!({"metric": "distinctUsers", "decimalValue": {"value": "10"}});
            json!({"aggregationPeriod": "DAILY", "startTime": date(*day),
                "dimensions": [{"dimension": "versionCode", "int64Value": build.to_string()}],
                "metrics": rate.into_iter().chain([users]).collect::<Vec<Value>>()})
        };
        let page: Vec<Value> = self.rows.iter().skip(from).take(2).map(row).collect();
        let next = from + page.len();
        let mut answer = if page.is_empty() { json!({}) } else { json!({"rows": page}) };
        answer["nextPageToken"] = json!(if next < self.rows.len() { next.to_string() } else { String::new() });
        Reply::json(&answer)
    }
}

fn date(day: i8) -> Value {
    json!({"year": 2026, "month": 5, "day": day, "timeZone": {"id": "America/Los_Angeles"}})
}

fn refusal(status: u16, code: &str) -> Reply {
    Reply { status, ..Reply::json(&json!({"error": {"code": status, "status": code, "message": "no", "details": []}})) }
}

/// A token for a signed claim.
fn token(asked: &Asked) -> Reply {
    assert_eq!((asked.method.as_str(), asked.header("authorization")), ("POST", ""));
    assert_eq!(asked.field("grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
    let (text, signature) = asked.field("assertion").rsplit_once('.').expect("three parts");
    let public = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &KEY.as_ref().expect("a key").1);
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).expect("base64");
    public.verify(text.as_bytes(), &bytes(signature)).expect("its signature");
    let claims: Value = serde_json::from_slice(&bytes(text.split_once('.').expect("three parts").1)).expect("JSON");
    let made = claims["iat"].as_i64().expect("a time");
    let right = claims["iss"] == "reader@acme.example"
        && claims["scope"] == "https://www.googleapis.com/auth/playdeveloperreporting"
        && claims["aud"].as_str().is_some_and(|aud| aud.ends_with("/token"))
        && claims["exp"].as_i64() == Some(made + 3600)
        && (made - NOW).abs() < 120;
    if !right {
        return Reply { status: 400, ..Reply::json(&json!({"error": "invalid_grant", "error_description": claims})) };
    }
    let token = json!({"access_token": "ya29.s3cret", "expires_in": 3599, "token_type": "Bearer"});
    Reply::json(&token).header("x-given", asked.field("assertion"))
}

/// Days of figures for the baseline and the beta, the candidate with crashes on one of them.
fn play() -> Play {
    Play { rows: vec![(1, 6, Some("0.0")), (1, 7, Some("0")), (2, 6, Some("0.0")), (2, 7, Some("0.012"))], latest: 4 }
}

fn scratch(fake: &Fake, table: &str, more: &str) -> Scratch {
    let pem = &KEY.as_ref().expect("a key").0;
    let config = format!(
        "[[source]]\nname = \"play\"\ntable = \"{table}\"\nkind = \"google-play\"\nurl = \"{}\"\napp = \"com.acme.app\"\n\
         key = {{ file = \"account.json\" }}\n{more}",
        fake.url()
    );
    let scratch = beta(&config);
    let key = json!({"type": "service_account", "client_email": "reader@acme.example", "private_key_id": "k1",
        "private_key": pem, "token_uri": format!("{}/token", fake.url())});
    scratch.write("account.json", key.to_string());
    scratch
}

/// What a collect came to under a fault that met the requests of which `is_data` says so.
fn under(play: &Play, fault: Option<Fault>, is_data: fn(&Asked) -> bool) -> Held {
    let (play, met) = (play.clone(), Arc::new(std::sync::atomic::AtomicUsize::new(0)));
    let fake = Fake::start(move |asked| {
        let reply = play.answer(asked);
        match &fault {
            Some(fault) if is_data(asked) && met.fetch_add(1, std::sync::atomic::Ordering::Relaxed) < fault.times => {
                (fault.breaks)(reply)
            }
            _ => reply,
        }
    });
    let limits = "attempts = 3\ntimeout = \"2s\"\ndeadline = \"60s\"\nmax-bytes = 1000000";
    let scratch = scratch(&fake, "crashes", limits);
    let run = collect(&scratch).ends(0);
    assert!(!run.err().contains("ya29") && !run.err().contains("PRIVATE"), "{}", run.err());
    Held::of(&scratch, "play")
}

fn all(faults: Vec<Fault>, is_data: fn(&Asked) -> bool) {
    for fault in faults {
        let (name, outcome) = (fault.name, fault.outcome);
        let held = under(&play(), Some(fault), is_data);
        let right = match outcome {
            Outcome::Complete => held.rows == 1 && held.gaps.is_empty(),
            Outcome::Gap(words) => held.rows <= 1 && held.gaps.iter().any(|gap| gap.contains(words)),
        };
        assert!(right, "{name}: {outcome:?} was due; {} rows, gaps {:?}", held.rows, held.gaps);
    }
}

#[test]
fn every_fault_is_a_gap_or_overcome() {
    if KEY.is_none() {
        return;
    }
    const ALWAYS: usize = usize::MAX;
    all(super::faults::common(), |asked| asked.path.ends_with(":query") && asked.json()["pageToken"].is_null());
    let own = || {
        vec![
            Fault::new("401 once, then with another token", 1, Outcome::Complete, |_| refusal(401, "UNAUTHENTICATED")),
            Fault::new("429, always", ALWAYS, Outcome::Gap("answered 429"), |_| refusal(429, "RESOURCE_EXHAUSTED")),
            Fault::new("rows that are none", ALWAYS, Outcome::Gap("no list `rows`"), |_| {
                Reply::json(&json!({"rows": 7}))
            }),
            Fault::new("a row without a build", ALWAYS, Outcome::Gap("names no build"), |_| {
                Reply::json(&json!({"rows": [{"startTime": date(2)}]}))
            }),
            Fault::new("a token that comes again", ALWAYS, Outcome::Gap("names a page again"), |r| {
                let mut body: Value = serde_json::from_slice(&r.body).expect("JSON");
                body["nextPageToken"] = json!("2");
                Reply::json(&body)
            }),
        ]
    };
    all(own(), |asked| asked.path.ends_with(":query") && asked.json()["pageToken"] == "2");
    let tokens = vec![
        Fault::new("the key was deleted", ALWAYS, Outcome::Gap("invalid_grant"), |_| Reply {
            status: 400,
            ..Reply::json(&json!({"error": "invalid_grant"}))
        }),
        Fault::new("the token service repeats what it was given", ALWAYS, Outcome::Gap("assertion ***"), |r| {
            let given = r.headers.iter().find(|(name, _)| name == "x-given").map(|(_, v)| v.clone()).expect("a claim");
            Reply::text(403, "text/plain", format!("assertion {given}"))
        }),
        Fault::new("reset, then good", 1, Outcome::Complete, |r| r.manner(Manner::Reset)),
        Fault::new("no token", ALWAYS, Outcome::Gap("no `access_token`"), |_| Reply::json(&json!({}))),
    ];
    all(tokens, |asked| asked.path == "/token");
}

#[test]
fn a_day_with_crashes_is_a_crash_and_figures_that_are_missing_are_gaps() {
    if KEY.is_none() {
        return;
    }
    let fake = {
        let play = play();
        Fake::start(move |asked| play.answer(asked))
    };
    let scratch = scratch(&fake, "crashes", "");
    collect(&scratch).ends(0);
    let told = rows(&scratch, TableName::Crashes, &["platform", "build", "uptime_ms", "text"]);
    assert_eq!(
        told,
        ["android | 7 | - | Google Play: crash rate 0.012 of testers of about 10 on 2026-05-02 (a day of Los Angeles)"]
    );
    let held = Held::of(&scratch, "play");
    assert_eq!((held.gaps.len(), held.records[0]["ledger"]["attached"].as_u64()), (0, Some(3)));
    let without =
        |rows: Vec<(i8, u32, Option<&'static str>)>, latest: i8| under(&Play { rows, latest }, None, |_| false).gaps;
    let none = without(Vec::new(), 4);
    assert!(none.len() == 1 && none[0].contains("no figures of testers for build 7"), "an empty answer: {none:?}");
    let stale = without(vec![(1, 7, Some("0"))], 2);
    assert!(stale.len() == 1 && stale[0].contains("figures before 2026-05-02"), "{stale:?}");
    let unsaid = without(vec![(1, 7, None)], 4);
    assert!(unsaid.len() == 1 && unsaid[0].contains("no crash rate of testers for build 7"), "{unsaid:?}");
}

#[test]
fn reviews_of_testers_are_said_not_to_exist_and_nothing_is_asked() {
    if KEY.is_none() {
        return;
    }
    let fake = {
        let play = play();
        Fake::start(move |asked| play.answer(asked))
    };
    let scratch = scratch(&fake, "feedback", "");
    let run = scratch.run_at("2026-06-01T00:00:00Z", &["collect", "--strict"]).ends(3);
    assert!(run.err().contains("not available from this API"), "{}", run.err());
    let held = Held::of(&scratch, "play");
    assert_eq!((held.rows, held.records.len(), held.gaps.len(), fake.asked().len()), (0, 0, 1, 0));
}
