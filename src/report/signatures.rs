//! The log templates of files, as plain data.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::signatures::files::Mining;

/// Version of the public JSON format of log templates.
pub const SIGNATURES_SCHEMA: &str = "cutover/signatures/1";

/// What log files are made of. Texts are redacted but never escaped: escaping is the renderer's.
#[derive(Debug, Clone, Serialize)]
pub struct SignatureList {
    pub schema: &'static str,
    pub files: Vec<SignatureFile>,
    /// Lines of all files.
    pub lines: u64,
    /// Log records: a stack trace belongs to the line before it.
    pub records: u64,
    /// Lines with nothing in them, which belong to no signature.
    pub blank: u64,
    /// Lines whose numbers are not in the lists because there are too many; the counts include them.
    pub lines_not_listed: u64,
    /// There were too many shapes of lines to hold; rare ones were told apart by their first words only.
    pub coarse: bool,
    /// The most frequent first, among equals by id.
    pub signatures: Vec<SignatureRow>,
}

/// A file that was read.
#[derive(Debug, Clone, Serialize)]
pub struct SignatureFile {
    /// As it was named.
    pub path: String,
    pub lines: u64,
    pub records: u64,
    /// Why reading stopped before the end of the file, if it did.
    pub broken: Option<String>,
}

/// A template and what it came to.
#[derive(Debug, Clone, Serialize)]
pub struct SignatureRow {
    /// The first 12 hex digits of the SHA-256 of the template.
    pub id: String,
    /// Constant words, and `<*>` for what varies.
    pub template: String,
    /// Records.
    pub count: u64,
    /// Of all records, 0 to 1.
    pub share: f64,
    /// The level of most of its records, where they have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<&'static str>,
    /// The message of its first record.
    pub example: String,
    /// The numbers of its lines, from 1, for each file by its path.
    pub lines: BTreeMap<String, Vec<u64>>,
}

impl SignatureList {
    /// The list of what was mined.
    #[must_use]
    pub fn of(mining: &Mining) -> Self {
        let files = mining.files.iter().map(|file| SignatureFile {
            path: file.path.display().to_string(),
            lines: file.lines,
            records: file.records,
            broken: file.broken.clone(),
        });
        let sum =
            |number: fn(&crate::signatures::files::MinedFile) -> u64| mining.files.iter().map(number).sum::<u64>();
        let (lines, records) = (sum(|file| file.lines), sum(|file| file.records));
        let mut rows: Vec<SignatureRow> = mining
            .signatures
            .iter()
            .zip(&mining.levels)
            .map(|(signature, level)| SignatureRow {
                id: signature.id.clone(),
                template: signature.template.clone(),
                count: signature.count,
                share: signature.count as f64 / records.max(1) as f64,
                level: *level,
                example: signature.example.clone(),
                lines: BTreeMap::new(),
            })
            .collect();
        for file in &mining.files {
            let path = file.path.display().to_string();
            for (number, place) in (1..).zip(&file.of_line) {
                if let Some(row) = place.and_then(|place| rows.get_mut(place as usize)) {
                    match row.lines.get_mut(&path) {
                        Some(numbers) => numbers.push(number),
                        None => drop(row.lines.insert(path.clone(), vec![number])),
                    }
                }
            }
        }
        SignatureList {
            schema: SIGNATURES_SCHEMA,
            files: files.collect(),
            lines,
            records,
            blank: sum(|file| file.blank),
            lines_not_listed: sum(|file| file.lines - file.of_line.len() as u64),
            coarse: mining.coarse,
            signatures: rows,
        }
    }

    /// The list as JSON, with a newline at the end.
    ///
    /// # Errors
    /// Never in practice: every value has a JSON form.
    pub fn json(&self) -> anyhow::Result<String> {
        Ok(serde_json::to_string(self)? + "\n")
    }

    /// What the list does not show, as sentences.
    #[must_use]
    pub fn gaps(&self) -> Vec<String> {
        let broken = self.files.iter().filter_map(|file| Some(format!("{}: {}", file.path, file.broken.as_ref()?)));
        let empty = self.files.iter().filter(|file| file.records == 0);
        let mut gaps: Vec<String> = broken.chain(empty.map(|file| format!("{}: holds no line", file.path))).collect();
        if self.lines_not_listed > 0 {
            gaps.push(format!("{} lines are counted, but their numbers are not listed", self.lines_not_listed));
        }
        if self.coarse {
            gaps.push(
                "there are too many shapes of lines; rare ones are told apart by their first words only".to_owned(),
            );
        }
        gaps
    }
}
