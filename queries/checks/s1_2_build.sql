/*---
title  = "The candidate was built"
item   = "S1.2"
effect = "action"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["deploys"]
means  = "A deployment record of the candidate with its commit."
---*/
SELECT CASE WHEN COUNT(*) > 0 THEN 1 ELSE 0 END AS shown, 0 AS bad,
  CASE WHEN COUNT(*) > 0 THEN 'a deployment names the candidate and its commit' ELSE 'no deployment names the candidate' END AS reason
FROM deploys WHERE build = {{ candidate }} AND sha IS NOT NULL
ORDER BY reason
