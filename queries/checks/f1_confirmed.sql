/*---
title  = "All testers confirm the final build"
item   = "F1"
line   = "All internal testers confirm the app is working correctly on their devices"
effect = "blocker"
proof  = "attested"
rule   = { kind = "attested", by = "testers" }
needs  = ["attestations"]
feature = "Final yes"
after-candidate = true
ask    = "attest that the final build works"
means  = "Each tester attests it after the candidate was published."
---*/
SELECT ts, by, result, note, file, line FROM attestations WHERE 1 = 0 ORDER BY ts
