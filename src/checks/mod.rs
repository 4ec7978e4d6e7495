//! The catalogue over the tables in, findings out: coverage first, then the query, the rule, the word, the waiver.

mod veto;

use std::collections::{BTreeMap, BTreeSet};

use crate::attestations::Attestations;
use crate::config::RunPlan;
use crate::observation::Observed;
use crate::queries::literals::Literals;
use crate::queries::{CheckSpec, Query, engine};
use crate::report::TesterCell;
use crate::rules::family::Family;
use crate::rules::precedence::{Answer, Silence, combine, is_owed};
use crate::rules::{self, Basis, Observation, RuleSpec, Ruled, Seen};
use crate::runbook::bind::Bindings;
use crate::tables::Tables;
use crate::tables::table::Table;
use crate::verdict::{Effect, Proof, Verdict};

/// A check's verdict and everything behind it.
#[derive(Debug, Clone)]
pub struct Finding {
    pub check: String,
    pub item: String,
    pub title: String,
    /// Id of the runbook line it judges, where it is bound to one.
    pub line: Option<String>,
    pub effect: Effect,
    pub proof: Proof,
    pub rule: &'static str,
    pub verdict: Verdict,
    /// The verdict before a waiver.
    pub judged: Verdict,
    pub sentence: String,
    pub figures: BTreeMap<String, f64>,
    /// What would settle it, where the rule or the check can tell.
    pub needed: Option<String>,
    /// Comparisons of rates behind it.
    pub compared: Vec<rules::rate_ratio::Compared>,
    pub cells: Vec<TesterCell>,
    /// Why coverage limited the verdict.
    pub observed: Vec<String>,
    pub rows: Table,
    pub feature: Option<String>,
    pub sha256: String,
    pub means: String,
    /// Passes by words alone.
    pub attested_only: bool,
    pub unwaivable: bool,
    /// A violation is a tenant leak.
    pub leak: bool,
    pub needs: Vec<String>,
    /// People whose word is missing and would pass it: roster codes, or the owner's handle.
    pub owed: Vec<String>,
}

impl Finding {
    /// A finding of which nothing is known yet: `no-data`, with nothing behind it.
    #[must_use]
    pub fn unjudged(
        check: &str,
        item: &str,
        title: &str,
        (effect, proof): (Effect, Proof),
        rule: &'static str,
    ) -> Self {
        Finding {
            check: check.to_owned(),
            item: item.to_owned(),
            title: title.to_owned(),
            line: None,
            effect,
            proof,
            rule,
            verdict: Verdict::NoData,
            judged: Verdict::NoData,
            sentence: String::new(),
            figures: BTreeMap::new(),
            needed: None,
            compared: Vec::new(),
            cells: Vec::new(),
            observed: Vec::new(),
            rows: Table::default(),
            feature: None,
            sha256: String::new(),
            means: String::new(),
            attested_only: false,
            unwaivable: false,
            leak: false,
            needs: Vec::new(),
            owed: Vec::new(),
        }
    }

    /// Whether no waiver is accepted: for a check that allows none, and for a leak that it found.
    #[must_use]
    pub fn cannot_be_waived(&self) -> bool {
        self.unwaivable || self.leak && matches!(self.judged, Verdict::Fail | Verdict::Conflict)
    }
}

/// What evaluating needs.
pub struct Bench<'a> {
    pub plan: &'a RunPlan,
    pub tables: &'a Tables,
    pub literals: &'a Literals,
    pub observed: &'a Observed,
    pub attestations: &'a Attestations,
    /// Which check judges which line.
    pub bindings: &'a Bindings,
    /// Roster codes.
    pub testers: &'a [String],
    /// When the candidate was published, milliseconds UTC.
    pub published: Option<i64>,
    /// The testers run the app in Expo Go, which no store sends crash reports of.
    pub expo_go: bool,
    /// Tester codes → device, for the platforms in scope.
    pub platforms_seen: &'a BTreeSet<String>,
}

