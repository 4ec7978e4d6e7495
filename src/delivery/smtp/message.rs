//! A parcel in, a MIME message out (RFC 5322, 2045, 2047): ASCII lines of at most 998 bytes whatever the parcel holds.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::super::{Attachment, Parcel, clean};
use crate::config::deliver::{Mailbox, Smtp};
use crate::ingest::lines::hex;

/// A message before it is written.
pub(super) struct Letter {
    head: String,
    boundary: String,
    text: String,
    attachments: Vec<Attachment>,
}

impl Letter {
    /// The same parcel to the same target has the same `Message-ID`, so that a mailbox knows a repetition.
    pub(super) fn new(server: &Smtp, target: &str, parcel: &Parcel, now: Timestamp) -> Self {
        let id = hex(&Sha256::digest(format!("{target}\0{}\0{}", parcel.on.word(), parcel.key).as_bytes()));
        let to: Vec<String> = server.to.iter().map(mailbox).collect();
        let date = jiff::fmt::rfc2822::to_string(&now.to_zoned(jiff::tz::TimeZone::UTC)).unwrap_or_default();
        let head = format!(
            "From: {}\r\nTo: {}\r\nSubject: {}\r\nDate: {date}\r\nMessage-ID: <{}@{}>\r\n\
             Auto-Submitted: auto-generated\r\nX-Cutover-Key: {}\r\nMIME-Version: 1.0\r\n",
            mailbox(&server.from),
            to.join(",\r\n "),
            header_text(&clean::line(&parcel.subject, 250)),
            &id[..32],
            server.from.host(),
            header_text(&clean::line(&parcel.key, 100)),
        );
        Letter {
            head,
            // Base64 has no underscore, so no body holds it.
            boundary: format!("=_{}", &id[32..]),
            text: parcel.text.clone(),
            attachments: parcel.attachments.clone(),
        }
    }

    pub(super) fn has_attachments(&self) -> bool {
        !self.attachments.is_empty()
    }

    /// The message with or without its attachments; without, it says so.
    pub(super) fn write(&self, attachments: bool) -> Vec<u8> {
        let mut text = clean::lines(&self.text);
        if !attachments && self.has_attachments() {
            text.push_str("\n\nThe attachments were left out: the mail server takes no message of that size.\n");
        }
        let boundary = &self.boundary;
        let mut out = self.head.clone();
        out.push_str(&format!("Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\n"));
        out.push_str(&format!("--{boundary}\r\nContent-Type: text/plain; charset=utf-8\r\n"));
        out.push_str("Content-Transfer-Encoding: base64\r\n\r\n");
        out.push_str(&wrapped(text.replace('\n', "\r\n").as_bytes()));
        for attachment in self.attachments.iter().filter(|_| attachments) {
            let name = clean::file_name(&attachment.name);
            let mime = media_type(&attachment.mime);
            out.push_str(&format!("--{boundary}\r\nContent-Type: {mime}; name=\"{name}\"\r\n"));
            out.push_str("Content-Transfer-Encoding: base64\r\n");
            out.push_str(&format!("Content-Disposition: attachment; filename=\"{name}\"\r\n\r\n"));
            out.push_str(&wrapped(&attachment.bytes));
        }
        out.push_str(&format!("--{boundary}--\r\n"));
        out.into_bytes()
    }
}

/// Base64 in lines of 76 characters.
fn wrapped(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + bytes.len() / 28 + 4);
    // 57 bytes are 76 characters.
    for piece in bytes.chunks(57) {
        STANDARD.encode_string(piece, &mut out);
        out.push_str("\r\n");
    }
    out
}

/// Only what is surely a media type; all else is bytes.
fn media_type(mime: &str) -> &str {
    let fine = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    match mime.split_once('/') {
        Some((kind, sub)) if fine(kind) && fine(sub) => mime,
        _ => "application/octet-stream",
    }
}

