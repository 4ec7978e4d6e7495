//! What systems wrap around a service's own line in a file: container runtimes, the journal, a collector. Each is known
//! by the first bytes of a line; a line that is wrapped in nothing costs a look at those.

pub(super) mod cri;
pub(super) mod docker;
pub(super) mod export;
pub(super) mod joins;
pub(super) mod journal;
pub(super) mod otlp;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde_json::Value;

use super::envelope::Envelope;
use super::row::Text;

/// A line of a file, unwrapped.
pub(super) enum Carried<'a> {
    One(Envelope<'a>),
    /// A batch; each record read or told why not.
    Many(Vec<Result<Envelope<'a>, String>>),
    /// Says nothing about logs.
    Attached,
    /// A record of a carrier that cannot be read, and why.
    Lost(String),
}

/// Unwraps a line; `None` where it stands by itself.
pub(super) fn open(line: &str) -> Option<Carried<'_>> {
    match line.as_bytes() {
        [b'0'..=b'9', ..] => cri::open(line).map(Carried::One),
        [b'{', b'"', b'l' | b's', ..] => docker::open(line),
        [b'{', b'"', b'r', ..] => otlp::open(line),
        [b'{', b'"', b'_' | b'A'..=b'Z', ..] => journal::open(line),
        _ => None,
    }
}

/// Adds a JSON value as attributes: objects by dotted names, lists as their JSON.
fn flatten<'a>(name: &str, value: Value, into: &mut Vec<(Text<'a>, Text<'a>)>) {
    let text = match value {
        Value::Null => return,
        Value::Object(fields) => {
            for (key, value) in fields {
                let name = if name.is_empty() { key } else { format!("{name}.{key}") };
                flatten(&name, value, into);
            }
            return;
        }
        Value::String(text) => text,
        other => other.to_string(),
    };
    into.push((Cow::Owned(name.to_owned()), Cow::Owned(text)));
}
