//! A JSON answer of Prometheus' interface in, series and warnings out.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::net::{Answer, Failure};

/// What an answer holds.
#[derive(Debug, Default)]
pub(super) struct Reply {
    pub(super) series: Vec<Series>,
    /// What the server says is missing or odd.
    pub(super) warnings: Vec<String>,
}

/// One series. Times are milliseconds UTC.
#[derive(Debug)]
pub(super) struct Series {
    pub(super) labels: Vec<(String, String)>,
    pub(super) values: Vec<(i64, f64)>,
    pub(super) histograms: Vec<(i64, Histogram)>,
}

/// A native histogram: `buckets` are (rule, lower, upper, count), not added up.
#[derive(Debug, Deserialize)]
pub(super) struct Histogram {
    pub(super) count: String,
    pub(super) sum: String,
    #[serde(default)]
    pub(super) buckets: Vec<(u8, String, String, String)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    status: String,
    data: Option<Data>,
    error: Option<String>,
    #[serde(default)]
    warnings: Vec<String>,
    /// VictoriaMetrics' cluster.
    #[serde(default)]
    is_partial: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    result_type: String,
    #[serde(default)]
    result: Vec<Raw>,
}

#[derive(Deserialize)]
struct Raw {
    #[serde(default)]
    metric: BTreeMap<String, String>,
    #[serde(default)]
    values: Vec<(f64, String)>,
    #[serde(default)]
    histograms: Vec<(f64, Histogram)>,
}

impl Reply {
    /// # Errors
    /// `Malformed` where it is not a matrix.
    pub(super) fn read(answer: &Answer, host: &str) -> Result<Self, Failure> {
        let body: Body = answer.json(host)?;
        let wrong = |what: &str| Failure::malformed(host, what);
        let data = match (body.status.as_str(), body.data) {
            ("success", Some(data)) => data,
            _ => return Err(wrong(&body.error.unwrap_or_else(|| "it says neither success nor why not".to_owned()))),
        };
        if data.result_type != "matrix" {
            return Err(wrong(&format!("it holds a {} instead of series", data.result_type)));
        }
        let mut warnings = body.warnings;
        if body.is_partial {
            warnings.push("the answer is partial".to_owned());
        }
        let series = data.result.into_iter().map(|raw| series(raw, host)).collect::<Result<_, _>>()?;
        Ok(Reply { series, warnings })
    }
}

fn series(raw: Raw, host: &str) -> Result<Series, Failure> {
    let mut values = Vec::with_capacity(raw.values.len());
    for (time, text) in raw.values {
        let value = number(&text).ok_or_else(|| Failure::malformed(host, &format!("`{text}` is no number")))?;
        values.push((millis(time), value));
    }
    Ok(Series {
        labels: raw.metric.into_iter().collect(),
        values,
        histograms: raw.histograms.into_iter().map(|(time, h)| (millis(time), h)).collect(),
    })
}

fn millis(seconds: f64) -> i64 {
    (seconds * 1000.0).round() as i64
}

/// A value, which may be `NaN`, `+Inf` or `-Inf`.
pub(super) fn number(text: &str) -> Option<f64> {
    match text {
        "+Inf" | "Inf" => Some(f64::INFINITY),
        "-Inf" => Some(f64::NEG_INFINITY),
        text => text.parse().ok(),
    }
}

/// What the body of a refusal says.
pub(super) fn error(body: &[u8]) -> Option<String> {
    let body: Body = serde_json::from_slice(body).ok()?;
    body.error.map(|text| text.chars().take(300).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(body: &str) -> Result<Reply, Failure> {
        Reply::read(&Answer { status: 200, headers: BTreeMap::new(), body: body.as_bytes().to_vec() }, "h")
    }

    #[test]
    fn numbers_that_are_none_are_read_and_warnings_kept() {
        let body = r#"{"status":"success","warnings":["store b is down"],"isPartial":true,"data":{"resultType":"matrix",
            "result":[{"metric":{"__name__":"m","job":"b"},"values":[[1794790800.5,"NaN"],[1794790801,"+Inf"],[1794790802,"16.9"]]}]}}"#;
        let read = reply(body).expect("an answer");
        assert_eq!(read.warnings.len(), 2);
        let values = &read.series[0].values;
        assert!(values[0].1.is_nan() && values[1].1.is_infinite());
        assert_eq!(values[2], (1_794_790_802_000, 16.9));
        assert_eq!(values[0].0, 1_794_790_800_500);
    }

    #[test]
    fn what_is_no_matrix_is_no_answer() {
        for bad in [
            "",
            "<html>",
            "{}",
            r#"{"status":"error","error":"boom"}"#,
            r#"{"status":"success"}"#,
            r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"x"]]}]}}"#,
            r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]"#,
        ] {
            assert!(reply(bad).is_err(), "{bad}");
        }
        assert!(reply(r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#).is_ok());
    }
}
