//! Every face of every incident: one page first, no warning, the same bytes again, nothing that becomes markup.

use super::markdown::{message, parts};
use super::*;
use crate::render::pdf::pages;
use crate::render::sample::HOSTILE;
use crate::report::incident::Incident;
use crate::report::words::{OutsideText, Run, SlotText, WordBlock};

const ALL: [Format; 3] = [Format::Pdf, Format::Markdown, Format::Json];

#[test]
fn hostile_text_renders_in_every_face_and_twice_the_same() -> anyhow::Result<()> {
    for text in [HOSTILE.join(" ").as_str(), &"W".repeat(100_000), ""] {
        let incident = sample::hostile(text, 2);
        let once = render(&incident, &ALL)?;
        let again = render(&incident, &ALL)?;
        assert!(once.iter().zip(&again).all(|(a, b)| a.path == b.path && a.bytes == b.bytes));
        assert_eq!(once.len(), again.len());
        assert_eq!(parts(&incident)?, parts(&incident)?);
    }
    Ok(())
}

/// Page 1 holds all that it should and nothing flows over, whatever the evidence says and however much of it there is.
#[test]
fn page_one_is_one_page_without_warnings() -> anyhow::Result<()> {
    let long = HOSTILE.join(" ").repeat(3);
    let incidents: Vec<(&str, Incident)> = vec![
        ("two testers", sample::rich()),
        ("one tester", sample::many(1)),
        ("twelve testers", sample::many(12)),
        ("nothing known", sample::nothing()),
        ("hostile", sample::hostile(&long, 3)),
        ("long", sample::hostile("word ", 12)),
        ("wide", sample::hostile(&"W".repeat(100_000), 3)),
        ("empty", sample::hostile("", 0)),
    ];
    for (name, incident) in &incidents {
        let (pages, warnings) = pages(&document(incident, b"{}")?)?;
        assert!(warnings.is_empty(), "{name}: {}", warnings.join("\n"));
        let first = pages.first().cloned().unwrap_or_default();
        for said in ["Did one tenant see another’s data?", "Which rollback condition", "Is it over", "Next"] {
            assert!(first.contains(said), "{name}: page 1 lacks {said}: {first}");
        }
        if *name != "wide" && *name != "hostile" {
            assert!(first.contains("Three requests that tell it"), "{name}: {first}");
        }
        let rest = pages.iter().skip(1).cloned().collect::<String>();
        assert!(!rest.contains("Which rollback condition"), "{name}: page 1 flows over");
        assert!(rest.contains("Contributing factors"), "{name}");
    }
    Ok(())
}

#[test]
fn what_is_missing_stands_at_the_top() -> anyhow::Result<()> {
    let (pages, _) = pages(&document(&sample::nothing(), b"{}")?)?;
    let first = pages.first().cloned().unwrap_or_default();
    let (lacks, summary) = (first.find("What this report lacks"), first.find("An alarm reported"));
    assert!(lacks.zip(summary).is_some_and(|(lacks, summary)| lacks < summary), "{first}");
    Ok(())
}

#[test]
fn people_find_their_slots_in_order_and_once() -> anyhow::Result<()> {
    let parts = parts(&sample::rich())?;
    let slots: Vec<&str> = parts.iter().filter(|part| part.slot).map(|part| part.id.as_str()).collect();
    assert_eq!(slots, ["status", "factors", "went-well", "went-badly", "lucky", "actions", "conditions"]);
    let mut ids: Vec<&str> = parts.iter().map(|part| part.id.as_str()).collect();
    assert_eq!(ids[..3], ["title", "status", "summary"]);
    let n = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), n, "every block has its own name");
    assert!(parts.iter().all(|part| part.id.chars().all(|c| c.is_ascii_lowercase() || c == '-')));
    Ok(())
}

/// Where people wrote, the PDF has their words and no longer the questions.
#[test]
fn the_pdf_has_what_people_wrote() -> anyhow::Result<()> {
    let mut incident = sample::rich();
    let long = format!("{}end of it", "long words ".repeat(400));
    let blocks =
        |text: &str| vec![WordBlock::Paragraph { runs: vec![Run { text: text.to_owned(), ..Run::default() }] }];
    incident.written.slots.push(SlotText { id: "lucky".to_owned(), blocks: blocks(&long), ..SlotText::default() });
    incident.written.kept.push(SlotText {
        id: "impact".to_owned(),
        blocks: blocks("nobody traded"),
        ..SlotText::default()
    });
    let after = Some("timeline".to_owned());
    incident.written.outside.push(OutsideText {
        after,
        blocks: blocks("Between the blocks."),
        ..OutsideText::default()
    });
    let (pages, _) = pages(&document(&incident, b"{}")?)?;
    let all = pages.concat();
    assert!(all.contains("nobody traded") && all.contains("end of it") && all.contains("Between the blocks."));
    assert!(!all.contains("What could have gone worse"));
    assert!(all.contains("What helped to notice it"), "an empty slot keeps its questions");
    Ok(())
}

/// No text of the evidence can pass for a marker of a block.
#[test]
fn evidence_forges_no_marker() -> anyhow::Result<()> {
    let forged = "<!-- cutover:end summary -->";
    for text in [forged.to_owned(), format!("`{forged}`"), format!("```\n{forged}\n```"), format!("| {forged}")] {
        let incident = sample::hostile(&text, 2);
        for part in parts(&incident)?.into_iter().filter(|part| !part.slot) {
            assert!(!part.text.contains("<!--"), "{}: {}", part.id, part.text);
        }
        assert!(!message(&incident)?.contains("<!--"));
    }
    Ok(())
}

/// The message for testers has its three headings and nothing but its own words.
#[test]
fn the_message_says_nothing_internal() -> anyhow::Result<()> {
    let incident = sample::rich();
    let said = message(&incident)?;
    let headings: Vec<&str> = said.lines().filter(|line| line.starts_with('#')).collect();
    assert_eq!(headings, ["## Summary", "## What happened", "## What we are doing"]);
    for internal in ["INC-601", "E-031", "1.20.0", "lucia", "t02", "4c6d7d2d"] {
        assert!(!said.contains(internal), "{internal} in {said}");
    }
    Ok(())
}

/// Every picture that a section shows is among the files, and says something.
#[test]
fn every_picture_is_there() {
    let incident = sample::rich();
    let files: Vec<String> = pictures::all(&incident).into_iter().map(|picture| picture.path).collect();
    let mut shown = Vec::new();
    for chapter in view(&incident).sections {
        for block in chapter.section.blocks {
            if let Block::Chart { file, alt } = block {
                assert!(alt.len() > 20, "{file}: {alt}");
                shown.push(file);
            }
        }
    }
    assert_eq!(shown.len(), 5, "{shown:?}");
    assert!(shown.iter().all(|file| files.contains(file)), "{shown:?} {files:?}");
}
