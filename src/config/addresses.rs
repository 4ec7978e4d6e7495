//! Mail addresses and web addresses as written in, checked ones out: nothing in them can start a new header or line.

/// A mail address with an optional name: `Beta reports <beta@example.com>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Shown beside the address; empty where there is none.
    pub name: String,
    /// ASCII, one @, no white space.
    pub address: String,
}

impl Mailbox {
    /// Reads an address; nothing where it is none that every mail server takes.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let (name, address) = match text.strip_suffix('>').and_then(|t| t.rsplit_once('<')) {
            Some((name, address)) => (name.trim().trim_matches('"'), address),
            None => ("", text),
        };
        let (local, host) = address.split_once('@')?;
        let fine = |c: char| c.is_ascii_graphic() && !"<>()[],;:\\\"@".contains(c);
        let ok = !local.is_empty() && !host.is_empty() && local.chars().all(fine) && host.chars().all(fine);
        let named = !name.chars().any(char::is_control);
        (ok && named).then(|| Mailbox { name: name.to_owned(), address: address.to_owned() })
    }

    /// What stands behind the @.
    #[must_use]
    pub fn host(&self) -> &str {
        self.address.split_once('@').map_or("", |(_, host)| host)
    }
}

/// The host of an `http` or `https` address, and whether the way there is encrypted.
#[must_use]
pub fn host_of(url: &str) -> Option<(String, bool)> {
    let (scheme, rest) = url.split_once("://")?;
    let safe = match scheme.to_ascii_lowercase().as_str() {
        "https" => true,
        "http" => false,
        _ => return None,
    };
    if url.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return None;
    }
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    (!host_port.is_empty()).then(|| (host_port.to_owned(), safe))
}

/// Whether a host, with or without a port, is this machine.
#[must_use]
pub fn is_loopback(host: &str) -> bool {
    let plain = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None if host.matches(':').count() > 1 => host,
        None => host.split(':').next().unwrap_or_default(),
    };
    plain.eq_ignore_ascii_case("localhost") || plain.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{Mailbox, host_of, is_loopback};

    #[test]
    fn an_address_that_could_carry_a_header_is_none() {
        let read = Mailbox::read("Beta reports <beta@example.com>").expect("an address");
        assert_eq!(
            (read.name.as_str(), read.address.as_str(), read.host()),
            ("Beta reports", "beta@example.com", "example.com")
        );
        for bad in ["", "beta", "a@b@c", "a b@c", "a@b>\r\nBcc: x@y", "x\r\nBcc: <a@b>", "é@example.com", "@b", "a@"] {
            assert_eq!(Mailbox::read(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_host_is_what_is_connected_to() {
        assert_eq!(host_of("https://hooks.example.com/T/B?x=1"), Some(("hooks.example.com".to_owned(), true)));
        assert_eq!(host_of("http://u:p@127.0.0.1:80/"), Some(("127.0.0.1:80".to_owned(), false)));
        assert_eq!((host_of("ftp://x/"), host_of("https://"), host_of("https://a b/")), (None, None, None));
        for (host, here) in
            [("127.0.0.1:9", true), ("[::1]:9", true), ("localhost", true), ("127.0.0.1.evil.com", false)]
        {
            assert_eq!(is_loopback(host), here, "{host}");
        }
    }
}
