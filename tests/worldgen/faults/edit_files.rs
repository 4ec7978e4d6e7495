//! Tools for changing the files of a world.

use serde_json::Value;

use super::super::write::{Content, Files};

/// The paths that begin like this.
pub(crate) fn paths(files: &Files, begin: &str) -> Vec<String> {
    let all: Vec<String> = files.0.keys().filter(|path| path.starts_with(begin)).cloned().collect();
    assert!(!all.is_empty(), "there is a file {begin}");
    all
}

/// The text of a file.
pub(crate) fn text<'f>(files: &'f mut Files, path: &str) -> &'f mut String {
    match files.0.get_mut(path) {
        Some(Content::Text(text)) => text,
        other => panic!("{path} is no text: {other:?}"),
    }
}

/// Appends to the one file that begins like this.
pub(crate) fn append(files: &mut Files, begin: &str, more: &str) {
    let path = paths(files, begin).remove(0);
    text(files, &path).push_str(more);
}

/// Replaces a text in all files that begin like this; it must be there.
pub(crate) fn replace(files: &mut Files, begin: &str, from: &str, to: &str) {
    let mut changed = false;
    for path in paths(files, begin) {
        let text = text(files, &path);
        if text.contains(from) {
            changed = true;
            *text = text.replace(from, to);
        }
    }
    assert!(changed, "{from:?} stands in {begin}");
}

/// Rewrites the lines of all files that begin like this: none, one or more in place of each; something must change.
pub(crate) fn lines(files: &mut Files, begin: &str, mut each: impl FnMut(&str) -> Vec<String>) {
    let mut changed = false;
    for path in paths(files, begin) {
        let text = text(files, &path);
        let new: String = text.lines().flat_map(&mut each).flat_map(|line| [line, "\n".to_owned()]).collect();
        changed |= new != *text;
        *text = new;
    }
    assert!(changed, "the fault changes {begin}");
}

/// Drops the lines of all files that begin like this for which `is` holds.
pub(crate) fn drop_lines(files: &mut Files, begin: &str, is: impl Fn(&str) -> bool) {
    lines(files, begin, |line| if is(line) { Vec::new() } else { vec![line.to_owned()] });
}

/// Takes away all files that begin like this.
pub(crate) fn remove(files: &mut Files, begin: &str) {
    for path in paths(files, begin) {
        files.0.remove(&path);
    }
}

/// Changes a JSON file.
pub(crate) fn json(files: &mut Files, path: &str, change: impl FnOnce(&mut Value)) {
    let text = text(files, path);
    let mut value: Value = serde_json::from_str(text).expect("JSON");
    change(&mut value);
    let new = serde_json::to_string_pretty(&value).expect("JSON") + "\n";
    assert_ne!(*text, new, "the fault changes {path}");
    *text = new;
}

/// Changes the rows of a CSV file, its header included.
pub(crate) fn rows(files: &mut Files, path: &str, change: impl FnOnce(&mut Vec<Vec<String>>)) {
    let text = text(files, path);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let read = |record: Result<csv::StringRecord, csv::Error>| -> Vec<String> {
        record.expect("a row").iter().map(str::to_owned).collect()
    };
    let mut all: Vec<Vec<String>> = reader.records().map(read).collect();
    let before = all.clone();
    change(&mut all);
    assert_ne!(before, all, "the fault changes {path}");
    let (header, rows) = all.split_first().expect("a header");
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    *text = super::super::table::csv(&header, rows);
}
