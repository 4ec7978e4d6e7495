//! Who and what a packet is about, and the hash that names it.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::Meta;
use crate::config::RunPlan;
use crate::embedded;
use crate::evidence::Evidence;
use crate::ingest::lines::hex;
use crate::judge::{Judged, plain};
use crate::queries;

/// The identity of the packet of a judged stage.
///
/// # Errors
/// When the as-of time is beyond what a calendar holds.
pub(crate) fn meta(plan: &RunPlan, judged: &Judged, evidence: &Evidence) -> anyhow::Result<Meta> {
    let as_of = Timestamp::from_millisecond(judged.observed.as_of)?;
    let sha = packet_sha256(plan, judged, evidence);
    let day = plan.stage.beta.to.to_zoned(jiff::tz::TimeZone::UTC).date();
    let name = format!("s{}-{day}-{}-{}", plan.stage.number, plan.stage.candidate, &sha[..4]);
    let pulled = judged.correlated.windows.containment.as_ref();
    Ok(Meta {
        project: plan.project.name.clone(),
        stage_title: plan.stage.title.clone(),
        stage_number: plan.stage.number,
        packet_id: sha[..12].to_owned(),
        packet_name: name,
        packet_sha256: sha,
        window: plan.stage.beta,
        baseline: plan.stage.baseline,
        as_of,
        display_zone: plan.project.zone_name.clone(),
        cohort: plan.stage.cohort.clone(),
        candidate: plan.stage.candidate.clone(),
        builds: plan.stage.builds.clone(),
        app_version: judged.candidate.version.clone(),
        commit: judged.candidate.sha.clone(),
        environment: environment(judged),
        channels: judged.candidate.channels.clone(),
        owner: plan.stage.owner.clone(),
        pulled_at: pulled.map(|(ts, _)| Timestamp::from_millisecond(*ts)).transpose()?,
    })
}

/// Where the services run that the app talks to: the environment of their newest deployment that succeeded.
fn environment(judged: &Judged) -> Option<String> {
    let deploys = plain(&judged.tables, "deploys");
    let of_service =
        |row: &usize| deploys.cell(*row, "build").is_null() && deploys.cell(*row, "state").as_text() == Some("success");
    let newest = (0..deploys.rows.len()).filter(of_service).max_by_key(|row| deploys.cell(*row, "ts").as_int())?;
    deploys.cell(newest, "environment").as_text().map(str::to_owned)
}

/// SHA-256 over evidence hashes, documents, queries, templates, settings and tool version; not over the outputs, so
/// that it can stand in them.
fn packet_sha256(plan: &RunPlan, judged: &Judged, evidence: &Evidence) -> String {
    let mut hash = Sha256::new();
    let mut add = |part: &str| {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    };
    add(env!("CARGO_PKG_VERSION"));
    add(&plan.config_sha256);
    add(&judged.observed.as_of.to_string());
    add(&format!("{:?} {:?}", plan.stage.beta, plan.stage.baseline));
    for record in evidence.files() {
        [&record.source, &record.file, &record.sha256].iter().for_each(|part| add(part));
        add(if record.vanished { "vanished" } else { "there" });
    }
    let documents = &judged.documents;
    let all = [
        Some(&documents.runbook),
        documents.previous.as_ref(),
        documents.roadmap.as_ref(),
        documents.operations.as_ref(),
    ];
    for document in all.into_iter().flatten() {
        add(document.text.as_deref().unwrap_or_default());
    }
    judged.catalogue.iter().for_each(|query| add(&query.sha256));
    for (name, bytes) in embedded::TEMPLATES.iter().filter(|(name, _)| !name.starts_with("fonts/")) {
        add(name);
        add(&queries::sha256(&String::from_utf8_lossy(bytes)));
    }
    hex(&hash.finalize())
}
