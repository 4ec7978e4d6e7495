//! Several things at once: a fault stays a fault, whatever stands beside it.

use super::harness::Case;

/// The case whose name begins like this.
fn one(name: &str) -> Case {
    super::all().into_iter().find(|c| c.name.starts_with(name)).unwrap_or_else(|| panic!("no case {name:?}"))
}

pub(super) fn pairs() -> Vec<Case> {
    let leak = || one("1 of t02's positions since day 2");
    vec![
        leak().with(one("1 crashes 900 ms")).with(one("an open issue with [\"bug\", \"P0\"]")),
        leak().with(one("the samples lack six hours")),
        leak().with(one("a device's clock is 90 s ahead")),
        one("POST /api/trade 403")
            .with(one("the web trades and closes"))
            .with(one("the administrator looks at customers")),
        one("three reads of positions are behind").with(one("a device's clock is 90 s behind")),
        one("a sign-in ends in 500").with(one("a typo in the password")),
        one("1 refreshes of a tester").with(one("the web alone meets 401s")),
        one("1 times no price").with(one("the gateway's log lacks a day")),
        one("the samples lack six hours").with(one("the gateway's log lacks a day")),
        one("one tester's device log is not there").with(one("the contract step was not run")),
        one("the administrator looks at customers")
            .with(one("one in 20 lines of the backend comes Twice"))
            .with(one("two reconnects"))
            .with(one("an open P2")),
        one("the web's traffic doubles").with(one("a device's clock is 20 minutes ahead")).with(one("one probe fails")),
    ]
}
