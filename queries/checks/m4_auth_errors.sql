/*---
title  = "401 and 403 are at baseline"
item   = "M4"
line   = "Backend `401`/`403` errors are baseline — no increase from mobile auth"
effect = "blocker"
proof  = "machine"
rule   = { kind = "later", verdict = "inconclusive", reason = "the comparison with the baseline is not judged by this version; the charts show the series" }
needs  = ["logs.api", "logs.gateway"]
duration = true
means  = "Episodes of 401 and 403 of mobile against the others."
---*/
SELECT name, value FROM metrics WHERE 1 = 0 ORDER BY name
