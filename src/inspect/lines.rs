//! Lines to counts: which lines begin a record, which go on with one, which span a document, and which are wrong.

use std::borrow::Cow;

use serde_json::Value;

use super::continues::{self, Trace};
use super::formats::table::{Row, Table};
use super::formats::{Formats, access, document, json, server};
use super::pending::{Fed, Pending};
use super::record::Record;
use super::spans::{Crash, Export};
use super::stamp::Stamp;
use super::tally::{Tally, UNKNOWN};

/// Reads the lines of one file in their order.
#[derive(Debug, Default)]
pub struct Reader {
    tally: Tally,
    formats: Formats,
    trace: Trace,
    span: Span,
    /// A JSON document over several lines.
    pending: Option<Pending>,
    /// A container's line that came in parts: its time, and what there is of it.
    parts: Option<(Stamp, String)>,
    /// The line before was JSON.
    json: bool,
    /// A record stands before; continuations belong to it.
    open: bool,
    /// The record before is the first part of a crash report of Apple.
    ips: bool,
    /// The last line of a document that came to nothing: no other document is looked for up to it.
    looked_at: u64,
    last_torn: bool,
}

/// What lines belong to besides a record of their own.
#[derive(Debug, Default)]
enum Span {
    #[default]
    None,
    Table(Table),
    Crash(Crash),
    Export(Export),
}

impl Reader {
    /// Reads the next line, with its newline.
    pub fn line(&mut self, raw: &[u8]) {
        self.tally.lines += 1;
        self.last_torn = !raw.ends_with(b"\n");
        if let Span::Export(export) = &mut self.span
            && export.swallows(raw)
        {
            self.tally.continuations += 1;
            return;
        }
        let text = self.cleaned(raw);
        let number = self.tally.lines;
        self.text(number, &text);
    }

