//! Several things at once: a fault stays a fault, whatever stands beside it.

use super::harness::Case;
use super::{evidence, identity, live, people, process, rates, sign_in};

/// The case of a family whose name begins like this.
fn one(family: Vec<Case>, name: &str) -> Case {
    family.into_iter().find(|c| c.name.starts_with(name)).unwrap_or_else(|| panic!("no case {name:?}"))
}

pub(super) fn pairs() -> Vec<Case> {
    let leak = || one(identity::leaks(), "1 of t02's positions since day 2");
    vec![
        leak()
            .with(one(sign_in::crashes(), "1 crashes 900 ms"))
            .with(one(people::issues(), "an open issue with [\"bug\", \"P0\"]")),
        leak().with(one(evidence::gaps(), "the samples lack six hours")),
        leak().with(one(evidence::oddly_shipped(), "a device's clock is 90 s ahead")),
        one(identity::forbidden(), "POST /api/trade 403")
            .with(one(identity::allowed(), "the web trades and closes"))
            .with(one(identity::innocent(), "the administrator looks at customers")),
        one(identity::parity_cases(), "three reads of positions are behind")
            .with(one(evidence::oddly_shipped(), "a device's clock is 90 s behind")),
        one(sign_in::failing(), "a sign-in ends in 500").with(one(sign_in::innocent(), "a typo in the password")),
        one(sign_in::tokens(), "1 refreshes of a tester").with(one(rates::not_worse(), "the web alone meets 401s")),
        one(live::not_live(), "1 times no price").with(one(evidence::gaps(), "the gateway's log lacks a day")),
        one(evidence::gaps(), "the samples lack six hours")
            .with(one(evidence::gaps(), "the gateway's log lacks a day")),
        one(evidence::gaps(), "one tester's device log is not there")
            .with(one(process::ci(), "the contract step was not run")),
        one(identity::innocent(), "the administrator looks at customers")
            .with(one(evidence::oddly_shipped(), "one in 20 lines of the backend comes Twice"))
            .with(one(live::calm(), "two reconnects"))
            .with(one(people::innocent(), "an open P2")),
        one(rates::not_worse(), "the web's traffic doubles")
            .with(one(evidence::oddly_shipped(), "a device's clock is 20 minutes ahead"))
            .with(one(process::healthy(), "one probe fails")),
    ]
}
