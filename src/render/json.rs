//! The frozen public format of a packet, version 1: a copy of the report's parts that other programs rely on.

use serde_json::{Value, json};

use crate::report::Report;

/// Renders `signoff.json`, pretty, with a newline at its end.
///
/// # Errors
/// Never for a report of this program; a serialiser's error is passed on.
pub fn render(report: &Report) -> anyhow::Result<Vec<u8>> {
    let mut text = serde_json::to_string_pretty(&value(report)?)?;
    text.push('\n');
    Ok(text.into_bytes())
}

/// The document as a value.
///
/// # Errors
/// As `render`.
pub fn value(report: &Report) -> anyhow::Result<Value> {
    let checks = report.checks.iter().map(|c| {
        json!({
            "id": c.id, "item": c.item, "title": c.title, "effect": c.effect, "proof": c.proof, "rule": c.rule,
            "verdict": c.verdict, "judged": c.judged, "sentence": c.sentence, "figures": c.figures,
            "evidence": c.evidence, "cells": c.cells, "owed": c.owed, "observed": c.observed, "rows": c.row_count, "sha256": c.sha256,
        })
    });
    let coverage = report.coverage.iter().map(|c| {
        json!({
            "source": c.source, "table": c.table, "files": c.files, "fetched": c.fetched, "parsed": c.parsed,
            "repeated": c.repeated, "rejected": c.rejected, "lost": c.lost, "truncated": c.truncated,
            "covered": c.covered, "silent": c.silent, "last_row": c.last_row, "gaps": c.gaps, "vanished": c.vanished,
            "samples": c.samples.iter().map(|(file, s)| json!({
                "file": file, "line": s.line, "class": s.class, "reason": s.reason, "sample": s.sample,
            })).collect::<Vec<_>>(),
        })
    });
    Ok(json!({
        "schema": report.schema,
        "tool": { "name": "cutover", "version": report.tool_version },
        "packet": report.meta,
        "decision": report.decision,
        "triggers": report.triggers,
        "items": report.items,
        "checks": checks.collect::<Vec<_>>(),
        "counts": counts(report),
        "missing": report.missing,
        "waivers": report.waivers,
        "notes": report.notes,
        "scope": report.scope,
        "drills": report.drills,
        "feedback": report.feedback,
        "edits": report.edits,
        "coverage": coverage.collect::<Vec<_>>(),
        "attribution": report.attribution,
        "evidence": report.evidence,
        "redactions": report.redactions.iter().map(|c| (c.name.clone(), json!(c.count))).collect::<serde_json::Map<_, _>>(),
        "settings": report.settings.iter().map(|(k, v)| (k.clone(), json!(v))).collect::<serde_json::Map<_, _>>(),
    }))
}

fn counts(report: &Report) -> Value {
    let words = |row: &[u64; 8]| {
        let pairs = crate::verdict::Verdict::ALL.iter().zip(row).map(|(v, n)| (v.word().to_owned(), json!(n)));
        Value::Object(pairs.collect())
    };
    let by_effect = report.counts.by_effect.iter().map(|(effect, row)| (effect.clone(), words(row)));
    json!({
        "items": words(&report.counts.items),
        "by_effect": by_effect.collect::<serde_json::Map<_, _>>(),
        "attested_only": report.counts.attested_only,
    })
}
