/*---
title  = "Production: ownership switched"
item   = "N7"
line   = "Switch full operational ownership from legacy repos to this monorepo"
effect = "advisory"
proof  = "machine"
rule   = { kind = "due", reason = "waits for on-call and runbooks that point to the new system" }
needs  = ["documents"]
means  = "A gate of a later stage; never part of this decision."
---*/
SELECT name, holds FROM documents WHERE 1 = 0 ORDER BY name
