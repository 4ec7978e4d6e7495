//! The names under which systems write time, level, status, request id and duration.

/// What a value under a key is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Field {
    Time,
    Level,
    /// A severity of syslog, 0 to 7.
    Priority,
    /// A severity of OpenTelemetry, 1 to 24.
    SeverityNumber,
    Message,
    Status,
    RequestId,
    /// An id that counts only where it can tell one request from all others.
    LocalId,
    Trace,
    /// A number is this many milliseconds.
    Duration(f64),
    /// A number without a unit is taken for milliseconds, which is remarked on.
    DurationUnsaid,
}

/// Keys in order of trust: of two that a record has, the one that comes first here is read. Lower case, without
/// underscores, hyphens, `@` and `$`.
const KEYS: &[(&str, Field)] = &[
    ("realtimetimestamp", Field::Time),
    ("timestamp", Field::Time),
    ("time", Field::Time),
    ("ts", Field::Time),
    ("msec", Field::Time),
    ("timeiso8601", Field::Time),
    ("datetime", Field::Time),
    ("eventtime", Field::Time),
    ("date", Field::Time),
    ("t.date", Field::Time),
    ("t", Field::Time),
    ("asctime", Field::Time),
    ("logtime", Field::Time),
    ("log.timestamp", Field::Time),
    ("timelocal", Field::Time),
    ("timeunixnano", Field::Time),
    ("observedtimeunixnano", Field::Time),
    ("capturetime", Field::Time),
    ("starttime", Field::Time),
    ("level", Field::Level),
    ("loglevel", Field::Level),
    ("log.level", Field::Level),
    ("severity", Field::Level),
    ("severitytext", Field::Level),
    ("levelname", Field::Level),
    ("lvl", Field::Level),
    ("l", Field::Level),
    ("s", Field::Level),
    ("severitynumber", Field::SeverityNumber),
    ("priority", Field::Priority),
    ("msg", Field::Message),
    ("message", Field::Message),
    ("shortmessage", Field::Message),
    ("body", Field::Message),
    ("content", Field::Message),
    ("text", Field::Message),
    ("textpayload", Field::Message),
    ("event", Field::Message),
    ("log", Field::Message),
    ("m", Field::Message),
    ("mt", Field::Message),
    ("line", Field::Message),
    ("res.statuscode", Field::Status),
    ("statuscode", Field::Status),
    ("http.response.statuscode", Field::Status),
    ("http.statuscode", Field::Status),
    ("response.statuscode", Field::Status),
    ("httpstatus", Field::Status),
    ("httpstatuscode", Field::Status),
    ("httprequest.status", Field::Status),
    ("res.status", Field::Status),
    ("response.status", Field::Status),
    ("scstatus", Field::Status),
    ("responsecode", Field::Status),
    ("downstreamstatus", Field::Status),
    ("status", Field::Status),
    ("xrequestid", Field::RequestId),
    ("requestid", Field::RequestId),
    ("request.id", Field::RequestId),
    ("http.request.id", Field::RequestId),
    ("httpxrequestid", Field::RequestId),
    ("req.headers.xrequestid", Field::RequestId),
    ("request.headers.xrequestid", Field::RequestId),
    ("headers.xrequestid", Field::RequestId),
    ("http.request.header.xrequestid", Field::RequestId),
    ("res.headers.xrequestid", Field::RequestId),
    ("awsrequestid", Field::RequestId),
    ("correlationid", Field::RequestId),
    ("xcorrelationid", Field::RequestId),
    ("req.id", Field::LocalId),
    ("reqid", Field::LocalId),
    ("traceid", Field::Trace),
    ("trace.id", Field::Trace),
    ("responsetime", Field::Duration(1.0)),
    ("responsetimems", Field::Duration(1.0)),
    ("requesttime", Field::Duration(1e3)),
    ("durationms", Field::Duration(1.0)),
    ("http.durationms", Field::Duration(1.0)),
    ("durationmillis", Field::Duration(1.0)),
    ("elapsedms", Field::Duration(1.0)),
    ("latencyms", Field::Duration(1.0)),
    ("tookms", Field::Duration(1.0)),
    ("timetaken", Field::Duration(1.0)),
    ("durations", Field::Duration(1e3)),
    ("durationseconds", Field::Duration(1e3)),
    ("elapsedseconds", Field::Duration(1e3)),
    ("latencyseconds", Field::Duration(1e3)),
    ("durationus", Field::Duration(1e-3)),
    ("durationns", Field::Duration(1e-6)),
    ("event.duration", Field::Duration(1e-6)),
    ("duration", Field::DurationUnsaid),
    ("latency", Field::DurationUnsaid),
    ("elapsed", Field::DurationUnsaid),
    ("took", Field::DurationUnsaid),
];

/// Objects in which systems put what the program says itself.
const WRAPPERS: [&str; 12] = [
    "fields.",
    "meta.",
    "context.",
    "extra.",
    "attributes.",
    "labels.",
    "mdc.",
    "contextmap.",
    "properties.",
    "ctx.",
    "jsonpayload.",
    "span.",
];

/// What stands under a key, and its place in the order of trust; what is wrapped in another object comes last.
#[must_use]
pub fn field(path: &str) -> Option<(usize, Field)> {
    let wrapped = || {
        let inner = WRAPPERS.iter().find_map(|wrapper| path.strip_prefix(wrapper))?;
        plain(inner).filter(|(_, field)| *field != Field::Time).map(|(rank, field)| (rank + KEYS.len(), field))
    };
    plain(path).or_else(wrapped)
}

fn plain(path: &str) -> Option<(usize, Field)> {
    KEYS.iter().enumerate().find(|(_, (key, _))| *key == path).map(|(rank, (_, field))| (rank, *field))
}

/// Adds a key to a path in the spelling of `KEYS`.
pub fn push(path: &mut String, key: &str) {
    if !path.is_empty() {
        path.push('.');
    }
    path.extend(key.chars().filter(|c| !matches!(c, '_' | '-' | '@' | '$' | ' ')).map(|c| c.to_ascii_lowercase()));
}

/// A key in the spelling of `KEYS`.
#[must_use]
pub fn spelled(key: &str) -> String {
    let mut path = String::new();
    push(&mut path, key);
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_request_id_is_one() {
        for key in
            ["x-request-id", "requestId", "request_id", "RequestID", "X_REQUEST_ID", "correlationId", "Request Id"]
        {
            assert!(matches!(field(&spelled(key)), Some((_, Field::RequestId))), "{key}");
        }
        assert!(matches!(field(&spelled("reqId")), Some((_, Field::LocalId))));
        assert!(matches!(field(&spelled("__REALTIME_TIMESTAMP")), Some((0, Field::Time))));
        assert!(matches!(field("fields.requestid"), Some((rank, Field::RequestId)) if rank > KEYS.len()));
        assert_eq!((field("price"), field("fields.time")), (None, None));
    }

    #[test]
    fn keys_are_listed_once_and_as_spelled() {
        for (rank, (key, _)) in KEYS.iter().enumerate() {
            assert_eq!(field(key).map(|f| f.0), Some(rank), "{key} twice");
            assert!(key.split('.').all(|part| spelled(part) == part), "{key}");
        }
    }
}
