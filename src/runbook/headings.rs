//! Headings in, the kind of the lines below them out.

use std::collections::BTreeMap;

use pulldown_cmark::HeadingLevel;

use super::LineKind;

/// The headings above a place, with their slugs.
#[derive(Debug, Default)]
pub(super) struct Headings {
    above: BTreeMap<HeadingLevel, String>,
    /// Slug of the innermost heading, made unique as code forges do it.
    pub(super) slug: String,
    slugs: BTreeMap<String, u32>,
}

impl Headings {
    /// A heading begins a new place.
    pub(super) fn enter(&mut self, level: HeadingLevel, title: &str) {
        self.above.retain(|above, _| *above < level);
        let slug = slug(title);
        let seen = self.slugs.entry(slug.clone()).or_default();
        self.slug = if *seen == 0 { slug } else { format!("{slug}-{seen}") };
        *seen += 1;
        self.above.insert(level, title.to_owned());
    }

    /// The second-level heading, else the first-level one.
    pub(super) fn section(&self) -> String {
        let section = self.above.get(&HeadingLevel::H2).or_else(|| self.above.get(&HeadingLevel::H1));
        section.cloned().unwrap_or_default()
    }

    pub(super) fn subsection(&self) -> Option<String> {
        self.above.get(&HeadingLevel::H3).cloned()
    }

    /// Whether commands in a fence here must succeed.
    pub(super) fn go_or_no_go(&self) -> bool {
        let words = self.above.values().map(|h| h.to_lowercase()).collect::<Vec<_>>().join(" > ");
        ["go / no-go", "go/no-go", "go or no-go"].iter().any(|said| words.contains(said))
    }

    /// The kind that the headings stand for; `None` where none of them says that lines are judged here.
    pub(super) fn kind(&self) -> Option<LineKind> {
        let words = |title: &String| title.to_lowercase();
        // Triggers and rollback steps often stand together below one heading; the inner one tells them apart.
        for title in self.above.values().rev().map(words) {
            if title.contains("rollback steps") {
                return Some(LineKind::RollbackStep);
            }
            if has(&title, &["trigger", "triggers"]) {
                return Some(LineKind::Trigger { action: String::new() });
            }
        }
        let named = |(_, title): (&HeadingLevel, &String)| of_title(&title.to_lowercase());
        // The title of the document counts only where nothing stands below it.
        let sections = self.above.range(HeadingLevel::H2..);
        if sections.clone().next().is_none() {
            return self.above.iter().find_map(named);
        }
        let mut sections = sections;
        sections.find_map(named)
    }
}

/// The kind that one heading, in lower case, stands for.
fn of_title(title: &str) -> Option<LineKind> {
    let numbered = title.starts_with(|c: char| c.is_ascii_digit());
    Some(if title.contains("next stage") {
        LineKind::Next
    } else if title.starts_with("step ") || title.starts_with("phase ") || numbered {
        LineKind::Step
    } else if title.contains("pre-flight")
        || has(title, &["preflight", "gate", "gates", "prerequisite", "prerequisites"])
    {
        LineKind::Gate
    } else if title.contains("sign-off") || has(title, &["signoff"]) {
        LineKind::Signoff
    } else if title.contains("monitor") || has(title, &["watch", "watching"]) {
        LineKind::Monitor
    } else {
        return None;
    })
}

fn has(title: &str, words: &[&str]) -> bool {
    title.split(|c: char| !c.is_alphanumeric()).any(|word| words.contains(&word))
}

/// Prefix of the ids of lines of a kind in a section.
pub(super) fn prefix(kind: &LineKind, section: &str) -> String {
    match kind {
        LineKind::Gate => "PF".to_owned(),
        LineKind::Trigger { .. } => "RT".to_owned(),
        LineKind::RollbackStep => "RS".to_owned(),
        LineKind::Monitor => "PM".to_owned(),
        LineKind::Signoff => "SO".to_owned(),
        LineKind::Next => "NX".to_owned(),
        LineKind::Step => {
            let lower = section.to_lowercase();
            let rest = lower.strip_prefix("step").or_else(|| lower.strip_prefix("phase")).unwrap_or(&lower);
            let number: String = rest.trim_start().chars().take_while(char::is_ascii_digit).collect();
            if number.is_empty() { "ST".to_owned() } else { format!("S{number}") }
        }
    }
}

/// The anchor of a heading, as code forges make it: lower case, no punctuation, blanks as hyphens.
fn slug(title: &str) -> String {
    let kept = title
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .collect::<String>();
    kept.trim().replace(' ', "-")
}
