//! A packet's files in, a folder on disk out: staged beside its place and swapped in, so that it is whole or absent.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::exit::{Ended, Exit};
use crate::ingest::lines::hex;
use crate::render::Artifact;

/// Name of the file that lists the others.
pub const MANIFEST: &str = "manifest.json";
/// Version of the manifest's format.
const SCHEMA: &str = "cutover/manifest/1";

/// What a packet holds and what it was made from.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Manifest {
    pub schema: String,
    pub tool_version: String,
    pub packet_id: String,
    /// All files of the packet but this one, by path.
    pub files: Vec<FileHash>,
    /// The raw files behind the evidence.
    pub sources: Vec<SourceHash>,
}

/// A file of the packet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileHash {
    /// Path inside the packet, with forward slashes.
    pub path: String,
    pub bytes: u64,
    pub sha256: String,
}

/// A raw file that was collected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceHash {
    pub source: String,
    pub file: String,
    pub sha256: String,
}

impl Manifest {
    /// Lists the files of a packet.
    #[must_use]
    pub fn of(packet_id: &str, artifacts: &[Artifact], sources: Vec<SourceHash>) -> Self {
        let mut files: Vec<FileHash> = artifacts
            .iter()
            .map(|a| FileHash {
                path: a.path.clone(),
                bytes: a.bytes.len() as u64,
                sha256: hex(&Sha256::digest(&a.bytes)),
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Manifest {
            schema: SCHEMA.to_owned(),
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            packet_id: packet_id.to_owned(),
            files,
            sources,
        }
    }

    /// Reads the manifest of a folder.
    ///
    /// # Errors
    /// When it is not there or is none.
    pub fn read(dir: &Path) -> anyhow::Result<Self> {
        let path = dir.join(MANIFEST);
        let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&bytes).with_context(|| format!("{} is not a packet's manifest", path.display()))
    }
}

/// Writes a packet to `dir`, the manifest with it. A packet that stands there is replaced; files that somebody put
/// beside it stay.
///
/// # Errors
/// When `dir` holds something that is no packet, or the disk refuses; then nothing has changed.
pub fn write(dir: &Path, artifacts: &[Artifact], manifest: &Manifest) -> anyhow::Result<()> {
    let strangers = strangers(dir)?;
    let parent = dir.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).with_context(|| format!("cannot make the folder {}", parent.display()))?;
    let staged = tempfile::Builder::new()
        .prefix(".cutover-")
        .tempdir_in(parent)
        .with_context(|| format!("cannot write below {}", parent.display()))?;
    for artifact in artifacts {
        put(staged.path(), &artifact.path, &artifact.bytes)?;
    }
    let mut json = serde_json::to_vec_pretty(manifest)?;
    json.push(b'\n');
    put(staged.path(), MANIFEST, &json)?;
    // What this packet writes takes the place of a file that the one before did not list.
    for stranger in strangers.iter().filter(|path| !artifacts.iter().any(|a| Path::new(&a.path) == path.as_path())) {
        let to = staged.path().join(stranger);
        if let Some(folder) = to.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(dir.join(stranger), to)?;
    }
    swap(staged, dir, parent)
}

#[expect(clippy::disallowed_methods, reason = "the one writer of a packet's files, into a staged folder")]
fn put(dir: &Path, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
    let path = dir.join(path);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(&path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// Writes one new file, whole or not at all. One that stands there is replaced only with `force`.
///
/// # Errors
/// `Exit::Usage` when a file stands there, or the disk refuses; then nothing has changed.
pub fn new_file(path: &Path, bytes: &[u8], force: bool) -> anyhow::Result<()> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut staged = tempfile::Builder::new()
        .prefix(".cutover-")
        .tempfile_in(parent)
        .with_context(|| format!("cannot write in {}", parent.display()))?;
    staged.write_all(bytes).with_context(|| format!("cannot write {}", path.display()))?;
    staged.as_file().sync_all().with_context(|| format!("cannot write {}", path.display()))?;
    #[cfg(unix)]
    fs::set_permissions(staged.path(), std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    let placed = if force { staged.persist(path) } else { staged.persist_noclobber(path) };
    placed.map(drop).map_err(|refused| match refused.error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            let hint = "add --force to replace it, or name another file with --out";
            Ended::error(Exit::Usage, format!("{} is there already, so nothing was written", path.display()), hint)
        }
        _ => anyhow::Error::new(refused.error).context(format!("cannot write {}", path.display())),
    })
}

