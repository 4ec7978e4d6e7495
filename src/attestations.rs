//! Attestations and the runbook in, the words that count out: by line and person, the newest first; what does not
//! count is told.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::RunPlan;
use crate::correlation::roster::Roster;
use crate::report::Note;
use crate::rules::precedence::{Answer, Word};
use crate::runbook::Runbook;
use crate::runbook::find::Match;
use crate::tables::table::Table;

/// A word that counts, with its time.
#[derive(Debug, Clone)]
pub struct Attested {
    pub ts: i64,
    pub word: Word,
    pub file: String,
    pub line: i64,
}

/// Words by line id and person (roster code, or the owner's handle).
#[derive(Debug, Clone, Default)]
pub struct Attestations {
    words: BTreeMap<(String, String), Attested>,
    /// Lines that words name by their number below a heading, as `heading-slug/ordinal`.
    pub by_number: BTreeSet<String>,
    pub notes: Vec<Note>,
}

/// When each tester was on which build: times and builds in order, from the logs.
pub type Builds = BTreeMap<String, Vec<(i64, String)>>;

impl Attestations {
    /// Reads the table. The newest word of a person about a line counts; one about a build that is not named, from
    /// outside the window or by a stranger does not, and is told.
    #[must_use]
    pub fn of(table: &Table, runbook: &Runbook, roster: &Roster, plan: &RunPlan, builds: &Builds, as_of: i64) -> Self {
        let mut found = Attestations::default();
        let mut told = BTreeSet::new();
        for row in 0..table.rows.len() {
            let item = table.cell(row, "item").as_text().unwrap_or_default().trim();
            if runbook.lines.iter().any(|line| line.anchor.as_deref() == Some(item)) {
                found.by_number.insert(item.to_owned());
            }
            match Self::read(table, row, runbook, roster, plan, builds, as_of) {
                Ok((key, attested)) => {
                    let newer = found.words.get(&key).is_none_or(|held| held.ts <= attested.ts);
                    if newer {
                        found.words.insert(key, attested);
                    }
                }
                Err(why) => {
                    if told.insert(why.clone()) {
                        found.notes.push(Note { about: "attestation".to_owned(), sentence: why });
                    }
                }
            }
        }
        found
    }

    fn read(
        table: &Table,
        row: usize,
        runbook: &Runbook,
        roster: &Roster,
        plan: &RunPlan,
        builds: &Builds,
        as_of: i64,
    ) -> Result<((String, String), Attested), String> {
        let text = |name: &str| table.cell(row, name).as_text().unwrap_or_default();
        let (file, line) = (text("file").to_owned(), table.cell(row, "line").as_int().unwrap_or(0));
        let place = format!("{file}:{line}");
        let ts = table.cell(row, "ts").as_int().ok_or_else(|| format!("{place}: no time"))?;
        let bound = match runbook.find(text("item")) {
            Match::Line(found) | Match::Reworded(found, _) => found.id.clone(),
            Match::Ambiguous(_) => return Err(format!("{place}: \"{}\" names more than one line", text("item"))),
            Match::Changed(near, words) => {
                return Err(format!(
                    "{place}: \"{}\" names no line of the runbook; line {} is nearest, but says something else ({})",
                    text("item"),
                    near.line,
                    words.join(", ")
                ));
            }
            Match::None => return Err(format!("{place}: \"{}\" names no line of the runbook", text("item"))),
        };
        let by = match roster.by_name(text("by")).filter(|_| !text("by").eq_ignore_ascii_case(&plan.stage.owner)) {
            Some(tester) => roster.code(tester).unwrap_or_default().to_owned(),
            None if text("by").eq_ignore_ascii_case(&plan.stage.owner) => plan.stage.owner.clone(),
            None => return Err(format!("{place}: {} is neither on the roster nor the owner", text("by"))),
        };
        if ts < plan.stage.beta.from_ms() || ts >= plan.stage.beta.to_ms().max(as_of + 1) {
            return Err(format!("{place}: given outside the window, so it does not count"));
        }
        let build = table.cell(row, "build").as_text().map(str::to_owned).or_else(|| build_at(builds, &by, ts));
        if let Some(build) = &build
            && !plan.stage.builds.contains(build)
        {
            return Err(format!("{place}: given on build {build}, which is not a build of this stage"));
        }
        let carried = build.filter(|b| *b != plan.stage.candidate && by != plan.stage.owner);
        if carried.is_some() && !plan.stage.carry_over {
            return Err(format!("{place}: given on an earlier build, and carrying over is turned off"));
        }
        let result = match text("result") {
            "pass" => Answer::Pass,
            "fail" => Answer::Fail,
            _ => Answer::Blocked,
        };
        let note = Some(text("note")).filter(|n| !n.is_empty()).map_or_else(String::new, |n| format!(" (\"{n}\")"));
        let phrase = format!("{by} attested {} on {}{note}", text("result"), day(ts));
        let carried = carried.map(|build| format!("{build}→{}", plan.stage.candidate));
        Ok(((bound, by), Attested { ts, word: Word { result, carried, phrase }, file, line }))
    }

    /// Somebody's word that the line does not hold.
    #[must_use]
    pub fn against(&self, line: &str) -> Option<&Attested> {
        let about = self.words.iter().filter(|((named, _), _)| named == line).map(|(_, attested)| attested);
        about.filter(|attested| attested.word.result == Answer::Fail).max_by_key(|attested| attested.ts)
    }

    /// The word of a person about a line.
    #[must_use]
    pub fn word(&self, line: &str, by: &str) -> Option<&Attested> {
        self.words.get(&(line.to_owned(), by.to_owned()))
    }
}

/// The build a tester was on at a time: the last one seen before it, else the first one seen.
fn build_at(builds: &Builds, tester: &str, ts: i64) -> Option<String> {
    let all = builds.get(tester)?;
    let at = all.partition_point(|(seen, _)| *seen <= ts);
    all.get(at.saturating_sub(1)).map(|(_, build)| build.clone())
}

fn day(ts: i64) -> String {
    jiff::Timestamp::from_millisecond(ts).map_or_else(|_| String::new(), |t| t.strftime("%d %b %H:%M UTC").to_string())
}
