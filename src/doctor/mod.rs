//! The plan in, what is wrong with it, its documents, folders, sources and targets out, with a fix for each fault.
//!
//! Sources are looked at by the same way as they are pulled, so that what is fine here is fine there.

mod places;
mod systems;

use std::sync::Arc;

use jiff::Timestamp;

use crate::config::RunPlan;
use crate::evidence::Evidence;
use crate::sources::look::{Grade, Noticed};
use crate::sources::{self, Shared};

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

    fn add(&mut self, about: impl Into<String>, noticed: Vec<Noticed>) {
        if !noticed.is_empty() {
            self.sections.push(Section { about: about.into(), noticed });
        }
    }
}

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
    for target in &plan.deliver {
        diagnosis.add(format!("target {}", target.name), systems::of_target(target, shared.env()));
    }
    Ok(diagnosis)
}
