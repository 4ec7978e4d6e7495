//! The sample's feedback and crashes served by the fake: judged as from the files, testers known by their addresses.

use serde_json::{Value, json};

use super::super::server::Fake;
use super::super::{Held, verdicts};
use super::{App, KEY};
use crate::support::{MOBILE_BETA, Scratch, check};

fn of_sample(scratch: &Scratch) -> App {
    let list = |file: &str| scratch.json(&format!("testflight/{file}.json"))["data"].as_array().cloned().expect("data");
    let builds = ["7", "8"].map(|n| json!({"type": "builds", "id": format!("bld-{n}"), "attributes": {"version": n}}));
    App {
        feedback: list("betaFeedbackScreenshotSubmissions"),
        crashes: list("betaFeedbackCrashSubmissions"),
        others: builds.to_vec(),
        // The run looks at it at midnight of this day.
        clock: Some(1_789_257_600),
        ..App::default()
    }
}

fn served(change: impl Fn(&mut App)) -> (Scratch, Value) {
    let scratch = Scratch::sample("mobile-beta");
    let mut app = of_sample(&scratch);
    change(&mut app);
    let fake = Fake::start(move |asked| app.answer(asked));
    let mut text = scratch.text("cutover.toml");
    for file in ["betaFeedbackScreenshotSubmissions", "betaFeedbackCrashSubmissions"] {
        let old = format!("kind  = \"files\"\npaths = [\"testflight/{file}.json\"]");
        assert!(text.contains(&old), "{file}");
        let new = format!(
            "kind = \"app-store-connect\"\nurl = \"{}\"\napp = \"com.acme.app\"\nkey-id = \"K1\"\nissuer = \"issuer-1\"\n\
             key = {{ file = \"{}\" }}\n",
            fake.url(),
            KEY.0.path().join("key.p8").display()
        );
        text = text.replace(&old, &new);
    }
    scratch.write("cutover.toml", text);
    scratch.run_at("2026-09-13T00:00:00Z", &["signoff", "--format", "json", "--out", "packet"]);
    let packet = scratch.json("packet/signoff.json");
    (scratch, packet)
}

#[test]
fn the_sample_is_judged_as_from_its_files() {
    let (scratch, packet) = served(|_| {});
    let (files, _) = &*MOBILE_BETA;
    let expected = files.json("packet/signoff.json");
    assert_eq!(verdicts(&packet), verdicts(&expected));
    assert_eq!(packet["decision"]["call"], expected["decision"]["call"]);
    for source in ["testflight", "testflight-crashes"] {
        let (held, plain) = (Held::of(&scratch, source), Held::of(files, source));
        assert_eq!((held.rows, held.gaps), (plain.rows, Vec::new()), "{source}");
    }
}

#[test]
fn a_crash_on_launch_is_the_testers_whose_address_it_has() {
    let (_, packet) = served(|app| {
        app.crashes.push(json!({"type": "betaFeedbackCrashSubmissions", "id": "c-1",
            "attributes": {"createdDate": "2026-09-09T10:00:00-07:00", "appUptimeInMilliseconds": 2100,
                "appPlatform": "IOS", "email": "Jonas.Weber@harbour.example", "deviceModel": "iPhone15_2"},
            "relationships": {"build": {"data": {"type": "builds", "id": "bld-8"}}}}));
    });
    assert_eq!(check(&packet, "R3")["verdict"], "fail");
    let launch = check(&packet, "S1.5");
    assert_eq!(launch["verdict"], "conflict", "the tester attested that it launched");
    assert!(launch["sentence"].as_str().is_some_and(|s| s.contains("t02 conflict")), "{launch}");
}
