/*---
title  = "ROADMAP shows the stage as done"
item   = "F5"
line   = "ROADMAP.md: mark \"Mobile internal beta\" as `[x]` Done"
effect = "action"
proof  = "machine"
rule   = { kind = "all_hold", due = true }
needs  = ["documents"]
means  = "The document is edited after GO."
---*/
SELECT name, holds, says, file, line FROM documents WHERE name = 'roadmap.item' ORDER BY name
