//! What a section is made of; the faces draw each kind in their own way.

use serde::Serialize;

use super::grid::Grid;
use super::span::Line;

/// A numbered section or a lettered appendix.
#[derive(Debug, Clone, Serialize)]
pub struct Section {
    pub number: String,
    pub title: String,
    /// The same in every face: what a code forge makes of the heading.
    pub anchor: String,
    pub blocks: Vec<Block>,
}

/// A part of a section.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Block {
    Heading {
        text: Line,
    },
    /// A sentence that a person reads.
    Prose {
        line: Line,
    },
    /// A grey remark.
    Note {
        line: Line,
    },
    /// A remark that must not be overlooked.
    Callout {
        line: Line,
    },
    Grid {
        grid: Grid,
    },
    /// A long table that a face may fold away under its own summary.
    Folded {
        summary: String,
        grid: Grid,
    },
    Matrix {
        matrix: Matrix,
    },
    Heatmap {
        heatmap: HeatmapView,
    },
    Chart {
        file: String,
        alt: String,
    },
    Quote {
        quote: Quote,
    },
    Diff {
        diff: Diff,
    },
    /// A sentence that a person reads, with facts beside it.
    Facts {
        line: Line,
        facts: Vec<Fact>,
    },
    /// Lines of a log as they were stored.
    Listing {
        lines: Vec<String>,
    },
    /// A place for people's words, and what they wrote there.
    Slot {
        slot: Slot,
    },
}

/// A name and its values, one per line.
#[derive(Debug, Clone, Serialize)]
pub struct Fact {
    pub name: String,
    pub values: Vec<Line>,
}

/// A place for people's words.
#[derive(Debug, Clone, Serialize)]
pub struct Slot {
    pub id: String,
    /// Stands over what people wrote.
    pub author: String,
    /// Stands over the questions while nobody has written.
    pub empty: String,
    pub questions: Vec<String>,
    /// Heads of the table that is asked for; empty where words are.
    pub columns: Vec<String>,
    /// Empty where nobody has written.
    pub words: Vec<Words>,
}

/// A part of what a person wrote.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Words {
    Paragraph {
        line: Line,
    },
    Heading {
        line: Line,
    },
    /// An item of a list, at a depth from 0, behind its sign: `•`, `2.`, `☐`.
    Item {
        depth: usize,
        sign: String,
        line: Line,
    },
    Listing {
        lines: Vec<String>,
    },
    Table {
        grid: Grid,
    },
}

/// The checklist, by section of the runbook.
#[derive(Debug, Clone, Serialize)]
pub struct Matrix {
    /// `t01 – t09`.
    pub testers: String,
    pub groups: Vec<MatrixGroup>,
}

/// Lines below one heading of the runbook.
#[derive(Debug, Clone, Serialize)]
pub struct MatrixGroup {
    pub title: Line,
    /// `14 items, all passed`.
    pub note: String,
    pub all_passed: bool,
    pub rows: Vec<MatrixRow>,
}

/// A line of the runbook.
#[derive(Debug, Clone, Serialize)]
pub struct MatrixRow {
    pub id: String,
    pub text: Line,
    /// Why the verdict is not a pass; empty for a pass.
    pub why: Line,
    /// One letter.
    pub effect: String,
    /// Mark names, one per tester; empty where the line is not about each tester.
    pub cells: Vec<String>,
    /// The same in words: `8 of 9`.
    pub seen: String,
    pub verdict: Line,
    pub evidence: Line,
    pub judged: String,
}

/// Testers down, features across.
#[derive(Debug, Clone, Serialize)]
pub struct HeatmapView {
    pub features: Vec<Feature>,
    pub rows: Vec<HeatmapLine>,
    /// Says the finding rather than the picture.
    pub alt: String,
    /// The marks that occur, with their words.
    pub key: Vec<Line>,
}

/// A column of the heat map.
#[derive(Debug, Clone, Serialize)]
pub struct Feature {
    pub name: String,
    /// The checks behind it, short.
    pub checks: String,
    /// Whether some tester does not pass it.
    pub open: bool,
}

/// A row of the heat map.
#[derive(Debug, Clone, Serialize)]
pub struct HeatmapLine {
    pub tester: String,
    pub device: String,
    pub system: String,
    pub cells: Vec<String>,
    pub sessions: String,
    pub requests: String,
    /// Whether another platform begins here.
    pub begins: bool,
    /// `16 of 17`.
    pub passed: String,
    /// Features that are not passed, with their marks.
    pub open: Line,
}

/// A tester's words, alone in their block so that their direction disturbs nothing around them.
#[derive(Debug, Clone, Serialize)]
pub struct Quote {
    pub text: String,
    /// ISO 639-1 code of the script's commonest language.
    pub lang: String,
    pub rtl: bool,
    pub about: Line,
}

/// A unified diff.
#[derive(Debug, Clone, Serialize)]
pub struct Diff {
    pub lines: Vec<DiffLine>,
    /// All of it, for a fence.
    pub text: String,
}

/// A line of a diff with its sign.
#[derive(Debug, Clone, Serialize)]
pub struct DiffLine {
    /// add | del | hunk | head | same
    pub sign: String,
    pub text: String,
}
