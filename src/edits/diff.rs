//! An edit of a text in, a unified diff out that `git apply` accepts.

use super::change::Edit;

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// Lines that go, and lines that come in their place.
struct Turn<'a> {
    /// First line that goes, from 0.
    at: usize,
    gone: Vec<&'a str>,
    come: Vec<String>,
}

/// The diff; empty where nothing changes. `path` is relative to the folder in which it is to be applied.
#[must_use]
pub fn unified(path: &str, text: &str, edit: &Edit) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let turns = turns(&lines, edit);
    let mut out = String::new();
    // Lines that came so far, less those that went.
    let mut shift: i64 = 0;
    let mut next = 0;
    while next < turns.len() {
        let mut last = next;
        while last + 1 < turns.len() && turns[last + 1].at - end(&turns[last]) <= 2 * CONTEXT {
            last += 1;
        }
        let together = &turns[next..=last];
        let from = together[0].at.saturating_sub(CONTEXT);
        let to = (end(&turns[last]) + CONTEXT).min(lines.len());
        let grown: i64 = together.iter().map(|t| t.come.len() as i64 - t.gone.len() as i64).sum();
        let (old, new) = ((to - from) as i64, (to - from) as i64 + grown);
        let start = |at: i64, n: i64| if n == 0 { at } else { at + 1 };
        let begun = from as i64;
        out.push_str(&format!("@@ -{},{old} +{},{new} @@\n", start(begun, old), start(begun + shift, new)));
        hunk(&mut out, &lines, from, to, together);
        shift += grown;
        next = last + 1;
    }
    if out.is_empty() { out } else { format!("--- {}\n+++ {}\n{out}", named("a", path), named("b", path)) }
}

fn end(turn: &Turn<'_>) -> usize {
    turn.at + turn.gone.len()
}

/// The lines that each splice touches, as they are and as they will be; what is equal at both ends is left out.
fn turns<'a>(lines: &[&'a str], edit: &Edit) -> Vec<Turn<'a>> {
    let starts: Vec<usize> = lines
        .iter()
        .scan(0, |at, line| {
            *at += line.len();
            Some(*at - line.len())
        })
        .collect();
    let whole: String = lines.concat();
    let line_of = |at: usize| starts.partition_point(|start| *start <= at).saturating_sub(1);
    let splices = edit.splices();
    let mut turns: Vec<Turn<'a>> = Vec::new();
    let mut next = 0;
    while let Some(splice) = splices.get(next) {
        // An addition behind the last line feed touches no line.
        let fresh = splice.at.start == whole.len() && (whole.is_empty() || whole.ends_with('\n'));
        let touched = |at: usize| if at == whole.len() { lines.len() } else { line_of(at) + 1 };
        let first = if fresh { lines.len() } else { line_of(splice.at.start) };
        let mut to = touched(splice.at.end);
        let mut last = next;
        while let Some(more) = splices.get(last + 1).filter(|s| s.at.start < start_of(&starts, to, whole.len())) {
            to = to.max(touched(more.at.end));
            last += 1;
        }
        let mut new = String::new();
        let mut copied = start_of(&starts, first, whole.len());
        for splice in &splices[next..=last] {
            new.push_str(&whole[copied..splice.at.start]);
            new.push_str(&splice.new);
            copied = splice.at.end;
        }
        new.push_str(&whole[copied..start_of(&starts, to, whole.len())]);
        turns.extend(trimmed(first, &lines[first..to], &new));
        next = last + 1;
    }
    turns
}

fn start_of(starts: &[usize], line: usize, end: usize) -> usize {
    starts.get(line).copied().unwrap_or(end)
}

