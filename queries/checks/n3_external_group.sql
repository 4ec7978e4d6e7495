/*---
title  = "Next stage: external operators"
item   = "N3"
line   = "Expand to a small group of external operators (e.g., power users, design partners)"
effect = "advisory"
proof  = "machine"
rule   = { kind = "later", verdict = "pending", reason = "judged when the next stage begins" }
needs  = ["documents"]
means  = "A gate of a later stage; never part of this decision."
---*/
SELECT name, holds FROM documents WHERE 1 = 0 ORDER BY name
