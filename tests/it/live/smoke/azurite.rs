//! Blobs that are stored, listed and read.

use crate::live::azurite::Azurite;
use crate::live::http::get;

#[test]
fn a_blob_is_stored_listed_and_read() {
    let Some(store) = Azurite::start() else { return };
    store.create_container("logs");
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    store.put("logs", "2026/08/03/backend.log.gz", &bytes);
    store.put("logs", "2026/08/04/backend.log.gz", b"next day");
    let listed = store.list("logs", "2026/08/03/");
    assert!(listed.contains("<Name>2026/08/03/backend.log.gz</Name>"), "{listed}");
    assert!(listed.contains("<Content-Length>100000</Content-Length>") && !listed.contains("08/04"), "{listed}");
    assert_eq!(store.get("logs", "2026/08/03/backend.log.gz").is(200).body, bytes);
    let none = store.get("logs", "2026/08/05/backend.log.gz").is(404);
    assert_eq!(none.header("x-ms-error-code"), Some("BlobNotFound"));
    get(&format!("{}/logs/2026/08/03/backend.log.gz", store.url())).is(403);
}
