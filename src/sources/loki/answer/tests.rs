use super::*;

fn answer(body: &str) -> Answer {
    Answer { status: 200, headers: Default::default(), body: body.as_bytes().to_vec() }
}

fn streams(streams: &str) -> Answer {
    answer(&format!(r#"{{"status":"success","data":{{"resultType":"streams","result":{streams},"stats":{{}}}}}}"#))
}

/// 2026-08-03T00:00:00Z to 01:00:00Z.
fn hour() -> Window {
    Window {
        from: "2026-08-03T00:00:00Z".parse().expect("a time"),
        to: "2026-08-03T01:00:00Z".parse().expect("a time"),
    }
}

fn lines(body: &Answer) -> Vec<String> {
    let text = Reply::read(body, "h").expect("streams").lines(hour());
    String::from_utf8(text).expect("text").lines().map(str::to_owned).collect()
}

#[test]
fn entries_with_and_without_further_fields_become_envelopes_in_the_order_of_time() {
    let found = lines(&streams(
        r#"[{"stream":{"service_name":"b"},"values":[["1785715200000000002","two"],["1785715200000000004","four \"q\"",{}]]},
            {"stream":{"service_name":"a"},"values":[["1785715200000000001","one",{"structuredMetadata":{"request_id":"r-1"},"parsed":{"status":"200"}}],
             ["1785715200000000003","three\n",{"structuredMetadata":{},"later":1},"more"]]}]"#,
    ));
    assert_eq!(
        found,
        [
            r#"{"ts":"2026-08-03T00:00:00.000000001Z","attributes":{"request_id":"r-1","status":"200","service_name":"a"},"line":"one"}"#,
            r#"{"ts":"2026-08-03T00:00:00.000000002Z","attributes":{"service_name":"b"},"line":"two"}"#,
            r#"{"ts":"2026-08-03T00:00:00.000000003Z","attributes":{"service_name":"a"},"line":"three\n"}"#,
            r#"{"ts":"2026-08-03T00:00:00.000000004Z","attributes":{"service_name":"b"},"line":"four \"q\""}"#,
        ]
    );
}

#[test]
fn equal_entries_of_one_stream_are_two_and_a_stream_given_twice_is_one() {
    let one = r#"{"stream":{"app":"a"},"values":[["1785715200000000001","tick"],["1785715200000000001","tick"],["1785715200000000001","tock"]]}"#;
    let expected = [
        r#"{"ts":"2026-08-03T00:00:00.000000001Z","attributes":{"app":"a"},"line":"tick"}"#,
        r#"{"ts":"2026-08-03T00:00:00.000000001Z","attributes":{"app":"a","occurrence":"2"},"line":"tick"}"#,
        r#"{"ts":"2026-08-03T00:00:00.000000001Z","attributes":{"app":"a"},"line":"tock"}"#,
    ];
    assert_eq!(lines(&streams(&format!("[{one}]"))), expected);
    assert_eq!(lines(&streams(&format!("[{one},{one}]"))), expected);
    let other = one.replace("\"a\"", "\"b\"");
    assert_eq!(lines(&streams(&format!("[{one},{other}]"))).len(), 6, "another stream may say the same");
}

#[test]
fn what_is_outside_of_the_window_is_left_to_its_own() {
    let at = ["1785715199999999999", "1785715200000000000", "1785718799999999999", "1785718800000000000"];
    let values: Vec<String> = at.iter().map(|ns| format!("[\"{ns}\",\"x\"]")).collect();
    let body = streams(&format!("[{{\"stream\":{{}},\"values\":[{}]}}]", values.join(",")));
    assert_eq!(lines(&body).len(), 2);
    assert_eq!(Reply::read(&body, "h").expect("streams").count, 4, "and yet it counts for the limit");
}

#[test]
fn warnings_are_kept_and_null_is_an_empty_list() {
    let body =
        answer(r#"{"status":"success","warnings":["shard 3 is down"],"data":{"resultType":"streams","result":null}}"#);
    let reply = Reply::read(&body, "h").expect("streams");
    assert_eq!((reply.warnings, reply.count), (vec!["shard 3 is down".to_owned()], 0));
}

#[test]
fn what_holds_no_streams_is_no_answer() {
    for bad in [
        "",
        "<html>",
        "{}",
        r#"{"status":"error","error":"boom"}"#,
        r#"{"status":"success"}"#,
        r#"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]]}]}}"#,
        r#"{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[["1.5e18","x"]]}]}}"#,
        r#"{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[["1"]]}]}}"#,
        r#"{"status":"success","data":{"resultType":"streams","result":[{"stream":{}}]}}"#,
        r#"{"status":"success","data":{"resultType":"streams","result":[{"stream":{},"values":[["1","x"]"#,
    ] {
        assert!(Reply::read(&answer(bad), "h").is_err(), "{bad}");
    }
    let matrix = answer(r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#);
    assert!(Reply::read(&matrix, "h").expect_err("no lines").what.contains("`query` must select lines"));
}
