//! A parcel as a Slack message: text as data, within Slack's limits.

use serde_json::{Value, json};

use super::{Parcel, clean};

/// Characters of a message's text.
const TEXT: usize = 40_000;
/// Characters of a section's text.
const SECTION: usize = 3_000;
/// Characters of a header.
const HEADER: usize = 150;
/// Blocks of a message, the header and the remark at the end among them.
const BLOCKS: usize = 50;

/// The message. `<`, `>` and `&` are escaped, which is what keeps `<!channel>`, `<@U1>` and links from being such, and
/// names, links and channels in plain words are not looked for.
pub(super) fn body(parcel: &Parcel) -> Value {
    let text = clean::lines(&parcel.text);
    let sections = sections(&text);
    let more = sections.len() > BLOCKS - 2;
    let mut blocks = vec![json!({
        "type": "header",
        "text": { "type": "plain_text", "text": cut_escaped(&escape(&clean::line(&parcel.subject, HEADER)), HEADER), "emoji": false }
    })];
    for section in sections.into_iter().take(BLOCKS - 2) {
        blocks.push(section_of(&section));
    }
    if more {
        blocks.push(section_of("… shortened: the whole text is in the report."));
    }
    let whole = format!("{}\n{}", escape(&clean::line(&parcel.subject, HEADER)), escape(&text));
    json!({
        "text": cut_escaped(&whole, TEXT),
        "blocks": blocks,
        "parse": "none",
        "link_names": false,
        "unfurl_links": false,
        "unfurl_media": false,
    })
}

fn section_of(text: &str) -> Value {
    json!({ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Escaped text in pieces of at most `SECTION` characters, broken at the ends of lines where it can be.
fn sections(text: &str) -> Vec<String> {
    let mut pieces: Vec<String> = Vec::new();
    let mut current = String::new();
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        let line_length = escape(line).chars().count();
        if length + line_length > SECTION && !current.trim().is_empty() {
            pieces.push(std::mem::take(&mut current));
            length = 0;
        }
        for c in line.chars() {
            let one = escape(&c.to_string());
            let n = one.chars().count();
            if length + n > SECTION {
                pieces.push(std::mem::take(&mut current));
                length = 0;
            }
            current.push_str(&one);
            length += n;
        }
    }
    pieces.push(current);
    pieces.retain(|piece| !piece.trim().is_empty());
    pieces
}

/// Cuts escaped text without leaving half of an escape behind.
fn cut_escaped(text: &str, most: usize) -> String {
    let cut = clean::shorten(text, most);
    match cut.rfind('&') {
        Some(at) if cut != text && !cut[at..].contains(';') => format!("{}…", &cut[..at]),
        _ => cut,
    }
}

#[cfg(test)]
mod tests {
    use super::body;
    use crate::delivery::{Occasion, Parcel};

    fn parcel(subject: &str, text: &str) -> Parcel {
        Parcel {
            on: Occasion::Weekly,
            key: "2026-W32".to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            markdown: String::new(),
            attachments: Vec::new(),
        }
    }

    #[test]
    fn a_mention_from_a_log_is_text() {
        let body = body(&parcel("<!here> week", "<!channel> <@U1> <https://evil.example|click> a & b\n"));
        let json = body.to_string();
        assert!(!json.contains("<!") && !json.contains("<@") && !json.contains("<http"), "{json}");
        assert!(json.contains("&lt;!channel&gt;") && body["link_names"] == false && body["parse"] == "none");
    }

    #[test]
    fn a_long_text_keeps_to_the_limits_and_says_that_it_was_cut() {
        for text in ["<".repeat(400_000), "line of a log & more\n".repeat(20_000), "é".repeat(9_000)] {
            let body = body(&parcel(&"s".repeat(500), &text));
            let blocks = body["blocks"].as_array().expect("blocks");
            assert!(blocks.len() <= 50 && body["text"].as_str().expect("text").chars().count() <= 40_000);
            for block in blocks {
                let text = block["text"]["text"].as_str().expect("text");
                assert!(!text.is_empty() && text.chars().count() <= 3_000);
                assert!(!text.contains('<') && !text.contains('>'));
            }
            assert!(blocks[0]["text"]["text"].as_str().expect("text").chars().count() <= 150);
            if text.chars().count() > 150_000 {
                assert!(body.to_string().contains("shortened"));
            }
        }
    }

    #[test]
    fn no_half_of_an_escape_is_left() {
        for n in 140..152 {
            let header = body(&parcel(&format!("{}<&>", "s".repeat(n)), "t"))["blocks"][0]["text"]["text"].to_string();
            let rest = header.replace("&lt;", "").replace("&amp;", "").replace("&gt;", "");
            assert!(!rest.contains('&') && header.chars().count() <= 152, "{header}");
        }
    }

    #[test]
    fn nothing_is_lost_where_it_fits() {
        let text = (0..300).map(|n| format!("{n} ")).collect::<String>() + &"\nx".repeat(3_000);
        let body = body(&parcel("s", &text));
        let joined: String =
            body["blocks"].as_array().expect("blocks")[1..].iter().filter_map(|b| b["text"]["text"].as_str()).collect();
        assert_eq!(joined, text);
    }
}
