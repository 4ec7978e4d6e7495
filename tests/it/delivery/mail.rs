//! Mail against a real server, and against one that breaks off.

use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use super::mail_server::{Break, Broken, Sink};
use super::{Office, delivered, failed, not_again, parcel, unsure};

fn office(port: u16, keys: &str) -> Office {
    Office::new(&format!(
        "[[deliver]]\nname = \"team\"\nkind = \"smtp\"\nhost = \"127.0.0.1\"\nport = {port}\n\
         from = \"Beta reports <beta@example.com>\"\ntimeout = \"2s\"\nretry-for = \"5s\"\n{keys}\n"
    ))
}

/// To one address, unencrypted.
fn plain(port: u16) -> Office {
    office(port, "to = [\"team@example.com\"]\ntls = \"none\"")
}

#[test]
fn a_real_server_reads_what_was_sent_and_nothing_more() {
    let Some(sink) = Sink::start("plain") else { return };
    let office = office(sink.port, "to = [\"team@example.com\", \"Lead <lead@example.com>\"]\ntls = \"none\"");
    delivered(&office.send(), 1);
    not_again(&office);
    let taken = sink.taken();
    assert_eq!(taken.len(), 1);
    let mail = &taken[0];
    assert_eq!(mail["to"], serde_json::json!(["team@example.com", "lead@example.com"]));
    let headers = mail["headers"].as_array().expect("headers");
    let header = |name: &str| headers.iter().find(|h| h[0] == name).map(|h| h[1].as_str().unwrap_or_default());
    assert_eq!(header("Subject"), Some("Week 32: NOT YET – <!channel> é  Bcc: all@example.com"));
    assert!(header("Bcc").is_none() && header("Message-ID").is_some_and(|id| id.ends_with("@example.com>")));
    assert_eq!(header("Auto-Submitted"), Some("auto-generated"));
    assert_eq!(mail["text"].as_str().map(|t| t.replace("\r\n", "\n")).as_deref(), Some(parcel().text.as_str()));
    let sum: String = Sha256::digest(&parcel().attachments[0].bytes).iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(mail["attachments"][0]["name"], "weekly.pdf");
    assert_eq!(mail["attachments"][0]["type"], "application/pdf");
    assert_eq!(mail["attachments"][0]["sha256"], sum.as_str());
    assert_eq!(mail["defects"], serde_json::json!([]));
}

#[test]
fn mail_goes_encrypted_in_both_ways_and_only_to_whom_is_trusted() {
    for mode in ["starttls", "implicit"] {
        let Some(sink) = Sink::start(mode) else { return };
        let keys = format!("to = [\"team@example.com\"]\ntls = \"{mode}\"");
        let stranger = office(sink.port, &keys).send();
        failed(&stranger, 1, "certificate");
        assert!(sink.taken().is_empty());
        let trusting = office(sink.port, &format!("{keys}\nca-file = \"{}\"", sink.authority().display()));
        delivered(&trusting.send(), 1);
        not_again(&trusting);
        assert_eq!(sink.taken().len(), 1, "{mode}");
        assert_eq!(sink.taken()[0]["encrypted"], true);
    }
}

#[test]
fn a_server_without_encryption_gets_nothing() {
    let Some(sink) = Sink::start("plain") else { return };
    failed(&office(sink.port, "to = [\"team@example.com\"]").send(), 1, "does not offer STARTTLS");
    assert!(sink.taken().is_empty());
}

#[test]
fn a_login_is_made_and_a_wrong_one_is_told_without_the_password() {
    let Some(sink) = Sink::start("login") else { return };
    let keys = "to = [\"team@example.com\"]\ntls = \"none\"\npassword = { env = \"SECRET\" }\nuser = ";
    delivered(&office(sink.port, &format!("{keys}\"beta\"")).send(), 1);
    assert_eq!(sink.taken()[0]["login"], true);
    failed(&office(sink.port, &format!("{keys}\"other\"")).send(), 1, "535");
    failed(&plain(sink.port).send(), 1, "530");
    assert_eq!(sink.taken().len(), 1);
}

#[test]
fn a_server_that_says_later_gets_it_later_and_one_that_says_no_does_not() {
    let Some(sink) = Sink::start("temporary") else { return };
    let office = plain(sink.port);
    delivered(&office.send(), 2);
    not_again(&office);
    assert_eq!(sink.taken().len(), 1);
    let Some(sink) = Sink::start("permanent") else { return };
    failed(&plain(sink.port).send(), 1, "550");
    assert!(sink.taken().is_empty());
}

#[test]
fn one_unknown_recipient_does_not_keep_the_others_from_getting_it() {
    let Some(sink) = Sink::start("one-refused") else { return };
    let office = office(sink.port, "to = [\"gone@example.com\", \"team@example.com\"]\ntls = \"none\"");
    let delivery = office.send();
    delivered(&delivery, 1);
    assert!(delivery.sentence().contains("gone@example.com (550"), "{}", delivery.sentence());
    assert_eq!(sink.taken()[0]["to"], serde_json::json!(["team@example.com"]));
}

#[test]
fn a_message_larger_than_the_server_takes_goes_without_its_attachments_and_says_so() {
    let Some(sink) = Sink::start("size") else { return };
    let delivery = plain(sink.port).send();
    delivered(&delivery, 1);
    assert!(delivery.notes[0].contains("20000"), "{delivery:?}");
    let mail = &sink.taken()[0];
    assert_eq!(mail["attachments"], serde_json::json!([]));
    assert!(mail["text"].as_str().is_some_and(|t| t.contains("left out")));
}

#[test]
fn a_refused_connection_is_tried_again_and_then_given_up() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port").port();
    failed(&plain(port).send(), 4, "no connection");
}

#[test]
fn what_breaks_before_the_end_of_the_message_is_sent_again() {
    for how in [Break::Busy, Break::Garbage, Break::InData, Break::TemporaryAfterData, Break::ClosingAtRcpt] {
        let server = Broken::start(vec![how]);
        let office = plain(server.port);
        // A message must be long for its middle to be seen.
        let mut long = parcel();
        long.attachments[0].bytes = vec![b'x'; 4_000_000];
        let delivery = office.send_with(&long, |_| {});
        delivered(&delivery, 2);
        not_again(&office);
        assert_eq!(server.taken().len(), 1, "{how:?}");
    }
}

#[test]
fn what_breaks_after_the_end_of_the_message_is_told_and_not_sent_again() {
    for how in [Break::AfterData, Break::SilentAfterData] {
        let server = Broken::start(vec![how]);
        let office = plain(server.port);
        unsure(&office.send(), "after the message was sent");
        unsure(&office.send(), "--resend");
        assert_eq!(server.taken().len(), 1, "{how:?}");
    }
}

#[test]
fn a_server_that_will_not_is_not_tried_again() {
    let server = Broken::start(vec![Break::Closed]);
    failed(&plain(server.port).send(), 1, "554");
    assert!(server.taken().is_empty());
}

#[test]
fn a_slow_server_holds_nobody_up_for_longer_than_the_deadline() {
    for how in [Break::Silent, Break::Dripping] {
        let server = Broken::start(vec![how; 8]);
        let begun = Instant::now();
        let delivery = plain(server.port).send();
        assert!(delivery.failed() && delivery.sentence().contains("too slow"), "{}", delivery.sentence());
        assert!(begun.elapsed() < Duration::from_secs(7), "{how:?} took {:?}", begun.elapsed());
        assert!(server.taken().is_empty());
    }
}
