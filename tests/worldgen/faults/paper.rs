//! People and their words: the roster and the attestations.

use super::super::documents::items;
use super::super::write::Files;
use super::edit_files::rows;

/// Whether a row of the attestations is about the line whose text begins like this.
fn about(row: &[String], line: &str) -> bool {
    let item = items().into_iter().find(|i| i.text.starts_with(line)).unwrap_or_else(|| panic!("no line {line:?}"));
    row[1] == item.anchor || row[1].replace('`', "") == item.text.replace('`', "")
}

/// What a tester, or the owner, says about a line; all testers where `by` is empty.
pub(crate) fn says(files: &mut Files, by: &str, line: &str, result: &str) {
    change(files, by, line, |row| result.clone_into(&mut row[2]));
}

/// When it is said.
pub(crate) fn says_at(files: &mut Files, by: &str, line: &str, at: &str) {
    change(files, by, line, |row| at.clone_into(&mut row[4]));
}

/// Somebody else says it.
pub(crate) fn said_by(files: &mut Files, by: &str, line: &str, other: &str) {
    change(files, by, line, |row| other.clone_into(&mut row[0]));
}

fn change(files: &mut Files, by: &str, line: &str, change: impl Fn(&mut Vec<String>)) {
    rows(files, "attestations.csv", |rows| {
        let of = |row: &&mut Vec<String>| (by.is_empty() || row[0] == by) && about(row, line);
        for row in rows.iter_mut().skip(1).filter(of) {
            change(row);
        }
    });
}

/// Nothing is said about a line.
pub(crate) fn silent(files: &mut Files, by: &str, line: &str) {
    rows(files, "attestations.csv", |rows| rows.retain(|row| !((by.is_empty() || row[0] == by) && about(row, line))));
}

/// A person attests nothing at all.
pub(crate) fn mute(files: &mut Files, by: &str) {
    rows(files, "attestations.csv", |rows| rows.retain(|row| row[0] != by));
}

/// A second word of the same person about the same line.
pub(crate) fn says_again(files: &mut Files, by: &str, line: &str, result: &str, at: &str) {
    rows(files, "attestations.csv", |rows| {
        let mut row = rows.iter().skip(1).find(|row| row[0] == by && about(row, line)).expect("a word").clone();
        (row[2], row[4]) = (result.to_owned(), at.to_owned());
        rows.push(row);
    });
}

/// A row of the roster.
pub(crate) fn enlist(files: &mut Files, code: &str, user: &str, platform: &str) {
    rows(files, "testers.csv", |rows| {
        let cells = [code, user, &format!("{code}@harbour.example"), "Pixel 9", "Android 16", platform, "8"];
        rows.push(cells.iter().map(|cell| (*cell).to_owned()).collect());
    });
}

/// Takes people off the roster.
pub(crate) fn strike(files: &mut Files, is: impl Fn(&[String]) -> bool) {
    rows(files, "testers.csv", |rows| {
        let header = rows.remove(0);
        rows.retain(|row| !is(row));
        rows.insert(0, header);
    });
}
