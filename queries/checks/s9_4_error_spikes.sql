/*---
title  = "No error spikes with mobile connections"
item   = "S9.4"
line   = "Monitor backend logs for unusual error spikes correlated with mobile connections"
effect = "blocker"
proof  = "machine"
rule   = { kind = "later", verdict = "inconclusive", reason = "the comparison with the baseline is not judged by this version; the charts show the series" }
needs  = ["logs.api", "logs.gateway"]
duration = true
means  = "Errors of mobile sessions against the web and the baseline."
---*/
SELECT name, value FROM metrics WHERE 1 = 0 ORDER BY name
