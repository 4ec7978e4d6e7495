//! One line of a document in, the marker that it is out: an HTML comment alone on its line.

use crate::config::problem::nearest;

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Written by the program; replaced whenever the document is generated again.
    Generated,
    /// Generated once, then taken over by a person.
    Kept,
    /// For people's words.
    Slot,
}

impl Kind {
    /// The word in the marker.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Generated => "generated",
            Kind::Kept => "kept",
            Kind::Slot => "slot",
        }
    }

    /// The attribute that holds the checksum of what was generated.
    pub(super) fn attribute(self) -> &'static str {
        match self {
            Kind::Generated | Kind::Kept => "sha256",
            Kind::Slot => "hint",
        }
    }
}

/// Hexadecimal digits of a checksum.
pub(super) const DIGITS: usize = 12;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Marker {
    Begin { kind: Kind, id: String, sum: Option<String> },
    End { id: String },
}

/// Why a line that looks like a marker is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Damage {
    pub what: String,
    pub hint: String,
}

const COMMENT: &str = "<!--";
const PREFIX: &str = "cutover:";

/// The marker that a line is; none for a line that does not begin like one.
pub(super) fn read(line: &str) -> Option<Result<Marker, Damage>> {
    let line = line.trim();
    let inner = &line[starts_at(line).filter(|at| *at == 0).and(Some(COMMENT.len()))?..];
    let body = inner.trim_start();
    Some(match body.split_once("-->") {
        Some((body, "")) => words(&body[PREFIX.len()..]),
        Some(_) => Err(Damage {
            what: "a marker has text after it".into(),
            hint: "A marker stands alone on its line: move the text to the next line.".into(),
        }),
        None => Err(Damage { what: "a marker is not closed".into(), hint: "End the line with `-->`.".into() }),
    })
}

/// Where in a text something begins that looks like a marker.
pub(super) fn starts_at(text: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = text[from..].find(COMMENT).map(|at| from + at) {
        let rest = text[at + COMMENT.len()..].trim_start();
        if rest.get(..PREFIX.len()).is_some_and(|p| p.eq_ignore_ascii_case(PREFIX)) {
            return Some(at);
        }
        from = at + COMMENT.len();
    }
    None
}

fn words(body: &str) -> Result<Marker, Damage> {
    let mut words = body.split_whitespace();
    let keyword = words.next().unwrap_or_default();
    let kind = match keyword {
        "generated" => Some(Kind::Generated),
        "kept" => Some(Kind::Kept),
        "slot" => Some(Kind::Slot),
        "end" => None,
        _ => {
            let near = nearest(keyword, ["generated", "slot", "kept", "end"].into_iter()).unwrap_or_default();
            return Err(Damage { what: format!("a marker has the unknown word `{keyword}`"), hint: sentence(&near) });
        }
    };
    let id = words.next().unwrap_or_default();
    if !is_id(id) {
        return Err(Damage {
            what: format!("the marker `{keyword}` has no name that can be read"),
            hint: "A name has letters, digits, `-`, `_` and `.` only, such as `factors`.".into(),
        });
    }
    let rest: Vec<&str> = words.collect();
    match kind {
        None if rest.is_empty() => Ok(Marker::End { id: id.to_owned() }),
        None => Err(unread(keyword, id, &rest)),
        Some(kind) => Ok(Marker::Begin { kind, id: id.to_owned(), sum: sum(kind, id, &rest)? }),
    }
}

fn sum(kind: Kind, id: &str, rest: &[&str]) -> Result<Option<String>, Damage> {
    let value = match (rest, kind) {
        ([], Kind::Slot | Kind::Kept) => return Ok(None),
        ([one], _) => one.strip_prefix(kind.attribute()).and_then(|v| v.strip_prefix('=')),
        _ => None,
    };
    let hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    match value.filter(|v| v.len() == DIGITS && v.chars().all(hex)) {
        Some(value) => Ok(Some(value.to_owned())),
        None if rest.is_empty() || value.is_some() => Err(Damage {
            what: format!("the checksum of `{id}` is damaged, so nobody can tell whether the block was edited"),
            hint: match kind {
                Kind::Slot => "Delete the word that begins with `hint=`: what stands in the slot then counts as yours.",
                Kind::Generated | Kind::Kept => {
                    "Delete the block with both its markers to have it generated anew, or change the word `generated` \
                     to `kept` and delete the checksum to keep what it says."
                }
            }
            .into(),
        }),
        None => Err(unread(kind.word(), id, rest)),
    }
}

