//! A JSON answer of the query interface in, one table out, and what the service says is missing.

use serde::Deserialize;
use serde_json::Value;

use crate::net::{Answer, Failure, FailureKind};

/// The first table of an answer.
#[derive(Debug, Default)]
pub(super) struct Table {
    columns: Vec<String>,
    pub(super) rows: Vec<Vec<Value>>,
    /// An error that stands beside the rows.
    pub(super) partial: Option<String>,
}

#[derive(Deserialize)]
struct Body {
    tables: Vec<Raw>,
    #[serde(default)]
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Raw {
    columns: Vec<Column>,
    rows: Vec<Vec<Value>>,
}

#[derive(Deserialize)]
struct Column {
    name: String,
}

impl Table {
    /// # Errors
    /// `Malformed` where it is no table.
    pub(super) fn read(answer: &Answer, host: &str) -> Result<Self, Failure> {
        if answer.status == 204 {
            // A workspace without data.
            return Ok(Table {
                columns: vec!["n".to_owned(), "bytes".to_owned()],
                rows: vec![vec![0.into(), 0.into()]],
                partial: None,
            });
        }
        let body: Body = answer.json(host)?;
        let Some(first) = body.tables.into_iter().next() else {
            return Err(Failure::malformed(host, "it holds no table"));
        };
        let columns: Vec<String> = first.columns.into_iter().map(|column| column.name).collect();
        if first.rows.iter().any(|row| row.len() != columns.len()) {
            return Err(Failure::malformed(host, "a row has not as many values as there are columns"));
        }
        Ok(Table { columns, rows: first.rows, partial: body.error.as_ref().map(said) })
    }

    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// Rows and bytes that a count gives.
    pub(super) fn sums(&self) -> Option<(u64, u64)> {
        let row = self.rows.first()?;
        let bytes = self.column("bytes").and_then(|at| number(&row[at])).unwrap_or(0);
        Some((number(&row[self.column("n")?])?, bytes))
    }
}

/// A count, which some ways write as text.
fn number(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| Some(value.as_f64()?.max(0.0) as u64)).or_else(|| value.as_str()?.parse().ok())
}

/// The innermost code and message of an error.
fn said(error: &Value) -> String {
    let mut at = error;
    while let Some(inner) =
        [&at["innererror"], &at["details"][0]].into_iter().find(|inner| inner["message"].is_string())
    {
        at = inner;
    }
    let outer = error["code"].as_str().unwrap_or("error");
    let words: Vec<&str> = at["message"].as_str().unwrap_or("without a reason").split_whitespace().collect();
    format!("{outer}: {}", words.join(" ").chars().take(300).collect::<String>())
}

/// A refusal with the reason that its body gives.
pub(super) fn explained(failure: Failure, host: &str) -> Failure {
    let Ok(body) = serde_json::from_slice::<Value>(failure.body()) else { return failure };
    if !body["error"].is_object() {
        return failure;
    }
    let hint = match failure.kind {
        FailureKind::Forbidden => {
            "give the identity the role Log Analytics Reader on the workspace; a new role takes up to an hour"
                .to_owned()
        }
        FailureKind::Refused => "see `query` of the source, and whether the tables that it names are there".to_owned(),
        _ => failure.hint.clone(),
    };
    let status = failure.status().unwrap_or_default();
    Failure { what: format!("{host} answered {status}, {}", said(&body["error"])), hint, ..failure }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, headers: Default::default(), body: body.as_bytes().to_vec() }
    }

    #[test]
    fn an_error_beside_the_rows_is_kept() {
        let body = r#"{"tables":[{"name":"PrimaryResult","columns":[{"name":"n","type":"long"},{"name":"bytes","type":"long"}],"rows":[[3,"77"]]}],
            "error":{"code":"PartialError","message":"There were some errors.","details":[{"code":"EngineError","message":"wrong",
            "innererror":{"code":"-2133196797","message":"The results exceed the set limit of\n500000 records."}}]}}"#;
        let table = Table::read(&answer(200, body), "h").expect("a table");
        assert_eq!(table.sums(), Some((3, 77)));
        assert_eq!(table.partial.as_deref(), Some("PartialError: The results exceed the set limit of 500000 records."));
    }

    #[test]
    fn a_workspace_without_data_counts_nothing_and_an_empty_body_is_no_answer() {
        assert_eq!(Table::read(&answer(204, ""), "h").expect("a table").sums(), Some((0, 0)));
        for bad in ["", "{}", r#"{"tables":[]}"#, r#"{"tables":[{"columns":[{"name":"n"}],"rows":[[1,2]]}]}"#] {
            assert!(Table::read(&answer(200, bad), "h").is_err(), "{bad}");
        }
    }

    #[test]
    fn a_refusal_is_told_by_its_innermost_reason() {
        let body = r#"{"error":{"message":"The request had some invalid properties","code":"BadArgumentError","innererror":{"code":"SemanticError","message":"'where' operator: Failed to resolve"}}}"#;
        let failure =
            Failure { answer: Some(answer(400, body)), ..Failure::new(FailureKind::Refused, "h answered 400", "") };
        assert_eq!(
            explained(failure, "h").what,
            "h answered 400, BadArgumentError: 'where' operator: Failed to resolve"
        );
    }
}
