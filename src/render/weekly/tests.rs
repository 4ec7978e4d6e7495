//! Every face of every week: two pages, no warning, the same bytes again, nothing that becomes markup.

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::*;
use crate::render::pdf::pages;
use crate::render::sample::HOSTILE;

const ALL: [Format; 3] = [Format::Pdf, Format::Markdown, Format::Json];

fn weeks() -> Vec<(&'static str, Weekly)> {
    let long = HOSTILE.join(" ").repeat(3);
    vec![
        ("rich", sample::rich()),
        ("empty", sample::empty()),
        ("thirty testers", sample::many(30)),
        ("first", sample::first()),
        ("blind", sample::blind()),
        ("hostile", sample::hostile(&long, 7)),
        ("many hostile rows", sample::hostile(&long, 60)),
        ("long", sample::hostile("word ", 60)),
        ("wide", sample::hostile(&"W".repeat(100_000), 60)),
        ("no text", sample::hostile("", 3)),
        ("no rows", sample::hostile("W", 0)),
    ]
}

/// Whatever the week was like, there are two pages: the first ends with the people, the second with the data health.
#[test]
fn there_are_always_two_pages_without_warnings() -> anyhow::Result<()> {
    for (name, weekly) in &weeks() {
        let (pages, warnings) = pages(&document(weekly, b"{}")?)?;
        assert!(warnings.is_empty(), "{name}: {}", warnings.join("\n"));
        assert_eq!(pages.len(), 2, "{name}");
        for said in ["Forecast, if nothing changes", "What changed", "Watch strip", "People"] {
            assert!(pages[0].contains(said), "{name}: page 1 lacks {said}: {}", pages[0]);
        }
        for said in ["Feedback", "Incidents, near misses", "What we still", "Asks", "Data health"] {
            assert!(pages[1].contains(said), "{name}: page 2 lacks {said}: {}", pages[1]);
        }
    }
    Ok(())
}

#[test]
fn the_same_summary_gives_the_same_bytes() -> anyhow::Result<()> {
    for (name, weekly) in weeks().iter().take(6) {
        let (once, again) = (render(weekly, &ALL)?, render(weekly, &ALL)?);
        let paths: Vec<&str> = once.iter().map(|artifact| artifact.path.as_str()).collect();
        assert_eq!(paths, ["weekly.pdf", "weekly.md", "weekly.json"], "{name}");
        assert!(once.iter().zip(&again).all(|(a, b)| a.path == b.path && a.bytes == b.bytes), "{name}");
    }
    Ok(())
}

/// What does not fit is counted, and its place is named.
#[test]
fn what_has_no_room_is_counted() -> anyhow::Result<()> {
    let (pages, _) = pages(&document(&sample::many(30), b"{}")?)?;
    assert!(pages[0].contains("t01") && pages[0].contains("more: weekly.json"), "{}", pages[0]);
    let rich = crate::render::pdf::pages(&document(&sample::rich(), b"{}")?)?.0;
    assert!(!rich.concat().contains("more: weekly.json"), "a usual week is shown whole");
    assert!(rich[0].contains("t07"), "{}", rich[0]);
    Ok(())
}

/// A trigger that fired stands on page 1 and in every face; nothing judged is never called quiet.
#[test]
fn a_fired_trigger_is_seen_and_nothing_is_never_green() -> anyhow::Result<()> {
    let (drawn, _) = pages(&document(&sample::rich(), b"{}")?)?;
    assert!(drawn[0].contains("FIRED") && drawn[0].contains("Tenant data leak"), "{}", drawn[0]);
    assert!(markdown(&sample::rich())?.contains("FIRED"));
    for weekly in [sample::empty(), sample::blind()] {
        let all = format!("{}{}", pages(&document(&weekly, b"{}")?)?.0.concat(), markdown(&weekly)?);
        assert!(!all.contains("triggers fired"), "{all}");
    }
    assert!(markdown(&sample::empty())?.contains("No rollback trigger was judged."));
    Ok(())
}

/// The structure of the Markdown face is the same whatever the evidence says.
#[test]
fn evidence_adds_no_markup() -> anyhow::Result<()> {
    let skeleton = |text: &str| -> anyhow::Result<Vec<String>> {
        let page = markdown(&sample::hostile(text, 2))?;
        let told =
            Parser::new_ext(&page, Options::all() - Options::ENABLE_SMART_PUNCTUATION).filter_map(
                |event| match event {
                    Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                        Some(dest_url.to_string())
                    }
                    Event::Start(tag @ (Tag::Heading { .. } | Tag::List(_) | Tag::CodeBlock(_) | Tag::TableCell)) => {
                        Some(format!("{tag:?}").chars().take(9).collect())
                    }
                    Event::Html(html) | Event::InlineHtml(html) => Some(html.to_string()),
                    _ => None,
                },
            );
        Ok(told.collect())
    };
    let plain = skeleton("W")?;
    for text in HOSTILE.iter().filter(|text| !text.contains(['`', '*'])) {
        assert_eq!(skeleton(text)?, plain, "{text}");
    }
    Ok(())
}

/// The strip says each state in a word, in every face.
#[test]
fn states_are_words() -> anyhow::Result<()> {
    let (drawn, _) = pages(&document(&sample::rich(), b"{}")?)?;
    for face in [&drawn[0], &markdown(&sample::rich())?] {
        for word in ["too few", "no data", "conflict", "not in the beta"] {
            assert!(face.contains(word), "{word} is not in {face}");
        }
    }
    Ok(())
}
