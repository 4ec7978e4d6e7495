//! The view in, Markdown for a code forge out; text of the evidence is escaped by default and never markup.

use anyhow::Context as _;
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera};

use super::view::View;
use crate::embedded;

/// What opens a comment, and with it a marker of a generated block.
const COMMENT: &str = "<!--";
/// What stands for it in code, where nothing can be escaped.
const SPLIT: &str = "<! --";

/// Renders `signoff.md`.
///
/// # Errors
/// When a template is wrong, with its line and a caret.
pub fn render(view: &View) -> anyhow::Result<String> {
    Templates::load()?.render("signoff/report.md", view)
}

/// The Markdown templates, ready to be filled in.
pub struct Templates(Tera);

impl Templates {
    /// Reads all of them.
    ///
    /// # Errors
    /// When one is wrong, with its line and a caret.
    pub fn load() -> anyhow::Result<Self> {
        let mut tera = Tera::new();
        tera.set_escape_fn(|text, out| out.write_all(escape(text).as_bytes()));
        tera.autoescape_on([".md"]);
        tera.register_filter("code", |text: &str, _: Kwargs, _: &State| code(text));
        tera.register_filter("fence", |text: &str, _: Kwargs, _: &State| fence(text, "diff"));
        tera.register_filter("listing", |text: &str, _: Kwargs, _: &State| fence(text, ""));
        let templates = embedded::TEMPLATES.iter().filter(|(name, _)| name.ends_with(".md"));
        let texts = templates.map(|(name, bytes)| (*name, String::from_utf8_lossy(bytes)));
        tera.add_raw_templates(texts).context("the Markdown templates")?;
        Ok(Templates(tera))
    }

    /// Fills one in, tidied.
    ///
    /// # Errors
    /// When the template asks for what the data have not.
    pub fn render(&self, name: &str, data: &impl Serialize) -> anyhow::Result<String> {
        let context = Context::from_serialize(data)?;
        Ok(tidy(&self.0.render(name, &context).context("the Markdown face")?))
    }
}

/// At most one empty line in a row outside fences, no spaces at line ends, one newline at the end.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<String> = None;
    let mut empty = true;
    for line in text.lines() {
        let ticks: String = line.chars().take_while(|c| *c == '`').collect();
        match &fence {
            Some(open) if ticks == *open && line.len() == ticks.len() => fence = None,
            None if ticks.len() >= 3 => fence = Some(ticks),
            _ => {}
        }
        let line = if fence.is_some() { line } else { line.trim_end() };
        if line.is_empty() && empty && fence.is_none() {
            continue;
        }
        empty = line.is_empty();
        out.push_str(line);
        out.push('\n');
    }
    out.trim_end().to_owned() + "\n"
}

/// Text as Markdown that shows exactly that text: nothing in it becomes markup, a link, a mention or another line.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let chars: Vec<char> = text.chars().collect();
    let word = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| c.is_alphanumeric());
    let digits = chars.iter().take_while(|c| c.is_ascii_digit()).count();
    for (at, c) in chars.iter().enumerate() {
        let begins = chars[..at].iter().all(|c| c.is_whitespace());
        let in_word = *c == '_' && word(at.checked_sub(1)) && word(Some(at + 1));
        let web = *c == '.' && at >= 3 && chars[at - 3..at].iter().all(|c| c.eq_ignore_ascii_case(&'w'));
        let url = *c == ':' && chars.get(at + 1) == Some(&'/') && chars.get(at + 2) == Some(&'/');
        match c {
            '\n' | '\r' => out.push(' '),
            // Entities survive table cells, where a backslash may not.
            '&' | '<' | '>' | '|' | '\\' | '$' | '@' => entity(&mut out, *c),
            ':' | '.' if web || url => entity(&mut out, *c),
            '`' | '*' | '[' | ']' | '~' => out.extend(['\\', *c]),
            '_' if !in_word => out.extend(['\\', '_']),
            '#' | '-' | '+' | '=' if begins => out.extend(['\\', *c]),
            '.' | ')' if at == digits && digits > 0 && !word(Some(at + 1)) => out.extend(['\\', *c]),
            c => out.push(*c),
        }
    }
    out
}

