//! The front matter of a check file: `/*--- TOML ---*/`, then one SELECT, then perhaps a second one that counts the
//! exposure, behind `/*--- exposure ---*/`.

use serde::Deserialize;

use super::{Query, Role};
use crate::rules::RuleSpec;
use crate::verdict::{Effect, Proof};

/// The header as written; unknown keys are refused.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Header {
    title: String,
    /// Short name, such as `M1`; exhibits have none.
    item: Option<String>,
    /// Text of the runbook line that the check judges.
    line: Option<String>,
    effect: Option<Effect>,
    proof: Option<Proof>,
    rule: Option<RuleSpec>,
    needs: Vec<String>,
    /// What is counted, such as "answers that name an owner".
    #[serde(default)]
    unit: String,
    /// What a violation is, such as "foreign owners".
    #[serde(default)]
    bad: String,
    /// The same for a single one, such as "foreign owner".
    #[serde(default)]
    one: String,
    /// What is shown, behind "n of m testers", such as "restored a session".
    #[serde(default)]
    shows: String,
    /// What a tester who is still owed does, such as "sign out once".
    #[serde(default)]
    ask: String,
    /// Column of the heat map.
    feature: Option<String>,
    /// The line says "for the duration".
    #[serde(default)]
    duration: bool,
    /// The action must leave a trace, so that silence in a covered hour contradicts a word.
    #[serde(default)]
    trace: bool,
    /// The attestation must have been made after the candidate was published.
    #[serde(default)]
    after_candidate: bool,
    /// Needs attribution of requests to clients.
    #[serde(default)]
    attributed: bool,
    /// Needs answers that name their owner.
    #[serde(default)]
    owned: bool,
    /// Never waivable.
    #[serde(default)]
    unwaivable: bool,
    /// A violation is a tenant leak, which no waiver covers.
    #[serde(default)]
    leak: bool,
    /// What the check means, for the glossary.
    #[serde(default)]
    means: String,
    /// The statement gives the good and the bad events of an incident.
    incident: Option<super::IncidentSpec>,
}

/// Reads a check or exhibit file.
///
/// # Errors
/// What is wrong with the header or the statement, for the person who writes the file.
pub fn read(id: &str, text: &str) -> anyhow::Result<Query> {
    let Some(rest) = text.trim_start().strip_prefix("/*---") else {
        anyhow::bail!("{id}: the file does not begin with a header `/*--- … ---*/`");
    };
    let Some((head, body)) = rest.split_once("---*/") else {
        anyhow::bail!("{id}: the header is not closed with `---*/`");
    };
    let header: Header = toml::from_str(head).map_err(|error| anyhow::anyhow!("{id}: in the header: {error}"))?;
    let (sql, exposure) = match body.split_once("/*--- exposure ---*/") {
        Some((sql, exposure)) => (sql, Some(exposure)),
        None => (body, None),
    };
    for statement in std::iter::once(sql).chain(exposure) {
        one_select(statement).map_err(|why| anyhow::anyhow!("{id}: {why}"))?;
    }
    if header.needs.is_empty() {
        anyhow::bail!("{id}: `needs` is empty; a check that needs no evidence would pass on none");
    }
    Ok(Query {
        id: id.to_owned(),
        sql: sql.trim().to_owned(),
        exposure: exposure.map(|e| e.trim().to_owned()),
        sha256: super::sha256(text),
        title: header.title.clone(),
        needs: header.needs.clone(),
        role: role(id, header)?,
    })
}

fn role(id: &str, header: Header) -> anyhow::Result<Role> {
    if let Some(spec) = header.incident {
        if header.unit.is_empty() || header.bad.is_empty() || header.one.is_empty() {
            anyhow::bail!("{id}: the events of an incident need `unit`, `bad` and `one`, the words for them");
        }
        return Ok(Role::Incident(Box::new(super::IncidentSpec {
            unit: header.unit,
            bad: header.bad,
            one: header.one,
            ..spec
        })));
    }
    let Some(rule) = header.rule else { return Ok(Role::Exhibit) };
    let (Some(item), Some(effect), Some(proof)) = (header.item, header.effect, header.proof) else {
        anyhow::bail!("{id}: a check needs `item`, `effect` and `proof`");
    };
    Ok(Role::Check(Box::new(super::CheckSpec {
        item,
        line: header.line,
        effect,
        proof,
        rule,
        unit: header.unit,
        one: if header.one.is_empty() { header.bad.clone() } else { header.one },
        bad: header.bad,
        shows: header.shows,
        ask: header.ask,
        feature: header.feature,
        duration: header.duration,
        trace: header.trace,
        after_candidate: header.after_candidate,
        attributed: header.attributed,
        owned: header.owned,
        unwaivable: header.unwaivable,
        leak: header.leak,
        means: header.means,
    })))
}

/// Only one SELECT (or WITH … SELECT) may stand in a file: the engine would also run DELETE and DROP.
fn one_select(sql: &str) -> Result<(), String> {
    let bare = without_comments(sql);
    let trimmed = bare.trim().trim_end_matches(';').trim_end();
    let first = trimmed.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default().to_ascii_uppercase();
    if first != "SELECT" && first != "WITH" {
        return Err(format!("only SELECT and WITH are allowed, not `{first}`"));
    }
    if trimmed.contains(';') {
        return Err("only one statement is allowed".to_owned());
    }
    if !trimmed.to_ascii_uppercase().contains("ORDER BY") {
        return Err("the statement needs an ORDER BY, else its rows have no fixed order".to_owned());
    }
    Ok(())
}

fn without_comments(sql: &str) -> String {
    let lines: Vec<&str> = sql.lines().map(|l| l.split_once("--").map_or(l, |(code, _)| code)).collect();
    let text = lines.join("\n");
    let mut bare = String::new();
    let mut rest = text.as_str();
    while let Some((code, comment)) = rest.split_once("/*") {
        bare.push_str(code);
        rest = comment.split_once("*/").map_or("", |(_, behind)| behind);
    }
    bare.push_str(rest);
    // What stands inside quotes is text.
    bare.split('\'').step_by(2).collect::<Vec<_>>().join("''")
}
