//! The TOML as written, and what it means once settled; unknown keys are refused.

use std::path::Path;

use super::{Overrides, RunPlan};

/// A mistake in the configuration, with the place and a hint.
#[derive(Debug)]
pub struct ConfigError(pub String);

impl std::fmt::Display for ConfigError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

/// Reads and settles the configuration.
pub fn load(_path: &Path, _overrides: &Overrides) -> Result<RunPlan, ConfigError> {
    Err(ConfigError(String::from("not written")))
}