/// Judges every check of the catalogue; checks that roll up others come last. All queries run first, because the
/// comparisons of all checks are one family.
#[must_use]
pub fn evaluate(catalogue: &[Query], bench: &Bench<'_>) -> Vec<Finding> {
    let single = catalogue.iter().filter(|q| !is_green(q));
    let gathered: Vec<Gathered<'_>> = single.filter_map(|q| Some(bench.gather(q, q.check()?))).collect();
    let family = Family::of(gathered.iter().filter_map(|g| g.pending.as_ref()).flat_map(rules::Pending::p_values));
    gathered.into_iter().map(|g| bench.judge(g, &family)).collect()
}

/// What a check's query gave, before it is judged.
struct Gathered<'a> {
    query: &'a Query,
    check: &'a CheckSpec,
    rows: Table,
    exposure: Option<f64>,
    /// Why the query did not run.
    failed: Option<String>,
    /// A comparison that waits for the family.
    pending: Option<rules::Pending>,
}

/// The checks that roll up others, judged after waivers were applied to those.
#[must_use]
pub fn roll_ups(catalogue: &[Query], bench: &Bench<'_>, findings: &[Finding]) -> Vec<Finding> {
    let green = catalogue.iter().filter(|q| is_green(q));
    green.filter_map(|q| Some(bench.roll_up(q, q.check()?, findings))).collect()
}

fn is_green(query: &Query) -> bool {
    query.check().is_some_and(|c| matches!(c.rule, RuleSpec::Green { .. }))
}

