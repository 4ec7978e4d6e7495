/*---
title  = "Next stage: checks after each increment"
item   = "N4"
line   = "Monitor: same checks as post-beta, extended for 24–48 hours after each rollout increment"
effect = "advisory"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["documents"]
means  = "The monitors, judged anew on the 24 to 48 hours after each [[increment]] alone, are green; the worst increment is told. A gate of a later stage; never part of this decision."
---*/
SELECT shown, bad, due, thin, reason, title, ts, hours
FROM increments
ORDER BY bad DESC, shown, due, thin, ts, title
