//! ClickHouse servers of Debian (18.16): one, or two as the shards of one cluster.

use std::process::Command;

use super::http::{answers, send};
use super::process::{Port, Process, needed};
use crate::support::Scratch;

/// A server on ports of 127.0.0.1; gone when it is dropped. User `default` has no password and may do all; user
/// `report` with password `s3cret` may only read, for 5 s a query.
pub(crate) struct ClickHouse {
    ports: Ports,
    process: Process,
    _folder: Scratch,
}

struct Ports {
    http: Port,
    tcp: Port,
    between: Port,
}

impl Ports {
    fn free() -> Self {
        Ports { http: Port::free(), tcp: Port::free(), between: Port::free() }
    }
}

impl ClickHouse {
    /// A server, or nothing where it is not installed.
    pub(crate) fn start() -> Option<Self> {
        let ports = Ports::free();
        let shards = [ports.tcp.number];
        Self::run(ports, &shards)
    }

    /// Two servers. Each knows the cluster `two` of which both are a shard, so that a table with
    /// `ENGINE = Distributed(two, default, logs, rand())` on one reads `logs` of both.
    pub(crate) fn pair() -> Option<(Self, Self)> {
        let (first, second) = (Ports::free(), Ports::free());
        let shards = [first.tcp.number, second.tcp.number];
        Some((Self::run(first, &shards)?, Self::run(second, &shards)?))
    }

    fn run(ports: Ports, shards: &[u16]) -> Option<Self> {
        let program = needed("clickhouse-server")?;
        let folder = Scratch::empty();
        let top = folder.path().display().to_string();
        folder.write("users.xml", USERS).write("config.xml", config(&top, &ports, shards));
        let mut command = Command::new(program);
        command.arg(format!("--config-file={top}/config.xml")).current_dir(folder.path());
        let ping = format!("http://127.0.0.1:{}/ping", ports.http.number);
        let process = Process::start("clickhouse", &command, folder.path(), || answers(&ping));
        Some(ClickHouse { ports, process, _folder: folder })
    }

    /// Where its HTTP interface is, without a slash at the end.
    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.ports.http.number)
    }

    /// What a statement gives, as text.
    ///
    /// # Panics
    /// When the server refuses it.
    pub(crate) fn sql(&self, statement: &str) -> String {
        self.try_sql(statement).unwrap_or_else(|error| panic!("{statement}: {error}"))
    }

    /// The same; the server is asked to begin its answer when it has all of it.
    ///
    /// # Errors
    /// What the server says.
    pub(crate) fn try_sql(&self, statement: &str) -> Result<String, String> {
        post(&self.url(), statement)
    }

    /// Ends it, as when its machine is lost.
    pub(crate) fn stop(&mut self) {
        self.process.stop();
    }

    /// Starts it again on the same ports with the same data.
    pub(crate) fn restart(&mut self) {
        let ping = format!("{}/ping", self.url());
        self.process.restart(|| answers(&ping));
    }
}

/// Has a server at a ClickHouse HTTP interface run a statement.
///
/// # Errors
/// What the server says.
pub(crate) fn post(url: &str, statement: &str) -> Result<String, String> {
    let body = statement.to_owned();
    let answer = send(|client| client.post(format!("{url}/?wait_end_of_query=1")).body(body))?;
    if answer.status == 200 { Ok(answer.text()) } else { Err(answer.text()) }
}

fn config(top: &str, ports: &Ports, shards: &[u16]) -> String {
    let shard = |port| format!("<shard><replica><host>127.0.0.1</host><port>{port}</port></replica></shard>");
    let shards: String = shards.iter().map(shard).collect();
    let Ports { http, tcp, between } = ports;
    format!(
        "<yandex><logger><level>information</level><log>{top}/server.log</log><errorlog>{top}/error.log</errorlog></logger>
<http_port>{}</http_port><tcp_port>{}</tcp_port><interserver_http_port>{}</interserver_http_port>
<interserver_http_host>127.0.0.1</interserver_http_host><listen_host>127.0.0.1</listen_host>
<max_connections>256</max_connections><keep_alive_timeout>3</keep_alive_timeout>
<max_concurrent_queries>50</max_concurrent_queries><uncompressed_cache_size>67108864</uncompressed_cache_size>
<mark_cache_size>134217728</mark_cache_size><path>{top}/data/</path><tmp_path>{top}/tmp/</tmp_path>
<format_schema_path>{top}/format/</format_schema_path><users_config>users.xml</users_config>
<default_profile>default</default_profile><default_database>default</default_database><timezone>UTC</timezone>
<mlock_executable>false</mlock_executable><remote_servers><two>{shards}</two></remote_servers></yandex>\n",
        http.number, tcp.number, between.number
    )
}

const USERS: &str = "<yandex>
<profiles><default/><reader><readonly>2</readonly><max_execution_time>5</max_execution_time></reader></profiles>
<users>
<default><password/><networks><ip>127.0.0.1</ip></networks><profile>default</profile><quota>default</quota></default>
<report><password>s3cret</password><networks><ip>127.0.0.1</ip></networks><profile>reader</profile>
<quota>default</quota></report>
</users>
<quotas><default><interval><duration>3600</duration><queries>0</queries><errors>0</errors><result_rows>0</result_rows>
<read_rows>0</read_rows><execution_time>0</execution_time></interval></default></quotas>
</yandex>\n";
