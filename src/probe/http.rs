//! A question to an address: its answer as it is, and whether it says what it should.

use std::time::Instant;

use serde_json::Value;

use super::faults::{Fault, of_status};
use super::flags::misfits;
use super::look::Look;
use super::ms;
use crate::config::probe::ProbeKind;
use crate::net::reach::Steps;
use crate::net::single::{Said, Talk};
use crate::report::probing::{Found, Phases};

/// Most bytes of an answer.
const LARGEST: usize = 256 << 10;

/// What a question came to.
pub(super) struct Asked {
    pub(super) outcome: Result<(), Fault>,
    pub(super) said: Option<Said>,
    pub(super) phases: Phases,
    pub(super) latency_ms: f64,
}

/// Asks once.
pub(super) async fn run(look: &Look<'_>) -> Asked {
    let begun = Instant::now();
    let mut phases = Phases::default();
    let said = ask(look, &mut phases).await;
    let latency_ms = ms(begun.elapsed());
    match said {
        Ok(said) => Asked { outcome: judged(&said, &look.probe.kind), said: Some(said), phases, latency_ms },
        Err(fault) => Asked { outcome: Err(fault), said: None, phases, latency_ms },
    }
}

async fn ask(look: &Look<'_>, phases: &mut Phases) -> Result<Said, Fault> {
    let until = look.until();
    let mut steps = Steps::default();
    let reached = look.reach(until, &mut steps).await;
    (phases.dns_ms, phases.tcp_ms, phases.tls_ms) = (steps.dns.map(ms), steps.tcp.map(ms), steps.tls.map(ms));
    let mut talk = Talk::over(reached?).await?;
    let mut headers = look.headers.clone();
    headers.push(("accept".to_owned(), "application/json, */*;q=0.5".to_owned()));
    headers.extend(look.token().map(|token| ("authorization".to_owned(), format!("Bearer {token}"))));
    let query = look.url.query().map(|query| format!("?{query}")).unwrap_or_default();
    let begun = Instant::now();
    let said = talk.ask(&format!("{}{query}", look.url.path()), &headers, None, LARGEST, until).await?;
    phases.answer_ms = Some(ms(begun.elapsed()));
    Ok(said)
}

/// Whether an answer says what it should.
fn judged(said: &Said, kind: &ProbeKind) -> Result<(), Fault> {
    let with = |found, reason: String| Err(Fault { status: Some(said.status), ..Fault::new(found, reason) });
    if !(200..300).contains(&said.status) {
        return Err(of_status(said));
    }
    if said.cut {
        return with(Found::TooLarge, format!("the answer is longer than {LARGEST} bytes"));
    }
    let ProbeKind::Flags(flags) = kind else { return Ok(()) };
    let Ok(Value::Object(object)) = serde_json::from_slice(&said.body) else {
        return with(Found::NotJson, "the answer is no JSON object".to_owned());
    };
    let wrong = misfits(&Value::Object(object), flags);
    if wrong.is_empty() { Ok(()) } else { with(Found::Schema, wrong.join("; ")) }
}

#[cfg(test)]
mod tests {
    use super::{Found, ProbeKind, Said, judged};

    #[test]
    fn an_answer_is_judged_by_status_size_and_shape() {
        let said = |status, body: &str, cut| Said { status, body: body.as_bytes().to_vec(), cut, ..Said::default() };
        let of = |said: &Said, kind: &ProbeKind| judged(said, kind).map_err(|fault| (fault.found, fault.status));
        let (health, flags) = (ProbeKind::Health, ProbeKind::Flags(Vec::new()));
        assert_eq!(of(&said(204, "", false), &health), Ok(()));
        assert_eq!(of(&said(200, "ok", false), &health), Ok(()));
        assert_eq!(of(&said(200, "ok", true), &health), Err((Found::TooLarge, Some(200))));
        assert_eq!(of(&said(301, "", false), &health), Err((Found::Redirected, Some(301))));
        assert_eq!(of(&said(503, "", false), &health), Err((Found::HttpError, Some(503))));
        assert_eq!(of(&said(200, "{}", false), &flags), Ok(()));
        for bad in ["[]", "", "<html>", "{", "null"] {
            assert_eq!(of(&said(200, bad, false), &flags), Err((Found::NotJson, Some(200))), "{bad}");
        }
    }
}
