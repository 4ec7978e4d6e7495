//! The sample's logs, wrapped as each carrier wraps them, come to the verdicts of the plain files.

use std::fmt::Write as _;
use std::io::Read;

use serde_json::{Value, json};

use crate::support::{MOBILE_BETA, Scratch, files};

/// Wraps one line that was written at a time (milliseconds): how it stands in the file.
type Wrap = fn(&mut Vec<u8>, &[u8], i64);

const CARRIERS: [(&str, Wrap); 5] =
    [("docker", docker), ("cri", cri), ("journal json", journal), ("journal export", export), ("otlp", otlp)];

#[test]
fn wrapped_logs_come_to_the_same_verdicts() {
    let plain = MOBILE_BETA.0.json("packet/signoff.json");
    // Each carrier wraps some days of each source, in the second turn others.
    for turn in 0..2 {
        let wrapped = signed_off(turn);
        same_verdicts(&wrapped, &plain);
        for (wrapped, plain) in coverage(&wrapped).iter().zip(coverage(&plain)) {
            assert_eq!(wrapped.0, plain.0, "turn {turn}");
            // A text without a time is nothing in a plain file; its carrier gives it one.
            assert!((plain.1..plain.1 + 5).contains(&wrapped.1), "turn {turn}: {wrapped:?} {plain:?}");
        }
    }
}

fn signed_off(turn: usize) -> Value {
    let scratch = Scratch::sample("mobile-beta");
    let logs = scratch.path().join("logs");
    for (n, file) in files(&logs).iter().enumerate() {
        let (name, wrap) = CARRIERS[(n + 2 * turn) % CARRIERS.len()];
        let file = format!("logs/{}", file.display());
        let mut wrapped = Vec::new();
        let mut at = 1_788_000_000_000;
        for line in unpacked(&scratch.read(&file)).split(|b| *b == b'\n') {
            at = time(line).unwrap_or(at);
            wrap(&mut wrapped, line, at);
        }
        assert!(wrapped.len() > 200, "{name} has something to wrap in {file}");
        scratch.write(&file, wrapped);
    }
    scratch.run(&["signoff", "--format", "json", "--out", "packet"]).ends(0);
    scratch.json("packet/signoff.json")
}

/// What the decision and every line, check and trigger came to, and why.
fn verdicts(packet: &Value) -> Vec<String> {
    let mut all = vec![packet["decision"].to_string()];
    for (part, fields) in [
        ("items", ["id", "verdict", "reason"]),
        ("checks", ["id", "verdict", "sentence"]),
        ("triggers", ["condition", "verdict", "sentence"]),
    ] {
        for entry in packet[part].as_array().expect("entries") {
            assert!(entry["verdict"].is_string());
            all.push(fields.map(|field| entry[field].to_string()).join(" "));
        }
    }
    assert!(all.len() > 200, "{}", all.len());
    all
}

/// Tells what differs, a line each, and nothing else.
pub(crate) fn same_verdicts(one: &Value, other: &Value) {
    let (one, other) = (verdicts(one), verdicts(other));
    let differ: Vec<String> =
        one.iter().zip(&other).filter(|(a, b)| a != b).map(|(a, b)| format!("{a}\n    and not {b}")).collect();
    assert!(differ.is_empty() && one.len() == other.len(), "{}", differ.join("\n"));
}

/// What each source covers and lost, and its rows.
fn coverage(packet: &Value) -> Vec<(String, u64)> {
    let sources = packet["coverage"].as_array().expect("sources").iter();
    sources
        .map(|s| {
            let kept = format!("{} {} {} {}", s["source"], s["covered"], s["lost"], s["gaps"]);
            (kept, s["parsed"].as_u64().expect("rows"))
        })
        .collect()
}

pub(crate) fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut text = Vec::new();
    if bytes.starts_with(&[0x1F, 0x8B]) {
        flate2::read::GzDecoder::new(bytes).read_to_end(&mut text).expect("gzip");
    } else {
        text.extend_from_slice(bytes);
    }
    text
}

