//! Claims signed with a private key (RFC 7519, RFC 7515), as stores and clouds take them in the place of a password.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Value, json};

/// A private key; it is never printed.
pub struct SigningKey(Kind);

enum Kind {
    /// ES256
    P256(Box<EcdsaKeyPair>),
    /// RS256
    Rsa(Box<RsaKeyPair>),
}

impl SigningKey {
    /// A key of the curve P-256, as Apple's `.p8` files hold it (PEM, PKCS #8).
    ///
    /// # Errors
    /// A sentence that holds nothing of the key.
    pub fn p256(pem: &str) -> Result<Self, String> {
        let der = der(pem)?;
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der.secret_pkcs8_der(), &random);
        pair.map(|pair| SigningKey(Kind::P256(Box::new(pair))))
            .map_err(|_| "the private key is none of the curve P-256".to_owned())
    }

    /// An RSA key, as Google's key files hold it (PEM, PKCS #8).
    ///
    /// # Errors
    /// A sentence that holds nothing of the key.
    pub fn rsa(pem: &str) -> Result<Self, String> {
        let der = der(pem)?;
        let pair = RsaKeyPair::from_pkcs8(der.secret_pkcs8_der());
        pair.map(|pair| SigningKey(Kind::Rsa(Box::new(pair))))
            .map_err(|_| "the private key is no RSA key of 2,048 bits or more".to_owned())
    }

    /// The claims, signed; `key_id` names the key to who checks it.
    ///
    /// # Errors
    /// A sentence: this machine gives no random bytes.
    pub fn sign(&self, key_id: &str, claims: &Value) -> Result<String, String> {
        let algorithm = match &self.0 {
            Kind::P256(_) => "ES256",
            Kind::Rsa(_) => "RS256",
        };
        let header = json!({"alg": algorithm, "kid": key_id, "typ": "JWT"});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let text = format!("{}.{}", part(&header), part(claims));
        let random = SystemRandom::new();
        let failed = |_| "the claims cannot be signed".to_owned();
        let signature = match &self.0 {
            Kind::P256(pair) => pair.sign(&random, text.as_bytes()).map_err(failed)?.as_ref().to_vec(),
            Kind::Rsa(pair) => {
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature).map_err(failed)?;
                signature
            }
        };
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

fn der(pem: &str) -> Result<PrivatePkcs8KeyDer<'static>, String> {
    PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes())
        .map_err(|_| "the private key is no PEM text with BEGIN PRIVATE KEY".to_owned())
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;
    use ring::signature::{ECDSA_P256_SHA256_FIXED, KeyPair, UnparsedPublicKey};

    use super::*;

    #[test]
    fn claims_are_signed_so_that_the_public_key_agrees() {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random).expect("a key");
        let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----", STANDARD.encode(made.as_ref()));
        let key = SigningKey::p256(&pem).expect("a key");
        assert_eq!(format!("{key:?}"), "***");
        let token = key.sign("K1", &json!({"iss": "me"})).expect("a token");
        let (text, signature) = token.rsplit_once('.').expect("three parts");
        let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key().as_ref());
        public.verify(text.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).expect("base64")).expect("its signature");
        let header = URL_SAFE_NO_PAD.decode(text.split('.').next().expect("a header")).expect("base64");
        assert_eq!(String::from_utf8_lossy(&header), r#"{"alg":"ES256","kid":"K1","typ":"JWT"}"#);
        assert!(SigningKey::rsa(&pem).is_err() && SigningKey::p256("hunter2").is_err());
    }
}