    /// Text of a line without its ending, zeros before it and colours.
    fn cleaned<'l>(&mut self, raw: &'l [u8]) -> Cow<'l, str> {
        let mut bytes = raw.strip_suffix(b"\n").unwrap_or(raw);
        while let Some(shorter) = bytes.strip_suffix(b"\r") {
            bytes = shorter;
        }
        let zeros = bytes.iter().take_while(|b| **b == 0).count();
        if zeros > 0 {
            bytes = &bytes[zeros..];
            self.remark("lines begin with zero bytes, as they do where a log was cut while it was written");
        }
        let text = String::from_utf8_lossy(bytes);
        if matches!(text, Cow::Owned(_)) {
            self.remark("some bytes are not UTF-8; they are read as replacement characters");
        }
        if memchr::memchr(0x1b, bytes).is_some() { Cow::Owned(without_colours(&text)) } else { text }
    }

    fn remark(&mut self, text: &str) {
        if !self.tally.remarks.contains(text) {
            self.tally.remarks.insert(text.to_owned());
        }
    }

    fn text(&mut self, number: u64, text: &str) {
        if let Some(mut pending) = self.pending.take() {
            match pending.feed(text) {
                Fed::More => self.pending = Some(pending),
                Fed::Whole(value) => self.document(&pending, &value),
                Fed::Torn => self.gave_up(&pending),
            }
            return;
        }
        if text.trim().is_empty() && !matches!(&self.span, Span::Table(table) if table.is_open()) {
            self.tally.blank += 1;
            if let Span::Export(export) = &mut self.span
                && let Some(record) = export.end()
            {
                self.tally.record(&record);
            }
            return;
        }
        if !self.spanned(number, text) {
            self.single(number, text);
        }
    }

    /// Reads a line that belongs to a table, a crash report or an export of journald; false if it does not.
    fn spanned(&mut self, number: u64, text: &str) -> bool {
        if number > self.looked_at
            && self.tally.parsed == 0
            && self.tally.rejected == 0
            && self.tally.continuations == 0
        {
            self.begin(text);
        }
        if let Some(crash) = Crash::begins(text) {
            self.end_span();
            self.span = Span::Crash(crash);
            self.tally.known(Crash::FORMAT);
            return true;
        }
        match &mut self.span {
            Span::None => false,
            Span::Table(table) => {
                let format = table.format();
                let row = table.line(text);
                self.row(number, format, text, row);
                true
            }
            Span::Crash(crash) => {
                self.tally.continuations += 1;
                if crash.ends(text) {
                    self.end_span();
                }
                true
            }
            Span::Export(export) => match export.field(text) {
                None => {
                    self.end_span();
                    false
                }
                Some(true) => {
                    self.tally.known(Export::FORMAT);
                    true
                }
                Some(false) => {
                    self.tally.continuations += 1;
                    true
                }
            },
        }
    }

    /// At the first line that says anything: does a table or an export of journald begin?
    fn begin(&mut self, text: &str) {
        if Export::begins(text) {
            self.span = Span::Export(Export::default());
        } else if !text.starts_with(['{', '['])
            && let Some(table) = Table::headed(text)
            && (text.starts_with('#') || self.formats.read(text).is_none())
        {
            self.tally
                .remarks
                .insert(format!("the first line names the columns ({}) and is no record", table.format()));
            self.span = Span::Table(table);
            // The line is read again by the table, to be counted as known.
            if let Span::Table(table) = &mut self.span {
                table.names_follow();
            }
        }
    }

    fn row(&mut self, number: u64, format: &'static str, text: &str, row: Row) {
        match row {
            Row::Known => self.tally.known(format),
            Row::Open => {}
            Row::Whole(record, before) => {
                self.tally.known(format);
                self.tally.continuations += before as u64;
                self.tally.record(&record);
            }
            Row::Wrong(reason, before) => {
                (0..before).for_each(|back| self.tally.reject(number - (before - back) as u64, &reason, ""));
                self.tally.reject(number, &reason, text);
            }
        }
    }

    fn end_span(&mut self) {
        match std::mem::take(&mut self.span) {
            Span::Crash(crash) => self.tally.record(&crash.record()),
            Span::Export(mut export) => {
                if let Some(record) = export.end() {
                    self.tally.record(&record);
                }
            }
            Span::Table(table) if table.is_open() => {
                let lines = table.lines_open();
                let last = self.tally.lines;
                for back in (0..lines).rev() {
                    self.tally.reject(last - back, "a quoted value that never ends", "");
                }
            }
            Span::Table(_) | Span::None => {}
        }
    }

    /// Reads a line that stands for itself.
    fn single(&mut self, number: u64, text: &str) {
        if text.starts_with(['{', '[']) && self.object(number, text) {
            return;
        }
        if let Some((at, whole, message)) = server::container_parts(text) {
            return self.container(at, whole, message);
        }
        if access::torn(text) {
            return self.tally.reject(number, "an access line that breaks off", text);
        }
        // A panic of Go ends what its program wrote; its word is no level there.
        if self.open && text.starts_with("panic: ") && self.trace.goes_on(text) {
            self.tally.continuations += 1;
            return;
        }
        if let Some(record) = self.formats.read(text) {
            return self.known(&record, false);
        }
        if self.open && self.trace.goes_on(text) {
            self.tally.continuations += 1;
            return;
        }
        if !self.open && continues::opens(text) {
            self.known(&Record::new("stack trace"), false);
            self.trace.goes_on(text);
            return;
        }
        self.tally.reject(number, UNKNOWN, text);
    }

    fn known(&mut self, record: &Record, json: bool) {
        self.begun(record.format, json);
        self.tally.record(record);
    }

    fn begun(&mut self, format: &'static str, json: bool) {
        self.tally.known(format);
        self.trace = Trace::default();
        (self.open, self.json, self.ips) = (true, json, false);
    }

    /// Reads a line that begins like JSON; false if it is none and may be something else.
    fn object(&mut self, number: u64, text: &str) -> bool {
        match parse(text) {
            Ok(value) => self.value(number, text, &value),
            Err(error) => {
                if number > self.looked_at && error.is_eof() && Pending::may_begin(text) {
                    self.pending = Some(Pending::new(number, text));
                    return true;
                }
                let like_json = text.starts_with('{') && (self.json || text.starts_with("{\""));
                if like_json {
                    let short: String = error.to_string().chars().take(100).collect();
                    // The column would make each reason its own.
                    let reason = short.split(" at line").next().unwrap_or_default();
                    self.tally.reject(number, &format!("not a whole JSON object: {reason}"), text);
                }
                like_json
            }
        }
    }

    fn value(&mut self, number: u64, text: &str, value: &Value) -> bool {
        if let Some(document) = document::read(value) {
            self.documented(document);
            return true;
        }
        let Some(object) = value.as_object() else { return false };
        if self.ips && object.contains_key("captureTime") {
            self.body(value);
            self.tally.continuations += 1;
            return true;
        }
        match json::read(object) {
            Some(record) => {
                let ips = record.format.starts_with("apple crash");
                self.known(&record, true);
                self.ips = ips;
            }
            None => self.tally.reject(number, "a JSON object with neither a time nor a message", text),
        }
        true
    }

    /// The second part of a crash report: its time is that of the crash.
    fn body(&mut self, value: &Value) {
        if let Some(at) = value.get("captureTime").and_then(json::time) {
            self.tally.span.add(&at);
        }
        self.ips = false;
    }

    fn documented(&mut self, document: document::Document) {
        self.begun(document.format, true);
        document.records.iter().for_each(|record| self.tally.record(record));
        if let Some(metrics) = document.metrics {
            self.tally.measured(metrics);
        }
        if document.strange > 0 {
            self.remark("a document holds elements that are no records; they are not counted");
        }
    }

    /// A document that spans several lines is whole.
    fn document(&mut self, pending: &Pending, value: &Value) {
        let (full, blank) = pending.lines();
        let record = value.as_object().and_then(json::read);
        if let Some(document) = document::read(value) {
            self.documented(document);
        } else if self.ips && value.get("captureTime").is_some() {
            self.body(value);
            self.tally.continuations += 1;
        } else if let Some(record) = record.filter(|record| record.at.is_some() || !self.open || self.json) {
            self.known(&record, true);
        } else if self.open {
            // An object that a record has printed.
            self.tally.continuations += 1;
        } else {
            return self.each(pending, "JSON with neither a time nor a message");
        }
        self.tally.continuations += full - 1;
        self.tally.blank += blank;
    }

    fn each(&mut self, pending: &Pending, reason: &str) {
        for (number, text) in (pending.first..).zip(pending.text.split('\n')) {
            if text.trim().is_empty() {
                self.tally.blank += 1;
            } else {
                self.tally.reject(number, reason, text);
            }
        }
    }

    /// What looked like a document is none: its lines are read one by one.
    fn gave_up(&mut self, pending: &Pending) {
        self.looked_at = pending.first + pending.text.split('\n').count() as u64 - 1;
        for (number, text) in (pending.first..).zip(pending.text.split('\n')) {
            self.text(number, text);
        }
    }

    /// A container's line that may be a part of one.
    fn container(&mut self, at: Stamp, whole: bool, message: &str) {
        let (begun, mut text) = match self.parts.take() {
            Some(parts) => {
                self.tally.continuations += 1;
                parts
            }
            None => {
                self.begun(server::CONTAINER, false);
                (at, String::new())
            }
        };
        if text.len() < super::files::LONGEST {
            text.push_str(message);
        }
        if whole {
            self.tally.record(&server::contained(begun, &text));
        } else {
            self.parts = Some((begun, text));
        }
    }

    /// The counts of the file.
    #[must_use]
    pub fn finish(mut self) -> Tally {
        if let Some(pending) = self.pending.take() {
            self.gave_up(&pending);
        }
        self.end_span();
        if let Some((at, text)) = self.parts.take() {
            self.tally.record(&server::contained(at, &text));
            self.remark("the last line of a container never ended");
        }
        if self.last_torn && self.tally.lines > 0 {
            self.remark("the last line has no newline");
        }
        self.tally.finish();
        self.tally
    }
}

/// One JSON value; half of a surrogate pair is read as a replacement character.
fn parse(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(text).or_else(|error| match crate::ingest::surrogates::without_lone_surrogates(text) {
        Some(mended) => serde_json::from_str(&mended),
        None => Err(error),
    })
}

/// Text without the escape sequences of colours.
fn without_colours(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        out.push_str(&rest[..at]);
        let behind = &rest[at + 2..];
        let end = behind.find(|c: char| c.is_ascii_alphabetic()).map_or(behind.len(), |end| end + 1);
        rest = &behind[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests;
