//! What the doctor noticed, as plain data.

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    Fine,
    /// It works, but not as it should.
    Warning,
    /// Evidence will be missing.
    Fault,
}

/// Something that was noticed, as a sentence without a full stop, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noticed {
    pub grade: Grade,
    pub what: String,
    /// Empty where nothing is wrong.
    pub fix: String,
}

impl Noticed {
    #[must_use]
    pub fn fine(what: impl Into<String>) -> Self {
        Noticed { grade: Grade::Fine, what: what.into(), fix: String::new() }
    }

    #[must_use]
    pub fn warning(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Noticed { grade: Grade::Warning, what: what.into(), fix: fix.into() }
    }

    #[must_use]
    pub fn fault(what: impl Into<String>, fix: impl Into<String>) -> Self {
        Noticed { grade: Grade::Fault, what: what.into(), fix: fix.into() }
    }
}

/// What was noticed about one thing.
#[derive(Debug, Clone)]
pub struct Section {
    /// Such as `source backend`.
    pub about: String,
    pub noticed: Vec<Noticed>,
}

/// Everything that was noticed, in the order of the configuration.
#[derive(Debug, Clone, Default)]
pub struct Diagnosis {
    pub sections: Vec<Section>,
}

impl Diagnosis {
    /// How many of a grade there are.
    #[must_use]
    pub fn count(&self, grade: Grade) -> usize {
        self.sections.iter().flat_map(|s| &s.noticed).filter(|n| n.grade == grade).count()
    }

    /// Adds a section that has something to tell.
    pub fn add(&mut self, about: impl Into<String>, noticed: Vec<Noticed>) {
        if !noticed.is_empty() {
            self.sections.push(Section { about: about.into(), noticed });
        }
    }
}
