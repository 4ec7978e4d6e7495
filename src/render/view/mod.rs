//! The report model in, a view of display-ready strings out; every face draws the same view, so that none disagrees.

pub mod appendices;
pub mod block;
pub mod core;
pub mod feedback;
pub mod first_page;
pub mod grid;
pub mod matrix;
pub mod sections;
pub mod span;

use std::collections::BTreeSet;

use serde::Serialize;

use self::block::{Block, Section};
use self::first_page::FirstPage;
use self::span::{Kind, Line, Span};
use super::figures::Zone;
use crate::report::{Check, EvidenceRow, Report};

/// Everything a face shows, in order.
#[derive(Debug, Clone, Serialize)]
pub struct View {
    /// `Beta sign-off packet`.
    pub document: String,
    pub project: String,
    pub stage: String,
    pub packet: String,
    /// `Evidence as of …`.
    pub as_of: String,
    pub first_page: FirstPage,
    pub sections: Vec<Section>,
}

/// What every part of the view is made from.
pub struct Sheet<'r> {
    pub report: &'r Report,
    pub zone: Zone,
    register: Register<'r>,
}

/// Evidence ids that a document's register has, so that others are not linked.
pub struct Register<'r>(BTreeSet<&'r str>);

/// The view of a report.
#[must_use]
pub fn of(report: &Report) -> View {
    let sheet =
        Sheet { report, zone: Zone::named(&report.meta.display_zone), register: Register::of(&report.evidence) };
    let mut all = sections::all(&sheet);
    all.extend(appendices::all(&sheet));
    View {
        document: "Beta sign-off packet".to_owned(),
        project: span::cut(&report.meta.project, 60),
        stage: format!("Stage {}", report.meta.stage_number),
        packet: span::cut(&report.meta.packet_name, 60),
        as_of: format!("Evidence as of {}", sheet.zone.moment(report.meta.as_of)),
        first_page: first_page::of(&sheet),
        sections: all,
    }
}

impl<'r> Register<'r> {
    /// The ids of these rows.
    #[must_use]
    pub fn of(rows: &'r [EvidenceRow]) -> Self {
        Register(rows.iter().map(|row| row.id.as_str()).filter(|id| !id.is_empty()).collect())
    }

    /// Evidence ids, linked where the register has them.
    #[must_use]
    pub fn evidence(&self, ids: &[String]) -> Line {
        let mut line = Line::new();
        for id in ids {
            if !line.is_empty() {
                line.push(Span::words(Kind::Grey, ", "));
            }
            let known = self.0.contains(id.as_str());
            line.push(if known { Span::keyed(Kind::Id, &anchor(id), id) } else { Span::new(Kind::Grey, id) });
        }
        line
    }

    /// A sentence with the ids that prove it.
    #[must_use]
    pub fn proven(&self, sentence: Line, ids: &[String]) -> Line {
        let mut line = sentence;
        if !ids.is_empty() {
            if !line.is_empty() {
                line.push(Span::words(Kind::Text, " "));
            }
            line.extend(self.evidence(ids));
        }
        line
    }
}

impl Sheet<'_> {
    /// Evidence ids, linked where the register has them.
    #[must_use]
    pub fn evidence(&self, ids: &[String]) -> Line {
        self.register.evidence(ids)
    }

    /// A sentence with the ids that prove it.
    #[must_use]
    pub fn proven(&self, sentence: Line, ids: &[String]) -> Line {
        self.register.proven(sentence, ids)
    }

    /// The checks bound to lines of a kind, in runbook order.
    #[must_use]
    pub fn checks_of(&self, kinds: &[&str]) -> Vec<&Check> {
        let mut checks: Vec<&Check> = Vec::new();
        for item in self.report.items.iter().filter(|item| kinds.contains(&item.kind.as_str())) {
            let bound = item.checks.iter().filter_map(|id| self.report.checks.iter().find(|c| c.id == *id));
            for check in bound {
                if !checks.iter().any(|held| held.id == check.id) {
                    checks.push(check);
                }
            }
        }
        checks
    }
}

/// The anchor of an evidence id: letters and digits of the id, nothing else.
#[must_use]
pub fn anchor(id: &str) -> String {
    let named = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' };
    id.chars().take(80).map(named).collect()
}

/// A section, its anchor as code forges make it from the heading.
pub(in crate::render) fn section(number: &str, title: &str, blocks: Vec<Block>) -> Section {
    let words: Vec<&str> =
        title.split(|c: char| !c.is_ascii_alphanumeric() && c != '-').filter(|w| !w.is_empty()).collect();
    let anchor = format!("{number}-{}", words.join("-")).to_lowercase();
    Section { number: number.to_owned(), title: title.to_owned(), anchor, blocks }
}

/// A link to a section.
pub(in crate::render) fn link(anchor: &str, text: &str) -> Line {
    vec![Span::keyed(Kind::Link, anchor, text)]
}

/// A text for a reader who sees nothing else; another one where it is empty.
pub(in crate::render) fn named(text: &str, other: &str) -> String {
    let named = span::cut(text, 400);
    let named = if named.is_empty() { span::cut(other, 400) } else { named };
    if named.is_empty() { "Without a name".to_owned() } else { named }
}

/// One or many of a thing, in words.
pub(in crate::render) fn counted(n: usize, one: &str, many: &str) -> String {
    format!("{} {}", super::figures::count(n as u64), if n == 1 { one } else { many })
}
