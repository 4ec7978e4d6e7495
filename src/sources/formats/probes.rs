//! Probe transcripts (JSON lines) in, rows of `probes` out.

use serde_json::Value;

use super::json_records::{at, cell, lines, text, time};
use super::{Context, Parsed};
use crate::tables::table::Cell;

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
        let ok = status.map_or(result.as_deref() == Some("connected"), |s| (200..300).contains(&s));
        let url = text(&probe, "url");
        let body = text(&probe, "body");
        let cells = [
            ("ts", ts),
            ("probe", cell(&probe, "probe")),
            ("vantage", cell(&probe, "vantage")),
            ("external", Cell::from(text(&probe, "vantage").is_some_and(|v| is_external(&v)))),
            ("host", Cell::from(url.as_deref().and_then(host))),
            ("url", Cell::from(url)),
            ("namespace", cell(&probe, "namespace")),
            ("status", Cell::from(status)),
            ("result", Cell::from(result)),
            ("ok", Cell::from(ok)),
            ("latency_ms", Cell::from(at(&probe, "latency_ms").as_f64())),
            ("body_json", Cell::from(body.as_deref().is_some_and(is_object))),
            ("body", Cell::from(body.map(|b| b.chars().take(2_000).collect::<String>()))),
        ];
        parsed.keep(context, line, &cells);
    }
}

/// Whether a vantage is outside: any name that does not say that it is inside.
fn is_external(vantage: &str) -> bool {
    let lower = vantage.to_ascii_lowercase();
    !["internal", "localhost", "127.", "private", "in-cluster", "vpc"].iter().any(|inside| lower.contains(inside))
}

fn is_object(body: &str) -> bool {
    serde_json::from_str::<Value>(body).is_ok_and(|v| v.is_object())
}

/// Host of a URL, without a port.
fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then(|| host.to_ascii_lowercase())
}
