//! Events that nobody handled, as rows of `crashes`: when, which build, on what, how long the app had run.

use serde_json::{Value, json};

use super::super::formats::json_records::{Record, at, cell, text};
use super::super::formats::{Context, Parsed};
use super::super::listing::gathered::Gathered;
use super::{Asking, time};
use crate::net::Failure;
use crate::tables::redact::Redactor;
use crate::tables::table::Cell;

impl Asking<'_> {
    pub(super) async fn crashes(&self, redactor: &Redactor) -> Result<Gathered, Failure> {
        let path = format!("projects/{}/{}/events", self.from.organization, self.from.project);
        let url = self.url(&path, &[("full", "true")]);
        self.list(url, |event, gathered| {
            if is_crash(&event) {
                let record = record(&event, redactor);
                gathered.take(text(&event, "eventID"), text(&event, "dateCreated"), record)
            } else {
                gathered.leave();
                true
            }
        })
        .await
    }
}

/// The value of a tag.
fn tag(event: &Value, name: &str) -> Option<String> {
    let tags = at(event, "tags").as_array()?;
    tags.iter().find(|tag| text(tag, "key").as_deref() == Some(name)).and_then(|tag| text(tag, "value"))
}

/// An exception that nobody caught, or what the app itself calls fatal.
fn is_crash(event: &Value) -> bool {
    tag(event, "handled").as_deref() == Some("no") || tag(event, "level").as_deref() == Some("fatal")
}

/// What is kept of an event: people become pseudonyms, and its stack and breadcrumbs are left out.
fn record(event: &Value, redactor: &Redactor) -> Value {
    let person = text(event, "user.id").or_else(|| text(event, "user.email").map(|email| email.to_lowercase()));
    let began = time(event, "contexts.app.app_start_time").map(|at| at.as_millisecond());
    let uptime = time(event, "dateCreated").zip(began).map(|(at, began)| at.as_millisecond() - began);
    let release = text(event, "release.version").or_else(|| tag(event, "release"));
    // `com.example.app@1.2.0+45`
    let build = tag(event, "dist")
        .or_else(|| text(event, "contexts.app.app_build"))
        .or_else(|| release.and_then(|release| Some(release.rsplit_once('+')?.1.to_owned())));
    let system = text(event, "contexts.os.name").or_else(|| tag(event, "os.name"));
    json!({
        "id": text(event, "eventID"),
        "at": time(event, "dateCreated").map(|at| at.as_millisecond()),
        "tester": person.map(|person| redactor.user(&person)),
        "platform": system.map(|system| system.to_lowercase()),
        "build": build,
        "device": text(event, "contexts.device.model").or_else(|| tag(event, "device")),
        "os": text(event, "contexts.os.version").or_else(|| tag(event, "os")),
        "uptime": uptime.filter(|ms| *ms >= 0),
        "title": text(event, "title"),
    })
}

/// Reads what was kept.
pub(super) fn records(events: Vec<Record>, context: &Context<'_>, parsed: &mut Parsed) {
    for (line, event) in events {
        let Some(ts) = at(&event, "at").as_i64() else {
            parsed.lose(line, "a crash without a time", &event.to_string());
            continue;
        };
        let cells = [
            ("ts", Cell::from(ts)),
            ("tester", cell(&event, "tester")),
            ("platform", cell(&event, "platform")),
            ("build", cell(&event, "build")),
            ("device", cell(&event, "device")),
            ("os_version", cell(&event, "os")),
            ("uptime_ms", Cell::from(at(&event, "uptime").as_i64())),
            ("text", cell(&event, "title")),
            ("id", cell(&event, "id")),
        ];
        parsed.keep(context, line, &cells);
    }
}
