/*---
title  = "Feedback is collected"
item   = "S9.3"
line   = "Collect feedback on performance, UX clarity, and any missing information"
effect = "blocker"
proof  = "both"
rule   = { kind = "condition" }
needs  = ["feedback"]
means  = "At least one response in the window, and the owner's word."
---*/
SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END AS shown, 0 AS bad,
  CASE WHEN COUNT(*) > 0 THEN 'testers gave feedback in the window' ELSE 'no feedback in the window' END AS reason,
  COUNT(*) AS entries, COUNT(DISTINCT tester) AS testers
FROM feedback WHERE ts >= {{ beta_from }} AND ts < {{ beta_to }}
ORDER BY reason