fn unread(keyword: &str, id: &str, rest: &[&str]) -> Damage {
    Damage {
        what: format!("the marker `{keyword} {id}` has words that mean nothing: {}", rest.join(" ")),
        hint: "Delete them, or restore the marker from an earlier version of the file.".into(),
    }
}

/// Whether a name can stand in a marker.
pub(super) fn is_id(id: &str) -> bool {
    (1..=64).contains(&id.len()) && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// `did you mean …` as a sentence.
pub(super) fn sentence(near: &str) -> String {
    let mut chars = near.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let end = if near.ends_with(['?', '.']) || near.is_empty() { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(kind: Kind, id: &str, sum: Option<&str>) -> Option<Result<Marker, Damage>> {
        Some(Ok(Marker::Begin { kind, id: id.into(), sum: sum.map(str::to_owned) }))
    }

    #[test]
    fn markers_are_read_whatever_the_spaces_around_them() {
        let sum = Some("1a2b3c4d5e6f");
        let generated = begin(Kind::Generated, "summary", sum);
        assert_eq!(read("<!-- cutover:generated summary sha256=1a2b3c4d5e6f -->\r\n"), generated);
        assert_eq!(read("  <!--cutover:generated   summary\tsha256=1a2b3c4d5e6f-->  \n"), generated);
        assert_eq!(read("<!-- cutover:kept summary -->"), begin(Kind::Kept, "summary", None));
        assert_eq!(read("<!-- cutover:kept summary sha256=1a2b3c4d5e6f -->"), begin(Kind::Kept, "summary", sum));
        assert_eq!(read("<!-- cutover:slot factors hint=1a2b3c4d5e6f -->"), begin(Kind::Slot, "factors", sum));
        assert_eq!(read("<!-- cutover:slot factors -->"), begin(Kind::Slot, "factors", None));
        assert_eq!(read("<!-- cutover:end a_b.c-1 -->"), Some(Ok(Marker::End { id: "a_b.c-1".into() })));
    }

    #[test]
    fn other_lines_are_no_markers() {
        for line in ["", "text", "<!-- a comment -->", "> <!-- cutover:end a -->", "`<!-- cutover:end a -->`", "<!--"] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn damaged_markers_say_what_is_wrong() {
        for (line, what) in [
            ("<!-- cutover:end a --> and more", "text after it"),
            ("<!-- cutover:end a", "not closed"),
            ("<!-- cutover:generate a sha256=1a2b3c4d5e6f -->", "unknown word `generate`"),
            ("<!-- cutover: -->", "unknown word ``"),
            ("<!-- cutover:slot -->", "no name"),
            ("<!-- cutover:slot ü -->", "no name"),
            ("<!-- cutover:generated a -->", "checksum of `a` is damaged"),
            ("<!-- cutover:generated a sha256=1a2b -->", "checksum of `a` is damaged"),
            ("<!-- cutover:generated a sha256=1A2B3C4D5E6F -->", "checksum of `a` is damaged"),
            ("<!-- cutover:slot a hint=zzzzzzzzzzzz -->", "checksum of `a` is damaged"),
            ("<!-- cutover:slot a of b -->", "mean nothing: of b"),
            ("<!-- cutover:end a b -->", "mean nothing: b"),
            ("<!-- CUTOVER:END a -->", "unknown word `END`"),
        ] {
            let Some(Err(damage)) = read(line) else { panic!("{line} is read") };
            assert!(damage.what.contains(what), "{line}: {}", damage.what);
            assert!(!damage.hint.is_empty(), "{line}");
        }
        let Some(Err(near)) = read("<!-- cutover:genrated a -->") else { panic!("read") };
        assert_eq!(near.hint, "Did you mean `generated`?");
    }
}
