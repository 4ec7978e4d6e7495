//! The plan in, what is wrong with it, its documents, folders, sources and targets out, with a fix for each fault.
//!
//! Sources are looked at by the same way as they are pulled, so that what is fine here is fine there.

mod places;
mod probes;
mod systems;

use std::sync::Arc;

use jiff::Timestamp;

use crate::config::RunPlan;
use crate::evidence::Evidence;
use crate::report::diagnosis::Diagnosis;
use crate::sources::{self, Shared};

/// Looks at everything that a run needs; `shared` goes on the errand of a look.
///
/// # Errors
/// When no temporary folder can be made.
pub async fn examine(plan: &RunPlan, shared: &Arc<Shared>, now: Timestamp) -> anyhow::Result<Diagnosis> {
    let mut diagnosis = Diagnosis::default();
    diagnosis.add("configuration", places::configuration(plan, now));
    diagnosis.add("documents", places::documents(plan));
    diagnosis.add("folders", places::folders(plan));
    let scratch = tempfile::tempdir()?;
    let looks = sources::look_at_all(shared, Evidence::read(scratch.path())?).await?;
    for look in looks {
        diagnosis.add(format!("source {}", look.source), look.noticed);
    }
    for client in shared.clients() {
        diagnosis.add(format!("host {}", client.host()), systems::of_client(&client));
    }
    for probe in &plan.probes {
        diagnosis.add(format!("probe {} from {}", probe.name, probe.vantage), probes::of(plan, probe, shared.env()));
    }
    for target in &plan.deliver {
        diagnosis.add(format!("target {}", target.name), systems::of_target(target, shared.env()));
    }
    Ok(diagnosis)
}
