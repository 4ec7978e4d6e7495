//! Webhooks against a real HTTP server that fails.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use cutover::delivery::Outcome;

use super::http_server::{Https, Server, Step, ok, status};
use super::{Office, delivered, failed, not_again, parcel, unsure};

/// One webhook target; `keys` are added to it.
fn webhook(port: u16, keys: &str) -> Office {
    office("webhook", port, keys)
}

fn office(kind: &str, port: u16, keys: &str) -> Office {
    Office::new(&format!(
        "[[deliver]]\nname = \"hook\"\nkind = \"{kind}\"\nurl = \"http://127.0.0.1:{port}/services/s3cr3t-path\"\n\
         timeout = \"2s\"\nretry-for = \"5s\"\n{keys}\n"
    ))
}

fn closed_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port()
}

#[test]
fn a_message_arrives_once_and_a_second_run_sends_nothing() {
    let server = Server::start(vec![]);
    let keys = "secret = { env = \"SECRET\" }\nheaders = { X-Team = \"beta\" }";
    let office = webhook(server.port, keys);
    delivered(&office.send(), 1);
    not_again(&office);
    let taken = server.taken();
    assert_eq!(taken.len(), 1);
    let json = taken[0].json();
    assert_eq!(json["schema"], "cutover/delivery/1");
    assert_eq!((json["kind"].as_str(), json["key"].as_str()), (Some("weekly"), Some("2026-W32")));
    assert_eq!(json["attachments"][0]["bytes"], 33_000);
    assert_eq!(json["text"], parcel().text.as_str());
    assert_eq!(taken[0].header("x-team"), Some("beta"));
    assert!(taken[0].header("x-cutover-signature").is_some_and(|s| s.starts_with("sha256=") && s.len() == 71));
    assert_eq!(taken[0].header("idempotency-key").map(str::len), Some(32));
}

#[test]
fn a_refused_connection_is_tried_again_and_then_given_up() {
    let office = webhook(closed_port(), "");
    failed(&office.send(), 4, "cannot be reached");
    // What surely failed is open for the next run, which finds the server back.
    let listener = TcpListener::bind(format!("127.0.0.1:{}", port_of(&office))).expect("the port is free");
    let server = Server::on(listener, vec![]);
    delivered(&office.send(), 1);
    assert_eq!(server.taken().len(), 1);
}

fn port_of(office: &Office) -> u16 {
    let text = office.scratch.text("cutover.toml");
    let after = text.split("127.0.0.1:").nth(1).expect("a port");
    after.split('/').next().and_then(|n| n.parse().ok()).expect("a number")
}

#[test]
fn a_refusal_spoken_by_the_server_is_tried_again() {
    for line in ["500 Internal Server Error", "503 Service Unavailable", "408 Request Timeout", "429 Too Many Requests"]
    {
        let server = Server::start(vec![status(line), status(line), ok()]);
        let office = webhook(server.port, "");
        delivered(&office.send(), 3);
        not_again(&office);
        assert_eq!(server.taken().len(), 3, "{line}");
        // Every attempt carries the same key, so that a receiver can know a repetition.
        let keys: Vec<String> =
            server.taken().iter().filter_map(|t| t.header("idempotency-key").map(str::to_owned)).collect();
        assert!(keys.len() == 3 && keys.iter().all(|k| *k == keys[0]));
    }
}

#[test]
fn both_forms_of_retry_after_are_waited_for() {
    // The run begins at 07:00:00; HTTP dates have whole seconds.
    for value in ["1", "Mon, 10 Aug 2026 07:00:01 GMT"] {
        let busy = Step::Answer("429 Too Many Requests", format!("Retry-After: {value}\r\n"), "busy");
        let server = Server::start(vec![busy, ok()]);
        let begun = Instant::now();
        delivered(&webhook(server.port, "").send(), 2);
        assert!(begun.elapsed() >= Duration::from_millis(900), "{value}: {:?}", begun.elapsed());
    }
}

#[test]
fn a_wait_longer_than_the_deadline_fails_at_once_and_says_so() {
    for value in ["3600", "Mon, 10 Aug 2026 09:00:00 GMT"] {
        let busy = Step::Answer("429 Too Many Requests", format!("Retry-After: {value}\r\n"), "");
        let server = Server::start(vec![busy]);
        let begun = Instant::now();
        failed(&webhook(server.port, "").send(), 1, "asks to wait");
        assert!(begun.elapsed() < Duration::from_secs(3) && server.taken().len() == 1);
    }
}

