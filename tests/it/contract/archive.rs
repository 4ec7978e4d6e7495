//! Archives in S3 and Google Cloud Storage, and what Azure answers that its stand-in does not: lists of several pages,
//! objects that change, vanish, break off or are in a cold tier. A real stand-in of Azure: `live::archives`.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use super::faults::{Connector, Fault, Outcome, common};
use super::server::{Asked, Fake, Reply};
use super::{Held, beta, collect};
use crate::support::{Scratch, line};

const SOURCE: &str = "[[source]]\nname = \"store\"\ntable = \"logs\"\nkind = \"archive\"\nurl = \"s3://beta/2026\"\n\
    endpoint = \"{url}\"\nregion = \"eu-central-1\"\naccess-key = \"AKIATEST\"\nsecret-key = { file = \"key.txt\" }\n\
    paths = [\"logs/*.log\"]\nconcurrent = 1\n{limits}";
const SECRET: &str = "wJalr-not-a-real-secret";

fn is_list(asked: &Asked) -> bool {
    asked.field("list-type") == "2" || asked.field("comp") == "list"
}

/// A hundred lines of an hour of the beta's day.
fn text(hour: usize) -> String {
    (0..100)
        .map(|n| format!("{}\n", line(&format!("2026-05-02T{hour:02}:00:00.{n:03}Z"), &format!("r-{hour}-{n}"))))
        .collect()
}

fn entry(key: &str, size: usize, tag: &str) -> String {
    format!(
        "<Contents><Key>{key}</Key><LastModified>2026-05-02T23:00:00.000Z</LastModified><ETag>&quot;{tag}&quot;</ETag>\
         <Size>{size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
    )
}

fn page(entries: &str, next: Option<&str>) -> Reply {
    let more = next.map_or("<IsTruncated>false</IsTruncated>".to_owned(), |token| {
        format!("<IsTruncated>true</IsTruncated><NextContinuationToken>{token}</NextContinuationToken>")
    });
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
         <Name>beta</Name><Prefix>2026/</Prefix><MaxKeys>1000</MaxKeys>{more}{entries}</ListBucketResult>"
    );
    Reply::text(200, "application/xml", xml)
}

fn object(text: String, tag: &str) -> Reply {
    Reply::text(200, "binary/octet-stream", text)
        .header("etag", format!("\"{tag}\""))
        .header("last-modified", "Sat, 02 May 2026 23:00:00 GMT")
}

/// Two pages: an object on each, and beside the second one that the globs leave out.
fn good(asked: &Asked) -> Reply {
    if is_list(asked) {
        return match asked.field("continuation-token") {
            "" => page(&entry("2026/logs/a.log", text(10).len(), "a1"), Some("page two")),
            "page two" => {
                page(&(entry("2026/logs/b.log", text(11).len(), "b1") + &entry("2026/logs/old/c.log", 7, "c1")), None)
            }
            other => panic!("no page {other}"),
        };
    }
    match asked.path.as_str() {
        "/beta/2026/logs/a.log" => object(text(10), "a1"),
        "/beta/2026/logs/b.log" => object(text(11), "b1"),
        other => panic!("{other} was asked for"),
    }
}

fn error(status: u16, code: &'static str) -> Reply {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>so it is</Message></Error>"
    );
    Reply::text(status, "application/xml", xml)
}

/// What of the common faults means the same here; a packed answer was not asked for.
fn faults(others: &[&str]) -> Vec<Fault> {
    let ours = ["packed", "packed and cut, then good", "packed and cut, always", "more bytes than allowed"];
    common().into_iter().filter(|fault| !ours.contains(&fault.name) && !others.contains(&fault.name)).collect()
}

fn connector(is_data: fn(&Asked) -> bool) -> Connector {
    // The secret's file is of the connector's folder; the environment has none of these.
    let config = SOURCE.replace("{ file = \"key.txt\" }", "{ file = \"/proc/sys/kernel/ostype\" }");
    Connector { source: "store", config: Box::leak(config.into_boxed_str()), is_data, good, rows: 200 }
}

