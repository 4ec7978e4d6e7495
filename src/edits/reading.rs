//! A document in, its Markdown events with their places out; front matter and a byte order mark are not Markdown.

use std::ops::Range;

use pulldown_cmark::{BrokenLink, CowStr, Event, Options, Parser, Tag, TagEnd};

/// What code forges read: CommonMark with GitHub's additions.
pub(super) fn options() -> Options {
    Options::ENABLE_TASKLISTS
        | Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_GFM
}

/// The events of a document, each with the bytes of the whole document that it stands for.
pub(super) fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    let from = body(text);
    Parser::new_ext(&text[from..], options())
        .into_offset_iter()
        .map(move |(event, range)| (event, range.start + from..range.end + from))
}

/// Where the Markdown begins: behind a byte order mark and front matter.
pub(super) fn body(text: &str) -> usize {
    let mark = text.len() - text.strip_prefix('\u{feff}').unwrap_or(text).len();
    let mut lines = text[mark..].split_inclusive('\n');
    let bare = |line: &str| line.trim_end().to_owned();
    let Some(first) = lines.next() else { return mark };
    let fence = bare(first);
    if !matches!(fence.as_str(), "---" | "+++") {
        return mark;
    }
    let mut at = mark + first.len();
    for (n, line) in lines.enumerate() {
        at += line.len();
        let said = bare(line);
        // Front matter says something in its first line; a rule is followed by an empty one.
        if n == 0 && said.is_empty() {
            return mark;
        }
        if said == fence || fence == "---" && said == "..." {
            return at;
        }
    }
    mark
}

/// Whether an event begins or ends something that other blocks stand in: +1, -1, or 0.
pub(super) fn nesting(event: &Event<'_>) -> i32 {
    match event {
        Event::Start(Tag::BlockQuote(_) | Tag::List(_) | Tag::Item | Tag::FootnoteDefinition(_)) => 1,
        Event::End(TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item | TagEnd::FootnoteDefinition) => -1,
        _ => 0,
    }
}

/// What an inline event says to a reader; `None` for an event that is not inline.
pub(super) fn said<'a>(event: &'a Event<'_>) -> Option<&'a str> {
    match event {
        Event::Text(text) | Event::Code(text) => Some(text),
        Event::SoftBreak | Event::HardBreak => Some(" "),
        Event::InlineHtml(html) if html.to_lowercase().starts_with("<br") => Some(" "),
        Event::InlineHtml(_) | Event::FootnoteReference(_) => Some(""),
        Event::Start(Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }) => {
            Some("")
        }
        Event::End(TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image) => {
            Some("")
        }
        _ => None,
    }
}

/// A text without case and runs of blanks.
pub(super) fn key(text: &str) -> String {
    text.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The ways to read what somebody calls a line by: as it stands, and as Markdown.
pub(super) fn spellings(wanted: &str) -> Vec<String> {
    let mut all = vec![key(wanted)];
    // One line behind a word is inline text whatever it begins with.
    let line = format!("x {}", wanted.split_whitespace().collect::<Vec<_>>().join(" "));
    let mut resolve =
        |link: BrokenLink<'_>| Some((CowStr::from(String::new()), CowStr::from(link.reference.to_string())));
    let resolving = Parser::new_with_broken_link_callback(&line, options(), Some(&mut resolve));
    for parser in [inline(Parser::new_ext(&line, options())), inline(resolving)] {
        all.push(key(parser.strip_prefix('x').unwrap_or(&parser)));
    }
    all.retain(|spelling| !spelling.is_empty());
    all.sort();
    all.dedup();
    all
}

fn inline<'a>(events: impl Iterator<Item = Event<'a>>) -> String {
    events.filter_map(|event| said(&event).map(str::to_owned)).collect()
}

/// The line ending of a text that has only carriage returns with line feeds; else a line feed.
pub(super) fn ending(text: &str) -> &'static str {
    let feeds = memchr::memchr_iter(b'\n', text.as_bytes()).count();
    if feeds > 0 && text.matches("\r\n").count() == feeds { "\r\n" } else { "\n" }
}

/// A text with the line endings of the document that it goes into.
pub(super) fn with_ending(text: &str, ending: &str) -> String {
    if ending == "\n" || text.contains("\r\n") { text.to_owned() } else { text.replace('\n', ending) }
}

/// The first byte of the line that a byte stands on.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    let before = &text[..at];
    let start = before.rfind('\n').map_or(0, |n| n + 1);
    // A lone carriage return ends a line, too.
    before[start..].rfind('\r').map_or(start, |n| start + n + 1)
}

/// The first byte after the line that a byte stands on, its ending included.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    match text[at..].find(['\n', '\r']).map(|n| at + n) {
        None => text.len(),
        Some(end) if text[end..].starts_with("\r\n") => end + 2,
        Some(end) => end + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn front_matter_is_not_markdown_and_a_rule_is() {
        for (text, at) in [
            ("---\ntitle: x\n---\n# A", 17),
            ("\u{feff}---\r\ntitle: x\r\n...\r\n# A", 23),
            ("+++\na = 1\n+++\n", 14),
            ("---\n\n- [ ] a\n\n---\n", 0),
            ("---\nnever closed\n", 0),
            ("----\nx\n----\n", 0),
            ("\u{feff}# A\n", 3),
            ("", 0),
        ] {
            assert_eq!(body(text), at, "{text:?}");
        }
    }

    #[test]
    fn a_line_is_called_by_its_words_with_or_without_markup() {
        assert_eq!(spellings("**Mobile**  Internal `beta`"), ["**mobile** internal `beta`", "mobile internal beta"]);
        assert!(spellings("see [the list][l] ~~now~~").contains(&"see the list now".to_owned()));
        assert_eq!(spellings("- 5 % limit"), ["- 5 % limit"]);
        assert_eq!(spellings("# 1"), ["# 1"]);
        assert!(spellings("`__init__`").contains(&"__init__".to_owned()));
        assert!(spellings("  ").is_empty());
    }

    #[test]
    fn lines_end_as_they_end() {
        let text = "a\r\nb\rc\nd";
        assert_eq!([0, 3, 5, 7].map(|at| line_start(text, at)), [0, 3, 5, 7]);
        assert_eq!([0, 3, 5, 7].map(|at| line_end(text, at)), [3, 5, 7, 8]);
        assert_eq!((ending("a\r\nb\r\n"), ending("a\r\nb\n"), ending("a")), ("\r\n", "\n", "\n"));
    }
}
