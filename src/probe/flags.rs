//! A JSON object and the values that it should have in, what does not fit out; pure.

use serde_json::Value;

use crate::config::probe::{Flag, FlagType};

/// What does not fit, as parts of a sentence, in the order of the configuration.
pub(super) fn misfits(object: &Value, flags: &[Flag]) -> Vec<String> {
    let misfit = |flag: &Flag| match at(object, &flag.path) {
        None => Some(format!("`{}` is missing", flag.path)),
        Some(value) if !fits(value, flag.is) => {
            Some(format!("`{}` is {}, not {}", flag.path, word(value), wanted(flag.is)))
        }
        Some(_) => None,
    };
    flags.iter().filter_map(misfit).collect()
}

/// The value at a path, whose names may hold dots themselves.
fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let object = value.as_object()?;
    if let Some(found) = object.get(path) {
        return Some(found);
    }
    path.match_indices('.').find_map(|(dot, _)| at(object.get(&path[..dot])?, &path[dot + 1..]))
}

fn fits(value: &Value, is: FlagType) -> bool {
    match is {
        FlagType::Boolean => value.is_boolean(),
        FlagType::Number => value.is_number(),
        FlagType::String => value.is_string(),
        FlagType::Object => value.is_object(),
        FlagType::Array => value.is_array(),
        FlagType::Any => !value.is_null(),
    }
}

fn wanted(is: FlagType) -> &'static str {
    match is {
        FlagType::Boolean => "a boolean",
        FlagType::Number => "a number",
        FlagType::String => "a string",
        FlagType::Object => "an object",
        FlagType::Array => "an array",
        FlagType::Any => "a value",
    }
}

fn word(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Flag, FlagType, misfits};

    #[test]
    fn values_are_found_by_names_with_dots_and_told_where_they_do_not_fit() {
        let body =
            json!({ "flags": { "tabs.trading": true, "tabs": { "home": "yes" } }, "minimumBuild": 7, "x": null });
        let of = |path: &str, is| misfits(&body, &[Flag { path: path.to_owned(), is }]);
        assert!(of("flags.tabs.trading", FlagType::Boolean).is_empty());
        assert!(of("flags.tabs.home", FlagType::String).is_empty());
        assert!(of("minimumBuild", FlagType::Number).is_empty() && of("flags", FlagType::Object).is_empty());
        assert_eq!(of("flags.tabs.home", FlagType::Boolean), ["`flags.tabs.home` is a string, not a boolean"]);
        assert_eq!(of("flags.beta", FlagType::Boolean), ["`flags.beta` is missing"]);
        assert_eq!(of("minimumBuild.x", FlagType::Any), ["`minimumBuild.x` is missing"]);
        assert_eq!(of("x", FlagType::Any), ["`x` is null, not a value"]);
        assert_eq!(of(".", FlagType::Any).len(), 1);
    }
}
