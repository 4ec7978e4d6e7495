//! The files of a beta as blobs of Azurite: the same verdicts as from the folder, and what becomes of blobs that are
//! changed, gone, empty or cut.

use serde_json::Value;

use super::azurite::{ACCOUNT, Azurite, KEY};
use crate::carriers::same_verdicts;
use crate::contract::{Held, beta, collect};
use crate::support::{MOBILE_BETA, Scratch, files, line};

/// Keys of a source in this container.
fn keys(azurite: &Azurite, container: &str) -> String {
    format!(
        "kind = \"archive\"\nurl = \"az://{container}/evidence\"\nendpoint = \"{}\"\naccount = \"{ACCOUNT}\"\n\
         account-key = {{ file = \"key.txt\" }}\nattempts = 2",
        azurite.url()
    )
}

/// The sample with all its evidence as blobs; none of it is left in the folder.
fn stored(azurite: &Azurite) -> Scratch {
    let scratch = Scratch::sample("mobile-beta");
    azurite.create_container("beta");
    for file in files(scratch.path()) {
        let name = file.to_string_lossy().into_owned();
        if !name.starts_with("docs/") && name != "cutover.toml" {
            azurite.put("beta", &format!("evidence/{name}"), &scratch.read(&name));
            std::fs::remove_file(scratch.path().join(&name)).expect("it goes");
        }
    }
    let text = scratch.text("cutover.toml");
    let asked = text.replace("kind  = \"files\"", &keys(azurite, "beta"));
    assert_eq!(asked.matches("kind = \"archive\"").count(), 17);
    scratch.write("cutover.toml", asked).write("key.txt", KEY);
    scratch
}

#[test]
fn blobs_give_the_verdicts_of_files_and_are_read_once() {
    let Some(azurite) = Azurite::start() else { return };
    let scratch = stored(&azurite);
    let said = scratch.run(&["doctor"]).out();
    assert!(said.contains("12 objects of") && said.contains("0 faults"), "{said}");
    scratch.run(&["signoff", "--format", "json", "--out", "packet"]).ends(0);
    let packet = scratch.json("packet/signoff.json");
    same_verdicts(&packet, &MOBILE_BETA.0.json("packet/signoff.json"));
    let before = scratch.read(".cutover/state.json");
    let again = scratch.run(&["collect"]).ends(0);
    assert_eq!(before, scratch.read(".cutover/state.json"), "{}", again.err());
    assert!(!String::from_utf8_lossy(&before).contains(KEY));
    cited(&scratch);
}

/// A cited line of a blob has its row as text, without any request.
fn cited(scratch: &Scratch) {
    let lines = scratch.json("packet/evidence/lines.json");
    let of_blobs: Vec<&Value> = lines
        .as_array()
        .expect("lines")
        .iter()
        .filter(|line| line["file"].as_str().is_some_and(|file| file.starts_with("az://beta/")))
        .collect();
    assert!(!of_blobs.is_empty() && of_blobs.iter().all(|line| line["text"].is_string()), "{lines}");
}

/// A small beta with a source in its own container.
fn small(azurite: &Azurite, container: &str) -> Scratch {
    azurite.create_container(container);
    let keys = keys(azurite, container);
    let scratch = beta(&format!("[[source]]\nname = \"store\"\ntable = \"logs\"\npaths = [\"*.log*\"]\n{keys}\n"));
    scratch.write("key.txt", KEY);
    scratch
}

fn lines(hour: usize) -> String {
    (0..50)
        .map(|n| format!("{}\n", line(&format!("2026-05-02T{hour:02}:00:{n:02}Z"), &format!("r-{hour}-{n}"))))
        .collect()
}

fn packed(text: &str) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packer, text.as_bytes()).expect("memory");
    packer.finish().expect("memory")
}

#[test]
fn a_blob_that_is_changed_gone_empty_or_cut_is_told() {
    let Some(azurite) = Azurite::start() else { return };
    let scratch = small(&azurite, "small");
    let whole = packed(&lines(9));
    azurite.put("small", "evidence/a.log", lines(8).as_bytes());
    azurite.put("small", "evidence/b.log.gz", &whole);
    azurite.put("small", "evidence/below/c.log", b"not matched");
    azurite.put("small", "evidence-of-others/d.log", b"not below the prefix");
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "store");
    assert_eq!((held.rows, held.gaps.as_slice(), held.records.len()), (100, &[][..], 2));

    azurite.put("small", "evidence/a.log", b"");
    azurite.put("small", "evidence/b.log.gz", &whole[..whole.len() * 2 / 3]);
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "store");
    assert!(held.rows < 50, "{}", held.rows);
    assert!(held.gaps.iter().any(|gap| gap == "the file is empty"), "{:?}", held.gaps);
    assert!(held.gaps.iter().any(|gap| gap.contains("the file breaks off")), "{:?}", held.gaps);

    azurite.put("small", "evidence/a.log", lines(10).as_bytes());
    azurite.put("small", "evidence/b.log.gz", &whole);
    azurite.delete("small", "evidence/b.log.gz");
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "store");
    assert!(held.rows >= 50 && held.gaps.iter().all(|gap| !gap.contains("empty")), "{:?}", held.gaps);
    assert_eq!((&held.records[0]["vanished"], &held.records[1]["vanished"]), (&false.into(), &true.into()));
}

#[test]
fn a_blob_in_a_cold_tier_is_named() {
    let Some(azurite) = Azurite::start() else { return };
    let scratch = small(&azurite, "cold");
    azurite.put("cold", "evidence/a.log", lines(8).as_bytes());
    azurite.put("cold", "evidence/b.log", lines(9).as_bytes());
    azurite.freeze("cold", "evidence/b.log");
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "store");
    let said = "az://cold/evidence/b.log: it is in a cold tier and cannot be read at once";
    assert_eq!((held.rows, held.gaps.as_slice()), (50, &[said.to_owned()][..]));
    let doctor = scratch.run(&["doctor"]).ends(0).out();
    assert!(doctor.contains("2 objects of") && doctor.contains("0 faults"), "only the first is looked at: {doctor}");
}

#[test]
fn a_wrong_key_a_missing_container_and_nothing_that_matches_are_gaps() {
    let Some(azurite) = Azurite::start() else { return };
    let scratch = small(&azurite, "none");
    collect(&scratch).ends(0);
    assert_eq!(Held::of(&scratch, "store").gaps, ["no object matches `*.log*`"]);
    scratch.write("key.txt", "bm90IHRoZSBrZXk=");
    collect(&scratch).ends(0);
    let gaps = Held::of(&scratch, "store").gaps;
    assert!(
        gaps.len() == 1 && gaps[0].starts_with("az://none cannot be listed: ") && gaps[0].contains("answered 403"),
        "{gaps:?}"
    );
    let said = scratch.run(&["doctor"]).ends(2).out();
    assert!(said.contains("answered 403") && said.contains("the right to list and read"), "{said}");
    scratch.write("key.txt", "this is no key");
    collect(&scratch).ends(0);
    let gaps = Held::of(&scratch, "store").gaps;
    assert!(gaps.len() == 1 && gaps[0].contains("cannot be opened") && !gaps[0].contains("no key"), "{gaps:?}");
    scratch
        .write("key.txt", KEY)
        .write("cutover.toml", scratch.text("cutover.toml").replace("az://none/", "az://lost/"));
    collect(&scratch).ends(0);
    let gaps = Held::of(&scratch, "store").gaps;
    assert!(gaps.len() == 1 && gaps[0].contains("ContainerNotFound"), "{gaps:?}");
}
