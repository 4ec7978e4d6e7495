//! Lines with a time at or near their beginning, and a level behind it or before it: most logs of servers. What the
//! parts look like tells them; names of the best-known layouts are given for people.

use super::text;
use crate::inspect::record::{Level, Record};
use crate::inspect::stamp::{self, Stamp};

/// Bytes of a line in which the time and the level stand.
const HEAD: usize = 400;
/// Words before the time, at most.
const BEFORE: usize = 3;
/// Parts between time and level, at most.
const BETWEEN: usize = 9;

/// Reads a line that has a time.
#[must_use]
pub fn read(line: &str) -> Option<Record> {
    let (start, at) = time_of(line)?;
    let before = &line[..start];
    let behind = &line[start + at.end..];
    let level = level_of(behind).or_else(|| level_before(before));
    let mut record = Record { at: Some(at), level, ..Record::new(name(line, before, behind)) };
    // `kubectl logs --timestamps` and others write a time before lines of any format.
    if behind.trim_start().starts_with('{') {
        text::within(behind.trim_start(), &mut record);
    } else {
        text::scan(behind, &mut record);
    }
    record.message = Some(behind.trim_start_matches([']', ')', ' ', '-', ',', ':', '|']).to_owned());
    Some(record)
}

/// Reads a line without a time that begins with its level: `ERROR: text`, `[warn] text`, `INFO:module:text`.
#[must_use]
pub fn level_first(line: &str) -> Option<Record> {
    let open = line.starts_with('[');
    let bare = line.strip_prefix('[').unwrap_or(line);
    let end = bare.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(bare.len());
    let (word, behind) = bare.split_at(end);
    let capitals = word.len() > 2 && word.bytes().all(|b| b.is_ascii_uppercase());
    let marked =
        if open { behind.starts_with(']') } else { behind.starts_with(':') && (capitals || behind.starts_with(": ")) };
    let plain = capitals && behind.starts_with([' ', '\t']);
    let level = Level::of(word).filter(|_| word.len() > 2 && (marked || plain))?;
    let mut record = Record { level: Some(level), ..Record::new("level and text") };
    text::scan(behind, &mut record);
    record.message = Some(behind.trim_start_matches([']', ':', ' ']).to_owned());
    Some(record)
}

/// Where the time begins, and the time.
fn time_of(line: &str) -> Option<(usize, Stamp)> {
    let mut at = 0;
    for _ in 0..=BEFORE {
        let opened = at + line[at..].bytes().take_while(|b| matches!(b, b'[' | b'(' | b'<' | b' ')).count().min(3);
        if let Some(found) = stamp::at_start(&line[opened..]) {
            return Some((opened, found));
        }
        let word = line[at..].split(' ').next()?;
        if word.is_empty() || !technical(word) || at + word.len() >= line.len().min(HEAD) {
            return None;
        }
        at += word.len() + 1;
        at += line[at..].bytes().take_while(|b| *b == b' ').count();
    }
    None
}

/// No word of a sentence: has a digit, or no small letters, or is a level in brackets or before a colon.
fn technical(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| matches!(c, '[' | ']' | ':' | ',' | '|'));
    word.bytes().any(|b| b.is_ascii_digit())
        || word.bytes().all(|b| !b.is_ascii_lowercase())
        || Level::of(bare).is_some()
}

/// A level before the time: `[INFO] 2026-…`, `E, [2026-…`.
fn level_before(before: &str) -> Option<Level> {
    before.split([' ', '[', ']', ',', '|', '(', ')']).filter(|word| !word.is_empty()).find_map(|word| {
        let word = word.trim_end_matches(':');
        Level::of(word).filter(|_| word.len() > 1 || matches!(word, "D" | "I" | "W" | "E" | "F"))
    })
}

