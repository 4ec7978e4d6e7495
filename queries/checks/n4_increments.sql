/*---
title  = "Next stage: checks after each increment"
item   = "N4"
line   = "Monitor: same checks as post-beta, extended for 24–48 hours after each rollout increment"
effect = "advisory"
proof  = "machine"
rule   = { kind = "due", reason = "waits for the first increment of the rollout" }
needs  = ["documents"]
means  = "A gate of a later stage; never part of this decision."
---*/
SELECT name, holds FROM documents WHERE 1 = 0 ORDER BY name
