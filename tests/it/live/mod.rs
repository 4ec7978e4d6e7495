//! Real servers that a test starts on free ports of 127.0.0.1, each with its own folder, and stops again.
//!
//! Every `start` answers nothing where the program is not installed: the test then says so on stderr and ends, except
//! in CI, which must have all of them. `.ci/servers` installs them.

mod archives;
pub(crate) mod azurite;
pub(crate) mod backend;
pub(crate) mod chdb;
pub(crate) mod clickhouse;
mod client;
pub(crate) mod edge;
pub(crate) mod fault_proxy;
pub(crate) mod http;
mod logs;
mod metrics;
pub(crate) mod process;
pub(crate) mod prometheus;
mod smoke;