#[test]
fn a_refusal_for_good_is_not_tried_again() {
    for line in ["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone", "413 Too Large"] {
        let answer = Step::Answer(line, String::new(), "no service at /services/s3cr3t-path\n");
        let server = Server::start(vec![answer]);
        let delivery = webhook(server.port, "").send();
        failed(&delivery, 1, &line[..3]);
        assert!(!delivery.sentence().contains("s3cr3t"), "{}", delivery.sentence());
        assert_eq!(server.taken().len(), 1);
    }
}

#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Server::start(vec![]);
    for line in ["301 Moved", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let moved = Step::Answer(line, format!("Location: {}\r\n", elsewhere.url()), "");
        let server = Server::start(vec![moved]);
        failed(&webhook(server.port, "").send(), 1, "redirects are not followed");
    }
    assert!(elsewhere.taken().is_empty());
}

#[test]
fn a_reset_after_the_status_takes_nothing_back() {
    let server = Server::start(vec![Step::ResetInBody]);
    let office = webhook(server.port, "");
    delivered(&office.send(), 1);
    not_again(&office);
    assert_eq!(server.taken().len(), 1);
}

#[test]
fn a_lost_answer_is_told_and_nothing_is_sent_twice() {
    let slow = Step::Slow(Duration::from_secs(4));
    let cases = [
        (Step::CloseUnanswered, "broke before the answer", 1),
        (Step::ResetInRequest, "broke before the answer", 0),
        (slow, "no answer within 2.0 s", 1),
        (status("502 Bad Gateway"), "502", 1),
        (status("504 Gateway Timeout"), "504", 1),
        (Step::Garbage, "broke before the answer", 1),
    ];
    for (step, words, taken) in cases {
        let told = format!("{step:?}");
        let server = Server::start(vec![step]);
        let office = webhook(server.port, "");
        let first = office.send();
        unsure(&first, words);
        assert!(first.failed() && first.sentence().contains("may or may not"), "{told}");
        // The next run does not send it either, and says why.
        unsure(&office.send(), "--resend");
        assert_eq!(server.taken().len(), taken, "{told}");
        // A person who looked asks for it.
        delivered(&office.send_with(&parcel(), |post| post.resend = true), 1);
        not_again(&office);
        assert_eq!(server.taken().len(), taken + 1, "{told}");
    }
}

#[test]
fn a_receiver_that_knows_repetitions_is_tried_again() {
    for step in [Step::CloseUnanswered, status("502 Bad Gateway"), Step::ResetInRequest] {
        let server = Server::start(vec![step, ok()]);
        let office = webhook(server.port, "idempotent = true");
        delivered(&office.send(), 2);
        not_again(&office);
    }
}

