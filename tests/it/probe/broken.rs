//! Servers that break the protocol in every way: a word for each, in time, and nothing hangs or fills up.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::fake::{Posted, endless, framed, polled, saying, silent};
use super::{flags, health, look, socket, until, words};

const OPEN: &str = r#"0{"sid":"e1","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000}"#;

/// A look that must not take longer than the times that bound it.
fn soon(keys: &str) -> Value {
    let began = Instant::now();
    let line = look(keys);
    assert!(began.elapsed() < Duration::from_secs(20), "it took {:?}: {line}", began.elapsed());
    line
}

fn short(keys: String) -> String {
    keys.replace("timeout = \"5s\"", "timeout = \"1s\"")
}

#[test]
fn answers_that_are_none_have_their_words() {
    let cases = [
        (saying("SSH-2.0-OpenSSH_9.2\r\n\r\n"), "protocol"),
        (saying(""), "broken"),
        (saying("HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{\"status\""), "broken"),
        (saying("HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 2\r\n\r\n\u{1}\u{2}"), "ok"),
        (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"0123456789abcdef0123456789abcdef"), "too-large"),
        (endless(b"HTTP/1.1 200 OK\r\n", b"x-more: 0123456789abcdef0123456789abcdef\r\n"), "protocol"),
        (silent(), "timeout"),
    ];
    for (url, word) in cases {
        let line = soon(&short(health(&url)));
        assert_eq!(words(&line["result"]), word, "{line}");
        let whole = matches!(word, "ok" | "too-large");
        assert_eq!(line["status"], if whole { 200 } else { 0 }, "{line}");
        assert!(line["body"].as_str().is_none_or(|body| body.len() <= 16_000));
    }
    let line = soon(&short(flags(&saying("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n[1]"), "{}")));
    assert_eq!(words(&line["result"]), "not-json");
}

#[test]
fn sockets_that_are_none_have_their_words() {
    let page = "HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n<html>hi</ht>";
    let switched = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                    sec-websocket-accept: wrong\r\n\r\n";
    let cases = [
        (saying("SSH-2.0-OpenSSH_9.2\r\n\r\n"), "protocol", "protocol"),
        (saying(""), "broken", "broken"),
        (saying(page), "wrong-path", "wrong-path"),
        (saying(switched), "http-error", "protocol"),
        (endless(b"HTTP/1.1 200 OK\r\n\r\n", b"0123456789abcdef0123456789abcdef"), "wrong-path", "wrong-path"),
        (silent(), "timeout", "timeout"),
    ];
    for (url, polling, websocket) in cases {
        let line = soon(&socket(&url, "timeout = \"1s\"\ntransport = \"both\""));
        let of = |leg: &str| words(&line[leg]["result"]).to_owned();
        assert_eq!((of("polling").as_str(), of("websocket").as_str()), (polling, websocket), "{line}");
        assert_eq!(words(&line["result"]), websocket);
    }
}

/// What the server was told, once it has all of it.
fn told(posted: &Posted, count: usize) -> Vec<String> {
    until("the goodbye", || posted.lock().expect("no panic").len() >= count);
    posted.lock().expect("no panic").clone()
}

#[test]
fn polling_answers_a_ping_and_takes_packets_that_come_together() {
    let entered = "40/trading,{\"sid\":\"s1\"}\u{1e}42/trading,[\"price_update\",{}]";
    let (url, posted) = polled(&[OPEN, "2", entered]);
    let line = soon(&socket(&url, "namespace = \"/trading\"\ntransport = \"polling\"\nhandshakes = 0"));
    assert_eq!((words(&line["result"]), words(&line["sid"])), ("connected", "s1"), "{line}");
    assert_eq!((&line["polling"]["ping"], words(&line["polling"]["event"])), (&Value::Bool(true), "price_update"));
    assert_eq!(told(&posted, 3), [r#"40/trading,{"token":"good"}"#, "3", "41/trading,\u{1e}1"]);

    for (bodies, word) in [
        (vec![OPEN, "<html>"], "protocol"),
        (vec![OPEN, "1"], "closed"),
        (vec![OPEN, "44/trading,{\"message\":\"no\"}"], "refused"),
        (vec!["0{\"sid\":\"a&b=c\"}"], "wrong-path"),
        (vec![OPEN], "timeout"),
    ] {
        let (url, _) = polled(&bodies);
        let keys = "namespace = \"/trading\"\ntransport = \"polling\"\ntimeout = \"1s\"\nhandshakes = 0";
        let line = soon(&socket(&url, keys));
        assert_eq!(words(&line["result"]), word, "{line}");
    }
}

#[test]
fn a_websocket_answers_a_ping_and_says_goodbye() {
    let entered = [("40", "2"), ("3", r#"40/trading,{"sid":"s1"}"#), ("41", r#"42/trading,["late"]"#)];
    let (url, posted) = framed(&[OPEN], &entered);
    let line = soon(&socket(&url, "namespace = \"/trading\"\nlisten = \"1s\""));
    assert_eq!((words(&line["result"]), words(&line["sid"])), ("connected", "s1"), "{line}");
    assert_eq!((&line["websocket"]["ping"], &line["websocket"]["event"]), (&Value::Bool(true), &Value::Null));
    assert_eq!(told(&posted, 5), [r#"40/trading,{"token":"good"}"#, "3", "41/trading,", "1", "closed"]);

    let refusal = r#"44/trading,{"message":"the token good of ada@example.com is old"}"#;
    let cases = [
        (Some("<html>"), None, "protocol"),
        (None, None, "timeout"),
        (Some(OPEN), Some(("40", "1")), "closed"),
        (Some(OPEN), Some(("40", refusal)), "refused"),
        (Some("2"), None, "protocol"),
    ];
    for (first, at, word) in cases {
        let (url, _) = framed(first.as_slice(), at.as_slice());
        let line = soon(&socket(&url, "namespace = \"/trading\"\ntimeout = \"1s\""));
        assert_eq!(words(&line["result"]), word, "{line}");
        let whole = line.to_string();
        assert!(!whole.contains("ada@") && !whole.contains("token good"), "{whole}");
    }
}
