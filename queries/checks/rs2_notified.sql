/*---
title  = "The testers were notified"
item   = "RS2"
line   = "Notify testers to uninstall or stop using the app"
effect = "action"
proof  = "machine"
rule   = { kind = "condition" }
needs  = ["audit"]
means  = "A notice to the testers within an hour of the decision."
---*/
WITH told AS (
  SELECT COUNT(*) AS n, MIN(ts) AS ts FROM audit WHERE action = 'testers.notified' AND ts >= {{ beta_from }}
)
SELECT CASE WHEN n > 0 AND ts <= {{ contained }} + 60000 * {{ params.notify_minutes }} THEN 1 ELSE 0 END AS shown,
  CASE WHEN {{ contained }} > 0 AND n > 0 AND ts > {{ contained }} + 60000 * {{ params.notify_minutes }} THEN 1 ELSE 0 END AS bad,
  CASE WHEN {{ contained }} = 0 THEN 1 ELSE 0 END AS na,
  CASE WHEN {{ contained }} = 0 THEN 'no rollback took place' WHEN n = 0 THEN 'no event says that the testers were told'
    WHEN ts > {{ contained }} + 60000 * {{ params.notify_minutes }} THEN 'the testers were told more than an hour after the decision'
    ELSE 'the testers were told within an hour of the decision' END AS reason
FROM told
ORDER BY reason
