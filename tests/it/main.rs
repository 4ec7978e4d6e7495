//! The one integration-test binary.

mod samples;
