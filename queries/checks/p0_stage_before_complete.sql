/*---
title  = "The stage before is complete"
item   = "P0"
line   = "Stage 2 (web internal adoption) signed off with no rollback triggers"
effect = "blocker"
proof  = "machine"
rule   = { kind = "all_hold" }
needs  = ["documents"]
means  = "Every item of the previous stage's runbook is ticked."
---*/
SELECT name, holds, says, file, line FROM documents WHERE name = 'previous.ticked' ORDER BY name