/// The level behind the time, between parts that belong to a header.
fn level_of(text: &str) -> Option<Level> {
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let mut rest = text[..end].trim_start_matches([']', ')', '>', ',', ':']);
    for nth in 0..BETWEEN {
        let tabbed = rest.starts_with('\t');
        rest = rest.trim_start_matches([' ', '\t', '|', '-', ',', ':']);
        if rest.starts_with(['[', '(', '<']) {
            let length = group(rest)?;
            if let Some(level) = bracketed(&rest[1..length - 1]) {
                return Some(level);
            }
            rest = &rest[length..];
            continue;
        }
        let word = rest.split([' ', '\t', '|', ']']).next().filter(|word| !word.is_empty())?;
        let behind = &rest[word.len()..];
        if let Some(level) = bare(word, behind, tabbed, nth) {
            return Some(level);
        }
        let parted = [" - ", " | ", " : ", "\t"].iter().any(|mark| behind.starts_with(mark));
        let name = word.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-$/@#:".contains(&b));
        let dotted = name && word.contains('.') && !word.ends_with('.');
        if !(technical(word) && !word.starts_with('"') || dotted || (parted && name)) {
            return None;
        }
        rest = behind;
    }
    None
}

/// A word that is a level and written like one.
fn bare(word: &str, behind: &str, tabbed: bool, nth: usize) -> Option<Level> {
    let letters = word.trim_end_matches([':', ',', '|', '>', ')']);
    // `<123> `, `LEVEL/module`
    let letters = letters.split(['/', '(']).next().unwrap_or(letters);
    let level = Level::of(letters)?;
    let capitals = letters.bytes().all(|b| b.is_ascii_uppercase());
    let marked = letters.len() < word.len() || behind.trim_start().starts_with('|');
    let wide = behind.starts_with("  ") || behind.starts_with('\t');
    let fine = match letters.len() {
        // A single letter is a level between the columns of a header only.
        1 => {
            capitals
                && letters != "A"
                && letters != "N"
                && (nth > 0 || behind.trim_start().starts_with(|c: char| c.is_ascii_uppercase() || c == '['))
        }
        _ => capitals || marked || wide || tabbed,
    };
    fine.then_some(level)
}

/// `[error]`, `[core:error]`, `[INFO ]`
fn bracketed(inside: &str) -> Option<Level> {
    let inside = inside.trim();
    Level::of(inside).or_else(|| Level::of(inside.rsplit_once(':')?.1)).filter(|level| level.word.len() > 1).or_else(
        || inside.split(' ').find_map(|word| Level::of(word).filter(|l| l.word.len() > 3 && capitals(&l.word))),
    )
}

fn capitals(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_uppercase())
}

