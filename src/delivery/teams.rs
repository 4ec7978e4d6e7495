//! A parcel as the Adaptive Card of a Teams workflow webhook: text as data, within the size that Teams takes.

use serde_json::{Value, json};

use super::{Parcel, clean};

/// Bytes of the whole message that Teams takes.
const LIMIT: usize = 28_000;

/// The message. Every line is a run of a rich text block, where Teams reads neither Markdown nor links; mentions need
/// entities, which the card has none of.
pub(super) fn body(parcel: &Parcel) -> Value {
    let lines: Vec<String> = clean::lines(&parcel.text).lines().map(literal).collect();
    let subject = literal(&clean::line(&parcel.subject, 200));
    let whole = message(&subject, &lines, false);
    if size(&whole) <= LIMIT {
        return whole;
    }
    // The longest beginning that fits: sizes grow with the number of lines.
    let (mut fits, mut over) = (0, lines.len());
    while over - fits > 1 {
        let middle = fits + (over - fits) / 2;
        if size(&message(&subject, &lines[..middle], true)) <= LIMIT { fits = middle } else { over = middle }
    }
    if fits == 0 {
        let first = lines.first().map_or("", String::as_str);
        return message(&subject, &[clean::shorten(first, 2_000)], true);
    }
    message(&subject, &lines[..fits], true)
}

/// A line that Teams shows as it is: no name in tags, no function in braces.
fn literal(line: &str) -> String {
    line.replace("<at>", "‹at›").replace("</at>", "‹/at›").replace("{{", "{\u{2060}{")
}

fn size(message: &Value) -> usize {
    message.to_string().len()
}

fn message(subject: &str, lines: &[String], shortened: bool) -> Value {
    let run = |text: &str| json!({ "type": "RichTextBlock", "inlines": [{ "type": "TextRun", "text": text }] });
    let mut body = vec![json!({
        "type": "RichTextBlock",
        "inlines": [{ "type": "TextRun", "text": subject, "weight": "Bolder", "size": "Large" }]
    })];
    body.extend(lines.iter().filter(|line| !line.trim().is_empty()).map(|line| run(line)));
    if shortened {
        body.push(run("… shortened: the whole text is in the report."));
    }
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "msteams": { "width": "Full" },
                "fallbackText": subject,
                "body": body,
            }
        }]
    })
}

#[cfg(test)]
mod tests {
    use super::{LIMIT, body};
    use crate::delivery::{Occasion, Parcel};

    fn card(text: &str) -> serde_json::Value {
        body(&Parcel {
            on: Occasion::Weekly,
            key: "2026-W32".to_owned(),
            subject: "Week 32 <at>all</at>".to_owned(),
            text: text.to_owned(),
            markdown: String::new(),
            attachments: Vec::new(),
        })
    }

    #[test]
    fn text_of_a_log_is_neither_a_mention_nor_markup() {
        let card = card("<at>everyone</at> [click](https://evil.example) **x** {{DATE(2026-01-01)}}");
        let json = card.to_string();
        assert!(!json.contains("<at>") && !json.contains("{{") && !json.contains("TextBlock\",\"text"));
        assert_eq!(card["attachments"][0]["content"]["msteams"]["entities"], serde_json::Value::Null);
        let blocks = card["attachments"][0]["content"]["body"].as_array().expect("blocks");
        assert!(blocks.iter().all(|b| b["type"] == "RichTextBlock"));
    }

    #[test]
    fn a_long_text_fits_and_says_that_it_was_cut() {
        for text in ["a line \"quoted\" é\n".repeat(5_000), "x".repeat(100_000)] {
            let json = card(&text).to_string();
            assert!(json.len() <= LIMIT && json.len() > 1_000 && json.contains("shortened"), "{}", json.len());
        }
        let json = card("short\nand whole").to_string();
        assert!(json.contains("and whole") && !json.contains("shortened"));
    }
}
