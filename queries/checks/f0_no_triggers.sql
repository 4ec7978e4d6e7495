/*---
title  = "No rollback trigger in the parallel run"
item   = "F0"
effect = "blocker"
proof  = "machine"
rule   = { kind = "green", checks = ["R1", "R2", "R3", "R4", "R5"] }
needs  = ["logs.api"]
means  = "None of the five triggers fired or cannot be excluded."
---*/
SELECT 1 AS n FROM testers WHERE 1 = 0 ORDER BY n