impl Bench<'_> {
    fn gather<'q>(&self, query: &'q Query, check: &'q CheckSpec) -> Gathered<'q> {
        let ran = self.rows(query, check).and_then(|rows| Ok((rows, self.exposure(query)?)));
        let (rows, exposure, failed) = match ran {
            Ok((rows, exposure)) => (rows, exposure, None),
            Err(error) => (Table::default(), None, Some(format!("its query does not run: {error:#}"))),
        };
        let pending = rules::compare(&check.rule, &rows);
        Gathered { query, check, rows, exposure, failed, pending }
    }

    fn judge(&self, gathered: Gathered<'_>, family: &Family) -> Finding {
        let Gathered { query, check, rows, exposure, failed, pending } = gathered;
        let vetoes = self.vetoes(query, check);
        let least = match &check.rule {
            RuleSpec::Share { min, .. } => self.plan.params.float(min),
            RuleSpec::LatencyRatio { margin } => self.plan.params.float(margin),
            _ => 0.0,
        };
        let basis = Basis {
            testers: self.testers,
            unit: &check.unit,
            bad: &check.bad,
            one: &check.one,
            shows: &check.shows,
            candidate: &self.plan.stage.candidate,
            cohort: &self.plan.stage.cohort,
            exposure,
            least,
        };
        let ruled = match (&failed, pending) {
            (Some(why), _) => Ruled::whole(Seen::Absent(why.clone())),
            (None, Some(pending)) => pending.judge(family, &check.rule, &basis),
            (None, None) => rules::apply(&check.rule, &rows, &basis),
        };
        let mut finding = self.conclude(query, check, ruled, rows, vetoes);
        // Nobody can vouch for a check that did not run.
        if let Some(why) = failed.filter(|_| finding.verdict == Verdict::Pass) {
            (finding.verdict, finding.judged, finding.sentence) = (Verdict::NoData, Verdict::NoData, why);
            finding.attested_only = false;
            finding.owed.clear();
        }
        finding
    }

    /// How much there was to look at, where the check counts it.
    fn exposure(&self, query: &Query) -> anyhow::Result<Option<f64>> {
        let Some(sql) = &query.exposure else { return Ok(None) };
        Ok(engine::run(self.tables, sql, self.literals)?.cell(0, "n").as_float())
    }

    fn rows(&self, query: &Query, check: &CheckSpec) -> anyhow::Result<Table> {
        let rows = engine::run(self.tables, &query.sql, self.literals)?;
        for column in rules::required_columns(&check.rule) {
            if rows.column(column).is_none() {
                anyhow::bail!("the query of {} gives no column `{column}`, which its rule needs", query.id);
            }
        }
        Ok(rows)
    }

    /// Coverage can veto a pass: what is not covered shows nothing, though what it does show stays.
    fn conclude(&self, query: &Query, check: &CheckSpec, ruled: Ruled, rows: Table, vetoes: Vec<String>) -> Finding {
        let line = self.bindings.line_of(&query.id).map(str::to_owned);
        let veto = |seen: Seen| match seen {
            Seen::Shown(_) | Seen::NotApplicable(_) | Seen::Thin(_) if !vetoes.is_empty() => {
                Seen::Absent(vetoes[0].clone())
            }
            other => other,
        };
        let kind = (check.effect, check.proof);
        let mut finding = Finding {
            line: line.clone(),
            figures: ruled.figures,
            compared: ruled.compared,
            needed: ruled.needed.or_else(|| Some(check.ask.clone()).filter(|ask| !ask.is_empty())),
            observed: vetoes.clone(),
            rows,
            feature: check.feature.clone(),
            sha256: query.sha256.clone(),
            means: check.means.clone(),
            unwaivable: check.unwaivable,
            leak: check.leak,
            needs: query.needs.clone(),
            ..Finding::unjudged(&query.id, &check.item, &query.title, kind, rules::name(&check.rule))
        };
        match ruled.observation {
            Observation::Whole(seen) => {
                let word = line.as_deref().and_then(|l| self.attestations.word(l, &self.plan.stage.owner));
                let (seen, word) = (veto(seen), word.map(|w| &w.word));
                let (verdict, how, sentence) = combine(check.proof, &seen, word, Silence::Explained);
                if line.is_some() && is_owed(check.proof, &seen, word, Silence::Explained) {
                    finding.owed.push(self.plan.stage.owner.clone());
                }
                finding.attested_only = verdict == Verdict::Pass && how.starts_with("attested");
                (finding.verdict, finding.sentence) = (verdict, sentence);
            }
            Observation::Cells(cells) => self.judge_cells(check, line.as_deref(), cells, &veto, &mut finding),
        }
        finding.judged = finding.verdict;
        finding
    }

    fn judge_cells(
        &self,
        check: &CheckSpec,
        line: Option<&str>,
        cells: Vec<(String, Seen)>,
        veto: &dyn Fn(Seen) -> Seen,
        finding: &mut Finding,
    ) {
        for (tester, seen) in cells {
            // The candidate itself must be seen in use; a word does not stand in for that.
            let must_be_seen = matches!(check.rule, RuleSpec::EachTester { candidate: true })
                && matches!(seen, Seen::Thin(_) | Seen::Absent(_));
            let word = line
                .and_then(|l| self.attestations.word(l, &tester))
                .filter(|w| self.in_time(check, w.ts) && !(must_be_seen && w.word.result == Answer::Pass));
            let silent = check.trace && matches!(seen, Seen::Absent(_)) && finding.observed.is_empty();
            let silence =
                if silent && self.would_show(finding, &tester) { Silence::Telling } else { Silence::Explained };
            let seen = veto(self.device_veto(finding, &tester, seen));
            let word = word.map(|w| &w.word);
            let (verdict, how, sentence) = combine(check.proof, &seen, word, silence);
            let counts = line.is_some() && !must_be_seen && self.in_time(check, self.observed.as_of);
            if counts && is_owed(check.proof, &seen, word, silence) {
                finding.owed.push(tester.clone());
            }
            finding.cells.push(TesterCell { tester, verdict, how, sentence });
        }
        if finding.cells.is_empty() {
            finding.sentence = "the roster names no tester".to_owned();
            return;
        }
        let missing: Vec<&str> = self
            .plan
            .stage
            .platforms
            .iter()
            .map(String::as_str)
            .filter(|p| !self.platforms_seen.contains(*p))
            .collect();
        finding.verdict = Verdict::roll_up(finding.cells.iter().map(|c| c.verdict));
        finding.sentence = cells_sentence(&finding.cells, check);
        if !missing.is_empty() && finding.verdict == Verdict::Pass {
            finding.verdict = Verdict::NoData;
            finding.sentence = format!("no tester on {}, which is in scope", missing.join(" and "));
        }
        let words =
            finding.cells.iter().filter(|c| c.verdict == Verdict::Pass && c.how.starts_with("attested")).count();
        finding.attested_only = finding.verdict == Verdict::Pass && words == finding.cells.len();
        finding.figures.insert("attested_only".to_owned(), words as f64);
    }

    /// A line about the final build is attested after that build was published.
    fn in_time(&self, check: &CheckSpec, ts: i64) -> bool {
        !check.after_candidate || self.published.is_some_and(|published| ts >= published)
    }

    fn roll_up(&self, query: &Query, check: &CheckSpec, findings: &[Finding]) -> Finding {
        let RuleSpec::Green { checks } = &check.rule else {
            return self.judge(self.gather(query, check), &Family::default());
        };
        let parts: Vec<&Finding> = findings.iter().filter(|f| checks.contains(&f.item)).collect();
        let worst = Verdict::roll_up(parts.iter().map(|f| f.verdict));
        let bad: Vec<String> = parts
            .iter()
            .filter(|f| !matches!(f.verdict, Verdict::Pass | Verdict::NotApplicable))
            .map(|f| format!("{} is {}", f.item, f.verdict.word()))
            .collect();
        let sentence = if parts.len() < checks.len() {
            format!("{} of {} checks it rests on were judged", parts.len(), checks.len())
        } else if bad.is_empty() {
            format!("all {} are green", parts.len())
        } else {
            bad.join("; ")
        };
        let verdict = if parts.len() < checks.len() { Verdict::NoData } else { worst };
        let ruled = Ruled::whole(Seen::Absent(sentence.clone()));
        let mut finding = self.conclude(query, check, ruled, Table::default(), self.vetoes(query, check));
        // A waiver of a part does not stand in for the coverage of the whole.
        let vetoed = matches!(verdict, Verdict::Pass | Verdict::Waived) && !finding.observed.is_empty();
        finding.verdict = if vetoed { Verdict::NoData } else { verdict };
        finding.judged = finding.verdict;
        // A roll-up stands for its parts, so a waiver of it must not reach what one of a part could not.
        finding.unwaivable |=
            parts.iter().any(|f| f.cannot_be_waived() && !matches!(f.judged, Verdict::Pass | Verdict::NotApplicable));
        finding.sentence = if vetoed { finding.observed[0].clone() } else { sentence };
        finding
    }
}

