//! Log templates: the constant words of a message with `<*>` for what varies, each with an id that is a hash of the
//! template, so that the same template has the same id in every file, in every order, on every day. Pure but for
//! `files`, which reads. How it works and how well: `docs/signatures.md`.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_64;

pub mod files;
mod header;
mod mask;
mod merge;
pub mod message;
mod stamp;
mod token;

/// Longest example kept, in bytes.
const LONGEST_EXAMPLE: usize = 2048;
/// Shapes held before further ones are told apart by their first words only.
const MOST_SHAPES: usize = 50_000;

/// A log template and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The first 12 hex digits of the SHA-256 of the template.
    pub id: String,
    /// Constant words, and `<*>` for what varies.
    pub template: String,
    /// How many messages have it.
    pub count: u64,
    /// The first message that has it; its first 2048 bytes.
    pub example: String,
}

/// What the messages came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mined {
    /// The most frequent first, among equals by id.
    pub signatures: Vec<Signature>,
    /// For each message, in the order given, its place in `signatures`.
    pub assignment: Vec<u32>,
}

/// The signatures of messages that are compared with each other, such as those of a baseline and of an incident: mined
/// in one call, equal templates have equal ids, and a place that is variable in one part is so in the other.
pub fn mine<T: AsRef<str>>(messages: impl IntoIterator<Item = T>) -> Mined {
    let mut miner = Miner::new();
    let shapes: Vec<u32> = messages.into_iter().map(|message| miner.add(message.as_ref())).collect();
    let (signatures, of_shape) = miner.finish();
    Mined { signatures, assignment: shapes.into_iter().map(|shape| of_shape[shape as usize]).collect() }
}