/// Without the lines that are equal at both ends; none where all are.
fn trimmed<'a>(at: usize, gone: &[&'a str], new: &str) -> Option<Turn<'a>> {
    let come: Vec<&str> = new.split_inclusive('\n').collect();
    let head = gone.iter().zip(&come).take_while(|(a, b)| a == b).count();
    let (gone, come) = (&gone[head..], &come[head..]);
    let tail = gone.iter().rev().zip(come.iter().rev()).take_while(|(a, b)| a == b).count();
    let (gone, come) = (&gone[..gone.len() - tail], &come[..come.len() - tail]);
    if gone.is_empty() && come.is_empty() {
        return None;
    }
    Some(Turn { at: at + head, gone: gone.to_vec(), come: come.iter().map(|line| (*line).to_owned()).collect() })
}

fn hunk(out: &mut String, lines: &[&str], from: usize, to: usize, turns: &[Turn<'_>]) {
    let mut at = from;
    for turn in turns {
        lines[at..turn.at].iter().for_each(|line| push(out, ' ', line));
        turn.gone.iter().for_each(|line| push(out, '-', line));
        turn.come.iter().for_each(|line| push(out, '+', line));
        at = end(turn);
    }
    lines[at..to].iter().for_each(|line| push(out, ' ', line));
}

fn push(out: &mut String, mark: char, line: &str) {
    out.push(mark);
    out.push_str(line);
    if !line.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

/// A path as git reads it: in quotes where it has characters that would end it.
fn named(side: &str, path: &str) -> String {
    let path = format!("{side}/{path}");
    if !path.contains(|c: char| c.is_control() || matches!(c, '"' | '\\')) {
        // A tab ends a name that has blanks in it.
        return if path.contains(' ') { format!("{path}\t") } else { path };
    }
    let mut quoted = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => quoted.push_str(&format!("\\{:03o}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edits::change::Splice;

    fn diff(text: &str, splices: Vec<Splice>) -> String {
        unified("a.md", text, &Edit::of(text, splices).expect("an edit"))
    }

    #[test]
    fn lines_that_come_and_go_are_counted() {
        assert_eq!(diff("", vec![]), "");
        assert_eq!(diff("", vec![Splice::new(0..0, "a\n")]), "--- a/a.md\n+++ b/a.md\n@@ -0,0 +1,1 @@\n+a\n");
        assert_eq!(diff("a\n", vec![Splice::new(0..2, "")]), "--- a/a.md\n+++ b/a.md\n@@ -1,1 +0,0 @@\n-a\n");
        assert_eq!(
            diff("a\nb", vec![Splice::new(3..3, "\nc")]),
            "--- a/a.md\n+++ b/a.md\n@@ -1,2 +1,3 @@\n a\n-b\n\\ No newline at end of file\n+b\n+c\n\\ No newline at end of file\n"
        );
        assert_eq!(
            diff("a\nb\n", vec![Splice::new(4..4, "c\n")]),
            "--- a/a.md\n+++ b/a.md\n@@ -1,2 +1,3 @@\n a\n b\n+c\n"
        );
    }

    #[test]
    fn changes_of_one_line_are_one_and_far_ones_are_two_hunks() {
        let text: String = (0..30).map(|n| format!("line {n}\n")).collect();
        let at = |n: usize| text.find(&format!("line {n}\n")).expect("a line");
        let near = diff(&text, vec![Splice::new(at(3)..at(3) + 1, "L"), Splice::new(at(3) + 5..at(3) + 6, "x")]);
        assert!(near.contains("-line 3\n+Line x\n") && near.matches("@@").count() == 2, "{near}");
        let far = diff(&text, vec![Splice::new(at(3)..at(4), ""), Splice::new(at(20)..at(20), "new\n")]);
        assert!(far.contains("@@ -1,7 +1,6 @@") && far.contains("@@ -18,6 +17,7 @@"), "{far}");
        let odd = unified("my file.md", &text, &Edit::of(&text, vec![Splice::new(0..1, "L")]).expect("an edit"));
        assert!(odd.starts_with("--- a/my file.md\t\n+++ b/my file.md\t\n@@ -1,4 +1,4 @@\n"), "{odd}");
        assert_eq!(named("a", "x\"y"), "\"a/x\\\"y\"");
    }
}
