//! Socket.IO through nginx: by polling, by WebSocket, and with one of two services behind it lost.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::live::backend::Backend;
use crate::live::edge::Edge;
use crate::live::http::{get, send};

/// A session by polling: the URL that goes on with it.
fn opened(edge: &Edge) -> String {
    let polling = format!("{}/socket.io/?EIO=4&transport=polling", edge.url());
    let hello = get(&polling).is(200).text();
    let hello: serde_json::Value =
        serde_json::from_str(hello.strip_prefix('0').expect("an open packet")).expect("JSON");
    format!("{polling}&sid={}", hello["sid"].as_str().expect("a session"))
}

fn say(session: &str, packets: &'static str) {
    let said = send(|client| client.post(session).header("content-type", "text/plain;charset=UTF-8").body(packets));
    assert_eq!(said.expect("an answer").is(200).text(), "ok");
}

#[test]
fn polling_connects_with_the_token_and_not_without() {
    let Some(backend) = Backend::start() else { return };
    let Some(edge) = Edge::start(&[&backend]) else { return };
    let session = opened(&edge);
    say(&session, r#"40/trading,{"token":"good"}"#);
    let mut heard = get(&session).is(200).text();
    assert!(heard.starts_with(r#"40/trading,{"sid":""#), "{heard}");
    while !heard.contains(r#"42/trading,["price_update",{"symbol":"ABC""#) {
        heard = get(&session).is(200).text();
    }
    say(&session, "41/trading,\u{1e}1");
    get(&session).is(400);

    let session = opened(&edge);
    say(&session, r#"40/trading,{"token":"bad"}"#);
    let refused = get(&session).is(200).text();
    assert_eq!(refused, r#"44/trading,{"message":"unauthorized","data":{"code":401}}"#);
}

/// The head of the answer to the request for a WebSocket, and the first bytes behind it.
fn upgraded(edge: &Edge) -> String {
    let address = edge.url().replace("http://", "");
    let mut stream = TcpStream::connect(&address).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a socket");
    write!(
        stream,
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    .expect("sent");
    let mut taken = Vec::new();
    let mut bytes = [0; 1024];
    // The open packet follows the switch of protocols; any other answer has a body.
    while !String::from_utf8_lossy(&taken).contains('}') {
        let count = stream.read(&mut bytes).expect("bytes");
        assert_ne!(count, 0, "closed after {:?}", String::from_utf8_lossy(&taken));
        taken.extend_from_slice(&bytes[..count]);
    }
    String::from_utf8_lossy(&taken).into_owned()
}

#[test]
fn a_websocket_opens_only_where_nginx_lets_it() {
    let Some(backend) = Backend::start() else { return };
    let Some(edge) = Edge::start(&[&backend]) else { return };
    let open = upgraded(&edge);
    assert!(open.starts_with("HTTP/1.1 101 ") && open.contains(r#"0{"sid":""#), "{open}");
    let Some(plain) = Edge::without_upgrade(&[&backend]) else { return };
    let refused = upgraded(&plain);
    assert!(refused.starts_with("HTTP/1.1 400 ") && refused.contains(r#""message":"Bad request""#), "{refused}");
}

#[test]
fn a_session_is_unknown_to_the_other_of_two_services() {
    let (Some(first), Some(second)) = (Backend::start(), Backend::start()) else { return };
    let Some(edge) = Edge::start(&[&first, &second]) else { return };
    let session = opened(&edge);
    let answer = get(&session).is(400);
    assert_eq!(answer.json()["message"], "Session ID unknown");
}
