//! A parcel and a mail server in, one attempt at handing it over out. Written here and not taken from a library,
//! because it must be known whether the end of the message had left when a connection broke: until then a message
//! surely did not arrive, after it nobody knows.

mod message;
mod session;

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::retry::Tried;
use super::{Parcel, Post, clean};
use crate::config::deliver::{Smtp, Tls};
use crate::net::tls;
use message::Letter;
use session::{Fault, Reply, Session};

/// A message to one mail server.
pub(super) struct Mail<'a> {
    server: &'a Smtp,
    letter: Letter,
    password: Option<(String, String)>,
    trust: Option<rustls::ClientConfig>,
    secrets: Vec<String>,
}

/// What ends an attempt early.
enum Stop {
    /// The line to the server broke, or it did not speak SMTP.
    Broken(Fault),
    /// The server said no to a step.
    No(&'static str, Reply),
    /// This side will not go on.
    Own(String),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Stop::Broken(fault)
    }
}

impl<'a> Mail<'a> {
    /// # Errors
    /// A sentence: a password that is not there, certificates that cannot be read.
    pub(super) fn new(server: &'a Smtp, target: &str, parcel: &Parcel, post: &Post<'_>) -> Result<Self, String> {
        let password = match &server.login {
            None => None,
            Some((user, password)) => Some((user.clone(), password.resolve(post.env)?.expose().to_owned())),
        };
        let secrets = password.iter().flat_map(|(user, p)| [p.clone(), STANDARD.encode(p), plain(user, p)]).collect();
        let trust = match server.tls {
            Tls::None => None,
            Tls::StartTls | Tls::Implicit => Some(tls::client(server.ca_file.as_deref())?),
        };
        let letter = Letter::new(server, target, parcel, post.now);
        Ok(Mail { server, letter, password, trust, secrets })
    }

    /// Hands the message over once.
    pub(super) fn attempt(&self, limit: Duration) -> Tried {
        match self.hand_over(Instant::now() + limit) {
            Ok(tried) => tried,
            Err(Stop::Own(why)) => Tried::Never(why),
            Err(Stop::Broken(fault)) => {
                let why = format!("{}: {}", self.server.host, clean::answer(&fault.why, &self.secrets));
                if fault.hopeless { Tried::Never(why) } else { Tried::Again { why, wait: None } }
            }
            Err(Stop::No(step, reply)) => self.refused(step, &reply),
        }
    }

    /// RFC 5321, section 4.2.1: 4yz may go better later, 5yz will not.
    fn refused(&self, step: &str, reply: &Reply) -> Tried {
        let said = clean::answer(&reply.text, &self.secrets);
        let why = format!("{} answered {} to {step}: {said}", self.server.host, reply.code);
        if (400..500).contains(&reply.code) { Tried::Again { why, wait: None } } else { Tried::Never(why) }
    }

    fn hand_over(&self, until: Instant) -> Result<Tried, Stop> {
        let mut session = self.open(until)?;
        self.log_in(&mut session)?;
        let (data, mut notes) = self.fitting(&session);
        let from = format!("MAIL FROM:<{}>{}", self.server.from.address, session.size_argument(data.len()));
        yes("MAIL", session.ask(&from)?)?;
        let refused = self.recipients(&mut session)?;
        notes.extend(refused.iter().map(|who| format!("refused by {}: {who}", self.server.host)));
        let ready = session.ask("DATA")?;
        if ready.code != 354 {
            return Err(Stop::No("DATA", ready));
        }
        session.send_content(&data)?;
        // From here on the server may take the message although its answer never comes.
        let Ok(reply) = session.end_content() else {
            let why = "the connection broke after the message was sent and before the server said that it has it";
            return Ok(Tried::Unsure(format!("{}: {why}", self.server.host)));
        };
        session.quit();
        Ok(if reply.code / 100 == 2 { Tried::Done(notes) } else { self.refused("the message", &reply) })
    }

    /// Connected, encrypted as configured, greeted.
    fn open(&self, until: Instant) -> Result<Session, Stop> {
        let mut session = Session::connect(&self.server.host, self.server.port, until)?;
        if let (Tls::Implicit, Some(trust)) = (self.server.tls, &self.trust) {
            session.encrypt(&self.server.host, trust)?;
        }
        yes("the connection", session.greeting()?)?;
        session.hello()?;
        if let (Tls::StartTls, Some(trust)) = (self.server.tls, &self.trust) {
            if !session.offers("STARTTLS") {
                let host = &self.server.host;
                return Err(Stop::Own(format!(
                    "{host} does not offer STARTTLS, so nothing was sent; see whether it wants tls = \"implicit\""
                )));
            }
            yes("STARTTLS", session.ask("STARTTLS")?)?;
            session.encrypt(&self.server.host, trust)?;
            session.hello()?;
        }
        Ok(session)
    }

    fn log_in(&self, session: &mut Session) -> Result<(), Stop> {
        let Some((user, password)) = &self.password else { return Ok(()) };
        if session.offers_login("PLAIN") {
            return yes("AUTH", session.ask(&format!("AUTH PLAIN {}", plain(user, password)))?);
        }
        if session.offers_login("LOGIN") {
            for word in ["AUTH LOGIN".to_owned(), STANDARD.encode(user)] {
                let reply = session.ask(&word)?;
                if reply.code != 334 {
                    return Err(Stop::No("AUTH", reply));
                }
            }
            return yes("AUTH", session.ask(&STANDARD.encode(password))?);
        }
        Err(Stop::Own(format!("{} offers no login with a user and a password", self.server.host)))
    }

    /// The message with its attachments, or without them where the server takes no message of that size.
    fn fitting(&self, session: &Session) -> (Vec<u8>, Vec<String>) {
        let whole = self.letter.write(true);
        match session.largest() {
            Some(most) if whole.len() as u64 > most && self.letter.has_attachments() => {
                let note = format!("the attachments were left out: {} takes at most {most} bytes", self.server.host);
                (self.letter.write(false), vec![note])
            }
            _ => (whole, Vec::new()),
        }
    }

    /// Names the recipients. One that is refused for good does not keep the others from getting it; one that is
    /// refused for now does, since a message that goes out in two parts would reach somebody twice.
    fn recipients(&self, session: &mut Session) -> Result<Vec<String>, Stop> {
        let mut refused = Vec::new();
        let mut last = None;
        for to in &self.server.to {
            let reply = session.ask(&format!("RCPT TO:<{}>", to.address))?;
            match reply.code / 100 {
                2 => {}
                5 => {
                    let said = clean::answer(&reply.text, &self.secrets);
                    refused.push(format!("{} ({} {said})", to.address, reply.code));
                    last = Some(reply);
                }
                _ => return Err(Stop::No("RCPT", reply)),
            }
        }
        match last {
            Some(reply) if refused.len() == self.server.to.len() => Err(Stop::No("RCPT", reply)),
            _ => Ok(refused),
        }
    }
}

fn yes(step: &'static str, reply: Reply) -> Result<(), Stop> {
    if reply.code / 100 == 2 { Ok(()) } else { Err(Stop::No(step, reply)) }
}

/// RFC 4616: nobody's rights but one's own, user and password between zero bytes.
fn plain(user: &str, password: &str) -> String {
    STANDARD.encode(format!("\0{user}\0{password}"))
}
