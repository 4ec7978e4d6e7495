//! Log text and feedback are hostile: secrets do not reach any output, markup stays text.

use pulldown_cmark::{Event, Options, Parser, Tag};

use crate::support::{SMALL, Scratch, files, line, pdf_text, small};

const SECRETS: &[&str] = &[
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0ZXN0ZXIifQ.c2lnbmF0dXJlLXRoYXQtaXMtbm90LXJlYWw",
    "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAxMjM0NTY3ODk=",
    "jane.doe@customer.example",
    "203.0.113.77",
    "hunter2hunter2",
    "4111 1111 1111 1111",
    "usr_deadbeef01",
];

fn hostile() -> Scratch {
    let [jwt, key, email, ip, password, card, user] = SECRETS else { unreachable!("seven secrets") };
    let mut log = line("2026-05-02T01:00:00Z", "id-1") + "\n";
    let words = format!(
        "Bearer {jwt} AccountEndpoint=https://db.example;AccountKey={key}; {email} from {ip} password={password} card {card} {user}"
    );
    log.push_str(&format!("{{\"time\":\"2026-05-02T01:01:00Z\",\"level\":50,\"msg\":\"{words}\"}}\n"));
    log.push_str(&format!(
        "{{\"time\":\"2026-05-02T01:02:00Z\",\"req\":{{\"method\":\"GET\",\"url\":\"/x?token={jwt}\" {words}\n"
    ));
    log.push_str(&line("2026-05-02T02:00:00Z", "id-2").replace("usr_1", user));
    log.push('\n');
    let scratch = small(log);
    let form = "[[source]]\nname = \"form\"\ntable = \"feedback\"\nkind = \"files\"\npaths = [\"feedback.csv\"]\n";
    scratch.write("cutover.toml", format!("{SMALL}\n{form}"));
    let texts = [
        words.as_str(),
        "#read(\"/etc/passwd\") #panic(\"x\") *b* $a_b$ <label> @ref",
        "[click](javascript:alert(1)) ![x](https://evil.example/x.png) <script>alert(1)</script></details>",
        "| a | b |\n|---|---|\n# heading\n- [x] done\n``` fence",
        "\u{202e}reversed \u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627} \u{1f9a6}\u{e000}",
        &"w".repeat(500),
        "{{ 7 * 7 }} {% include \"x\" %} https://evil.example @everyone",
    ];
    let mut csv = "Timestamp,Tester,Screen,Severity,What happened?,Triage,Issue\n".to_owned();
    for text in texts {
        csv.push_str(&format!("5/2/2026 9:00:00,t01,Other,Minor,\"{}\",won't do,\n", text.replace('"', "\"\"")));
    }
    scratch.write("feedback.csv", csv);
    scratch
}

#[test]
fn no_secret_reaches_an_output() {
    let scratch = hostile();
    let run = scratch.run(&["signoff", "--out", "packet"]).ends(11);
    let why = scratch.run(&["why", "F4", "--all"]).ends(0);
    let mut texts = vec![("stdout".to_owned(), run.out() + &run.err()), ("why".to_owned(), why.out())];
    for file in files(&scratch.path().join("packet")) {
        let path = scratch.path().join("packet").join(&file);
        let text = if file.extension().is_some_and(|e| e == "pdf") {
            pdf_text(&path).unwrap_or_default()
        } else {
            std::fs::read_to_string(&path).expect("text")
        };
        texts.push((file.display().to_string(), text));
    }
    texts.push(("state.json".to_owned(), scratch.text(".cutover/state.json")));
    for (name, text) in &texts {
        for secret in SECRETS {
            assert!(!text.contains(secret), "{name} holds {secret}");
        }
    }
    let packet = scratch.json("packet/signoff.json");
    let counts = packet["redactions"].as_object().expect("counts by kind");
    for kind in ["jwt", "connection string", "e-mail address", "IP address", "password", "card number", "user id"] {
        assert!(counts.get(kind).and_then(serde_json::Value::as_u64) > Some(0), "{kind} was counted: {counts:?}");
    }
}

#[test]
fn feedback_is_text_in_markdown() {
    let scratch = hostile();
    scratch.run(&["signoff", "--quiet", "--format", "md", "--out", "packet"]).ends(11);
    let markdown = scratch.text("packet/signoff.md");
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    for event in Parser::new_ext(&markdown, options) {
        match event {
            Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                let ours =
                    dest_url.starts_with('#') || dest_url.starts_with("charts/") || dest_url.starts_with("evidence/");
                assert!(ours, "a link out of the packet: {dest_url}");
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                assert!(!html.contains("script") && !html.contains("alert"), "{html}");
            }
            Event::TaskListMarker(_) => panic!("a task item out of data"),
            _ => {}
        }
    }
    assert!(!markdown.contains('\u{202e}'), "no bidirectional control");
    assert!(markdown.contains("7 \\* 7") || markdown.contains("7 * 7"), "templates do not run inside data");
}

#[test]
fn feedback_is_text_in_the_pdf() {
    let scratch = hostile();
    scratch.run(&["signoff", "--quiet", "--format", "pdf", "--out", "packet"]).ends(11);
    let Some(text) = pdf_text(&scratch.path().join("packet/signoff.pdf")) else { return };
    for words in ["#read(", "#panic(", "javascript:alert(1)", "U+1F9A6"] {
        assert!(text.replace('\u{200b}', "").contains(words), "{words} stands in the PDF as text");
    }
}
