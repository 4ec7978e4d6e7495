//! nginx in front of the backend, as a team runs it.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::backend::Backend;
use super::http::answers;
use super::process::{Port, Process, needed};
use crate::support::Scratch;

/// Settings that keep an nginx in its folder. One process: it ends as a whole.
pub(super) const ALONE: &str = "daemon off; master_process off; pid nginx.pid; events { worker_connections 512; }\n";
/// The same for its part about HTTP.
pub(super) const TEMPORARY: &str = "client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;\n\
                                    uwsgi_temp_path uwsgi; scgi_temp_path scgi;\n";

/// nginx on a port of 127.0.0.1; gone when it is dropped. It gives a request without `x-request-id` one, hands it on
/// and shows it in the answer, and logs JSON.
pub(crate) struct Edge {
    port: Port,
    _process: Process,
    folder: Scratch,
}

impl Edge {
    /// nginx before these services, taken in turn, or nothing where it is not installed.
    pub(crate) fn start(backends: &[&Backend]) -> Option<Self> {
        Self::run(backends, "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;")
    }

    /// The same, but it lets no WebSocket through, as nginx does by itself.
    pub(crate) fn without_upgrade(backends: &[&Backend]) -> Option<Self> {
        Self::run(backends, "")
    }

    fn run(backends: &[&Backend], upgrade: &str) -> Option<Self> {
        let folder = Scratch::empty();
        let port = Port::free();
        let servers: String = backends.iter().map(|b| format!("server {} max_fails=0; ", b.address())).collect();
        folder.write("nginx.conf", config(port.number, &servers, upgrade));
        let status = format!("http://127.0.0.1:{}/edge-status", port.number);
        let process = nginx(folder.path(), &status)?;
        Some(Edge { port, _process: process, folder })
    }

    /// Where it answers, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.number)
    }

    /// The lines of its access log so far. nginx writes one when it has answered, of a WebSocket when that closes.
    pub(crate) fn log(&self) -> Vec<Value> {
        self.folder.text("access.json.log").lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }
}

/// nginx with `folder/nginx.conf`, once `status` answers 200; nothing where it is not installed.
pub(super) fn nginx(folder: &Path, status: &str) -> Option<Process> {
    let mut command = Command::new(needed("nginx")?);
    command.arg("-p").arg(folder).args(["-e", "error.log", "-c", "nginx.conf"]).current_dir(folder);
    Some(Process::start("nginx", &command, folder, || answers(status)))
}

fn config(port: u16, servers: &str, upgrade: &str) -> String {
    format!(
        r#"{ALONE}http {{
{TEMPORARY}
map $http_x_request_id $rid {{ default $http_x_request_id; '' $request_id; }}
map $http_upgrade $connection_upgrade {{ default upgrade; '' ''; }}
log_format edge escape=json '{{"time_iso8601":"$time_iso8601","request_id":"$rid","remote_addr":"$remote_addr",'
  '"request_method":"$request_method","request_uri":"$request_uri","server_protocol":"$server_protocol",'
  '"status":$status,"body_bytes_sent":$body_bytes_sent,"request_time":$request_time,'
  '"upstream_status":"$upstream_status","upstream_response_time":"$upstream_response_time",'
  '"http_user_agent":"$http_user_agent","http_x_client_platform":"$http_x_client_platform",'
  '"http_x_app_build":"$http_x_app_build"}}';
upstream backend {{ {servers} }}
server {{
  listen 127.0.0.1:{port};
  access_log access.json.log edge;
  location = /edge-status {{ access_log off; return 200; }}
  location / {{
    proxy_pass http://backend;
    proxy_http_version 1.1;
    proxy_set_header Host $http_host;
    proxy_set_header X-Request-ID $rid;
    proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    {upgrade}
    proxy_hide_header X-Request-ID;
    add_header X-Request-ID $rid always;
  }}
}}
}}
"#
    )
}
