//! Every fault of the proxy, in front of a real server.

use std::time::{Duration, Instant};

use crate::live::fault_proxy::{Fault, FaultProxy};
use crate::live::http::{Answer, get, send};
use crate::live::prometheus::Prometheus;

#[test]
fn each_port_fails_in_its_own_way() {
    let Some(server) = Prometheus::start("") else { return };
    let Some(proxy) = FaultProxy::before(&server.url()) else { return };
    let ask = |fault| send(|client| client.get(format!("{}/api/v1/labels", proxy.url(fault))).bearer_auth("s3cret"));
    let answered = |fault| -> Answer { ask(fault).unwrap_or_else(|error| panic!("{fault:?}: {error}")) };

    assert_eq!(answered(Fault::None).is(200).json()["status"], "success");
    assert_eq!(proxy.taken(Fault::None).len(), 0, "requests without a name are the harness's own");
    let closed = ask(Fault::Closed).expect_err("no answer");
    assert!(closed.contains("IncompleteMessage") || closed.contains("reset"), "{closed}");
    let began = Instant::now();
    answered(Fault::Timeout).is(504);
    assert!(began.elapsed() >= Duration::from_secs(1));
    let limited = [answered(Fault::RateLimited).status, answered(Fault::RateLimited).status];
    assert_eq!(limited, [200, 429]);
    assert_eq!(answered(Fault::TooMany).is(429).header("retry-after"), Some("1"));
    assert!(answered(Fault::TooManyUntil).is(429).header("retry-after").is_some_and(|when| when.contains(" 2100 ")));
    let text = answered(Fault::TruncatedJson).is(200).text();
    assert!(serde_json::from_str::<serde_json::Value>(&text).is_err_and(|error| error.is_eof()), "{text}");
    let posted = send(|client| client.post(proxy.url(Fault::TruncatedGzip)).body("SELECT 1"));
    assert!(posted.as_ref().is_err_and(|error| error.contains("Decode")), "{posted:?}");
    let zipped = ask(Fault::TruncatedGzip).expect_err("half of the bytes");
    assert!(zipped.contains("Decode") || zipped.contains("UnexpectedEof"), "{zipped}");
}

#[test]
fn slowness_a_foreign_certificate_and_another_host() {
    let Some(server) = Prometheus::start("") else { return };
    let Some(proxy) = FaultProxy::before(&server.url()) else { return };
    // Squeezed, it would be too little to be slow.
    let whole = |client: &reqwest::Client| {
        client.get(format!("{}/metrics", proxy.url(Fault::Slow))).header("accept-encoding", "identity")
    };
    let fetched = || {
        let began = Instant::now();
        let metrics = send(whole).expect("an answer").is(200).body.len();
        assert!(metrics > 38_000, "{metrics} bytes");
        began.elapsed()
    };
    // nginx counts in whole seconds, so an answer under way as one turns may be twice as fast.
    let slowest = (0..5).map(|_| fetched()).max().expect("five of them");
    assert!(slowest > Duration::from_millis(900), "{slowest:?}");

    let refused = send(|client| client.get(proxy.url(Fault::Tls))).expect_err("an unknown authority");
    assert!(refused.to_lowercase().contains("certificate"), "{refused}");
    let trusted = send(|_| trusting(&proxy).get(format!("{}/-/ready", proxy.url(Fault::Tls))));
    trusted.expect("an answer").is(200);

    let moved = get(&format!("{}/api/v1/labels?a=b", proxy.url(Fault::Redirect))).is(302);
    let to = moved.header("location").expect("a place").to_owned();
    assert!(to.starts_with("http://localhost:") && to.ends_with("/api/v1/labels?a=b"), "{to}");
    let carried = send(|client| client.get(to).bearer_auth("s3cret").header("user-agent", "careless"));
    carried.expect("an answer").is(200);
    super::until("a line of the other host", || proxy.taken(Fault::Elsewhere).len() == 1);
    assert_eq!(proxy.taken(Fault::Elsewhere)[0]["authorization"], "Bearer s3cret");
}

/// A client that trusts the proxy's authority, too.
fn trusting(proxy: &FaultProxy) -> reqwest::Client {
    let pem = std::fs::read(proxy.authority()).expect("a certificate");
    reqwest::Client::builder()
        .tls_backend_preconfigured(crate::live::http::trust(&pem))
        .no_proxy()
        .build()
        .expect("a client")
}
