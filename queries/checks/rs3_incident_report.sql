/*---
title  = "An incident report is filed"
item   = "RS3"
line   = "File an incident report — include device, OS version, Expo logs, and `x-request-id` from any correlated backend errors"
effect = "action"
proof  = "attested"
rule   = { kind = "condition" }
needs  = ["audit"]
means  = "A person files it."
---*/
SELECT 0 AS shown, 0 AS bad, CASE WHEN {{ contained }} = 0 THEN 1 ELSE 0 END AS na, 1 AS due,
  CASE WHEN {{ contained }} = 0 THEN 'no rollback took place' ELSE 'a person files it: cutover incident' END AS reason
FROM (SELECT COUNT(*) AS n FROM audit) AS one
ORDER BY reason
