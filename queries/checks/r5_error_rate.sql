/*---
title  = "Backend error rate rises after mobile connects"
item   = "R5"
line   = "Backend error rate increases after mobile connections are established"
effect = "trigger"
proof  = "machine"
rule   = { kind = "later", verdict = "inconclusive", reason = "the comparison with the baseline is not judged by this version; the charts show the series" }
needs  = ["logs.api", "logs.gateway"]
means  = "Errors before and after the first mobile connection."
---*/
SELECT name, value FROM metrics WHERE 1 = 0 ORDER BY name
