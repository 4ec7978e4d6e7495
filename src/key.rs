//! The key of the pseudonyms: given, kept from an earlier run, or made from the roster, so that the same evidence
//! gives the same pseudonyms and nobody without the roster can undo them.

use std::hash::{BuildHasher, Hasher};
use std::io::{Read, Write};
use std::path::Path;

use anyhow::Context;
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::config::RunPlan;
use crate::sources::files;
use crate::tables::schema::TableName;

/// File in the evidence folder that keeps it.
const FILE: &str = "key";

/// The key of this evidence. `given` is the text of the environment variable `CUTOVER_KEY`, where it is set.
///
/// # Errors
/// When the kept key cannot be read, or a new one cannot be kept.
pub fn of(plan: &RunPlan, given: Option<&str>) -> anyhow::Result<[u8; 32]> {
    if let Some(text) = given {
        return Ok(Sha256::digest(text.as_bytes()).into());
    }
    let path = plan.evidence_dir.join(FILE);
    if path.exists()
        && let Some(key) = kept(&path).with_context(|| format!("cannot read {}", path.display()))?
    {
        return Ok(key);
    }
    let key = from_roster(plan);
    keep(&path, &key).with_context(|| format!("cannot keep the key of the pseudonyms in {}", path.display()))?;
    Ok(key)
}

/// The key for a text that is no evidence: the given one, else that of the evidence at hand, else one that is used once.
#[must_use]
pub fn at_hand(evidence: Option<&Path>, given: Option<&str>) -> [u8; 32] {
    let of_evidence = || evidence.and_then(|dir| kept(&dir.join(FILE)).ok().flatten());
    given.map(|text| Sha256::digest(text.as_bytes()).into()).or_else(of_evidence).unwrap_or_else(random)
}

/// A key as it was kept; `None` where the file holds something else.
fn kept(path: &Path) -> std::io::Result<Option<[u8; 32]>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(64).read_to_end(&mut bytes)?;
    Ok(<[u8; 32]>::try_from(bytes.as_slice()).ok())
}

/// HMAC-SHA256 over the roster's bytes. Hashes of the roster stand in a packet, so the key is not one of them. Without
/// a roster nothing private is known yet, and the key is random.
fn from_roster(plan: &RunPlan) -> [u8; 32] {
    let rosters = plan.sources.iter().filter(|s| s.table == TableName::Testers);
    let bytes: Vec<u8> = rosters
        .flat_map(|source| files::find(source, &plan.root).0)
        .flat_map(|path| files::document(&path).unwrap_or_default().into_bytes())
        .collect();
    match Hmac::<Sha256>::new_from_slice(b"cutover pseudonyms 1") {
        Ok(mut mac) if !bytes.is_empty() => {
            mac.update(&bytes);
            mac.finalize().into_bytes().into()
        }
        _ => random(),
    }
}

/// The standard library seeds its hash maps from the operating system's random numbers.
fn random() -> [u8; 32] {
    let mut hash = Sha256::new();
    for _ in 0..4 {
        hash.update(std::collections::hash_map::RandomState::new().build_hasher().finish().to_le_bytes());
    }
    hash.finalize().into()
}

/// Writes the key whole, readable by its owner only.
fn keep(path: &Path, key: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(key)?;
    file.persist(path)?;
    Ok(())
}
