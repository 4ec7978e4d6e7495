//! The files of `queries/` and `templates/`, compiled in; the build script lists them.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The text of a template.
#[must_use]
pub fn template(name: &str) -> Option<&'static [u8]> {
    TEMPLATES.iter().find(|(key, _)| *key == name).map(|(_, bytes)| *bytes)
}
