//! A message in, its shape out: what a token's own characters show to be variable becomes `<*>`. The shape of a line
//! depends on no other line.

use super::token::{
    AT, COLON, DIGIT, DOT, JOIN, LETTER, SLASH, SPACE, address_end, class, is_address, is_axis,
    is_clock_or_hardware_address, is_date_word, is_host_and_port, is_name_of_somebody, is_name_with_digit, is_value,
    less_than_a_number, redaction,
};

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

/// Keys whose quoted value is prose that tells messages apart, and no variable.
const PROSE: [&str; 8] = ["msg", "message", "err", "error", "reason", "event", "cause", "status"];
/// What may follow a number as its unit; written or not, the number stays a variable.
const UNITS: [&str; 16] =
    ["B", "KB", "kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "ms", "us", "ns", "s", "sec", "secs", "msec"];
/// Values that say that there is none.
const NOTHING: [&str; 5] = ["null", "none", "nil", "undefined", "None"];
/// Positions of switches; several in a row are a list of measured values.
const POSITIONS: [&str; 2] = ["on", "off"];

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
