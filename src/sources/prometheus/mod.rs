//! A metrics server that speaks Prometheus' interface in, samples of `metrics` out.
//!
//! Series are pulled as they were scraped, by a range selector of an instant query: no step, no look-back, so that a gap
//! stays a gap. What a query makes comes with a step, split so that no answer is over the server's limit of points.

mod answer;
mod histogram;

use std::sync::Arc;

use jiff::SignedDuration;

use super::formats::samples::{Samples, SeriesKey};
use super::keep::Rows;
use super::store::Store;
use super::windows::{self, Manner, Piece, State};
use super::{Pulled, Shared, not_begun};
use crate::config::source::prometheus::Metric;
use crate::config::source::{Prometheus, Source};
use crate::config::{Params, Window};
use crate::net::{Answer, Ask, Client, Failure, FailureKind, Url};
use answer::{Reply, Series};

/// Points of a series that every server gives in one answer: Prometheus' own limit is 11,000.
const POINTS: i64 = 10_000;
/// Series that show that a service was up, whatever else is pulled.
const UP: [&str; 2] = ["up", "process_start_time_seconds"];

/// Pulls the windows of a source.
///
/// # Errors
/// When the evidence cannot be written.
pub async fn pull(
    source: &Source,
    from: &Prometheus,
    shared: &Arc<Shared>,
    store: &Arc<Store>,
) -> anyhow::Result<Pulled> {
    let tenant: Vec<(&str, &str)> = from.tenant.iter().map(|tenant| ("x-scope-orgid", tenant.as_str())).collect();
    let client = match shared.client(&from.server, &tenant) {
        Ok(client) => client,
        Err(failure) => return Ok(not_begun(source, shared, store, failure)),
    };
    let manner =
        Manner { pulling: from.pulling, concurrent: from.server.concurrent, finest: SignedDuration::from_secs(60) };
    let ask = Asking { client: &client, selectors: selectors(from, &shared.plan.params), metrics: &from.metrics };
    windows::pull(source, shared, store, manner, async |window| ask.window(window).await).await
}

/// What is pulled as it is: what the source names, else the metrics that the checks use.
fn selectors(from: &Prometheus, params: &Params) -> Vec<String> {
    if !from.matches.is_empty() {
        return from.matches.clone();
    }
    let mut names: Vec<String> = UP.iter().map(|name| (*name).to_owned()).collect();
    for param in ["read-latency-metric", "read-charge-metric", "throttled-metric"] {
        let name = regex::escape(&params.text(param)).replace('\\', "\\\\");
        if !name.is_empty() {
            names.push(format!("{name}(_bucket|_sum|_count|_total)?"));
        }
    }
    vec![format!("{{__name__=~\"{}\"}}", names.join("|"))]
}

struct Asking<'a> {
    client: &'a Client,
    selectors: Vec<String>,
    metrics: &'a [Metric],
}

impl Asking<'_> {
    async fn window(&self, window: Window) -> Result<Piece, Failure> {
        let mut gathered = Gathered::default();
        for selector in &self.selectors {
            gathered.take(self.raw(selector, window).await?, None, window);
        }
        for metric in self.metrics {
            for part in parts(window, metric.step_s) {
                gathered.take(self.stepped(metric, part).await?, Some(&metric.name), window);
            }
        }
        Ok(gathered.piece())
    }

    /// The samples of a selector in a window, with the times at which they were scraped.
    async fn raw(&self, selector: &str, window: Window) -> Result<Reply, Failure> {
        let length = window.to_ms() - window.from_ms();
        // A range is closed at its end, and at its beginning too before version 3: what is outside is left out below.
        let query = format!("{selector}[{length}ms]");
        let time = seconds(window.to_ms() - 1);
        self.ask("api/v1/query", &[("query", &query), ("time", &time)]).await
    }

    /// The values of a query at every step of a part of a window.
    async fn stepped(&self, metric: &Metric, part: Window) -> Result<Reply, Failure> {
        let step = metric.step_s.to_string();
        let (start, end) = (seconds(part.from_ms()), seconds(part.to_ms() - metric.step_s * 1000));
        // VictoriaMetrics moves times to fit its cache unless it is told not to.
        let fields =
            [("query", metric.query.as_str()), ("start", &start), ("end", &end), ("step", &step), ("nocache", "1")];
        self.ask("api/v1/query_range", &fields).await
    }

    async fn ask(&self, path: &str, fields: &[(&str, &str)]) -> Result<Reply, Failure> {
        // Thanos: one of each replicated pair, and an error instead of an answer without some of its stores.
        let mut all = vec![("dedup", "true"), ("partial_response", "false")];
        all.extend(fields);
        let url: Url = self.client.url(path);
        let answer: Answer =
            self.client.send(&Ask::form(url, &all)).await.map_err(|f| explained(f, self.client.host()))?;
        Reply::read(&answer, self.client.host())
    }
}

/// A part of a window of at most so many steps; steps begin at multiples of their length.
fn parts(window: Window, step_s: i64) -> Vec<Window> {
    let step = step_s * 1000;
    let first = window.from_ms() + (-window.from_ms()).rem_euclid(step);
    let starts = (0..).map(|n| first + n * POINTS * step).take_while(|start| *start < window.to_ms());
    let part = |start: i64| {
        let end = (start + POINTS * step).min(window.to_ms());
        // The last step that begins inside, and the first moment after its place.
        let steps = (end - start + step - 1) / step;
        Window::from_millis(start, start + steps * step)
    };
    starts.filter_map(part).collect()
}

