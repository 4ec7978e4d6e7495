//! Shapes that differ in one word only: where a place takes many words, the word is a variable, too.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64;

use super::mask::{HOLE, collapse};

/// What stands between a message and the stack frame that it came from; frames are never variable.
pub(super) const FRAME: &str = " ← ";

/// So many different words in one place of otherwise equal shapes make it a variable.
const MANY: usize = 5;
/// In the place of the first word, which tells most; and for words in capitals, which are mostly states.
const MANY_FIRST: usize = 8;
const MANY_STATES: usize = 12;
/// Behind a word that introduces a name, and beside a value that is variable already.
const FEW: usize = 2;
/// With a single constant word beside it, a place must take this many.
const MANY_ALONE: usize = 12;
/// Words that have a name behind them.
const INTRODUCE: [&str; 9] = ["user", "account", "username", "host", "hostname", "login", "client", "by", "named"];
/// Values that part templates, however often they occur.
const SWITCHES: [&str; 10] = ["true", "false", "on", "off", "yes", "no", "enabled", "disabled", "True", "False"];
/// Rounds at most; each makes one more place variable in a shape.
const ROUNDS: usize = 12;

/// The template of each shape, in the order of the shapes.
pub(super) fn merge(shapes: &[&str]) -> Vec<String> {
    let mut templates: Vec<String> = Vec::new();
    let mut at: HashMap<&str, usize> = HashMap::new();
    for shape in shapes {
        at.entry(*shape).or_insert_with(|| {
            templates.push((*shape).to_owned());
            templates.len() - 1
        });
    }
    let mut settled: Vec<usize> = shapes.iter().map(|shape| at[shape]).collect();
    for _ in 0..ROUNDS {
        let Some(next) = round(&templates) else { break };
        let mut unique: HashMap<&str, usize> = HashMap::new();
        let mut fewer: Vec<String> = Vec::new();
        let mut moved = Vec::with_capacity(next.len());
        for template in &next {
            let place = *unique.entry(template).or_insert_with(|| {
                fewer.push(template.clone());
                fewer.len() - 1
            });
            moved.push(place);
        }
        settled.iter_mut().for_each(|place| *place = moved[*place]);
        templates = fewer;
    }
    settled.into_iter().map(|place| templates[place].clone()).collect()
}

/// A place of a template that could be variable: bytes `from..to`.
#[derive(Debug, Clone, Copy)]
struct Place {
    from: usize,
    to: usize,
    /// Which of the template's words it is, from 0.
    nth: usize,
}

/// Templates that are equal but for what stands in one place.
#[derive(Debug, Default, Clone, Copy)]
struct Family {
    words: usize,
    states: usize,
    hole: bool,
}

/// One round: the templates after it, or nothing if none changed.
fn round(templates: &[String]) -> Option<Vec<String>> {
    let places: Vec<Vec<Place>> = templates.iter().map(|t| places(t)).collect();
    let mut families: HashMap<u64, Family> = HashMap::new();
    let mut scratch = Vec::new();
    for (template, places) in templates.iter().zip(&places) {
        for place in places {
            let word = &template[place.from..place.to];
            let family = families.entry(key(template, *place, &mut scratch)).or_default();
            if word == HOLE {
                family.hole = true;
            } else if !SWITCHES.contains(&word) {
                family.words += 1;
                family.states += usize::from(is_state(word));
            }
        }
    }
    let mut changed = false;
    let next = templates.iter().zip(&places).map(|(template, places)| {
        let words = places.iter().filter(|p| &template[p.from..p.to] != HOLE).count();
        let mut best: Option<(usize, Place)> = None;
        for place in places {
            let family = families[&key(template, *place, &mut scratch)];
            if is_variable(template, *place, family, words) && best.is_none_or(|(most, _)| family.words > most) {
                best = Some((family.words, *place));
            }
        }
        let Some((_, place)) = best else { return template.clone() };
        changed = true;
        collapse(&format!("{}{HOLE}{}", &template[..place.from], &template[place.to..]))
    });
    let next: Vec<String> = next.collect();
    changed.then_some(next)
}

/// Whether the word in this place of the template is a variable.
fn is_variable(template: &str, place: Place, family: Family, words: usize) -> bool {
    let word = &template[place.from..place.to];
    if word == HOLE || SWITCHES.contains(&word) || words < 2 {
        return false;
    }
    let before = &template[..place.from];
    let introduced =
        before.ends_with(' ') && before.trim_end().rsplit(' ').next().is_some_and(|word| INTRODUCE.contains(&word));
    let states = family.states * 2 > family.words;
    if family.hole && !states && (introduced || before.trim_end().ends_with('=')) {
        // A named place that is variable in other lines.
        return true;
    }
    let least = if words == 2 {
        MANY_ALONE
    } else if states {
        MANY_STATES
    } else if introduced || family.hole {
        FEW
    } else if place.nth == 0 {
        MANY_FIRST
    } else {
        MANY
    };
    family.words >= least
}

/// What happened rather than to whom: capitals only, the name of a state or a verb of HTTP, and participles.
fn is_state(word: &str) -> bool {
    let capitals = word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'_' || b == b'-');
    capitals || word.ends_with("ed") || word.ends_with("ing")
}

/// The template with its place left empty, as a number.
fn key(template: &str, place: Place, scratch: &mut Vec<u8>) -> u64 {
    scratch.clear();
    scratch.extend_from_slice(&template.as_bytes()[..place.from]);
    scratch.push(0);
    scratch.extend_from_slice(&template.as_bytes()[place.to..]);
    xxh3_64(scratch)
}

/// The words and variables of a template.
fn places(template: &str) -> Vec<Place> {
    let bytes = template.as_bytes();
    let inside =
        |b: u8| b.is_ascii_alphanumeric() || b >= 0x80 || matches!(b, b'_' | b'-' | b'.' | b'$' | b'\'' | b'@');
    let mut places = Vec::new();
    let end = template.rfind(FRAME).unwrap_or(bytes.len());
    let mut at = 0;
    while at < end {
        if template[at..].starts_with(HOLE) {
            places.push(Place { from: at, to: at + HOLE.len(), nth: places.len() });
            at += HOLE.len();
        } else if bytes[at].is_ascii_alphabetic() || bytes[at] >= 0x80 || bytes[at] == b'_' {
            let mut to = at + bytes[at..].iter().take_while(|b| inside(**b)).count();
            while matches!(bytes[to - 1], b'.' | b'-' | b'\'') {
                to -= 1;
            }
            places.push(Place { from: at, to, nth: places.len() });
            at = to;
        } else {
            at += 1;
        }
    }
    places
}
