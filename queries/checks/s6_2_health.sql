/*---
title  = "The health status is right"
item   = "S6.2"
line   = "Health status reflects current backend loop health"
effect = "blocker"
proof  = "either"
rule   = { kind = "attested", by = "testers" }
needs  = ["attestations"]
feature = "Real-time"
means  = "Each tester attests it; the loop's own metric is not in the evidence."
---*/
SELECT ts, by, result, note, file, line FROM attestations WHERE 1 = 0 ORDER BY ts
