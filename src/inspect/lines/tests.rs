use super::*;

fn tally(text: &str) -> Tally {
    let mut reader = Reader::default();
    text.split_inclusive('\n').for_each(|line| reader.line(line.as_bytes()));
    let tally = reader.finish();
    assert_eq!(tally.parsed + tally.continuations + tally.blank + tally.rejected, tally.lines, "{text}");
    tally
}

/// Parsed, continuations, blank, rejected, records.
fn counts(text: &str) -> [u64; 5] {
    let t = tally(text);
    [t.parsed, t.continuations, t.blank, t.rejected, t.records]
}

#[test]
fn stacks_belong_to_the_record_before_and_junk_is_rejected() {
    let text =
        "2026-11-23 10:20:30,500 ERROR a.B - no\njava.lang.RuntimeException: x\n\tat a.B.c(B.java:1)\n\nwhat is this\n";
    assert_eq!(counts(text), [1, 2, 1, 1, 1]);
    assert_eq!(tally(text).first_rejected[0].line, 5);
    assert_eq!(
        counts("Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nOops: no\njunk it is\n"),
        [1, 2, 0, 1, 1]
    );
    assert_eq!(counts("\tat a.B.c(B.java:1)\nERROR: x\n"), [1, 0, 0, 1, 1]);
}

#[test]
fn json_may_be_torn_pretty_or_a_list() {
    let whole = "{\"time\":\"2026-11-23T10:20:30Z\",\"msg\":\"a\"}\n";
    assert_eq!(counts(&format!("{whole}{{\"time\":\"2026-11\n{whole}")), [2, 0, 0, 1, 2]);
    assert_eq!(counts(&format!("{whole}{{\"time\":1,\n{whole}")), [2, 0, 0, 1, 2]);
    assert_eq!(
        counts("{\n  \"time\": \"2026-11-23T10:20:30Z\",\n\n  \"msg\": \"a\"\n}\n{\n \"msg\": \"b\"\n}\n"),
        [2, 5, 1, 0, 2]
    );
    assert_eq!(counts("[\n{\"time\":\"2026-11-23T10:20:30Z\",\"msg\":\"a\"},\n{\"msg\":\"b\"}\n]"), [1, 3, 0, 0, 2]);
    assert_eq!(counts("{\"a\":1}\n[]\nnull\n{\n\"a\": 1\n}\n"), [2, 0, 0, 4, 2]);
    assert_eq!(counts("{\"msg\":\"half \\ud800\"}\n"), [1, 0, 0, 0, 1]);
    assert_eq!(
        counts("2026-11-23 10:20:30 dump follows\n{\n  \"a\": 1\n}\n2026-11-23 10:20:31 end\n"),
        [2, 3, 0, 0, 2]
    );
    assert_eq!(counts("{\n{\n{\n[\n"), [4, 0, 0, 0, 4]);
}

#[test]
fn parts_of_a_containers_line_are_one_record() {
    let head = "2026-11-23T10:20:30.5Z stdout";
    let text = format!("{head} P {{\"level\":50,\n{head} F \"msg\":\"m\"}}\n{head} F plain\n{head} P torn");
    let tally = tally(&text);
    assert_eq!([tally.parsed, tally.continuations, tally.records], [3, 1, 3]);
    assert_eq!(tally.levels.get("error"), Some(&1));
}

#[test]
fn tables_count_their_line_of_names_as_known_but_not_as_a_record() {
    let text = "time,level,msg\n2026-11-23T10:20:30Z,warn,a\n2026-11-23T10:20:31Z,info,\"b\nc\"\nshort\n";
    assert_eq!(counts(text), [3, 1, 0, 1, 2]);
    assert_eq!(counts("time,msg\n2026-11-23T10:20:31Z,\"b\nc\n"), [1, 0, 0, 2, 0]);
    let w3c = "#Software: x\n#Fields: date time sc-status\n2026-11-23 10:20:30 200\n";
    assert_eq!((counts(w3c), tally(w3c).statuses.len()), ([3, 0, 0, 0, 1], 1));
}

