/*---
title  = "Account details are right"
item   = "S5.12"
line   = "User email and account info display correctly"
effect = "blocker"
proof  = "attested"
rule   = { kind = "attested", by = "testers" }
needs  = ["attestations"]
feature = "Settings"
ask    = "attest e-mail and account details"
means  = "Each tester attests it."
---*/
SELECT ts, by, result, note, file, line FROM attestations WHERE 1 = 0 ORDER BY ts