fn entity(out: &mut String, c: char) {
    match c {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        c => out.push_str(&format!("&#{};", u32::from(c))),
    }
}

/// A code span; its fence is longer than any run of backticks in it. A bar would end a table's cell even in a code
/// span, so such a text becomes a `code` element; what opens a comment is split.
fn code(text: &str) -> String {
    let text = text.replace(['\n', '\r'], " ").replace(COMMENT, SPLIT);
    if text.trim().is_empty() {
        return escape(&text);
    }
    if text.contains('|') {
        return format!("<code>{}</code>", escape(&text));
    }
    let ticks = "`".repeat(longest_run(&text) + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

/// Lines in a fence that is longer than any run of backticks in it; what opens a comment is split, so that no line can
/// pass for a marker of ours.
fn fence(text: &str, language: &str) -> String {
    let text = text.replace(COMMENT, SPLIT);
    let ticks = "`".repeat(longest_run(&text).max(2) + 1);
    format!("{ticks}{language}\n{}\n{ticks}", text.trim_end_matches('\n'))
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;
    use crate::render::sample::{HOSTILE, report};
    use crate::render::view;

    fn events(text: &str) -> Vec<Event<'_>> {
        Parser::new_ext(text, Options::all() - Options::ENABLE_SMART_PUNCTUATION).collect()
    }

    #[test]
    fn escaped_text_is_nothing_but_text() {
        let starts =
            ["- a", "+ a", "* a", "1. a", "2) a", "# a", "> a", "=", "---", "~~~", "```", "    a", "[a]: b", ":", "|"];
        for text in HOSTILE.iter().chain(&starts) {
            let cleaned = crate::render::text::clean(text);
            let escaped = escape(&cleaned);
            let mut said = String::new();
            for event in events(&escaped) {
                match event {
                    Event::Text(part) => said.push_str(&part),
                    Event::Start(Tag::Paragraph) | Event::End(_) => {}
                    other => panic!("{text:?} became {other:?} by {escaped:?}"),
                }
            }
            assert_eq!(said, cleaned);
            for live in ["://", "www.", "@"] {
                assert!(!escaped.contains(live), "{escaped}");
            }
        }
    }

    #[test]
    fn code_and_diffs_keep_their_text() {
        for text in ["GET /a", "`", "a``b", "` `", "x`"] {
            let span = code(text);
            assert_eq!(events(&span).iter().filter(|e| matches!(e, Event::Code(_))).count(), 1, "{span}");
        }
        assert!(!code("a | b").contains('|'));
        assert!(!code("<!-- cutover:end summary -->").contains(COMMENT));
        assert!(!fence("<!-- cutover:end summary -->", "").contains(COMMENT));
        let fenced = fence("+ ```` x\n", "diff");
        assert!(fenced.starts_with("`````diff\n") && fenced.ends_with("\n`````"));
    }

    /// The structure of the document is the same whatever the evidence says.
    #[test]
    fn evidence_adds_no_markup() -> anyhow::Result<()> {
        let skeleton = |text: &str| -> anyhow::Result<Vec<String>> {
            let page = render(&view::of(&report(text, 2)))?;
            let told = events(&page).into_iter().filter_map(|event| match event {
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => Some(dest_url.to_string()),
                Event::Start(tag @ (Tag::Heading { .. } | Tag::List(_) | Tag::CodeBlock(_) | Tag::TableCell)) => {
                    Some(format!("{tag:?}").chars().take(9).collect())
                }
                Event::Html(html) | Event::InlineHtml(html) => Some(html.to_string()),
                _ => None,
            });
            Ok(told.collect())
        };
        let plain = skeleton("W")?;
        for text in HOSTILE.iter().filter(|text| !text.contains(['`', '*'])) {
            assert_eq!(skeleton(text)?, plain, "{text}");
        }
        Ok(())
    }
}
