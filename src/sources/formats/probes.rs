//! Probe transcripts (JSON lines) in, rows of `probes` out.

use std::net::IpAddr;

use serde_json::Value;

use super::json_records::{at, cell, lines, text, time};
use super::{Context, Parsed};
use crate::tables::table::Cell;

/// Most characters of a body that are kept.
const BODY: usize = 16_000;

/// Reads a transcript.
pub fn parse(input: &str, context: &Context<'_>, parsed: &mut Parsed) {
    for (line, probe) in lines(input, parsed) {
        let ts = time(&probe, "ts");
        if ts.is_null() {
            parsed.lose(line, "a probe without a time", &probe.to_string());
            continue;
        }
        let status = at(&probe, "status").as_i64();
        let result = text(&probe, "result");
        // Transcripts of other tools have no result beside a status.
        let sound = matches!(result.as_deref(), None | Some("ok" | "connected"));
        let ok = status.map_or(result.as_deref() == Some("connected"), |s| (200..300).contains(&s) && sound);
        let url = text(&probe, "url");
        let host = url.as_deref().and_then(host);
        let outside =
            text(&probe, "vantage").is_some_and(|v| is_external(&v)) && !host.as_deref().is_some_and(is_inside);
        let body = text(&probe, "body");
        // What is kept of a body may be its beginning, which is no JSON any more.
        let whole = at(&probe, "body_json").as_bool();
        let cells = [
            ("ts", ts),
            ("probe", cell(&probe, "probe")),
            ("vantage", cell(&probe, "vantage")),
            ("external", Cell::from(outside)),
            ("host", Cell::from(host)),
            ("url", Cell::from(url)),
            ("namespace", cell(&probe, "namespace")),
            ("status", Cell::from(status)),
            ("result", Cell::from(result)),
            ("ok", Cell::from(ok)),
            ("latency_ms", Cell::from(at(&probe, "latency_ms").as_f64())),
            ("body_json", Cell::from(whole.unwrap_or_else(|| body.as_deref().is_some_and(is_object)))),
            ("body", Cell::from(body.map(|b| b.chars().take(BODY).collect::<String>()))),
        ];
        parsed.keep(context, line, &cells);
    }
}

/// Whether a vantage is outside: any name that does not say that it is inside.
fn is_external(vantage: &str) -> bool {
    let lower = vantage.to_ascii_lowercase();
    !["internal", "localhost", "127.", "private", "in-cluster", "vpc"].iter().any(|inside| lower.contains(inside))
}

/// Whether only the machine itself or its own network can be looked at there, whatever the vantage is called.
fn is_inside(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified(),
        Ok(IpAddr::V6(ip)) => {
            ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_unspecified()
        }
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

fn is_object(body: &str) -> bool {
    serde_json::from_str::<Value>(body).is_ok_and(|v| v.is_object())
}

/// Host of a URL, without a port.
fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let place = authority.rsplit('@').next()?;
    let host = match place.find(']') {
        Some(end) => &place[..=end],
        None => place.split(':').next()?,
    };
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::{Context, Parsed, host, is_external, is_inside, parse};
    use crate::tables::schema::TableName;
    use crate::tables::table::Cell;

    /// The cell of a column of the one row that a line makes.
    fn of(line: &str, column: &str) -> Cell {
        let mut parsed = Parsed::new(TableName::Probes);
        let context = Context { file: "live.jsonl", source: "probes", zone: &jiff::tz::TimeZone::UTC };
        parse(line, &context, &mut parsed);
        let at = TableName::Probes.columns().iter().position(|(name, _)| *name == column).expect("a column");
        let row = parsed.rows.first().unwrap_or_else(|| panic!("{line}: {:?}", parsed.ledger));
        row.cells()[at].clone()
    }

    fn line(more: &str) -> String {
        format!(r#"{{"ts":"2026-05-02T10:00:00.000Z","probe":"p","vantage":"external:lisbon",{more}}}"#)
    }

    #[test]
    fn what_a_probe_found_decides_beside_its_status() {
        let ok = |more: &str| of(&line(more), "ok").as_int();
        assert_eq!((ok(r#""status":200"#), ok(r#""status":502"#), ok(r#""status":0"#)), (Some(1), Some(0), Some(0)));
        assert_eq!((ok(r#""status":200,"result":"ok""#), ok(r#""status":200,"result":"schema""#)), (Some(1), Some(0)));
        assert_eq!(
            (ok(r#""result":"connected""#), ok(r#""result":"refused""#), ok(r#""latency_ms":1"#)),
            (Some(1), Some(0), Some(0))
        );
        // The body that is kept may be its beginning.
        let json = |more: &str| of(&line(more), "body_json").as_int();
        assert_eq!((json(r#""body":"{\"a\":1""#), json(r#""body":"{\"a\":1","body_json":true"#)), (Some(0), Some(1)));
        let outside = |url: &str| of(&line(&format!(r#""status":200,"url":"{url}""#)), "external").as_int();
        assert_eq!((outside("https://api.example.com/x"), outside("http://127.0.0.1:80/x")), (Some(1), Some(0)));
    }

    #[test]
    fn a_look_at_the_machine_itself_is_none_from_outside() {
        assert!(is_external("external:lisbon") && !is_external("internal"));
        for inside in ["127.0.0.1", "localhost", "10.1.2.3", "192.168.1.1", "[::1]", "[fd00::1]", "api.localhost"] {
            assert!(is_inside(inside), "{inside}");
        }
        for outside in ["api.example.com", "8.8.8.8", "[2001:4860::1]", "localhost.example.com", "10.example.com"] {
            assert!(!is_inside(outside), "{outside}");
        }
        assert_eq!(host("https://[::1]:8443/x").as_deref(), Some("[::1]"));
        assert_eq!(host("wss://A.example:1/socket.io/?x").as_deref(), Some("a.example"));
    }
}
