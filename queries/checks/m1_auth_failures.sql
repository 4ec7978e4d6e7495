/*---
title  = "Auth failures are at baseline"
item   = "M1"
line   = "Platform auth failure rate is baseline — no spike correlated with mobile sessions"
effect = "blocker"
proof  = "machine"
rule   = { kind = "later", verdict = "inconclusive", reason = "the comparison with the baseline is not judged by this version; the charts show the series" }
needs  = ["logs.auth"]
duration = true
means  = "Login and refresh failures of mobile against the others."
---*/
SELECT name, value FROM metrics WHERE 1 = 0 ORDER BY name
