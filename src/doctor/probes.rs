//! Whether a probe could be run here, and whether anybody reads what it writes. It is not run.

use glob::Pattern;

use crate::config::probe::Probe;
use crate::config::secret::Lookup;
use crate::config::{RunPlan, SourceKind};
use crate::report::diagnosis::Noticed;
use crate::tables::schema::TableName;

/// What is to be said of one probe.
pub(super) fn of(plan: &RunPlan, probe: &Probe, env: Lookup<'_>) -> Vec<Noticed> {
    let mut noticed = Vec::new();
    if let Some(Err(why)) = probe.token.as_ref().map(|token| token.resolve(env)) {
        // It may well be there at the place from which the probe looks.
        noticed.push(Noticed::warning(why, "set it where the probe is run; without it the probe is not run"));
    }
    if !is_read(plan, probe) {
        let what = format!("no source reads the transcript {}", probe.transcript.display());
        let fix = "add a source of table `probes` and kind `files` whose `paths` match it";
        noticed.push(Noticed::warning(what, fix));
    }
    if noticed.is_empty() {
        noticed.push(Noticed::fine("a source reads its transcript; `cutover probe` shows what it finds"));
    }
    noticed
}

fn is_read(plan: &RunPlan, probe: &Probe) -> bool {
    let reads = |path: &String| {
        let pattern = Pattern::new(&plan.root.join(path).to_string_lossy());
        pattern.is_ok_and(|pattern| pattern.matches_path(&probe.transcript))
    };
    plan.sources.iter().filter(|source| source.table == TableName::Probes).any(|source| match &source.kind {
        SourceKind::Files { paths } => paths.iter().any(reads),
        _ => false,
    })
}
