//! The rules of the house (docs/architecture.md): which rooms may use which libraries and which other rooms.

use std::path::Path;

use crate::support::{files, root};

fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let rust = |f: &std::path::PathBuf| f.extension().is_some_and(|e| e == "rs");
    files(&src)
        .into_iter()
        .filter(rust)
        .map(|f| (f.to_string_lossy().into_owned(), std::fs::read_to_string(src.join(&f)).expect("a source file")))
        .collect()
}

/// The first part of a path below `src/`: a folder or a file without its ending.
fn room(file: &str) -> &str {
    let first = Path::new(file).components().next().and_then(|c| c.as_os_str().to_str()).unwrap_or(file);
    first.strip_suffix(".rs").unwrap_or(first)
}

#[test]
fn libraries_stay_behind_their_fences() {
    let fences: &[(&str, &[&str])] = &[
        (
            "polars",
            &[
                "tables",
                "ingest",
                "evidence",
                "correlation",
                "queries",
                "observation",
                "judge.rs",
                "report/charts.rs",
                "report/biography.rs",
                "sources",
                "init/logs.rs",
            ],
        ),
        ("polars::sql", &["queries/engine.rs"]),
        ("typst", &["render/pdf.rs", "render/glyphs.rs"]),
        ("tera::", &["render/markdown.rs", "queries/engine.rs"]),
        ("clap::", &["cli", "main.rs"]),
        ("tokio::", &["net", "sources", "delivery", "pipeline.rs"]),
        ("reqwest", &["net", "delivery"]),
        ("object_store", &["sources/archive"]),
        ("rustls", &["net", "delivery"]),
        ("hyper::", &["net"]),
        ("tungstenite", &["net"]),
        ("use ring::", &["net"]),
        ("zip::", &["sources/github/zipped.rs"]),
    ];
    for (file, text) in sources() {
        for (library, rooms) in fences {
            let used = text.lines().any(|l| !l.trim_start().starts_with("//") && l.contains(library));
            let allowed = rooms.iter().any(|r| file.starts_with(r) || room(&file) == *r);
            assert!(!used || allowed, "src/{file} uses {library}");
        }
    }
}

/// Rooms in the order in which data flows.
const FLOW: &[&str] = &[
    "config",
    "net",
    "ingest",
    "inspect",
    "evidence",
    "sources",
    "key",
    "probe",
    "tables",
    "correlation",
    "runbook",
    "attestations",
    "observation",
    "queries",
    "checks",
    "unbound",
    "decide",
    "judge",
    "incident",
    "weekly",
    "edits",
    "report",
    "citations",
    "render",
    "output",
    "filing",
    "delivery",
    "redaction",
    "status",
    "schedule",
    "docs",
    "init",
    "doctor",
    "pipeline",
    "commands",
    "main",
];

/// Each room may use those before it and the shared words.
#[test]
fn imports_point_up_the_flow() {
    // Words that every room may use: plain types without a stage of their own.
    let shared = [
        "coverage",
        "verdict",
        "exit",
        "progress",
        "embedded",
        "tables",
        "config",
        "report",
        "ingest",
        "rules",
        "queries",
        "statistics",
        "signatures",
    ];
    let place = |room: &str| FLOW.iter().position(|r| *r == room);
    for (file, text) in sources() {
        let Some(own) = place(room(&file)) else { continue };
        for line in text.lines().filter_map(|l| l.trim().strip_prefix("use crate::")) {
            let used = line.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
            if shared.contains(&used) {
                continue;
            }
            assert!(place(used).is_none_or(|at| at <= own), "src/{file} uses {used}, which comes after it in the flow");
        }
    }
}

#[test]
fn renderers_see_the_report_and_nothing_else() {
    for (file, text) in sources().iter().filter(|(file, _)| file.starts_with("render")) {
        for line in text.lines().filter_map(|l| l.trim().strip_prefix("use crate::")) {
            let used = line.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
            let allowed = ["render", "report", "verdict", "config", "tables", "embedded", "coverage", "rules"];
            assert!(allowed.contains(&used), "src/{file} uses {used}");
        }
    }
}
