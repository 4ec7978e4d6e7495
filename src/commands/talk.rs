//! Data to stdout, talk to stderr.

use std::io::Write;

use crate::sources::Pulled;

/// Data to stdout; a reader that has seen enough is no error.
pub(crate) fn say(text: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Talk to the person, on stderr.
#[derive(Debug, Clone, Copy)]
pub struct Talk {
    /// Only errors are told.
    pub quiet: bool,
}

impl Talk {
    /// A line, also where quiet was asked for.
    pub fn line(self, text: &str) {
        // Nobody is left to be told when stderr itself is gone.
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    pub(crate) fn remark(self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    /// An error with what led to it.
    pub fn error(self, error: &anyhow::Error) {
        self.line(&format!("error: {error:#}"));
    }

    pub(crate) fn collected(self, pulled: &[Pulled]) {
        if self.quiet || pulled.is_empty() {
            return;
        }
        let rows = |p: &Pulled| p.records.iter().map(|r| r.rows).sum::<u64>();
        let all: Vec<String> =
            pulled.iter().map(|p| format!("{} {}", p.source, crate::render::figures::count(rows(p)))).collect();
        self.line(&format!("collected rows: {}", all.join(" · ")));
    }

    pub(crate) fn gaps(self, gaps: &[String]) {
        if self.quiet {
            return;
        }
        for gap in gaps {
            self.line(&format!("gap: {gap}"));
        }
    }
}
