//! The client room against a real Prometheus behind a real proxy that fails on each of its ports.

use super::fault_proxy::{Fault, FaultProxy};
use super::prometheus::Prometheus;
use crate::contract::{Held, beta, collect};
use crate::support::Scratch;

/// One sample an hour of both days: 48 in all.
fn hourly() -> String {
    let start: jiff::Timestamp = "2026-05-01T00:00:00Z".parse().expect("a time");
    let samples: String = (0..48)
        .map(|hour| format!("ticks_total{{job=\"api\"}} {hour} {}\n", start.as_second() + hour * 3600))
        .collect();
    format!("# TYPE ticks counter\n{samples}# EOF\n")
}

fn source(url: &str, more: &str) -> Scratch {
    let scratch = beta(&format!(
        "[[source]]\nname = \"metrics\"\ntable = \"metrics\"\nkind = \"prometheus\"\nmatch = [\"ticks_total\"]\nurl = \"{url}\"\n\
         tenant = \"t-1\"\ntoken = {{ file = \"token\" }}\nattempts = 2\ntimeout = \"5s\"\ndeadline = \"20s\"\n{more}"
    ));
    scratch.write("token", "s3cret-of-metrics\n");
    scratch
}

/// What collecting through a port of the proxy came to; the token stands in nothing that was said or kept.
fn through(proxy: &FaultProxy, fault: Fault, more: &str) -> Held {
    let scratch = source(&proxy.url(fault), more);
    let run = collect(&scratch).ends(0);
    assert!(!format!("{}{}", run.out(), run.err()).contains("s3cret-of-metrics"), "{}", run.err());
    assert!(!scratch.text(".cutover/state.json").contains("s3cret-of-metrics"));
    Held::of(&scratch, "metrics")
}

#[test]
fn whatever_the_proxy_does_the_outcome_is_complete_or_a_named_gap() {
    let Some(server) = Prometheus::start(&hourly()) else { return };
    let Some(proxy) = FaultProxy::before(&server.url()) else { return };
    for fault in [Fault::None, Fault::Slow] {
        let held = through(&proxy, fault, "");
        assert_eq!((held.rows, held.gaps), (48, Vec::new()), "{fault:?}");
    }
    // One request a second passes, and each is tried twice.
    let held = through(&proxy, Fault::RateLimited, "concurrent = 1\n");
    assert!(held.rows == 48 && held.gaps.is_empty() || held.gaps.iter().any(|g| g.contains("429")), "{:?}", held.gaps);
    for (fault, words) in [
        (Fault::Closed, "broke before the answer"),
        (Fault::Timeout, "answered 504"),
        (Fault::TooMany, "answered 429"),
        (Fault::TooManyUntil, "asks to wait"),
        (Fault::TruncatedJson, "not understood"),
        (Fault::TruncatedGzip, "breaks off after"),
        (Fault::Redirect, "leads to another host, localhost"),
    ] {
        let held = through(&proxy, fault, "");
        assert!(held.rows == 0 && held.gaps[0].contains(words), "{fault:?}: {} rows, {:?}", held.rows, held.gaps);
    }
    assert!(proxy.taken(Fault::Elsewhere).is_empty(), "nothing followed the redirect");
    let taken = proxy.taken(Fault::None);
    assert!(taken.iter().all(|asked| asked["authorization"] == "Bearer s3cret-of-metrics" && asked["other"] == "t-1"));
    assert!(!taken.is_empty());
}

#[test]
fn a_certificate_is_trusted_by_the_file_that_vouches_for_it() {
    let Some(server) = Prometheus::start(&hourly()) else { return };
    let Some(proxy) = FaultProxy::before(&server.url()) else { return };
    let held = through(&proxy, Fault::Tls, "");
    assert!(held.rows == 0 && held.gaps[0].contains("certificate"), "{:?}", held.gaps);
    let held = through(&proxy, Fault::Tls, &format!("ca-file = \"{}\"\n", proxy.authority().display()));
    assert_eq!((held.rows, held.gaps), (48, Vec::new()));
}
