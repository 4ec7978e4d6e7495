//! What people wrote in a generated document, as plain data: their words by slot, and those words without markup.

use serde::{Deserialize, Serialize};

/// All that people wrote in a document.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    pub status: Status,
    /// The slots in the order in which they stand in the document.
    pub slots: Vec<SlotText>,
    /// Generated blocks that people took over; what they say now is the people's.
    pub kept: Vec<SlotText>,
    /// What stands between the blocks and is not generated.
    pub outside: Vec<OutsideText>,
    /// Rows of the table of actions.
    pub actions: Vec<Action>,
    /// What a reviewer should look at before signing; in the order of the document.
    pub remarks: Vec<WordRemark>,
}

/// How far the people are; ordered from the first to the last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    #[default]
    Draft,
    InReview,
    Reviewed,
    Closed,
}

impl Status {
    /// All, in their order.
    pub const ALL: [Status; 4] = [Status::Draft, Status::InReview, Status::Reviewed, Status::Closed];

    /// The word as people write it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Status::Draft => "draft",
            Status::InReview => "in review",
            Status::Reviewed => "reviewed",
            Status::Closed => "closed",
        }
    }
}

/// The words in one slot.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotText {
    pub id: String,
    /// The line of the document on which the words begin, from 1.
    pub line: u64,
    /// Nobody wrote anything: it is blank, or holds the questions as they were generated.
    pub empty: bool,
    /// The source as it stands, with line feeds; empty where `empty`.
    pub markdown: String,
    /// The same for faces that know no Markdown.
    pub blocks: Vec<WordBlock>,
}

/// Words outside of any block.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutsideText {
    /// The block that stands before it; none at the top of the document.
    pub after: Option<String>,
    pub line: u64,
    pub markdown: String,
    pub blocks: Vec<WordBlock>,
}

/// A part of what a person wrote, without markup and without HTML: nothing in it is source for any face.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum WordBlock {
    Paragraph {
        runs: Vec<Run>,
    },
    Heading {
        /// 1 – 6
        level: u8,
        runs: Vec<Run>,
    },
    List {
        ordered: bool,
        /// Number of the first item; 1 for bullets.
        start: u64,
        items: Vec<Item>,
    },
    Quote {
        blocks: Vec<WordBlock>,
    },
    Code {
        /// The first word after the fence; empty where there is none.
        lang: String,
        text: String,
    },
    Table {
        head: Vec<Vec<Run>>,
        rows: Vec<Vec<Vec<Run>>>,
    },
    Rule,
}

/// An item of a list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Of a task item; none for others.
    pub ticked: Option<bool>,
    pub blocks: Vec<WordBlock>,
}

/// Words in one style.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    pub text: String,
    pub bold: bool,
    pub emphasis: bool,
    pub struck: bool,
    pub code: bool,
    /// Target of a link: only `http`, `https` and `mailto`; empty where there is none.
    pub link: String,
}

/// A row of the table of actions; cells without markup.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// The line of the document, from 1.
    pub line: u64,
    pub what: String,
    /// prevent | detect | mitigate | process; empty where missing, else as written
    pub kind: String,
    pub owner: String,
    /// As written.
    pub due: String,
    /// The due day as `YYYY-MM-DD`; none where it is missing or is no day.
    pub due_day: Option<String>,
    pub done_when: String,
    /// open | in progress | done | dropped, else as written; `open` where missing
    pub state: String,
    /// Its due day is before the as-of day and it is neither done nor dropped.
    pub overdue: bool,
}

impl Action {
    /// Whether it is still to be done.
    #[must_use]
    pub fn open(&self) -> bool {
        !matches!(self.state.as_str(), "done" | "dropped")
    }
}

/// Something in people's words that a reviewer should look at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordRemark {
    /// The slot, or the block that the words follow; empty at the top of the document.
    pub slot: String,
    /// The line of the document, from 1.
    pub line: u64,
    /// The words that it is about; empty where something is missing.
    pub words: String,
    pub about: About,
    /// What is the matter.
    pub sentence: String,
    /// A better question or wording; empty where there is none.
    pub better: String,
}

/// What a remark on people's words is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum About {
    /// A person is made the cause.
    #[default]
    Blame,
    /// A person is named among the causes.
    Name,
    /// What could be known only afterwards is held against somebody.
    Hindsight,
    /// One cause is taken for all of it.
    SingleCause,
    /// An action that nobody can tell done from not done.
    VagueAction,
    /// A row of the table of actions that lacks something or is overdue.
    Action,
    Status,
    /// A slot in which nobody wrote.
    Empty,
}
