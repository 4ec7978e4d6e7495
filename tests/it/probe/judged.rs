//! The transcript that `probe --watch` wrote, collected and judged.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{bench, flags, health, probe, socket, words};
use crate::live::backend::Backend;
use crate::live::edge::Edge;
use crate::support::{Scratch, check, files};

/// What the sample's app calls; a look at this machine is none from outside.
const HOST: &str = "api.trading.harbour.example";

/// The lines of a transcript that real probes wrote, by the probe's name.
fn watched(probes: &[String], token: &str) -> BTreeMap<String, Value> {
    let scratch = bench(probes);
    probe(&scratch, &["--watch"], token).ends(0);
    let text = scratch.text("probes/live.jsonl");
    let read = |line: &str| serde_json::from_str::<Value>(line).expect("JSON");
    text.lines().map(read).map(|line| (words(&line["probe"]).to_owned(), line)).collect()
}

/// The verdicts of the sample beta when all its probes had found what these did, each at its own time and place.
fn verdicts(found: &BTreeMap<String, Value>) -> Vec<String> {
    let scratch = Scratch::sample("mobile-beta");
    let folder = scratch.path().join("probes");
    let mut lines = String::new();
    for file in files(&folder) {
        let path = folder.join(&file);
        let bytes = std::fs::read(&path).expect("a transcript");
        std::fs::remove_file(&path).expect("removed");
        let mut text = String::new();
        let packed = path.extension().is_some_and(|ending| ending == "gz");
        let read = if packed {
            std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(bytes.as_slice()), &mut text)
        } else {
            std::io::Read::read_to_string(&mut bytes.as_slice(), &mut text)
        };
        read.expect("a text");
        for line in text.lines() {
            let old: Value = serde_json::from_str(line).expect("JSON");
            let mut new = found[words(&old["probe"])].clone();
            new["ts"] = old["ts"].clone();
            new["vantage"] = old["vantage"].clone();
            // Two looks never have the same id.
            new["request_id"] = Value::from(format!("{}-{}", words(&new["request_id"]), lines.len()));
            let url = words(&new["url"]);
            let from = url.find("://").expect("an address") + 3;
            let to = from + url[from..].find('/').expect("a path");
            new["url"] = Value::from(format!("{}{HOST}{}", &url[..from], &url[to..]));
            lines.push_str(&format!("{new}\n"));
        }
    }
    scratch.write("probes/live.jsonl", lines);
    // The real backend names its flags in another way.
    let config = scratch.text("cutover.toml");
    scratch.write("cutover.toml", format!("{config}\n[params]\nrequired-flags = [\"marketplace\", \"membership\"]\n"));
    scratch.run(&["signoff", "--out", "packet", "--format", "json"]);
    let packet = scratch.json("packet/signoff.json");
    ["G6", "G7", "G8"].iter().map(|item| words(&check(&packet, item)["verdict"]).to_owned()).collect()
}

#[test]
fn checks_pass_and_fail_by_what_the_probes_found() {
    let Some(mut backend) = Backend::start() else { return };
    let Some(edge) = Edge::start(&[&backend]) else { return };
    let url = edge.url();
    let trading = socket(&url, "namespace = \"/trading\"\ntransport = \"both\"");
    let fitting = flags(&url, "{ \"tabs.trading\" = \"boolean\" }");
    let good = watched(&[health(&url), fitting.clone(), trading.clone()], "good");
    assert_eq!(verdicts(&good), ["pass", "pass", "pass"]);

    let unfit = flags(&url, "{ \"tabs.trading\" = \"number\" }");
    let mut bad = watched(&[unfit, trading], "a-wrong-token");
    backend.stop();
    bad.extend(watched(&[health(&url)], "good"));
    assert_eq!(verdicts(&bad), ["fail", "fail", "fail"]);
}
