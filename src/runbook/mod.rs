//! The runbook: the Markdown checklist and its lines.
