//! The `Link` header in (RFC 8288), its targets by relation out.

use std::collections::BTreeMap;

/// One link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub target: String,
    /// Parameters besides `rel`, such as `results` and `cursor`.
    pub parameters: BTreeMap<String, String>,
}

/// The link with a relation.
#[must_use]
pub fn link(header: &str, relation: &str) -> Option<Link> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, tail) = after.split_once('>')?;
        let (mine, others) = until_comma(tail);
        rest = others;
        let mut parameters: BTreeMap<String, String> = parts(mine).collect();
        if parameters.remove("rel").is_some_and(|rel| rel.split_whitespace().any(|word| word == relation)) {
            return Some(Link { target: target.to_owned(), parameters });
        }
    }
    None
}

/// Up to the comma that ends the parameters of a link, and what follows.
fn until_comma(text: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

fn parts(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
    text.split(';').filter_map(|part| {
        let (name, value) = part.split_once('=')?;
        Some((name.trim().to_ascii_lowercase(), value.trim().trim_matches('"').to_owned()))
    })
}

#[cfg(test)]
mod tests {
    use super::link;

    #[test]
    fn the_next_page_is_found_among_other_links() {
        let header = r#"<https://h/x?page=1>; rel="prev", <https://h/x?page=3&q=a,b>; rel="next"; results="true"; cursor="0:100:0""#;
        let next = link(header, "next").expect("a next page");
        assert_eq!(next.target, "https://h/x?page=3&q=a,b");
        assert_eq!((next.parameters["results"].as_str(), next.parameters["cursor"].as_str()), ("true", "0:100:0"));
        assert_eq!(link(header, "prev").expect("a page before").target, "https://h/x?page=1");
        for none in ["", "<https://h", "https://h; rel=\"next\"", "<https://h>; title=\"next\""] {
            assert_eq!(link(none, "next"), None, "{none}");
        }
    }
}
