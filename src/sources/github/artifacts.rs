//! JUnit reports in artifacts of workflow runs. An artifact never changes, so one that was collected is not fetched again,
//! and what it held stays when GitHub drops it.

use serde_json::Value;

use super::super::formats::json_records::{at, text};
use super::super::formats::{Context, Parsed, junit};
use super::super::listing::{Listed, Listing};
use super::super::{Shared, Source};
use super::pages::{List, explained, gap};
use super::{Asking, zipped};
use crate::coverage::Gap;
use crate::net::{Ask, Failure, FailureKind};
use crate::tables::schema::TableName;
use crate::tables::table::Cell;

/// Pulls the artifacts with these names, each into a set of its own below `file`.
///
/// # Errors
/// When the evidence cannot be written.
pub(super) async fn pull(
    ask: &Asking<'_>,
    names: &[String],
    file: &str,
    source: &Source,
    shared: &Shared,
    listing: &mut Listing<'_>,
) -> anyhow::Result<()> {
    let list = List { key: Some("artifacts"), time: "created_at", until: Some(ask.since) };
    for name in names {
        let (artifacts, lacks) = match ask.list("actions/artifacts", &[("name", name)], list).await {
            Ok(gathered) => gathered.into_records(),
            Err(failure) => {
                listing.lack(gap(failure));
                break;
            }
        };
        lacks.into_iter().for_each(|lack| listing.lack(lack));
        if artifacts.is_empty() && !ask.look {
            let hint = "see whether `artifact` is the name that the workflow gives it".to_owned();
            listing.lack(Gap { what: format!("no artifact is named `{name}` since {}", ask.since), hint });
        }
        if ask.look {
            listing.found(artifacts.len() as u64);
            continue;
        }
        for (_, artifact) in artifacts {
            let Some(id) = text(&artifact, "id").filter(|id| id.bytes().all(|b| b.is_ascii_digit())) else {
                continue;
            };
            let file = format!("{file}/artifacts/{id}");
            if listing.keep_held(&file) {
                continue;
            }
            let answer = ask.artifact(&artifact, &id).await;
            let ends = answer.as_ref().is_err_and(|failure| failure.kind != FailureKind::NotFound);
            let read = match answer {
                Ok(bytes) => Ok(read(&bytes, &artifact, &file, source, shared)),
                Err(failure) => Err(failure),
            };
            listing.take(&file, read).await?;
            if ends {
                return Ok(());
            }
        }
    }
    Ok(())
}

impl Asking<'_> {
    /// The bytes of an artifact; they lie with another host, which gets no credentials.
    async fn artifact(&self, artifact: &Value, id: &str) -> Result<Vec<u8>, Failure> {
        let gone = || {
            let (name, made) = (text(artifact, "name"), text(artifact, "created_at"));
            let (name, made) = (name.unwrap_or_default(), made.unwrap_or_default());
            let what = format!("artifact `{name}` of {made} ({id}) has expired and was not collected before");
            Failure::new(FailureKind::NotFound, what, "collect more often, or keep artifacts longer; `since` skips it")
        };
        if at(artifact, "expired").as_bool() == Some(true) {
            return Err(gone());
        }
        let url = self.url(&format!("actions/artifacts/{id}/zip"));
        match self.client.send(&Ask::get(url, &[]).elsewhere()).await {
            Ok(answer) => Ok(answer.body),
            Err(failure) if failure.status() == Some(410) => Err(gone()),
            Err(failure) => Err(explained(failure)),
        }
    }
}

/// The reports of an artifact, read one after the other in the order of their names; lines count through all of them.
fn read(bytes: &[u8], artifact: &Value, file: &str, source: &Source, shared: &Shared) -> Listed {
    let zone = source.zone.as_ref().unwrap_or(&shared.plan.project.zone);
    let context = Context { file, source: &source.name, zone };
    let mut all = Parsed::new(TableName::Ci);
    let mut lacks = Vec::new();
    let hint = "see what the workflow puts into the artifact".to_owned();
    match zipped::reports(bytes) {
        Ok(unpacked) => {
            lacks.extend(unpacked.lacks.into_iter().map(|what| Gap { what, hint: hint.clone() }));
            if unpacked.reports.is_empty() {
                lacks.push(Gap { what: "the artifact holds no JUnit report (*.xml)".to_owned(), hint });
            }
            let mut lines = 0;
            for report in unpacked.reports {
                let mut parsed = Parsed::new(TableName::Ci);
                junit::parse(&report.text, &context, &mut parsed);
                for gap in &mut parsed.ledger.gaps {
                    gap.what = format!("{}: {}", report.name, gap.what);
                }
                parsed.move_lines(lines);
                lines += report.text.lines().count() as i64;
                all.add(parsed);
            }
        }
        Err(what) => lacks.push(Gap { what, hint }),
    }
    all.fill("sha", &Cell::from(text(artifact, "workflow_run.head_sha")));
    Listed { parsed: all, lacks }
}
