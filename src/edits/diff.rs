//! Two versions of a text in, a unified diff out that `git apply` accepts.

/// Lines of context around a change.
const CONTEXT: usize = 3;

/// The diff; empty where nothing differs. Edits replace lines in place, so lines pair up one to one.
#[must_use]
pub fn unified(path: &str, before: &str, after: &str) -> String {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    if old == new || old.len() != new.len() {
        return String::new();
    }
    let changed: Vec<usize> = (0..old.len()).filter(|at| old[*at] != new[*at]).collect();
    let mut text = format!("--- a/{path}\n+++ b/{path}\n");
    let mut at = 0;
    while at < changed.len() {
        let mut last = at;
        while last + 1 < changed.len() && changed[last + 1] - changed[last] <= 2 * CONTEXT {
            last += 1;
        }
        let from = changed[at].saturating_sub(CONTEXT);
        let to = (changed[last] + CONTEXT + 1).min(old.len());
        text.push_str(&format!("@@ -{},{} +{},{} @@\n", from + 1, to - from, from + 1, to - from));
        hunk(&mut text, &old[from..to], &new[from..to]);
        at = last + 1;
    }
    text
}

fn hunk(text: &mut String, old: &[&str], new: &[&str]) {
    let mut at = 0;
    while at < old.len() {
        if old[at] == new[at] {
            push(text, ' ', old[at]);
            at += 1;
            continue;
        }
        let end = (at..old.len()).find(|n| old[*n] == new[*n]).unwrap_or(old.len());
        old[at..end].iter().for_each(|line| push(text, '-', line));
        new[at..end].iter().for_each(|line| push(text, '+', line));
        at = end;
    }
}

fn push(text: &mut String, mark: char, line: &str) {
    text.push(mark);
    text.push_str(line);
    if !line.ends_with('\n') {
        text.push_str("\n\\ No newline at end of file\n");
    }
}
