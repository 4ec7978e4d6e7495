/*---
title  = "The rollback decision has an owner"
item   = "G17"
line   = "You know who owns the rollback decision"
effect = "blocker"
proof  = "attested"
rule   = { kind = "attested", by = "owner" }
needs  = ["attestations"]
means  = "The owner named in the configuration attests it."
---*/
SELECT ts, by, result, note, file, line FROM attestations WHERE 1 = 0 ORDER BY ts
