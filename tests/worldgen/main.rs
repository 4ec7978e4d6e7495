//! `cargo run --example worldgen -- NAME FOLDER` writes a sample world.

#[path = "mod.rs"]
mod worldgen;

use std::path::Path;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, folder] = arguments.as_slice() else {
        anyhow::bail!("usage: worldgen NAME FOLDER, such as: worldgen mobile-beta samples/mobile-beta");
    };
    worldgen::generate(name, Path::new(folder))
}
