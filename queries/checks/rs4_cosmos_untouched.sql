/*---
title  = "The database was not changed as first response"
item   = "RS4"
line   = "Do not modify Cosmos state as first-response rollback"
effect = "action"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["audit"]
means  = "No audit event that changes the database between the trigger and a day after the decision."
---*/
WITH changes AS (
  SELECT COUNT(*) AS n FROM audit
  WHERE {{ contained }} > 0 AND ts >= {{ contained }} - 3600000 AND ts < {{ contained }} + 86400000
    AND (action LIKE 'cosmos.%' OR action LIKE 'database.%' OR action LIKE 'data.%' OR target_type IN ('container', 'database'))
)
SELECT CASE WHEN n = 0 THEN 1 ELSE 0 END AS shown, CASE WHEN n > 0 THEN 1 ELSE 0 END AS bad,
  CASE WHEN {{ contained }} = 0 THEN 1 ELSE 0 END AS na,
  CASE WHEN {{ contained }} = 0 THEN 'no rollback took place' WHEN n > 0 THEN 'an audit event changes the database around the rollback'
    ELSE 'no audit event changes the database around the rollback' END AS reason
FROM changes
ORDER BY reason