/// Bytes of the bracketed group that a text begins with, which may hold groups itself.
fn group(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'[' | b'(' | b'<' => depth += 1,
            b']' | b')' | b'>' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The name of the layout.
fn name(line: &str, before: &str, behind: &str) -> &'static str {
    let bytes = line.as_bytes();
    let digits = |from: usize, to: usize| bytes.get(from..to).is_some_and(|b| b.iter().all(u8::is_ascii_digit));
    let mark = |at: usize| bytes.get(at).copied().unwrap_or(0);
    if behind.contains("[req-") || before.contains(".log.") {
        "openstack"
    } else if before == "[" && bytes.get(1).is_some_and(u8::is_ascii_alphabetic) {
        "apache error log"
    } else if before == "[" && digits(1, 3) && mark(3) == b'.' && digits(4, 6) && mark(6) == b' ' {
        "proxifier"
    } else if before.ends_with(", [") && behind.contains("#") && behind.contains("--") {
        "ruby logger"
    } else if before.is_empty() && digits(0, 6) && mark(6) == b' ' {
        "hdfs"
    } else if before.is_empty() && digits(0, 2) && mark(2) == b'/' && mark(5) == b'/' && mark(8) == b' ' {
        "spark"
    } else if before.is_empty() && digits(0, 8) && mark(8) == b'-' && behind.starts_with('|') {
        "healthapp"
    } else if before.is_empty() && mark(4) == b'/' && behind.starts_with(" [") && behind.contains('#') {
        "nginx error log"
    } else if behind.starts_with(", ") && behind[2..].starts_with(|c: char| c.is_ascii_uppercase()) {
        "windows cbs"
    } else if behind.starts_with(" - ") && behind.matches(" - ").count() >= 3 && !behind.contains('[') {
        "python logging"
    } else if mark(19) == b',' && digits(20, 23) {
        "log4j/logback/python"
    } else if before.is_empty() {
        "time and text"
    } else {
        "prefix, time and text"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_named_and_their_levels_found() {
        for (line, format, level) in [
            ("[Mon Nov 23 10:20:30 2026] [notice] text", "apache error log", Some("info")),
            ("[Mon Nov 23 10:20:30.5 2026] [core:error] [pid 1:tid 2] text", "apache error log", Some("error")),
            ("2026/11/23 10:20:30 [warn] 12#0: *3 text", "nginx error log", Some("warn")),
            ("261123 102030 14 INFO dfs.Node$Part: text", "hdfs", Some("info")),
            ("26/11/23 10:20:30 WARN part.Name: text", "spark", Some("warn")),
            ("20261123-1:2:3:45|Step|300|text", "healthapp", None),
            ("2026-11-23 10:20:30, Info                  CBS    text", "windows cbs", Some("info")),
            ("[11.23 10:20:30] a.exe - b:80 error : text", "proxifier", None),
            ("2026-11-23 10:20:30,500 - a.b - CRITICAL - text", "python logging", Some("fatal")),
            ("2026-11-23 10:20:30,500 - WARN  [Part[id=1]/0:0:Class@77] - text", "log4j/logback/python", Some("warn")),
            ("2026-11-23 10:20:30,500 INFO [main] org.a.B: text", "log4j/logback/python", Some("info")),
            ("2026-11-23 10:20:30.500  ERROR 12 --- [  main] c.e.A  : text", "time and text", Some("error")),
            ("2026-11-23 10:20:30.500 [main] DEBUG c.e.A - text", "time and text", Some("debug")),
            ("a.log.1.2026 2026-11-23 10:20:30.008 25 INFO a.b [req-1234 - -] text", "openstack", Some("info")),
            ("E, [2026-11-23T10:20:30.500 #12] ERROR -- : text", "ruby logger", Some("error")),
            ("2026-11-23T10:20:30.500Z\tinfo\tcaller/a.go:1\ttext", "time and text", Some("info")),
            ("2026-11-23T10:20:30.500Z error: text", "time and text", Some("error")),
            ("2026-11-23T10:20:30.500+0000 I NETWORK  [conn1] text", "time and text", Some("info")),
            ("2026-11-23T10:20:30.500Z 0 [Warning] [MY-1] [Server] text", "time and text", Some("warn")),
            ("2026-11-23 10:20:30.500 UTC [12] LOG:  text", "time and text", Some("info")),
            ("[INFO] 2026-11-23 10:20:30 text", "prefix, time and text", Some("info")),
            (r#"2026-11-23T10:20:30Z {"level":50,"time":1,"msg":"m"}"#, "time and text", Some("error")),
            ("2026-11-23 10:20:30 error reading a file", "time and text", None),
            ("2026-11-23 10:20:30 I am here", "time and text", None),
            ("2026-11-23 10:20:30 the ERROR is far", "time and text", None),
        ] {
            let record = read(line).expect(line);
            assert_eq!((record.format, record.level.map(|l| l.name)), (format, level), "{line}");
        }
    }

    #[test]
    fn levels_first_are_written_like_levels() {
        for (line, level) in [
            ("ERROR: text", Some("error")),
            ("INFO:root:text", Some("info")),
            ("WARN text", Some("warn")),
            ("[debug] text", Some("debug")),
            ("error: text", Some("error")),
            ("Error reading", None),
            ("information about", None),
            ("INFORMAL text", None),
        ] {
            assert_eq!(level_first(line).and_then(|r| r.level).map(|l| l.name), level, "{line}");
        }
    }

    #[test]
    fn nothing_panics() {
        for line in [
            "",
            " ",
            "[",
            "[[[[",
            "[)",
            "é 2026",
            "2026-11-23 10:20:30",
            "2026-11-23 10:20:30 <",
            "2026-11-23 10:20:30 ([)",
        ] {
            let _ = (read(line), level_first(line));
        }
        let long = format!("2026-11-23 10:20:30 {}", "é".repeat(500));
        assert!(read(&long).is_some());
    }
}