#[test]
fn crash_reports_are_one_record() {
    let ips = "{\"app_name\":\"a\",\"bug_type\":\"309\",\"timestamp\":\"2026-11-23 10:20:31.00 +0100\"}\n{\n  \"captureTime\" : \"2026-11-23 10:20:30.1234 +0100\",\n  \"pid\" : 1\n}\n";
    let tally_of = tally(ips);
    assert_eq!((counts(ips), tally_of.main_format()), ([1, 4, 0, 0, 1], Some("apple crash report (.ips)")));
    assert_eq!(tally_of.span.from.map(|t| t.to_string()).as_deref(), Some("2026-11-23T09:20:30.1234Z"));
    let crash = "Incident Identifier: 0B1A2C3D-1111-4222-8333-444455556666\nProcess: a [1]\nDate/Time: 2026-11-23 10:20:30.5 +0100\n\nThread 0:\n0   a  0x1 main + 4\nEOF\n";
    assert_eq!(counts(&format!("{crash}{crash}")), [2, 10, 2, 0, 2]);
    assert_eq!(tally(crash).span.to.map(|t| t.to_string()).as_deref(), Some("2026-11-23T09:20:30.5Z"));
}

#[test]
fn journald_exports_may_hold_binary_values() {
    let mut bytes = b"__REALTIME_TIMESTAMP=1795429230500000\nPRIORITY=3\nMESSAGE\n".to_vec();
    bytes.extend_from_slice(&7_u64.to_le_bytes());
    bytes.extend_from_slice(b"a\n\nb=c\n\n\n__REALTIME_TIMESTAMP=1795429231500000\nPRIORITY=6\nMESSAGE=x\n");
    let mut reader = Reader::default();
    bytes.split_inclusive(|b| *b == b'\n').for_each(|line| reader.line(line));
    let tally = reader.finish();
    assert_eq!([tally.parsed, tally.records, tally.rejected, tally.blank], [2, 2, 0, 1]);
    assert_eq!(tally.levels, [("error", 1), ("info", 1)].into());
    assert_eq!(tally.parsed + tally.continuations + tally.blank, tally.lines);
}

#[test]
fn endings_zeros_and_colours_do_not_matter() {
    let text = "\0\0\0\u{1b}[32m2026-11-23 10:20:30 INFO a\u{1b}[0m\r\n2026-11-23 10:20:31 WARN b";
    let tally = tally(text);
    assert_eq!((tally.parsed, tally.levels.len(), tally.remarks.len()), (2, 2, 2));
}

#[test]
fn lines_within_lines_do_not_nest_without_end() {
    for piece in ["a | ", "2026-11-23T10:20:30Z stdout F ", "[", "{\"a\":", "<14>1 ", "2026-11-23 10:20:30 [", "- "] {
        assert_eq!(tally(&piece.repeat(200_000)).lines, 1, "{piece}");
    }
}

/// A generator without state outside: the same numbers every time.
fn random(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *seed >> 33
}

#[test]
fn whatever_the_bytes_the_four_counts_add_up() {
    const PIECES: [&[u8]; 24] = [
        b"{",
        b"}",
        b"[",
        b"\"",
        b",\n",
        b"\n",
        b"\r\n",
        b" ",
        b"2026-11-23 10:20:30",
        b" ERROR ",
        b"time,msg",
        b"\xff\xfe",
        b"\0",
        b"__CURSOR=x\n",
        b"MESSAGE\n",
        b"Incident Identifier: 0B1A2C3D-1111-4222-8333-444455556666\n",
        b"EOF\n",
        b"2026-11-23T10:20:30Z stdout P ",
        b"{\"msg\":\"a\"}",
        b"level=info msg=\"",
        b"Traceback (most recent call last):\n",
        b"192.0.2.1 - - [23/Nov/2026:10:20:30 +0000] \"GET",
        b"#Fields: date time\n",
        "é😀".as_bytes(),
    ];
    let mut seed = 4;
    for _ in 0..3000 {
        let mut bytes = Vec::new();
        for _ in 0..random(&mut seed) % 40 {
            match random(&mut seed) % 30 {
                n if n < 24 => bytes.extend_from_slice(PIECES[n as usize]),
                n => bytes.push((random(&mut seed) + n) as u8),
            }
        }
        let mut reader = Reader::default();
        bytes.split_inclusive(|b| *b == b'\n').for_each(|line| reader.line(line));
        let tally = reader.finish();
        let sum = tally.parsed + tally.continuations + tally.blank + tally.rejected;
        assert_eq!(sum, tally.lines, "{:?}", String::from_utf8_lossy(&bytes));
        assert_eq!(tally.formats.values().sum::<u64>(), tally.parsed);
        assert_eq!(tally.reasons.values().sum::<u64>(), tally.rejected);
    }
}
