//! GitHub's REST interface as its published description has it: lists with `Link`, `total_count`, at most 1,000 filtered
//! runs, archives behind a redirect to another host.

mod faults;
mod listing;
mod verdicts;

use std::io::{Cursor, Write};

use jiff::Timestamp;
use serde_json::{Value, json};

use super::server::{Asked, Reply};

/// Results of a list that is narrowed by time.
const FILTERED: usize = 1000;

/// What a repository holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Repository {
    /// In any order, with `updated_at`.
    pub(super) issues: Vec<Value>,
    /// The newest attempt's and earlier ones', with `head_sha` and `attempt`.
    pub(super) checks: Vec<Value>,
    pub(super) runs: Vec<Value>,
    /// Newest first, each with its `statuses`, which the list does not give.
    pub(super) deployments: Vec<Value>,
    /// Newest first.
    pub(super) artifacts: Vec<Value>,
    /// The reports in every artifact.
    pub(super) reports: Vec<(String, Vec<u8>)>,
}

impl Repository {
    /// The answer to a question about `acme/app`.
    pub(super) fn answer(&self, asked: &Asked) -> Reply {
        assert!(asked.method == "GET" && asked.body.is_empty(), "nothing is written");
        if let Some(id) = asked.path.strip_prefix("/blob/") {
            assert_eq!(asked.header("authorization"), "", "the other host refuses a second credential");
            assert!(id.parse::<u64>().is_ok());
            return Reply::text(200, "application/zip", archive(&self.reports));
        }
        let known = asked.header("user-agent").starts_with("cutover/")
            && asked.header("accept") == "application/vnd.github+json"
            && asked.header("x-github-api-version") == "2022-11-28";
        if !known {
            return refusal(
                403,
                "Request forbidden by administrative rules. Please make sure your request has a User-Agent header",
            );
        }
        if asked.header("authorization") != "Bearer s3cret-token" {
            return refusal(401, "Bad credentials");
        }
        let Some(path) = asked.path.strip_prefix("/api/v3/repos/acme/app/") else { return refusal(404, "Not Found") };
        let parts: Vec<&str> = path.split('/').collect();
        match parts.as_slice() {
            ["issues"] => page(asked, self.issues(asked), None, usize::MAX),
            ["commits", sha, "check-runs"] => page(asked, self.checks(asked, sha), Some("check_runs"), usize::MAX),
            ["actions", "runs"] => page(asked, self.runs(asked), Some("workflow_runs"), FILTERED),
            ["actions", "runs", run, "attempts", attempt, "jobs"] => {
                page(asked, self.jobs(run, attempt), Some("jobs"), usize::MAX)
            }
            ["deployments"] => {
                let bare = self.deployments.iter().map(|d| without(d, "statuses")).collect();
                page(asked, bare, None, usize::MAX)
            }
            ["deployments", id, "statuses"] => {
                let one = self.deployments.iter().find(|d| d["id"].as_u64() == id.parse().ok());
                let statuses = one.and_then(|d| d["statuses"].as_array()).cloned().unwrap_or_default();
                page(asked, statuses, None, usize::MAX)
            }
            ["actions", "artifacts"] => {
                let named = self.artifacts.iter().filter(|a| a["name"] == asked.field("name")).cloned().collect();
                page(asked, named, Some("artifacts"), usize::MAX)
            }
            ["actions", "artifacts", id, "zip"] => {
                let host = asked.header("host").replace("127.0.0.1", "localhost");
                Reply::status(302).header("location", format!("http://{host}/blob/{id}"))
            }
            _ => refusal(404, "Not Found"),
        }
    }

    fn issues(&self, asked: &Asked) -> Vec<Value> {
        let labels: Vec<&str> = asked.field("labels").split(',').filter(|l| !l.is_empty()).collect();
        let has = |issue: &Value, label: &str| {
            issue["labels"].as_array().is_some_and(|all| all.iter().any(|l| l["name"] == *label))
        };
        let wanted = |issue: &&Value| {
            (asked.field("state") == "all" || issue["state"] == asked.field("state"))
                && labels.iter().all(|label| has(issue, label))
                && (asked.field("since").is_empty() || time(issue, "updated_at") >= at(asked.field("since")))
        };
        let by = if asked.field("sort") == "updated" { "updated_at" } else { "created_at" };
        let mut all: Vec<Value> = self.issues.iter().filter(wanted).cloned().collect();
        all.sort_by_key(|issue| time(issue, by));
        all
    }

