//! Parcels in, at most one message per key and target out; what was sent stands in the record beside the evidence.
//!
//! An intent is recorded before anything leaves. Where the answer was lost, or the program died in between, nobody can
//! know whether the message arrived: that is told, and it is not sent again unless a person asks for it.

mod clean;
mod folder;
mod hook;
mod http;
mod record;
mod retry;
mod shown;
mod slack;
pub mod smtp;
mod teams;
mod trigger;
mod webhook;

use std::fs::{self, File};
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use anyhow::Context;
use jiff::Timestamp;

use crate::config::RunPlan;
pub use crate::config::deliver::Occasion;
use crate::config::deliver::{Target, Way};
use crate::config::secret::Lookup;
use crate::evidence::Locked;
pub use crate::net::wait::Pace;
use record::{Record, Standing};
use retry::Tried;
pub use shown::Status;
pub use trigger::trigger_parcel;

/// A report on its way.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub on: Occasion,
    /// What it is about, once: a week such as `2026-W32`, or a trigger and its first bad event.
    pub key: String,
    pub subject: String,
    /// Plain text, lines of it.
    pub text: String,
    pub markdown: String,
    pub attachments: Vec<Attachment>,
}

/// A file that goes with a parcel.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// A file name without folders.
    pub name: String,
    /// Media type, such as `application/pdf`.
    pub mime: String,
    pub bytes: Vec<u8>,
}

/// How parcels are delivered in this run.
pub struct Post<'a> {
    pub plan: &'a RunPlan,
    /// Looks up the environment variables that secrets are in.
    pub env: Lookup<'a>,
    /// Start of the run.
    pub now: Timestamp,
    /// Tell what would go where; send and record nothing.
    pub dry_run: bool,
    /// Send again what may or may not have arrived.
    pub resend: bool,
    /// How fast attempts follow each other.
    pub pace: Pace,
}

/// What became of one parcel at one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub target: String,
    /// smtp | slack | teams | webhook | folder
    pub way: &'static str,
    /// Where that is, without secrets: a host, a folder.
    pub place: String,
    pub key: String,
    pub outcome: Outcome,
    /// What is worth knowing besides: attachments left out, recipients refused.
    pub notes: Vec<String>,
}

/// How a delivery ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Delivered {
        attempts: u32,
    },
    /// An earlier run delivered it.
    Already {
        at: Timestamp,
    },
    /// It did not arrive.
    Failed {
        why: String,
        attempts: u32,
    },
    /// Whether it arrived is not known; it is not sent again by itself.
    Unsure {
        why: String,
        attempts: u32,
    },
    /// What would have been sent.
    DryRun {
        what: String,
    },
}

impl Delivery {
    /// Whether somebody has to look: it did not arrive, or nobody knows.
    #[must_use]
    pub fn failed(&self) -> bool {
        matches!(self.outcome, Outcome::Failed { .. } | Outcome::Unsure { .. })
    }
}

/// Holds everybody else off while it lives; the system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct Guard {
    // Closing the file gives the lock back.
    _file: File,
}

