//! The network client that sources, probes and deliveries share: whom it trusts, how long it waits, and how it gets one
//! whole answer or says what is missing.

pub mod ask;
pub mod client;
pub mod failure;
pub mod jwt;
pub mod reach;
pub mod single;
pub mod socket;
pub(crate) mod tls;
pub mod token;
pub mod wait;

pub use ask::Ask;
pub use client::{Answer, Client, Limits};
pub use failure::{Failure, FailureKind};
pub use reqwest::Url;
