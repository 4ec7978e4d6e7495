//! Texts of pictures: how wide they are, how they are shortened, and where they stand without touching each other.

use crate::render::text::clean;

/// Width of a text at a font size, in the units of the picture; rather too wide than too narrow.
pub(super) fn width(text: &str, size: f64, bold: bool) -> f64 {
    let ems: f64 = text.chars().map(em).sum();
    ems * size * if bold { 1.05 } else { 1.0 }
}

fn em(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | '(' | ')' | '[' | ']' | '’' => 0.32,
        'f' | 'r' | 't' | 'I' | '/' | '-' | ' ' | '\u{a0}' | '·' => 0.4,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '…' | '—' | '→' => 0.95,
        'A'..='Z' | '×' | '±' | '−' | '+' | '=' | '<' | '>' | '&' => 0.68,
        // What the face has not is written as a code point: `U+1F9A6`.
        c if u32::from(c) > 0x4ff && !matches!(u32::from(c), 0x2000..=0x22ff) => 4.3,
        _ => 0.61,
    }
}

/// A text that is at most so wide, cut with an ellipsis.
pub(super) fn fit(text: &str, size: f64, bold: bool, most: f64) -> String {
    let text = clean(text);
    if width(&text, size, bold) <= most {
        return text;
    }
    let mut kept = String::new();
    let mut used = width("…", size, bold);
    for c in text.chars() {
        used += width(c.encode_utf8(&mut [0; 4]), size, bold);
        if used > most {
            break;
        }
        kept.push(c);
    }
    format!("{}…", kept.trim_end())
}

/// A text in at most two lines, each at most so wide.
pub(super) fn two_lines(text: &str, size: f64, most: f64) -> Vec<String> {
    let text = clean(text);
    if width(&text, size, false) <= most {
        return if text.is_empty() { Vec::new() } else { vec![text] };
    }
    let mut spaces = text.match_indices(' ').map(|(at, _)| at);
    let break_at = spaces.rfind(|at| width(&text[..*at], size, false) <= most);
    match break_at {
        Some(at) => vec![text[..at].to_owned(), fit(&text[at + 1..], size, false, most)],
        None => vec![fit(&text, size, false, most)],
    }
}

/// Rows of labels that end at their marks. A label of a later mark stands below those that it would touch; as it reaches
/// to the left only, its leader crosses no other label.
#[derive(Default)]
pub(super) struct Shelves {
    rows: Vec<f64>,
}

impl Shelves {
    /// The row of a label that ends at `x`; labels must come in the order of their marks.
    pub(super) fn place(&mut self, x: f64, width: f64) -> usize {
        let begin = x - width;
        // Below the first row whose last label lies left of this one, leaders included.
        let row = self.rows.iter().position(|taken| *taken + 4.0 <= begin).unwrap_or(self.rows.len());
        if row == self.rows.len() {
            self.rows.push(f64::NEG_INFINITY);
        }
        // The leader passes all rows above.
        for taken in self.rows.iter_mut().take(row + 1) {
            *taken = taken.max(x);
        }
        row
    }

    /// Rows in use.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_fit_where_they_are_told_to() {
        for text in ["short", "a very long device name that nobody would give to a device", "履歴履歴履歴", ""] {
            for most in [20.0, 60.0, 200.0] {
                let cut = fit(text, 8.4, false, most);
                assert!(width(&cut, 8.4, false) <= most, "{cut}");
                assert!(two_lines(text, 8.4, most).iter().all(|line| width(line, 8.4, false) <= most));
            }
        }
    }

    /// No label touches another one or the leader of another one.
    #[test]
    fn labels_of_one_minute_stand_below_each_other() {
        let marks = [(300.0, 90.0), (300.0, 90.0), (301.0, 120.0), (302.0, 20.0), (420.0, 60.0), (430.0, 130.0)];
        let mut shelves = Shelves::default();
        let placed: Vec<(f64, f64, usize)> = marks.iter().map(|(x, w)| (x - w, *x, shelves.place(*x, *w))).collect();
        for (n, (begin, end, row)) in placed.iter().enumerate() {
            for (other_begin, other_end, other_row) in &placed[n + 1..] {
                assert!(row != other_row || other_begin > end || begin > other_end, "labels touch");
                let leader_crosses = other_row > row && (*begin..*end).contains(other_end);
                assert!(!leader_crosses, "a leader crosses a label");
                let crossed = row > other_row && (*other_begin..*other_end).contains(end);
                assert!(!crossed, "a leader is covered by a later label");
            }
        }
        assert!(shelves.len() <= marks.len());
    }
}
