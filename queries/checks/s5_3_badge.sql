/*---
title  = "The trading badge shows the right mode"
item   = "S5.3"
line   = "Trading control badge shows correct mode (RUNNING / PAUSED)"
effect = "blocker"
proof  = "either"
rule   = { kind = "attested", by = "testers" }
needs  = ["attestations"]
feature = "Overview"
means  = "Each tester attests it; the server's own mode is not in the evidence."
---*/
SELECT ts, by, result, note, file, line FROM attestations WHERE 1 = 0 ORDER BY ts
