//! Each server once, really used: what went in comes out.

mod azurite;
mod chdb;
mod clickhouse;
mod edge;
mod fault_proxy;
mod prometheus;
mod socket;

use std::time::{Duration, Instant};

/// Waits until a test's condition holds.
///
/// # Panics
/// After half a minute.
fn until(what: &str, holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(30), "{what} did not happen");
        std::thread::sleep(Duration::from_millis(50));
    }
}
