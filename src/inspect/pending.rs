//! A JSON document that spans several lines, as pretty printers write.

use serde_json::Value;

/// Bytes of a document, at most.
const LARGEST: usize = 256 << 20;

/// Lines that may be a document.
#[derive(Debug)]
pub struct Pending {
    /// Number of its first line.
    pub first: u64,
    pub text: String,
    depth: i64,
    string: bool,
    escaped: bool,
    list: bool,
}

/// What the next line made of it.
pub enum Fed {
    More,
    Whole(Value),
    /// It is no document.
    Torn,
}

impl Pending {
    /// Whether a document may begin with this line: it ends where a printer breaks lines.
    #[must_use]
    pub fn may_begin(text: &str) -> bool {
        text.trim_end().ends_with(['{', '[', ','])
    }

    /// A document that begins with this line.
    #[must_use]
    pub fn new(first: u64, text: &str) -> Self {
        let list = text.starts_with('[');
        let mut pending = Pending { first, text: text.to_owned(), depth: 0, string: false, escaped: false, list };
        pending.count(text);
        pending
    }

    /// Adds a line.
    pub fn feed(&mut self, line: &str) -> Fed {
        self.text.push('\n');
        self.text.push_str(line);
        self.count(line);
        // No string goes over a line's end, and a record of its own in the middle says that the first one was torn.
        let own = !self.list && line.starts_with("{\"") && serde_json::from_str::<Value>(line).is_ok();
        if self.string || self.depth < 0 || own || self.text.len() > LARGEST {
            return Fed::Torn;
        }
        if self.depth > 0 {
            return Fed::More;
        }
        serde_json::from_str(&self.text).map_or(Fed::Torn, Fed::Whole)
    }

    /// Lines with something in them, and blank ones.
    #[must_use]
    pub fn lines(&self) -> (u64, u64) {
        let blank = self.text.split('\n').filter(|line| line.trim().is_empty()).count() as u64;
        (self.text.split('\n').count() as u64 - blank, blank)
    }

    fn count(&mut self, line: &str) {
        for byte in line.bytes() {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.string => self.escaped = true,
                b'"' => self.string = !self.string,
                b'{' | b'[' if !self.string => self.depth += 1,
                b'}' | b']' if !self.string => self.depth -= 1,
                _ => {}
            }
        }
    }
}
