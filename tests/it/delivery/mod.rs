//! Reports on their way to servers that fail in every way: each arrives once, or a reason is given, and never twice.

mod end_to_end;
mod http;
pub(crate) mod http_server;
mod mail;
pub(crate) mod mail_server;

use std::time::Duration;

use cutover::config::{self, Overrides, RunPlan};
use cutover::delivery::{self, Attachment, Delivery, Occasion, Outcome, Pace, Parcel, Post};

use crate::support::{SMALL, Scratch, small};

/// Waits that a test can wait for.
pub(crate) const QUICK: Pace =
    Pace { first: Duration::from_millis(20), longest: Duration::from_millis(60), attempts: 4 };

/// A small beta with targets.
pub(crate) struct Office {
    pub(crate) scratch: Scratch,
    pub(crate) plan: RunPlan,
}

impl Office {
    pub(crate) fn new(targets: &str) -> Self {
        let scratch = small("");
        scratch.write("cutover.toml", format!("{SMALL}\n{targets}"));
        let plan = config::load(&scratch.path().join("cutover.toml"), &Overrides::default());
        let plan = plan.unwrap_or_else(|error| panic!("{error}"));
        Office { scratch, plan }
    }

    /// Delivers a week's parcel to the one target.
    pub(crate) fn send(&self) -> Delivery {
        self.send_with(&parcel(), |_| {})
    }

    pub(crate) fn send_with(&self, parcel: &Parcel, change: impl FnOnce(&mut Post<'_>)) -> Delivery {
        let mut all = self.send_all(parcel, change);
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// Delivers a parcel to all targets.
    pub(crate) fn send_all(&self, parcel: &Parcel, change: impl FnOnce(&mut Post<'_>)) -> Vec<Delivery> {
        let env = |name: &str| (name == "SECRET").then(|| "s3cr3t-0123456789".to_owned());
        let mut post = Post {
            plan: &self.plan,
            env: &env,
            now: "2026-08-10T07:00:00Z".parse().expect("a time"),
            dry_run: false,
            resend: false,
            pace: QUICK,
        };
        change(&mut post);
        let guard = delivery::lock(&self.plan.evidence_dir).expect("the lock");
        delivery::deliver(&post, &guard, std::slice::from_ref(parcel)).expect("deliveries")
    }
}

pub(crate) fn parcel() -> Parcel {
    Parcel {
        on: Occasion::Weekly,
        key: "2026-W32".to_owned(),
        subject: "Week 32: NOT YET – <!channel> é\r\nBcc: all@example.com".to_owned(),
        text: "Headline & figures\n.\n<!channel> hello\n".to_owned(),
        markdown: "# Week 32\n".to_owned(),
        attachments: vec![Attachment {
            name: "weekly.pdf".to_owned(),
            mime: "application/pdf".to_owned(),
            bytes: b"%PDF-1.7 \x00\xff".repeat(3_000),
        }],
    }
}

/// The delivery arrived after so many attempts.
pub(crate) fn delivered(delivery: &Delivery, times: u32) {
    assert_eq!(delivery.outcome, Outcome::Delivered { attempts: times }, "{delivery:?}");
}

/// The delivery surely did not arrive, and the reason holds these words.
pub(crate) fn failed(delivery: &Delivery, times: u32, words: &str) {
    let Outcome::Failed { why, attempts } = &delivery.outcome else { panic!("{delivery:?}") };
    assert!(*attempts == times && why.contains(words) && !why.contains("s3cr3t"), "{attempts}: {why}");
}

/// Nobody knows whether the delivery arrived, and the reason holds these words.
pub(crate) fn unsure(delivery: &Delivery, words: &str) {
    let Outcome::Unsure { why, .. } = &delivery.outcome else { panic!("{delivery:?}") };
    assert!(why.contains(words) && !why.contains("s3cr3t"), "{why}");
}

/// A second run sends nothing to a target that has it.
pub(crate) fn not_again(office: &Office) {
    let second = office.send();
    assert!(matches!(second.outcome, Outcome::Already { .. }), "{second:?}");
}
