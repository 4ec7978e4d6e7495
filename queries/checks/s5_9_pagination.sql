/*---
title  = "Older history loads on scroll"
item   = "S5.9"
line   = "Scroll loads older history correctly (if pagination is implemented)"
effect = "advisory"
proof  = "either"
rule   = { kind = "attested", by = "testers" }
needs  = ["attestations"]
feature = "History"
ask    = "scroll history to older trades"
means  = "Each tester attests it."
---*/
SELECT ts, by, result, note, file, line FROM attestations WHERE 1 = 0 ORDER BY ts