#[test]
fn every_fault_of_a_list_is_a_gap_or_overcome() {
    let always = usize::MAX;
    let mut faults = faults(&[]);
    faults.push(Fault::new("slow down, then well", 1, Outcome::Complete, |_| error(503, "SlowDown")));
    faults
        .push(Fault::new("slow down, always", always, Outcome::Gap("SlowDown: so it is"), |_| error(503, "SlowDown")));
    faults.push(Fault::new("no right to list", always, Outcome::Gap("AccessDenied: so it is"), |_| {
        error(403, "AccessDenied")
    }));
    faults.push(Fault::new("no such bucket", always, Outcome::Gap("NoSuchBucket"), |_| error(404, "NoSuchBucket")));
    faults.push(Fault::new(
        "a page that does not say where it goes on",
        always,
        Outcome::Gap("does not say where"),
        |_| {
            let body =
                String::from_utf8(page(&entry("2026/logs/a.log", text(10).len(), "a1"), None).body).expect("text");
            Reply::text(200, "application/xml", body.replace(">false<", ">true<"))
        },
    ));
    faults.push(Fault::new("the same page again and again", always, Outcome::Gap("names an object twice"), |_| {
        page(&entry("2026/logs/a.log", text(10).len(), "a1"), Some("page two"))
    }));
    faults.push(Fault::new("no entries under 200", always, Outcome::Gap("no object matches"), |_| page("", None)));
    faults.push(Fault::new("more bytes than allowed", always, Outcome::Gap("is larger than"), |r| Reply {
        body: vec![b' '; 3_000_000],
        ..r
    }));
    connector(is_list).under(faults);
}

#[test]
fn every_fault_of_an_object_is_a_gap_or_overcome() {
    let always = usize::MAX;
    let mut faults =
        faults(&["404, always", "half of the JSON under 200", "a sign-in page under 200", "nothing under 200"]);
    let kept = |body: Vec<u8>| move |r: Reply| Reply { body: body.clone(), ..r };
    let gap = |name, words, breaks: fn(Reply) -> Reply| Fault::new(name, always, Outcome::Gap(words), breaks);
    faults.push(gap("gone", "it was listed, and was gone", |_| error(404, "NoSuchKey")));
    faults.push(gap("changed", "it was changed between", |_| error(412, "PreconditionFailed")));
    faults.push(gap("changed, and the condition is not heeded", "it was changed between", |_| object(text(10), "a2")));
    faults.push(gap("in a cold tier", "cold tier", |_| error(403, "InvalidObjectState")));
    faults.push(gap("archived", "cold tier", |_| error(409, "BlobArchived")));
    faults.push(gap("encrypted with a lost key", "a key that cannot be used", |_| error(400, "KMS.DisabledException")));
    faults.push(gap("no right to read", "AccessDenied: so it is", |_| error(403, "AccessDenied")));
    faults.push(gap("a sign-in page under 200", "bytes, and 33 came", |_| {
        Reply::text(200, "text/html", "<html><body>Sign in</body></html>")
            .header("last-modified", "Sat, 02 May 2026 23:00:00 GMT")
    }));
    faults.push(Fault::new("half of it", always, Outcome::Gap("bytes, and 500 came"), kept(vec![b'x'; 500])));
    faults.push(Fault::new("nothing under 200", always, Outcome::Gap("bytes, and 0 came"), kept(Vec::new())));
    faults.push(Fault::new(
        "more than was listed",
        always,
        Outcome::Gap("is larger than"),
        kept(vec![b' '; 3_000_000]),
    ));
    connector(|asked| !is_list(asked)).under(faults);
}

