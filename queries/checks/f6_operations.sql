/*---
title  = "OPERATIONS shows the stage as complete"
item   = "F6"
line   = "OPERATIONS.md: update Staged Cutover section to reflect Stage 3 complete"
effect = "action"
proof  = "machine"
rule   = { kind = "all_hold", due = true }
needs  = ["documents"]
means  = "The document is edited after GO."
---*/
SELECT name, holds, says, file, line FROM documents WHERE name = 'operations.stage' ORDER BY name
