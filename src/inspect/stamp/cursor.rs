//! A text read byte by byte: digits, words, months.

/// Bytes of a text, and how many of them were read.
pub(super) struct Cursor<'a> {
    pub text: &'a [u8],
    pub at: usize,
}

impl Cursor<'_> {
    pub(super) fn peek(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(0)
    }

    pub(super) fn eat(&mut self, wanted: &[u8]) -> Option<u8> {
        let byte = self.peek();
        wanted.contains(&byte).then(|| {
            self.at += 1;
            byte
        })
    }

    pub(super) fn run(&self) -> usize {
        self.text[self.at..].iter().take_while(|b| b.is_ascii_digit()).count()
    }

    /// A number of `least` to `most` digits, and no more of them.
    pub(super) fn number(&mut self, least: usize, most: usize) -> Option<i16> {
        let run = self.run();
        (least..=most).contains(&run).then_some(())?;
        self.fixed(run)
    }

    /// The next `count` digits, whatever follows.
    pub(super) fn fixed(&mut self, count: usize) -> Option<i16> {
        let digits = self.text.get(self.at..self.at + count)?;
        let mut value = 0i16;
        for byte in digits {
            byte.is_ascii_digit().then_some(())?;
            value = value.checked_mul(10)?.checked_add(i16::from(byte - b'0'))?;
        }
        self.at += count;
        Some(value)
    }

    pub(super) fn word(&mut self) -> &str {
        let start = self.at;
        while self.peek().is_ascii_alphabetic() {
            self.at += 1;
        }
        std::str::from_utf8(&self.text[start..self.at]).unwrap_or_default()
    }

    pub(super) fn month(&mut self) -> Option<i16> {
        const MONTHS: [&str; 12] = [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ];
        let word = self.word().to_ascii_lowercase();
        let at = MONTHS.iter().position(|m| {
            *m == word || (word.len() == 3 && m.starts_with(&word)) || (*m == "september" && word == "sept")
        })?;
        Some(at as i16 + 1)
    }

    pub(super) fn spaces(&mut self) -> usize {
        let start = self.at;
        while self.peek() == b' ' {
            self.at += 1;
        }
        self.at - start
    }
}
