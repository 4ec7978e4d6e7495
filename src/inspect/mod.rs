//! Any log file in; what it holds out: formats, levels, statuses, request ids, durations, times, and what could not be
//! read. No configuration is asked for and nothing else is read.

pub mod continues;
pub mod distinct;
pub mod durations;
pub mod files;
pub mod formats;
pub mod keys;
pub mod levels;
pub mod lines;
pub mod pending;
pub mod record;
pub mod spans;
pub mod stamp;
pub mod tally;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use files::{Encoding, Lines};
use lines::Reader;
use sha2::{Digest, Sha256};
use tally::Tally;

/// One file, looked at.
#[derive(Debug)]
pub struct Inspected {
    pub path: PathBuf,
    /// Size as it stands, packed or not.
    pub bytes: u64,
    pub tally: Tally,
    /// It is no text, and was not read.
    pub binary: bool,
}

/// What the files came to.
#[derive(Debug)]
pub struct Inspection {
    pub files: Vec<Inspected>,
    /// Files that could not be read, and why.
    pub unreadable: Vec<(PathBuf, String)>,
    /// A hash of the files: the key of the pseudonyms in what is shown of them.
    pub key: [u8; 32],
}

/// Looks at files; one that cannot be read does not stop the others.
#[must_use]
pub fn inspect(paths: &[PathBuf]) -> Inspection {
    let mut key = Sha256::new_with_prefix("cutover inspect 1");
    let mut inspection = Inspection { files: Vec::new(), unreadable: Vec::new(), key: [0; 32] };
    for (nth, path) in paths.iter().enumerate() {
        if paths[..nth].contains(path) {
            continue;
        }
        match open(path).and_then(|file| read(path, file)) {
            Ok((file, hash)) => {
                key.update(hash);
                inspection.files.push(file);
            }
            Err(error) => inspection.unreadable.push((path.clone(), error.to_string())),
        }
    }
    inspection.key = key.finalize().into();
    inspection
}

fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder; name the files in it"));
    }
    Ok(file)
}

/// Looks at one file; gives also its hash.
///
/// # Errors
/// When its beginning cannot be read.
pub fn read(path: &Path, raw: impl Read) -> io::Result<(Inspected, String)> {
    let mut lines = Lines::new(raw)?;
    let mut reader = Reader::default();
    if lines.binary.is_none() {
        let mut line = Vec::new();
        while lines.next(&mut line) {
            reader.line(&line);
        }
    }
    let (encoding, binary) = (lines.encoding, lines.binary);
    let (broken, hash, bytes) = lines.finish();
    let mut tally = reader.finish();
    if let Some(what) = binary {
        tally.remarks.insert(format!("it is binary ({what}), so no line was read"));
    } else if let Some(broken) = broken {
        tally.remarks.insert(format!("{broken}; what stands before is counted"));
    }
    if encoding != Encoding::Utf8 {
        tally.remarks.insert("the text is UTF-16".to_owned());
    }
    Ok((Inspected { path: path.to_owned(), bytes, tally, binary: binary.is_some() }, hash))
}
