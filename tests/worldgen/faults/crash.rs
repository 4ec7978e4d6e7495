//! Crashes, exceptions and blank screens.

use serde_json::{Value, json};

use super::super::clock::{SECOND, iso_seconds};
use super::super::scenario::Exercise;
use super::super::truth::{DeviceLine, World};
use super::super::write::{Content, Files};

/// A native crash so long after a launch; the rest of the sitting is gone with it.
pub(crate) fn native(world: &mut World<'_>, tester: usize, day: i64, after: i64, times: usize) {
    for nth in 0..times {
        let visit = world.look(tester, day, nth);
        crash_at(world, tester, visit, world.visits[visit].from + after);
    }
}

fn crash_at(world: &mut World<'_>, tester: usize, visit: usize, at: i64) {
    world.end(visit, at);
    world.note(tester, at, "ERROR", "[native] RCTFatal: Exception in HostFunction: folly::toJson: JSON object");
}

/// A crash right after a launch that names no session, as an older build writes its first line.
pub(crate) fn launch_without_session(world: &mut World<'_>, tester: usize, day: i64) {
    let visit = world.look(tester, day, 1);
    let (span, session) = (world.span(visit), world.visits[visit].session.clone());
    world.reword(tester, span, &format!(" session={session}"), "");
    crash_at(world, tester, visit, span.from + 3 * SECOND);
}

/// A native crash in a sitting's exercise, so long after a line of it.
pub(crate) fn in_exercise(world: &mut World<'_>, tester: usize, exercise: Exercise, line: &str, text: &str) {
    let visit = world.exercise(tester, exercise);
    let at = world.when(visit, line) + 2 * SECOND;
    world.note(tester, at, "ERROR", text);
}

/// Exceptions that nothing handled, one in each sitting; some of React Native's lines have no time.
pub(crate) fn exception(world: &mut World<'_>, tester: usize, day: i64, text: &str, timed: bool, times: usize) {
    for nth in 0..times {
        let visit = world.look(tester, day, nth);
        let at = world.visits[visit].from + 70 * SECOND;
        world.device.push(DeviceLine { at, tester, level: "ERROR", text: text.to_owned(), timed });
    }
}

/// A blank screen in place of the sign-in screen.
pub(crate) fn blank_sign_in(world: &mut World<'_>, tester: usize) {
    let visit = world.exercise(tester, Exercise::SignIn);
    let span = world.span(visit);
    world.reword(tester, span, "-> SignIn", "blank screen: SignIn did not mount*");
}

/// A crash report of TestFlight.
pub(crate) struct Report {
    pub(crate) tester: &'static str,
    pub(crate) build: &'static str,
    pub(crate) at: i64,
    pub(crate) uptime_ms: Option<i64>,
}

impl Report {
    pub(crate) fn add(&self, files: &mut Files) {
        let path = "testflight/betaFeedbackCrashSubmissions.json";
        let Some(Content::Text(text)) = files.0.get_mut(path) else { panic!("no {path}") };
        let mut file: Value = serde_json::from_str(text).expect("JSON");
        let data = file["data"].as_array_mut().expect("submissions");
        data.push(json!({
            "type": "betaFeedbackCrashSubmissions",
            "id": format!("crash-{}", self.at),
            "attributes": {
                "createdDate": iso_seconds(self.at),
                "comment": "it was gone at once",
                "deviceModel": "iPhone15_4",
                "osVersion": "18.6",
                "appPlatform": "IOS",
                "appUptimeInMilliseconds": self.uptime_ms,
            },
            "relationships": {
                "build": { "data": { "type": "builds", "id": format!("bld-{}", self.build) } },
                "tester": { "data": { "type": "betaTesters", "id": format!("bt-{}", self.tester) } },
            },
        }));
        file["meta"]["paging"]["total"] = json!(file["data"].as_array().map_or(0, Vec::len));
        *text = file.to_string();
    }
}
