//! Builds that were uploaded, as rows of `deploys`: which number, for which platform, and whether testers are offered it.

use serde_json::{Value, json};

use super::super::formats::json_records::{Record, cell, text, time};
use super::super::formats::{Context, Parsed};
use super::super::listing::gathered::Gathered;
use super::Asking;
use crate::net::Failure;
use crate::tables::table::Cell;

/// What a row's `task` says.
const TASK: &str = "app store build";

impl Asking<'_> {
    /// Builds since the asked time, each with its version and what TestFlight does with it.
    pub(super) async fn builds(&self) -> Result<Gathered, Failure> {
        let app = self.app().await?;
        let mut url = self.client.url("v1/builds");
        url.query_pairs_mut()
            .append_pair("filter[app]", &app)
            .append_pair("sort", "-uploadedDate")
            .append_pair("limit", "200")
            .append_pair("include", "preReleaseVersion,buildBetaDetail")
            .append_pair(
                "fields[builds]",
                "version,uploadedDate,expired,processingState,preReleaseVersion,buildBetaDetail",
            )
            .append_pair("fields[preReleaseVersions]", "version,platform")
            .append_pair("fields[buildBetaDetails]", "internalBuildState,externalBuildState");
        self.list(url, "attributes.uploadedDate", finish).await
    }
}

/// Puts what belongs to a build into it.
fn finish(record: &mut Value, included: &[Value]) {
    for name in ["preReleaseVersion", "buildBetaDetail"] {
        let id = text(record, &format!("relationships.{name}.data.id"));
        let kind = format!("{name}s");
        let one =
            included.iter().find(|i| id.is_some() && text(i, "id") == id && text(i, "type").as_ref() == Some(&kind));
        record[name] = one.map_or(Value::Null, |one| json!(one["attributes"]));
    }
}

/// Reads builds. One that testers are offered is a deployment that succeeded; one that waits for that is in progress, and
/// one that expired is inactive.
pub(super) fn records(builds: Vec<Record>, context: &Context<'_>, parsed: &mut Parsed) {
    for (line, build) in builds {
        let uploaded = time(&build, "attributes.uploadedDate");
        if uploaded.is_null() {
            parsed.lose(line, "a build without a time", &build.to_string());
            continue;
        }
        let (state, channel) = state(&build);
        let number = text(&build, "attributes.version");
        let words = [text(&build, "preReleaseVersion.version"), number.as_ref().map(|n| format!("({n})"))];
        let platform = text(&build, "preReleaseVersion.platform").map(|p| p.to_ascii_lowercase());
        let cells = [
            ("ts", uploaded),
            ("id", cell(&build, "id")),
            ("environment", Cell::from(channel)),
            ("build", Cell::from(number)),
            ("state", Cell::from(state)),
            ("task", Cell::from(TASK)),
            ("description", Cell::from(words.into_iter().flatten().collect::<Vec<_>>().join(" "))),
            ("platform", Cell::from(platform)),
        ];
        parsed.keep(context, line, &cells);
    }
}

/// The state in the words of deployments, and the channel in which testers are offered the build.
fn state(build: &Value) -> (&'static str, Option<&'static str>) {
    let is = |path: &str, word: &str| text(build, path).as_deref() == Some(word);
    if ["FAILED", "INVALID"].iter().any(|word| is("attributes.processingState", word)) {
        ("failure", None)
    } else if is("attributes.expired", "true") {
        ("inactive", None)
    } else if is("buildBetaDetail.internalBuildState", "IN_BETA_TESTING") {
        ("success", Some("testflight-internal"))
    } else if is("buildBetaDetail.externalBuildState", "IN_BETA_TESTING") {
        ("success", Some("testflight-external"))
    } else {
        ("in_progress", None)
    }
}
