//! Issues that occurred in the asked time, in any state.

use jiff::Timestamp;
use serde_json::Value;

use super::super::formats::json_records::{at, text};
use super::super::listing::bug::{Bug, Unknown};
use super::super::listing::gathered::Gathered;
use super::{Asking, time};
use crate::coverage::Gap;
use crate::net::Failure;

impl Asking<'_> {
    pub(super) async fn issues(&self) -> Result<Gathered, Failure> {
        let project = self.project().await?;
        // Without a query, only unresolved issues come.
        let more = [("project", project.as_str()), ("query", &self.from.query), ("limit", "100"), ("sort", "new")];
        let url = self.url(&format!("organizations/{}/issues", self.from.organization), &more);
        let mut gathered = self.list(url, |r, g| g.take(text(&r, "id"), text(&r, "firstSeen"), r.clone())).await?;
        let (mut unknown, mut failed) = (Unknown::default(), None);
        for issue in gathered.drain() {
            let resolved = text(&issue, "status").as_deref() == Some("resolved");
            // When it was resolved stands with the issue itself only; where that does not come, it was so at this look.
            let mut closed = resolved.then_some(self.now);
            if resolved && failed.is_none() && !self.look {
                match self.resolved_at(&issue).await {
                    Ok(at) => closed = at.or(closed),
                    Err(failure) => failed = Some(failure),
                }
            }
            let bug = Bug {
                id: text(&issue, "shortId").or_else(|| text(&issue, "id")).unwrap_or_default(),
                title: text(&issue, "title"),
                // One that was archived is not mended.
                open: !resolved,
                labels: text(&issue, "level").into_iter().collect(),
                priority: text(&issue, "priority"),
                created: time(&issue, "firstSeen"),
                closed,
                url: text(&issue, "permalink"),
            };
            let created = bug.created.map(|at| at.to_string());
            let id = text(&issue, "id");
            gathered.take(id, created, bug.record(&self.from.priorities, &mut unknown));
        }
        gathered.lacks(failed.map(|failure| Gap { what: failure.what, hint: failure.hint }));
        unknown.tell(&mut gathered);
        Ok(gathered)
    }

    /// The project's number: a list of issues is narrowed by numbers only.
    async fn project(&self) -> Result<String, Failure> {
        let url = self.client.url(&format!("api/0/projects/{}/{}/", self.from.organization, self.from.project));
        let project: Value = self.get(&url).await?.json(self.client.host())?;
        let id = text(&project, "id").filter(|id| id.bytes().all(|b| b.is_ascii_digit()));
        id.ok_or_else(|| Failure::malformed(self.client.host(), "the project has no number"))
    }

    async fn resolved_at(&self, issue: &Value) -> Result<Option<Timestamp>, Failure> {
        let Some(id) = text(issue, "id").filter(|id| id.bytes().all(|b| b.is_ascii_digit())) else { return Ok(None) };
        let url = self.client.url(&format!("api/0/organizations/{}/issues/{id}/", self.from.organization));
        let whole: Value = self.get(&url).await?.json(self.client.host())?;
        let activity = at(&whole, "activity").as_array().cloned().unwrap_or_default();
        let resolved = |entry: &&Value| text(entry, "type").is_some_and(|kind| kind.starts_with("set_resolved"));
        Ok(activity.iter().filter(resolved).filter_map(|entry| time(entry, "dateCreated")).max())
    }
}
