//! Where the message of a line begins: behind time, level, process, thread and component, in whatever order a system
//! writes them. No format is asked for; what each part looks like tells it.

use super::stamp;

/// Words for how grave a line is, and the one word that stands for them.
const LEVELS: [(&str, &str); 24] = [
    ("TRACE", "trace"),
    ("VERBOSE", "trace"),
    ("DEBUG", "debug"),
    ("INFO", "info"),
    ("NOTICE", "info"),
    ("LOG", "info"),
    ("WARN", "warn"),
    ("WARNING", "warn"),
    ("ERROR", "error"),
    ("ERR", "error"),
    ("SEVERE", "error"),
    ("FAILURE", "error"),
    ("FATAL", "fatal"),
    ("CRIT", "fatal"),
    ("CRITICAL", "fatal"),
    ("ALERT", "fatal"),
    ("EMERG", "fatal"),
    ("PANIC", "fatal"),
    ("V", "trace"),
    ("D", "debug"),
    ("I", "info"),
    ("W", "warn"),
    ("E", "error"),
    ("F", "fatal"),
];
/// The letters of logcat begin here; they count only behind numbers.
const LETTERS: usize = 18;
/// Parts of a header between time and level, at most.
const MOST_PARTS: usize = 9;
/// Bytes of a header, at most.
const LONGEST: usize = 400;
/// Longest name of a process or a component.
const LONGEST_NAME: usize = 80;

/// What stands before the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// Where the message begins, in bytes.
    pub end: usize,
    pub level: Option<&'static str>,
    /// The line has a time, so it begins a record.
    pub timed: bool,
}

/// The one word for a level as written.
pub(super) fn level(word: &str) -> Option<&'static str> {
    let known = |(name, _): &&(&str, &str)| name.eq_ignore_ascii_case(word);
    LEVELS[..LETTERS].iter().find(known).map(|(_, level)| *level)
}

/// The header of a line.
pub(super) fn of(line: &str) -> Header {
    let none = Header { end: 0, level: None, timed: false };
    let Some((mut at, epoch)) = first_time(line) else {
        // logcat in its brief form: `D/Tag( 123): message`.
        let letter = line.get(..2).filter(|begin| begin.ends_with('/')).and_then(|_| level_token(line, true));
        let end = letter.map_or(0, |(end, _)| component(line, end));
        return if end > 2 { Header { end, level: letter.map(|(_, level)| level), timed: true } } else { none };
    };
    at += closing(&line[at..]);
    if line[at..].starts_with('|') {
        return Header { end: piped(line, at), level: None, timed: true };
    }
    if let Some((end, level)) = to_level(line, at) {
        return Header { end: behind_level(line, end), level: Some(level), timed: true };
    }
    if epoch {
        return Header { end: behind_epoch(line, at), level: None, timed: true };
    }
    let (end, level) = process(line, at);
    Header { end, level, timed: true }
}

/// Where the first time of the line ends, and whether it counts seconds since the epoch.
fn first_time(line: &str) -> Option<(usize, bool)> {
    let bytes = line.as_bytes();
    let mut at = 0;
    let first = token(line, 0);
    for nth in 0..=5 {
        at += blanks(&bytes[at..]);
        let opened = at + bytes[at..].iter().take_while(|b| matches!(b, b'[' | b'(' | b'<')).count();
        let inner = opened + blanks(&bytes[opened..]);
        let rest = &bytes[inner..];
        match (stamp::length(rest), stamp::epoch(rest)) {
            (0, 0) => {}
            (0, length) if nth == 0 || numbered(first) => return Some((inner + length, true)),
            (0, _) => {}
            (length, _) => return Some((inner + length, false)),
        }
        if opened > at && boot_time(rest) > 0 {
            return Some((inner + boot_time(rest), false));
        }
        let token = token(line, at);
        // What stands before a time: a label, a number, a node, an address; no word of a message.
        if token.is_empty() || !(technical(token) || (numbered(first) && nth > 0)) {
            return None;
        }
        at += token.len();
    }
    None
}

