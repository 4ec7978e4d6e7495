//! Whose a request is where its own line does not tell: a gateway knows client, session and user only by request id.

use std::collections::HashMap;

use super::lines::Line;

/// The best-informed line of each request.
pub struct Who<'a> {
    by_request: HashMap<&'a str, &'a Line<'a>>,
}

impl<'a> Who<'a> {
    /// Looks at every request line that names a session or a user.
    #[must_use]
    pub fn of(lines: &'a [Line<'a>]) -> Self {
        let known = lines.iter().filter(|l| l.event == "request" && (l.session.is_some() || l.user.is_some()));
        let mut by_request: HashMap<&str, &Line<'_>> = HashMap::new();
        for line in known {
            if let Some(id) = line.request {
                let better = by_request.get(id).is_none_or(|held| held.session.is_none());
                if better {
                    by_request.insert(id, line);
                }
            }
        }
        Who { by_request }
    }

    /// The line that knows most of the same request.
    #[must_use]
    pub fn other(&self, line: &Line<'a>) -> Option<&'a Line<'a>> {
        line.request.and_then(|id| self.by_request.get(id)).copied()
    }

    /// The session, else the user; empty where neither is known.
    #[must_use]
    pub fn key(&self, line: &Line<'a>) -> &'a str {
        let other = self.other(line);
        line.session.or(other.and_then(|o| o.session)).or(line.user).or(other.and_then(|o| o.user)).unwrap_or_default()
    }

    /// The tester.
    #[must_use]
    pub fn tester(&self, line: &Line<'a>) -> Option<usize> {
        line.tester.or_else(|| self.other(line)?.tester)
    }

    /// The client, platform or build: what the line says, else what the other one does.
    #[must_use]
    pub fn text(&self, line: &Line<'a>, of: impl Fn(&Line<'a>) -> Option<&'a str>) -> Option<&'a str> {
        of(line).or_else(|| of(self.other(line)?))
    }
}
