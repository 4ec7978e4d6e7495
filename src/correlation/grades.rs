//! Lines in, the client of requests that do not name it: known by another line of the same request or session, by the
//! user's open socket, or by a route that one client alone uses. What only its time speaks for names no client.

use std::collections::{HashMap, HashSet};

use super::lines::Line;

/// Requests of one client, and of no other, that make a route that client's own.
const ROUTE_ENOUGH: u64 = 20;
/// Longest distance, in milliseconds, at which another client's request is near.
const NEAR_MS: i64 = 60_000;

/// What all lines of one thing say about its client.
#[derive(Debug, Clone, Copy)]
struct Said<'a> {
    client: Option<&'a str>,
    grade: Option<&'a str>,
    platform: Option<&'a str>,
    build: Option<&'a str>,
    user: Option<&'a str>,
    lines: u64,
    /// Two lines say two things, so nothing is known.
    mixed: bool,
}

/// A socket of a user while it was open. Milliseconds UTC.
struct Open<'a> {
    from: i64,
    to: i64,
    client: &'a str,
}

/// What is asked for, so that nothing else need be kept: the lines of a large beta are many, those without a client few.
#[derive(Default)]
struct Asked<'a> {
    lines: u64,
    requests: HashSet<&'a str>,
    sessions: HashSet<&'a str>,
    users: HashSet<&'a str>,
    routes: HashSet<(&'a str, &'a str)>,
}

impl<'a> Asked<'a> {
    fn of(lines: &[Line<'a>]) -> Self {
        let mut asked = Asked::default();
        for line in lines.iter().filter(|l| is_asked(l)) {
            asked.lines += 1;
            asked.requests.extend(line.request);
            asked.sessions.extend(line.session);
            asked.users.extend(line.user);
            asked.routes.extend(line.method.zip(line.route));
        }
        asked
    }
}

#[derive(Default)]
struct Known<'a> {
    requests: HashMap<&'a str, Said<'a>>,
    sessions: HashMap<&'a str, Said<'a>>,
    routes: HashMap<(&'a str, &'a str), Said<'a>>,
    sockets: HashMap<&'a str, Vec<Open<'a>>>,
}

/// Names the client of requests that do not name it, as far as something else does. The lines are in order of time.
pub fn join(lines: &mut [Line<'_>]) {
    let asked = Asked::of(lines);
    if asked.lines == 0 {
        return;
    }
    let known = Known::of(lines, &asked);
    for line in lines.iter_mut().filter(|l| is_asked(l)) {
        if let Some((said, grade)) = known.about(line) {
            line.client = said.client;
            line.grade = Some(grade);
            line.platform = line.platform.or(said.platform);
            line.build = line.build.or(said.build);
        }
    }
    let served = |l: &&Line<'_>| l.event == "request" && l.tier != "device" && l.grade.is_some();
    let times: Vec<(i64, &str)> = lines.iter().filter(served).filter_map(|l| Some((l.ts, l.client?))).collect();
    for line in lines.iter_mut().filter(|l| is_asked(l)) {
        if let Some(client) = near(&times, line.ts) {
            line.grade = Some("C");
            line.near = Some(client);
        }
    }
}

/// Whether it is a request at a server whose client is not known.
fn is_asked(line: &Line<'_>) -> bool {
    line.event == "request" && line.tier != "device" && line.client.is_none()
}

/// The client of the request that is nearest in time, of times and clients in order of time.
fn near<'a>(times: &[(i64, &'a str)], ts: i64) -> Option<&'a str> {
    let at = times.partition_point(|(known, _)| *known < ts);
    let around = [at.checked_sub(1), Some(at)].into_iter().flatten().filter_map(|i| times.get(i));
    let nearest = around.min_by_key(|(known, _)| (known - ts).abs())?;
    ((nearest.0 - ts).abs() <= NEAR_MS).then_some(nearest.1)
}

