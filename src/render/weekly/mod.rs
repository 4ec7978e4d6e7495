//! The weekly model in, its faces out: PDF of two pages, Markdown, JSON, and plain text for mails and chats.

mod first_page;
mod json;
mod people;
mod plain;
mod second_page;
pub(in crate::render) mod sheet;
mod watch;

use serde::Serialize;

use self::first_page::FirstPage;
use self::second_page::SecondPage;
use self::sheet::Sheet;
use super::markdown::Templates;
use super::{Artifact, Format, pdf};
use crate::report::weekly::Weekly;

pub use self::plain::text;

/// Everything a face shows, in order.
#[derive(Debug, Clone, Serialize)]
struct View {
    /// `Weekly beta summary`.
    document: String,
    project: String,
    stage: String,
    /// `2026-W35`.
    week: String,
    /// Days, evidence and packet, for the foot of each page.
    as_of: String,
    first: FirstPage,
    second: SecondPage,
}

/// Renders the files of a summary: `weekly.pdf`, `weekly.md`, and always `weekly.json`, which the next summary reads;
/// the same summary gives the same bytes.
///
/// # Errors
/// When a template is wrong, which tests catch for the built-in ones.
pub fn render(weekly: &Weekly, formats: &[Format]) -> anyhow::Result<Vec<Artifact>> {
    let artifact = |path: &str, bytes: Vec<u8>| Artifact { path: path.to_owned(), bytes };
    let json = json::render(weekly)?;
    let mut artifacts = Vec::new();
    for format in formats {
        match format {
            Format::Pdf => artifacts.push(artifact("weekly.pdf", pdf::render(&document(weekly, &json)?)?)),
            Format::Markdown => artifacts.push(artifact("weekly.md", markdown(weekly)?.into_bytes())),
            Format::Json => {}
        }
    }
    artifacts.push(artifact("weekly.json", json));
    Ok(artifacts)
}

fn markdown(weekly: &Weekly) -> anyhow::Result<String> {
    Templates::load()?.render("weekly/report.md", &view(weekly))
}

/// A summary as a document to be drawn, with `weekly.json` attached.
fn document<'a>(weekly: &'a Weekly, json: &'a [u8]) -> anyhow::Result<pdf::Document<'a>> {
    Ok(pdf::Document {
        main: "weekly/report.typ",
        view: serde_json::to_value(view(weekly))?,
        pictures: Vec::new(),
        attached: ("weekly.json", json),
        packet_id: &weekly.meta.packet_id,
        tool_version: &weekly.tool_version,
        as_of: weekly.meta.as_of,
    })
}

/// The view of a summary.
fn view(weekly: &Weekly) -> View {
    let sheet = Sheet::of(weekly);
    View {
        document: "Weekly beta summary".to_owned(),
        project: sheet::fit(&weekly.meta.project, 40),
        stage: sheet.stage(),
        week: sheet.week(),
        as_of: sheet.foot(),
        first: first_page::of(&sheet),
        second: second_page::of(&sheet),
    }
}

#[cfg(test)]
pub(in crate::render) mod sample;
#[cfg(test)]
mod tests;
