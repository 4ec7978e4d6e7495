//! Times as logs write them, and what is none.

use super::*;

fn read(text: &str) -> Option<(String, &str)> {
    let found = at_start(text)?;
    Some((found.instant(&TimeZone::UTC)?.to_string(), &text[found.end..]))
}

#[test]
fn many_shapes_are_one_instant() {
    for text in [
        "2026-11-23T10:20:30.5Z|",
        "2026-11-23T12:20:30.5+02:00|",
        "2026-11-23 10:20:30,500|",
        "2026-11-23 05:20:30.500 -0500|",
        "2026-11-23 02:20:30.500 PST|",
        "2026/11/23 10:20:30.5|",
        "2026-11-23-10.20.30.500|",
        "20261123-10:20:30:500|",
        "20261123T102030.5Z|",
        "23/Nov/2026:11:20:30.5 +0100|",
        "23-Nov-2026 10:20:30.5|",
        "23 Nov 2026 10:20:30.5|",
        "23.11.2026 10:20:30.5|",
        "11/23/2026 10:20:30.5 AM|",
        "Mon Nov 23 10:20:30.5 2026|",
        "Mon Nov 23 05:20:30.5 EST 2026|",
        "Mon, 23 Nov 2026 10:20:30.5 GMT|",
        "Nov 23, 2026 10:20:30.5 AM|",
        "26/11/23 10:20:30.5|",
        "1795429230.5|",
        "1795429230500|",
        "1795429230500000|",
        "1795429230500000000|",
    ] {
        assert_eq!(read(text), Some(("2026-11-23T10:20:30.5Z".to_owned(), "|")), "{text}");
    }
}

#[test]
fn times_without_a_year_say_so() {
    for text in ["Nov  3 10:20:30 host", "11-03 10:20:30.000 1 2 I", "11.03 10:20:30] x", "11/03 10:20:30 x"] {
        let found = at_start(text).expect(text);
        assert!(!found.dated && found.zone == Zone::Unsaid, "{text}");
        assert_eq!(found.clock.to_string(), "2000-11-03T10:20:30", "{text}");
    }
    assert!(after_glog_letter("1103 10:20:30.000001     1 x.go:1] m").is_some_and(|s| !s.dated));
}

#[test]
fn what_is_no_time_is_none() {
    for text in ["", "nova-api.log", "2026-13-45 10:00:00", "12 Angry Men", "May we", "404 not found", "1e9", "٣٠"] {
        assert_eq!(at_start(text), None, "{text}");
    }
    assert_eq!(read("2016-09-28 04:30:30, Info").map(|r| r.1), Some(", Info"));
    assert_eq!(read("2015-07-29 17:41:44,747 - INFO").map(|r| r.1), Some(" - INFO"));
    assert_eq!(read("2008-11-09 20:36:15 -12 items").map(|r| r.1), Some(" -12 items"));
    assert!(at_start("04/05/2026 10:00:00").is_some_and(|s| s.ambiguous));
}

#[test]
fn nothing_panics() {
    let pieces = ["2026", "-", "11", "/", "Nov", " ", ":", ".", "9".repeat(40).as_str(), "+", "Z", "é", "[", "0"]
        .map(str::to_owned);
    for a in &pieces {
        for b in &pieces {
            for c in &pieces {
                let text = format!("{a}{b}{c}{b}{a}{c}:{a}:{b}{c}{b}");
                let _ = (at_start(&text), after_glog_letter(&text), from_epoch(&text));
            }
        }
    }
}
