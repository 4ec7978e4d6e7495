//! A Socket.IO session by long polling: opened, entered, listened to and closed over two connections.

use std::pin::pin;
use std::time::{Duration, Instant};

use super::course::Course;
use super::faults::{Fault, of_socket};
use super::look::Look;
use super::ms;
use super::packets::{self, BETWEEN, Packet};
use crate::config::probe::SocketIo;
use crate::net::reach::{Steps, within};
use crate::net::single::{Said, Talk};
use crate::report::probing::{Found, Leg, Phases};

/// Most bytes of one answer.
const LARGEST: usize = 1_000_000;
/// How long a goodbye may take.
const GRACE: Duration = Duration::from_secs(2);

/// A session that the server opened.
pub(super) struct Session<'a> {
    look: &'a Look<'a>,
    socket: &'a SocketIo,
    /// Path and query of its further requests.
    path: String,
    headers: Vec<(String, String)>,
    polls: Option<Talk>,
    posts: Option<Talk>,
    open: bool,
}

/// Opens, enters, listens, closes.
pub(super) async fn run(look: &Look<'_>, socket: &SocketIo) -> Leg {
    let mut course = Course::new(socket);
    let until = look.until();
    let mut outcome = match Session::open(look, socket, &mut course.phases, until).await {
        Ok(mut session) => {
            course.opened();
            let outcome = session.go(&mut course, until).await;
            session.close(&course).await;
            outcome
        }
        Err(fault) => Err(fault),
    };
    let mut handshakes = None;
    if outcome.is_ok() {
        let (known, of_all) = all_nodes_know(look, socket).await;
        handshakes = Some(known);
        outcome = of_all;
    }
    leg(course, outcome, handshakes)
}

fn leg(course: Course<'_>, outcome: Result<(), Fault>, handshakes: Option<u8>) -> Leg {
    let latency_ms = course.latency_ms.unwrap_or_else(|| course.elapsed_ms());
    let (result, reason, status) = match outcome {
        Ok(()) => (Found::Connected, None, None),
        Err(fault) => (fault.found, Some(fault.reason), fault.status),
    };
    let Course { phases, sid, event, ping, .. } = course;
    Leg { result, reason, latency_ms, status, phases, sid, event, ping, close_code: None, handshakes }
}

/// Opens sessions and closes each over a connection of its own, as many times as the probe says or the time allows:
/// how many were known at once.
async fn all_nodes_know(look: &Look<'_>, socket: &SocketIo) -> (u8, Result<(), Fault>) {
    let until = look.until();
    for n in 0..socket.handshakes {
        let Ok(mut session) = Session::open(look, socket, &mut Phases::default(), until).await else {
            return (n, Ok(()));
        };
        match session.post("1", until).await {
            Ok(()) => {}
            Err(fault) if fault.found == Found::NotSticky => return (n, Err(fault)),
            // Not what this is about: the session before it went well.
            Err(_) => return (n, Ok(())),
        }
    }
    (socket.handshakes, Ok(()))
}

