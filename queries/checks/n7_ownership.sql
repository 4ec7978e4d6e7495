/*---
title  = "Production: ownership switched"
item   = "N7"
line   = "Switch full operational ownership from legacy repos to this monorepo"
effect = "advisory"
proof  = "machine"
rule   = { kind = "later", verdict = "pending", reason = "judged when the next stage begins" }
needs  = ["documents"]
means  = "A gate of a later stage; never part of this decision."
---*/
SELECT name, holds FROM documents WHERE 1 = 0 ORDER BY name
