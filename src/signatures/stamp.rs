//! Whether a time stands at the beginning of a text, and how long it is. Its value does not matter here.

const DAYS: [&[u8]; 7] = [b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];
const MONTHS: [&[u8]; 12] =
    [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
/// Dates; `9` stands for a digit and `-` for any mark that parts the numbers of a date.
const DATES: [&[u8]; 5] = [b"9999-99-99", b"99-99-9999", b"99-99-99", b"99-99", b"99999999"];
/// Dates that are also something else; they count only with a time behind them.
const VAGUE: usize = 2;

/// Bytes of the time that `text` begins with; 0 if there is none.
pub(super) fn length(text: &[u8]) -> usize {
    match text.first() {
        Some(b'0'..=b'9') => numeric(text),
        Some(b'A'..=b'Z') => worded(text),
        _ => 0,
    }
}

/// Bytes of the seconds since the epoch that `text` begins with.
pub(super) fn epoch(text: &[u8]) -> usize {
    let digits = digits(text);
    let plausible = matches!(digits, 10 | 13 | 16 | 19) && text[0] == b'1' || (digits == 9 && text[0] == b'9');
    let end = digits + fraction(&text[digits..]);
    if plausible && text.get(end).is_none_or(|b| matches!(b, b' ' | b'\t' | b']' | b',' | b'|')) { end } else { 0 }
}

fn numeric(text: &[u8]) -> usize {
    if shaped(text, b"999999 999999") && text.get(13) == Some(&b' ') {
        return 13;
    }
    for (at, pattern) in DATES.iter().enumerate() {
        if !shaped(text, pattern) || digits(&text[pattern.len()..]) > 0 {
            continue;
        }
        let rest = &text[pattern.len()..];
        let parting = rest.iter().take_while(|b| matches!(b, b' ' | b'T' | b'-' | b'_' | b':' | b',')).count();
        let time =
            if (1..=2).contains(&parting) { clock(&rest[parting..]).max(bare_clock(&rest[parting..])) } else { 0 };
        if time > 0 {
            return pattern.len() + parting + time;
        }
        let ends = rest.first().is_none_or(|b| matches!(b, b' ' | b'\t' | b']' | b','));
        if at < VAGUE && ends {
            return pattern.len();
        }
    }
    access(text).max(clock(text))
}

/// `10/Oct/2026:13:55:36 -0700`
fn access(text: &[u8]) -> usize {
    if digits(text) != 2 || text.len() < 20 || text[2] != b'/' || !MONTHS.contains(&&text[3..6]) {
        return 0;
    }
    if shaped(&text[6..], b"-9999:99:99:99") { 20 + zone(&text[20..]) } else { 0 }
}

/// `Sun Dec 04 04:47:44 2005`, `Dec  4 04:47:44`
fn worded(text: &[u8]) -> usize {
    let mut at = 0;
    if text.len() > 4 && DAYS.contains(&&text[..3]) {
        at = 3 + spaces(&text[3..]);
    }
    if text.len() < at + 4 || !MONTHS.contains(&&text[at..at + 3]) {
        return 0;
    }
    at += 3;
    let gap = spaces(&text[at..]);
    let day = digits(&text[at + gap..]);
    if gap == 0 || !(1..=2).contains(&day) {
        return 0;
    }
    at += gap + day;
    at += spaces(&text[at..]);
    if shaped(&text[at..], b"9999 ") {
        at += 5;
    }
    let time = clock(&text[at..]);
    if time == 0 {
        return 0;
    }
    at += time;
    if shaped(&text[at..], b" 9999") && digits(&text[at + 1..]) == 4 { at + 5 } else { at }
}

/// `04:47:44`, `17:41:44,747`, `15.42.50.675872`, with its zone.
fn clock(text: &[u8]) -> usize {
    if !shaped(text, b"99:99:99") || digits(&text[6..]) > 2 {
        return 0;
    }
    let end = 8 + fraction(&text[8..]);
    end + zone(&text[end..])
}

/// `0:5:53:985`, behind a date: numbers that are not filled up with zeros.
fn bare_clock(text: &[u8]) -> usize {
    let mut at = 0;
    for part in 0..3 {
        let length = digits(&text[at..]);
        if !(1..=2).contains(&length) || (part < 2 && text.get(at + length) != Some(&b':')) {
            return 0;
        }
        at += length + usize::from(part < 2);
    }
    at + fraction(&text[at..])
}

fn fraction(text: &[u8]) -> usize {
    match text.first() {
        Some(b'.' | b',' | b':') => match digits(&text[1..]) {
            0 => 0,
            some => some + 1,
        },
        _ => 0,
    }
}

/// `Z`, `+02:00`, ` -0700`, ` UTC`
fn zone(text: &[u8]) -> usize {
    let gap = usize::from(text.first() == Some(&b' '));
    let rest = &text[gap..];
    match rest.first() {
        Some(b'Z') if gap == 0 => 1,
        Some(b'+' | b'-') if shaped(&rest[1..], b"99:99") => gap + 6,
        Some(b'+' | b'-') if shaped(&rest[1..], b"9999") && digits(&rest[1..]) == 4 => gap + 5,
        Some(b'U') if rest.starts_with(b"UTC") => gap + 3,
        Some(b'G') if rest.starts_with(b"GMT") => gap + 3,
        _ => 0,
    }
}

fn shaped(text: &[u8], pattern: &[u8]) -> bool {
    text.len() >= pattern.len()
        && pattern.iter().zip(text).all(|(wanted, byte)| match wanted {
            b'9' => byte.is_ascii_digit(),
            b'-' => matches!(byte, b'-' | b'/' | b'.'),
            b':' => matches!(byte, b':' | b'.'),
            _ => wanted == byte,
        })
}

fn digits(text: &[u8]) -> usize {
    text.iter().take_while(|b| b.is_ascii_digit()).count()
}

fn spaces(text: &[u8]) -> usize {
    text.iter().take_while(|b| **b == b' ').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_times_as_logs_write_them() {
        let whole = [
            "2026-08-09T00:00:01.223Z",
            "2026-08-09 00:00:01,223",
            "2026-08-09T02:00:01.223+02:00",
            "2026.08.09",
            "2026-08-09-15.42.50.675872",
            "26/08/09 20:10:40",
            "03-17 16:13:38.811",
            "10.30 16:49:06",
            "20261223-22:15:29:606",
            "20261224-0:5:9:85",
            "081109 203615",
            "Dec  4 04:47:44",
            "Sun Dec 04 04:47:44 2005",
            "10/Oct/2026:13:55:36 -0700",
            "16:49:06.5",
        ];
        for text in whole {
            assert_eq!(length(format!("{text} up").as_bytes()), text.len(), "{text}");
        }
        for text in ["Dec maintenance", "10.250.11.85:50010 served", "12 lines", "99-99 percent", "Market 04:47", ""] {
            assert_eq!(length(text.as_bytes()), 0, "{text}");
        }
        assert_eq!(epoch(b"1117838570 x"), 10);
        assert_eq!(epoch(b"1514038440000##6993"), 0);
    }
}
