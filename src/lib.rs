//! cutover: evidence of a staged release in, documents that people sign out.
pub mod config;
pub mod correlation;
pub mod coverage;
pub mod evidence;
pub mod ingest;
pub mod progress;
pub mod report;
pub mod runbook;
pub mod sources;
pub mod tables;
pub mod verdict;
