//! What a probe found, as a terminal shows it: one line, and what is wrong below it.

use std::fmt::Write as _;

use super::{Paint, WIDTH, wrap};
use crate::render::text::clean;
use crate::report::probing::{Leg, Phases, ProbeLine};

/// The line, with its reason where something is wrong.
#[must_use]
pub fn render(line: &ProbeLine, paint: Paint) -> String {
    let (mark, code) = if line.result.is_good() { ("✓", "32") } else { ("✗", "31") };
    let status = line.status.filter(|status| *status > 0).map(|status| format!("{status} ")).unwrap_or_default();
    let head = paint.style(code, &format!("{mark} {status}{}", line.result.word()));
    let place = paint.dim(&format!("from {}", clean(&line.vantage)));
    let mut out = format!("{head}  {}  {:.0} ms  {place}", paint.bold(&clean(&line.probe)), line.latency_ms);
    for (name, leg) in [("polling", &line.polling), ("websocket", &line.websocket)] {
        let _ = leg.as_ref().map(|leg| write!(out, "  {}", paint.dim(&format!("{name}{}", phases_of(leg)))));
    }
    if let Some(phases) = &line.phases {
        let _ = write!(out, "  {}", paint.dim(phases_text(phases).trim_start()));
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    for text in line.reason.iter().flat_map(|reason| wrap(&clean(reason), WIDTH - 4)) {
        let _ = writeln!(out, "    {text}");
    }
    out
}

/// The line as it stands in a transcript.
///
/// # Errors
/// Never: it is plain data.
pub fn json(line: &ProbeLine) -> anyhow::Result<String> {
    Ok(format!("{}\n", serde_json::to_string(line)?))
}

fn phases_of(leg: &Leg) -> String {
    phases_text(&leg.phases)
}

fn phases_text(phases: &Phases) -> String {
    let all = [
        ("dns", phases.dns_ms),
        ("tcp", phases.tcp_ms),
        ("tls", phases.tls_ms),
        ("answer", phases.answer_ms),
        ("handshake", phases.handshake_ms),
        ("connect", phases.connect_ms),
        ("event", phases.event_ms),
        ("ack", phases.ack_ms),
    ];
    let shown = all.iter().filter_map(|(name, ms)| Some(format!(" {name} {}", short((*ms)?))));
    shown.collect()
}

/// Milliseconds to one decimal below ten.
fn short(ms: f64) -> String {
    if ms < 10.0 { format!("{ms:.1}") } else { format!("{ms:.0}") }
}