fn archive(fake: &Fake, more: &str) -> Scratch {
    let scratch = beta(&SOURCE.replace("{url}", &fake.url()).replace("{limits}", more));
    scratch.write("key.txt", SECRET);
    scratch
}

#[test]
fn requests_are_signed_and_the_secret_is_nowhere() {
    let fake = Fake::start(good);
    let scratch = archive(&fake, "");
    let run = collect(&scratch).ends(0);
    let held = Held::of(&scratch, "store");
    assert_eq!((held.rows, held.gaps.as_slice()), (200, &[][..]));
    let asked = fake.asked();
    assert_eq!(asked.len(), 4, "two pages and two objects");
    for request in &asked {
        let signed = request.header("authorization");
        assert!(signed.starts_with("AWS4-HMAC-SHA256 Credential=AKIATEST/"), "{signed}");
        assert!(signed.contains("/eu-central-1/s3/aws4_request"), "{signed}");
    }
    assert_eq!(asked.iter().filter(|a| is_list(a)).map(|a| a.field("prefix")).collect::<Vec<_>>(), ["2026/", "2026/"]);
    let state = scratch.text(".cutover/state.json");
    assert!(state.contains("s3://beta/2026/logs/a.log") && !state.contains(SECRET));
    assert!(!format!("{}{}{asked:?}", run.out(), run.err()).contains(SECRET));
}

#[test]
fn what_is_as_it_was_is_not_read_again_and_the_rest_of_it_stays_known() {
    static TURN: AtomicUsize = AtomicUsize::new(0);
    let fake = Fake::start(|asked| match (TURN.load(Ordering::Relaxed), is_list(asked)) {
        // The second object was written anew, within the second and with as many bytes; then the first is gone.
        (2, true) => {
            let entries =
                entry("2026/logs/a.log", text(10).len(), "a1") + &entry("2026/logs/b.log", text(12).len(), "b2");
            page(&entries, None)
        }
        (2, false) => object(text(12), "b2"),
        (3, true) => page(&entry("2026/logs/b.log", text(12).len(), "b2"), None),
        (4, true) => error(403, "AccessDenied"),
        _ => good(asked),
    });
    let scratch = archive(&fake, "");
    let turn = |n: usize| {
        TURN.store(n, Ordering::Relaxed);
        let before = fake.asked().len();
        collect(&scratch).ends(0);
        let asked = fake.asked();
        let read: Vec<String> = asked[before..].iter().filter(|a| !is_list(a)).map(|a| a.path.clone()).collect();
        (Held::of(&scratch, "store"), read)
    };
    let (first, read) = turn(1);
    assert_eq!((first.rows, read.len()), (200, 2));
    let (again, read) = turn(1);
    assert_eq!((again.rows, read.len(), &again.records), (200, 0, &first.records));
    let (changed, read) = turn(2);
    assert_eq!((changed.rows, read), (200, vec!["/beta/2026/logs/b.log".to_owned()]));
    assert_eq!(changed.records[0], first.records[0]);
    assert_ne!(changed.records[1]["sha256"], first.records[1]["sha256"]);
    let (gone, read) = turn(3);
    assert_eq!((gone.rows, read.len()), (200, 0), "the rows of a vanished object stay");
    assert_eq!((&gone.records[0]["vanished"], &gone.records[1]["vanished"]), (&true.into(), &false.into()));
    let (refused, read) = turn(4);
    assert_eq!((refused.rows, read.len(), &refused.records), (200, 0, &gone.records), "what was known stays");
    assert!(refused.gaps.iter().any(|gap| gap.contains("cannot be listed")), "{:?}", refused.gaps);
}

