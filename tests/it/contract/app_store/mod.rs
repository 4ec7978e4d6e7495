//! App Store Connect's interface as Apple's published description has it: signed tokens of at most 20 minutes, lists
//! without a filter by date, cursors, records that belong to others under `included`.

mod faults;
mod verdicts;

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey,
};
use serde_json::{Value, json};

use super::server::{Asked, Reply};
use crate::support::Scratch;

/// A key made for this run, and the file that holds it.
pub(super) static KEY: LazyLock<(Scratch, Vec<u8>)> = LazyLock::new(|| {
    let random = SystemRandom::new();
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random).expect("a key");
    let scratch = Scratch::empty();
    let text = STANDARD.encode(made.as_ref());
    scratch.write("key.p8", format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n"));
    (scratch, pair.public_key().as_ref().to_vec())
});

/// What an app holds.
#[derive(Debug, Clone, Default)]
pub(super) struct App {
    /// `betaFeedbackScreenshotSubmissions`, newest first, as an export has them.
    pub(super) feedback: Vec<Value>,
    /// `betaFeedbackCrashSubmissions`
    pub(super) crashes: Vec<Value>,
    /// `builds`, newest first.
    pub(super) builds: Vec<Value>,
    /// Builds, testers, versions and beta details.
    pub(super) others: Vec<Value>,
    /// The clock of the service, seconds since the epoch; the run's own where there is none.
    pub(super) clock: Option<i64>,
}

/// The time at which `collect` of these tests runs.
const NOW: i64 = 1_780_272_000;

impl App {
    /// The answer to a question.
    pub(super) fn answer(&self, asked: &Asked) -> Reply {
        assert!(asked.method == "GET" && asked.body.is_empty(), "nothing is written");
        let date = jiff::Timestamp::from_second(self.clock.unwrap_or(NOW)).expect("a time");
        let date = date.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
        self.reply(asked).header("date", date).header("x-rate-limit", "user-hour-lim:3500;user-hour-rem:500;")
    }

    fn reply(&self, asked: &Asked) -> Reply {
        if let Err(why) = self.signed(asked.header("authorization")) {
            return refusal(401, "NOT_AUTHORIZED", &why);
        }
        match asked.path.as_str() {
            "/v1/apps" => {
                let app =
                    |id: &str, bundle: &str| json!({"type": "apps", "id": id, "attributes": {"bundleId": bundle}});
                assert_eq!(asked.field("filter[bundleId]"), "com.acme.app");
                Reply::json(&json!({"data": [app("2", "com.acme.app.dev"), app("1", "com.acme.app")]}))
            }
            "/v1/apps/1/betaFeedbackScreenshotSubmissions" => self.page(asked, &self.feedback, "-createdDate"),
            "/v1/apps/1/betaFeedbackCrashSubmissions" => self.page(asked, &self.crashes, "-createdDate"),
            "/v1/builds" => {
                assert_eq!(asked.field("filter[app]"), "1");
                self.page(asked, &self.builds, "-uploadedDate")
            }
            _ => refusal(404, "NOT_FOUND", "There is no resource of this type"),
        }
    }

    /// Whether a token is one that Apple takes.
    fn signed(&self, header: &str) -> Result<(), String> {
        let token = header.strip_prefix("Bearer ").ok_or("Provide a properly configured and signed bearer token")?;
        let (text, signature) = token.rsplit_once('.').ok_or("three parts")?;
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &KEY.1);
        let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|error| error.to_string());
        public.verify(text.as_bytes(), &bytes(signature)?).map_err(|_| "the signature is wrong".to_owned())?;
        let (header, claims) = text.split_once('.').ok_or("three parts")?;
        let json = |part: &str| serde_json::from_slice::<Value>(&bytes(part)?).map_err(|error| error.to_string());
        let (header, claims) = (json(header)?, json(claims)?);
        let number = |name: &str| claims[name].as_i64().ok_or(format!("no {name}"));
        let (made, ends, now) = (number("iat")?, number("exp")?, self.clock.unwrap_or(NOW));
        let right = header["alg"] == "ES256"
            && header["kid"] == "K1"
            && claims["iss"] == "issuer-1"
            && claims["aud"] == "appstoreconnect-v1"
            && ends - made <= 20 * 60
            && made <= now
            && ends > now;
        right.then_some(()).ok_or_else(|| format!("the claims are wrong: {header} {claims}"))
    }

    fn page(&self, asked: &Asked, all: &[Value], sort: &str) -> Reply {
        assert_eq!(asked.field("sort"), sort);
        let size = asked.field("limit").parse::<usize>().expect("a limit").min(200) / 2;
        let from = asked.field("cursor").parse::<usize>().unwrap_or(0);
        let data: Vec<Value> = all.iter().skip(from).take(size).cloned().collect();
        let named =
            |other: &&Value| data.iter().any(|d| d["relationships"].to_string().contains(&other["id"].to_string()));
        let included: Vec<Value> = self.others.iter().filter(named).cloned().collect();
        let mut body = json!({"data": data, "included": included, "links": {},
            "meta": {"paging": {"total": all.len(), "limit": size}}});
        if from + size < all.len() {
            let next = format!("{}&cursor={}", address(asked, "cursor"), from + size);
            body["links"]["next"] = json!(next);
        }
        Reply::json(&body)
    }
}

/// The address that was asked, without a field of its query.
fn address(asked: &Asked, without: &str) -> String {
    let kept = asked.fields.iter().filter(|(name, _)| name != without);
    let part = |text: &str| text.replace('[', "%5B").replace(']', "%5D").replace(',', "%2C");
    let query: Vec<String> = kept.map(|(name, value)| format!("{}={}", part(name), part(value))).collect();
    format!("http://{}{}?{}", asked.header("host"), asked.path, query.join("&"))
}

pub(super) fn refusal(status: u16, code: &str, detail: &str) -> Reply {
    let error = json!({"id": "e", "status": status.to_string(), "code": code, "title": "t", "detail": detail});
    Reply { status, ..Reply::json(&json!({"errors": [error]})) }
}

/// `[[source]]` of a table of this app; `{url}` and `{limits}` stay.
pub(super) fn source(name: &str, table: &str) -> String {
    format!(
        "[[source]]\nname = \"{name}\"\ntable = \"{table}\"\nkind = \"app-store-connect\"\nurl = \"{{url}}\"\n\
         app = \"com.acme.app\"\nkey-id = \"K1\"\nissuer = \"issuer-1\"\nkey = {{ file = \"{}\" }}\n{{limits}}",
        KEY.0.path().join("key.p8").display()
    )
}
