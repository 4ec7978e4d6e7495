//! A mistake in the configuration: what is wrong, where, and what to do, drawn with the line underlined.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// A mistake with its place in the file.
#[derive(Debug)]
pub struct ConfigError {
    file: PathBuf,
    message: String,
    hint: Option<String>,
    place: Option<Place>,
}

#[derive(Debug)]
struct Place {
    line: usize,
    column: usize,
    text: String,
    width: usize,
}

impl ConfigError {
    /// A mistake in the file as a whole.
    #[must_use]
    pub fn whole(file: &Path, message: impl Into<String>, hint: impl Into<String>) -> Self {
        ConfigError { file: file.to_owned(), message: message.into(), hint: Some(hint.into()), place: None }
    }

    /// A mistake at a byte range of the file's text.
    #[must_use]
    pub fn at(file: &Path, text: &str, span: Range<usize>, message: impl Into<String>, hint: Option<String>) -> Self {
        let start = span.start.min(text.len());
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line_text = without_secret(text[line_start..line_end].trim_end_matches('\r'));
        let width = text[start..span.end.clamp(start, line_end)].chars().count().max(1);
        let place = Place {
            line: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            text: line_text,
            width,
        };
        ConfigError { file: file.to_owned(), message: message.into(), hint, place: Some(place) }
    }

    /// From the TOML reader; an unknown key gets the nearest known one as hint.
    #[must_use]
    pub fn from_toml(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        let message = error.message().to_owned();
        let span = error.span().unwrap_or(0..0);
        let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
        let hint = match names.split_first() {
            Some((unknown, known)) if message.starts_with("unknown") => nearest(unknown, known.iter().copied()),
            _ => None,
        };
        let message = match (message.starts_with("unknown field"), names.first()) {
            (true, Some(key)) => format!("unknown key `{key}`"),
            (true, None) | (false, _) => message,
        };
        Self::at(file, text, span, message, hint)
    }
}

/// A line as it may be shown: a secret that stands where only a reference to one should is not repeated.
fn without_secret(line: &str) -> String {
    let Some((key, value)) = line.split_once('=') else { return line.to_owned() };
    let name = key.trim().trim_matches('"').to_ascii_lowercase();
    let telling = ["url", "password", "secret", "auth", "token", "cookie", "headers", "api-key", "api_key"];
    if !telling.iter().any(|word| name.contains(word)) || value.contains("env =") || value.contains("file =") {
        return line.to_owned();
    }
    match value.find(['"', '\'']) {
        Some(at) => format!("{key}={}***", &value[..at]),
        None => line.to_owned(),
    }
}

/// "did you mean …" for a word among known ones, or the list of them when none is near.
#[must_use]
pub fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str> + Clone) -> Option<String> {
    let best = known.clone().map(|k| (strsim::damerau_levenshtein(word, k), k)).min()?;
    if best.0 <= (word.len() / 2).max(2) {
        return Some(format!("did you mean `{}`?", best.1));
    }
    let all: Vec<String> = known.map(|k| format!("`{k}`")).collect();
    Some(format!("known here: {}", all.join(", ")))
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message)?;
        match &self.place {
            Some(place) => {
                let number = place.line.to_string();
                let pad = " ".repeat(number.len());
                write!(f, "\n{pad}--> {}:{}:{}", self.file.display(), place.line, place.column)?;
                write!(f, "\n{pad} |\n{number} | {}", place.text)?;
                let lead: String =
                    place.text.chars().take(place.column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
                write!(f, "\n{pad} | {lead}{}", "^".repeat(place.width))?;
            }
            None => write!(f, "\n --> {}", self.file.display())?,
        }
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
