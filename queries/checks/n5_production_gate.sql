/*---
title  = "Production: the gate"
item   = "N5"
line   = "Gate: Stage 4 stable + rollback owners confirmed + monitoring dashboards in place"
effect = "advisory"
proof  = "machine"
rule   = { kind = "later", verdict = "pending", reason = "judged when the next stage begins" }
needs  = ["documents"]
means  = "A gate of a later stage; never part of this decision."
---*/
SELECT name, holds FROM documents WHERE 1 = 0 ORDER BY name
