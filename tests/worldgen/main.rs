//! `cargo run --example worldgen -- NAME FOLDER` writes a sample world.
//!
//! `cargo run --example worldgen -- incidents FOLDER` writes every incident of `incidents/` as `FOLDER/NAME/input` with
//! the expected result in `FOLDER/NAME/truth.json`; `incidents/NAME` writes one of them, `incidents/NAME@7` the same plan
//! with other habits and other luck. Then `cutover --config FOLDER/NAME/input/cutover.toml incident --out …` reads it.

#[path = "mod.rs"]
mod worldgen;

use std::path::Path;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, folder] = arguments.as_slice() else {
        anyhow::bail!(
            "usage: worldgen NAME FOLDER, such as: worldgen mobile-beta samples/mobile-beta, or worldgen incidents FOLDER"
        );
    };
    worldgen::generate(name, Path::new(folder))
}
