//! `[[line]]` as written in, what the team says about a line of the runbook out.

use super::problem::{ConfigError, nearest};
use super::settle::Settling;
use super::{Declared, DeclaredLine, file};

/// What a line can be declared to be.
const WORDS: &[&str] = &["manual", "action", "out-of-scope"];

impl Settling<'_> {
    pub(super) fn line(&self, line: file::Line) -> Result<DeclaredLine, ConfigError> {
        let text = line.text.get_ref().trim().to_owned();
        if text.is_empty() {
            let hint = "give the line's text as the runbook has it, its anchor or its id".to_owned();
            return Err(self.at(line.text.span(), "this names no line".to_owned(), hint));
        }
        let reason = line.reason.as_ref().map(|r| r.get_ref().trim()).filter(|r| !r.is_empty());
        if let Some(by) = line.by.as_ref().filter(|_| line.is.as_ref().is_none_or(|is| is.get_ref() != "manual")) {
            let hint = "leave `by` out, or make the line `is = \"manual\"`".to_owned();
            return Err(self.at(by.span(), "only a manual line is decided by somebody".to_owned(), hint));
        }
        let is = match (&line.is, line.checks.is_empty()) {
            (None, false) => Declared::Checked(line.checks),
            (None, true) => {
                let hint = "add is = \"manual\", \"action\" or \"out-of-scope\", or checks = [\"S5.4\"]".to_owned();
                return Err(self.at(line.text.span(), "nothing is said about this line".to_owned(), hint));
            }
            (Some(is), false) => {
                let hint = "leave `is` out where checks judge the line".to_owned();
                return Err(self.at(is.span(), "a line is judged by checks or declared, not both".to_owned(), hint));
            }
            (Some(is), true) => match is.get_ref().as_str() {
                "manual" => Declared::Manual { testers: self.by_testers(line.by.as_ref())? },
                "action" => Declared::Action,
                "out-of-scope" => Declared::OutOfScope {
                    reason: reason.map(str::to_owned).ok_or_else(|| {
                        let hint = "page 1 shows it: reason = \"Android is not part of this stage.\"".to_owned();
                        self.at(is.span(), "a line out of scope needs a `reason`".to_owned(), hint)
                    })?,
                },
                other => {
                    let hint = nearest(other, WORDS.iter().copied());
                    return Err(self.at(is.span(), format!("a line is not `{other}`"), hint));
                }
            },
        };
        Ok(DeclaredLine { text, is })
    }

    fn by_testers(&self, by: Option<&toml::Spanned<String>>) -> Result<bool, ConfigError> {
        match by.map(|by| (by.get_ref().as_str(), by.span())) {
            None | Some(("owner", _)) => Ok(false),
            Some(("testers", _)) => Ok(true),
            Some((other, span)) => {
                let hint = nearest(other, ["owner", "testers"].into_iter());
                Err(self.at(span, format!("a manual line is not decided by `{other}`"), hint))
            }
        }
    }
}
