//! An archive in, the XML reports in it out; no more bytes than allowed, and nothing is written anywhere.

use std::io::{Cursor, Read};

use zip::ZipArchive;

/// Entries that are looked at.
const MOST_ENTRIES: usize = 5000;
/// Unpacked bytes of one report, and of all.
const MOST_BYTES: u64 = 32 << 20;
const MOST_BYTES_OF_ALL: u64 = 128 << 20;

/// A report's name and text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Report {
    pub(super) name: String,
    pub(super) text: String,
}

/// What an archive held, by name.
#[derive(Debug, Default)]
pub(super) struct Unpacked {
    pub(super) reports: Vec<Report>,
    /// What was left out, as sentences.
    pub(super) lacks: Vec<String>,
}

/// Unpacks every `*.xml`.
///
/// # Errors
/// A sentence: it is no archive, or has too many entries.
pub(super) fn reports(bytes: &[u8]) -> Result<Unpacked, String> {
    let mut archive =
        ZipArchive::new(Cursor::new(bytes)).map_err(|error| format!("the artifact is no archive: {error}"))?;
    if archive.len() > MOST_ENTRIES {
        return Err(format!("the artifact holds {} files, more than {MOST_ENTRIES}", archive.len()));
    }
    let mut unpacked = Unpacked::default();
    let mut left = MOST_BYTES_OF_ALL;
    for at in 0..archive.len() {
        let (name, read) = match archive.by_index(at) {
            Ok(entry) if entry.is_dir() || !entry.name().to_ascii_lowercase().ends_with(".xml") => continue,
            Ok(entry) => {
                let name: String = entry.name().chars().filter(|c| !c.is_control()).take(200).collect();
                let inside = entry.enclosed_name().is_some();
                (name, if inside { text(entry, left) } else { Err("its name leads out of the archive".to_owned()) })
            }
            Err(error) => (format!("file {}", at + 1), Err(error.to_string())),
        };
        match read {
            Ok(text) => {
                left -= text.len() as u64;
                unpacked.reports.push(Report { name, text });
            }
            Err(why) => unpacked.lacks.push(format!("{name} in the artifact was not read: {why}")),
        }
    }
    unpacked.reports.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(unpacked)
}

/// The text of an entry, whatever size its header gives.
fn text(entry: impl Read, left: u64) -> Result<String, String> {
    let most = MOST_BYTES.min(left);
    let mut bytes = Vec::new();
    entry.take(most + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    if bytes.len() as u64 > most {
        return Err(format!("it is larger than {most} bytes"));
    }
    String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in files {
            zip.start_file(*name, SimpleFileOptions::default()).expect("a file");
            zip.write_all(bytes).expect("memory");
        }
        zip.finish().expect("an archive").into_inner()
    }

    #[test]
    fn reports_come_by_name_and_what_is_odd_is_named() {
        let large = vec![b' '; (MOST_BYTES + 1) as usize];
        let files: [(&str, &[u8]); 6] = [
            ("b/two.XML", b"<b/>"),
            ("notes.txt", b"no report"),
            ("a.xml", b"<a/>"),
            ("../../out.xml", b"<c/>"),
            ("latin.xml", b"<d a='\xe9'/>"),
            ("large.xml", &large),
        ];
        let unpacked = reports(&archive(&files)).expect("an archive");
        let names: Vec<&str> = unpacked.reports.iter().map(|r| r.name.as_str()).collect();
        assert_eq!(names, ["a.xml", "b/two.XML"]);
        assert_eq!(unpacked.lacks.len(), 3, "{:?}", unpacked.lacks);
        assert!(unpacked.lacks.iter().any(|l| l.starts_with("large.xml") && l.contains("larger than")));
        assert!(unpacked.lacks.iter().any(|l| l.starts_with("../../out.xml") && l.contains("leads out")));
    }

    #[test]
    fn what_is_no_archive_or_is_damaged_is_said() {
        assert!(reports(b"<html>").is_err());
        let mut broken = archive(&[("a.xml", b"<testsuite name='a'><testcase name='b'/></testsuite>")]);
        let at = broken.windows(5).position(|w| w == b"a.xml").expect("the name") + 8;
        broken[at] ^= 0xff;
        let unpacked = reports(&broken).expect("its directory is whole");
        assert_eq!((unpacked.reports.len(), unpacked.lacks.len()), (0, 1));
    }
}
