/*---
title  = "The stage before is signed off, without rollback triggers"
item   = "G4"
line   = "Stage 2 (web internal adoption) signed off with no rollback triggers"
effect = "blocker"
proof  = "machine"
rule   = { kind = "all_hold" }
needs  = ["documents"]
means  = "The previous runbook names who signed it off and when, and says that no trigger fired; ROADMAP and OPERATIONS agree."
---*/
SELECT name, holds, says, file, line
FROM documents
WHERE name = 'previous.signed_off' OR (name IN ('operations.previous', 'roadmap.previous') AND holds IS NOT NULL)
ORDER BY name
