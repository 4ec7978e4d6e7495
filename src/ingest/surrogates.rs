//! Half a surrogate pair in a JSON escape, which no text can hold, and what stands for it.

/// A line whose `\\uXXXX` escapes hold half of a surrogate pair, with the replacement character in their place; `None`
/// where there are none. Such an escape is an undecodable value, and its record is kept.
#[must_use]
pub fn without_lone_surrogates(line: &str) -> Option<String> {
    if !line.contains("\\ud") && !line.contains("\\uD") {
        return None;
    }
    let bytes = line.as_bytes();
    let unit = |at: usize| {
        let hex = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok()
    };
    let (mut text, mut copied, mut at) = (String::new(), 0, 0);
    while let Some(found) = memchr::memchr(b'\\', &bytes[at..]) {
        at += found;
        let pair = |at| unit(at + 6).is_some_and(|low| (0xDC00..0xE000).contains(&low));
        at += match unit(at) {
            Some(0xD800..0xDC00) if pair(at) => 12,
            Some(0xD800..0xE000) => {
                text.push_str(&line[copied..at]);
                text.push_str("\\ufffd");
                copied = at + 6;
                6
            }
            // An escaped backslash begins no other escape.
            _ => 2,
        };
        at = at.min(bytes.len());
    }
    text.push_str(&line[copied..]);
    (copied > 0).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_halves_are_replaced() {
        let mended = |text: &str| without_lone_surrogates(text);
        assert_eq!(mended(r"a \\ud83d \u00e9 \\ud83d\\ude00"), None, "escaped backslashes begin no escape");
        let pair = "\\ud83d\\ude00";
        assert_eq!(mended(pair), None);
        assert_eq!(mended(&format!("x\\ud83d{pair}\\udE00y")).as_deref(), Some(&*format!("x\\ufffd{pair}\\ufffdy")));
        assert_eq!(mended("\\ud83d\\u0041").as_deref(), Some("\\ufffd\\u0041"));
        assert_eq!(mended("\\ud8"), None);
        assert_eq!(mended("\\ud83dé\\").as_deref(), Some("\\ufffdé\\"));
    }
}
