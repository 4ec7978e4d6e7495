//! Rows in, one Parquet part out: whole, or not at all.

use std::fs::File;
use std::path::{Path, PathBuf};

use anyhow::bail;
use polars::prelude::DataFrame;
use polars_io::parquet::write::{BatchedWriter, ParquetCompression, ParquetWriter};

use super::make_private;
use crate::tables::schema::TableName;

/// Writes the rows of one file as they come; the part appears whole when it is finished, or not at all.
pub struct PartWriter {
    dir: PathBuf,
    name: String,
    file: Option<tempfile::NamedTempFile>,
    batches: Option<BatchedWriter<File>>,
    rows: u64,
}

impl PartWriter {
    /// A writer for the rows of `file` of `source`.
    #[must_use]
    pub fn new(dir: &Path, table: TableName, source: &str, file: &str) -> Self {
        let hash = xxhash_rust::xxh3::xxh3_64(format!("{source}\0{file}").as_bytes());
        PartWriter {
            dir: dir.to_owned(),
            name: format!("{}/{hash:016x}.parquet", table.name()),
            file: None,
            batches: None,
            rows: 0,
        }
    }

    /// Appends rows as one row group.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn append(&mut self, frame: &DataFrame) -> anyhow::Result<()> {
        if self.batches.is_none() {
            let folder = self.dir.join(&self.name).parent().map(Path::to_owned).unwrap_or_default();
            make_private(&folder)?;
            let file = tempfile::NamedTempFile::new_in(folder)?;
            let writer = ParquetWriter::new(file.reopen()?).with_compression(ParquetCompression::Zstd(None));
            self.batches = Some(writer.batched(frame.schema())?);
            self.file = Some(file);
        }
        let Some(batches) = &mut self.batches else { bail!("the part has no writer") };
        batches.write_batch(frame)?;
        self.rows += frame.height() as u64;
        Ok(())
    }

    /// Puts the part in its place; the name below the store, or `None` when there were no rows.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(mut self) -> anyhow::Result<(Option<String>, u64)> {
        let (Some(batches), Some(file)) = (self.batches.take(), self.file.take()) else {
            return Ok((None, 0));
        };
        batches.finish()?;
        file.persist(self.dir.join(&self.name))?;
        Ok((Some(self.name), self.rows))
    }
}