/// The time that a line of the sample says.
pub(crate) fn time(line: &[u8]) -> Option<i64> {
    let line: Value = serde_json::from_slice(line).ok()?;
    line["time"].as_i64().or_else(|| Some((line["msec"].as_str()?.parse::<f64>().ok()? * 1e3) as i64))
}

fn stamp(at: i64) -> String {
    format!("{:.9}", jiff::Timestamp::from_millisecond(at).expect("a time"))
}

/// Every seventh line is cut in two, where the rest does not look like a record.
fn pieces(line: &[u8]) -> Vec<&[u8]> {
    let middle = line.len() / 2;
    if line.len().is_multiple_of(7) && middle > 0 && line[middle] != b'{' {
        vec![&line[..middle], &line[middle..]]
    } else {
        vec![line]
    }
}

fn docker(out: &mut Vec<u8>, line: &[u8], at: i64) {
    let pieces = pieces(line);
    for (n, piece) in pieces.iter().enumerate() {
        let end = if n + 1 == pieces.len() { "\n" } else { "" };
        let log = json!(format!("{}{end}", String::from_utf8_lossy(piece)));
        let record = format!("{{\"log\":{log},\"stream\":\"stdout\",\"time\":\"{}\"}}\n", stamp(at));
        out.extend_from_slice(record.as_bytes());
    }
}

fn cri(out: &mut Vec<u8>, line: &[u8], at: i64) {
    let pieces = pieces(line);
    for (n, piece) in pieces.iter().enumerate() {
        let tag = if n + 1 == pieces.len() { 'F' } else { 'P' };
        out.extend_from_slice(format!("{} stdout {tag} ", stamp(at)).as_bytes());
        out.extend_from_slice(piece);
        out.push(b'\n');
    }
}

fn journal(out: &mut Vec<u8>, line: &[u8], at: i64) {
    let message = match std::str::from_utf8(line) {
        Ok(text) if !text.contains(char::is_control) => json!(text),
        _ => json!(line),
    };
    let record = json!({
        "__REALTIME_TIMESTAMP": format!("{at}000"), "_HOSTNAME": "vm-1", "PRIORITY": "6", "MESSAGE": message,
    });
    out.extend_from_slice(format!("{record}\n").as_bytes());
}

fn export(out: &mut Vec<u8>, line: &[u8], at: i64) {
    out.extend_from_slice(format!("__CURSOR=s=1;t={at}\n__REALTIME_TIMESTAMP={at}000\nPRIORITY=6\n").as_bytes());
    if line.iter().all(|b| b.is_ascii_graphic() || *b == b' ') {
        out.extend_from_slice(b"MESSAGE=");
    } else {
        out.extend_from_slice(b"MESSAGE\n");
        out.extend_from_slice(&(line.len() as u64).to_le_bytes());
    }
    out.extend_from_slice(line);
    out.extend_from_slice(b"\n_HOSTNAME=vm-1\n\n");
}

fn otlp(out: &mut Vec<u8>, line: &[u8], at: i64) {
    let body = json!(String::from_utf8_lossy(line));
    let mut record = String::new();
    write!(record, "{{\"timeUnixNano\":\"{at}000000\",\"severityNumber\":9,\"body\":{{\"stringValue\":{body}}}}}")
        .expect("text");
    const END: &[u8] = b"]}]}]}\n";
    // Ten records or so are a batch.
    if out.ends_with(END) && at % 10 != 0 {
        out.truncate(out.len() - END.len());
        out.push(b',');
    } else {
        out.extend_from_slice(b"{\"resourceLogs\":[{\"resource\":{},\"scopeLogs\":[{\"logRecords\":[");
    }
    out.extend_from_slice(record.as_bytes());
    out.extend_from_slice(END);
}
