//! Lines in, a transcript that only grows out; a run that was killed in the middle of a line costs that line only.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;

use crate::evidence;
use crate::report::probing::ProbeLine;

/// How often another run's lock is waited for, and how long each time.
const WAITS: u32 = 250;
const WAIT: Duration = Duration::from_millis(20);

/// Adds a line at the end of a transcript, in one write; makes the file (mode 0600) and its folder where there is none.
///
/// # Errors
/// When it cannot be written.
pub(super) fn append(path: &Path, line: &ProbeLine) -> anyhow::Result<()> {
    let mut text = serde_json::to_vec(line)?;
    text.push(b'\n');
    add(path, &text).with_context(|| format!("the transcript {} cannot be written", path.display()))
}

fn add(path: &Path, line: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        evidence::make_private(folder)?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true).read(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    hold(&file)?;
    let torn = !ends_a_line(&mut file)?;
    let whole: Vec<u8> = torn.then_some(b'\n').into_iter().chain(line.iter().copied()).collect();
    let written = file.write(&whole)?;
    if written < whole.len() {
        return Err(std::io::Error::new(std::io::ErrorKind::StorageFull, "only a part of the line could be written"));
    }
    Ok(())
}

/// Holds other runs off until the file is closed. Where the disk knows no locks, one write per line has to do.
fn hold(file: &File) -> std::io::Result<()> {
    for _ in 0..WAITS {
        match file.try_lock() {
            Ok(()) | Err(std::fs::TryLockError::Error(_)) => return Ok(()),
            Err(std::fs::TryLockError::WouldBlock) => std::thread::sleep(WAIT),
        }
    }
    Err(std::io::Error::new(std::io::ErrorKind::WouldBlock, "another program has locked it for more than five seconds"))
}

fn ends_a_line(file: &mut File) -> std::io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(true);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last == *b"\n")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::add;

    #[test]
    fn lines_of_many_writers_stay_whole_and_a_torn_one_is_closed() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/er/live.jsonl");
        add(&path, b"{\"torn\":").expect("written");
        std::thread::scope(|scope| {
            for n in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    for m in 0..50 {
                        let line = format!("{{\"n\":{n},\"m\":{m},\"x\":\"{}\"}}\n", "y".repeat(9_000));
                        add(path, line.as_bytes()).expect("written");
                    }
                });
            }
        });
        let text = std::fs::read_to_string(&path).expect("a text");
        let (torn, rest) = text.split_once('\n').expect("lines");
        assert_eq!(torn, "{\"torn\":");
        let whole: BTreeSet<(u64, u64)> = rest
            .lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
            .map(|line| (line["n"].as_u64().expect("n"), line["m"].as_u64().expect("m")))
            .collect();
        assert_eq!((whole.len(), rest.lines().count(), text.ends_with('\n')), (400, 400, true));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &std::path::Path| std::fs::metadata(path).expect("there").permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().expect("a folder"))), (0o600, 0o700));
        }
    }
}