    fn checks(&self, asked: &Asked, sha: &str) -> Vec<Value> {
        assert_eq!(asked.field("filter"), "all");
        self.checks.iter().filter(|c| c["head_sha"] == sha && c["attempt"].is_null()).cloned().collect()
    }

    fn jobs(&self, run: &str, attempt: &str) -> Vec<Value> {
        let of = |c: &&Value| c["run"].as_u64() == run.parse().ok() && c["attempt"].as_u64() == attempt.parse().ok();
        self.checks.iter().filter(of).cloned().collect()
    }

    fn runs(&self, asked: &Asked) -> Vec<Value> {
        let range = asked.field("created").split_once("..").map(|(from, to)| (at(from), at(to)));
        let inside = |run: &&Value| {
            range.is_none_or(|(from, to)| (from..=to).contains(&time(run, "created_at")))
                && (asked.field("head_sha").is_empty() || run["head_sha"] == asked.field("head_sha"))
                && (asked.field("branch").is_empty() || run["head_branch"] == asked.field("branch"))
        };
        self.runs.iter().filter(inside).cloned().collect()
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn time(record: &Value, key: &str) -> Timestamp {
    at(record[key].as_str().expect("a time"))
}

fn without(record: &Value, key: &str) -> Value {
    let mut record = record.clone();
    record.as_object_mut().expect("an object").remove(key);
    record
}

fn refusal(status: u16, message: &str) -> Reply {
    Reply { status, ..Reply::json(&json!({"message": message, "documentation_url": "https://docs.github.com/rest"})) }
}

/// The page that was asked for, of at most `most` records.
fn page(asked: &Asked, all: Vec<Value>, key: Option<&str>, most: usize) -> Reply {
    let number = |name: &str, default: usize| asked.field(name).parse().unwrap_or(default);
    let (size, page) = (number("per_page", 30).min(100), number("page", 1));
    let total = all.len();
    let given: Vec<Value> = all.into_iter().take(most).collect();
    let last = given.len().div_ceil(size).max(1);
    let records: Vec<Value> = given.into_iter().skip((page - 1) * size).take(size).collect();
    let body = match key {
        Some(key) => json!({"total_count": total, key: records}),
        None => json!(records),
    };
    let reply = Reply::json(&body);
    if page >= last {
        return reply;
    }
    let mut query = url::form(&asked.fields);
    query.push(("page".to_owned(), (page + 1).to_string()));
    let link = |page: usize, rel: &str| {
        let with =
            |(n, v): &(String, String)| format!("{n}={}", if n == "page" { page.to_string() } else { url::encoded(v) });
        let query: Vec<String> = query.iter().map(with).collect();
        format!("<http://{}{}?{}>; rel=\"{rel}\"", asked.header("host"), asked.path, query.join("&"))
    };
    reply.header("link", format!("{}, {}", link(page + 1, "next"), link(last, "last")))
}

mod url {
    pub(super) fn form(fields: &[(String, String)]) -> Vec<(String, String)> {
        fields.iter().filter(|(name, _)| name != "page").cloned().collect()
    }

    pub(super) fn encoded(text: &str) -> String {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect()
    }
}

pub(super) fn archive(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut zip = zip::write::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).expect("a file");
        zip.write_all(bytes).expect("memory");
    }
    zip.finish().expect("an archive").into_inner()
}

/// `[[source]]` of a table of this repository; `{url}` and `{limits}` stay.
pub(super) fn source(name: &str, table: &str, more: &str) -> String {
    format!(
        "[[source]]\nname = \"{name}\"\ntable = \"{table}\"\nkind = \"github\"\nurl = \"{{url}}/api/v3\"\nrepo = \"acme/app\"\n\
         headers = {{ authorization = \"Bearer s3cret-token\" }}\n{more}\n{{limits}}"
    )
}