#[test]
fn one_object_that_cannot_be_read_costs_only_itself_and_a_lost_server_is_asked_once() {
    let fake =
        Fake::start(|asked| if asked.path.ends_with("a.log") { error(403, "InvalidObjectState") } else { good(asked) });
    let scratch = archive(&fake, "");
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "store");
    assert_eq!(held.rows, 100);
    assert!(held.gaps.len() == 1 && held.gaps[0].starts_with("s3://beta/2026/logs/a.log: "), "{:?}", held.gaps);

    let fake = Fake::start(|asked| if is_list(asked) { good(asked) } else { Reply::status(401) });
    let scratch = archive(&fake, "");
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "store");
    assert_eq!((held.rows, fake.asked().len()), (0, 3), "the second object is not asked for");
    assert!(
        held.gaps.iter().any(|gap| gap == "s3://beta/2026/logs/b.log were not asked for after that"),
        "{:?}",
        held.gaps
    );
}

#[test]
fn an_object_over_the_limit_is_not_fetched() {
    let fake = Fake::start(good);
    let scratch = archive(&fake, "max-bytes = 2000\n");
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "store");
    assert_eq!((held.rows, fake.asked().iter().filter(|a| !is_list(a)).count()), (0, 0));
    assert!(
        held.gaps.iter().all(|gap| gap.contains("at most 2000 are read")) && held.gaps.len() == 2,
        "{:?}",
        held.gaps
    );
}

#[test]
fn googles_lists_and_objects_are_read_as_they_are_stored() {
    let fake = Fake::start(|asked| {
        assert_eq!(asked.header("authorization"), "Bearer t0k3n");
        // Google unpacks what is stored packed, unless it is asked not to.
        assert_eq!(asked.header("accept-encoding"), if is_list(asked) { "" } else { "gzip" });
        let path = asked.path.replace("%2F", "/").replace("%2E", ".");
        good(&Asked { path, ..asked.clone() })
    });
    let config = format!(
        "[[source]]\nname = \"store\"\ntable = \"logs\"\nkind = \"archive\"\nurl = \"gs://beta/2026\"\nendpoint = \"{}\"\n\
         token = {{ file = \"key.txt\" }}\npaths = [\"logs/*.log\"]\nattempts = 1\n",
        fake.url()
    );
    let scratch = beta(&config);
    scratch.write("key.txt", "t0k3n\n");
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "store");
    assert_eq!((held.rows, held.gaps.as_slice()), (200, &[][..]));
    assert_eq!(held.records[0]["file"], "gs://beta/2026/logs/a.log");
}

/// The source without keys of its own.
fn keyless(fake: &Fake) -> Scratch {
    let own = "access-key = \"AKIATEST\"\nsecret-key = { file = \"key.txt\" }\n";
    assert!(SOURCE.contains(own) && SOURCE.contains("region = \"eu-central-1\"\n"));
    let config = SOURCE.replace(own, "").replace("region = \"eu-central-1\"\n", "");
    beta(&config.replace("{url}", &fake.url()).replace("{limits}", "attempts = 1\n"))
}

