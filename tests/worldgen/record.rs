//! A JSON object whose fields keep the order in which a service writes them.

/// Fields so far, without the braces.
#[derive(Default, Clone)]
pub(crate) struct Record(String);

impl Record {
    pub(crate) fn new() -> Self {
        Record::default()
    }

    /// A value that is JSON already.
    pub(crate) fn raw(mut self, name: &str, value: impl std::fmt::Display) -> Self {
        if !self.0.is_empty() {
            self.0.push(',');
        }
        self.0.push_str(&format!("\"{name}\":{value}"));
        self
    }

    pub(crate) fn text(self, name: &str, value: &str) -> Self {
        self.raw(name, serde_json::Value::from(value))
    }

    /// The field only where there is a value.
    pub(crate) fn maybe(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    pub(crate) fn object(self, name: &str, value: Record) -> Self {
        let json = value.json();
        self.raw(name, json)
    }

    pub(crate) fn json(self) -> String {
        format!("{{{}}}", self.0)
    }
}
