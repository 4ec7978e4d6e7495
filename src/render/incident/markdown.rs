//! The view in, the parts of `incident.md` out: generated blocks, and slots with their questions; and `message.md`.

use serde_json::{Value, json};

use super::slots::{self, Place};
use super::{Chapter, view};
use crate::render::markdown::Templates;
use crate::render::view::block::Block;
use crate::report::incident::Incident;

/// A part of the Markdown report, without markers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Name of the block: letters and dashes.
    pub id: String,
    /// A place for people's words; `text` is what stands there until somebody writes.
    pub slot: bool,
    pub text: String,
}

/// The parts of `incident.md` in the order of the document; the same incident gives the same parts.
///
/// # Errors
/// When a template is wrong, with its line and a caret.
pub fn parts(incident: &Incident) -> anyhow::Result<Vec<Part>> {
    let templates = Templates::load()?;
    let view = view(incident);
    let part = |id: &str, text: String| Part { id: id.to_owned(), slot: false, text };
    let mut parts = vec![
        part("title", templates.render("incident/title.md", &view)?),
        place(&slots::STATUS),
        part("summary", templates.render("incident/report.md", &view)?),
    ];
    for chapter in &view.sections {
        section(&templates, chapter, &mut parts)?;
    }
    Ok(parts)
}

/// The separate message for testers; the same facts, and nothing internal.
///
/// # Errors
/// As `parts`.
pub fn message(incident: &Incident) -> anyhow::Result<String> {
    Templates::load()?.render("incident/message.md", &json!({ "message": incident.message }))
}

fn place(place: &Place) -> Part {
    Part { id: place.id.to_owned(), slot: true, text: place.hint() }
}

/// A section's blocks, cut where people's words stand; its heading is in the first part.
fn section(templates: &Templates, chapter: &Chapter, parts: &mut Vec<Part>) -> anyhow::Result<()> {
    let heading = json!({ "number": chapter.section.number, "title": chapter.section.title });
    let mut head = Some(heading);
    let mut held: Vec<&Block> = Vec::new();
    for block in &chapter.section.blocks {
        match block {
            Block::Slot { slot } => {
                // What people wrote outside of the slots stands in the document already.
                let Some(known) = slots::ALL.into_iter().find(|place| place.id == slot.id) else { continue };
                let id = if head.is_some() { chapter.id.to_owned() } else { format!("before-{}", slot.id) };
                parts.extend(generated(templates, id, head.take(), &mut held)?);
                parts.push(place(known));
            }
            block => held.push(block),
        }
    }
    let id = if head.is_some() { chapter.id.to_owned() } else { format!("after-{}", chapter.id) };
    parts.extend(generated(templates, id, head.take(), &mut held)?);
    Ok(())
}

/// The blocks that were held back, as a part; none where there is nothing to say.
fn generated(
    templates: &Templates,
    id: String,
    head: Option<Value>,
    held: &mut Vec<&Block>,
) -> anyhow::Result<Option<Part>> {
    if held.is_empty() && head.is_none() {
        return Ok(None);
    }
    let blocks = std::mem::take(held);
    let text = templates.render("incident/section.md", &json!({ "head": head, "blocks": blocks }))?;
    Ok(Some(Part { id, slot: false, text }))
}
