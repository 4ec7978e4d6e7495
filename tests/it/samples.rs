//! The committed samples are what the generator writes. `UPDATE_GOLDEN=1` writes them anew.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::worldgen;

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

/// Relative path → bytes of every file below a folder, without what a run leaves there.
fn files(root: &Path) -> anyhow::Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            let relative = path.strip_prefix(root)?.to_owned();
            if relative.starts_with("reports") || relative.starts_with(".cutover") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(relative, std::fs::read(&path)?);
            }
        }
    }
    Ok(found)
}

fn unpacked(path: &Path, bytes: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut text = Vec::new();
    if path.extension().is_some_and(|e| e == "gz") {
        flate2::read::GzDecoder::new(bytes).read_to_end(&mut text)?;
    } else {
        text.extend_from_slice(bytes);
    }
    Ok(text)
}

fn is_as_generated(name: &str) -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    worldgen::generate(name, folder.path())?;
    let (fresh, committed) = (files(folder.path())?, sample(name));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        for path in files(&committed).unwrap_or_default().keys().filter(|p| !fresh.contains_key(*p)) {
            std::fs::remove_file(committed.join(path))?;
        }
        return worldgen::generate(name, &committed);
    }
    let held = files(&committed)?;
    let names: [Vec<&PathBuf>; 2] = [fresh.keys().collect(), held.keys().collect()];
    assert_eq!(names[0], names[1], "samples/{name} holds other files; run again with UPDATE_GOLDEN=1");
    for (path, bytes) in &fresh {
        // Packed bytes belong to the gzip library and its version; what they hold is ours.
        let same = held[path] == *bytes || unpacked(path, &held[path])? == unpacked(path, bytes)?;
        assert!(same, "samples/{name}/{} differs; run again with UPDATE_GOLDEN=1", path.display());
    }
    Ok(())
}

#[test]
fn mobile_beta_is_as_generated() -> anyhow::Result<()> {
    is_as_generated("mobile-beta")
}

#[test]
fn rollback_is_as_generated() -> anyhow::Result<()> {
    is_as_generated("rollback")
}