impl<'a> Session<'a> {
    /// Opens a session; what its steps took is put into `phases`.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) async fn open(
        look: &'a Look<'a>,
        socket: &'a SocketIo,
        phases: &mut Phases,
        until: Instant,
    ) -> Result<Self, Fault> {
        let mut steps = Steps::default();
        let reached = look.reach(until, &mut steps).await;
        (phases.dns_ms, phases.tcp_ms, phases.tls_ms) = (steps.dns.map(ms), steps.tcp.map(ms), steps.tls.map(ms));
        let mut talk = Talk::over(reached?).await?;
        let path = format!("{}?EIO=4&transport=polling", socket.path);
        let begun = Instant::now();
        let said = talk.ask(&path, &look.headers, None, LARGEST, until).await?;
        phases.handshake_ms = Some(ms(begun.elapsed()));
        let text = said.text();
        let first = packets::read(text.split(BETWEEN).next().unwrap_or_default());
        let Packet::Open(sid) = first else { return Err(of_socket(&said, false)) };
        let mut headers = look.headers.clone();
        // What keeps a session on its node is a cookie, more often than not.
        headers.extend(cookies(&said));
        let path = format!("{path}&sid={sid}");
        Ok(Session { look, socket, path, headers, polls: Some(talk), posts: None, open: true })
    }

    /// Enters the namespace and listens.
    async fn go(&mut self, course: &mut Course<'_>, until: Instant) -> Result<(), Fault> {
        let ask = course.ask(self.look.token());
        self.post(&ask, until).await?;
        while !course.is_entered() {
            if !self.hear(course, until).await? {
                return Err(Fault::new(Found::Timeout, "CONNECT was not answered until the time was over"));
            }
        }
        let listened = Instant::now() + self.socket.listen;
        if let Some(event) = course.send() {
            self.post(&event, until).await?;
        }
        while !course.is_over() {
            let until = if course.wants_ack() { until.max(listened) } else { listened };
            if !self.hear(course, until).await? {
                break;
            }
        }
        if course.wants_ack() {
            return Err(Fault::new(Found::NoAck, "the event was not acknowledged until the time was over"));
        }
        Ok(())
    }

    /// Polls once and takes what comes; `false` where nothing came, and then the session is closed.
    async fn hear(&mut self, course: &mut Course<'_>, until: Instant) -> Result<bool, Fault> {
        let mut talk = match self.polls.take() {
            Some(talk) => talk,
            None => Talk::over(self.look.reach(until, &mut Steps::default()).await?).await?,
        };
        let (path, headers) = (self.path.clone(), self.headers.clone());
        let said = {
            let mut asked = pin!(talk.ask(&path, &headers, None, LARGEST, until + GRACE));
            match within(until, "nothing came", asked.as_mut()).await {
                Ok(said) => said?,
                Err(_) => {
                    // The server answers the poll when the session is closed; to break it off would look like a loss.
                    self.close(course).await;
                    let _ = asked.await;
                    return Ok(false);
                }
            }
        };
        self.polls = Some(talk);
        if said.status != 200 {
            self.open = false;
            return Err(of_socket(&said, false));
        }
        for packet in said.text().split(BETWEEN) {
            if let Some(reply) = course.take(packet)? {
                self.post(reply, until.max(Instant::now() + GRACE)).await?;
            }
        }
        Ok(true)
    }

    /// Sends packets.
    ///
    /// # Errors
    /// When they were not taken.
    pub(super) async fn post(&mut self, packets: &str, until: Instant) -> Result<(), Fault> {
        let mut talk = match self.posts.take() {
            Some(talk) => talk,
            None => Talk::over(self.look.reach(until, &mut Steps::default()).await?).await?,
        };
        let said = talk.ask(&self.path, &self.headers, Some(packets), LARGEST, until).await?;
        self.posts = Some(talk);
        if said.status == 200 { Ok(()) } else { Err(of_socket(&said, false)) }
    }

    /// Leaves the namespace and closes the session, so that the server does not count it on.
    pub(super) async fn close(&mut self, course: &Course<'_>) {
        if std::mem::take(&mut self.open) {
            let farewell = course.farewell().join(&BETWEEN.to_string());
            // Whether it was taken changes nothing about what was found.
            let _ = self.post(&farewell, Instant::now() + GRACE).await;
        }
    }
}

/// The cookies that an answer sets, as the header that brings them back.
fn cookies(said: &Said) -> Option<(String, String)> {
    let set = said.headers.iter().filter(|(name, _)| name == "set-cookie");
    let pairs: Vec<&str> = set.filter_map(|(_, value)| value.split(';').next()).map(str::trim).collect();
    (!pairs.is_empty()).then(|| ("cookie".to_owned(), pairs.join("; ")))
}

#[cfg(test)]
mod tests {
    use super::{Said, cookies};

    #[test]
    fn cookies_come_back_without_their_attributes() {
        let header = |value: &str| ("set-cookie".to_owned(), value.to_owned());
        let headers = vec![header("ARRAffinity=a1; Path=/; HttpOnly"), header("io=b2")];
        let said = Said { headers, ..Said::default() };
        assert_eq!(cookies(&said), Some(("cookie".to_owned(), "ARRAffinity=a1; io=b2".to_owned())));
        assert_eq!(cookies(&Said::default()), None);
    }
}
