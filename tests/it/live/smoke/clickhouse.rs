//! One table over two ClickHouse servers, and one of them lost.

use crate::live::clickhouse::ClickHouse;
use crate::live::http::send;

#[test]
fn one_server_takes_and_gives_rows_and_refuses_a_wrong_password() {
    let Some(server) = ClickHouse::start() else { return };
    server.sql("CREATE TABLE logs (at DateTime, line String) ENGINE = MergeTree ORDER BY at");
    server.sql("INSERT INTO logs VALUES ('2026-08-03 00:00:00', 'a\\tb'), ('2026-08-03 00:00:01', 'ä')");
    assert_eq!(server.sql("SELECT line FROM logs ORDER BY at FORMAT TabSeparatedRaw"), "a\tb\nä\n");
    let counted = |password: &str| {
        let url = format!("{}/?query=SELECT%20count()%20FROM%20logs", server.url());
        send(|client| client.get(url).basic_auth("report", Some(password))).expect("an answer")
    };
    assert_eq!(counted("s3cret").is(200).text(), "2\n");
    assert!(counted("wrong").is(401).text().contains("Code: 193"));
}

#[test]
fn a_distributed_table_has_the_rows_of_both_servers_or_fails() {
    let Some((first, mut second)) = ClickHouse::pair() else { return };
    for (server, rows) in [(&first, 1000), (&second, 500)] {
        server.sql("CREATE TABLE logs (n UInt64) ENGINE = MergeTree ORDER BY n");
        server.sql(&format!("INSERT INTO logs SELECT number FROM system.numbers LIMIT {rows}"));
        server.sql("CREATE TABLE all_logs AS logs ENGINE = Distributed(two, default, logs, rand())");
    }
    let count = || first.try_sql("SELECT count() FROM all_logs");
    assert_eq!(count().as_deref(), Ok("1500\n"));
    second.stop();
    let error = count().expect_err("a shard is gone");
    assert!(error.contains("Code: 279"), "{error}");
    let quiet = first.sql("SELECT count() FROM all_logs SETTINGS skip_unavailable_shards = 1");
    assert_eq!(quiet, "1000\n", "the server can be told to be silent about it, which a reader must know");
    second.restart();
    assert_eq!(count().as_deref(), Ok("1500\n"));
}
