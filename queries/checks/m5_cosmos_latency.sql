/*---
title  = "Database read latency is normal"
item   = "M5"
line   = "Cosmos read latency is normal — mobile polling does not add unexpected load"
effect = "blocker"
proof  = "machine"
rule   = { kind = "later", verdict = "inconclusive", reason = "the comparison with the baseline is not judged by this version; the charts show the series" }
needs  = ["metrics"]
duration = true
means  = "95th percentile and charge of database reads with and without mobile sessions."
---*/
SELECT name, value FROM metrics WHERE 1 = 0 ORDER BY name
