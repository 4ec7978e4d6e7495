//! Log templates as a table.

use std::fmt::Write;

use super::{Paint, WIDTH, cut};
use crate::render::figures::count;
use crate::report::signatures::SignatureList;

/// Rows shown without `all`.
const MOST: usize = 40;
/// Columns before the template.
const BEFORE: usize = 34;

/// The templates with their counts and a line of totals; with `all` also the rare ones.
#[must_use]
pub fn render(list: &SignatureList, all: bool, paint: Paint) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "{}", paint.bold(&format!("{:>10}  {:>6}  {:<12}  template", "records", "share", "id")));
    let shown = if all { list.signatures.len() } else { MOST };
    for row in list.signatures.iter().take(shown) {
        let share = format!("{:.1} %", row.share * 100.0);
        let template = cut(&row.template, WIDTH - BEFORE);
        let _ = writeln!(out, "{:>10}  {share:>6}  {}  {template}", count(row.count), paint.dim(&row.id));
    }
    let rare: u64 = list.signatures.iter().skip(shown).map(|row| row.count).sum();
    if rare > 0 {
        let more = count((list.signatures.len() - shown) as u64);
        let _ = writeln!(out, "{:>10}  in {more} more templates, which --all shows", count(rare));
    }
    let files = if list.files.len() == 1 { "1 file".to_owned() } else { format!("{} files", list.files.len()) };
    let (records, lines) = (count(list.records), count(list.lines));
    let templates = count(list.signatures.len() as u64);
    let _ = writeln!(out, "{records:>10}  records in {lines} lines of {files}: {templates} templates");
    out
}
