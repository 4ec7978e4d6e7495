//! Two texts in, the lines that differ out, few enough for a message.

use super::blocks::normalised;

/// The most lines that are shown.
const SHOWN: usize = 12;
/// The most pairs of lines that are compared; larger texts are shown as wholly replaced.
const PAIRS: usize = 4_000_000;
/// The most characters of a line.
const WIDTH: usize = 160;

/// Lines that are only in `before` with `-`, those only in `after` with `+`, in their order; the line endings and spaces
/// that a checksum ignores are ignored here as well.
#[must_use]
pub(super) fn show(before: &str, after: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (normalised(before).collect(), normalised(after).collect());
    let changed = changed(&old, &new);
    let mut text: String = changed.iter().take(SHOWN).map(|(sign, line)| format!("{sign} {}\n", cut(line))).collect();
    if let Some(more) = changed.len().checked_sub(SHOWN).filter(|more| *more > 0) {
        text.push_str(&format!("  … and {more} more\n"));
    }
    text
}

/// A line that can be printed: without characters that steer a terminal or turn the direction of text, and cut.
fn cut(line: &str) -> String {
    let steers = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let mut chars = line.chars().map(|c| if steers(c) { ' ' } else { c });
    let head: String = chars.by_ref().take(WIDTH).collect();
    if chars.next().is_some() { head + "…" } else { head }
}

/// The shortest edit by the longest common subsequence, after what is alike at both ends.
fn changed<'a>(old: &[&'a str], new: &[&'a str]) -> Vec<(char, &'a str)> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[head..], &new[head..]);
    let tail = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[..old.len() - tail], &new[..new.len() - tail]);
    let mut changes = Vec::new();
    if old.len().saturating_mul(new.len()) > PAIRS {
        changes.extend(old.iter().map(|l| ('-', *l)));
        changes.extend(new.iter().map(|l| ('+', *l)));
        return changes;
    }
    let width = new.len() + 1;
    // common[a * width + b]: the most lines that old[a..] and new[b..] have in common.
    let mut common = vec![0_u32; (old.len() + 1) * width];
    for a in (0..old.len()).rev() {
        for b in (0..new.len()).rev() {
            common[a * width + b] = if old[a] == new[b] {
                common[(a + 1) * width + b + 1] + 1
            } else {
                common[(a + 1) * width + b].max(common[a * width + b + 1])
            };
        }
    }
    let (mut a, mut b) = (0, 0);
    while a < old.len() || b < new.len() {
        if a < old.len() && b < new.len() && old[a] == new[b] {
            (a, b) = (a + 1, b + 1);
        } else if b == new.len() || a < old.len() && common[(a + 1) * width + b] >= common[a * width + b + 1] {
            changes.push(('-', old[a]));
            a += 1;
        } else {
            changes.push(('+', new[b]));
            b += 1;
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        assert_eq!(show("a\nb\nc\n", "a\r\nB\r\nc \r\nd"), "- b\n+ B\n+ d\n");
        assert_eq!(show("a\nb\nc\nd", "b\nx\nd"), "- a\n- c\n+ x\n");
        assert_eq!(show("", "a"), "+ a\n");
        assert_eq!(show("a\n", "a"), "");
    }

    #[test]
    fn long_changes_and_lines_are_cut() {
        let many: String = (0..20).map(|n| format!("{n}\n")).collect();
        let text = show(&many, "");
        assert!(text.starts_with("- 0\n") && text.ends_with("- 11\n  … and 8 more\n"), "{text}");
        let wide = show("", &format!("\u{1b}[31m{}", "é".repeat(500)));
        assert!(wide.starts_with("+  [31m") && wide.trim_end().chars().count() == 2 + WIDTH + 1, "{wide}");
    }
}
