//! cutover: evidence of a staged release in, documents that people sign out.
pub mod config;
pub mod coverage;
pub mod report;
pub mod runbook;
pub mod tables;
pub mod verdict;
