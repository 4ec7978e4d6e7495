//! cutover: evidence of a staged release in, documents that people sign out. This page is the map, in the order in
//! which data flows; `docs/architecture.md` tells the flow and the rules of the house.

/// The command line as declared.
pub mod cli;
/// The commands as a person runs them: asked for, shown, told.
pub mod commands;
/// The documented exit codes.
pub mod exit;
/// The commands as contents pages of stage calls.
pub mod pipeline;

/// People's words: what counts, for which line, on which build.
pub mod attestations;
/// Coverage, query, rule and word of each check: a finding.
pub mod checks;
/// The raw lines that results cite.
pub mod citations;
/// What the user asked for, settled once: a `RunPlan`.
pub mod config;
/// Derived tables: requests, sessions, sockets, episodes, pairs, drills.
pub mod correlation;
/// What was fetched, parsed, rejected and truncated.
pub mod coverage;
/// Waivers and the decision.
pub mod decide;
/// Reports to people: at most once per key and target.
pub mod delivery;
/// Edits of documents as a command: shown, checked, written, taken back.
pub mod docs;
/// Whether a run would find what it needs; keeps nothing.
pub mod doctor;
/// Changes of documents, by byte range.
pub mod edits;
/// The columnar store on disk: Parquet parts and a ledger per file.
pub mod evidence;
/// Where an incident's report stands, and what people wrote in it.
pub mod filing;
/// A judged stage → what an incident report tells.
pub mod incident;
/// Log text → rows, at speed: formats, provenance, attribution.
pub mod ingest;
/// A runbook and a folder of files → a first configuration.
pub mod init;
/// Any log file → what it holds; pure but for the reading of files.
pub mod inspect;
/// Evidence → a judged stage.
pub mod judge;
/// The key of the pseudonyms.
pub mod key;
/// The network client that sources and deliveries share.
pub mod net;
/// Proof of observation: which source was listening when.
pub mod observation;
/// The only writer of packets, and their verification.
pub mod output;
/// Live looks at a service from a named place, as lines of a transcript.
pub mod probe;
/// The catalogue of checks and exhibits, and the SQL engine.
pub mod queries;
/// Any text → the same without secrets and personal data.
pub mod redaction;
/// PDF, Markdown, JSON, charts and terminal from the report model.
pub mod render;
/// The report model: everything a document shows, as plain data.
pub mod report;
/// How rows become a verdict; pure.
pub mod rules;
/// The runbook's lines, and facts from the documents beside it.
pub mod runbook;
/// Ready files for whatever starts the weekly and the daily run; pure.
pub mod schedule;
/// Log templates of any messages, with stable ids; pure but for the reading of files.
pub mod signatures;
/// Getting rows from each system; every source concurrently, each into its own parts.
pub mod sources;
/// Exact tests and bounds, each with its source; pure.
pub mod statistics;
/// How a run ended, for a dead-man's switch.
pub mod status;
/// The canonical tables, their columns, and redaction on the way in.
pub mod tables;
/// Lines of the runbook that no check judges: what was declared and attested.
pub mod unbound;
/// The words of a judgement and how they roll up.
pub mod verdict;
/// A week of the beta → what its summary tells.
pub mod weekly;

/// The files of `queries/` and `templates/`, compiled in.
pub mod embedded;
/// Progress on stderr.
pub mod progress;