impl<'a> Known<'a> {
    fn of(lines: &[Line<'a>], asked: &Asked<'a>) -> Self {
        let mut known = Known::default();
        let mut ended: HashMap<&str, i64> = HashMap::new();
        for line in lines.iter().filter(|l| l.event == "socket.disconnected") {
            if let Some(id) = line.socket {
                ended.insert(id, line.ts);
            }
        }
        for line in lines {
            let request = line.event == "request";
            let route = line.method.zip(line.route).filter(|key| asked.routes.contains(key));
            if let (true, Some(key)) = (request && line.tier != "device" && line.client.is_some(), route) {
                add(&mut known.routes, key, line);
            }
            let (Some(client), Some(_)) = (line.client, line.grade) else { continue };
            if let (true, Some(id)) = (request, line.request.filter(|id| asked.requests.contains(id))) {
                add(&mut known.requests, id, line);
            }
            if let Some(session) = line.session.filter(|key| asked.sessions.contains(key)) {
                add(&mut known.sessions, session, line);
            }
            let user = line.user.filter(|key| asked.users.contains(key));
            if let (true, Some(user)) = (line.event == "socket.connected" && line.tier == "server", user) {
                let to = line.socket.and_then(|id| ended.get(id)).copied().unwrap_or(i64::MAX);
                known.sockets.entry(user).or_default().push(Open { from: line.ts, to, client });
            }
        }
        known
    }

    /// What is known of a request's client, and the grade of that knowledge.
    fn about(&self, line: &Line<'a>) -> Option<(Said<'a>, &'a str)> {
        let sure = |said: Option<&Said<'a>>| said.copied().filter(|s| !s.mixed && s.client.is_some());
        // An id that two users share is no link between them.
        let same_user = |said: &Said<'a>| said.user.is_none() || line.user.is_none() || said.user == line.user;
        let request = sure(line.request.and_then(|id| self.requests.get(id))).filter(same_user);
        if let Some(said) = request {
            return Some((said, said.grade.unwrap_or("B")));
        }
        let session = sure(line.session.and_then(|id| self.sessions.get(id))).filter(same_user);
        let route = || {
            let route = line.method.zip(line.route).and_then(|key| self.routes.get(&key));
            sure(route).filter(|said| said.lines >= ROUTE_ENOUGH).map(|said| Said {
                platform: None,
                build: None,
                ..said
            })
        };
        session.or_else(|| self.by_socket(line)).or_else(route).map(|said| (said, "B"))
    }

    /// The client of the user's open sockets, where all of them are of one.
    fn by_socket(&self, line: &Line<'a>) -> Option<Said<'a>> {
        let open = self.sockets.get(line.user?)?.iter().filter(|o| o.from <= line.ts && line.ts <= o.to);
        let mut clients: Vec<&str> = open.map(|o| o.client).collect();
        clients.dedup();
        let [client] = clients.as_slice() else { return None };
        Some(Said {
            client: Some(client),
            grade: Some("B"),
            platform: None,
            build: None,
            user: line.user,
            lines: 1,
            mixed: false,
        })
    }
}

fn add<'a, K: std::hash::Hash + Eq>(said: &mut HashMap<K, Said<'a>>, key: K, line: &Line<'a>) {
    let new = Said {
        client: line.client,
        grade: line.grade,
        platform: line.platform,
        build: line.build,
        user: line.user,
        lines: 1,
        mixed: false,
    };
    said.entry(key)
        .and_modify(|held| {
            held.lines += 1;
            held.mixed |= held.client != line.client;
            held.grade = held.grade.min(line.grade).or(line.grade);
            held.platform = held.platform.or(line.platform);
            held.build = held.build.or(line.build);
            held.user = held.user.or(line.user);
        })
        .or_insert(new);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server's request line at a minute, of nobody known.
    fn request(minute: i64) -> Line<'static> {
        Line {
            ts: minute * 60_000,
            tier: "server",
            event: "request",
            method: Some("GET"),
            route: Some("/api/x"),
            ..Line::default()
        }
    }

    fn of(client: &'static str, line: Line<'static>) -> Line<'static> {
        Line { client: Some(client), grade: Some("A"), user: Some("u1"), ..line }
    }

    /// Client and grade of the last line.
    fn joined(mut lines: Vec<Line<'static>>) -> (Option<&'static str>, Option<&'static str>) {
        join(&mut lines);
        lines.last().map(|l| (l.client, l.grade)).expect("a line")
    }

    #[test]
    fn a_request_is_known_by_its_other_hop_its_session_or_the_users_socket() {
        let hop = |line: Line<'static>| Line { request: Some("r1"), ..line };
        assert_eq!(joined(vec![of("mobile", hop(request(1))), hop(request(1))]), (Some("mobile"), Some("A")));
        let other = Line { user: Some("u2"), ..hop(request(1)) };
        assert_eq!(joined(vec![of("mobile", hop(request(1))), other]), (None, Some("C")), "an id of two users");
        let twice = vec![of("mobile", hop(request(1))), of("web", hop(request(1))), hop(request(1))];
        assert_eq!(joined(twice), (None, Some("C")), "an id of two clients");
        let session = |line: Line<'static>| Line { session: Some("s1"), ..line };
        assert_eq!(joined(vec![of("mobile", session(request(1))), session(request(90))]), (Some("mobile"), Some("B")));

        let socket = |client, event, minute| of(client, Line { event, socket: Some(client), ..request(minute) });
        let users = |minute| Line { user: Some("u1"), ..request(minute) };
        let open = || vec![socket("mobile", "socket.connected", 1), socket("mobile", "socket.disconnected", 60)];
        assert_eq!(joined([open(), vec![users(30)]].concat()), (Some("mobile"), Some("B")));
        assert_eq!(joined([open(), vec![users(70)]].concat()), (None, None), "it was closed by then");
        let both = [open(), vec![socket("web", "socket.connected", 2), users(30)]].concat();
        assert_eq!(joined(both), (None, None), "two clients are open");
    }

    #[test]
    fn a_route_of_one_client_alone_names_it_once_there_is_enough_of_it() {
        let routed = |n: i64, client: &'static str| (0..n).map(|m| of(client, request(m))).collect::<Vec<_>>();
        let late = request(10_000);
        assert_eq!(joined([routed(20, "mobile"), vec![late]].concat()), (Some("mobile"), Some("B")));
        assert_eq!(joined([routed(19, "mobile"), vec![late]].concat()), (None, None));
        assert_eq!(joined([routed(30, "mobile"), routed(1, "web"), vec![late]].concat()), (None, None));
        let probed = Line { grade: None, ..of("probe", request(5)) };
        assert_eq!(joined([routed(30, "mobile"), vec![probed, late]].concat()), (None, None), "a probe uses it, too");
    }

    #[test]
    fn time_alone_names_no_client() {
        let mut lines = vec![of("mobile", Line { route: Some("/api/y"), ..request(1) }), request(2), request(5)];
        join(&mut lines);
        assert_eq!((lines[1].client, lines[1].grade, lines[1].near), (None, Some("C"), Some("mobile")));
        assert_eq!((lines[2].client, lines[2].grade, lines[2].near), (None, None, None));
    }
}
