//! Lines that belong to the record before them: stack traces of Java, JavaScript, Python, Go, .NET and Rust, and
//! whatever is indented.

use crate::signatures::message;

/// The trace that the lines before belong to, where its form has lines without a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trace {
    #[default]
    None,
    /// Every line up to the next record.
    Go,
    /// Up to the line that names the error.
    Python,
}

const BEGINNINGS: [&str; 34] = [
    "Caused by:",
    "Suppressed:",
    "... ",
    "at ",
    "File \"",
    "from ",
    "created by ",
    "--- End of ",
    "---> ",
    "--> ",
    "Exception in thread ",
    "During handling of the above exception",
    "The above exception was the direct cause",
    "[signal ",
    "exit status ",
    "stack backtrace:",
    "Stack trace:",
    "stack trace:",
    "Stacktrace:",
    "Backtrace:",
    "note: run with ",
    "note: Some details are omitted",
    "thread '",
    "This error is located at:",
    "Call Stack",
    "Call stack:",
    "Component Stack:",
    "Code: ",
    "Unhandled exception",
    "Unhandled Exception",
    "Uncaught ",
    "Node.js v",
    "[CIRCULAR REFERENCE",
    "Process finished",
];

impl Trace {
    /// Whether a line that no format knows goes on with the record before it; remembers which trace it is in.
    pub fn goes_on(&mut self, line: &str) -> bool {
        if line.starts_with("Traceback (most recent call last)") {
            *self = Trace::Python;
            return true;
        }
        if line.starts_with("goroutine ") || line.starts_with("panic: ") || line.starts_with("fatal error: ") {
            *self = Trace::Go;
            return true;
        }
        let marked = marked(line);
        match self {
            Trace::Go => true,
            Trace::Python if !line.starts_with([' ', '\t']) && !BEGINNINGS.iter().any(|b| line.starts_with(b)) => {
                // `mypackage.Oops: text`, the end of the trace.
                let first = line.split([':', ' ']).next().unwrap_or_default();
                let named = !first.is_empty() && first.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_'));
                *self = Trace::None;
                marked || (named && (line.len() == first.len() || line[first.len()..].starts_with(':')))
            }
            _ => marked,
        }
    }
}

/// Whether a trace begins with this line where no record stands before it.
#[must_use]
pub fn opens(line: &str) -> bool {
    [
        "Traceback (most recent call last)",
        "Exception in thread ",
        "goroutine ",
        "fatal error: ",
        "thread '",
        "Unhandled ",
    ]
    .iter()
    .any(|mark| line.starts_with(mark))
        || message::error_of(line).is_some()
}

fn marked(line: &str) -> bool {
    if line.starts_with([' ', '\t']) {
        return true;
    }
    // Frames of gdb and Dart, and of backtraces that count: `#0 …`, `0: …`.
    let digits = line.trim_start_matches('#');
    let frame = digits.find(|c: char| !c.is_ascii_digit()).filter(|end| *end > 0 && *end < 4);
    let numbered = frame.is_some_and(|end| {
        if line.starts_with('#') { digits[end..].starts_with(' ') } else { digits[end..].starts_with(": 0x") }
    });
    let closes = line.chars().all(|c| matches!(c, '}' | ']' | ')' | ',' | ';' | ' ' | '^' | '~' | '|'));
    numbered || closes || BEGINNINGS.iter().any(|b| line.starts_with(b)) || message::error_of(line).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_go_on_and_junk_does_not() {
        let mut trace = Trace::default();
        for line in [
            "java.lang.IllegalStateException: no",
            "\tat a.b.C.d(C.java:12)",
            "Caused by: java.io.IOException: x",
            "\t... 12 more",
            "TypeError: x is not a function",
            "    at main (/srv/a.js:3:4)",
            "System.InvalidOperationException: no",
            "   at A.B.C() in /src/C.cs:line 3",
            "--- End of stack trace from previous location ---",
            "#0      main (package:a/main.dart:3:4)",
            "}",
        ] {
            assert!(trace.goes_on(line), "{line}");
        }
        for line in ["hello there", "12 apples", "the error: x", "# Title"] {
            assert!(!trace.goes_on(line), "{line}");
        }
    }

    #[test]
    fn python_ends_with_the_error_and_go_with_the_next_record() {
        let mut trace = Trace::default();
        for line in
            ["Traceback (most recent call last):", "  File \"a.py\", line 1, in f", "    f()", "package.Oops: no"]
        {
            assert!(trace.goes_on(line), "{line}");
        }
        assert!(!trace.goes_on("something else"));
        for line in [
            "panic: no",
            "goroutine 1 [running]:",
            "main.main()",
            "\t/srv/a.go:3 +0x1d",
            "net/http.(*conn).serve(0xc0)",
        ] {
            assert!(trace.goes_on(line), "{line}");
        }
    }
}
