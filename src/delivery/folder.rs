//! A parcel as a folder of its own: the text, the Markdown and the attachments, whole or not at all.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::retry::Tried;
use super::{Parcel, clean};
use crate::ingest::lines::hex;
use crate::output::{self, Manifest};
use crate::render::Artifact;

/// Puts a parcel below `path`. Doing it again replaces it.
pub(super) fn put(path: &Path, parcel: &Parcel) -> Tried {
    let file = |name: &str, bytes: &[u8]| Artifact { path: name.to_owned(), bytes: bytes.to_vec() };
    let mut artifacts = vec![
        file("message.txt", format!("{}\n\n{}", clean::line(&parcel.subject, 200), parcel.text).as_bytes()),
        file("message.md", parcel.markdown.as_bytes()),
    ];
    artifacts.extend(parcel.attachments.iter().map(|a| file(&clean::file_name(&a.name), &a.bytes)));
    let manifest = Manifest::of(&parcel.key, &artifacts, Vec::new());
    match output::write(&path.join(name(&parcel.key)), &artifacts, &manifest) {
        Ok(()) => Tried::Done(Vec::new()),
        Err(error) => Tried::Again { why: clean::line(&format!("{error:#}"), 400), wait: None },
    }
}

/// A folder's name for a key; where characters had to go, a hash keeps two keys apart.
fn name(key: &str) -> String {
    let plain = clean::file_name(key);
    if plain == key { plain } else { format!("{plain}-{}", &hex(&Sha256::digest(key.as_bytes()))[..8]) }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn keys_stay_apart_and_inside() {
        assert_eq!(name("2026-W32"), "2026-W32");
        assert!(name("../x").starts_with("x-") && name("../x") != name("./x"));
    }
}
