//! A patch and a document that it does not fit any more in, the lines that differ out.

use super::refusal::{Problem, Refusal};

/// Longest piece of a line that is shown.
const SHOWN: usize = 80;

/// Why a patch does not fit: the first line that it counts on and that reads otherwise, with where it stands now.
pub fn misfit(diff: &str, text: &str) -> Refusal {
    let now: Vec<&str> = text.lines().collect();
    let hint = "Run `cutover signoff` again: its packet is of the documents as they are now.";
    let differs = expected(diff).find(|(line, said)| now.get(line - 1) != Some(said));
    let Some((line, said)) = differs else {
        let what = "the file was changed since the packet, elsewhere than where the edit goes";
        return Refusal { problems: vec![Problem::at(0, 0, what, hint)] };
    };
    let shown: String = said.chars().filter(|c| !c.is_control()).take(SHOWN).collect();
    let places: Vec<String> =
        now.iter().enumerate().filter(|(_, l)| **l == said).map(|(n, _)| (n + 1).to_string()).take(4).collect();
    let place = match places.as_slice() {
        [] => "it is gone now".to_owned(),
        [one] => format!("it stands on line {one} now"),
        more => format!("it stands on lines {} now", more.join(" and ")),
    };
    let what = format!("the file was changed since the packet: \"{shown}\" stood here, {place}");
    Refusal { problems: vec![Problem::at(line as u64, line as u64, what, hint)] }
}

/// Lines that a patch counts on, by their numbers from 1.
fn expected(diff: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut next = 0;
    diff.lines().filter_map(move |line| {
        if let Some(numbers) = line.strip_prefix("@@ -") {
            next = numbers.split([',', ' ']).next().and_then(|n| n.parse().ok()).unwrap_or(0);
            return None;
        }
        let said = line.strip_prefix([' ', '-']).filter(|_| next > 0)?;
        next += 1;
        Some((next - 1, said))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_moved_is_named_with_both_places() {
        let diff = "--- a/x\n+++ b/x\n@@ -2,2 +2,2 @@\n one\n-two\n+Two\n";
        let why = |text: &str| misfit(diff, text).to_string();
        assert!(
            why("0\n1\none\ntwo\n")
                .contains("line 2: the file was changed since the packet: \"one\" stood here, it stands on line 3 now")
        );
        assert!(
            why("0\none\n")
                .contains("line 3: the file was changed since the packet: \"two\" stood here, it is gone now")
        );
        assert!(why("0\none\ntwo\nmore\n").contains("elsewhere than where the edit goes"));
    }
}
