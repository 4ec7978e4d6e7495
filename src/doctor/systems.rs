//! What stands elsewhere: the clocks and credentials of the systems that were asked, and the targets of reports.

use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use crate::config::deliver::{Hook, Target, Way, plain_enough};
use crate::config::secret::Lookup;
use crate::net::{Client, Url};
use crate::report::diagnosis::Noticed;

/// A clock that is off by more than this many seconds shifts what is joined by time, and spoils signed tokens.
const SKEW_S: i64 = 5;
const CONNECT: Duration = Duration::from_secs(5);

/// What the answers of a system said beside their rows.
pub(super) fn of_client(client: &Client) -> Vec<Noticed> {
    let mut noticed = Vec::new();
    if let Some(skew) = client.skew_s().filter(|skew| skew.abs() > SKEW_S) {
        let way = if skew > 0 { "ahead of" } else { "behind" };
        let what = format!("its clock is {} s {way} this machine's", skew.abs());
        noticed.push(Noticed::warning(what, "set both by NTP: rows are joined by time"));
    }
    let scopes = client.scopes().unwrap_or_default();
    let writing: Vec<&str> = scopes.split(',').map(str::trim).filter(|scope| writes(scope)).collect();
    if !writing.is_empty() {
        let what = format!("its credentials may write: {}", writing.join(", "));
        noticed.push(Noticed::warning(what, "give this tool a token that may only read"));
    }
    noticed
}

/// Whether a scope of GitHub allows more than reading.
fn writes(scope: &str) -> bool {
    let reading = scope.starts_with("read:") || scope.ends_with(":read") || scope.ends_with(":status");
    !scope.is_empty() && !reading && !matches!(scope, "user:email" | "read" | "security_events")
}

/// Whether a target's secrets are there and its host can be reached; nothing is sent.
pub(super) fn of_target(target: &Target, env: Lookup<'_>) -> Vec<Noticed> {
    let reached = match &target.way {
        Way::Folder(dir) => {
            let there = dir.ancestors().find(|folder| folder.is_dir());
            let tried = there.map_or(Ok(()), |folder| tempfile::tempfile_in(folder).map(drop));
            tried
                .map(|()| format!("{} can be written to", dir.display()))
                .map_err(|e| format!("{}: {e}", dir.display()))
        }
        Way::Smtp(smtp) => {
            let password = smtp.login.iter().try_for_each(|(_, password)| password.resolve(env).map(drop));
            password.and_then(|()| reach(&smtp.host, smtp.port))
        }
        Way::Slack(hook) | Way::Teams(hook) | Way::Webhook(hook) => hooked(hook, env),
    };
    vec![match reached {
        Ok(what) => Noticed::fine(what),
        Err(what) => Noticed::fault(what, "mend this, then see `cutover weekly --dry-run`"),
    }]
}

fn hooked(hook: &Hook, env: Lookup<'_>) -> Result<String, String> {
    let url = hook.url.resolve(env)?;
    plain_enough(url.expose(), hook.allow_plain).map_err(|(what, hint)| format!("{what}; {hint}"))?;
    for secret in hook.headers.values().chain(hook.signature.iter().map(|(_, secret)| secret)) {
        secret.resolve(env)?;
    }
    let url = Url::parse(url.expose()).map_err(|_| "its address is no web address".to_owned())?;
    reach(url.host_str().unwrap_or_default(), url.port_or_known_default().unwrap_or(443))
}

/// Opens a connection and closes it again.
fn reach(host: &str, port: u16) -> Result<String, String> {
    let wrong = |error: std::io::Error| format!("{host}:{port} cannot be reached: {error}");
    let host_only = host.trim_start_matches('[').trim_end_matches(']');
    let mut last = None;
    for address in (host_only, port).to_socket_addrs().map_err(wrong)? {
        match TcpStream::connect_timeout(&address, CONNECT) {
            Ok(_) => return Ok(format!("{host}:{port} can be reached, and its secrets are there")),
            Err(error) => last = Some(error),
        }
    }
    Err(last.map_or_else(|| format!("{host} has no address"), wrong))
}

#[cfg(test)]
mod tests {
    use super::writes;

    #[test]
    fn scopes_that_only_read_are_told_from_others() {
        for reading in ["read:org", "repo:status", "user:email", "", "project:read"] {
            assert!(!writes(reading), "{reading}");
        }
        for writing in ["repo", "write:packages", "admin:org", "workflow", "delete_repo", "gist"] {
            assert!(writes(writing), "{writing}");
        }
    }
}
