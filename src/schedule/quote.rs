//! Texts in, the same texts out as each format takes them without reading anything into them.

/// A word of a shell.
pub(super) fn shell(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-+=:@,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

/// A word of a command in a systemd unit: quotes and backslashes, `%` specifiers and `$` variables.
pub(super) fn unit_word(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace('$', "$$");
    if text.contains([' ', '"', '\'', '\\', ';']) { format!("\"{text}\"") } else { text }
}

/// A path as the value of a setting of a systemd unit, where `$` means nothing.
pub(super) fn unit_path(text: &str) -> String {
    text.replace('%', "%%")
}

/// One of several paths of a setting.
pub(super) fn unit_path_word(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%");
    if text.contains([' ', '"', '\'', '\\']) { format!("\"{text}\"") } else { text }
}

/// A double-quoted scalar of YAML; JSON strings are such.
pub(super) fn yaml(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::{shell, unit_word, yaml};

    #[test]
    fn a_path_stays_one_word() {
        assert_eq!(shell("/srv/beta/cutover.toml"), "/srv/beta/cutover.toml");
        assert_eq!(shell("it's $HOME"), "'it'\\''s $HOME'");
        assert_eq!(unit_word("/a b/100%/$X"), "\"/a b/100%%/$$X\"");
        assert_eq!(yaml("a: \"b\" #c"), "\"a: \\\"b\\\" #c\"");
    }
}
