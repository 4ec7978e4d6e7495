//! nginx in front of any server, failing in one way on each of its ports.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::PathBuf;

use serde_json::Value;

use super::edge::{ALONE, TEMPORARY, nginx};
use super::process::{Port, Process};
use crate::delivery::mail_server::certificates;
use crate::support::Scratch;

/// What happens to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing: it passes.
    None,
    /// The connection is closed without an answer.
    Closed,
    /// 504 after a second, since the server behind does not answer.
    Timeout,
    /// It passes, and the answer comes back with 20 kB a second, the first 20 kB at once.
    Slow,
    /// One request a second passes; the others get 429.
    RateLimited,
    /// 429 with `Retry-After: 1`, rate-limit headers and JSON.
    TooMany,
    /// 429 with `Retry-After` as a date, which is in the year 2100.
    TooManyUntil,
    /// 200 and JSON that ends in the middle.
    TruncatedJson,
    /// 200 and gzip that ends in the middle.
    TruncatedGzip,
    /// It passes, over TLS with a certificate that only [`FaultProxy::authority`] vouches for.
    Tls,
    /// 302 to the same path on another host, which is [`Fault::Elsewhere`] by another name.
    Redirect,
    /// The other host: 200 and `{}`, whatever is asked.
    Elsewhere,
}

impl Fault {
    const ALL: [Fault; 12] = [
        Fault::None,
        Fault::Closed,
        Fault::Timeout,
        Fault::Slow,
        Fault::RateLimited,
        Fault::TooMany,
        Fault::TooManyUntil,
        Fault::TruncatedJson,
        Fault::TruncatedGzip,
        Fault::Tls,
        Fault::Redirect,
        Fault::Elsewhere,
    ];
}

/// The proxy; gone when it is dropped.
pub(crate) struct FaultProxy {
    ports: Vec<Port>,
    _process: Process,
    folder: Scratch,
    _silent: TcpListener,
}

impl FaultProxy {
    /// A proxy in front of the server at `http://HOST:PORT`, or nothing where nginx is not installed.
    pub(crate) fn before(upstream: &str) -> Option<Self> {
        let folder = Scratch::empty();
        certificates(folder.path());
        folder.write("half.gz", half(&zipped(&b"{\"status\":\"success\",\"data\":{}}\n".repeat(2_000))));
        let ports: Vec<Port> = Fault::ALL.iter().map(|_| Port::free()).collect();
        let port = |fault| ports[place(fault)].number;
        // Takes connections and never reads from them.
        let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
        let silence = silent.local_addr().expect("an address").to_string();
        let servers: String = Fault::ALL
            .iter()
            .map(|fault| {
                let tls = if *fault == Fault::Tls { " ssl" } else { "" };
                let does = answer(*fault, upstream, &silence, port(Fault::Elsewhere));
                format!("server {{ listen 127.0.0.1:{}{tls};\n{does}\n}}\n", port(*fault))
            })
            .collect();
        folder.write("nginx.conf", format!("{ALONE}http {{\n{TEMPORARY}{COMMON}{servers}}}\n"));
        let status = format!("http://127.0.0.1:{}/", port(Fault::Elsewhere));
        let process = nginx(folder.path(), &status)?;
        Some(FaultProxy { ports, _process: process, folder, _silent: silent })
    }

    /// Where requests meet this fault, without a slash at the end.
    pub(crate) fn url(&self, fault: Fault) -> String {
        let scheme = if fault == Fault::Tls { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}", self.ports[place(fault)].number)
    }

    /// The certificate of the authority that signed that of [`Fault::Tls`].
    pub(crate) fn authority(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// What clients that name themselves sent to a port so far: `uri`, `status`, and the headers `authorization` and `other` (X-Scope-OrgID,
    /// X-ClickHouse-Key, X-API-Key and Cookie in one).
    pub(crate) fn taken(&self, fault: Fault) -> Vec<Value> {
        let port = self.ports[place(fault)].number.to_string();
        let text = self.folder.text("access.json.log");
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
        lines.filter(|line| line["port"] == port.as_str() && line["agent"] != "").collect()
    }
}

fn place(fault: Fault) -> usize {
    Fault::ALL.iter().position(|f| *f == fault).expect("all faults are listed")
}

const COMMON: &str = r#"
log_format taken escape=json '{"port":"$server_port","uri":"$request_uri","status":$status,"agent":"$http_user_agent",'
  '"authorization":"$http_authorization",'
  '"other":"$http_x_scope_orgid$http_x_clickhouse_key$http_x_api_key$http_cookie"}';
access_log access.json.log taken;
limit_req_zone $server_port zone=one:1m rate=1r/s;
ssl_certificate cert.pem; ssl_certificate_key key.pem;
"#;

fn answer(fault: Fault, upstream: &str, silence: &str, elsewhere: u16) -> String {
    let pass = format!("proxy_pass {upstream}; proxy_http_version 1.1;");
    let refuse = |when: &str| {
        format!(
            "error_page 429 @refused; location / {{ return 429; }} location @refused {{ default_type application/json;
             add_header Retry-After '{when}' always; add_header X-Rate-Limit 'user-hour-lim:3500;user-hour-rem:0;' always;
             add_header X-RateLimit-Remaining 0 always; return 429 '{{\"error\":\"too many requests\"}}'; }}"
        )
    };
    match fault {
        Fault::None | Fault::Tls => format!("location / {{ {pass} }}"),
        Fault::Closed => "location / { return 444; }".to_owned(),
        Fault::Timeout => format!("location / {{ proxy_pass http://{silence}; proxy_read_timeout 1s; }}"),
        Fault::Slow => format!("location / {{ {pass} limit_rate 20k; }}"),
        Fault::RateLimited => format!("location / {{ limit_req zone=one; limit_req_status 429; {pass} }}"),
        Fault::TooMany => refuse("1"),
        Fault::TooManyUntil => refuse("Fri, 01 Jan 2100 00:00:00 GMT"),
        Fault::TruncatedJson => "location / { default_type application/json; \
             return 200 '{\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"val'; }"
            .to_owned(),
        // A file cannot answer a POST by itself; the error page of that refusal can.
        Fault::TruncatedGzip => "location / { error_page 405 =200 /half.gz; rewrite ^ /half.gz; }
             location = /half.gz { root .; error_page 405 =200 $uri; default_type application/json; \
             add_header Content-Encoding gzip; }"
            .to_owned(),
        Fault::Redirect => format!("location / {{ return 302 http://localhost:{elsewhere}$request_uri; }}"),
        Fault::Elsewhere => "location / { default_type application/json; return 200 '{}'; }".to_owned(),
    }
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    encoder.write_all(bytes).expect("memory");
    encoder.finish().expect("memory")
}

fn half(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len() / 2].to_vec()
}
