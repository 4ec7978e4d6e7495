//! Log templates: the constant words of a message with `<*>` for what varies, each with an id that is a hash of the
//! template, so that the same template has the same id in every file, in every order, on every day. Pure but for
//! `files`, which reads. How it works and how well: `docs/signatures.md`.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use sha2::{Digest, Sha256};
use xxhash_rust::xxh3::xxh3_64;

mod header;
mod mask;
mod merge;
pub mod message;
mod stamp;

/// Longest example kept, in bytes.
const LONGEST_EXAMPLE: usize = 2048;

/// A log template and what it came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The first 12 hex digits of the SHA-256 of the template.
    pub id: String,
    /// Constant words, and `<*>` for what varies.
    pub template: String,
    /// How many messages have it.
    pub count: u64,
    /// The first message that has it. Not redacted.
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
        let mut scratch = std::mem::take(&mut self.scratch);
        mask::mask(message, &mut scratch);
        let shape = self.shape(&scratch, message, 1);
        self.scratch = scratch;
        shape
    }

    /// Takes in what another miner has seen; gives the new numbers of its shapes.
    pub fn merge(&mut self, other: Miner) -> Vec<u32> {
        other.shapes.iter().map(|shape| self.shape(&shape.text, &shape.example, shape.count)).collect()
    }

    fn shape(&mut self, text: &str, example: &str, count: u64) -> u32 {
        let next = u32::try_from(self.shapes.len()).unwrap_or(u32::MAX);
        let number = *self.known.entry(xxh3_64(text.as_bytes())).or_insert(next);
        match self.shapes.get_mut(number as usize) {
            Some(shape) => shape.count += count,
            None => {
                let example = beginning(example, LONGEST_EXAMPLE).to_owned();
                self.shapes.push(Shape { text: text.to_owned(), count, example });
            }
        }
        number
    }

    /// The signatures, the most frequent first, and for each shape its place among them.
    #[must_use]
    pub fn finish(self) -> (Vec<Signature>, Vec<u32>) {
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
