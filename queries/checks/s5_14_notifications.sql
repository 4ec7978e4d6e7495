/*---
title  = "Notification toggles are visible"
item   = "S5.14"
line   = "Notification preference toggles are visible (even if push delivery is deferred)"
effect = "advisory"
proof  = "attested"
rule   = { kind = "attested", by = "testers" }
needs  = ["attestations"]
feature = "Settings"
ask    = "attest the notification toggles"
means  = "Each tester attests it."
---*/
SELECT ts, by, result, note, file, line FROM attestations WHERE 1 = 0 ORDER BY ts
