//! One request's biography: a lane per hop, then its lines with their places.

use std::fmt::Write;

use super::{Paint, WIDTH, cut};
use crate::render::figures;
use crate::report::biography::{Biography, Lane};

/// Columns of the lanes' bars.
const BAR: f64 = 48.0;

/// The biography.
#[must_use]
pub fn render(story: &Biography, paint: Paint) -> String {
    let mut out = String::new();
    let status = story.status.map_or_else(|| "no status".to_owned(), |s| s.to_string());
    let grade = story.grade.as_deref().map_or_else(|| "not attributed".to_owned(), |g| format!("grade {g}"));
    let known = match story.grade.as_deref() {
        Some("A") => "by its own header, with a session or a user".to_owned(),
        Some("B") => "by user agent, session, socket or route".to_owned(),
        Some("C") => {
            let near = story.near_client.as_deref().unwrap_or("another client");
            format!("by time only, near a request of {}; it enters no test", cut(near, 20))
        }
        _ => "by nothing".to_owned(),
    };
    let _ = writeln!(
        out,
        "{}  {} {}   {status}   {grade}",
        paint.bold(&cut(&story.request_id, 40)),
        story.method,
        cut(&story.route, 30)
    );
    if story.foreign_owner {
        let _ = writeln!(out, "{} the answer belongs to somebody else", paint.verdict(crate::verdict::Verdict::Fail));
    }
    let _ = writeln!(out, "\n   asked by       {}", cut(&story.asked_by, WIDTH - 18));
    let _ = writeln!(out, "   client known   {known}");
    if let Some(owner) = &story.answered_with {
        let _ = writeln!(out, "   answered with  data of {}", cut(owner, WIDTH - 26));
    }
    let _ = writeln!(out, "   when           {} UTC", figures::time_of_ms(story.at));
    if story.retries > 0 {
        let _ = writeln!(out, "   attempts       {} with the same id", story.retries + 1);
    }
    lanes(&mut out, story);
    for service in &story.silent {
        let _ = writeln!(out, "   {:<20} no line of it", cut(service, 20));
    }
    let _ = writeln!(out);
    for line in &story.lines {
        let text = cut(&line.text, WIDTH - 40);
        let _ = writeln!(out, "   {}  {:<18} {text}", clock(line.ts), cut(&line.hop, 18));
        let _ = writeln!(out, "                                 {}", paint.dim(&cut(&line.place, WIDTH - 33)));
    }
    out
}

fn lanes(out: &mut String, story: &Biography) {
    let most = story.lanes.iter().map(|l| l.to_ms).fold(1.0, f64::max);
    let _ = writeln!(out, "\n   {:<20} 0 ms{:>width$}", "", format!("{most:.0} ms"), width = BAR as usize - 4);
    for lane in &story.lanes {
        let (from, to) = ends(lane, most);
        let bar = format!("{}{}", " ".repeat(from), "█".repeat((to - from).max(1)));
        let clock = lane.clock_ms.map_or_else(String::new, |ms| format!("  its clock {:+.1} s", ms as f64 / 1000.0));
        let took = lane.to_ms - lane.from_ms;
        let _ = writeln!(out, "   {:<20} {bar:<48} {took:.0} ms{clock}", cut(&lane.hop, 20));
    }
}

fn ends(lane: &Lane, most: f64) -> (usize, usize) {
    let place = |ms: f64| (ms / most * BAR).round().clamp(0.0, BAR) as usize;
    (place(lane.from_ms).min(BAR as usize - 1), place(lane.to_ms))
}

/// `09:14:39.841`, UTC.
fn clock(ms: i64) -> String {
    jiff::Timestamp::from_millisecond(ms).map_or_else(|_| ms.to_string(), |t| t.strftime("%H:%M:%S%.3f").to_string())
}
