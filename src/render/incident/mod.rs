//! The incident model in, the faces of its report out: PDF, Markdown parts, JSON, the message for testers, charts.

mod appendices;
mod data;
mod first_page;
mod impact;
pub mod json;
pub mod markdown;
mod people;
mod pictures;
mod required;
mod response;
pub(in crate::render) mod sheet;
mod slots;
mod timeline;
mod words;

use serde::Serialize;

use self::first_page::FirstPage;
pub(in crate::render) use self::first_page::short_name;
use self::sheet::Sheet;
use super::view::block::{Block, Section};
use super::view::span::cut;
use super::{Artifact, Format, pdf};
use crate::report::incident::Incident;

/// Everything a face shows, in order.
#[derive(Debug, Clone, Serialize)]
struct View {
    /// `Incident report`.
    document: String,
    project: String,
    stage: String,
    /// `INC-601`.
    name: String,
    /// `Evidence as of …`.
    as_of: String,
    first_page: FirstPage,
    sections: Vec<Chapter>,
}

/// A section with the name of its block in the Markdown report.
#[derive(Debug, Clone, Serialize)]
struct Chapter {
    id: &'static str,
    #[serde(flatten)]
    section: Section,
}

/// Renders the files of a report but for `incident.md`, whose parts `markdown::parts` gives; the same incident gives
/// the same bytes.
///
/// # Errors
/// When a template is wrong, which tests catch for the built-in ones.
pub fn render(incident: &Incident, formats: &[Format]) -> anyhow::Result<Vec<Artifact>> {
    let artifact = |path: &str, bytes: Vec<u8>| Artifact { path: path.to_owned(), bytes };
    let json = json::render(incident)?;
    let mut artifacts = Vec::new();
    for format in formats {
        match format {
            Format::Pdf => artifacts.push(artifact("incident.pdf", pdf::render(&document(incident, &json)?)?)),
            Format::Markdown => artifacts.push(artifact("message.md", markdown::message(incident)?.into_bytes())),
            Format::Json => artifacts.push(artifact("incident.json", json.clone())),
        }
    }
    if formats.iter().any(|format| *format != Format::Json) {
        artifacts.extend(pictures::all(incident));
    }
    Ok(artifacts)
}

/// An incident as a document to be drawn, with `incident.json` attached.
fn document<'a>(incident: &'a Incident, json: &'a [u8]) -> anyhow::Result<pdf::Document<'a>> {
    Ok(pdf::Document {
        main: "incident/report.typ",
        view: serde_json::to_value(view(incident))?,
        pictures: pictures::all(incident),
        attached: ("incident.json", json),
        packet_id: &incident.meta.packet_id,
        tool_version: &incident.meta.tool_version,
        as_of: incident.meta.as_of,
    })
}

/// The view of an incident.
fn view(incident: &Incident) -> View {
    let sheet = Sheet::of(incident);
    let meta = &incident.meta;
    let chapter = |id: &'static str, number: &str, title: &str, mut blocks: Vec<Block>| {
        people::around(&sheet, id, &mut blocks);
        Chapter { id, section: super::view::section(number, title, blocks) }
    };
    View {
        document: "Incident report".to_owned(),
        project: cut(&meta.project, 60),
        stage: format!("Stage {}, {}", meta.stage_number, cut(&meta.stage_title, 60)),
        name: sheet.id(),
        as_of: sheet.as_of(),
        first_page: first_page::of(&sheet),
        sections: vec![
            chapter("required", "1", "Required block", required::blocks(&sheet)),
            chapter("timeline", "2", "Timeline", timeline::blocks(&sheet)),
            chapter("impact", "3", "Impact", impact::blocks(&sheet)),
            chapter("data", "4", "What the data show", data::blocks(&sheet)),
            chapter("response", "5", "Response", response::blocks(&sheet)),
            chapter("hypotheses", "6", "Contributing factors", people::factors(&sheet)),
            chapter("lessons", "7", "What went well, what went badly, where we were lucky", people::lessons(&sheet)),
            chapter("follow-up", "8", "Actions", people::actions(&sheet)),
            chapter("next-beta", "9", "Conditions to re-attempt the beta", people::conditions(&sheet)),
            chapter("register", "A", "Evidence register", appendices::register(&sheet)),
            chapter("events", "B", "Full event list", appendices::events(&sheet)),
            chapter("coverage", "C", "Coverage, and what is missing", appendices::coverage(&sheet)),
            chapter("settings", "D", "Settings", appendices::settings(&sheet)),
            chapter("redactions", "E", "Redactions", appendices::redactions(&sheet)),
        ],
    }
}

#[cfg(test)]
pub(in crate::render) mod sample;
#[cfg(test)]
mod tests;
