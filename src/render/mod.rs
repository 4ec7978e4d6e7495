//! The report model in, artifacts out: PDF, Markdown, JSON and charts. Renderers see the report and nothing else.

pub mod axis;
pub mod chart;
pub mod figures;
pub mod form;
pub mod glyphs;
pub mod incident;
pub mod intervals;
pub mod json;
pub mod markdown;
pub mod pdf;
pub mod terminal;
pub mod text;
pub mod view;
pub mod weekly;

use crate::report::Report;

/// A face of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    Pdf,
    Markdown,
    Json,
}

impl Format {
    /// The format of a name as the command line has it.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "pdf" => Some(Format::Pdf),
            "md" | "markdown" => Some(Format::Markdown),
            "json" => Some(Format::Json),
            _ => None,
        }
    }
}

/// A file of the packet.
#[derive(Debug, Clone)]
pub struct Artifact {
    /// Path inside the packet.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// Renders a report; the same report gives the same bytes.
///
/// # Errors
/// When a template is wrong, which tests catch for the built-in ones.
pub fn render(report: &Report, formats: &[Format]) -> anyhow::Result<Vec<Artifact>> {
    let artifact = |path: &str, bytes: Vec<u8>| Artifact { path: path.to_owned(), bytes };
    let json = json::render(report)?;
    let mut artifacts = Vec::new();
    for format in formats {
        artifacts.push(match format {
            Format::Pdf => artifact("signoff.pdf", pdf::render(&packet(report, &json)?)?),
            Format::Markdown => artifact("signoff.md", markdown::render(&view::of(report))?.into_bytes()),
            Format::Json => artifact("signoff.json", json.clone()),
        });
    }
    if formats.iter().any(|f| *f != Format::Json) {
        artifacts.extend(charts(report));
    }
    Ok(artifacts)
}

/// A report as a document to be drawn, with `signoff.json` attached.
fn packet<'a>(report: &'a Report, json: &'a [u8]) -> anyhow::Result<pdf::Document<'a>> {
    let mut pictures = charts(report);
    if let Some(first) = report.charts.first() {
        let bytes = chart::glance(first).into_bytes();
        pictures.push(Artifact { path: "charts/glance.svg".to_owned(), bytes });
    }
    Ok(pdf::Document {
        main: "signoff/report.typ",
        view: serde_json::to_value(view::of(report))?,
        pictures,
        attached: ("signoff.json", json),
        packet_id: &report.meta.packet_id,
        tool_version: &report.tool_version,
        as_of: report.meta.as_of,
    })
}

/// The pictures of a report: monitors first, then charts over time.
fn charts(report: &Report) -> Vec<Artifact> {
    let pictures = intervals::all(&report.watch).into_iter().map(|(name, _, svg)| (name.to_owned(), svg));
    let drawn = report.charts.iter().map(|chart| (chart.id.clone(), chart::svg(chart)));
    let artifact =
        |(name, svg): (String, String)| Artifact { path: format!("charts/{name}.svg"), bytes: svg.into_bytes() };
    pictures.chain(drawn).map(artifact).collect()
}

#[cfg(test)]
mod sample;

#[cfg(test)]
mod tests {
    use super::sample::{HOSTILE, report};
    use super::*;

    #[test]
    fn hostile_text_renders_in_every_face_and_twice_the_same() -> anyhow::Result<()> {
        let all = [Format::Pdf, Format::Markdown, Format::Json];
        for text in [HOSTILE.join(" ").as_str(), &"W".repeat(1_000_000), ""] {
            let report = report(text, 2);
            let once = render(&report, &all)?;
            let again = render(&report, &all)?;
            assert!(once.iter().zip(&again).all(|(a, b)| a.path == b.path && a.bytes == b.bytes));
            assert_eq!(once.len(), 3 + 2 + report.charts.len());
        }
        Ok(())
    }
}