/// The id of a template.
#[must_use]
pub fn id_of(template: &str) -> String {
    Sha256::digest(template.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Gathers the shapes of messages; grows with the number of shapes, not of messages.
#[derive(Debug, Default)]
pub struct Miner {
    known: HashMap<u64, u32, BuildHasherDefault<Ready>>,
    shapes: Vec<Shape>,
    scratch: String,
    overflowed: bool,
}

#[derive(Debug)]
struct Shape {
    text: String,
    count: u64,
    example: String,
}

impl Miner {
    /// Nothing seen yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a message; gives the number of its shape, for `finish`.
    pub fn add(&mut self, message: &str) -> u32 {
        self.add_at(message, None)
    }

    /// Takes a message that came from a stack frame: the same message from another function is another signature.
    pub fn add_at(&mut self, message: &str, frame: Option<&str>) -> u32 {
        let mut scratch = std::mem::take(&mut self.scratch);
        mask::mask(message, &mut scratch);
        if let Some(frame) = frame {
            scratch.push_str(merge::FRAME);
            scratch.push_str(frame);
        }
        let shape = self.shape(&scratch, message, 1);
        self.scratch = scratch;
        shape
    }

    /// Takes in what another miner has seen; gives the new numbers of its shapes.
    pub fn merge(&mut self, other: Miner) -> Vec<u32> {
        self.overflowed |= other.overflowed;
        other.shapes.iter().map(|shape| self.shape(&shape.text, &shape.example, shape.count)).collect()
    }

    /// There were more shapes than are held, so the rest was told apart by its first words only.
    #[must_use]
    pub fn overflowed(&self) -> bool {
        self.overflowed
    }

    fn shape(&mut self, text: &str, example: &str, count: u64) -> u32 {
        let held = |miner: &Self, text: &str| miner.known.get(&xxh3_64(text.as_bytes())).copied();
        if let Some(number) = held(self, text) {
            self.shapes[number as usize].count += count;
            return number;
        }
        if self.shapes.len() < MOST_SHAPES {
            return self.new_shape(text, example, count);
        }
        self.overflowed = true;
        let coarse = mask::coarse(text);
        let text = if self.shapes.len() < 2 * MOST_SHAPES { coarse.as_str() } else { mask::HOLE };
        match held(self, text) {
            Some(number) => {
                self.shapes[number as usize].count += count;
                number
            }
            None => self.new_shape(text, example, count),
        }
    }

    fn new_shape(&mut self, text: &str, example: &str, count: u64) -> u32 {
        // There are never more than twice as many as are held, and one.
        let number = u32::try_from(self.shapes.len()).unwrap_or(u32::MAX);
        self.known.insert(xxh3_64(text.as_bytes()), number);
        let example = beginning(example, LONGEST_EXAMPLE).to_owned();
        self.shapes.push(Shape { text: text.to_owned(), count, example });
        number
    }

    /// The signatures, the most frequent first, and for each shape its place among them.
    #[must_use]
    pub fn finish(self) -> (Vec<Signature>, Vec<u32>) {
        self.finish_redacted(str::to_owned)
    }

    /// As `finish`, with constant words and examples redacted: signatures of raw text come out as those of text that
    /// was redacted before it was mined.
    pub fn finish_redacted(mut self, redact: impl Fn(&str) -> String) -> (Vec<Signature>, Vec<u32>) {
        for shape in &mut self.shapes {
            shape.text = mask::remask(&redact(&shape.text));
            shape.example = redact(&shape.example);
        }
        let texts: Vec<&str> = self.shapes.iter().map(|shape| shape.text.as_str()).collect();
        let templates = merge::merge(&texts);
        let mut at: HashMap<&str, usize> = HashMap::new();
        let mut signatures: Vec<Signature> = Vec::new();
        let mut of_shape: Vec<usize> = Vec::with_capacity(templates.len());
        for (shape, template) in self.shapes.iter().zip(&templates) {
            let place = *at.entry(template).or_insert_with(|| {
                let (id, template, example) = (id_of(template), template.clone(), shape.example.clone());
                signatures.push(Signature { id, template, count: 0, example });
                signatures.len() - 1
            });
            signatures[place].count += shape.count;
            of_shape.push(place);
        }
        let mut order: Vec<usize> = (0..signatures.len()).collect();
        order.sort_by(|a, b| {
            let (a, b) = (&signatures[*a], &signatures[*b]);
            b.count.cmp(&a.count).then_with(|| a.id.cmp(&b.id)).then_with(|| a.template.cmp(&b.template))
        });
        let mut rank = vec![0; order.len()];
        for (now, before) in (0..).zip(&order) {
            rank[*before] = now;
        }
        let sorted = order.iter().map(|before| signatures[*before].clone()).collect();
        (sorted, of_shape.into_iter().map(|place| rank[place]).collect())
    }
}

/// The first bytes of a text, whole characters only.
fn beginning(text: &str, most: usize) -> &str {
    let mut end = text.len().min(most);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// The keys are hashes already.
#[derive(Debug, Default)]
struct Ready(u64);

impl Hasher for Ready {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxh3_64(bytes);
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn templates(messages: &[&str]) -> Vec<String> {
        mine(messages).signatures.into_iter().map(|s| s.template).collect()
    }

    #[test]
    fn a_template_and_its_id_do_not_depend_on_order() {
        let mut lines: Vec<String> = (0..40).map(|n| format!("Rejected login of user guest{n} after {n} ms")).collect();
        lines
            .extend(["anna", "bela", "cleo", "dora", "emil", "fred"].map(|u| format!("mailbox {u} is full, dropping")));
        let there = mine(&lines);
        lines.reverse();
        let back = mine(&lines);
        let ids = |m: &Mined| m.signatures.iter().map(|s| (s.id.clone(), s.count)).collect::<Vec<_>>();
        assert_eq!(ids(&there), ids(&back));
        assert_eq!(there.signatures[0].template, "Rejected login of user <*> after <*>");
        assert_eq!(there.signatures[1].template, "mailbox <*> is full, dropping");
        assert_eq!(there.signatures[0].id, id_of("Rejected login of user <*> after <*>"));
    }

    #[test]
    fn words_that_tell_messages_apart_stay() {
        let lines = ["feed connected", "feed lost", "cache warm: true", "cache warm: false", "cache cold"];
        assert_eq!(templates(&lines).len(), 5);
    }

    #[test]
    fn nothing_gives_nothing() {
        assert_eq!(mine(Vec::<&str>::new()), Mined::default());
        assert_eq!(templates(&["", "   "]), [""]);
    }
}