fn collect_with(scratch: &Scratch, environment: &[(&str, &str)]) {
    let mut command = scratch.command(&["collect"]);
    let all = environment.iter().chain(&[("CUTOVER_NOW", "2026-06-01T00:00:00Z")]);
    command.envs(all.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let run = command.output().expect("a run");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
}

#[test]
fn what_the_environment_has_opens_an_archive() {
    let fake = Fake::start(good);
    let keys = [("AWS_ACCESS_KEY_ID", "AKIAENV"), ("AWS_SECRET_ACCESS_KEY", SECRET), ("AWS_REGION", "eu-west-3")];
    let scratch = keyless(&fake);
    collect_with(&scratch, &keys);
    assert_eq!(Held::of(&scratch, "store").rows, 200);
    assert!(fake.asked().iter().all(|asked| {
        let signed = asked.header("authorization");
        signed.contains("Credential=AKIAENV/") && signed.contains("/eu-west-3/s3/")
    }));
}

#[test]
fn the_role_of_a_container_opens_an_archive_and_its_token_is_in_no_message() {
    static REFUSE: AtomicBool = AtomicBool::new(false);
    let fake = Fake::start(|asked| {
        if asked.path != "/role" {
            assert_eq!(asked.header("x-amz-security-token"), "s3ss10n");
            return good(asked);
        }
        assert_eq!(asked.header("authorization"), "c0nt41ner");
        if REFUSE.load(Ordering::Relaxed) {
            return Reply::text(400, "text/plain", "no role for c0nt41ner");
        }
        Reply::json(&serde_json::json!({"AccessKeyId": "ASIAROLE", "SecretAccessKey": SECRET, "Token": "s3ss10n",
            "Expiration": "2099-01-01T00:00:00Z"}))
    });
    let scratch = keyless(&fake);
    scratch.write("role.txt", "c0nt41ner");
    let (uri, file) = (format!("{}/role", fake.url()), scratch.path().join("role.txt").display().to_string());
    let role = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.as_str()),
    ];
    collect_with(&scratch, &role);
    let held = Held::of(&scratch, "store");
    assert_eq!((held.rows, held.gaps.as_slice()), (200, &[][..]));
    REFUSE.store(true, Ordering::Relaxed);
    collect_with(&scratch, &role);
    let gaps = Held::of(&scratch, "store").gaps;
    assert!(gaps.len() == 1 && gaps[0].contains("no role for ***"), "{gaps:?}");
    // Beyond this machine, a token is not asked for without encryption.
    collect_with(&scratch, &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://roles.example.com/"), role[1]]);
    let gaps = Held::of(&scratch, "store").gaps;
    assert!(gaps.len() == 1 && gaps[0].contains("would go unencrypted"), "{gaps:?}");
}

#[test]
fn a_client_of_entra_opens_an_archive() {
    let fake = Fake::start(|asked| match (asked.path.as_str(), asked.header("authorization")) {
        ("/tenant-1/oauth2/v2.0/token", _) => {
            assert_eq!((asked.field("client_id"), asked.field("client_secret")), ("app-1", "p@ss"));
            Reply::json(&serde_json::json!({"access_token": "t0k3n", "expires_in": 3600, "token_type": "Bearer"}))
        }
        ("/beta", "Bearer t0k3n") => blobs("2026/logs/a.log", text(10).len(), ""),
        ("/beta/2026/logs/a.log", "Bearer t0k3n") => object(text(10), "0x8D"),
        other => panic!("{other:?}"),
    });
    let config = format!(
        "[[source]]\nname = \"store\"\ntable = \"logs\"\nkind = \"archive\"\nurl = \"az://beta/2026\"\nendpoint = \"{}\"\n\
         account = \"a\"\npaths = [\"logs/*.log\"]\nattempts = 1\n",
        fake.url()
    );
    let scratch = beta(&config);
    let client = [("AZURE_CLIENT_ID", "app-1"), ("AZURE_CLIENT_SECRET", "p@ss"), ("AZURE_TENANT_ID", "tenant-1")];
    collect_with(&scratch, &[&client[..], &[("AZURE_AUTHORITY_HOST", &fake.url())]].concat());
    let held = Held::of(&scratch, "store");
    assert_eq!((held.rows, held.gaps.as_slice()), (100, &[][..]));
}

/// A page of Azure's list.
fn blobs(name: &str, size: usize, next: &str) -> Reply {
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults ServiceEndpoint=\"https://a.blob.core.windows.net/\" \
         ContainerName=\"beta\"><Prefix>2026/</Prefix><Blobs><Blob><Name>{name}</Name><Properties>\
         <Creation-Time>Sat, 02 May 2026 23:00:00 GMT</Creation-Time><Last-Modified>Sat, 02 May 2026 23:00:00 GMT</Last-Modified>\
         <Etag>0x8D</Etag><Content-Length>{size}</Content-Length><Content-Type>text/plain</Content-Type><Content-Encoding />\
         <Content-Language /><BlobType>BlockBlob</BlobType></Properties></Blob></Blobs><NextMarker>{next}</NextMarker>\
         </EnumerationResults>"
    );
    Reply::text(200, "application/xml", xml)
}

