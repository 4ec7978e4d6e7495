//! A JUnit report in, rows of `ci` out: one `suite` row for the file and one `case` row per test case.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{Context, Parsed};
use crate::ingest::times;
use crate::tables::table::Cell;

#[derive(Default)]
struct Case {
    name: String,
    line: u64,
    conclusion: &'static str,
    message: Option<String>,
}

#[derive(Default)]
struct Report {
    name: Option<String>,
    started: Option<i64>,
    cases: Vec<Case>,
}

/// Reads a report; one that breaks off keeps the cases before the break.
pub fn parse(text: &str, context: &Context<'_>, parsed: &mut Parsed) {
    let mut reader = Reader::from_str(text);
    let mut report = Report::default();
    let mut depth = 0i32;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(0).min(text.len());
        match reader.read_event() {
            Ok(Event::Start(tag)) => {
                depth += 1;
                report.open(&tag, text, at, context);
            }
            Ok(Event::Empty(tag)) => report.open(&tag, text, at, context),
            Ok(Event::End(_)) => depth -= 1,
            Ok(Event::Eof) if depth == 0 => break,
            Ok(Event::Eof) => {
                cut(parsed, "the XML ends inside an element");
                break;
            }
            Ok(_) => {}
            Err(error) => {
                cut(parsed, &format!("the XML breaks at byte {}: {error}", reader.buffer_position()));
                break;
            }
        }
    }
    report.keep(context, parsed);
}

fn cut(parsed: &mut Parsed, what: &str) {
    parsed.ledger.truncated = true;
    parsed.gap(what, "fetch the report again; the cases before the break were kept");
}

impl Report {
    fn open(&mut self, tag: &BytesStart<'_>, text: &str, at: usize, context: &Context<'_>) {
        match tag.local_name().as_ref() {
            "testsuites" => self.name = attribute(tag, "name").or(self.name.take()),
            "testsuite" => {
                let name = attribute(tag, "name");
                self.name = self.name.take().or(name);
                self.started = self.started.or_else(|| times::from_text(&attribute(tag, "timestamp")?, context.zone));
            }
            "testcase" => self.cases.push(Case {
                name: attribute(tag, "name").unwrap_or_default(),
                line: text[..at].matches('\n').count() as u64 + 1,
                conclusion: "success",
                message: None,
            }),
            "failure" | "error" => self.conclude("failure", attribute(tag, "message")),
            "skipped" => self.conclude("skipped", attribute(tag, "message")),
            _ => {}
        }
    }

    fn conclude(&mut self, conclusion: &'static str, message: Option<String>) {
        if let Some(case) = self.cases.last_mut() {
            case.conclusion = conclusion;
            case.message = message;
        }
    }

    fn keep(self, context: &Context<'_>, parsed: &mut Parsed) {
        let count = |what: &str| self.cases.iter().filter(|c| c.conclusion == what).count() as i64;
        parsed.ledger.fetched += self.cases.len() as u64 + 1;
        let Some(name) = &self.name else {
            parsed.gap("the XML holds no test suite", "export it as a JUnit report");
            return;
        };
        let failures = count("failure");
        let suite = [
            ("kind", Cell::from("suite")),
            ("name", Cell::from(name.as_str())),
            ("status", Cell::from("completed")),
            ("conclusion", Cell::from(if failures > 0 { "failure" } else { "success" })),
            ("started_at", Cell::from(self.started)),
            ("tests", Cell::from(self.cases.len() as i64)),
            ("failures", Cell::from(failures)),
            ("skipped", Cell::from(count("skipped"))),
        ];
        parsed.keep(context, 1, &suite);
        for case in &self.cases {
            let cells = [
                ("kind", Cell::from("case")),
                ("name", Cell::from(case.name.as_str())),
                ("suite", Cell::from(name.as_str())),
                ("status", Cell::from("completed")),
                ("conclusion", Cell::from(case.conclusion)),
                ("message", Cell::from(case.message.as_deref())),
                ("started_at", Cell::from(self.started)),
            ];
            parsed.keep(context, case.line, &cells);
        }
    }
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = tag.try_get_attribute(name).ok()??;
    let raw = attribute.value.into_owned();
    Some(quick_xml::escape::unescape(&raw).map_or(raw.clone(), |text| text.into_owned()))
}
