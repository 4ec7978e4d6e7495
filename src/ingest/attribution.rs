//! Which client a request came from: the client's own header, else its build header and user agent, else the user
//! agent alone; bots and probes are named as such and are no clients.

use std::borrow::Cow;

use super::row::{LogRow, Tier};

/// What attribution needs of the configuration.
#[derive(Debug, Clone)]
pub struct Attribution {
    /// Name of the client under judgement.
    pub cohort: String,
    /// Platforms that the cohort runs on, lower case.
    pub platforms: Vec<String>,
    /// Route globs of internal callers (`*` at the end).
    pub not_clients: Vec<String>,
    /// Substrings of the user agents of probes.
    pub probe_agents: Vec<String>,
}

impl Attribution {
    /// Fills `client`, `platform` and `grade` of a row: A by the client's header with a session or user,
    /// B by user agent.
    pub fn attribute<'a>(&'a self, row: &mut LogRow<'a>) {
        if row.tier == Tier::Device {
            row.client = Some(&self.cohort);
            row.grade = Some("A");
            return;
        }
        let agent = row.user_agent.as_deref().unwrap_or_default();
        // Whoever says it is a client is one on any route: an app that calls an internal route must not hide there.
        if let Some(said) = row.platform.as_deref() {
            let said = said.to_ascii_lowercase();
            let known = row.session.is_some() || row.user.is_some() || row.tier == Tier::Gateway;
            row.grade = Some(if known { "A" } else { "B" });
            row.client = Some(if self.platforms.contains(&said) { &self.cohort } else { "web" });
            row.platform = Some(Cow::Owned(said));
        } else if self.probe_agents.iter().any(|probe| agent.contains(probe.as_str())) {
            row.client = Some("probe");
        } else if let Some(platform) = platform_of(agent, row.build.is_some()) {
            row.grade = Some("B");
            row.client = Some(if self.platforms.iter().any(|p| p == platform) { &self.cohort } else { "web" });
            row.platform = Some(Cow::Borrowed(platform));
        } else if self.not_clients.iter().any(|glob| glob_matches(glob, row.url.as_deref().unwrap_or_default())) {
            row.client = Some("internal");
        }
    }
}

/// The platform a user agent gives away. An app's network stack names it; a browser is the web.
fn platform_of(agent: &str, has_build: bool) -> Option<&'static str> {
    if agent.contains("CFNetwork") {
        return Some("ios");
    }
    if agent.contains("okhttp") {
        return Some("android");
    }
    (!has_build && agent.starts_with("Mozilla/")).then_some("web")
}

/// Whether a route matches a glob: equal, or a prefix where the glob ends in `*`.
#[must_use]
pub fn glob_matches(glob: &str, route: &str) -> bool {
    glob.strip_suffix('*').map_or(glob == route, |prefix| route.starts_with(prefix))
}

/// The route of a URL: no scheme, host or query, and ids in the path as `:id`.
#[must_use]
pub fn route(url: &str) -> Cow<'_, str> {
    let path = match url.find("://") {
        Some(at) => url[at + 3..].find('/').map_or("/", |slash| &url[at + 3 + slash..]),
        None => url,
    };
    let path = path.split(['?', '#', ';']).next().unwrap_or(path);
    if !path.split('/').any(is_id) {
        return Cow::Borrowed(path);
    }
    let parts: Vec<&str> = path.split('/').map(|part| if is_id(part) { ":id" } else { part }).collect();
    Cow::Owned(parts.join("/"))
}

/// Whether a path segment is an id: all digits, or at least eight characters of which three or more are digits
/// and nothing but letters, digits, `-` and `_`.
fn is_id(part: &str) -> bool {
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    if digits == 0 {
        return false;
    }
    digits == part.len()
        || (part.len() >= 8 && digits >= 3 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_lose_queries_and_ids() {
        assert_eq!(route("/api/history?limit=50"), "/api/history");
        assert_eq!(route("https://a.example/api/positions?x=1"), "/api/positions");
        assert_eq!(route("/api/orders/8f14e45f-ceea-467f/lines/12"), "/api/orders/:id/lines/:id");
        assert_eq!(route("/api/v2/me"), "/api/v2/me");
    }
}
