//! Earlier summaries in the reports' folder: what the last one said; a damaged one is named and passed over.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use super::week::Week;
use crate::verdict::{Call, Verdict};

/// The file of a summary's folder that is read.
pub const FILE: &str = "weekly.json";

/// What an earlier summary said.
#[derive(Debug, Clone, Default)]
pub struct Earlier {
    pub week: String,
    pub call: Option<Call>,
    pub passed: Option<u64>,
    pub as_of: Option<jiff::Timestamp>,
    /// Check → verdict.
    pub verdicts: BTreeMap<String, Verdict>,
    /// Ids of error signatures that were told as new.
    pub builds: Vec<String>,
}

/// The earlier summaries of a stage.
#[derive(Debug, Clone, Default)]
pub struct History {
    /// By week, in order.
    pub all: BTreeMap<Week, Earlier>,
    /// Those that cannot be read, as sentences.
    pub damaged: Vec<String>,
}

impl History {
    /// Reads every summary below a folder that is of this stage.
    #[must_use]
    pub fn read(folder: &Path, stage: u32) -> Self {
        let mut history = History::default();
        let Ok(entries) = std::fs::read_dir(folder) else { return history };
        let mut folders: Vec<_> = entries.flatten().map(|e| e.path()).filter(|p| p.join(FILE).is_file()).collect();
        folders.sort();
        for path in folders {
            let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let read = std::fs::read(path.join(FILE)).map_err(|e| e.to_string());
            let value = read.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).map_err(|e| e.to_string()));
            match value.map(|v| earlier(&v, stage)) {
                Ok(Ok(Some((week, held)))) => {
                    history.all.insert(week, held);
                }
                Ok(Ok(None)) => {}
                Ok(Err(why)) => history.damaged.push(damaged(&name, &why)),
                Err(why) => history.damaged.push(damaged(&name, &why)),
            }
        }
        history
    }

    /// The newest summary before a week.
    #[must_use]
    pub fn before(&self, week: Week) -> Option<(Week, &Earlier)> {
        self.all.range(..week).next_back().map(|(week, held)| (*week, held))
    }

    /// The newest week that was reported.
    #[must_use]
    pub fn latest(&self) -> Option<Week> {
        self.all.keys().next_back().copied()
    }
}

fn damaged(name: &str, why: &str) -> String {
    format!("The earlier summary {name}/{FILE} is damaged and was skipped: {why}.")
}

/// `None` for a summary of another stage.
fn earlier(value: &Value, stage: u32) -> Result<Option<(Week, Earlier)>, String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let week = text(&value["week"]).ok_or("it names no week")?;
    let parsed = Week::parse(&week).map_err(|_| format!("`{week}` is no week"))?;
    if value["meta"]["stage_number"].as_u64().ok_or("it names no stage")? != u64::from(stage) {
        return Ok(None);
    }
    let rows = value["verdicts"].as_array().ok_or("it has no verdicts")?;
    let verdict = |row: &Value| -> Option<(String, Verdict)> {
        Some((text(&row["check"])?, serde_json::from_value(row["now"].clone()).ok()?))
    };
    let builds = value["meta"]["builds"].as_array().into_iter().flatten().filter_map(text).collect();
    Ok(Some((
        parsed,
        Earlier {
            week,
            call: serde_json::from_value(value["forecast"]["call"].clone()).ok(),
            passed: value["progress"]["passed"].as_u64(),
            as_of: text(&value["meta"]["as_of"]).and_then(|t| t.parse().ok()),
            verdicts: rows.iter().filter_map(verdict).collect(),
            builds,
        },
    )))
}
