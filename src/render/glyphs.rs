//! Texts and the characters that the report's faces can draw in, texts that leave no empty box out: what no face
//! covers is written as its code point.

use serde_json::Value;

/// Fields that name things instead of saying them.
const NAMES: &[&str] = &["kind", "key", "anchor", "file", "lang", "cells", "call_key", "sign"];
/// Uncovered clusters in a row that are written out; the rest is counted.
const SPELLED: usize = 8;

/// Makes every text of a document fit to be drawn: endless words get places to break, clusters that no face covers
/// become code points such as `U+1F9A6`. Gives the number of such clusters.
pub fn fit(value: &mut Value, covers: &dyn Fn(&[char]) -> bool) -> u64 {
    match value {
        Value::String(text) => {
            let (drawn, n) = drawable(&super::text::breakable(text), covers);
            *text = drawn;
            n
        }
        Value::Array(parts) => parts.iter_mut().map(|part| fit(part, covers)).sum(),
        Value::Object(fields) => {
            let said = fields.iter_mut().filter(|(name, _)| !NAMES.contains(&name.as_str()));
            said.map(|(_, part)| fit(part, covers)).sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// A text with its uncovered clusters written as code points, and how many there were.
#[must_use]
pub fn drawable(text: &str, covers: &dyn Fn(&[char]) -> bool) -> (String, u64) {
    let chars: Vec<char> = text.chars().filter(|c| !is_dropped(*c)).collect();
    let mut out = String::with_capacity(text.len());
    let (mut at, mut lost, mut run) = (0, 0, 0);
    while at < chars.len() {
        let end = cluster_end(&chars, at);
        let cluster = &chars[at..end];
        at = end;
        if matches!(cluster, ['\u{200b}' | ' ' | '\u{a0}' | '\n']) || covers(cluster) {
            close(&mut out, &mut run);
            out.extend(cluster);
            continue;
        }
        lost += 1;
        run += 1;
        if run <= SPELLED {
            out.extend(cluster.iter().filter(|c| **c != '\u{200d}').map(|c| format!("U+{:04X}", u32::from(*c))));
        }
    }
    close(&mut out, &mut run);
    (out, lost)
}

/// Says how many clusters of a run were not written out.
fn close(out: &mut String, run: &mut usize) {
    if *run > SPELLED {
        out.push_str(&format!(" (+{} more)", *run - SPELLED));
    }
    *run = 0;
}

/// End of the cluster that begins at a place: the letter, its marks, and what is joined to it.
fn cluster_end(chars: &[char], begin: usize) -> usize {
    let mut end = begin + 1;
    while let Some(c) = chars.get(end) {
        let joined = chars[end - 1] == '\u{200d}' && !c.is_ascii();
        if !is_mark(*c) && !joined {
            break;
        }
        end += 1;
    }
    end
}

/// Characters that stand on the one before them.
fn is_mark(c: char) -> bool {
    matches!(u32::from(c),
        0x300..=0x36f | 0x483..=0x489 | 0x591..=0x5bd | 0x5bf | 0x5c1..=0x5c2 | 0x5c4..=0x5c5 | 0x5c7 | 0x610..=0x61a
        | 0x64b..=0x65f | 0x670 | 0x6d6..=0x6dc | 0x6df..=0x6e4 | 0x6e7..=0x6e8 | 0x6ea..=0x6ed | 0x8d3..=0x8e1
        | 0x8e3..=0x902 | 0x93a..=0x93c | 0x941..=0x948 | 0x94d | 0xe31 | 0xe34..=0xe3a | 0xe47..=0xe4e
        | 0x1ab0..=0x1aff | 0x1dc0..=0x1dff | 0x200d | 0x20d0..=0x20ff | 0xfe20..=0xfe2f | 0x1f3fb..=0x1f3ff)
}

/// Characters that no face draws and no reader misses: variation selectors, soft hyphens, tags, fillers.
fn is_dropped(c: char) -> bool {
    matches!(u32::from(c),
        0xad | 0x34f | 0x115f..=0x1160 | 0x17b4..=0x17b5 | 0x180b..=0x180f | 0x200c | 0x3164 | 0xfe00..=0xfe0f
        | 0xffa0 | 0xfff0..=0xfff8 | 0xe0000..=0xe0fff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_face_covers_becomes_its_code_point() {
        let covers = |cluster: &[char]| cluster.iter().all(|c| u32::from(*c) < 0x250);
        assert_eq!(drawable("a 🦦b", &covers), ("a U+1F9A6b".to_owned(), 1));
        assert_eq!(drawable("e\u{301}\u{fe0f}", &covers), ("U+0065U+0301".to_owned(), 1));
        assert_eq!(drawable("履歴履歴履歴履歴履歴 x", &covers).0.matches("U+").count(), SPELLED);
        assert!(drawable("履歴履歴履歴履歴履歴 x", &covers).0.ends_with("(+2 more) x"));
    }
}
