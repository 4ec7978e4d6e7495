//! A parcel as the JSON of a generic webhook: `cutover/delivery/1`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::Parcel;

/// Version of the public JSON format.
const SCHEMA: &str = "cutover/delivery/1";

/// The message. Texts are as the report has them; escaping is the receiver's.
pub(super) fn body(parcel: &Parcel) -> Value {
    let attachments: Vec<Value> = parcel
        .attachments
        .iter()
        .map(|a| json!({ "name": a.name, "mime": a.mime, "bytes": a.bytes.len(), "base64": STANDARD.encode(&a.bytes) }))
        .collect();
    json!({
        "schema": SCHEMA,
        "kind": parcel.on.word(),
        "key": parcel.key,
        "subject": parcel.subject,
        "text": parcel.text,
        "markdown": parcel.markdown,
        "attachments": attachments,
    })
}
