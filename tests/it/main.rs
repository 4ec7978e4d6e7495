//! The one integration-test binary: it runs the real program on real files and reads what it wrote.

mod answers;
mod architecture;
mod bad_input;
mod faults;
mod hostile;
mod packet;
mod readme;
mod samples;
mod support;

#[path = "../worldgen/mod.rs"]
mod worldgen;
