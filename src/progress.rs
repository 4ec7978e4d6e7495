//! Progress of long work on stderr: bars on a terminal, plain lines elsewhere, nothing when quiet.

use std::cell::Cell;

use indicatif::{HumanBytes, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Where progress goes.
#[derive(Debug, Clone)]
pub struct Progress {
    bars: Option<MultiProgress>,
}

impl Progress {
    /// Bars on a terminal.
    #[must_use]
    pub fn bars() -> Self {
        Progress { bars: Some(MultiProgress::with_draw_target(ProgressDrawTarget::stderr())) }
    }

    /// Nothing.
    #[must_use]
    pub fn none() -> Self {
        Progress { bars: None }
    }

    /// Announces work of so many bytes.
    #[must_use]
    pub fn start(&self, name: &str, bytes: u64) -> Task {
        self.task(name, bytes, "  {prefix:18} {bar:30} {bytes:>10} of {total_bytes:10} {msg}")
    }

    /// Announces so many windows of a system.
    #[must_use]
    pub fn start_windows(&self, name: &str, windows: u64) -> Task {
        self.task(name, windows, "  {prefix:18} {bar:30} {pos:>4} of {len:4} windows, {msg}, {eta} left")
    }

    fn task(&self, name: &str, length: u64, template: &str) -> Task {
        let bar = self.bars.as_ref().map(|bars| {
            let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            bars.add(ProgressBar::new(length).with_style(style).with_prefix(name.to_owned()))
        });
        Task { bar, rows: Cell::new(0), bytes: Cell::new(0) }
    }
}

/// One piece of announced work.
#[derive(Debug)]
pub struct Task {
    bar: Option<ProgressBar>,
    rows: Cell<u64>,
    bytes: Cell<u64>,
}

impl Task {
    /// So many bytes read and rows kept.
    pub fn advance(&self, bytes: u64, rows: u64) {
        self.rows.set(self.rows.get() + rows);
        if let Some(bar) = &self.bar {
            bar.inc(bytes);
            bar.set_message(format!("{} rows", self.rows.get()));
        }
    }

    /// One window more, with so many rows and bytes.
    pub fn advance_window(&self, rows: u64, bytes: u64) {
        self.rows.set(self.rows.get() + rows);
        self.bytes.set(self.bytes.get() + bytes);
        if let Some(bar) = &self.bar {
            bar.inc(1);
            bar.set_message(format!("{} rows, {}", self.rows.get(), HumanBytes(self.bytes.get())));
        }
    }

    /// Done; the bar goes.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
