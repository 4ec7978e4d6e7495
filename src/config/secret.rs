//! A secret by reference: named in the file, looked up when it is needed, printed as ***.

use std::fmt;
use std::path::PathBuf;

/// Looks up an environment variable; `main` reads the environment and passes this down.
pub type Lookup<'a> = &'a (dyn Fn(&str) -> Option<String> + Sync);

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// The text itself, for the one who has to send it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where a secret stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretRef {
    /// In an environment variable of this name.
    Env(String),
    /// In a file; white space at its end does not count.
    File(PathBuf),
    /// In the configuration itself: only for what may be no secret, such as an address inside the company.
    Plain(Secret),
}

impl SecretRef {
    /// The secret.
    ///
    /// # Errors
    /// A sentence that names the variable or the file, never what is in it.
    pub fn resolve(&self, env: Lookup<'_>) -> Result<Secret, String> {
        let secret = self.resolve_lines(env)?;
        if secret.expose().chars().any(char::is_control) {
            return Err(format!("{self} holds a line break or another control character"));
        }
        Ok(secret)
    }

    /// A secret of several lines, such as a private key; in a variable, they may stand as `\n`.
    ///
    /// # Errors
    /// A sentence that names the variable or the file, never what is in it.
    pub fn resolve_lines(&self, env: Lookup<'_>) -> Result<Secret, String> {
        let text = match self {
            SecretRef::Plain(secret) => return Ok(secret.clone()),
            SecretRef::Env(name) => env(name)
                .map(|text| if text.starts_with("-----BEGIN") { text.replace("\\n", "\n") } else { text })
                .ok_or_else(|| format!("the environment variable {name} is not set"))?,
            SecretRef::File(path) => std::fs::read_to_string(path)
                .map_err(|error| format!("the secret's file {} cannot be read: {error}", path.display()))?,
        };
        let text = text.trim_end();
        if text.is_empty() {
            return Err(format!("{self} is empty"));
        }
        Ok(Secret::new(text))
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SecretRef::Env(name) => write!(f, "the environment variable {name}"),
            SecretRef::File(path) => write!(f, "the secret's file {}", path.display()),
            SecretRef::Plain(_) => f.write_str("***"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Secret, SecretRef};

    #[test]
    fn a_secret_is_never_printed() {
        let secret = SecretRef::Plain(Secret::new("hunter2"));
        assert!(!format!("{secret} {secret:?}").contains("hunter2"));
        let found = SecretRef::Env("X".to_owned()).resolve(&|_| Some("hunter2\n".to_owned())).expect("set");
        assert_eq!((found.expose(), format!("{found:?}").as_str()), ("hunter2", "***"));
    }

    #[test]
    fn a_secret_that_is_missing_empty_or_broken_is_named_by_its_place_only() {
        let of = |value: Option<&'static str>| {
            SecretRef::Env("X".to_owned()).resolve(&move |_| value.map(str::to_owned)).expect_err("unusable")
        };
        assert_eq!(of(None), "the environment variable X is not set");
        assert_eq!(of(Some(" \n")), "the environment variable X is empty");
        assert!(!of(Some("hunter2\r\nBcc: all")).contains("hunter2"));
    }
}
