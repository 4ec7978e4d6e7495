/*---
title  = "A closed trade appears by itself"
item   = "S6.3"
line   = "If a trade closes during the observation window, it appears in History without a manual refresh"
effect = "advisory"
proof  = "either"
rule   = { kind = "attested", by = "testers" }
needs  = ["attestations"]
feature = "Real-time"
ask    = "watch a trade close"
means  = "Each tester attests it."
---*/
SELECT ts, by, result, note, file, line FROM attestations WHERE 1 = 0 ORDER BY ts