/// How many testers, how they are known, and what is wrong with the others; the worst first.
fn cells_sentence(cells: &[TesterCell], check: &CheckSpec) -> String {
    let passed: Vec<&TesterCell> = cells.iter().filter(|c| c.verdict == Verdict::Pass).collect();
    let words = passed.iter().filter(|c| c.how.starts_with("attested")).count();
    let tail = match words {
        0 => String::new(),
        n if n == passed.len() => " (by their word only)".to_owned(),
        n => format!(" ({n} by their word only)"),
    };
    let mut others: Vec<&TesterCell> =
        cells.iter().filter(|c| !matches!(c.verdict, Verdict::Pass | Verdict::NotApplicable)).collect();
    others.sort_by_key(|c| c.verdict);
    let shows = if check.shows.is_empty() { "confirm it" } else { &check.shows };
    let head = format!("{} of {} testers: {shows}{tail}", passed.len(), cells.len());
    if others.is_empty() {
        return head;
    }
    let named: Vec<String> =
        others.iter().take(3).map(|c| format!("{} {}: {}", c.tester, c.verdict.word(), c.sentence)).collect();
    let more = others.len().saturating_sub(3);
    let more = if more > 0 { format!("; {more} more") } else { String::new() };
    format!("{head}. {}{more}", named.join("; "))
}
