/*---
title  = "Next stage: web is stable for a week"
item   = "N2"
line   = "Gate: mobile beta signed off + web adoption stable for ≥ 1 week"
effect = "advisory"
proof  = "machine"
rule   = { kind = "due", reason = "waits for seven full days of web traffic since the cutover, judged when the next stage begins" }
needs  = ["documents"]
means  = "A gate of a later stage; never part of this decision."
---*/
SELECT name, holds FROM documents WHERE 1 = 0 ORDER BY name
