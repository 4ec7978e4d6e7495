//! What testers sent: feedback with screenshots, and crashes.

use serde_json::{Value, json};

use super::super::formats::json_records::text;
use super::super::listing::gathered::Gathered;
use super::Asking;
use crate::net::Failure;
use crate::tables::redact::Redactor;

/// What is asked for of a submission; screenshots are left out.
const FIELDS: &str = "createdDate,comment,email,deviceModel,osVersion,appPlatform,appUptimeInMilliseconds,build,tester";

impl Asking<'_> {
    /// Submissions of a kind, each with its build's number and its tester's pseudonym.
    pub(super) async fn submissions(&self, kind: &str, redactor: &Redactor) -> Result<Gathered, Failure> {
        let app = self.app().await?;
        let mut url = self.client.url(&format!("v1/apps/{app}/{kind}"));
        url.query_pairs_mut()
            .append_pair("sort", "-createdDate")
            .append_pair("limit", "200")
            .append_pair("include", "build,tester")
            .append_pair(&format!("fields[{kind}]"), FIELDS)
            .append_pair("fields[builds]", "version")
            .append_pair("fields[betaTesters]", "email");
        self.list(url, "attributes.createdDate", |record, included| finish(record, included, redactor)).await
    }
}

/// Puts the build's number and the tester's pseudonym where an export has the ids of both, behind a short prefix.
fn finish(record: &mut Value, included: &[Value], redactor: &Redactor) {
    let of = |record: &Value, name: &str, kind: &str, attribute: &str| {
        let id = text(record, &format!("relationships.{name}.data.id"))?;
        let one = included
            .iter()
            .find(|i| text(i, "type").as_deref() == Some(kind) && text(i, "id").as_ref() == Some(&id))?;
        text(one, &format!("attributes.{attribute}"))
    };
    let build = of(record, "build", "builds", "version");
    // The address that stands in the submission may be another one than that of the invitation, which the roster has.
    let email = of(record, "tester", "betaTesters", "email").or_else(|| text(record, "attributes.email"));
    let tester = email.map(|email| redactor.user(&email.to_lowercase()));
    let named =
        |prefix: &str, id: Option<String>| json!({"data": id.map(|id| json!({"id": format!("{prefix}-{id}")}))});
    record["relationships"] = json!({"build": named("bld", build), "tester": named("bt", tester)});
    if let Some(attributes) = record["attributes"].as_object_mut() {
        attributes.remove("email");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_submission_has_the_builds_number_and_a_pseudonym_and_no_address() {
        let redactor = Redactor::new([7; 32]);
        let mut record = json!({"id": "s1", "attributes": {"email": "other@mail.example", "comment": "x"},
            "relationships": {"build": {"data": {"id": "3f-1"}}, "tester": {"data": {"id": "9a-2"}}}});
        let included = [
            json!({"type": "builds", "id": "3f-1", "attributes": {"version": "8"}}),
            json!({"type": "betaTesters", "id": "9a-2", "attributes": {"email": "Anna@Mail.example"}}),
        ];
        finish(&mut record, &included, &redactor);
        assert_eq!(record["relationships"]["build"]["data"]["id"], "bld-8");
        let pseudonym = format!("bt-{}", redactor.user("anna@mail.example"));
        assert_eq!(record["relationships"]["tester"]["data"]["id"], pseudonym.as_str());
        assert!(!record.to_string().contains('@'), "{record}");
        finish(&mut record, &[], &redactor);
        assert!(record["relationships"]["build"]["data"].is_null(), "a build that did not come has no number");
    }
}