fn seconds(ms: i64) -> String {
    format!("{}.{:03}", ms.div_euclid(1000), ms.rem_euclid(1000))
}

/// Whether the server says that the question touches too many samples.
fn is_too_much(failure: &Failure) -> bool {
    let text = String::from_utf8_lossy(failure.body()).to_lowercase();
    let answered = matches!(failure.status(), Some(400 | 413 | 422 | 503));
    let said = [
        "too many samples",
        "maximum resolution",
        "maxpointspertimeseries",
        "maxsamplesperquery",
        "maxquerylength",
        "query length",
    ];
    answered && said.iter().any(|words| text.contains(words))
}

/// What a refusal says in its body.
fn explained(failure: Failure, host: &str) -> Failure {
    let too_much = is_too_much(&failure);
    match answer::error(failure.body()) {
        Some(said) if too_much => Failure {
            kind: FailureKind::TooLarge,
            what: format!("{host} finds it too much: {said}"),
            hint: "narrow `match`, or raise the server's limits".to_owned(),
            ..failure
        },
        Some(said) if failure.kind == FailureKind::Refused => Failure {
            what: format!("{host} refuses the query: {said}"),
            hint: "see `match` and `query` of the source".to_owned(),
            ..failure
        },
        _ => failure,
    }
}

/// The series of all answers for a window.
#[derive(Default)]
struct Gathered {
    series: Vec<(SeriesKey, Vec<(i64, f64)>)>,
    nan: u64,
    warnings: Vec<String>,
}

impl Gathered {
    fn take(&mut self, reply: Reply, name: Option<&str>, window: Window) {
        for warning in reply.warnings {
            if !self.warnings.contains(&warning) {
                self.warnings.push(warning);
            }
        }
        for series in reply.series {
            for (key, samples) in plain(series, name) {
                let inside = samples.into_iter().filter(|(ts, _)| window.holds(*ts));
                let (nan, good): (Vec<_>, Vec<_>) = inside.partition(|(_, value)| value.is_nan());
                self.nan += nan.len() as u64;
                self.series.push((key, good));
            }
        }
    }

    /// Series in order, each with its samples in the order of time, each once.
    fn piece(mut self) -> Piece {
        self.series.sort_by(|a, b| a.0.cmp(&b.0));
        let mut samples = Samples::default();
        let mut line = 0;
        for group in self.series.chunk_by(|a, b| a.0 == b.0) {
            let mut all: Vec<(i64, f64)> = group.iter().flat_map(|(_, samples)| samples.iter().copied()).collect();
            all.sort_by_key(|(ts, _)| *ts);
            let before = all.len();
            // Two selectors may both hold a series.
            all.dedup_by_key(|(ts, _)| *ts);
            samples.ledger.repeated += (before - all.len()) as u64;
            samples.ledger.fetched += before as u64;
            let Some((key, _)) = group.first().filter(|_| !all.is_empty()) else { continue };
            let which = samples.series(key.clone());
            for (ts, value) in all {
                line += 1;
                samples.push(which, Some(ts), value, line);
            }
        }
        samples.ledger.fetched += self.nan;
        samples.ledger.attached += self.nan;
        let state = if self.warnings.is_empty() { State::Complete } else { State::Partial(self.warnings.join("; ")) };
        Piece { rows: Rows::Samples(samples), state }
    }
}

/// A series as the text format has it: native histograms become buckets, sum and count.
fn plain(series: Series, name: Option<&str>) -> Vec<(SeriesKey, Vec<(i64, f64)>)> {
    let own = series.labels.iter().find(|(k, _)| k == "__name__").map(|(_, v)| v.clone());
    let name = name.map(str::to_owned).or(own).unwrap_or_default();
    let labels: Vec<(String, String)> = series.labels.into_iter().filter(|(k, _)| k != "__name__").collect();
    let mut all = Vec::new();
    if !series.values.is_empty() {
        all.push((SeriesKey::new(&name, escaped(&labels)), series.values));
    }
    all.extend(histogram::classic(&name, &escaped(&labels), &series.histograms));
    all
}

/// Label values with the escapes of the text format.
fn escaped(labels: &[(String, String)]) -> Vec<(String, String)> {
    let value = |v: &str| v.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    labels.iter().map(|(k, v)| (k.clone(), value(v))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(from: &str, to: &str) -> Window {
        Window { from: from.parse().expect("a time"), to: to.parse().expect("a time") }
    }

    #[test]
    fn a_day_in_steps_of_five_seconds_is_two_questions_that_share_no_step() {
        let day = window("2026-08-03T00:00:00Z", "2026-08-04T00:00:00Z");
        let parts = parts(day, 5);
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[0].from, parts[0].to, parts[1].to), (day.from, parts[1].from, day.to));
        assert!(parts.iter().all(|p| p.seconds() / 5 <= POINTS));
        let odd = super::parts(window("2026-08-03T00:00:10Z", "2026-08-03T00:01:30Z"), 60);
        assert_eq!(odd, [window("2026-08-03T00:01:00Z", "2026-08-03T00:02:00Z")]);
    }

    #[test]
    fn a_time_is_in_seconds_with_its_thousandths() {
        assert_eq!(seconds(1_786_000_000_007), "1786000000.007");
    }
}
