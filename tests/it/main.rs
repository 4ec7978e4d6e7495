//! The one integration-test binary: it runs the real program on real files and reads what it wrote.

mod answers;
mod architecture;
mod attribution;
mod bad_input;
mod carriers;
mod contract;
mod corpus;
mod delivery;
mod distribution;
mod docs;
mod doctor;
mod faults;
mod filing;
mod form;
mod hostile;
mod incident;
mod init;
mod inspect;
mod live;
mod packet;
mod probe;
mod quarter;
mod readme;
mod runbook;
mod samples;
mod schedule;
mod signatures;
mod stats;
mod support;
mod waivers;

#[path = "../worldgen/mod.rs"]
mod worldgen;