/// Files in the folder that the packet standing there did not write.
fn strangers(dir: &Path) -> anyhow::Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    if !dir.exists() {
        return Ok(found);
    }
    list(dir, dir, &mut found)?;
    if found.is_empty() {
        return Ok(found);
    }
    let Ok(manifest) = Manifest::read(dir) else {
        let message = format!("{} holds files that are not of a packet, so nothing was written there", dir.display());
        return Err(Ended::error(Exit::Usage, message, "name an empty or a new folder with --out"));
    };
    found.remove(Path::new(MANIFEST));
    for file in &manifest.files {
        found.remove(Path::new(&file.path));
    }
    Ok(found)
}

/// All files below a folder, relative to `root`.
fn list(root: &Path, dir: &Path, found: &mut BTreeSet<PathBuf>) -> anyhow::Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot read the folder {}", dir.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            list(root, &path, found)?;
        } else {
            found.insert(path.strip_prefix(root).unwrap_or(&path).to_owned());
        }
    }
    Ok(())
}

/// Puts the staged folder in its place; the old one goes only when the new one stands.
fn swap(staged: tempfile::TempDir, dir: &Path, parent: &Path) -> anyhow::Result<()> {
    open_to_readers(staged.path())?;
    if !dir.exists() {
        fs::rename(staged.path(), dir).with_context(|| format!("cannot put the packet at {}", dir.display()))?;
        drop(staged.keep());
        return Ok(());
    }
    let aside = tempfile::Builder::new().prefix(".cutover-old-").tempdir_in(parent)?;
    let old = aside.path().join("packet");
    fs::rename(dir, &old).with_context(|| format!("cannot replace the packet at {}", dir.display()))?;
    if let Err(error) = fs::rename(staged.path(), dir) {
        fs::rename(&old, dir)?;
        return Err(error).with_context(|| format!("cannot put the packet at {}", dir.display()));
    }
    drop(staged.keep());
    Ok(())
}

/// A temporary folder is private; a packet is to be read by others.
fn open_to_readers(dir: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    fs::set_permissions(dir, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    Ok(())
}

/// What is wrong with a packet on disk, as sentences; empty where every file is as it was written.
///
/// # Errors
/// When the folder holds no manifest.
pub fn verify(dir: &Path) -> anyhow::Result<(Manifest, Vec<String>)> {
    let manifest = Manifest::read(dir).map_err(|error| {
        let hint = "name the folder of a packet, the one that holds manifest.json";
        Ended::error(Exit::NotVerified, format!("{error:#}"), hint)
    })?;
    let mut faults = Vec::new();
    if manifest.schema != SCHEMA {
        faults.push(format!("the manifest has the format {}, not {SCHEMA}", manifest.schema));
    }
    if manifest.files.is_empty() {
        faults.push("the manifest lists no file".to_owned());
    }
    for file in &manifest.files {
        match fs::read(dir.join(&file.path)) {
            Err(error) => faults.push(format!("{} cannot be read: {error}", file.path)),
            Ok(bytes) if hex(&Sha256::digest(&bytes)) != file.sha256 => {
                let what = if bytes.len() as u64 == file.bytes { "the same size" } else { "another size" };
                faults.push(format!("{} was changed after it was written ({what}, another SHA-256)", file.path));
            }
            Ok(_) => {}
        }
    }
    faults.extend(packet_id_fault(dir, &manifest));
    Ok((manifest, faults))
}

/// The packet id stands in the manifest and in the JSON; the two must be one.
fn packet_id_fault(dir: &Path, manifest: &Manifest) -> Option<String> {
    let bytes = fs::read(dir.join("signoff.json")).ok()?;
    let json: serde_json::Value = serde_json::from_slice(&bytes).ok()?;
    let id = json["packet"]["packet_id"].as_str().unwrap_or_default();
    (id != manifest.packet_id)
        .then(|| format!("signoff.json is of packet {id}, the manifest of {}", manifest.packet_id))
}
