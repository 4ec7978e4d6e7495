//! What the characters of a single token show: an address, a clock, a name, a date, a value.

// What a byte is. A run of bytes that have any of these is looked at as a whole; all others part runs.
pub(super) const LETTER: u8 = 1;
pub(super) const DIGIT: u8 = 2;
pub(super) const DOT: u8 = 4;
pub(super) const COLON: u8 = 8;
pub(super) const SLASH: u8 = 16;
pub(super) const AT: u8 = 32;
pub(super) const JOIN: u8 = 64;
pub(super) const SPACE: u8 = 128;

static CLASS: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = match b as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..=0xFF => LETTER,
            b'0'..=b'9' => DIGIT,
            b'.' => DOT,
            b':' => COLON,
            b'/' | b'\\' => SLASH,
            b'@' => AT,
            b'-' | b'#' | b'+' | b'~' | b'$' | b'%' | b'&' | b'*' | b'!' | b'?' => JOIN,
            b' ' | b'\t' | b'\r' | b'\n' | 0x0B | 0x0C => SPACE,
            _ => 0,
        };
        b += 1;
    }
    table
}

pub(super) fn class(byte: u8) -> u8 {
    CLASS[usize::from(byte)]
}

/// Ends of the names of machines. Two-letter ones are left out: `init.rc` is none.
const DOMAINS: [&str; 10] = ["com", "net", "org", "edu", "gov", "mil", "local", "lan", "internal", "localdomain"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// `<1 sec`: what comes behind `<` is a number by itself.
pub(super) fn less_than_a_number(rest: &str) -> bool {
    let digits = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    digits > 0 && rest.as_bytes().get(digits).is_none_or(|b| matches!(b, b' ' | b'm' | b's' | b'%' | b',' | b')'))
}

/// Bytes of the mark that the redactor leaves, behind its bracket.
pub(super) fn redaction(rest: &str) -> Option<usize> {
    const MARKS: [&str; 8] = ["ip]", "email]", "token]", "key]", "jwt]", "card]", "credentials]", "connection-string]"];
    MARKS.iter().find(|mark| rest.starts_with(**mark)).map(|mark| mark.len())
}

/// An address with a query goes on behind `=` and `,`, up to a space or a closing mark.
pub(super) fn address_end(text: &str, start: usize, end: usize) -> usize {
    let run = &text[start..end];
    let queried = run.contains("://") || (run.starts_with('/') && run.contains('?'));
    if !queried {
        return end;
    }
    let bytes = &text.as_bytes()[end..];
    let goes_on = |b: &u8| class(*b) != SPACE && !matches!(b, b'"' | b'\'' | b')' | b']' | b'}' | b'<' | b'>');
    end + bytes.iter().take_while(|b| goes_on(b)).count()
}

/// A path or an address: `/a/b`, `C:\a`, `https://a/b`.
pub(super) fn is_address(core: &str) -> bool {
    let bytes = core.as_bytes();
    let rooted = class(bytes[0]) == SLASH && bytes.len() > 1;
    let drive = bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && class(bytes[2]) == SLASH;
    rooted || drive || core.contains("://")
}

/// Hex digits between colons and dots: `00:01`, `10.0.0.1:80`, `5c:50:15:4c:18:13`.
pub(super) fn is_clock_or_hardware_address(core: &str) -> bool {
    let shaped = core.bytes().all(|b| b.is_ascii_hexdigit() || b == b':' || b == b'.' || b == b'-');
    let pairs = || core.split(':').count() >= 6 && core.split(':').all(|p| p.len() == 2);
    shaped && (core.bytes().any(|b| b.is_ascii_digit()) || pairs())
}

/// A name with one small number in its middle, such as `jk2_init`: what programmers write, not what they count.
pub(super) fn is_name_with_digit(core: &str) -> bool {
    let bytes = core.as_bytes();
    if let [b'1'..=b'5', b'x', b'x'] = bytes {
        // A class of HTTP statuses.
        return true;
    }
    let Some(first) = bytes.iter().position(u8::is_ascii_digit) else { return false };
    let digits = bytes[first..].iter().take_while(|b| b.is_ascii_digit()).count();
    let (before, after) = (&bytes[..first], &bytes[first + digits..]);
    let letters = |side: &[u8]| side.iter().all(|b| class(*b) == LETTER || *b == b'$');
    let telling = bytes.iter().any(|b| b.is_ascii_alphabetic() && !b.is_ascii_hexdigit());
    before.len() >= 2
        && !after.is_empty()
        && digits <= 2
        && letters(before)
        && letters(after)
        && telling
        && bytes.len() > 4
}

/// A value with a digit that holds nothing which parts values.
pub(super) fn is_value(run: &str) -> bool {
    let bytes = run.as_bytes();
    class(bytes[0]) & (LETTER | DIGIT) != 0
        && class(bytes[bytes.len() - 1]) & (LETTER | DIGIT) != 0
        && !run.contains("..")
}

/// `www.example.org:443`, `Main.java:17`: a dotted name and a number.
pub(super) fn is_host_and_port(core: &str) -> bool {
    core.rsplit_once(':').is_some_and(|(name, port)| {
        let dotted = name.contains('.') && name.bytes().all(|b| class(b) & (LETTER | DIGIT | DOT | JOIN) != 0);
        let last = name.rsplit('.').next().unwrap_or_default();
        let short = last.len() <= 5 && last.bytes().all(|b| b.is_ascii_lowercase());
        let named = short || name.bytes().filter(|b| *b == b'.').count() > 1;
        dotted && named && !name.contains("..") && !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
    })
}

/// A dotted name of a machine, a package or a file, and no member of an object or an error:
/// `java.io.IOException` and `intent.action.SCREEN_ON` tell messages apart, `com.example.app` is somebody's name.
pub(super) fn is_name_of_somebody(core: &str, dots: usize) -> bool {
    let last = core.rsplit('.').next().unwrap_or_default();
    if dots == 1 {
        return DOMAINS.contains(&last);
    }
    let constant = last.len() > 1 && last.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    !constant && !["Exception", "Error", "Throwable", "Fault", "Failure"].iter().any(|end| last.ends_with(end))
}

/// One letter with a sign, such as a direction `x+`.
pub(super) fn is_axis(run: &str) -> bool {
    matches!(run.as_bytes(), [letter, b'+' | b'-'] if letter.is_ascii_alphabetic())
}

/// A month before a number, or a weekday before a date.
pub(super) fn is_date_word(word: &str, rest: &str) -> bool {
    let (month, day) = (MONTHS.contains(&word), DAYS.contains(&word));
    if !month && !day {
        return false;
    }
    let next = rest.trim_start_matches([' ', ',', '.']);
    let number = next.bytes().next().is_some_and(|b| b.is_ascii_digit());
    let dated = || number || next.get(..3).is_some_and(|word| MONTHS.contains(&word));
    next.len() < rest.len() && ((month && number) || (day && dated()))
}