fn mailbox(mailbox: &Mailbox) -> String {
    if mailbox.name.is_empty() {
        return mailbox.address.clone();
    }
    let plain = mailbox.name.chars().all(|c| c.is_ascii_alphanumeric() || " -_'".contains(c));
    let name = if plain { format!("\"{}\"", mailbox.name) } else { encoded(&mailbox.name) };
    format!("{name} <{}>", mailbox.address)
}

/// A header's text: as it is where it is short and ASCII, else as encoded words (RFC 2047).
fn header_text(text: &str) -> String {
    let plain = text.len() <= 60 && text.chars().all(|c| c.is_ascii_graphic() || c == ' ') && !text.contains("=?");
    if plain { text.to_owned() } else { encoded(text) }
}

/// Encoded words of at most 75 characters, one a line, each of whole characters.
fn encoded(text: &str) -> String {
    let mut words = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if word.len() + c.len_utf8() > 45 {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    let words: Vec<String> = words.iter().map(|w| format!("=?utf-8?B?{}?=", STANDARD.encode(w))).collect();
    words.join("\r\n ")
}

#[cfg(test)]
mod tests {
    use super::{Letter, header_text, media_type, wrapped};
    use crate::config::deliver::{Mailbox, Smtp, Tls};
    use crate::delivery::{Attachment, Occasion, Parcel};

    fn letter(subject: &str, text: &str) -> Letter {
        let server = Smtp {
            host: "mail.example.com".to_owned(),
            port: 587,
            tls: Tls::StartTls,
            from: Mailbox::read("Beta reports <beta@example.com>").expect("an address"),
            to: vec![Mailbox::read("team@example.com").expect("an address")],
            login: None,
            ca_file: None,
        };
        let attachments = vec![Attachment {
            name: "weekly.pdf\"\r\nX-Evil: 1".to_owned(),
            mime: "application/pdf\r\nX-Evil: 1".to_owned(),
            bytes: (0..=255).collect(),
        }];
        let parcel = Parcel {
            on: Occasion::Weekly,
            key: "2026-W32".to_owned(),
            subject: subject.to_owned(),
            text: text.to_owned(),
            markdown: String::new(),
            attachments,
        };
        Letter::new(&server, "team", &parcel, "2026-08-10T07:00:00Z".parse().expect("a time"))
    }

    #[test]
    fn nothing_in_a_parcel_starts_a_header_or_ends_the_message() {
        let bytes = letter("Week\r\nBcc: all@example.com\r\n\r\n<h1>é", "a\r\n.\r\nQUIT\r\n").write(true);
        let text = String::from_utf8(bytes).expect("ASCII");
        assert!(text.is_ascii() && text.split("\r\n").all(|l| l.len() <= 998 && !l.contains(['\r', '\n'])));
        assert!(!text.contains("\r\nBcc") && !text.contains("\r\nX-Evil") && !text.contains("\r\n.\r\n"), "{text}");
        assert!(text.contains("Date: Mon, 10 Aug 2026 07:00:00 +0000\r\n"), "{text}");
        assert_eq!(text.matches("Content-Type: application/octet-stream").count(), 1);
    }

    #[test]
    fn encoded_words_are_short_and_whole() {
        let words = header_text(&"Wöche 32 ✗ ".repeat(20));
        assert!(words.split("\r\n ").all(|w| w.len() <= 75 && w.starts_with("=?utf-8?B?") && w.ends_with("?=")));
        assert_eq!(header_text("Week 32: NOT YET"), "Week 32: NOT YET");
        assert!(header_text("=?utf-8?Q?x?=").starts_with("=?utf-8?B?"));
    }

    #[test]
    fn without_attachments_it_says_so() {
        let (with, without) = (letter("s", "t").write(true), letter("s", "t").write(false));
        assert!(with.len() > without.len() && !String::from_utf8_lossy(&without).contains("attachment;"));
        assert_eq!(wrapped(&[0; 57]).lines().next().map(str::len), Some(76));
        assert_eq!(media_type("application/pdf"), "application/pdf");
    }
}
