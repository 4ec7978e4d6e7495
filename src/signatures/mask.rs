//! A message in, its shape out: what a token's own characters show to be variable becomes `<*>`. The shape of a line
//! depends on no other line.

/// What stands for a variable part.
pub(super) const HOLE: &str = "<*>";
/// Bytes of a message that are looked at; the rest of a longer one does not count.
const MOST: usize = 4096;
/// Longest text between two variables that makes them one list.
const LONGEST_SEPARATOR: usize = 6;
/// Longest text between two variables that, said twice, makes them a list.
const LONGEST_REPEATED: usize = 64;
/// Words that are left of a coarse shape.
const COARSE_WORDS: usize = 3;
/// Longest quoted value.
const LONGEST_QUOTED: usize = 512;

// What a byte is. A run of bytes that have any of these is looked at as a whole; all others part runs.
const LETTER: u8 = 1;
const DIGIT: u8 = 2;
const DOT: u8 = 4;
const COLON: u8 = 8;
const SLASH: u8 = 16;
const AT: u8 = 32;
const JOIN: u8 = 64;
const SPACE: u8 = 128;

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

fn class(byte: u8) -> u8 {
    CLASS[usize::from(byte)]
}

/// Keys whose quoted value is prose that tells messages apart, and no variable.
const PROSE: [&str; 8] = ["msg", "message", "err", "error", "reason", "event", "cause", "status"];
/// What may follow a number as its unit; written or not, the number stays a variable.
const UNITS: [&str; 16] =
    ["B", "KB", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "ms", "us", "ns", "s", "sec", "secs", "msec"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// Values that say that there is none.
const NOTHING: [&str; 5] = ["null", "none", "nil", "undefined", "None"];
/// Ends of the names of machines. Two-letter ones are left out: `init.rc` is none.
const DOMAINS: [&str; 10] = ["com", "net", "org", "edu", "gov", "mil", "local", "lan", "internal", "localdomain"];
/// Positions of switches; several in a row are a list of measured values.
const POSITIONS: [&str; 2] = ["on", "off"];
const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Writes the shape of `text` into `out`, which is cleared first.
pub(super) fn mask(text: &str, out: &mut String) {
    out.clear();
    let mut end = text.len().min(MOST);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = text[..end].trim_ascii();
    let mut writer = Writer { text, out, hole: None, hole_before: None, counted: false };
    let mut at = 0;
    while at < text.len() {
        at = writer.step(at);
    }
    writer.fold();
}

/// A shape whose constant words have been redacted, as if the text had been redacted first.
pub(super) fn remask(shape: &str) -> String {
    let mut out = String::with_capacity(shape.len());
    let mut parts = shape.split(HOLE);
    let mut writer = Writer { text: "", out: &mut out, hole: None, hole_before: None, counted: false };
    let mut rest = parts.next();
    while let Some(part) = rest {
        let mut from = 0;
        while let Some(open) = part[from..].find('[').map(|at| from + at) {
            let mark = redaction(&part[open + 1..]);
            writer.out.push_str(&part[from..open + usize::from(mark.is_none())]);
            if mark.is_some() {
                writer.variable(false);
            }
            from = open + 1 + mark.unwrap_or(0);
        }
        writer.out.push_str(&part[from..]);
        rest = parts.next();
        if rest.is_some() {
            writer.variable(false);
        }
    }
    out
}

/// A coarse shape, for when there are too many: the first words, whatever follows.
pub(super) fn coarse(shape: &str) -> String {
    let mut words = shape.splitn(COARSE_WORDS + 1, ' ');
    let mut out: Vec<&str> = words.by_ref().take(COARSE_WORDS).collect();
    if words.next().is_some() {
        out.push(HOLE);
    }
    collapse(&out.join(" "))
}

/// Makes one of variables that stand side by side, as after one more word has become variable.
pub(super) fn collapse(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut writer = Writer { text: template, out: &mut out, hole: None, hole_before: None, counted: false };
    let mut rest = template;
    while let Some(at) = rest.find(HOLE) {
        writer.out.push_str(&rest[..at]);
        writer.variable(false);
        rest = &rest[at + HOLE.len()..];
    }
    out.push_str(rest);
    out
}

struct Writer<'t, 'o> {
    text: &'t str,
    out: &'o mut String,
    /// Where in `out` the last variable ends.
    hole: Option<usize>,
    /// Where the one before it ends.
    hole_before: Option<usize>,
    /// The last variable ended in a number, which may have a unit.
    counted: bool,
}

impl Writer<'_, '_> {
    /// Deals with what begins at `at`; gives where the next thing begins.
    fn step(&mut self, at: usize) -> usize {
        let bytes = self.text.as_bytes();
        let byte = bytes[at];
        match class(byte) {
            SPACE => {
                if !self.out.ends_with(' ') {
                    self.out.push(' ');
                }
                at + 1
            }
            0 => self.delimiter(at, byte),
            _ => self.run(at),
        }
    }

    fn delimiter(&mut self, at: usize, byte: u8) -> usize {
        let rest = &self.text[at + 1..];
        if (byte == b'"' || byte == b'\'') && self.out.ends_with('=') && !self.prose_key() {
            let closing = memchr::memchr(byte, &rest.as_bytes()[..rest.len().min(LONGEST_QUOTED)]);
            if let Some(length) = closing {
                self.variable(false);
                return at + 1 + length + 1;
            }
        }
        if byte == b'['
            && let Some(length) = redaction(rest)
        {
            // The redactor's mark stands where a value stood; a path's first slash was part of the value.
            if self.out.ends_with(" /") || self.out == "/" {
                self.out.pop();
            }
            self.variable(true);
            return at + 1 + length;
        }
        if byte == b'<' && less_than_a_number(rest) {
            return at + 1;
        }
        if matches!(byte, b'}' | b')' | b']') && self.ends_an_object() {
            return at + 1;
        }
        // A delimiter is one ASCII byte; control characters say nothing.
        self.out.push(if byte < b' ' || byte == 0x7F { ' ' } else { char::from(byte) });
        at + 1
    }

    /// `=Source{<*>`: the value is an object that shows nothing constant but its type; it is one variable.
    fn ends_an_object(&mut self) -> bool {
        let Some(inside) = self.out.strip_suffix(HOLE) else { return false };
        let Some(name) = inside.strip_suffix(['{', '(', '[']) else { return false };
        let start = name.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.').len();
        if start == name.len() || !name[..start].ends_with('=') {
            return false;
        }
        self.out.truncate(start);
        self.hole = self.hole_before.take().filter(|hole| *hole <= start);
        self.variable(false);
        true
    }

    fn prose_key(&self) -> bool {
        let bytes = self.out.trim_end_matches('=').trim_end().as_bytes();
        let length = bytes.iter().rev().take_while(|b| b.is_ascii_alphanumeric()).count();
        let key = &bytes[bytes.len() - length..];
        PROSE.iter().any(|prose| prose.as_bytes() == key)
    }

    /// A maximal run of letters, digits and what joins them.
    fn run(&mut self, start: usize) -> usize {
        let bytes = self.text.as_bytes();
        let mut kinds = 0;
        let mut end = start;
        while end < bytes.len() {
            let kind = class(bytes[end]);
            if kind == 0 || kind == SPACE {
                let apostrophe = bytes[end] == b'\''
                    && end > start
                    && class(bytes[end - 1]) == LETTER
                    && bytes.get(end + 1).is_some_and(|b| class(*b) == LETTER);
                if !apostrophe {
                    break;
                }
            }
            kinds |= kind & !SPACE;
            end += 1;
        }
        if kinds == LETTER {
            self.word(start, end);
            return end;
        }
        if kinds == DIGIT {
            self.variable(true);
            return end;
        }
        if kinds & DIGIT != 0 && kinds & SLASH == 0 && self.out.ends_with('=') && is_value(&self.text[start..end]) {
            self.variable(true);
            return end;
        }
        if kinds & SLASH != 0 {
            end = address_end(self.text, start, end);
        }
        self.trimmed(start, end, kinds);
        end
    }

    /// Takes punctuation off both ends; it is constant.
    fn trimmed(&mut self, mut start: usize, mut end: usize, kinds: u8) {
        let bytes = self.text.as_bytes();
        if kinds & COLON != 0
            && bytes[start..end].starts_with(b"::")
            && is_clock_or_hardware_address(&self.text[start..end])
        {
            return self.variable(false);
        }
        while start < end {
            let byte = bytes[start];
            let next = bytes.get(start + 1).filter(|_| start + 1 < end).map_or(0, |b| class(*b));
            match class(byte) {
                LETTER | DIGIT => break,
                SLASH if next & (LETTER | DIGIT | DOT) != 0 => break,
                JOIN if next == DIGIT && (byte == b'-' || byte == b'+') => break,
                _ => self.out.push(char::from(byte)),
            }
            start += 1;
        }
        let whole = end;
        while end > start && class(bytes[end - 1]) & (DOT | COLON | AT | JOIN) != 0 {
            end -= 1;
        }
        if end == start + 1 && kinds & JOIN != 0 && is_axis(&self.text[start..whole]) {
            return self.variable(false);
        }
        if end > start {
            self.core(start, end, kinds);
        }
        self.out.push_str(&self.text[end..whole]);
    }

    /// What is left between the punctuation.
    fn core(&mut self, start: usize, end: usize, kinds: u8) {
        let core = &self.text[start..end];
        if kinds & SLASH != 0 && is_address(core) {
            return self.variable(false);
        }
        if kinds & COLON != 0 {
            if is_clock_or_hardware_address(core) {
                return self.variable(true);
            }
            if is_host_and_port(core) {
                return self.variable(true);
            }
            if core.contains(':') {
                return self.parts(start, end, b':');
            }
        }
        if kinds & DOT != 0 && core.contains("..") {
            return self.parts(start, end, b'.');
        }
        self.part(start, end);
    }

    /// Parts at a colon, or at a row of dots, each looked at by itself.
    fn parts(&mut self, start: usize, end: usize, separator: u8) {
        let bytes = self.text.as_bytes();
        let parting = |at: usize| {
            bytes[at] == separator
                && (separator == b':' || bytes.get(at + 1) == Some(&b'.') || (at > start && bytes[at - 1] == b'.'))
        };
        let mut from = start;
        for at in start..=end {
            if at == end || parting(at) {
                if at > from {
                    let kinds = bytes[from..at].iter().fold(0, |kinds, b| kinds | class(*b));
                    if kinds == LETTER {
                        self.word(from, at);
                    } else {
                        self.trimmed(from, at, kinds & !COLON);
                    }
                }
                if at < end {
                    self.out.push(char::from(separator));
                }
                from = at + 1;
            }
        }
    }

    /// A run without colons: constant or variable as a whole, but for words on both sides of one slash.
    fn part(&mut self, start: usize, end: usize) {
        let core = &self.text[start..end];
        let mut kinds = 0;
        let (mut dots, mut slashes) = (0, 0);
        for byte in core.bytes() {
            let kind = class(byte);
            kinds |= kind;
            dots += usize::from(kind == DOT);
            slashes += usize::from(kind == SLASH);
        }
        if kinds & AT != 0 {
            return self.variable(true);
        }
        if kinds & DIGIT != 0 {
            return if is_name_with_digit(core) { self.out.push_str(core) } else { self.variable(true) };
        }
        if slashes > 1 || (slashes == 1 && dots > 0) {
            return self.variable(false);
        }
        if dots > 0 && is_name_of_somebody(core, dots) {
            return self.variable(false);
        }
        if kinds == LETTER {
            return self.word(start, end);
        }
        self.out.push_str(core);
    }

    /// Letters only.
    fn word(&mut self, start: usize, end: usize) {
        let word = &self.text[start..end];
        let rest = &self.text[end..];
        match word.len() {
            0 => {}
            1..=4 if self.counted && self.after_number() && UNITS.contains(&word) => {
                // The number's variable takes its unit in.
                self.out.truncate(self.hole.unwrap_or(self.out.len()));
                self.counted = false;
            }
            3 if is_date_word(word, rest) => self.variable(false),
            5.. if word.starts_with("usr_") => self.variable(false),
            8.. if word.bytes().all(|b| b.is_ascii_hexdigit()) => self.variable(false),
            _ if POSITIONS.contains(&word) && self.is_one_of_several(rest) => self.variable(false),
            _ if self.is_value() && NOTHING.contains(&word) => self.variable(false),
            _ => self.out.push_str(word),
        }
    }

    /// Directly behind `=`, or with one space between.
    fn is_value(&self) -> bool {
        self.out.ends_with('=') || self.out.ends_with("= ")
    }

    /// A position beside another one: `( on on off )`.
    fn is_one_of_several(&self, rest: &str) -> bool {
        let next = rest.trim_start().split(' ').next().unwrap_or_default();
        POSITIONS.contains(&next) || (self.out.ends_with("<*> ") && !self.counted)
    }

    fn after_number(&self) -> bool {
        self.hole.is_some_and(|hole| self.out.len() == hole + 1 && self.out.ends_with(' '))
    }

    /// Writes a variable, or lengthens the list that the last one has become.
    fn variable(&mut self, counted: bool) {
        self.counted = counted;
        if let Some(hole) = self.hole {
            let between = &self.out.as_bytes()[hole..];
            let separates =
                |b: &u8| matches!(b, b',' | b';' | b'|') || class(*b) & (SPACE | DOT | COLON | SLASH | AT | JOIN) != 0;
            if between.len() <= LONGEST_SEPARATOR && between.iter().all(separates) {
                self.out.truncate(hole);
                return;
            }
        }
        self.fold();
        self.out.push_str(HOLE);
        self.hole_before = self.hole.replace(self.out.len());
    }

    /// Makes one of two variables that have the same words behind them: `a <ok> b <ok> end` is `<*> <ok> end`.
    fn fold(&mut self) {
        let (Some(before), Some(hole)) = (self.hole_before, self.hole) else { return };
        let between = &self.out.as_bytes()[before..hole - HOLE.len()];
        let words = between.iter().any(|b| class(*b) == LETTER);
        if words && between.len() <= LONGEST_REPEATED && self.out.as_bytes()[hole..].starts_with(between) {
            self.out.replace_range(before..hole, "");
            self.hole = Some(before);
            self.hole_before = None;
        }
    }
}

/// `<1 sec`: what comes behind `<` is a number by itself.
fn less_than_a_number(rest: &str) -> bool {
    let digits = rest.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.').count();
    digits > 0 && rest.as_bytes().get(digits).is_none_or(|b| matches!(b, b' ' | b'm' | b's' | b'%' | b',' | b')'))
}

/// Bytes of the mark that the redactor leaves, behind its bracket.
fn redaction(rest: &str) -> Option<usize> {
    const MARKS: [&str; 8] = ["ip]", "email]", "token]", "key]", "jwt]", "card]", "credentials]", "connection-string]"];
    MARKS.iter().find(|mark| rest.starts_with(**mark)).map(|mark| mark.len())
}

/// An address with a query goes on behind `=` and `,`, up to a space or a closing mark.
fn address_end(text: &str, start: usize, end: usize) -> usize {
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
fn is_address(core: &str) -> bool {
    let bytes = core.as_bytes();
    let rooted = class(bytes[0]) == SLASH && bytes.len() > 1;
    let drive = bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && class(bytes[2]) == SLASH;
    rooted || drive || core.contains("://")
}

/// Hex digits between colons and dots: `00:01`, `10.0.0.1:80`, `5c:50:15:4c:18:13`.
fn is_clock_or_hardware_address(core: &str) -> bool {
    let shaped = core.bytes().all(|b| b.is_ascii_hexdigit() || b == b':' || b == b'.' || b == b'-');
    let pairs = || core.split(':').count() >= 6 && core.split(':').all(|p| p.len() == 2);
    shaped && (core.bytes().any(|b| b.is_ascii_digit()) || pairs())
}

/// A name with one small number in its middle, such as `jk2_init`: what programmers write, not what they count.
fn is_name_with_digit(core: &str) -> bool {
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
fn is_value(run: &str) -> bool {
    let bytes = run.as_bytes();
    class(bytes[0]) & (LETTER | DIGIT) != 0
        && class(bytes[bytes.len() - 1]) & (LETTER | DIGIT) != 0
        && !run.contains("..")
}

/// `www.example.org:443`, `Main.java:17`: a dotted name and a number.
fn is_host_and_port(core: &str) -> bool {
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
fn is_name_of_somebody(core: &str, dots: usize) -> bool {
    let last = core.rsplit('.').next().unwrap_or_default();
    if dots == 1 {
        return DOMAINS.contains(&last);
    }
    let constant = last.len() > 1 && last.bytes().all(|b| b.is_ascii_uppercase() || b == b'_');
    !constant && !["Exception", "Error", "Throwable", "Fault", "Failure"].iter().any(|end| last.ends_with(end))
}

/// One letter with a sign, such as a direction `x+`.
fn is_axis(run: &str) -> bool {
    matches!(run.as_bytes(), [letter, b'+' | b'-'] if letter.is_ascii_alphabetic())
}

/// A month before a number, or a weekday before a date.
fn is_date_word(word: &str, rest: &str) -> bool {
    let (month, day) = (MONTHS.contains(&word), DAYS.contains(&word));
    if !month && !day {
        return false;
    }
    let next = rest.trim_start_matches([' ', ',', '.']);
    let number = next.bytes().next().is_some_and(|b| b.is_ascii_digit());
    let dated = || number || next.get(..3).is_some_and(|word| MONTHS.contains(&word));
    next.len() < rest.len() && ((month && number) || (day && dated()))
}