#[test]
fn an_answer_without_end_is_not_read_to_its_end() {
    let server = Server::start(vec![Step::Endless, Step::Endless, Step::Endless, Step::Endless]);
    let begun = Instant::now();
    let delivery = webhook(server.port, "").send();
    failed(&delivery, 4, "500");
    assert!(delivery.sentence().len() < 400 && begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn slack_and_teams_get_data_that_mentions_nobody() {
    for kind in ["slack", "teams"] {
        let server = Server::start(vec![]);
        let office = office(kind, server.port, "");
        delivered(&office.send(), 1);
        not_again(&office);
        let taken = server.taken();
        let body = String::from_utf8(taken[0].body.clone()).expect("text");
        assert_eq!(taken.len(), 1);
        if kind == "slack" {
            assert!(!body.contains("<!") && body.contains("&lt;!channel&gt;"), "{body}");
        } else {
            assert!(body.len() <= 28 * 1024 && body.contains("AdaptiveCard") && !body.contains("entities"));
        }
    }
}

#[test]
fn attachments_over_the_limit_are_left_out_and_the_message_says_so() {
    let server = Server::start(vec![]);
    let office = webhook(server.port, "max-bytes = 1000");
    let delivery = office.send();
    delivered(&delivery, 1);
    assert!(delivery.notes[0].contains("weekly.pdf"), "{delivery:?}");
    let json = server.taken()[0].json();
    assert_eq!(json["attachments"].as_array().map(Vec::len), Some(0));
    assert!(json["text"].as_str().is_some_and(|t| t.contains("left out") && t.contains("weekly.pdf")));
}

#[test]
fn a_dry_run_sends_and_records_nothing() {
    let server = Server::start(vec![]);
    let office = webhook(server.port, "");
    let delivery = office.send_with(&parcel(), |post| post.dry_run = true);
    let Outcome::DryRun { what } = &delivery.outcome else { panic!("{delivery:?}") };
    assert!(what.contains("weekly.pdf (32.2 KiB)") && !delivery.sentence().contains("s3cr3t"), "{what}");
    assert!(server.taken().is_empty() && !delivery.failed());
    delivered(&office.send(), 1);
}

#[test]
fn one_target_that_fails_keeps_no_other_from_getting_it() {
    let server = Server::start(vec![]);
    let target = |name: &str, port: u16| {
        format!(
            "[[deliver]]\nname = \"{name}\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:{port}/\"\nretry-for = \"1s\"\n"
        )
    };
    let office = Office::new(&(target("gone", closed_port()) + &target("there", server.port)));
    for run in 0..2 {
        let all = office.send_all(&parcel(), |_| {});
        failed(&all[0], 4, "cannot be reached");
        match run {
            0 => delivered(&all[1], 1),
            _ => assert!(matches!(all[1].outcome, Outcome::Already { .. })),
        }
    }
    assert_eq!(server.taken().len(), 1);
    // One of two waits still, so the week is not done with.
    let pending = |key: &str| cutover::delivery::pending(&office.plan, parcel().on, key).expect("the record");
    assert!(pending("2026-W32") && pending("2026-W33"));
}

#[test]
fn https_is_spoken_with_whom_is_trusted_only() {
    let Some(server) = Https::start() else { return };
    let office = |ca: &str| {
        let url = format!("https://127.0.0.1:{}/s3cr3t-path", server.port);
        Office::new(&format!(
            "[[deliver]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"{url}\"\nretry-for = \"4s\"\n{ca}\n"
        ))
    };
    failed(&office("").send(), 1, "certificate");
    let ca = format!("ca-file = \"{}\"", server.authority().display());
    delivered(&office(&ca).send(), 1);
    // A server that speaks no TLS: the connection ends before anything of the message has left.
    let plain = Server::start(vec![Step::Garbage; 8]);
    let url = format!("https://127.0.0.1:{}/", plain.port);
    let office = Office::new(&format!(
        "[[deliver]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"{url}\"\nretry-for = \"4s\"\n"
    ));
    let delivery = office.send();
    assert!(matches!(delivery.outcome, Outcome::Failed { .. }), "{delivery:?}");
    assert!(plain.taken().is_empty());
}

#[test]
fn a_secret_that_is_not_there_fails_this_target_and_names_the_variable() {
    let targets = "[[deliver]]\nname = \"chat\"\nkind = \"slack\"\nurl = { env = \"NOT_SET\" }\n";
    failed(&Office::new(targets).send(), 0, "the environment variable NOT_SET is not set");
}

#[test]
fn a_damaged_record_sends_nothing() {
    let server = Server::start(vec![]);
    let office = webhook(server.port, "");
    office.scratch.write(".cutover/deliveries.json", "{\"schema\":");
    let env = |_: &str| None;
    let guard = cutover::delivery::lock(&office.plan.evidence_dir).expect("the lock");
    let post = cutover::delivery::Post {
        plan: &office.plan,
        env: &env,
        now: "2026-08-10T07:00:00Z".parse().expect("a time"),
        dry_run: false,
        resend: true,
        pace: super::QUICK,
    };
    let error = cutover::delivery::deliver(&post, &guard, &[parcel()]).expect_err("refused");
    assert!(error.to_string().contains("damaged") && server.taken().is_empty(), "{error}");
}

#[test]
fn a_folder_gets_a_whole_packet_that_verifies() {
    let office = Office::new("[[deliver]]\nname = \"share\"\nkind = \"folder\"\npath = \"share\"\n");
    delivered(&office.send(), 1);
    not_again(&office);
    let run = office.scratch.run(&["verify", "share/2026-W32"]).ends(0);
    assert!(run.out().contains("3 files"), "{}", run.out());
    assert_eq!(office.scratch.read("share/2026-W32/weekly.pdf"), parcel().attachments[0].bytes);
}
