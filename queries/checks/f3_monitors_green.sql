/*---
title  = "The monitors are green for the duration"
item   = "F3"
line   = "Monitoring checks above are green for the duration of the beta"
effect = "blocker"
proof  = "machine"
rule   = { kind = "green", checks = ["M1", "M2", "M3", "M4", "M5", "M6"] }
needs  = ["logs.api", "logs.auth", "metrics"]
duration = true
means  = "All six monitors pass, and their sources cover 99 % of the window."
---*/
SELECT 1 AS n FROM testers WHERE 1 = 0 ORDER BY n
