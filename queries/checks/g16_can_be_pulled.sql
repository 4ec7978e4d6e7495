/*---
title  = "The beta can be pulled without harm"
item   = "G16"
line   = "Mobile beta can be pulled from distribution without affecting backend or web"
effect = "blocker"
proof  = "attested"
rule   = { kind = "attested", by = "owner" }
needs  = ["attestations"]
means  = "The owner attests it."
---*/
SELECT ts, by, result, note, file, line FROM attestations WHERE 1 = 0 ORDER BY ts
