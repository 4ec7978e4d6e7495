//! The roster: who the testers are, and how a user, a handle or a device file is known to be one of them.

use std::collections::BTreeMap;

use crate::tables::table::{Cell, Table};

/// One row of the roster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tester {
    pub code: String,
    pub user_key: Option<String>,
    pub email_key: Option<String>,
    pub handle: Option<String>,
    pub device: String,
    pub os_version: String,
    pub platform: String,
}

/// The testers in the order of the roster, each code once per device.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    pub testers: Vec<Tester>,
    by_user: BTreeMap<String, usize>,
}

impl Roster {
    /// Reads the `testers` table.
    #[must_use]
    pub fn of(testers: &Table) -> Self {
        let mut roster = Roster::default();
        for row in 0..testers.rows.len() {
            let text = |name: &str| testers.cell(row, name).as_text().map(str::trim).filter(|t| !t.is_empty());
            let Some(code) = text("tester") else { continue };
            if roster.testers.iter().any(|t| t.code == code) {
                continue;
            }
            let user_key = text("user_key").map(str::to_owned);
            if let Some(key) = &user_key {
                roster.by_user.entry(key.clone()).or_insert(roster.testers.len());
            }
            roster.testers.push(Tester {
                code: code.to_owned(),
                user_key,
                email_key: text("email_key").map(str::to_owned),
                handle: text("handle").map(str::to_owned),
                device: text("device").unwrap_or_default().to_owned(),
                os_version: text("os_version").unwrap_or_default().to_owned(),
                platform: text("platform").unwrap_or_default().to_ascii_lowercase(),
            });
        }
        roster
    }

    /// The tester of a user pseudonym.
    #[must_use]
    pub fn by_user(&self, key: &str) -> Option<usize> {
        self.by_user.get(key).copied()
    }

    /// The tester of a pseudonym, whether it was made of a user id or of an e-mail address.
    #[must_use]
    pub fn by_pseudonym(&self, key: &str) -> Option<usize> {
        self.by_user(key).or_else(|| self.testers.iter().position(|t| t.email_key.as_deref() == Some(key)))
    }

    /// The tester named by a code or a handle.
    #[must_use]
    pub fn by_name(&self, name: &str) -> Option<usize> {
        let name = name.trim();
        self.testers.iter().position(|t| t.code.eq_ignore_ascii_case(name)).or_else(|| {
            self.testers.iter().position(|t| t.handle.as_deref().is_some_and(|h| h.eq_ignore_ascii_case(name)))
        })
    }

    /// The tester whose code or handle stands in the name of a device file, such as `t05-pierre.caron.log`.
    #[must_use]
    pub fn by_file(&self, file: &str) -> Option<usize> {
        let name = file.rsplit('/').next().unwrap_or(file);
        let words: Vec<&str> = name.split(|c: char| !(c.is_alphanumeric() || c == '.')).collect();
        let stem = name.split('.').next().unwrap_or(name);
        let code = |t: &Tester| {
            words.iter().any(|w| w.trim_end_matches(".log").eq_ignore_ascii_case(&t.code))
                || stem.eq_ignore_ascii_case(&t.code)
        };
        let handle = |t: &Tester| t.handle.as_deref().is_some_and(|h| name.contains(h));
        self.testers.iter().position(code).or_else(|| self.testers.iter().position(handle))
    }

    /// Code of a tester.
    #[must_use]
    pub fn code(&self, tester: usize) -> Option<&str> {
        self.testers.get(tester).map(|t| t.code.as_str())
    }

    /// Code of a tester as a cell.
    #[must_use]
    pub fn cell(&self, tester: Option<usize>) -> Cell {
        Cell::from(tester.and_then(|t| self.code(t)))
    }
}
