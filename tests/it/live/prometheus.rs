//! Prometheus with a history, and VictoriaMetrics with the same one.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::http::{answers, get_with, send};
use super::process::{Port, Process, needed};
use crate::support::Scratch;

/// Prometheus on a port of 127.0.0.1; gone when it is dropped.
pub(crate) struct Prometheus {
    port: Port,
    process: Process,
    _folder: Scratch,
}

impl Prometheus {
    /// A server that holds these samples and scrapes nothing, or nothing where it is not installed.
    ///
    /// The text is OpenMetrics: `# TYPE requests counter` with samples `requests_total{…} VALUE SECONDS`, one metric
    /// after the other, `# EOF` at the end. Samples of any age stay. Those of the future can be read, too,
    /// but such a server scrapes nothing.
    pub(crate) fn start(openmetrics: &str) -> Option<Self> {
        Self::start_with(openmetrics, None, &[])
    }

    /// The same, which also scrapes `HOST:PORT/metrics` every second as job `backend`, from five seconds after its start
    /// on, and has more flags.
    pub(crate) fn start_with(openmetrics: &str, scrape: Option<&str>, flags: &[&str]) -> Option<Self> {
        let (program, promtool) = (needed("prometheus")?, needed("promtool")?);
        let folder = Scratch::empty();
        let data = folder.path().join("data");
        if !openmetrics.is_empty() {
            folder.write("history.om", openmetrics);
            backfill(&promtool, folder.path());
        }
        let jobs = scrape.map_or_else(String::new, |target| {
            format!("scrape_configs: [{{job_name: backend, static_configs: [{{targets: ['{target}']}}]}}]\n")
        });
        folder.write("prometheus.yml", format!("global: {{scrape_interval: 1s, scrape_timeout: 1s}}\n{jobs}"));
        let port = Port::free();
        let mut command = Command::new(program);
        command
            .arg(format!("--config.file={}", folder.path().join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", data.display()))
            .arg("--storage.tsdb.retention.time=10y")
            .arg(format!("--web.listen-address=127.0.0.1:{}", port.number))
            .args(flags);
        let ready = format!("http://127.0.0.1:{}/-/ready", port.number);
        let process = Process::start("prometheus", &command, folder.path(), || answers(&ready));
        Some(Prometheus { port, process, _folder: folder })
    }

    /// Where its API is, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.number)
    }

    /// Ends it, as when its machine is lost.
    pub(crate) fn stop(&mut self) {
        self.process.stop();
    }
}

fn backfill(promtool: &Path, folder: &Path) {
    let done = Command::new(promtool)
        // One long block: the tool reads the whole text once for each.
        .args(["tsdb", "create-blocks-from", "--max-block-duration=8784h", "openmetrics", "history.om", "data"])
        .current_dir(folder)
        .output()
        .expect("promtool");
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "promtool: {said}{}", String::from_utf8_lossy(&done.stdout));
}

/// VictoriaMetrics on a port of 127.0.0.1; gone when it is dropped.
pub(crate) struct VictoriaMetrics {
    port: Port,
    _process: Process,
    _folder: Scratch,
}

impl VictoriaMetrics {
    /// A server that holds the samples of an OpenMetrics text, or nothing where it is not installed. It takes no sample
    /// of more than two days in the future.
    pub(crate) fn start(openmetrics: &str) -> Option<Self> {
        let program = needed("victoria-metrics")?;
        let folder = Scratch::empty();
        let port = Port::free();
        let mut command = Command::new(program);
        command
            .arg(format!("-httpListenAddr=127.0.0.1:{}", port.number))
            .arg(format!("-storageDataPath={}", folder.path().join("data").display()))
            .args(["-retentionPeriod=10y", "-loggerLevel=WARN"]);
        let health = format!("http://127.0.0.1:{}/health", port.number);
        let process = Process::start("victoria-metrics", &command, folder.path(), || answers(&health));
        let server = VictoriaMetrics { port, _process: process, _folder: folder };
        server.import(openmetrics);
        Some(server)
    }

    /// Where its API is, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.number)
    }

    /// Adds samples, and waits until every one of them can be read.
    fn import(&self, openmetrics: &str) {
        let (text, samples) = in_milliseconds(openmetrics);
        let url = format!("{}/api/v1/import/prometheus", self.url());
        send(|client| client.post(url).body(text)).expect("an answer").is(204);
        let began = Instant::now();
        while self.samples() < samples {
            let seen = self.samples();
            assert!(began.elapsed() < Duration::from_secs(60), "{seen} of {samples} samples can be read");
            let _ = answers(&format!("{}/internal/force_flush", self.url()));
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// How many samples can be read.
    fn samples(&self) -> usize {
        let all = [("match[]", "{__name__!=\"\"}"), ("start", "0")];
        let lines = get_with(&format!("{}/api/v1/export", self.url()), &all).is(200).text();
        let times = |line: &str| -> usize {
            let series: serde_json::Value = serde_json::from_str(line).expect("JSON");
            series["timestamps"].as_array().map_or(0, Vec::len)
        };
        lines.lines().map(times).sum()
    }
}

/// Prometheus' own text format, whose times are in milliseconds, and the number of samples.
fn in_milliseconds(openmetrics: &str) -> (String, usize) {
    let mut text = String::new();
    let mut samples = 0;
    for line in openmetrics.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (series, rest) = line.split_at(end_of_series(line));
        let mut words = rest.split_whitespace();
        let value = words.next().unwrap_or_else(|| panic!("no value: {line}"));
        let time: f64 = words.next().and_then(|word| word.parse().ok()).unwrap_or_else(|| panic!("no time: {line}"));
        writeln!(text, "{series} {value} {:.0}", time * 1000.0).expect("text");
        samples += 1;
    }
    (text, samples)
}

/// Behind the name and its labels, whose values may hold blanks and braces.
fn end_of_series(line: &str) -> usize {
    let (mut quoted, mut escaped, mut braces) = (false, false, false);
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => braces = true,
            b'}' if !quoted => return at + 1,
            b' ' if !quoted && !braces => return at,
            _ => {}
        }
    }
    line.len()
}