/// `12.345678` in brackets: seconds since the machine started.
fn boot_time(text: &[u8]) -> usize {
    let whole = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let part = text.get(whole + 1..).map_or(0, |rest| rest.iter().take_while(|b| b.is_ascii_digit()).count());
    let closed = text.get(whole + 1 + part) == Some(&b']');
    if whole > 0 && text[whole..].starts_with(b".") && part >= 3 && closed { whole + 1 + part } else { 0 }
}

/// A line number or a label such as `-` or `KERNDTLB`, with which some systems begin a line.
fn numbered(first: &str) -> bool {
    first == "-" || first.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// No word of a sentence: has a digit, or capitals only, or is a mark or an empty field.
fn technical(token: &str) -> bool {
    !token.ends_with(':')
        && (token.bytes().any(|b| b.is_ascii_digit()) || token.bytes().all(|b| !b.is_ascii_lowercase()))
}

/// Behind the time: what closes it, and what parts it from the rest.
fn closing(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = bytes.iter().take_while(|b| matches!(b, b']' | b')' | b'>' | b',' | b':')).count();
    at += blanks(&bytes[at..]);
    if bytes[at..].starts_with(b"- ") {
        at += 2 + blanks(&bytes[at + 2..]);
    }
    at
}

/// `time|component|process|message`
fn piped(line: &str, mut at: usize) -> usize {
    for _ in 0..2 {
        let Some(field) = line[at..].strip_prefix('|') else { break };
        let Some(length) = field.find('|').filter(|n| *n <= LONGEST_NAME && !field[..*n].contains(' ')) else {
            return at + 1;
        };
        at += 1 + length;
    }
    at + usize::from(line[at..].starts_with('|'))
}

/// Looks for a level behind parts that belong to a header; gives where it ends.
fn to_level(line: &str, mut at: usize) -> Option<(usize, &'static str)> {
    let bytes = line.as_bytes();
    let mut numbers = 0;
    for _ in 0..MOST_PARTS {
        at += blanks(&bytes[at..]);
        if at > LONGEST || at >= bytes.len() {
            return None;
        }
        let token = token(line, at);
        if let Some((length, level)) = level_token(token, numbers > 0) {
            return Some((at + length, level));
        }
        let time = stamp::length(&bytes[at..]).max(stamp::epoch(&bytes[at..]));
        at += if time > 0 {
            time
        } else if bytes[at] == b'[' {
            group(&line[at..])?
        } else if token == "---" || token == "-" || (technical(token) && !token.starts_with('"')) {
            numbers += usize::from(token.bytes().all(|b| b.is_ascii_digit()));
            token.len()
        } else if dotted_name(token) && parted(&line[at + token.len()..]) {
            // `name - LEVEL - message`
            token.len()
        } else {
            return None;
        };
    }
    None
}

/// A token that is a level, perhaps between brackets, perhaps with a tag behind it; how much of it.
fn level_token(token: &str, letters: bool) -> Option<(usize, &'static str)> {
    let opened = token.bytes().take_while(|b| matches!(b, b'[' | b'(' | b'<')).count();
    let bare = &token[opened..];
    let length = bare.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = &bare[..length];
    let behind = &bare[length..];
    if opened > 0
        && let Some((_, inner)) = bare.strip_suffix(']').and_then(|inside| inside.split_once(':'))
    {
        // `[core:error]`, a module before its level.
        return level(inner).map(|level| (token.len(), level));
    }
    if length == 0 || !(behind.is_empty() || behind.starts_with([']', ')', '>', ':', ',', '|', '/'])) {
        return None;
    }
    if length == 1 && (letters || behind.starts_with('/')) {
        let known = LEVELS[LETTERS..].iter().find(|(name, _)| *name == word)?;
        return Some((opened + 1 + usize::from(behind.starts_with('/')), known.1));
    }
    // Lower case is a level in brackets or before a colon only; elsewhere it is a word.
    let written = opened > 0 || word.bytes().all(|b| b.is_ascii_uppercase()) || behind.starts_with([':', ',']);
    let cased = word.as_bytes()[0].is_ascii_uppercase();
    let close = if opened > 0 { behind.bytes().take_while(|b| matches!(b, b']' | b')' | b'>')).count() } else { 0 };
    let mark = usize::from(behind[close..].starts_with([':', ',', '|']));
    level(word).filter(|_| written || cased).map(|level| (opened + length + close + mark, level))
}

/// Behind a level: thread, component, tag.
fn behind_level(line: &str, at: usize) -> usize {
    let bytes = line.as_bytes();
    let gap = blanks(&bytes[at..]);
    let mut at = at + gap;
    if bytes[at..].starts_with(b"- ") {
        return at + 2 + blanks(&bytes[at + 2..]);
    }
    if bytes.get(at) == Some(&b'[') {
        let Some(length) = group(&line[at..]) else { return at };
        let behind = at + length;
        let next = behind + blanks(&bytes[behind..]);
        if bytes[next..].starts_with(b"- ") || bytes[next..].starts_with(b": ") {
            return next + 2 + blanks(&bytes[next + 2..]);
        }
        let inside = &line[at + 1..behind - 1];
        if inside.starts_with("pid ") || inside.starts_with("tid ") || component(line, next) > next {
            at = next;
        }
    }
    // A process and a thread: `1234 --- [main]`.
    let number = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
    if number > 0 && line[at + number..].trim_start().starts_with("--- [") {
        at += line[at..].find('[').unwrap_or(0);
        at += group(&line[at..]).unwrap_or(0);
        at += blanks(&bytes[at..]);
    }
    // Columns: a level set off by spaces, and a component set off by spaces.
    let name = token(line, at);
    let behind = at + name.len();
    let wide = blanks(&bytes[behind..]);
    if gap > 3 && wide > 1 && !name.is_empty() && name.len() <= LONGEST_NAME {
        return behind + wide;
    }
    component(line, at)
}

/// Where the message begins behind a component at `at`; `at` itself if there is none.
fn component(line: &str, at: usize) -> usize {
    let bytes = line.as_bytes();
    let name = token(line, at);
    let behind = at + name.len();
    let next = behind + blanks(&bytes[behind..]);
    let bare = name.strip_suffix(':').unwrap_or(name);
    let tag = bytes[..at].ends_with(b"/");
    if tag || single_letter_before(bytes, at) {
        // `Tag: `, `Tag   : `, `Tag( 123): `
        if let Some(length) = line[at..].find(": ").filter(|n| *n <= LONGEST_NAME && tag_like(&line[at..at + n])) {
            return at + length + 2 + blanks(&bytes[at + length + 2..]);
        }
        return if name.ends_with(':') && next >= bytes.len() { next } else { at };
    }
    let dotted = dotted_name(bare);
    if name.ends_with(':') && dotted && next > behind {
        return next;
    }
    if dotted_name(name) && bytes.get(next) == Some(&b'[') {
        let end = next + group(&line[next..]).unwrap_or(0);
        return end + blanks(&bytes[end..]);
    }
    if identifier(name) && (bytes[next..].starts_with(b": ") || bytes[next..].starts_with(b"- ")) && next > behind {
        return next + 2 + blanks(&bytes[next + 2..]);
    }
    at
}

fn single_letter_before(bytes: &[u8], at: usize) -> bool {
    let before = bytes[..at].trim_ascii_end();
    match before {
        [.., space, letter] => space.is_ascii_whitespace() && b"VDIWEF".contains(letter),
        _ => false,
    }
}

fn tag_like(tag: &str) -> bool {
    tag.split(' ').filter(|part| !part.is_empty()).count() <= 3
}

/// A time in seconds since the epoch, then a flag, as some supercomputers write; or nothing more.
fn behind_epoch(line: &str, at: usize) -> usize {
    let bytes = line.as_bytes();
    let flag = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
    if flag == 1 && bytes.get(at + 1) == Some(&b' ') {
        return at + 1 + blanks(&bytes[at + 1..]);
    }
    let mut at = at;
    // The time again, for people to read: `2005.11.09 dn228 Nov 9 12:01:01`.
    for _ in 0..3 {
        let time = stamp::length(&bytes[at..]);
        if time > 0 {
            at += time;
            at += blanks(&bytes[at..]);
            continue;
        }
        let behind = at + token(line, at).len();
        let next = behind + blanks(&bytes[behind..]);
        if stamp::length(&bytes[next..]) == 0 {
            break;
        }
        at = next;
    }
    process(line, at).0
}

/// `host process[1234]: `, `program - `; the message begins behind them.
fn process(line: &str, at: usize) -> (usize, Option<&'static str>) {
    let bytes = line.as_bytes();
    let first = token(line, at);
    if let Some(end) = process_name(line, at) {
        return (end, None);
    }
    let behind = at + first.len();
    let next = behind + blanks(&bytes[behind..]);
    for dash in [" - ", " *64 - ", " *32 - "] {
        if identifier(first) && line[behind..].starts_with(dash) {
            return (behind + dash.len(), None);
        }
    }
    let host = !first.is_empty() && first.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._/@:".contains(&b));
    if host && next > behind {
        let skipped = next + if line[next..].starts_with("-- ") { 3 } else { 0 };
        if let Some(end) = process_name(line, skipped) {
            return (end, None);
        }
    }
    (at, None)
}

/// `sshd[24200]: `, `crond(pam_unix)[2915]: `, `com.apple.launchd[1] (com.apple.quicklook[45]): `, `kernel: `
fn process_name(line: &str, at: usize) -> Option<usize> {
    let rest = &line[at..];
    let most = rest.len().min(LONGEST_NAME * 2);
    let colon = (0..most).find(|n| {
        rest.as_bytes()[*n] == b':' && rest[..*n].is_ascii() && rest.as_bytes().get(n + 1).is_none_or(|b| *b == b' ')
    })?;
    let name = &rest[..colon];
    let head = name.split(['[', '(']).next().unwrap_or_default();
    let numbered = name.contains('[') && name.ends_with([']', ')']);
    let named = head.bytes().any(|b| b.is_ascii_alphabetic())
        && (identifier(head) || (numbered && head.split(' ').count() <= 4));
    let whole = numbered || name.ends_with(')') || head.len() == name.len();
    if !(named && whole) {
        return None;
    }
    Some(at + colon + 1 + blanks(&rest.as_bytes()[colon + 1..]))
}

/// A name in one piece.
fn identifier(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= LONGEST_NAME
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-$/@#".contains(&b))
}

/// A name with parts, and not that of an error.
fn dotted_name(name: &str) -> bool {
    identifier(name)
        && name.bytes().any(|b| matches!(b, b'.' | b'$'))
        && name.as_bytes()[0].is_ascii_alphabetic()
        && !["Exception", "Error", "Throwable"].iter().any(|end| name.ends_with(end))
}

fn parted(rest: &str) -> bool {
    rest.trim_start_matches(' ').starts_with(['-', ':', '|'])
}

/// Bytes of the bracketed group that `text` begins with, which may hold groups itself.
fn group(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate().take(LONGEST) {
        match byte {
            b'[' => depth += 1,
            b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        let next = text.as_bytes().get(at + 1);
        if byte == b']' && depth == 0 && next.is_none_or(|b| matches!(b, b' ' | b'[' | b':')) {
            return Some(at + 1);
        }
    }
    None
}

/// From `at` to the next space.
fn token(line: &str, at: usize) -> &str {
    let rest = &line[at..];
    let end = memchr::memchr2(b' ', b'\t', rest.as_bytes()).unwrap_or(rest.len());
    &rest[..end]
}

fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Own lines in the ways in which systems write their headers; `»` marks where the message begins.
    const LINES: [&str; 24] = [
        "2026-07-29 17:41:44,747 - INFO  [Peer[id=1]/0:0:0:0:2181:Election@774] - »Vote timed out: 3200",
        "2026-10-18 18:01:47,978 INFO [IPC handler 0 on 62270] org.acme.app.Master: »Made master for app_14_0020",
        "26/06/09 20:10:40 WARN storage.BlockKeeper: »Block rdd_2_1 is kept",
        "081109 203615 148 INFO acme.Node$Responder: »Responder 1 for block blk_38865 ends",
        "- 1117838570 2026.06.03 R02-M1-N0-C:J12-U11 2026-06-03-15.42.50.675872 R02-M1-N0-C:J12-U11 RAS KERNEL INFO »cache error corrected",
        "134681 node-246 unix.hw state_change.unavailable 1077804742 1 »Component has changed",
        "- 1131566461 2026.11.09 tn228 Nov 9 12:01:01 tn228/tn228 crond(pam_unix)[2915]: »session closed for user root",
        "2026-09-28 04:30:30, Info                  CBS    »Loaded stack v6.1",
        "Jun 14 15:16:01 combo sshd(pam_unix)[19939]: »check pass; user unknown",
        "Jul  1 09:00:55 laptop-10-105 kernel[0]: »en0: link is up",
        "Jul  1 09:00:55 laptop com.acme.xpc.launchd[1] (com.acme.look[45]): »Endpoint is active",
        "03-17 16:13:38.811  1702  2395 D WindowKeeper: »opening app token = 12",
        "D/WindowKeeper( 1702): »opening app",
        "20261223-22:15:29:606|Step_LSC|30002312|»steps changed 3579",
        "[Sun Dec 04 04:47:44 2026] [notice] »worker.init() ok /etc/workers2.properties",
        "[Sun Dec 04 04:47:44.123456 2026] [core:error] [pid 12:tid 9] »[client 10.0.0.1] no such file",
        "Dec 10 06:55:46 LabX sshd[24200]: »Invalid user web from 10.0.0.1",
        "[10.30 16:49:06] browser.exe - »proxy.example.net:5070 close, 0 bytes sent",
        "api.log.1.2026-05-16_13:53:08 2026-05-16 00:00:00.008 25746 INFO nova.api.wsgi [req-38101a0b - - -] »10.0.0.1 \"GET /v2\"",
        "2026-08-04T10:00:00.123Z  INFO 4242 --- [nio-8080-exec-1] c.acme.orders.Service : »order 7 placed",
        "2026-08-04T10:00:00.123Z [API][/trading] client connected",
        "2026-08-04 10:00:00,1 - billing.jobs - ERROR - »job 7 failed",
        "[    1.234567] »usb 1-1: new device",
        "»disk sda is full at Sat Jun 18 11:20:11 2026",
    ];

    #[test]
    fn finds_where_messages_begin() {
        for marked in LINES {
            let line = marked.replace('»', "");
            let wanted = marked.find('»').unwrap_or("2026-08-04T10:00:00.123Z ".len());
            let found = of(&line).end;
            assert_eq!(&line[found..], &line[wanted..], "{line}");
        }
    }

    #[test]
    fn a_message_without_header_is_left_whole() {
        for line in [
            "Connection closed by 10.0.0.1 [preauth]",
            "PAM 4 more failures; uid=0",
            "Error: cannot read property x of undefined",
            "10.250.11.85:50010 Served block blk_1 to /10.0.0.1",
            "caf\u{e9} – ok",
            "[instance: b9000564] VM Started",
            "",
        ] {
            assert_eq!(of(line).end, 0, "{line}");
        }
    }
}
