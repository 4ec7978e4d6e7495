/*---
title  = "Discrepancies are reported"
item   = "S9.2"
line   = "Testers report any data discrepancy between mobile and web"
effect = "blocker"
proof  = "attested"
rule   = { kind = "attested", by = "owner" }
needs  = ["attestations", "feedback"]
means  = "The owner attests it."
---*/
SELECT ts, by, result, note, file, line FROM attestations WHERE 1 = 0 ORDER BY ts
