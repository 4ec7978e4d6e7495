//! Markdown in, the sentences that its writer says in their own words out: no code, no quotes, no HTML; each piece
//! knows where it stands.

use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::options;

/// Stands where code was, so that no phrase reaches across it.
const CODE: char = '\u{fffc}';

/// A paragraph, a heading, an item or a cell, on one line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Passage {
    pub text: String,
    /// Byte of `text`, and the byte of the document that it comes from; in rising order.
    places: Vec<(usize, usize)>,
}

impl Passage {
    /// The byte of the document that a byte of the text comes from.
    pub(super) fn place(&self, at: usize) -> usize {
        let last = self.places.iter().rev().find(|(own, _)| *own <= at);
        last.map_or(0, |(own, source)| source + (at - own))
    }

    fn push(&mut self, text: &str, place: usize) {
        self.places.push((self.text.len(), place));
        self.text.push_str(text);
    }
}

/// The passages of a part of a document.
pub(super) fn read(text: &str, part: &Range<usize>) -> Vec<Passage> {
    let mut passages = Vec::new();
    let mut own = Passage::default();
    let (mut quotes, mut code) = (0_usize, false);
    for (event, range) in Parser::new_ext(&text[part.clone()], options()).into_offset_iter() {
        let place = part.start + range.start;
        match event {
            Event::Text(_) | Event::Code(_) if quotes > 0 || code => continue,
            Event::Text(words) => own.push(&words, place),
            Event::Code(_) => own.push(&CODE.to_string(), place),
            Event::SoftBreak | Event::HardBreak => own.push(" ", place),
            Event::Start(tag) if inside_a_line(&tag.to_end()) => {}
            Event::End(tag) if inside_a_line(&tag) => {}
            Event::InlineHtml(_) => {}
            other => {
                match other {
                    Event::Start(Tag::BlockQuote(_)) => quotes += 1,
                    Event::End(TagEnd::BlockQuote(_)) => quotes = quotes.saturating_sub(1),
                    Event::Start(Tag::CodeBlock(_)) => code = true,
                    Event::End(TagEnd::CodeBlock) => code = false,
                    _ => {}
                }
                passages.push(std::mem::take(&mut own));
            }
        }
    }
    passages.push(own);
    passages.retain(|p| !p.text.trim().is_empty());
    passages
}

fn inside_a_line(tag: &TagEnd) -> bool {
    matches!(tag, TagEnd::Strong | TagEnd::Emphasis | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(markdown: &str) -> Vec<String> {
        read(markdown, &(0..markdown.len())).into_iter().map(|p| p.text.replace(CODE, "◊")).collect()
    }

    #[test]
    fn only_the_writers_own_words_are_read() {
        let text = "# A\n\nb **c**\nd `e` <!-- f --> [g](h)\n\n> i\n\n```\nj\n```\n\n- k\n  - l\n\n| m | n |\n|---|---|\n| o | |\n\n<div>p</div>\n";
        assert_eq!(texts(text), ["A", "b c d ◊  g", "k", "l", "m", "n", "o"]);
        assert!(texts("").is_empty());
    }

    #[test]
    fn each_piece_knows_where_it_stands() {
        let text = "skip\r\none **two**\r\nthree &amp; four";
        let [passage] = &read(text, &(6..text.len()))[..] else { panic!("one passage") };
        for word in ["one", "two", "three", "four"] {
            let own = passage.text.find(word).expect(word);
            assert_eq!(passage.place(own), text.find(word).expect(word), "{word}");
        }
    }
}
