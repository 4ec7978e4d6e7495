/*---
title  = "Each position shows its fields"
item   = "S5.6"
line   = "Each position shows symbol, side, size, entry price, unrealised PnL"
effect = "blocker"
proof  = "attested"
rule   = { kind = "attested", by = "testers" }
needs  = ["attestations"]
feature = "Positions"
ask    = "attest the five fields of a position"
means  = "Each tester attests it."
---*/
SELECT ts, by, result, note, file, line FROM attestations WHERE 1 = 0 ORDER BY ts
