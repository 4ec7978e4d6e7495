//! Single rows of a part, for whoever asks what a number rests on when there is no file to read again.

use std::collections::BTreeMap;
use std::fs::File;

use anyhow::Context;
use polars::prelude::{AnyValue, DataFrame};
use polars_io::SerReader;
use polars_io::parquet::read::ParquetReader;
use serde_json::{Map, Value};

use super::{Evidence, FileRecord};

/// Columns that say where a row comes from and not what it says.
const PLACE: [&str; 3] = ["source", "file", "line"];

impl Evidence {
    /// The stored rows of these lines of a record, each as a JSON object of what is known; by line.
    ///
    /// # Errors
    /// When the part is missing or damaged.
    pub fn rows(&self, record: &FileRecord, wanted: &[u64]) -> anyhow::Result<BTreeMap<u64, String>> {
        let Some(part) = &record.part else { return Ok(BTreeMap::new()) };
        let path = self.dir().join(part);
        let file = File::open(&path).with_context(|| format!("evidence part {} is missing", path.display()))?;
        let frame = ParquetReader::new(file)
            .finish()
            .with_context(|| format!("evidence part {} is damaged", path.display()))?;
        let lines = frame.column("line")?.i64()?;
        let mut found = BTreeMap::new();
        for (row, line) in lines.iter().enumerate() {
            let line = line.and_then(|line| u64::try_from(line).ok());
            if let Some(line) = line.filter(|line| wanted.contains(line)) {
                found.entry(line).or_insert_with(|| object(&frame, row));
            }
        }
        Ok(found)
    }
}

fn object(frame: &DataFrame, row: usize) -> String {
    let mut object = Map::new();
    for column in frame.columns().iter().filter(|column| !PLACE.contains(&column.name().as_str())) {
        let value = match column.get(row) {
            Ok(AnyValue::String(text)) => Value::from(text),
            Ok(AnyValue::StringOwned(text)) => Value::from(text.as_str()),
            Ok(AnyValue::Int64(n)) => Value::from(n),
            Ok(AnyValue::Float64(x)) => Value::from(x),
            _ => continue,
        };
        object.insert(column.name().to_string(), value);
    }
    Value::Object(object).to_string()
}
