//! Formats of servers that share a shape with nothing else: klog and glog, containers' lines, supercomputers, gin.

use super::text;
use crate::inspect::levels;
use crate::inspect::record::{self, Level, Record};
use crate::inspect::stamp::{self, Stamp};

/// `W1123 10:20:30.500000       7 file.go:12] text`
#[must_use]
pub fn klog(line: &str) -> Option<Record> {
    let letter = line.get(..1).filter(|l| matches!(*l, "I" | "W" | "E" | "F"))?;
    let at = stamp::after_glog_letter(&line[1..])?;
    let (head, message) = line[1 + at.end..].split_once("] ").unwrap_or((&line[1 + at.end..], ""));
    let (_, place) = head.trim().trim_end_matches(']').rsplit_once(' ')?;
    place.rsplit_once(':').filter(|(_, n)| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))?;
    let mut record = Record { at: Some(at), level: Level::of(letter), ..Record::new("klog/glog") };
    text::scan(message, &mut record);
    record.message = Some(message.to_owned());
    Some(record)
}

/// The name of the format of containers' lines.
pub const CONTAINER: &str = "cri (containers)";

/// The parts of `2026-11-23T10:20:30.5Z stdout F text`: time, whether the line ends here, text.
#[must_use]
pub fn container_parts(line: &str) -> Option<(Stamp, bool, &str)> {
    let at = stamp::at_start(line)?;
    let rest = line[at.end..].strip_prefix(' ')?;
    let rest = rest.strip_prefix("stdout ").or_else(|| rest.strip_prefix("stderr "))?;
    let (tags, message) = rest.split_once(' ').unwrap_or((rest, ""));
    match tags.split(':').next() {
        Some("F") => Some((at, true, message)),
        Some("P") => Some((at, false, message)),
        _ => None,
    }
}

/// A container's line, whole or not.
#[must_use]
pub fn container(line: &str) -> Option<Record> {
    let (at, _, message) = container_parts(line)?;
    Some(contained(at, message))
}

/// The record of a container's text.
#[must_use]
pub fn contained(at: Stamp, message: &str) -> Record {
    let mut record = Record { at: Some(at), ..Record::new(CONTAINER) };
    // One container's line within another would make depth a matter of the line's length.
    if container_parts(message).is_none() {
        text::within(message, &mut record);
    }
    record.message = Some(message.to_owned());
    record
}

/// `- 1117838570 2005.06.03 node …` (BGL, Thunderbird, Spirit, Liberty) and `134681 node-246 part state 1077804742 1 …`
/// (HPC): the seconds since the epoch are the time, whatever clock stands beside them.
#[must_use]
pub fn supercomputer(line: &str) -> Option<Record> {
    let words: Vec<&str> = line.split_ascii_whitespace().take(9).collect();
    let epoch = |word: Option<&&str>| word.filter(|w| w.len() == 10).and_then(|w| stamp::from_epoch(w));
    let label = |word: &str| word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-_".contains(&b));
    let dotted = words.get(2).is_some_and(|w| w.len() == 10 && w.bytes().filter(|b| *b == b'.').count() == 2);
    if dotted && label(words[0]) {
        let at = Stamp::of_instant(epoch(words.get(1))?, 0);
        let written =
            words.get(8).filter(|w| w.bytes().all(|b| b.is_ascii_uppercase()) && words.get(6) == Some(&"RAS"));
        return Some(Record {
            at: Some(at),
            level: written.and_then(|word| Level::of(word)),
            message: Some(line.to_owned()),
            ..Record::new("supercomputer (bgl and kin)")
        });
    }
    let numbered = words.first()?.bytes().all(|b| b.is_ascii_digit());
    let flag = words.get(5).is_some_and(|w| w.len() == 1 && w.bytes().all(|b| b.is_ascii_digit()));
    if !(numbered && flag) {
        return None;
    }
    let at = Stamp::of_instant(epoch(words.get(4))?, 0);
    Some(Record { at: Some(at), message: Some(line.to_owned()), ..Record::new("supercomputer (hpc)") })
}

/// `[GIN] 2026/11/23 - 10:20:30 | 200 |     1.5ms |  192.0.2.1 | GET      "/path"`
#[must_use]
pub fn gin(line: &str) -> Option<Record> {
    let rest = line.strip_prefix("[GIN] ")?;
    let at = stamp::at_start(rest)?;
    let mut columns = rest[at.end..].split('|').skip(1);
    let status = columns.next()?.trim().parse().ok().and_then(record::status)?;
    let duration_ms = record::duration(columns.next()?);
    Some(Record { at: Some(at), status: Some(status), duration_ms, ..Record::new("gin") })
}

/// The level of the number `<PRI>` that a line of syslog begins with.
#[must_use]
pub fn of_pri(pri: &str) -> Option<Level> {
    let number: i64 = pri.parse().ok().filter(|n| (0..192).contains(n))?;
    Some(Level { name: levels::of_severity(number % 8)?, word: (number % 8).to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_lines_are_read() {
        let klog = klog("E1123 10:20:30.500000       7 a.go:12] failed requestID=r1").expect("klog");
        assert_eq!((klog.level.map(|l| l.name), klog.request_id.as_deref()), (Some("error"), Some("r1")));
        let cri = container(r#"2026-11-23T10:20:30.5Z stdout F {"level":50,"time":1,"msg":"m"}"#).expect("cri");
        assert_eq!(cri.level.map(|l| l.name), Some("error"));
        assert!(container_parts("2026-11-23T10:20:30.5Z stderr P part").is_some_and(|(_, whole, _)| !whole));
        let gin = gin("[GIN] 2026/11/23 - 10:20:30 | 200 |     1.5ms |  192.0.2.1 | GET      \"/path\"").expect("gin");
        assert_eq!((gin.status, gin.duration_ms), (Some(200), Some(1.5)));
    }

    #[test]
    fn supercomputers_count_seconds() {
        let bgl =
            supercomputer("- 1795429230 2026.11.23 R0 2026-11-23-02.20.30.5 R0 RAS KERNEL FATAL bad").expect("bgl");
        assert_eq!(bgl.level.map(|l| l.name), Some("fatal"));
        assert!(supercomputer("12 node-1 unix.hw net 1795429230 1 text").is_some());
        assert_eq!(supercomputer("12 bottles of beer on 1 wall"), None);
    }
}
