/*---
title  = "Next stage: the beta is signed off"
item   = "N1"
line   = "Gate: mobile beta signed off + web adoption stable for ≥ 1 week"
effect = "advisory"
proof  = "machine"
rule   = { kind = "due", reason = "waits for a GO packet of this stage that somebody signed" }
needs  = ["documents"]
means  = "A gate of a later stage; never part of this decision."
---*/
SELECT name, holds FROM documents WHERE 1 = 0 ORDER BY name
