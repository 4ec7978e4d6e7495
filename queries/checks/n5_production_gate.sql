/*---
title  = "Production: the gate"
item   = "N5"
line   = "Gate: Stage 4 stable + rollback owners confirmed + monitoring dashboards in place"
effect = "advisory"
proof  = "machine"
rule   = { kind = "due", reason = "waits for the rollout, the owners' acknowledgement and dashboards that return data" }
needs  = ["documents"]
means  = "A gate of a later stage; never part of this decision."
---*/
SELECT name, holds FROM documents WHERE 1 = 0 ORDER BY name
