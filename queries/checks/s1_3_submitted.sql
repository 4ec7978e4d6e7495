/*---
title  = "The candidate is visible to testers"
item   = "S1.3"
effect = "action"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["audit"]
means  = "An audit event that publishes the candidate."
---*/
SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END AS shown, 0 AS bad,
  CASE WHEN COUNT(*) > 0 THEN 'the candidate was published to the testers' ELSE 'no event says that the candidate was published' END AS reason
FROM audit WHERE action = 'distribution.published' AND target = {{ candidate }}
ORDER BY reason