/// Takes the lock of deliveries in the evidence folder `dir`.
///
/// # Errors
/// `Locked` when another run holds it; else when the folder cannot be made or written.
pub fn lock(dir: &Path) -> anyhow::Result<Guard> {
    crate::evidence::make_private(dir).with_context(|| format!("cannot make the evidence folder {}", dir.display()))?;
    let file = File::options().create(true).append(true).open(dir.join("delivery.lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(Guard { _file: file }),
        Err(fs::TryLockError::WouldBlock) => Err(Locked(dir.to_owned()).into()),
        Err(fs::TryLockError::Error(error)) => Err(error).context("cannot lock the deliveries"),
    }
}

/// Whether a target of this occasion still waits for this key: it was neither delivered nor, as far as anybody knows,
/// on its way when an earlier run ended.
///
/// # Errors
/// When the record is damaged.
pub fn pending(plan: &RunPlan, on: Occasion, key: &str) -> anyhow::Result<bool> {
    let record = Record::read(&plan.evidence_dir)?;
    Ok(plan.deliver.iter().filter(|t| t.on == on).any(|t| !record.standing(t, key).is_settled()))
}

/// Sends each parcel to every target of its occasion, all targets at once; in the order of parcels and targets.
///
/// # Errors
/// When the record of earlier deliveries is damaged: then nothing is sent, since nobody knows what was.
pub fn deliver(post: &Post<'_>, _guard: &Guard, parcels: &[Parcel]) -> anyhow::Result<Vec<Delivery>> {
    let record = Mutex::new(Record::read(&post.plan.evidence_dir)?);
    let mut all = Vec::new();
    for parcel in parcels {
        let targets: Vec<&Target> = post.plan.deliver.iter().filter(|t| t.on == parcel.on).collect();
        let done: Vec<Delivery> = std::thread::scope(|scope| {
            let started: Vec<_> =
                targets.iter().map(|target| scope.spawn(|| one(post, &record, target, parcel))).collect();
            let lost = |t: &Target| finish(t, place(t, post.env), parcel, crashed(), Vec::new());
            started.into_iter().zip(&targets).map(|(h, t)| h.join().unwrap_or_else(|_| lost(t))).collect()
        });
        all.extend(done);
    }
    Ok(all)
}

fn crashed() -> Outcome {
    Outcome::Unsure { why: "a bug ended this delivery".to_owned(), attempts: 0 }
}

fn one(post: &Post<'_>, record: &Mutex<Record>, target: &Target, parcel: &Parcel) -> Delivery {
    let place = place(target, post.env);
    let book = || record.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let again = post.resend || repeatable(&target.way);
    match book().standing(target, &parcel.key) {
        Standing::Delivered(at) => return finish(target, place, parcel, Outcome::Already { at }, Vec::new()),
        Standing::Unsure(at) if !again => {
            let why = format!(
                "a run at {at} ended without an answer, so nobody knows whether it arrived, and it was not sent again; \
                 look there, and send it again with --resend if it is missing"
            );
            return finish(target, place, parcel, Outcome::Unsure { why, attempts: 0 }, Vec::new());
        }
        Standing::Unsure(_) | Standing::Open => {}
    }
    let (parcel_sent, mut notes) = within(target, parcel);
    if post.dry_run {
        notes.extend(Sender::of(target, &parcel_sent, post).err().map(|why| format!("it would fail: {why}")));
        let what = shown::would_send(&parcel_sent);
        return finish(target, place, parcel, Outcome::DryRun { what }, notes);
    }
    let mut sender = match Sender::of(target, &parcel_sent, post) {
        Ok(sender) => sender,
        Err(why) => return finish(target, place, parcel, Outcome::Failed { why, attempts: 0 }, notes),
    };
    let mut unwritten = false;
    let (outcome, told) = retry::run(&post.pace, target.retry_for, post.now, |left, now| {
        if let Err(error) = book().sending(target, &parcel.key, now) {
            return Tried::Never(format!("the record of deliveries cannot be written, so nothing was sent: {error:#}"));
        }
        let tried = sender.attempt(left.min(target.timeout));
        unwritten |= book().ended(target, &parcel.key, now, &tried).is_err();
        tried
    });
    notes.extend(told);
    if unwritten {
        notes.push("this could not be recorded; the next run will say that it does not know".to_owned());
    }
    finish(target, place, parcel, outcome, notes)
}

fn finish(target: &Target, place: String, parcel: &Parcel, outcome: Outcome, notes: Vec<String>) -> Delivery {
    let way = target.way.word();
    Delivery { target: target.name.clone(), way, place, key: parcel.key.clone(), outcome, notes }
}

/// Whether sending twice is the same as sending once.
fn repeatable(way: &Way) -> bool {
    match way {
        Way::Folder(_) => true,
        Way::Webhook(hook) => hook.idempotent,
        Way::Smtp(_) | Way::Slack(_) | Way::Teams(_) => false,
    }
}

/// Where a target is, as it may be printed.
fn place(target: &Target, env: Lookup<'_>) -> String {
    match &target.way {
        Way::Smtp(smtp) => {
            let to: Vec<&str> = smtp.to.iter().map(|m| m.address.as_str()).collect();
            format!("{}:{} for {}", smtp.host, smtp.port, to.join(", "))
        }
        Way::Slack(hook) | Way::Teams(hook) | Way::Webhook(hook) => {
            let host = |url: crate::config::secret::Secret| crate::config::deliver::host_of(url.expose());
            hook.url.resolve(env).ok().and_then(host).map_or_else(|| "no address".to_owned(), |(host, _)| host)
        }
        Way::Folder(path) => path.display().to_string(),
    }
}

/// The parcel as this target takes it: what is over its limit is left out, and the message says so.
fn within(target: &Target, parcel: &Parcel) -> (Parcel, Vec<String>) {
    let mut sent = parcel.clone();
    let carries = matches!(target.way, Way::Smtp(_) | Way::Webhook(_) | Way::Folder(_));
    let bytes: u64 = parcel.attachments.iter().map(|a| a.bytes.len() as u64).sum();
    if !carries || bytes <= target.max_bytes {
        return (sent, Vec::new());
    }
    let mut left = target.max_bytes;
    let mut out = Vec::new();
    sent.attachments.retain(|a| {
        let size = a.bytes.len() as u64;
        let fits = size <= left;
        if fits {
            left -= size;
        } else {
            out.push(format!("{} ({})", a.name, shown::size(a.bytes.len())));
        }
        fits
    });
    let note = format!("left out, over max-bytes = {}: {}", target.max_bytes, out.join(", "));
    sent.text.push_str(&format!("\n\nAttachments {note}.\n"));
    sent.markdown.push_str(&format!("\n\nAttachments {note}.\n"));
    (sent, vec![note])
}

/// What sends to one target; made once, tried as often as needed.
enum Sender<'a> {
    Mail(Box<smtp::Mail<'a>>),
    Post(hook::Request),
    Folder(&'a Path, &'a Parcel),
}

impl<'a> Sender<'a> {
    fn of(target: &'a Target, parcel: &'a Parcel, post: &Post<'_>) -> Result<Self, String> {
        Ok(match &target.way {
            Way::Smtp(server) => Sender::Mail(Box::new(smtp::Mail::new(server, &target.name, parcel, post)?)),
            Way::Slack(hook) => Sender::Post(hook::Request::new(hook, slack::body(parcel), target, parcel, post)?),
            Way::Teams(hook) => Sender::Post(hook::Request::new(hook, teams::body(parcel), target, parcel, post)?),
            Way::Webhook(hook) => Sender::Post(hook::Request::new(hook, webhook::body(parcel), target, parcel, post)?),
            Way::Folder(path) => Sender::Folder(path, parcel),
        })
    }

    fn attempt(&mut self, limit: Duration) -> Tried {
        match self {
            Sender::Mail(mail) => mail.attempt(limit),
            Sender::Post(request) => request.attempt(limit),
            Sender::Folder(path, parcel) => folder::put(path, parcel),
        }
    }
}