#[test]
fn azures_pages_are_followed_and_a_signature_is_in_no_message() {
    let fake = Fake::start(|asked| {
        assert_eq!((asked.field("sig"), asked.field("se")), ("s1gn+ature/x=", "2027-01-01"));
        match (asked.path.as_str(), asked.field("marker")) {
            ("/beta", "") => blobs("2026/logs/a.log", text(10).len(), "page two"),
            ("/beta", "page two") => blobs("2026/logs/b.log", text(11).len(), ""),
            ("/beta/2026/logs/a.log", _) => object(text(10), "x").header("etag", "0x8D"),
            _ => {
                let said = "<Error><Code>AuthenticationFailed</Code><Message>bad s1gn+ature/x= here</Message></Error>";
                Reply::text(403, "application/xml", said)
            }
        }
    });
    let config = format!(
        "[[source]]\nname = \"store\"\ntable = \"logs\"\nkind = \"archive\"\nurl = \"az://beta/2026\"\nendpoint = \"{}\"\n\
         account = \"a\"\nsas = {{ file = \"key.txt\" }}\npaths = [\"logs/*.log\"]\nattempts = 1\n",
        fake.url()
    );
    let scratch = beta(&config);
    scratch.write("key.txt", "?se=2027-01-01&sig=s1gn%2Bature%2Fx%3D\n");
    collect(&scratch).ends(0);
    let held = Held::of(&scratch, "store");
    assert_eq!((held.rows, held.gaps.len()), (100, 1), "{:?}", held.gaps);
    assert!(
        held.gaps[0].contains("b.log") && held.gaps[0].contains("AuthenticationFailed: bad *** here"),
        "{:?}",
        held.gaps
    );
}

#[test]
fn keys_that_do_not_belong_to_an_archive_are_refused_by_name() {
    let cases = [
        ("url = \"s3://beta/2026\"", "url = \"https://beta/2026\"", "this is not the address of an archive"),
        ("url = \"s3://beta/2026\"", "url = \"s3:///2026\"", "this is not the address of an archive"),
        ("url = \"s3://beta/2026\"", "url = \"az://beta/2026\"", "an archive at az:// takes no `region`"),
        ("region = \"eu-central-1\"", "account-key = { env = \"K\" }", "an archive at s3:// takes no `account-key`"),
        ("region = \"eu-central-1\"", "user = \"ada\"", "a source of kind `archive` takes no `user`"),
        ("secret-key = { file = \"key.txt\" }", "", "these keys do not go together"),
        ("{ file = \"key.txt\" }", "\"wJalr\"", "a secret does not stand in the configuration itself"),
        ("\"{url}\"", "\"http://store.example.com\"", "would go unencrypted"),
        ("paths = [\"logs/*.log\"]", "", "a source of kind `archive` needs `paths`"),
    ];
    for (written, instead, said) in cases {
        assert!(SOURCE.contains(written), "{written}");
        let config = SOURCE.replace(written, instead).replace("{url}", "http://127.0.0.1:9").replace("{limits}", "");
        let run = collect(&beta(&config)).ends(2);
        assert!(run.err().contains(said), "{instead}: {}", run.err());
    }
    let azure =
        "[[source]]\nname = \"store\"\ntable = \"logs\"\nkind = \"archive\"\nurl = \"az://beta\"\npaths = [\"*\"]\n";
    let run = collect(&beta(azure)).ends(2);
    assert!(run.err().contains("an archive in Azure needs `account`"), "{}", run.err());
    let run = collect(&beta(&format!("{azure}account = \"a\"\ntoken = {{ env = \"T\" }}\nsas = {{ env = \"S\" }}\n")))
        .ends(2);
    assert!(run.err().contains("an archive is opened with one key"), "{}", run.err());
}
