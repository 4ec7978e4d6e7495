/*---
title  = "The root cause is resolved"
item   = "RS5"
line   = "Resolve the root cause before re-attempting the beta"
effect = "action"
proof  = "attested"
rule   = { kind = "condition" }
needs  = ["audit"]
means  = "A closed ticket and a regression test at a new commit."
---*/
SELECT 0 AS shown, 0 AS bad, CASE WHEN {{ contained }} = 0 THEN 1 ELSE 0 END AS na, 1 AS due,
  CASE WHEN {{ contained }} = 0 THEN 'no rollback took place' ELSE 'a person resolves it before the next attempt' END AS reason
FROM (SELECT COUNT(*) AS n FROM audit) AS one
ORDER BY reason
