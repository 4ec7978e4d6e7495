#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "cargo talks to a build script by stdout, environment and files"
)]
//! Build script: lists the files of `queries/` and `templates/`, so that adding a check or a template is adding a file.

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let mut code = String::new();
    for (name, folder) in [("QUERIES", "queries"), ("TEMPLATES", "templates")] {
        println!("cargo::rerun-if-changed={folder}");
        let mut files = Vec::new();
        list(&root.join(folder), &mut files)?;
        files.sort();
        writeln!(code, "pub static {name}: &[(&str, &[u8])] = &[")?;
        for file in files {
            let key = file.strip_prefix(root.join(folder))?.to_string_lossy().replace('\\', "/");
            // A kept target folder may serve a checkout that stands elsewhere, so the place is settled by the compiler.
            let place = format!("/{folder}/{key}");
            writeln!(code, "    ({key:?}, include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {place:?}))),")?;
        }
        writeln!(code, "];")?;
    }
    std::fs::write(PathBuf::from(std::env::var("OUT_DIR")?).join("embedded.rs"), code)?;
    Ok(())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            list(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
